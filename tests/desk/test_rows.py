"""What a row of the desk tells of its ticket."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import in_state
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import presence
from thulium_portal.tickets.models import Reminder

pytestmark = pytest.mark.django_db


def row_of(client, ticket_id=31, **query):
    rows = client.get("/", query).context["board"].rows
    return next(row for row in rows if row.ticket_id == ticket_id)


def badges(client, **query) -> list[str]:
    return [badge.words for badge in row_of(client, **query).badges]


@pytest.mark.parametrize(
    ("hours", "mark", "time"),
    [
        (0.34, "fresh", "20 min"),
        (1.01, "soon", "1 h 01 min"),
        (5.17, "late", "5 h 10 min"),
        (51, "late", "2 dni 3 h"),
        (-1, "fresh", "0 min"),
    ],
)
def test_a_wait_is_said_in_words_and_by_a_dot(hours, mark, time, known, as_anna):
    known(31, hours)
    wait = row_of(as_anna).wait
    assert (wait.mark, wait.words, wait.time) == (mark, "czeka", time)
    assert wait.note


def test_a_row_is_one_link_with_who_and_what(known, as_anna):
    known(31, customer_name="Maria", subject="Paczka", queue_name="Sklep")
    page = as_anna.get("/")
    assert not missing(page, '<li class="ticket" data-ticket="31"', "<bdi>Maria</bdi>", "Paczka")
    (row,) = re.findall(r"<li class=.ticket.*?</li>", page.content.decode(), re.DOTALL)
    assert re.findall(r"<(a|button|input)\b", row) == ["a"]


def test_what_customers_write_is_shown_as_text(known, as_anna):
    known(31, customer_name="<script>x</script>", subject="<b>y</b>", queue_name="<i>z</i>")
    assert not shown(as_anna.get("/"), "<script>x", "<b>y", "<i>z")


def test_one_without_a_name_goes_by_the_address(known, as_anna):
    known(31, customer_email="kto@example.org")
    known(32)
    assert row_of(as_anna).who == "kto@example.org"
    assert row_of(as_anna, 32).who == "Nieznany klient"


def test_a_quiet_ticket_has_no_badges(known, as_anna):
    known(31, language="pl")
    assert badges(as_anna) == []


def test_files_and_another_language_are_told(known, as_anna):
    known(31, files_waiting=2, language="en")
    assert badges(as_anna) == ["2 pliki od klienta", "angielski"]


@pytest.mark.parametrize(("code", "words"), [("uk", "ukraiński"), ("ru", "rosyjski"), ("xx", "xx")])
def test_a_language_that_is_none_of_the_portals_is_told(code, words, known, as_anna):
    known(31, language=code)
    assert badges(as_anna) == [words]


def test_one_that_was_only_listed_says_so(known, as_anna):
    known(31, None, read_at=None)
    assert badges(as_anna, list="all") == ["Jeszcze nieodczytane"]


def test_ones_own_draft_is_told_and_no_colleagues(known, as_anna, anna, ewa):
    known(31)
    for author in (anna, ewa):
        Reply.objects.create(ticket_id=31, author=author, submission_key=Reply().uuid)
    (draft,) = badges(as_anna)
    assert draft.startswith("Szkic ")


def test_who_writes_and_who_looks_is_told(known, as_anna, anna, ewa, adam):
    known(31)
    presence.note(31, ewa)
    presence.note(31, adam, writing=True)
    presence.note(31, anna, writing=True)
    assert badges(as_anna) == ["Adam Lis pisze", "Ewa Kot przegląda"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(20, ("odpowiedź przed chwilą", "")), (300, ("bez odpowiedzi od", "5 min"))],
)
def test_an_answered_customer_who_is_silent(seconds, told, known, as_anna):
    known(31, None, answered_at=timezone.now() - timedelta(seconds=seconds))
    row = row_of(as_anna, list="all")
    assert (row.wait.words, row.wait.time) == told


def test_a_planned_reply_tells_when(known, as_anna, submit):
    known(31)
    at = timezone.localtime() + timedelta(days=1)
    submit(ticket_id=31, send_at=at)
    row = row_of(as_anna)
    assert [badge.words for badge in row.badges] == ["Zaplanowana odpowiedź"]
    assert (row.wait.mark, row.wait.words) == ("hollow", "zaplanowana na")
    assert row.wait.time == f"jutro, {at.hour}:{at:%M}"


STATES = [
    (State.PENDING, "Odpowiedź w drodze"),
    (State.SENDING, "Odpowiedź w drodze"),
    (State.UNKNOWN, "Nie wiemy jeszcze, czy wyszła – nie wysyłaj ponownie"),
    (State.BLOCKED, str(State.BLOCKED.label)),
]


@pytest.mark.parametrize(("state", "words"), STATES, ids=[str(state) for state, _ in STATES])
def test_a_reply_under_way_is_told(state, words, known, as_anna, submit):
    known(31)
    claim = {"claim": Reply().uuid, "lease_until": timezone.now()}
    in_state(submit(ticket_id=31).reply, state, wire_at=timezone.now(), **claim)
    row = row_of(as_anna)
    assert row.wait.mark == "hollow"
    if state is not State.BLOCKED:
        assert [badge.words for badge in row.badges] == [words]


def test_a_colleagues_reply_is_told_with_their_name(known, as_anna, ewa, submit):
    known(31)
    submit(ticket_id=31, actor=ewa)
    assert badges(as_anna) == ["Odpowiedź w drodze · Ewa Kot"]


def test_a_reminder_tells_its_day_until_that_comes(known, as_anna, anna, ewa):
    known(31)
    today = timezone.localdate()
    day = today + timedelta(days=1)
    reminder = Reminder.objects.create(ticket_id=31, person=anna, due_on=day)
    Reminder.objects.create(ticket_id=31, person=ewa, due_on=today)
    assert badges(as_anna) == [f"Przypomnienie {day.day}.{day:%m}"]
    reminder.due_on = today
    reminder.save()
    assert badges(as_anna) == ["Przypomnienie"]


def test_several_can_be_chosen_by_whoever_sends(known, as_anna):
    known(31)
    known(32, is_open=False, subject="dawna")
    assert not shown(as_anna.get("/"), 'name="ticket"')
    page = as_anna.get("/", {"choose": "1"})
    assert not missing(page, 'name="ticket" value="31" form="choose"', 'action="/bulk/"')
    assert not shown(as_anna.get("/", {"choose": "1", "q": "dawna"}), 'name="ticket"')


@pytest.mark.parametrize(
    ("hour", "polish", "english"),
    [
        (7, "Dzień dobry, Anno", "Good morning, Anna"),
        (14, "Dzień dobry, Anno", "Good afternoon, Anna"),
        (20, "Dobry wieczór, Anno", "Good evening, Anna"),
    ],
)
def test_the_desk_greets_by_the_time_of_day(hour, polish, english, sign_in, anna, time_machine):
    now = timezone.localtime().replace(hour=hour)
    time_machine.move_to(now, tick=False)
    assert not missing(sign_in(anna).get("/"), f"<h1>{polish}</h1>")
    anna.language = "en"
    anna.save()
    assert not missing(sign_in(anna).get("/"), f"<h1>{english}</h1>")


def test_a_day_stands_before_its_time(known, as_anna):
    known(31, None, answered_at=None, changed_at=datetime(2025, 11, 25, 7, 30, tzinfo=UTC))
    wait = row_of(as_anna, list="all").wait
    assert (wait.words, wait.time) == ("zmiana", "25.11.2025, 08:30")
