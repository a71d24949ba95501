"""Drafts: emptied, beside each other, thrown away and brought back."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.pages import missing
from tests.support.replies import composed, fresh
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import drafts
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.services import store
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"


@pytest.fixture
def save(as_anna, thulium):
    """Return a function that saves a text as the page does, and gives what the page is told."""

    def save(body, after=None, **given):
        told = after or {"submission_key": str(uuid.uuid4()), "revision": 0}
        form = {name: told[name] for name in ("submission_key", "revision")}
        return as_anna.post(f"{URL}draft/", composed(body=body) | form | given).json()

    return save


@pytest.mark.parametrize("empty", ["", "<p></p>", "<p>&nbsp;</p>", "<p><br></p>"])
def test_an_emptied_draft_goes_away_and_its_text_stays_in_the_record(save, as_anna, anna, empty):
    told = save(empty, after=save("<p>Zaczęte</p>"))
    assert (told["saved"], told["draft"], told["revision"]) == (True, "", 0)
    assert not Reply.objects.drafts_of(anna).exists()
    assert "1234" not in [row.ticket_id for row in as_anna.get("/").context["drafts"]]
    entry = AuditEntry.objects.get(action="draft.discarded")
    assert entry.contents.get(field="body").data == "<p>Zaczęte</p>"


def test_a_text_that_comes_back_after_emptying_is_a_draft_again(save, anna):
    emptied = save("", after=save("<p>Zaczęte</p>"))
    save("<p>Zaczęte</p>", after=emptied)
    assert Reply.objects.drafts_of(anna).get().body == "<p>Zaczęte</p>"


def test_an_empty_text_makes_no_draft(save, anna):
    assert save("")["saved"] is True
    assert not Reply.objects.exists()


def test_a_draft_with_a_file_stays_without_its_text(save, anna, stored):
    told = save("<p>Zaczęte</p>")
    draft = Reply.objects.get()
    file = draft.attachments.create(name="umowa.pdf", file=stored)
    save("", after=told, keep_files=[str(file.uuid)])
    assert fresh(draft).state == State.DRAFT
    # Nor does a window end it that has not heard of the file yet.
    save("", after={**told, "revision": 2})
    assert fresh(draft).state == State.DRAFT


@pytest.fixture
def stored(db):
    return store(SimpleUploadedFile("umowa.pdf", b"%PDF-1.4")).file


def test_emptying_an_older_window_ends_no_newer_text(save, anna):
    first = save("<p>1</p>")
    save("<p>1 2</p>", after=first)
    told = save("", after=first)
    assert told["submission_key"] != first["submission_key"]
    assert Reply.objects.drafts_of(anna).get().body == "<p>1 2</p>"


def test_an_emptied_correction_stays_what_it_corrects(submit, anna, as_anna, save):
    reply = submit().reply
    draft = drafts.begin_correction(reply, "<p>Sprostowanie</p>", actor=anna)
    save("", after={"submission_key": str(draft.submission_key), "revision": 1})
    assert (fresh(draft).state, fresh(draft).corrects) == (State.DRAFT, reply)


@pytest.fixture
def two(save):
    """Two drafts of one ticket, as two windows leave them: the older, the newer."""
    first = save("<p>Paczka wyszła wczoraj.</p>")
    save("<p>Paczka wyszła dzisiaj.</p>", after=first)
    apart = save("<p>Paczka wyszła jutro.</p>", after=first)
    return first["draft"], apart["draft"]


def test_either_of_two_drafts_is_opened_by_its_address(two, as_anna):
    older, newer = two
    page = as_anna.get(URL)
    assert "jutro" in page.context["form"]["body"].value()
    assert not missing(page, "2 szkice do tego zgłoszenia", f"?draft={older}")
    opened = as_anna.get(f"{URL}?draft={older}")
    assert "dzisiaj" in opened.context["form"]["body"].value()
    assert not missing(opened, f"?draft={newer}")


def test_the_desk_leads_to_the_very_draft(two, as_anna):
    page = as_anna.get("/").content.decode()
    assert not missing(page, *(f"{URL}?draft={draft}" for draft in two))


@pytest.mark.parametrize("named", ["nonsens", "360a1e34-9a79-427d-a6b0-5e4f6872b2de"])
def test_a_draft_that_is_no_longer_there_leads_to_the_ticket(two, as_anna, named):
    answer = as_anna.get(f"{URL}?draft={named}", follow=True)
    assert answer.redirect_chain[0][0] == URL
    assert not missing(answer, "szkicu już nie ma")


def test_nobody_opens_the_draft_of_another(two, as_ewa, thulium):
    answer = as_ewa.get(f"{URL}?draft={two[0]}")
    assert answer.status_code == 302


def test_two_drafts_are_compared_word_by_word(two, as_anna):
    page = as_anna.get(f"{URL}drafts/").content.decode()
    assert not missing(page, "<del>dzisiaj</del>", "<ins>jutro</ins>")


def test_one_draft_is_not_compared(save, as_anna):
    save("<p>1</p>")
    assert as_anna.get(f"{URL}drafts/").headers["Location"] == URL


def test_the_named_draft_is_discarded_and_the_other_stays(two, as_anna, anna):
    older, newer = two
    answer = as_anna.post(f"{URL}discard/", {"draft": older}, follow=True)
    assert [str(draft.uuid) for draft in Reply.objects.drafts_of(anna)] == [newer]
    assert not missing(answer, "Przywróć", older)


@pytest.mark.parametrize("named", ["nonsens", "360a1e34-9a79-427d-a6b0-5e4f6872b2de"])
def test_discarding_what_is_not_there_discards_nothing_else(two, as_anna, anna, named):
    as_anna.post(f"{URL}discard/", {"draft": named})
    assert Reply.objects.drafts_of(anna).count() == 2


def test_a_discarded_draft_comes_back_once(two, as_anna, anna, stored):
    older, newer = two
    draft = Reply.objects.get(uuid=older)
    draft.attachments.create(name="umowa.pdf", file=stored)
    as_anna.post(f"{URL}discard/", {"draft": older})
    answer = as_anna.post(f"{URL}bring-back/", {"draft": older})
    back = Reply.objects.drafts_of(anna).exclude(uuid=newer).get()
    assert answer.headers["Location"] == f"{URL}?draft={back.uuid}"
    assert (back.body, back.attachments.get().file) == (draft.body, stored)
    as_anna.post(f"{URL}bring-back/", {"draft": older})
    assert Reply.objects.drafts_of(anna).count() == 2


def test_nobody_brings_back_the_draft_of_another(two, as_anna, as_ewa, ewa):
    as_anna.post(f"{URL}discard/", {"draft": two[0]})
    as_ewa.post(f"{URL}bring-back/", {"draft": two[0]})
    assert not Reply.objects.drafts_of(ewa).exists()


def test_a_refused_text_says_why(save):
    told = save("<p>1</p>", keep_reason="x" * 301)
    assert told["saved"] is False
    assert "300" in told["label"]


def test_a_text_saved_again_is_newer_than_it_was(anna):
    key = uuid.uuid4()
    known = {"snapshot": Snapshot(7), "key": key, "actor": anna}
    first = drafts.save(Text("<p>1</p>"), revision=0, **known).draft
    second = drafts.save(Text("<p>2</p>"), revision=1, **known).draft
    assert first.pk == second.pk
    assert second.updated_at > first.updated_at
