"""The list of replies: whose, in which state, of which days, by the reader's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.support.replies import in_state
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.models import KnownQueue
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(submit):
    """Return a function that makes a reply that left at a moment."""
    numbers = iter(range(2000, 3000))

    def make(at: datetime, state: State = State.CONFIRMED, **given: object) -> Reply:
        columns = {name: given.pop(name) for name in ("waiting_since",) if name in given}
        number = next(numbers)
        reply = submit(
            ticket_id=number, snapshot=Snapshot(number, queue_id=given.pop("queue", None)), **given
        ).reply
        return in_state(reply, state, wire_at=at, updated_at=at, **columns)

    return make


def listed(client, **filters: object) -> set[int]:
    page = client.get("/replies/", filters)
    assert page.status_code == 200
    return {reply.ticket_id for reply in page.context["replies"]}


def test_a_day_is_the_readers(as_anna, anna, sent):
    eve = sent(datetime(2026, 11, 26, 22, 59, tzinfo=UTC))
    begun = sent(datetime(2026, 11, 26, 23, 0, tzinfo=UTC))
    ended = sent(datetime(2026, 11, 27, 22, 59, tzinfo=UTC))
    sent(datetime(2026, 11, 27, 23, 0, tzinfo=UTC))
    day = {"since": "2026-11-27", "until": "2026-11-27"}
    assert listed(as_anna, **day) == {begun.ticket_id, ended.ticket_id}
    anna.time_zone = "Europe/London"
    anna.save()
    assert eve.ticket_id in listed(as_anna, since="2026-11-26", until="2026-11-26")
    assert begun.ticket_id not in listed(as_anna, **day)


def test_sent_is_what_thulium_has(as_anna, sent):
    now = timezone.now()
    having = {sent(now, State.SENT).ticket_id, sent(now, State.CONFIRMED).ticket_id}
    sent(now, State.REJECTED)
    sent(now, State.NOT_FOUND)
    assert listed(as_anna, state="was-sent") == having


def test_the_list_says_how_many_it_holds(as_anna, sent):
    for _each in range(60):
        sent(datetime(2026, 11, 27, 12, tzinfo=UTC))
    page = as_anna.get("/replies/", {"since": "2026-11-27"})
    assert (page.context["total"], len(page.context["replies"])) == (60, 50)
    older = as_anna.get(page.context["older"])
    assert len(older.context["replies"]) == 10
    assert not {reply.pk for reply in older.context["replies"]} & {
        reply.pk for reply in page.context["replies"]
    }


def test_a_queue_is_named_and_holds_its_own(as_anna, sent):
    KnownQueue.objects.create(queue_id=7, name="Zwroty")
    now = timezone.now()
    returns, none = sent(now, queue=7), sent(now)
    assert listed(as_anna, queue="7") == {returns.ticket_id}
    assert listed(as_anna, queue="0") == {none.ticket_id}
    assert "Zwroty" in as_anna.get("/replies/", {"queue": "7"}).content.decode()
    assert listed(as_anna, queue="8") == set()


def test_a_canned_response_is_named_and_holds_its_own(as_anna, sent, make):
    response = make("Paczka opóźniona")
    now = timezone.now()
    one = sent(now)
    sent(now)
    Reply.objects.filter(pk=one.pk).update(canned_response=response)
    assert listed(as_anna, canned=response.pk) == {one.ticket_id}
    page = as_anna.get("/replies/", {"canned": response.pk}).content.decode()
    assert "Paczka opóźniona" in page


def test_waits_are_shown_of_those_that_are_known(as_anna, sent):
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    known = sent(at, waiting_since=at - timedelta(minutes=65))
    sent(at)
    assert listed(as_anna, waited="1") == {known.ticket_id}
    assert "1 h 05 min" in as_anna.get("/replies/", {"waited": "1"}).content.decode()


@pytest.mark.parametrize(
    ("who", "sees"),
    [("as_anna", None), ("as_nowy", None), ("as_ewa", True), ("as_adam", True)],
)
def test_everybodys_are_for_those_who_may_see_them(request, who, sees, sent):
    reply = sent(timezone.now())
    client = request.getfixturevalue(who)
    if sees is None:
        assert client.get("/replies/", {"who": "all"}).status_code == 403
    else:
        assert listed(client, who="all") == {reply.ticket_id}
        assert "Anna Nowak" in client.get("/replies/", {"who": "all"}).content.decode()
        assert listed(client) == set()


def test_nobodys_drafts_are_among_everybodys(as_ewa, anna):
    Reply.objects.create(submission_key="0" * 32, ticket_id=9, author=anna, body="szkic")
    assert listed(as_ewa, who="all") == set()


@pytest.mark.parametrize("days", [("2026-13-01", ""), ("2026-11-27", "2026-11-26"), ("x", "y")])
def test_what_is_no_day_is_said_beside_it(as_anna, days):
    page = as_anna.get("/replies/", dict(zip(("since", "until"), days, strict=True)))
    assert page.status_code == 200
    assert "field-error" in page.content.decode()


def test_the_next_page_keeps_what_was_asked_for(as_anna, sent):
    for _each in range(51):
        sent(datetime(2026, 11, 27, 12, tzinfo=UTC))
    older = as_anna.get("/replies/", {"state": "was-sent", "since": "2026-11-27"}).context["older"]
    assert "state=was-sent" in older
    assert "since=2026-11-27" in older
