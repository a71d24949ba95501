"""One entry: the story, the text, the difference, the proof; and that looking is recorded."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.record import moved, note, submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import Subject, erase
from thulium_portal.review.presenters import story_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(anna):
    opening = submitted(anna)
    return [
        opening,
        moved(opening, Action.REPLY_CLAIMED, "claimed", attempt=1),
        moved(opening, Action.REPLY_SENDING, "sending", attempt=1),
        moved(opening, Action.REPLY_SENT, "sent", http_status=200, verdict="sent"),
        moved(opening, Action.REPLY_CONFIRMED, "confirmed", message_id=436),
    ]


def page(as_ewa: Client, entry: AuditEntry) -> str:
    answer = as_ewa.get(f"/audit/{entry.sequence}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_any_step_shows_the_whole_story_of_the_reply(as_ewa, story):
    note()
    for step in story:
        text = page(as_ewa, step)
        others = [other for other in story if other != step]
        assert all(f'href="/audit/{other.sequence}/"' in text for other in others)
        assert re.search(r'<li aria-current="true">', text)
        assert "paczka jedzie do Łodzi." in text
        assert "anna.nowak" in text
        assert "Maria Wiśniewska" in text
        assert "436" in text
        assert 'data-reply-state="confirmed"' in text


def test_to_whom_it_was_sent_is_shown(as_ewa, story, anna):
    text = page(as_ewa, story[0])
    assert "Wysłano na adres" in text
    assert 'href="/audit/?customer=maria.w%40example.org"' in text
    waiting = submitted(anna, recipient="jan@example.org")
    assert not missing(page(as_ewa, waiting), "Adres klienta", "customer=jan%40example.org")


def test_files_are_shown_with_their_hashes(as_ewa, story):
    text = page(as_ewa, story[0])
    assert "faktura żółw.pdf" in text
    assert "cd" * 32 in text


def test_the_difference_to_the_canned_text_is_shown_word_by_word(as_ewa, story):
    text = page(as_ewa, story[0])
    assert "<del>jest w drodze</del><ins>jedzie do Łodzi</ins>" in text


def test_a_reply_written_from_scratch_has_no_difference(as_ewa, anna):
    entry = submitted(anna, canned_id=None, canned_version=None, canned_text="", canned_title="")
    assert "<del>" not in page(as_ewa, entry)


def test_the_proof_names_hash_and_neighbours(as_ewa, story):
    text = page(as_ewa, story[1])
    assert story[1].hash in text
    assert story[0].hash in text
    assert re.search(rf'rel="prev" href="/audit/{story[0].sequence}/"', text)
    assert re.search(rf'rel="next" href="/audit/{story[2].sequence}/"', text)
    assert "notice-bad" not in text
    assert story_of(story[0]).before is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditentry SET state = 'sent' WHERE sequence = 2",
        "UPDATE audit_auditentry SET record = 'nonsense' WHERE sequence = 2",
        "UPDATE audit_auditentry SET record = '{}' WHERE sequence = 2",
        "UPDATE audit_auditentry SET hash = 'x' WHERE sequence = 1",
    ],
)
def test_an_entry_that_does_not_hold_says_so(change, as_ewa, story, tamper):
    with tamper() as sql:
        sql(change)
    assert "notice-bad" in page(as_ewa, story[1])


def test_an_erased_text_is_said_to_be_erased(as_ewa, story, adam):
    erase([story[0].sequence], actor=adam, basis="Art. 17")
    text = page(as_ewa, story[0])
    assert not shown(text, "Łodzi", "Maria", "faktura", "notice-bad")
    assert "cd" * 32 in text


def test_hostile_text_is_shown_as_text(as_ewa, anna):
    entry = submitted(anna, body_text="<script>alert(1)</script> inaczej", customer="<img src=x>")
    text = page(as_ewa, entry)
    assert not shown(text, "<script>alert", "<img src=x>")


def test_an_entry_about_something_else_is_shown_too(as_ewa, adam):
    entry = note(
        Action.PERSON_CREATED,
        adam,
        subject=Subject("person", "5"),
        facts={"role": "agent"},
        content={"name": "Piotr Zieliński"},
    )
    text = page(as_ewa, entry)
    assert not missing(text, "Piotr Zieliński", "Adam Lis")


def test_a_canned_response_is_shown_with_its_text(as_ewa, adam):
    texts = {"title": "Paczka opóźniona", "body": "<p>Paczka <b>jedzie</b>.</p>"}
    entry = note(Action.CANNED_REVISED, adam, subject=Subject("canned", "1"), content=texts)
    text = page(as_ewa, entry)
    assert not missing(text, "Paczka opóźniona", ">Paczka jedzie.<")


def test_a_change_tells_before_and_after(as_ewa, adam):
    entry = note(
        Action.PERSON_AGENT_LOGIN_CHANGED,
        adam,
        subject=Subject("person", "5"),
        facts={"before": "", "after": "ewa.kot"},
    )
    assert "– → ewa.kot" in page(as_ewa, entry)


def test_a_second_text_kept_as_a_draft_is_shown(as_ewa, anna):
    draft = Subject("reply", "draft-1")
    kept = {"body": "<p>Drugi tekst</p>"}
    entry = note(Action.DRAFT_KEPT, anna, subject=draft, ticket_id=1234, content=kept)
    assert "Drugi tekst" in page(as_ewa, entry)


def test_a_person_keeps_the_role_of_that_moment(as_ewa, adam):
    entry = note(Action.PERSON_CHANGED, adam)
    adam.role = "agent"
    adam.save()
    assert story_of(AuditEntry.objects.get(pk=entry.pk)).view.role == "Administrator"


@pytest.mark.parametrize("number", ["99", "0", "99999999999999999999999999"])
def test_an_entry_that_does_not_exist_is_not_found(number, as_ewa):
    note()
    assert as_ewa.get(f"/audit/{number}/").status_code == 404


def viewings() -> int:
    return AuditEntry.objects.filter(action=Action.AUDIT_VIEWED).count()


def test_looking_at_an_entry_is_recorded_once_in_five_minutes(as_ewa, ewa, as_adam, story):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        page(as_ewa, story[0])
        page(as_ewa, story[0])
    viewing = AuditEntry.objects.first()
    assert (viewing.action, viewing.actor) == (Action.AUDIT_VIEWED, ewa)
    assert (viewing.subject_kind, viewing.subject_id) == ("audit", str(story[0].sequence))
    assert viewings() == 1
    with time_machine.travel(start, tick=False):
        page(as_ewa, story[1])
        page(as_adam, story[0])
    assert viewings() == 3
    with time_machine.travel(start + timedelta(minutes=5, seconds=1), tick=False):
        page(as_ewa, story[0])
    assert viewings() == 4
