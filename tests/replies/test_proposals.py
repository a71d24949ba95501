"""An edit made in a real reply becomes a proposal, and a proposal a version, with credit."""

import pytest

from tests.support.replies import in_state
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import services
from thulium_portal.canned.models import Proposal
from thulium_portal.canned.proposals import alignment
from thulium_portal.canned.proposals import services as proposing
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies import canned_usage
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

BODY = "<p>Dzień dobry, {{ imię klienta | Szanowni Państwo }}!</p><p>Zgłoszenie {{ numer zgłoszenia }} jest u nas.</p>"  # noqa: E501
SENT = "<p>Dzień dobry, Maria!</p><p>Zgłoszenie 1234 jest u nas, wrócimy jutro.</p>"


@pytest.fixture
def response(make):
    return make("Przyjęte", BODY)


@pytest.fixture
def reply(response, submit):
    """Return Anna's reply, sent, with her own words at its end."""
    customer = {"customer_name": "Maria Nowak", "customer_first_name": "Maria"}
    snapshot = Snapshot(1234, subject="Paczka", **customer)
    text = Text(SENT, "HTML", response, response.current)
    return in_state(submit(text=text, snapshot=snapshot).reply, State.CONFIRMED)


def test_the_customers_values_become_placeholders_again(reply, response):
    edit = canned_usage.edit_of(reply, reply.author)
    assert edit.suggestion == BODY.replace("jest u nas.", "jest u nas, wrócimy jutro.")


def test_one_click_proposes_and_a_second_finds_it(as_anna, reply):
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert f'action="/replies/{reply.uuid}/propose/"' in page
    first = as_anna.post(f"/replies/{reply.uuid}/propose/")
    second = as_anna.post(f"/replies/{reply.uuid}/propose/")
    proposal = Proposal.objects.get()
    assert first.headers["Location"] == f"/canned/proposals/{proposal.pk}/"
    assert second.headers["Location"] == first.headers["Location"]
    assert "wrócimy jutro" in proposal.body
    assert "Maria" not in proposal.body
    assert "/propose/" not in as_anna.get(f"/replies/{reply.uuid}/").content.decode()


def test_only_the_author_proposes_and_only_what_was_changed(as_anna, as_ewa, as_nowy, reply):
    as_ewa.post(f"/replies/{reply.uuid}/propose/")
    assert as_nowy.post(f"/replies/{reply.uuid}/propose/").status_code == 404
    Reply.objects.update(body=reply.canned_text)
    as_anna.post(f"/replies/{reply.uuid}/propose/")
    assert not Proposal.objects.exists()


@pytest.fixture
def proposal(reply, anna):
    edit = canned_usage.edit_of(reply, anna)
    return proposing.propose(edit, actor=anna)


def decide(client, proposal, **form) -> object:
    given = {"body": proposal.body, "body_type": "HTML", "seen_version": 1, "decision": "accept"}
    return client.post(f"/canned/proposals/{proposal.pk}/decide/", given | form)


def test_a_supervisor_sees_both_and_accepts_it_as_a_version(as_ewa, ewa, anna, proposal, response):
    page = as_ewa.get(f"/canned/proposals/{proposal.pk}/").content.decode()
    assert "wrócimy jutro" in page
    decide(as_ewa, proposal)
    response.refresh_from_db()
    assert response.current.number == 2
    assert "wrócimy jutro" in response.current.body
    assert response.current.note == f"Propozycja: {anna.get_full_name()}"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version, proposal.decided_by) == (
        "accepted",
        response.current,
        ewa,
    )
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-3:] == ["canned.proposed", "canned.revised", "canned.proposal_accepted"]


def test_the_supervisor_can_change_it_first(as_ewa, proposal, response):
    decide(as_ewa, proposal, body="<p>Krócej.</p>")
    response.refresh_from_db()
    assert response.current.body == "<p>Krócej.</p>"


def test_a_text_changed_meanwhile_is_compared_once_more(as_ewa, ewa, proposal, response):
    services.revise(response, ResponseText("Przyjęte", "<p>Nowe</p>"), seen_version=1, actor=ewa)
    answer = decide(as_ewa, proposal)
    assert answer.status_code == 409
    proposal.refresh_from_db()
    assert proposal.state == "open"


@pytest.mark.parametrize("body", ["", "<p>{{ kleint }}</p>"])
def test_a_text_that_cannot_be_saved_comes_back(as_ewa, proposal, body):
    answer = decide(as_ewa, proposal, body=body)
    assert answer.status_code == 422
    assert answer.context["form"].errors["body"]


def test_a_no_needs_its_reason_and_the_author_reads_it(as_anna, as_ewa, proposal):
    assert decide(as_ewa, proposal, decision="decline", answer=" ").status_code == 422
    assert decide(as_ewa, proposal, decision="decline", answer="x" * 301).status_code == 422
    decide(as_ewa, proposal, decision="decline", answer="To obietnica bez pokrycia.")
    page = as_anna.get("/canned/proposals/").content.decode()
    assert "To obietnica bez pokrycia." in page


def test_a_second_decision_is_none(as_ewa, as_adam, proposal, response):
    decide(as_ewa, proposal, decision="decline", answer="Nie.")
    decide(as_adam, proposal)
    proposal.refresh_from_db()
    response.refresh_from_db()
    assert (proposal.state, response.current.number) == ("declined", 1)


def test_agents_see_their_own_proposals_and_decide_over_none(as_anna, as_nowy, proposal):
    assert as_anna.get(f"/canned/proposals/{proposal.pk}/").status_code == 200
    assert as_nowy.get(f"/canned/proposals/{proposal.pk}/").status_code == 404
    assert decide(as_anna, proposal).status_code == 403
    assert "Przyjęte" not in as_nowy.get("/canned/proposals/").content.decode()


def told(page) -> str:
    return page.content.decode()


@pytest.mark.parametrize("by_hand", [False, True])
def test_where_only_blanks_were_filled_no_button_is_offered(as_anna, make, submit, by_hand):
    asking = make("Termin", "<p>Zwrot {{ ask: kwota }} do {{ ask: dzień }}.</p>")
    answers = {"kwota": "1 234,50 zł", "dzień": "3 grudnia"}
    filled = {} if by_hand else {str(asking.current_id): {"address": "", "answers": answers}}
    sent = "<p>Zwrot 1 234,50 zł do 3 grudnia.</p>"
    text = Text(sent, "HTML", asking, asking.current, answers=filled)
    reply = in_state(submit(text=text).reply, State.CONFIRMED)
    assert "/propose/" not in told(as_anna.get(f"/replies/{reply.uuid}/"))
    answer = as_anna.post(f"/replies/{reply.uuid}/propose/", follow=True)
    assert "nie ma zmiany, którą można" in told(answer)
    assert not Proposal.objects.exists()


def test_a_reply_that_cannot_be_compared_in_time_says_so(as_anna, make, submit, monkeypatch):
    monkeypatch.setattr(alignment, "MOST_STEPS", 3)
    long = make("Termin", "<p>Zwrot do jutra i dalej.</p>")
    text = Text("<p>Coś innego, zupełnie innego.</p>", "HTML", long, long.current)
    reply = in_state(submit(text=text).reply, State.CONFIRMED)
    page = told(as_anna.get(f"/replies/{reply.uuid}/"))
    assert "/propose/" not in page
    assert "Nie porównano" in page
    answer = as_anna.post(f"/replies/{reply.uuid}/propose/", follow=True)
    assert "za bardzo" in told(answer)
