"""What an open ticket page hears of its ticket, and what the portal hears of the page."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import BODY, composed, in_state
from thulium_portal import gateway
from thulium_portal.practice.server import PracticeThulium
from thulium_portal.replies.states import OPEN, State
from thulium_portal.tickets import presence
from thulium_portal.tickets.index.intake import take_in
from thulium_portal.tickets.models import KnownTicket, Presence
from thulium_portal.tickets.snapshot import read_snapshot

pytestmark = pytest.mark.django_db

TICKET = 1234
PAGE = "/tickets/1234/"
URL = f"/tickets/{TICKET}/pulse/"
CONVERSATION = f"/tickets/{TICKET}/conversation/"


@pytest.fixture
def ticket(db):
    """A ticket that the index knows, with a customer's message 436 as the newest."""
    return KnownTicket.objects.create(
        ticket_id=TICKET,
        status_name="Nowe",
        last_message_id=436,
        last_written_id=436,
        last_kind="MAIL",
        last_at=timezone.now(),
        read_at=timezone.now(),
    )


def written(ticket, number, kind, login="", at=None):
    """Let a message be the newest of the ticket."""
    ticket.last_message_id = ticket.last_written_id = number
    ticket.last_kind, ticket.last_by, ticket.last_at = kind, login, at or timezone.now()
    ticket.save()


def news(client, seen=436):
    answer = client.get(URL, {"seen": seen})
    assert answer.status_code == 200
    return answer.json()["news"]


@pytest.fixture
def english(anna):
    anna.language = "en"
    anna.save()


def test_tells_what_the_contract_names(as_anna, ticket):
    told = as_anna.get(URL)
    assert told.headers["Content-Type"] == "application/json"
    assert "no-store" in told.headers["Cache-Control"]
    assert told.json() == {
        "newest_message": 436,
        "status": "Nowe",
        "people": [],
        "reply_open": False,
        "replies": [],
        "read_at": ticket.read_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "news": "",
    }


def test_of_a_ticket_nobody_has_listed_yet_it_tells_nothing(as_anna):
    told = as_anna.get(URL).json()
    assert (told["newest_message"], told["status"], told["read_at"]) == (None, "", None)


@pytest.mark.parametrize("number", ["0", str(10**12), str(2**64)])
def test_a_number_that_no_ticket_has_is_not_found(number, as_anna):
    for path in ("pulse", "conversation"):
        assert as_anna.get(f"/tickets/{number}/{path}/").status_code == 404
    assert not Presence.objects.exists()


@pytest.mark.parametrize("role", ["as_anna", "as_nowy", "as_adam"])
def test_each_role_sees_who_else_is_there_and_is_seen(role, request, as_ewa, ticket):
    client = request.getfixturevalue(role)
    assert client.get(URL).json()["people"] == []
    (other,) = as_ewa.get(URL).json()["people"]
    assert (other["writing"], "ogląda to zgłoszenie" in other["words"]) == (False, True)
    assert [one["name"] for one in client.get(URL).json()["people"]] == ["Ewa Kot"]


@pytest.mark.parametrize("role", ["as_anna", "as_nowy", "as_adam"])
def test_each_role_is_seen_writing_and_leaving(role, request, as_ewa, ticket):
    client = request.getfixturevalue(role)
    client.post(URL, {"writing": "1"})
    (other,) = as_ewa.get(URL).json()["people"]
    assert (other["writing"], "pisze odpowiedź" in other["words"]) == (True, True)
    client.post(URL, {"leaving": "1"})
    assert as_ewa.get(URL).json()["people"] == []


def test_a_hidden_page_does_not_count_as_looking(as_anna, as_ewa, ticket):
    as_ewa.get(URL)
    assert [one["name"] for one in as_anna.get(URL, {"hidden": "1"}).json()["people"]] == [
        "Ewa Kot"
    ]
    assert as_ewa.get(URL).json()["people"] == []


def test_nobody_writes_by_an_address_alone(as_anna, as_ewa, ticket):
    as_anna.get(URL, {"writing": "1"})
    (other,) = as_ewa.get(URL).json()["people"]
    assert not other["writing"]


def test_opening_the_page_shows_who_is_there_and_is_seen(as_anna, as_ewa, thulium):
    as_ewa.post(URL, {"writing": "1"})
    assert missing(as_anna.get(PAGE), "Ewa Kot pisze odpowiedź") == []
    assert [one["name"] for one in as_ewa.get(URL).json()["people"]] == ["Anna Nowak"]


def test_a_page_of_no_ticket_asks_for_nothing(as_anna, thulium):
    assert shown(as_anna.get("/tickets/999999/"), "data-people") == []
    assert not Presence.objects.exists()


@pytest.mark.parametrize(
    ("given", "writing"),
    [({}, True), ({"leaving": "1"}, None), ({"body": ""}, None)],
    ids=["typing", "leaving", "emptied"],
)
def test_saving_a_draft_is_writing(given, writing, as_anna, ewa):
    as_anna.post(f"{PAGE}draft/", composed(BODY) | {"revision": "0"} | given)
    found = presence.on_tickets([TICKET], besides=ewa).get(TICKET, [])
    assert [one.writing for one in found] == ([] if writing is None else [writing])


def test_a_message_of_the_customer_is_news_until_it_was_seen(as_anna, english, ticket):
    assert news(as_anna) == ""
    written(ticket, 437, "MAIL")
    assert news(as_anna) == "New message from the customer · just now"
    assert news(as_anna, seen=437) == ""


def test_a_reply_is_named_by_who_wrote_it(as_anna, english, anna, ewa, ticket):
    written(ticket, 437, "REPLY", "ewa.kot")
    assert news(as_anna) == "New reply: Ewa Kot · just now"
    written(ticket, 438, "REPLY", "ktos.inny")
    assert news(as_anna) == "New reply: ktos.inny · just now"
    written(ticket, 439, "REPLY", "anna.nowak")
    assert news(as_anna) == "Your reply is on the ticket now · just now"


def test_a_note_is_not_called_a_message_of_the_customer(as_anna, english, ticket):
    ticket.last_message_id = 440
    ticket.save()
    assert news(as_anna) == "New entry on the ticket"


def test_what_is_not_from_just_now_has_its_time(as_anna, english, ticket):
    written(ticket, 437, "MAIL", at=timezone.now() - timedelta(days=1))
    assert news(as_anna).startswith("New message from the customer · ")
    assert "just now" not in news(as_anna)


@pytest.mark.parametrize("seen", ["", "x", "9" * 40])
def test_a_page_that_shows_no_conversation_hears_of_no_news(seen, as_anna, ticket):
    assert news(as_anna, seen=seen) == ""


@pytest.mark.parametrize("state", list(State))
def test_a_reply_is_open_in_the_states_that_are(state, as_anna, submit, ticket):
    in_state(submit().reply, state, claim=uuid.uuid4(), lease_until=timezone.now())
    assert as_anna.get(URL).json()["reply_open"] is (state in {*OPEN, State.UNAPPROVED})


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (State.PENDING, {}, "the reply will be sent at "),
        (State.PENDING, {"attempts": 1}, "reply – On its way"),
        (State.PENDING, {"scheduled": True}, "reply – Planned for "),
        (State.PENDING, {"not_before": timezone.now() - timedelta(days=1)}, "reply – On its way"),
        (State.CLAIMED, {}, "reply – Preparing to send"),
        (State.SENDING, {}, "the reply is being sent"),
        (State.UNKNOWN, {}, "reply – Not confirmed yet"),
        (State.BLOCKED, {}, "reply – Stopped before sending"),
    ],
    ids=["first try", "tried before", "planned", "due", "claimed", "sending", "unknown", "blocked"],
)
def test_a_reply_of_a_colleague_is_told_with_its_state(
    state, fields, words, as_anna, as_ewa, ewa, submit, ticket
):
    ewa.language = "en"
    ewa.save()
    reply = submit().reply
    soon = {"not_before": timezone.now() + timedelta(minutes=5)}
    claim = {"claim": uuid.uuid4(), "lease_until": timezone.now()}
    at = soon if state == State.PENDING else claim
    in_state(reply, state, **at | fields)
    (told,) = as_ewa.get(URL).json()["replies"]
    assert told["name"] == "Anna Nowak"
    assert told["words"].startswith(words)
    assert as_anna.get(URL).json()["replies"] == []
    in_state(reply, State.CANCELLED)
    assert as_ewa.get(URL).json()["replies"] == []


def test_the_page_tells_of_it_from_the_start(as_ewa, submit, thulium):
    reply = submit().reply
    in_state(reply, State.PENDING, not_before=timezone.now() + timedelta(minutes=5))
    assert missing(as_ewa.get(PAGE), "<bdi>Anna Nowak</bdi>: odpowiedź zostanie wysłana o ") == []


@pytest.mark.parametrize(("kind", "queries"), [("MAIL", 3), ("REPLY", 4)])
def test_at_most_four_queries_beside_those_of_every_page(
    kind, queries, as_anna, as_ewa, ticket, submit, django_assert_num_queries
):
    submit()
    written(ticket, 437, kind, "ewa.kot")
    as_ewa.get(URL)
    as_anna.get(URL)
    of_every_page = 2  # session and person
    with django_assert_num_queries(of_every_page + queries):
        as_anna.get(URL, {"seen": "436"})


def test_thulium_is_never_asked(as_anna, ticket, monkeypatch):
    def refuse(**_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(gateway, "thulium_client", refuse)
    assert as_anna.get(URL, {"seen": "1"}).status_code == 200
    assert as_anna.post(URL, {"writing": "1"}).status_code == 200


def test_what_show_brings_counts_as_seen(as_anna, thulium: PracticeThulium):
    number = thulium.receive_mail(TICKET, "<p>Jeszcze jedno pytanie</p>")
    page = as_anna.get(CONVERSATION).content.decode()
    assert missing(page, f'id="message-{number}"', f'data-seen="{number}"') == []
    signed = page.partition('value="')[2].partition('"')[0]
    assert read_snapshot(signed, ticket_id=TICKET).last_message_id == number


def test_where_thulium_is_silent_show_exchanges_nothing(as_anna, settings):
    settings.THULIUM_URL = "http://127.0.0.1:9"
    page = as_anna.get(CONVERSATION)
    assert (page.status_code, page.content) == (204, b"")


def test_the_index_tells_which_message_it_tells_of(thulium: PracticeThulium):
    number = thulium.receive_mail(TICKET, "<p>Pytanie</p>")
    row = take_in(gateway.thulium_client().get_ticket(TICKET))
    assert (row.last_written_id, row.last_message_id, row.last_kind) == (number, number, "MAIL")
