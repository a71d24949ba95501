"""The story of practice mode: the same at every telling, believable, and nobody's but its own."""

import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape

import pytest

from thulium_portal.demo import story, texts
from thulium_portal.demo.story import CLOSED, MAIL, NEW, REPLY, WAITING, ZONE
from thulium_portal.lib.language_detection import language_of
from thulium_portal.practice import shop

TOLD_AT = datetime(2026, 11, 27, 11, 20, tzinfo=ZONE)
ANSWERED = tuple(story.answered(TOLD_AT))
OPEN = tuple(story.waiting(TOLD_AT))
EVERYTHING = ANSWERED + OPEN
MOMENTS = [
    TOLD_AT,
    datetime(2026, 11, 30, 0, 5, tzinfo=ZONE),
    datetime(2026, 3, 29, 23, 59, tzinfo=ZONE),
    datetime(2028, 1, 2, 6, 0, tzinfo=ZONE),
]


def lines(kind, tickets=EVERYTHING):
    return [line for ticket in tickets for line in ticket.lines if line.kind == kind]


def test_sixty_tickets_are_open_together_with_those_made_by_hand():
    statuses = Counter(ticket.status for ticket in EVERYTHING)
    statuses.update(ticket.status for ticket in shop.TICKETS)
    assert sum(statuses.values()) - statuses[CLOSED] - statuses["Połączone"] == 60
    assert 300 <= len(lines(REPLY, ANSWERED)) <= 400
    assert {ticket.status for ticket in OPEN} == {NEW}
    assert Counter(ticket.status for ticket in ANSWERED)[WAITING] == 12
    logins = Counter(ticket.login for ticket in OPEN)
    assert set(logins) == {"", "anna.nowak", "piotr.zielinski", "ewa.kot"}
    assert min(logins.values()) >= 4


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment:%m-%d %H:%M}")
def test_times_alone_follow_the_moment(moment):
    told = (*story.answered(moment), *story.waiting(moment))
    for ticket, other in zip(told, EVERYTHING, strict=True):
        assert (ticket.number, ticket.subject, ticket.status) == (
            other.number,
            other.subject,
            other.status,
        )
        assert [(line.id, line.kind, line.login, line.canned) for line in ticket.lines] == [
            (line.id, line.kind, line.login, line.canned) for line in other.lines
        ]
        times = [line.at for line in ticket.lines]
        assert times == sorted(times), ticket.number
        assert times[-1] <= moment
        assert ticket.closed_at is None or times[-1] <= ticket.closed_at <= moment


def test_people_answer_in_their_hours_on_days_of_work():
    hours = {agent.login: (agent.begins, agent.ends) for agent in texts.AGENTS}
    today = TOLD_AT.replace(hour=0, minute=0)
    for line in lines(REPLY, ANSWERED):
        begins, ends = hours[line.login]
        assert line.at.weekday() < 5
        assert line.at >= today or begins <= line.at.hour < ends
    assert timedelta(days=58) < TOLD_AT - lines(REPLY, ANSWERED)[0].at < timedelta(days=75)


def test_numbers_are_given_once_and_are_none_of_those_made_by_hand():
    numbers = [ticket.number for ticket in EVERYTHING]
    by_hand = {ticket.id for ticket in shop.TICKETS}
    assert len(set(numbers)) == len(numbers)
    assert not by_hand & set(numbers)
    ids = [line.id for ticket in EVERYTHING for line in ticket.lines]
    assert len(set(ids)) == len(ids)
    tokens = [token for ticket in EVERYTHING for line in ticket.lines for token in line.files]
    assert len(set(tokens)) == len(tokens)


def test_no_two_customers_are_alike_and_none_is_real():
    people = texts.everybody()
    by_hand = {str(one["email"]) for one in shop.CUSTOMERS.values() if one["customer_id"] < 100}
    assert len({person.full_name for person in people}) == len(people)
    addresses = {person.email for person in people}
    assert len(addresses | by_hand) == len(people) + len(by_hand)
    assert all(re.fullmatch(r"[a-z.]+@example\.(com|org|net)", one) for one in addresses)
    assert len({ticket.customer.id for ticket in OPEN}) == len(OPEN)


def test_no_mark_of_the_data_is_left_in_a_text():
    for ticket in EVERYTHING:
        for text in (ticket.subject, *(line.body for line in ticket.lines)):
            assert not re.search(r"[{}|\[\]]|&lt;|&gt;", text), text


def test_words_follow_the_gender_of_who_writes():
    ways = Counter()
    for ticket in EVERYTHING:
        for line in ticket.lines:
            words = set(re.findall(r"\w+", unescape(line.body)))
            agent = {one.login: one.is_woman for one in texts.AGENTS}.get(line.login)
            woman = ticket.customer.is_woman if agent is None else agent
            if line.kind == REPLY:
                found = (
                    words & ({"sprawdziłam", "rozmawiałam"}, {"sprawdziłem", "rozmawiałem"})[woman]
                )
                titles = words & ({"Pani"}, {"Panie"})[ticket.customer.is_woman]
                assert not found
                assert not titles or ticket.customer.language != "pl"
            elif line.kind == MAIL and ticket.customer.language == "pl":
                assert not words & ({"zamówiłam", "dostałam"}, {"zamówiłem", "dostałem"})[woman]
                ways[woman] += bool(words & {"zamówiłam", "zamówiłem", "dostałam", "dostałem"})
    assert min(ways.values()) > 5


@pytest.mark.parametrize(
    "situation",
    texts.SITUATIONS,
    ids=[f"{one.queue} {place}" for place, one in enumerate(texts.SITUATIONS)],
)
def test_a_situation_keeps_to_its_language(situation):
    language = situation.language
    mails = re.sub(r"{\w+}", "", "\n".join(situation.mails))
    answers = re.sub(r"{\w+}", "", "\n".join((*situation.replies, *situation.second)))
    assert language_of(mails) == language
    assert language_of(answers) == ("en" if language == "en" else "pl")
    assert (situation.queue == "English orders") == (language == "en")


def test_every_situation_comes_up():
    subjects = {ticket.queue for ticket in ANSWERED}
    assert subjects == {situation.queue for situation in texts.SITUATIONS}
    used = {line.canned for line in lines(REPLY)}
    assert used == {"", *(one.canned for one in texts.SITUATIONS)}
