"""Files that travel with a canned response: kept by version, joined to replies, never lost."""

import uuid
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories import make_old
from tests.storage.test_kinds import zipped
from tests.support.pages import missing
from tests.support.replies import composed
from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.canned import services
from thulium_portal.canned.models import CannedFile, CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.storage import services as storage
from thulium_portal.tickets import reading

pytestmark = pytest.mark.django_db

BODY = "<p>Formularz w załączniku.</p>"
FORM = {"title": "Zwrot", "body": BODY, "body_type": "HTML", "language": "pl"}


def upload(name: str = "formularz żółty.pdf", data: bytes = b"%PDF-1.4 zwrot"):
    return SimpleUploadedFile(name, data)


@pytest.fixture
def response(ewa):
    stored, _errors = canned_attachments.store([upload()], actor=ewa)
    text = ResponseText("Zwrot", BODY, files=tuple(file.pk for file in stored))
    return services.create_response(text, actor=ewa)


def on_disk(file: CannedFile) -> Path:
    return Path(default_storage.path(file.file.path))


def compose(response: CannedResponse, **given) -> dict[str, object]:
    file = response.current.files.get()
    made_from = {"canned_response": response.pk, "canned_version": response.current_id}
    return composed(BODY, **made_from, canned_files=[str(file.uuid)]) | given


def test_the_author_adds_files_and_each_version_keeps_its_own(as_ewa):
    as_ewa.post("/canned/new/", FORM | {"files": [upload(), upload("drugi.png", b"\x89PNG")]})
    response = CannedResponse.objects.get()
    names = [file.name for file in response.current.files.all()]
    assert names == ["formularz żółty.pdf", "drugi.png"]
    page = as_ewa.get(f"/canned/{response.pk}/edit/").content.decode()
    assert "formularz żółty.pdf" in page
    first = response.current.files.get(name="drugi.png")
    edited = FORM | {"kept_files": [first.pk], "seen_version": 1}
    as_ewa.post(f"/canned/{response.pk}/edit/", edited)
    response.refresh_from_db()
    assert response.current.number == 2
    assert [file.name for file in response.current.files.all()] == ["drugi.png"]
    as_ewa.post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": 2})
    response.refresh_from_db()
    assert response.current.files.count() == 2


def test_a_refused_form_keeps_the_files_that_came(as_ewa):
    answer = as_ewa.post("/canned/new/", FORM | {"title": "", "files": [upload()]})
    assert answer.status_code == 422
    assert "formularz żółty.pdf" in answer.content.decode()
    kept = CannedFile.objects.get()
    as_ewa.post("/canned/new/", FORM | {"kept_files": [kept.pk]})
    assert CannedResponse.objects.get().current.files.get() == kept


@pytest.mark.parametrize(("name", "data"), [("wirus.exe", b"MZ"), ("pusty.pdf", b"")])
def test_a_file_that_cannot_travel_is_named(as_ewa, name, data):
    answer = as_ewa.post("/canned/new/", FORM | {"files": [upload(name, data)]})
    assert answer.status_code == 422
    assert name in str(answer.context["form"].errors["kept_files"])
    assert not CannedResponse.objects.exists()


def test_nobody_names_a_file_of_a_text_they_cannot_see(as_adam, ewa):
    text = ResponseText("Moje", BODY, scope="personal")
    (file,), _errors = canned_attachments.store([upload()], actor=ewa)
    services.create_response(ResponseText(**(vars(text) | {"files": (file.pk,)})), actor=ewa)
    assert as_adam.get(f"/canned/files/{file.uuid}/").status_code == 404
    assert as_adam.post("/canned/new/", FORM | {"kept_files": [file.pk]}).status_code == 422


def test_a_file_is_given_back_as_a_download(as_anna, response):
    file = response.current.files.get()
    answer = as_anna.get(f"/canned/files/{file.uuid}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 zwrot"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_files_join_the_reply_and_its_bytes_are_shared(as_anna, response, thulium):
    assert as_anna.post("/tickets/1234/", compose(response)).status_code == 302
    attached = Attachment.objects.get()
    file = response.current.files.get()
    assert (attached.name, attached.file) == (file.name, file.file)
    as_anna.post(f"/replies/{Reply.objects.get().uuid}/undo/")
    page = as_anna.get("/tickets/1234/")
    assert [kept.name for kept in page.context["kept_files"]] == [file.name]
    assert page.context["canned_files"] == []


def test_the_reply_arrives_with_the_file(as_anna, response, thulium, no_undo_time, work):
    as_anna.post("/tickets/1234/", compose(response))
    work()
    assert Reply.objects.get().state in {"sent", "confirmed"}
    view = reading.load(1234, User())
    assert isinstance(view, reading.TicketView)
    assert len([each.files for each in view.messages if each.kind == "reply"][-1]) == 1


def test_the_same_file_goes_once(as_anna, anna, response, thulium):
    as_anna.post("/tickets/1234/", compose(response))
    as_anna.post(f"/replies/{Reply.objects.get().uuid}/undo/")
    draft = Reply.objects.drafts_of(anna).get()
    kept = [str(file.uuid) for file in draft.attachments.all()]
    form = compose(response, submission_key=draft.submission_key, keep_files=kept)
    as_anna.post("/tickets/1234/", form)
    assert draft.attachments.count() == 1


def test_an_unticked_file_stays_behind(as_anna, response, thulium):
    as_anna.post("/tickets/1234/", compose(response, canned_files=[]))
    assert not Attachment.objects.exists()


def test_the_picker_brings_the_files_with_the_text(as_anna, response, thulium):
    page = as_anna.post("/tickets/1234/canned/", {"q": "zwrot"}).content.decode()
    assert "formularz żółty.pdf" in page
    inserted = as_anna.post("/tickets/1234/insert/", {"insert": response.pk, "body": ""})
    assert [file.name for file in inserted.context["canned_files"]] == ["formularz żółty.pdf"]


def test_a_draft_that_was_left_shows_the_files_again(as_anna, response, thulium):
    as_anna.post("/tickets/1234/draft/", compose(response, revision=0))
    page = as_anna.get("/tickets/1234/")
    assert [file.name for file in page.context["canned_files"]] == ["formularz żółty.pdf"]


def test_a_file_of_a_text_out_of_sight_does_not_travel(as_anna, ewa, response, thulium):
    (file,), _errors = canned_attachments.store([upload("tajne.pdf")], actor=ewa)
    files = [str(file.uuid), "nie-ma", str(uuid.uuid4())]
    form = compose(response, canned_files=files, confirm="attachment")
    assert as_anna.post("/tickets/1234/", form).status_code == 302
    assert not Attachment.objects.exists()


def test_a_file_that_is_gone_marks_the_text_and_stops_the_send(as_anna, response, thulium):
    on_disk(response.current.files.get()).unlink()
    assert "Brakuje pliku" in as_anna.get(f"/canned/{response.pk}/").content.decode()
    refused = as_anna.post("/tickets/1234/", compose(response))
    assert refused.status_code == 422
    assert "formularz żółty.pdf" in str(refused.context["form"].errors["canned_files"])
    assert BODY in refused.context["form"]["body"].value()
    assert as_anna.post("/tickets/1234/", compose(response, canned_files=[])).status_code == 422


def test_a_text_with_a_lost_file_is_marked_and_cannot_be_inserted(as_anna, response, thulium):
    on_disk(response.current.files.get()).unlink()
    assert "Brak pliku" in as_anna.get("/canned/").content.decode()
    page = as_anna.post("/tickets/1234/canned/", {"q": "zwrot"}).content.decode()
    assert not missing(page, 'aria-disabled="true"', "poproś osobę: Ewa")
    asked = {"insert": response.pk, "body": "<p>Moje.</p>", "body_type": "HTML"}
    left = as_anna.post("/tickets/1234/insert/", asked).context["form"]
    assert left["body"].value() == "<p>Moje.</p>"
    assert as_anna.post("/tickets/1234/fill-in/", asked).status_code == 404


def test_once_the_file_is_added_again_the_text_that_was_kept_can_go(
    as_anna, as_ewa, response, thulium
):
    form = compose(response)
    on_disk(response.current.files.get()).unlink()
    assert as_anna.post("/tickets/1234/", form).status_code == 422
    edited = FORM | {"files": [upload()], "seen_version": 1}
    as_ewa.post(f"/canned/{response.pk}/edit/", edited)
    refused = as_anna.post("/tickets/1234/", form)
    assert "Odznacz" in str(refused.context["form"].errors["canned_files"])
    without = form | {"canned_files": []}
    [doubt] = as_anna.post("/tickets/1234/", without).context["form"].doubts
    assert doubt.code == "attachment"
    assert as_anna.post("/tickets/1234/", without | {"confirm": "attachment"}).status_code == 302


def test_files_of_every_kind_count_towards_the_limit(as_anna, response, thulium, settings):
    settings.MAX_ATTACHMENTS = 2
    two = [upload("a.pdf", b"%PDF-1.4 a"), upload("b.pdf", b"%PDF-1.4 b")]
    refused = as_anna.post("/tickets/1234/", compose(response, attachments=two))
    assert "attachments" in refused.context["form"].errors
    two = [upload("a.pdf", b"%PDF-1.4 a"), upload("b.pdf", b"%PDF-1.4 b")]
    form = compose(response, attachments=two, canned_files=[])
    assert as_anna.post("/tickets/1234/", form).status_code == 302


def test_files_that_no_text_names_are_forgotten_after_a_week(response, ewa):
    kept = response.current.files.get()
    canned_attachments.store([upload("porzucony.pdf")], actor=ewa)
    CannedFile.objects.update(created_at=timezone.now() - canned_attachments.UNUSED_FOR)
    canned_attachments.store([upload("nowy.pdf")], actor=ewa)
    assert canned_attachments.forget_unused() == 1
    assert set(CannedFile.objects.values_list("name", flat=True)) == {kept.name, "nowy.pdf"}


def test_the_sweep_leaves_the_files_of_texts_alone(response):
    file = response.current.files.get()
    make_old(file.file)
    assert storage.sweep() == 0
    assert file.file.is_whole()


@pytest.mark.parametrize("number", ["9" * 30, str(2**63), "-1", "½", "abc", "0"])
def test_a_file_number_that_is_none_is_refused(as_ewa, response, number):
    given = FORM | {"title": "Inny", "kept_files": [number], "owner": number, "queues": [number]}
    assert as_ewa.post("/canned/new/", given).status_code == 422
    edited = FORM | {"kept_files": [number], "seen_version": number}
    assert as_ewa.post(f"/canned/{response.pk}/edit/", edited).status_code == 422


def test_a_file_with_macros_is_asked_about_once_as_its_text_is_saved(as_ewa):
    with_macros = zipped("[Content_Types].xml", "word/vbaProject.bin")
    asked = as_ewa.post("/canned/new/", FORM | {"files": [upload("umowa.docm", with_macros)]})
    assert not CannedResponse.objects.exists()
    (doubt,) = asked.context["form"].file_doubts
    assert not missing(asked, f'name="confirm_files" value="{doubt.code}"', "makra")
    kept = CannedFile.objects.get()
    passed = FORM | {"kept_files": [kept.pk], "confirm_files": [doubt.code]}
    assert as_ewa.post("/canned/new/", passed).status_code == 302
    response = CannedResponse.objects.get()
    edited = FORM | {"title": "Zwroty", "kept_files": [kept.pk], "seen_version": 1}
    assert as_ewa.post(f"/canned/{response.pk}/edit/", edited).status_code == 302


def test_a_draft_keeps_which_files_of_its_texts_are_ticked(as_anna, response, thulium):
    form = compose(response, revision=0, canned_files=[])
    as_anna.post("/tickets/1234/draft/", form)
    (file,) = as_anna.get("/tickets/1234/").context["canned_files"]
    assert (file.name, file.stays) == ("formularz żółty.pdf", False)
    ticked = compose(response, revision=1, submission_key=form["submission_key"])
    as_anna.post("/tickets/1234/draft/", ticked | {"canned_response": "", "canned_version": ""})
    (file,) = as_anna.get("/tickets/1234/").context["canned_files"]
    assert file.stays is True


@pytest.mark.parametrize("was", ["sent", "discarded"])
@pytest.mark.parametrize("ticked", [True, False])
def test_a_text_that_comes_back_has_the_same_files_ticked(as_anna, response, thulium, was, ticked):
    form = compose(response, revision=0) | ({} if ticked else {"canned_files": []})
    as_anna.post("/tickets/1234/draft/", form)
    draft = Reply.objects.get()
    if was == "sent":
        as_anna.post("/tickets/1234/", form)
        as_anna.post(f"/replies/{draft.uuid}/undo/")
    else:
        as_anna.post("/tickets/1234/discard/", {"draft": draft.uuid})
        as_anna.post("/tickets/1234/bring-back/", {"draft": draft.uuid})
    page = as_anna.get("/tickets/1234/").context
    listed = [*page["canned_files"], *page["kept_files"]]
    assert [(file.name, file.stays) for file in listed] == [("formularz żółty.pdf", ticked)]
