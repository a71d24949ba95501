"""The status a ticket gets after a reply: shown before, set once sent, at no reply's cost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from tests.factories import make_person
from tests.support.fault_server import answering
from tests.support.pages import missing
from tests.support.replies import composed
from thulium_portal import gateway
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.practice.shop import MERGED, STATUSES
from thulium_portal.replies.delivery import readback, ticket_status
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.thulium import Reason, ThuliumClient, ThuliumError, TicketStatus, Unreachable
from thulium_portal.tickets import statuses as canned_statuses
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db

BODY = "<p>Dziękujemy, zamykamy zgłoszenie.</p>"
CLOSED = ("6", "Zamknięte")


@pytest.fixture
def response(make):
    return make("Zamknięcie", BODY, status_after="6", status_after_name="Zamknięte")


def compose(response: CannedResponse, **given) -> dict[str, object]:
    return composed(BODY, canned_response=response.pk, status_after="6") | given


def status_of_ticket() -> str:
    return gateway.thulium_client().get_ticket(1234).status_name


def test_the_statuses_of_thulium_are_read(thulium):
    assert TicketStatus(*CLOSED) in gateway.thulium_client().get_ticket_statuses()


@pytest.mark.parametrize(
    "told",
    [
        [{"id": 6, "name": "Zamknięte"}],
        {"count": 1, "result": [{"status_id": "6", "name": "Zamknięte"}]},
    ],
)
def test_either_shape_of_the_list_is_understood(settings, told):
    with answering(told) as server:
        settings.THULIUM_URL = server.url
        assert gateway.thulium_client().get_ticket_statuses() == (TicketStatus(*CLOSED),)


def test_a_status_is_set_and_an_unknown_one_refused(thulium):
    gateway.thulium_client().set_ticket_status(1234, "6")
    assert status_of_ticket() == "Zamknięte"
    with pytest.raises(ThuliumError):
        gateway.thulium_client().set_ticket_status(1234, "77")


def test_the_author_chooses_among_thuliums_statuses(as_ewa, thulium):
    form = {"title": "Zamknięcie", "body": BODY, "body_type": "HTML", "language": "pl"}
    assert "Zamknięte" in as_ewa.get("/canned/new/").content.decode()
    as_ewa.post("/canned/new/", form | {"status_after": "6"})
    made = CannedResponse.objects.get()
    assert (made.status_after, made.status_after_name) == CLOSED
    assert "Zamknięte" in as_ewa.get(f"/canned/{made.pk}/").content.decode()
    assert as_ewa.post("/canned/new/", form | {"status_after": "99"}).status_code == 422


def test_without_thulium_the_text_keeps_its_status(settings, response):
    settings.THULIUM_URL = "http://127.0.0.1:1"
    assert canned_statuses.choices(dict([CLOSED])) == [CLOSED]
    assert canned_statuses.choices({}) == []


def test_the_status_follows_once_the_reply_was_sent(as_anna, response, thulium, no_undo_time, work):
    as_anna.post("/tickets/1234/", compose(response))
    reply = Reply.objects.get()
    assert (reply.status_after, reply.status_after_name) == CLOSED
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert "po wysłaniu odpowiedzi" in page
    work()
    assert status_of_ticket() != "Zamknięte"
    Reply.objects.update(next_check_at=timezone.now())
    work()
    assert status_of_ticket() == "Zamknięte"
    assert AuditEntry.objects.filter(action="reply.status_set").count() == 1
    assert "zmieniony" in as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert ticket_status.take() is None


def test_the_page_asks_on_until_the_status_has_followed(
    as_anna, response, thulium, no_undo_time, work
):
    as_anna.post("/tickets/1234/", compose(response))
    work()
    Reply.objects.update(next_check_at=timezone.now())
    readback.check(readback.claim_check())
    assert Reply.objects.get().state == State.CONFIRMED
    address = f"/replies/{Reply.objects.get().uuid}/status/"
    waiting = as_anna.get(address)
    assert (waiting.status_code, missing(waiting, "po wysłaniu odpowiedzi")) == (200, [])
    work()
    done = as_anna.get(address)
    assert (done.status_code, missing(done, "zmieniony")) == (286, [])


def test_a_customer_who_wrote_again_is_not_closed_unread(
    as_anna, response, thulium, no_undo_time, work
):
    as_anna.post("/tickets/1234/", compose(response))
    Reply.objects.update(state=State.CONFIRMED, matched_message_id=1, not_before=timezone.now())
    work()
    reply = Reply.objects.get()
    assert (reply.status_reason, reply.status_due_at) == ("wrote_again", None)
    assert status_of_ticket() != "Zamknięte"
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert "Klient napisał ponownie" in page


def test_a_status_that_was_dropped_stays_dropped(as_anna, response, thulium):
    as_anna.post("/tickets/1234/draft/", compose(response, revision=0, status_after=""))
    assert not ticked(as_anna.get("/tickets/1234/"))
    inserted = compose(response, status_after="") | {"insert": response.pk}
    assert not ticked(as_anna.post("/tickets/1234/insert/", inserted))
    as_anna.post("/tickets/1234/", compose(response, status_after=""))
    assert Reply.objects.get(state=State.PENDING).status_due_at is None


def ticked(page) -> bool:
    return 'value="6" selected' in choice(page)


def choice(page) -> str:
    """Return the choice of a status as the page writes it."""
    (found,) = re.findall(
        r'<select name="status_after".*?</select>', page.content.decode(), re.DOTALL
    )
    return found


def revised(response, ewa, **change) -> None:
    text = replace(ResponseText.of(response), **change)
    services.revise(response, text, seen_version=1, actor=ewa)


def test_the_status_of_the_version_inserted_is_set_though_its_author_chose_another(
    as_anna, ewa, response, thulium
):
    form = compose(response, canned_version=response.current_id)
    revised(response, ewa, status_after="5", status_after_name="Oczekujące")
    as_anna.post("/tickets/1234/", form)
    assert Reply.objects.get().status_after_name == "Zamknięte"


@pytest.mark.parametrize("status", ["99", "6; drop", "6" * 5000])
def test_a_status_that_nobody_has_is_told_and_not_set(as_anna, response, thulium, status):
    page = as_anna.post("/tickets/1234/", compose(response, status_after=status))
    assert page.status_code == 422
    assert missing(page, "Tego statusu już nie ma") == []
    assert BODY in page.context["form"]["body"].value()
    assert not Reply.objects.filter(state=State.PENDING).exists()


def test_an_author_out_of_sight_tells_nothing_of_their_status(as_anna, ewa, response):
    revised(response, ewa, scope="personal")
    form = compose(response, insert=response.pk)
    page = as_anna.post("/tickets/1234/insert/", form)
    assert "Zamknięte" not in page.content.decode()


@pytest.mark.parametrize("state", [State.CANCELLED, State.REJECTED, State.SUPERSEDED])
def test_a_reply_that_never_left_says_that_the_status_stays(as_anna, response, thulium, state):
    as_anna.post("/tickets/1234/", compose(response))
    Reply.objects.update(state=state)
    page = as_anna.get(f"/replies/{Reply.objects.get().uuid}/").content.decode()
    assert "bez zmiany: tej odpowiedzi nie wysłano" in page


@pytest.mark.parametrize(
    "state", [State.PENDING, State.CANCELLED, State.REJECTED, State.UNKNOWN, State.NOT_FOUND]
)
def test_nothing_follows_what_was_not_sent(as_anna, response, thulium, state):
    as_anna.post("/tickets/1234/", compose(response))
    Reply.objects.update(state=state)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert ticket_status.take() is None


def test_a_failure_is_tried_again_then_told_and_leaves_the_reply_alone(as_anna, response, settings):
    settings.THULIUM_URL = "http://127.0.0.1:1"
    as_anna.post("/tickets/1234/", compose(response))
    Reply.objects.update(state=State.CONFIRMED)
    now = timezone.now() + timedelta(minutes=1)
    tries = 0
    for _hour in range(10):
        with time_machine.travel(now, tick=False):
            reply = ticket_status.take()
            if reply is None:
                break
            assert ticket_status.take() is None
            ticket_status.follow(reply)
            tries += 1
        now += timedelta(hours=1)
    assert tries == ticket_status.MOST_TRIES
    reply = Reply.objects.get()
    assert (reply.state, reply.status_reason) == (State.CONFIRMED, "no_connection")
    assert "nie udało się" in as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert AuditEntry.objects.filter(action="reply.status_failed").count() == 1


def test_a_person_can_have_it_set_after_all_once(as_anna, sign_in, response, thulium):
    as_anna.post("/tickets/1234/", compose(response))
    reply = Reply.objects.get()
    address = f"/replies/{reply.uuid}/set-status/"
    failed = {"state": State.CONFIRMED, "status_due_at": None, "status_reason": "no_connection"}
    Reply.objects.update(**failed, matched_message_id=10**9)
    assert address in as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert sign_in(make_person("ola")).post(address).status_code == 404
    as_anna.post(address)
    as_anna.post(address)
    assert AuditEntry.objects.filter(action="reply.status_again").count() == 1
    again = ticket_status.take()
    assert again is not None
    ticket_status.follow(again)
    assert status_of_ticket() == "Zamknięte"


def test_a_status_is_not_forced_over_a_new_question(as_anna, response, thulium):
    as_anna.post("/tickets/1234/", compose(response))
    left = {"state": State.CONFIRMED, "status_due_at": None, "status_reason": "wrote_again"}
    Reply.objects.update(**left)
    reply = Reply.objects.get()
    assert "set-status" not in as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    as_anna.post(f"/replies/{reply.uuid}/set-status/")
    assert ticket_status.take() is None


def test_the_composer_shows_it_before_it_happens(as_anna, response, thulium):
    option = '<option value="6">Zamknięte</option>'
    assert option in as_anna.post("/tickets/1234/canned/", {"q": "zamkn"}).content.decode()
    assert ticked(as_anna.post("/tickets/1234/insert/", {"insert": response.pk, "body": ""}))
    as_anna.post("/tickets/1234/draft/", compose(response, revision=0))
    assert ticked(as_anna.get("/tickets/1234/"))


def test_every_status_of_thulium_may_be_chosen_and_is_named_by_the_portal(as_anna, thulium):
    canned_statuses.learn()
    in_order = [STATUSES[key] for key in STATUSES if key != MERGED] + [STATUSES[MERGED]]
    page = as_anna.get("/tickets/1234/")
    assert re.findall(r"<option[^>]*>([^<]*)<", choice(page))[1:] == in_order
    fields = {"status_after": "2", "status_after_name": "Podrobione"}
    assert as_anna.post("/tickets/1234/", composed(BODY) | fields).status_code == 302
    reply = Reply.objects.get()
    assert (reply.status_after, reply.status_after_name) == ("2", "Oczekuje na klienta")


def test_a_chosen_status_is_kept_with_the_draft(as_anna, thulium):
    canned_statuses.learn()
    as_anna.post("/tickets/1234/draft/", composed(BODY, status_after="2", revision=0))
    assert 'value="2" selected' in choice(as_anna.get("/tickets/1234/"))
    cache.clear()
    assert 'value="2" selected>Oczekuje na klienta' in choice(as_anna.get("/tickets/1234/"))


def test_no_page_and_no_send_waits_for_the_statuses(as_anna, response, thulium, monkeypatch):
    canned_statuses.learn()

    def asked(*args):
        raise AssertionError

    monkeypatch.setattr(ThuliumClient, "get_ticket_statuses", asked)
    assert as_anna.get("/tickets/1234/").status_code == 200
    assert as_anna.post("/tickets/1234/", compose(response, status_after="2")).status_code == 302


def test_where_nothing_was_told_there_is_no_choice_and_no_question(as_anna, thulium):
    assert "data-status-choice hidden" in as_anna.get("/tickets/1234/").content.decode()
    assert as_anna.post("/tickets/1234/", composed(BODY, status_after="")).status_code == 302


def test_what_was_told_stays_where_thulium_cannot_be_asked(thulium, settings, monkeypatch):
    canned_statuses.learn()
    told = canned_statuses.known()
    monkeypatch.setattr(
        ThuliumClient, "get_ticket_statuses", lambda self: pytest.fail("asked too soon")
    )
    canned_statuses.learn()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        monkeypatch.setattr(ThuliumClient, "get_ticket_statuses", unreachable)
        canned_statuses.learn()
        assert canned_statuses.known() == told != {}


def unreachable(client):
    raise Unreachable(Reason.NO_CONNECTION)


def test_a_status_that_thulium_dropped_is_told_and_the_text_stays(as_anna, thulium, monkeypatch):
    canned_statuses.learn()
    cache.set(canned_statuses._key("ticket-statuses"), [TicketStatus("1", "Nowe")], None)
    page = as_anna.post("/tickets/1234/", composed(BODY, status_after="2"))
    assert (page.status_code, missing(page, "Tego statusu już nie ma", "zamykamy")) == (422, [])


@pytest.mark.parametrize(("last", "next_time"), [("2", True), ("4", False), ("6", False)])
def test_the_last_choice_comes_again_unless_it_ends_a_ticket(as_anna, thulium, last, next_time):
    canned_statuses.learn()
    as_anna.post("/tickets/1234/", composed(BODY, status_after=last))
    again = choice(as_anna.get("/tickets/1230/"))
    assert (f'value="{last}" selected' in again) == next_time


@pytest.mark.parametrize("is_open", [True, False])
def test_a_closed_status_of_another_name_is_not_chosen_beforehand(as_anna, thulium, is_open):
    canned_statuses.learn()
    told = [*canned_statuses._told(), TicketStatus("77", "Załatwione")]
    cache.set(canned_statuses._key("ticket-statuses"), told, None)
    KnownTicket.objects.create(ticket_id=99, status_name="Załatwione", is_open=is_open)
    as_anna.post("/tickets/1234/", composed(BODY, status_after="77"))
    again = choice(as_anna.get("/tickets/1230/"))
    assert ('value="77" selected' in again) == is_open


def test_an_undone_reply_offers_it_again(as_anna, response, thulium):
    as_anna.post("/tickets/1234/", compose(response))
    as_anna.post(f"/replies/{Reply.objects.get().uuid}/undo/")
    page = as_anna.get("/tickets/1234/").content.decode()
    assert "Zamknięte" in page
