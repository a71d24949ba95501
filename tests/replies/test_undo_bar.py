"""The bar to undo a reply from whatever page comes after it; and the next ticket after sending."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import composed, in_state
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

BAR = "data-undo-bar"
TICKET = "/tickets/1234/"


@pytest.fixture
def reply(as_anna, thulium) -> Reply:
    """A reply that Anna has sent just now."""
    as_anna.post(TICKET, composed(snapshot=signed(1234, "Maria <b>Wiśniewska")))
    return Reply.objects.get(ticket_id=1234)


def signed(ticket_id: int, customer: str) -> str:
    return Snapshot(ticket_id, subject="Paczka", customer_name=customer).sign()


@pytest.mark.parametrize("page", ["/", "/replies/", "/canned/", "/tickets/1235/"])
def test_stands_on_every_page_of_who_sent_it(page, as_anna, as_ewa, reply, thulium):
    words = ["Maria &lt;b&gt;Wiśniewska</bdi> (1234)", f"/replies/{reply.uuid}/undo/"]
    assert missing(as_anna.get(page), BAR, *words) == []
    assert shown(as_ewa.get(page), BAR) == []


def test_tells_how_long_it_can_be_undone(as_anna, reply, time_machine):
    time_machine.move_to(reply.not_before - timedelta(seconds=24), tick=False)
    assert (
        missing(as_anna.get("/replies/"), "wysyłka za 24 s", 'data-words="wysyłka za {time}"') == []
    )


def test_the_page_of_the_reply_itself_has_its_own_button(as_anna, reply):
    page = as_anna.get(f"/replies/{reply.uuid}/")
    assert missing(page, 'id="act-undo"', "data-undo>") == []
    assert shown(page, BAR) == []


def test_of_several_the_newest_is_named_and_the_others_are_counted(as_anna, reply):
    as_anna.post("/tickets/1235/", composed(snapshot=signed(1235, "Jan Kowalski")))
    newest = Reply.objects.get(ticket_id=1235)
    page = as_anna.get("/replies/")
    assert missing(page, "Jan Kowalski</bdi> (1235)", "i jeszcze 1", str(newest.uuid)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"scheduled": True, "not_before": timezone.now() + timedelta(hours=2)},
        {"not_before": timezone.now() - timedelta(seconds=1)},
        {"attempts": 1},
    ],
    ids=["planned", "over", "tried before"],
)
def test_is_for_the_undo_time_alone(fields, as_anna, reply):
    in_state(reply, State.PENDING, **fields)
    assert shown(as_anna.get("/replies/"), BAR) == []


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.CANCELLED, State.BLOCKED])
def test_is_gone_with_the_waiting(state, as_anna, reply):
    in_state(reply, state)
    assert shown(as_anna.get("/replies/"), BAR) == []


def test_leads_back_to_the_draft(as_anna, reply):
    answer = as_anna.post(f"/replies/{reply.uuid}/undo/")
    assert answer.headers["Location"] == TICKET
    assert Reply.objects.get(state=State.DRAFT).body == reply.body


def queries(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get("/replies/")
    return len(asked)


def test_the_database_is_asked_once_and_only_while_something_waits(
    as_anna, sign_in, anna, reply, time_machine
):
    elsewhere = sign_in(anna)
    elsewhere.get("/replies/")  # where the session begins
    with_bar = queries(as_anna)
    assert with_bar == queries(elsewhere) + 1
    time_machine.move_to(reply.not_before + timedelta(seconds=1), tick=False)
    assert queries(as_anna) == with_bar - 1


def test_where_nothing_can_be_undone_there_is_none(as_anna, no_undo_time, reply):
    assert shown(as_anna.get("/replies/"), BAR) == []


# What follows a reply


@pytest.fixture
def waiting(db):
    KnownTicket.objects.create(
        ticket_id=1240, agent_login="anna.nowak", waiting_since=timezone.now()
    )


def test_without_the_choice_the_page_of_the_reply_follows(as_anna, thulium, waiting):
    answer = as_anna.post(TICKET, composed())
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/replies/{Reply.objects.get().uuid}/",
    )


def test_by_choice_the_next_ticket_follows_with_the_bar(as_anna, thulium, waiting):
    answer = as_anna.post(TICKET, composed(then="next"))
    assert answer.headers["Location"] == "/next/?after=1234"
    page = as_anna.get(answer.headers["Location"], follow=True)
    assert page.redirect_chain == [("/tickets/1240/?write", 302)]
    assert missing(page, BAR) == []


def test_a_script_is_told_of_the_next_ticket(as_anna, thulium):
    answer = as_anna.post(TICKET, composed(then="next"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/next/?after=1234"


def test_a_refused_form_keeps_the_choice(as_anna, thulium):
    page = as_anna.post(TICKET, composed(body="", then="next"))
    assert page.status_code == 422
    assert 'name="then" value="next" data-then-next\n    checked' in page.content.decode()


def test_what_no_bar_tells_is_told_in_words(as_anna, thulium, waiting):
    at = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    page = as_anna.post(TICKET, composed(then="next", send_at=at), follow=True)
    (told,) = page.context["messages"]
    assert str(told).startswith("Odpowiedź na zgłoszenie 1234: Zaplanowano")
