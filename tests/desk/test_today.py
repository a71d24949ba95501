"""The day's figures: counted by the reader's clock, each opening exactly what it counts."""

from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest
import time_machine

from tests.desk.conftest import NOON
from tests.factories import make_person
from tests.support.replies import in_state
from thulium_portal.desk import today
from thulium_portal.desk.today import Figure
from thulium_portal.replies import services, worklist
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownQueue, KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def sent(submit):
    """Return a function that makes a reply that left at a moment, after a wait."""
    numbers = count(5000)

    def make(
        at: datetime = NOON,
        state: State = State.CONFIRMED,
        *,
        wait: timedelta | None = None,
        queue: int | None = None,
        actor=None,
        canned=None,
    ) -> Reply:
        number = next(numbers)
        reply = submit(ticket_id=number, snapshot=Snapshot(number, queue_id=queue), actor=actor)
        since = None if wait is None else at - wait
        fields = {"wire_at": at, "updated_at": at, "waiting_since": since}
        return in_state(reply.reply, state, canned_response=canned, **fields)

    return make


def waiting(number: int, hours: int, **given: object) -> KnownTicket:
    columns = {"agent_login": "anna.nowak", "queue_id": 7, "last_kind": "MAIL"} | given
    since = NOON - timedelta(hours=hours)
    return KnownTicket.objects.create(
        pk=number, subject="Paczka", waiting_since=since, read_at=NOON, **columns
    )


def figures(client) -> today.Today:
    return client.get("/").context["today"]


def counted(client, figure: Figure) -> int:
    """Follow a figure of replies and return how many the list holds, page after page."""
    page, number = client.get(figure.url), 0
    while True:
        number += len(page.context["replies"])
        if not page.context["older"]:
            return number
        page = client.get(page.context["older"])


def test_a_day_without_anything(as_anna):
    mine = figures(as_anna).mine
    assert (mine.sent.words, mine.waiting.words) == ("0", "0")
    assert (mine.longest.words, mine.median) == ("", Figure())
    assert counted(as_anna, mine.sent) == 0
    assert figures(as_anna).canned == Figure()


def test_what_was_sent_today_is_counted_and_listed(as_anna, anna, ewa, sent):
    sent(NOON - timedelta(hours=11, minutes=59))
    sent(NOON, State.SENT)
    sent(NOON - timedelta(hours=12, minutes=1))  # yesterday in Warsaw
    sent(NOON, State.REJECTED)
    sent(NOON, State.UNKNOWN)
    sent(NOON, actor=ewa)
    figure = figures(as_anna).mine.sent
    assert figure.words == "2"
    assert counted(as_anna, figure) == 2


def test_the_day_is_the_readers(as_anna, anna, sent):
    sent(NOON - timedelta(hours=11, minutes=30))  # 23:30 in London, the day before
    assert figures(as_anna).mine.sent.words == "1"
    anna.time_zone = "Europe/London"
    anna.save()
    figure = figures(as_anna).mine.sent
    assert figure.words == "0"
    assert counted(as_anna, figure) == 0


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (  # 25 hours
            datetime(2026, 10, 25, 12, tzinfo=UTC),
            datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC),
        ),
        (  # 23 hours
            datetime(2027, 3, 28, 12, tzinfo=UTC),
            datetime(2027, 3, 27, 23, 0, tzinfo=UTC),
            datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC),
        ),
    ],
    ids=["autumn", "spring"],
)
def test_the_days_on_which_the_clocks_change_are_whole(sign_in, anna, sent, now, first, last):
    sent(first - timedelta(seconds=1))
    sent(first)
    sent(last)
    sent(last + timedelta(seconds=1))
    with time_machine.travel(now, tick=False):
        client = sign_in(anna)
        figure = figures(client).mine.sent
        assert figure.words == "2"
        assert counted(client, figure) == 2


def test_the_median_is_of_the_waits_that_are_known(as_anna, sent):
    for minutes in (5, 65, 600):
        sent(wait=timedelta(minutes=minutes))
    sent()
    figure = figures(as_anna).mine.median
    assert figure.words == "1 h 05 min"
    assert counted(as_anna, figure) == 3


def test_one_reply_is_its_own_median_and_no_wait_is_below_nothing(as_anna, sent):
    sent(wait=timedelta(minutes=-3))
    assert figures(as_anna).mine.median.words == "0 min"


def test_many_replies_are_all_in_the_list(as_anna, sent):
    for _each in range(103):
        sent()
    figure = figures(as_anna).mine.sent
    assert figure.words == "103"
    assert counted(as_anna, figure) == 103


def test_the_canned_response_used_most_opens_the_replies_that_began_with_it(as_anna, sent, make):
    late, back = make("Paczka opóźniona"), make("Zwrot")
    for response in (back, late, late, None):
        sent(canned=response)
    figure = figures(as_anna).canned
    assert figure.words == "Paczka opóźniona (2)"
    assert counted(as_anna, figure) == 2


def test_who_waits_for_me_is_what_the_desk_lists(as_anna, submit):
    for number in range(1, 5):
        waiting(number, number)
    waiting(9, 99, agent_login="ewa.kot")
    waiting(10, 99, is_open=False)
    submit(ticket_id=4)
    mine = figures(as_anna).mine
    assert mine.waiting.words == "3"
    board = as_anna.get(mine.waiting.url).context["board"]
    assert [row.ticket_id for row in board.rows if row.wait.mark != "hollow"] == [3, 2, 1]
    assert board.tabs[0].amount == mine.waiting.words
    assert (mine.longest.words, mine.longest.url) == ("3 h 00 min", "/tickets/3/")


def test_who_waits_for_me_is_counted_as_the_desk_counts(as_anna, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for number in range(1, 5):
        waiting(number, number)
    mine = figures(as_anna).mine
    assert (mine.waiting.words, mine.longest.url) == ("2+", "/tickets/4/")


def test_who_has_no_agent_login_is_told_of_nobody_waiting(as_nowy):
    page = as_nowy.get("/").content.decode()
    assert 'data-figure="sent"' in page
    assert 'data-figure="waiting"' not in page


@pytest.mark.parametrize("who", ["as_ewa", "as_adam"])
def test_a_supervisor_sees_each_queue_and_every_number_opens_its_list(request, who, sent, ewa):
    client = request.getfixturevalue(who)
    KnownQueue.objects.bulk_create(
        [KnownQueue(queue_id=7, name="Sklep"), KnownQueue(queue_id=8, name="Faktury")]
    )
    sent(queue=7, wait=timedelta(minutes=30))
    sent(queue=7, wait=timedelta(minutes=50), actor=ewa)
    sent(queue=7)
    sent(queue=None)
    sent(NOON - timedelta(days=1), queue=7)
    waiting(1, 2)
    waiting(2, 5, agent_login="")
    waiting(3, 1, queue_id=8)
    waiting(4, 9, is_open=False)
    KnownTicket.objects.create(pk=5, queue_id=7)
    waiting(6, 7, queue_id=None)
    queues = {share.name: share for share in figures(client).queues}
    assert list(queues) == ["Bez kolejki", "Faktury", "Sklep"]
    told = {
        name: (share.sent.words, share.waiting.words, share.longest.words, share.median.words)
        for name, share in queues.items()
    }
    assert told == {
        "Sklep": ("3", "2", "5 h 00 min", "40 min"),
        "Faktury": ("0", "1", "1 h 00 min", ""),
        "Bez kolejki": ("1", "1", "7 h 00 min", ""),
    }
    for share in queues.values():
        assert counted(client, share.sent) == int(share.sent.words)
    assert counted(client, queues["Sklep"].median) == 2
    for name, numbers in {"Sklep": [2, 1], "Faktury": [3], "Bez kolejki": [6]}.items():
        for figure in (queues[name].waiting, queues[name].longest):
            rows = client.get(figure.url).context["board"].rows
            assert [row.ticket_id for row in rows] == numbers


def test_a_queue_counts_as_its_list_those_to_which_no_reply_is_under_way(as_ewa, submit):
    KnownQueue.objects.create(queue_id=7, name="Sklep")
    for number in (1, 2, 3):
        waiting(number, number)
    submit(ticket_id=3)
    (queue,) = figures(as_ewa).queues
    assert (queue.waiting.words, queue.longest.words) == ("2", "2 h 00 min")
    board = as_ewa.get(queue.waiting.url).context["board"]
    rows = [row.ticket_id for row in board.rows]
    assert rows[: rows.index(board.first_under_way)] == [2, 1]
    assert board.first_under_way == 3


def test_an_agent_sees_no_queues(as_anna, sent):
    sent(queue=7)
    waiting(1, 2)
    assert figures(as_anna).queues == ()
    assert "today-queues" not in as_anna.get("/").content.decode()


def test_every_figure_on_the_page_is_a_link_that_opens(as_ewa, ewa, sent, make):
    sent(actor=ewa, wait=timedelta(minutes=5), canned=make("Zwrot"), queue=7)
    waiting(1, 2, agent_login="ewa.kot")
    day = figures(as_ewa)
    links = [
        *(day.canned, day.mine.sent, day.mine.waiting, day.mine.median),
        *(each for queue in day.queues for each in (queue.sent, queue.waiting, queue.median)),
    ]
    page = as_ewa.get("/").content.decode()
    for figure in links:
        assert figure.url.replace("&", "&amp;") in page
        assert as_ewa.get(figure.url).status_code == 200
        assert urlsplit(figure.url).path in {"/", "/replies/"}


def test_the_day_costs_as_many_queries_whatever_it_held(
    as_ewa, ewa, sent, django_assert_max_num_queries
):
    def cost() -> int:
        with django_assert_max_num_queries(12) as asked:
            today.of(ewa, worklist.waiting(ewa))
        return len(asked)

    few = cost()
    for number in range(30):
        sent(queue=number, wait=timedelta(minutes=number), actor=ewa)
        waiting(number + 1, number, queue_id=number)
    assert cost() <= few
    assert few <= 6


def test_erased_and_resent_replies_stay_what_they_were(as_anna, anna, sent):
    services.undo(sent(state=State.PENDING), actor=anna)
    sent(state=State.SUPERSEDED)
    sent(state=State.NOT_FOUND)
    assert figures(as_anna).mine.sent.words == "0"


def test_two_people_have_each_their_own_day(sign_in, sent):
    ola = make_person("ola", agent_login="ola.k")
    sent(actor=ola)
    sent()
    assert figures(sign_in(ola)).mine.sent.words == "1"
