"""The review by its pages: two clicks for a verdict, and the author's word on it."""

import pytest

from tests.support.pages import missing
from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow
from thulium_portal.quality import services, views
from thulium_portal.quality.models import LONGEST_NOTE, Assessment
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = pytest.mark.django_db


def row_of(reply: Reply) -> ReviewRow:
    return ReviewRow.objects.get(subject_id=str(reply.uuid))


def test_two_clicks_give_a_verdict_and_lead_to_the_next(as_ewa, sent):
    later = sent(ticket_id=1, changed=None)
    first = sent(ticket_id=2, state=State.UNKNOWN)
    page = as_ewa.get("/quality/").content.decode()
    assert page.index(f"/audit/{row_of(first).opened_sequence}/") < page.index(
        f"/audit/{row_of(later).opened_sequence}/"
    )
    entry = as_ewa.get(f"/audit/{row_of(first).opened_sequence}/").content.decode()
    assert not missing(entry, f'action="/quality/{first.uuid}/"', "Niepotwierdzona")
    answer = as_ewa.post(f"/quality/{first.uuid}/", {"verdict": "good", "note": ""})
    assert answer.headers["Location"] == f"/audit/{row_of(later).opened_sequence}/"
    assert Assessment.objects.get().reply == first
    answer = as_ewa.post(f"/quality/{later.uuid}/", {"verdict": "good"})
    assert answer.headers["Location"] == "/quality/"


def test_what_does_not_fit_one_page_is_on_the_next(as_ewa, sent, monkeypatch):
    monkeypatch.setattr(views, "SHOWN", 2)
    replies = {sent(ticket_id=number, changed=None).ticket_id for number in (1, 2, 3)}
    first = as_ewa.get("/quality/")
    assert not missing(first, 'rel="next" href="/quality/?page=2"', "Czeka jeszcze 1")
    second = as_ewa.get("/quality/?page=2")
    assert not missing(second, 'rel="prev" href="/quality/?page=1"')
    shown = [one.row.ticket_id for page in (first, second) for one in page.context["waiting"]]
    assert sorted(shown) == sorted(replies)
    for query in ("?page=9", "?page=x", "?page=-1"):
        assert as_ewa.get(f"/quality/{query}").context["waiting"]


def test_the_record_tells_who_judged_and_what_they_wrote(as_ewa, ewa, sent):
    reply = sent()
    as_ewa.post(f"/quality/{reply.uuid}/", {"verdict": "improve", "note": "Brak powitania."})
    entry = AuditEntry.objects.get(action="reply.assessed")
    assert (entry.actor, entry.subject_id, entry.ticket_id) == (ewa, str(reply.uuid), 1234)
    assert AuditContent.objects.get(entry=entry).data == "Brak powitania."
    assert "Brak powitania" not in entry.record


@pytest.mark.parametrize(
    ("verdict", "note"), [("improve", ""), ("improve", "x" * (LONGEST_NOTE + 1)), ("", "x")]
)
def test_a_verdict_that_says_too_little_or_too_much_comes_back(as_ewa, sent, verdict, note):
    answer = as_ewa.post(f"/quality/{sent().uuid}/", {"verdict": verdict, "note": note})
    assert answer.status_code == 422
    assert note in answer.content.decode()
    assert "paczka jest w drodze" in answer.content.decode()
    assert not Assessment.objects.exists()


def test_nobody_judges_their_own_reply(as_ewa, ewa, sent):
    reply = sent(author=ewa)
    assert as_ewa.post(f"/quality/{reply.uuid}/", {"verdict": "good"}).status_code == 403
    entry = as_ewa.get(f"/audit/{row_of(reply).opened_sequence}/").content.decode()
    assert f'action="/quality/{reply.uuid}/"' not in entry
    assert as_ewa.post(f"/quality/{reply.uuid}/", {"verdict": "improve"}).status_code == 403


def test_the_second_verdict_on_a_reply_is_not_kept(as_ewa, adam, sent):
    reply = sent()
    services.assess(reply, verdict="good", note="", actor=adam)
    form = {"verdict": "improve", "note": "Za długo."}
    answer = as_ewa.post(f"/quality/{reply.uuid}/", form, follow=True)
    assert "Ktoś inny zdążył już ocenić tę odpowiedź." in answer.content.decode()
    assert Assessment.objects.get().assessor == adam


def test_the_author_sees_it_answers_it_and_has_it_off_the_desk(
    as_ewa, sign_in, old_hand, ewa, sent
):
    reply = sent()
    services.assess(reply, verdict="improve", note="Brak powitania.", actor=ewa)
    client = sign_in(old_hand)
    assert "Brak powitania." in client.get("/").content.decode()
    assert "Brak powitania." in client.get(f"/replies/{reply.uuid}/").content.decode()
    client.post(f"/quality/{reply.uuid}/acknowledge/", {"answer": "Poprawię się."})
    assert "Brak powitania." not in client.get("/").content.decode()
    assert "Poprawię się." in as_ewa.get("/quality/given/").content.decode()
    entry = AuditEntry.objects.get(action="reply.assessment_acknowledged")
    assert entry.actor == old_hand


def test_reading_it_twice_changes_nothing(sign_in, old_hand, ewa, sent):
    reply = sent()
    services.assess(reply, verdict="good", note="", actor=ewa)
    client = sign_in(old_hand)
    client.post(f"/quality/{reply.uuid}/acknowledge/", {"answer": "Dziękuję."})
    client.post(f"/quality/{reply.uuid}/acknowledge/", {"answer": ""})
    assert Assessment.objects.get().answer == "Dziękuję."
    assert AuditEntry.objects.filter(action="reply.assessment_acknowledged").count() == 1


def test_an_answer_that_is_too_long_comes_back(sign_in, old_hand, ewa, sent):
    reply = sent()
    services.assess(reply, verdict="good", note="", actor=ewa)
    long = "ż" * (LONGEST_NOTE + 1)
    answer = sign_in(old_hand).post(f"/quality/{reply.uuid}/acknowledge/", {"answer": long})
    assert answer.status_code == 422
    assert long in answer.content.decode()


@pytest.mark.parametrize("answer", ["", "ż" * (LONGEST_NOTE + 1)])
def test_only_the_author_acknowledges(sign_in, nowy, ewa, adam, sent, answer):
    reply = sent()
    services.assess(reply, verdict="good", note="", actor=ewa)
    for person in (nowy, ewa, adam):
        told = sign_in(person).post(f"/quality/{reply.uuid}/acknowledge/", {"answer": answer})
        assert told.status_code == 403
    assert Assessment.objects.get().acknowledged_at is None


def test_agents_do_not_judge(as_nowy, sign_in, old_hand, sent):
    reply = sent()
    assert as_nowy.post(f"/quality/{reply.uuid}/", {"verdict": "good"}).status_code == 403
    assert "/quality/" not in sign_in(old_hand).get(f"/replies/{reply.uuid}/").content.decode()


def test_nothing_to_review_says_what_would_come_here(as_ewa):
    assert "Nic nie czeka na ocenę" in as_ewa.get("/quality/").content.decode()
    assert "Nie oceniono jeszcze" in as_ewa.get("/quality/given/").content.decode()
