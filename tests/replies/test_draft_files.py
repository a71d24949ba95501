"""Files of drafts: kept while a reply is being written, wherever its author goes on with it."""

import uuid
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from tests.storage.test_kinds import INVOICE, zipped
from tests.support.replies import composed
from thulium_portal.replies import services
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.models import StoredFile

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"
PDF = b"%PDF-1.4 umowa"


@pytest.fixture
def key():
    return str(uuid.uuid4())


@pytest.fixture
def bring(as_anna, thulium, key):
    """Return a function that uploads a file as the page does, and gives the answer."""

    def bring(name="umowa.pdf", data=PDF, client=as_anna, **given):
        fields = {"submission_key": key, "key": str(uuid.uuid4()), **given}
        fields["file"] = SimpleUploadedFile(name, data)
        return client.post(f"{URL}files/", fields, headers={"HX-Request": "true"})

    return bring


@pytest.fixture
def save(as_anna, key):
    """Return a function that saves the text as the page does, and gives what it is told."""

    def save(body="<p>Dzień dobry</p>", revision=0, **given):
        form = composed(submission_key=key, body=body, revision=revision, seen_files=[""]) | given
        return as_anna.post(f"{URL}draft/", form).json()

    return save


@pytest.fixture
def send(as_anna, key):
    """Return a function that sends the reply as the page does."""

    def send(keep=(), seen=(), **given):
        files = {"keep_files": list(keep), "seen_files": ["", *keep, *seen]}
        return as_anna.post(URL, composed(submission_key=key, **files) | given)

    return send


def names(reply):
    return sorted(reply.attachments.values_list("name", flat=True))


def test_a_file_begins_a_draft_and_is_there_on_the_next_visit(bring, as_anna, anna):
    told = bring().json()
    draft = Reply.objects.drafts_of(anna).get()
    assert (names(draft), draft.ticket_id) == (["umowa.pdf"], 1234)
    assert told["draft"] == str(draft.uuid)
    page = as_anna.get(URL)
    assert [(file.name, file.stays) for file in page.context["kept_files"]] == [("umowa.pdf", True)]


def test_a_retry_never_doubles_a_file(bring):
    file_key = str(uuid.uuid4())
    answers = [bring(key=file_key).json() for _try in range(3)]
    assert {answer["file"] for answer in answers} == {file_key}
    assert Attachment.objects.count() == StoredFile.objects.count() == 1


def test_the_same_file_is_kept_once_and_another_name_is_another_file(
    bring, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = bring().json(), bring().json()
        third = bring("kopia.pdf").json()
    assert first["file"] == second["file"] != third["file"]
    assert StoredFile.objects.count() == Attachment.objects.count() == 2


@pytest.mark.parametrize("file_first", [True, False])
def test_text_and_file_make_one_draft_whichever_comes_first(bring, save, anna, file_first):
    for act in (bring, save) if file_first else (save, bring):
        act()
    draft = Reply.objects.drafts_of(anna).get()
    assert (draft.body, names(draft)) == ("<p>Dzień dobry</p>", ["umowa.pdf"])


def test_sending_takes_the_files_that_came_before(bring, send, save):
    kept, dropped = bring().json()["file"], bring("b.pdf", b"%PDF b").json()["file"]
    save()
    assert send([kept], [dropped]).status_code == 302
    assert names(Reply.objects.get(state=State.PENDING)) == ["umowa.pdf"]


def test_an_invoice_of_ksef_goes(bring, send):
    kept = bring("FA_KSeF.xml", INVOICE.encode()).json()["file"]
    assert send([kept]).status_code == 302


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("gra.pdf.exe", b"MZ\x90\x00" + bytes(100), ".exe"),
        ("umowa.pdf", b"MZ\x90\x00" + bytes(100), "programem"),
        ("pusty.pdf", b"", "pusty"),
    ],
)
def test_a_file_that_cannot_go_is_refused_as_it_comes(bring, name, data, words):
    answer = bring(name, data)
    assert answer.status_code == 422
    assert words in answer.json()["label"]
    assert not Reply.objects.exists()
    assert not StoredFile.objects.exists()


def test_number_and_sum_are_limited_as_files_come(bring, settings):
    settings.MAX_ATTACHMENTS, settings.MAX_REPLY_MB = 2, 1
    assert bring().status_code == 200
    answer = bring("b.pdf", PDF + bytes(1024 * 1024))
    assert answer.status_code == 422
    assert "razem 2 MB" in answer.json()["label"]
    assert bring("b.pdf", b"%PDF b").status_code == 200
    assert bring("c.pdf", b"%PDF c").status_code == 422
    assert Attachment.objects.count() == 2


def test_the_sum_is_limited_for_files_that_come_with_the_reply(as_anna, thulium, settings):
    settings.MAX_REPLY_MB = 1
    two = [SimpleUploadedFile(f"{name}.pdf", PDF + bytes(600_000)) for name in "ab"]
    refused = as_anna.post(URL, composed(attachments=two))
    assert "razem 2 MB" in str(refused.context["form"].errors["attachments"])


@pytest.mark.parametrize("left", ["file", "key", "submission_key"])
def test_a_file_that_arrives_in_part_is_asked_for_again(as_anna, thulium, left):
    fields = {"submission_key": str(uuid.uuid4()), "key": str(uuid.uuid4())}
    fields["file"] = SimpleUploadedFile("umowa.pdf", PDF)
    del fields[left]
    assert as_anna.post(f"{URL}files/", fields).status_code == 422


def test_a_store_that_refuses_lets_the_page_try_again(bring, monkeypatch):
    monkeypatch.setattr("thulium_portal.storage.services.store", Mock(side_effect=OSError(28)))
    assert bring().status_code == 503


def test_a_database_that_refuses_leaves_nothing_behind(bring, monkeypatch):
    fault = Mock(side_effect=OperationalError("locked"))
    monkeypatch.setattr("thulium_portal.replies.draft_files.add", fault)
    assert bring().status_code == 503
    assert not StoredFile.objects.exists()


def test_nobody_adds_to_the_draft_of_another(bring, as_ewa, anna):
    file_key = str(uuid.uuid4())
    bring(key=file_key)
    assert bring("b.pdf", b"%PDF b", client=as_ewa).status_code == 200
    assert names(Reply.objects.drafts_of(anna).get()) == ["umowa.pdf"]
    as_ewa.post(f"{URL}files/{file_key}/remove/")
    assert names(Reply.objects.drafts_of(anna).get()) == ["umowa.pdf"]


def test_a_strangers_file_is_not_taken(bring, client):
    assert bring(client=client).status_code == 401
    assert not StoredFile.objects.exists()


def test_a_removed_file_is_gone_with_its_bytes(bring, as_anna, django_capture_on_commit_callbacks):
    file_key = bring().json()["file"]
    path = StoredFile.objects.get().path
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert as_anna.post(f"{URL}files/{file_key}/remove/").status_code == 204
    assert not Attachment.objects.exists()
    assert not default_storage.exists(path)


def test_a_file_of_a_reply_on_its_way_is_not_removed(bring, send, as_anna):
    file_key = bring().json()["file"]
    send([file_key])
    as_anna.post(f"{URL}files/{file_key}/remove/")
    assert Attachment.objects.count() == 1


def test_a_file_removed_in_another_window_is_missed_before_the_reply_leaves(bring, send, as_anna):
    file_key = bring().json()["file"]
    as_anna.post(f"{URL}files/{file_key}/remove/")
    answer = send([file_key])
    assert answer.status_code == 422
    assert "w innym oknie" in str(answer.context["form"].errors["attachments"])


def test_a_file_added_in_another_window_is_shown_before_the_reply_leaves(bring, send):
    one, other = bring().json()["file"], bring("b.pdf", b"%PDF b").json()["file"]
    answer = send([one])
    assert answer.status_code == 422
    assert "b.pdf" in str(answer.context["form"].errors["attachments"])
    assert [file.name for file in answer.context["kept_files"]] == ["umowa.pdf", "b.pdf"]
    assert send([one, other]).status_code == 302


def test_a_text_kept_apart_takes_its_files_along(bring, save, send, anna):
    file_key = bring().json()["file"]
    save("<p>1</p>")
    told = save("<p>2</p>", keep_files=[file_key])
    apart = Reply.objects.get(uuid=told["draft"])
    assert (apart.body, names(apart)) == ("<p>2</p>", ["umowa.pdf"])
    assert told["moved_files"] == {file_key: str(apart.attachments.get().uuid)}
    # Even a page that did not learn of the new id sends the file.
    assert send([file_key], submission_key=told["submission_key"]).status_code == 302
    apart.refresh_from_db()
    assert (apart.state, names(apart)) == (State.PENDING, ["umowa.pdf"])


def test_a_file_for_a_reply_that_left_begins_a_draft_of_its_own(bring, send, anna, key):
    send()
    told = bring().json()
    assert told["submission_key"] != key
    assert names(Reply.objects.drafts_of(anna).get()) == ["umowa.pdf"]


def test_the_page_is_told_of_files_that_are_gone(bring, save, as_anna):
    file_key = bring().json()["file"]
    as_anna.post(f"{URL}files/{file_key}/remove/")
    assert save(keep_files=[file_key])["gone_files"] == [file_key]


MACROS = zipped("[Content_Types].xml", "word/vbaProject.bin")


@pytest.mark.parametrize("name", ["umowa.docm", "umowa.docx"])
def test_a_file_with_macros_is_asked_about_and_goes_after_one_click(bring, send, as_anna, name):
    kept = bring(name, MACROS).json()["file"]
    asked = send([kept])
    assert asked.status_code == 422
    assert 'data-guard="macro_file"' in asked.content.decode()
    code = f"macro_file:{StoredFile.objects.get().sha256}"
    assert f'name="confirm" value="{code}"' in asked.content.decode()
    refused = send([kept], confirm=[code], body="<p></p>")
    assert set(refused.context["form"].errors) == {"body"}
    assert f'value="{code}"' in refused.content.decode()
    assert send([kept], confirm=[code]).status_code == 302
    assert code in Reply.objects.get(state=State.PENDING).confirmed


def test_a_confirmed_file_lets_no_other_pass(bring, send):
    kept = bring("umowa.docm", MACROS).json()["file"]
    assert send([kept], confirm=["macro_file:" + "0" * 64]).status_code == 422


def test_a_file_with_macros_that_comes_with_the_reply_is_asked_about_too(as_anna, thulium):
    def attempt(**given):
        file = SimpleUploadedFile("umowa.docm", MACROS)
        return as_anna.post(URL, composed(attachments=[file], **given))

    asked = attempt()
    assert asked.status_code == 422
    (complaint,) = asked.context["form"].to_confirm
    assert attempt(confirm=[complaint.code]).status_code == 302


def test_a_reply_with_a_confirmed_file_leaves(bring, send, work, thulium, no_undo_time):
    kept = bring("umowa.docm", MACROS).json()["file"]
    send([kept], confirm=[f"macro_file:{StoredFile.objects.get().sha256}"])
    work()
    assert Reply.objects.get().state == State.SENT
    (message,) = thulium.received(1234)
    assert thulium.file_content(message["attachments"][0]["token"]) == MACROS


def test_a_page_whose_person_signed_out_puts_nothing_into_the_drafts_of_the_next(
    bring, save, as_anna, anna, ewa
):
    assert bring(person=str(ewa.pk)).status_code == 401
    assert save(person=str(ewa.pk))["saved"] is False
    assert not Reply.objects.exists()
    assert bring(person=str(anna.pk)).status_code == 200


def test_a_refused_page_without_scripts_says_which_files_to_choose_again(as_anna, thulium):
    file = SimpleUploadedFile("umowa.pdf", PDF)
    answer = as_anna.post(URL, composed(body="<p></p>", attachments=[file]))
    assert "Wybierz pliki ponownie: umowa.pdf" in answer.content.decode()


@pytest.mark.parametrize("has_draft", [True, False])
def test_a_file_that_comes_while_the_reply_is_being_stored_is_not_lost(
    bring, save, send, monkeypatch, has_draft
):
    if has_draft:
        save()
    read = services.read_submission

    def read_then_bring(submission, actor):
        done = read(submission, actor)
        bring("w-drugim-oknie.pdf")
        return done

    monkeypatch.setattr(services, "read_submission", read_then_bring)
    refused = send()
    assert refused.status_code == 422
    assert "w-drugim-oknie.pdf" in str(refused.context["form"].errors["attachments"])
    draft = Reply.objects.get()
    assert (draft.state, names(draft)) == (State.DRAFT, ["w-drugim-oknie.pdf"])
