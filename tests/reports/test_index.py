"""The report of a month: what is counted, for whom, and that each number opens its list."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import make_person
from tests.support.pages import missing
from tests.support.record import moved, submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import ReviewRow
from thulium_portal.lib.times import duration
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.states import State
from thulium_portal.reports.presenters import Report
from thulium_portal.reports.statistics import Month, Wait, tally
from thulium_portal.review.labels import Change
from thulium_portal.stop_rules.models import RuleStop

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
NOVEMBER = Month.of(NOON.date())


@pytest.fixture
def story(anna, ewa):
    """Seven replies in November, two of them taken back, and one in October."""
    with time_machine.travel(datetime(2026, 10, 31, 20, 0, tzinfo=UTC), tick=False):
        submitted(anna)
    with time_machine.travel(NOON, tick=False):
        moved(submitted(anna, changed_percent=0), Action.REPLY_CONFIRMED, "confirmed")
        moved(submitted(anna, changed_percent=20), Action.REPLY_CONFIRMED, "confirmed")
        moved(submitted(ewa, changed_percent=21), Action.REPLY_REJECTED, "rejected")
        moved(submitted(anna), Action.REPLY_CANCELLED, "cancelled")
        moved(submitted(anna), Action.REPLY_SUPERSEDED, "superseded")
    with time_machine.travel(NOON + timedelta(days=1, hours=3), tick=False):
        submitted(ewa, canned_id=None, canned_version=None, changed_percent=None)


def read(client: Client, query: str = "?month=2026-11") -> str:
    answer = client.get(f"/reports/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_taken_back_is_counted_nowhere(story):
    counted = tally(NOVEMBER)
    assert counted.total.replies == 4
    assert counted.outcomes == {"confirmed": 2, "rejected": 1, "pending": 1}
    assert (counted.confirmed, counted.attention) == (2, 1)


def test_replies_are_counted_by_the_readers_days_and_hours(story):
    counted = tally(NOVEMBER)
    assert {day.day: number for day, number in counted.days.items()} == {20: 3, 21: 1}
    assert counted.hours == {12: 3, 15: 1}
    assert tally(NOVEMBER.previous).days == {NOON.date().replace(month=10, day=31): 1}


def test_an_edit_is_light_up_to_a_fifth_of_the_words(story):
    every = [Change.UNCHANGED, Change.LIGHT, Change.HEAVY, Change.SCRATCH]
    assert tally(NOVEMBER).changes == dict.fromkeys(every, 1)


def test_each_persons_share_is_their_own(story, anna, ewa):
    people = tally(NOVEMBER).people
    assert (people[anna.pk].replies, people[anna.pk].median_changed) == (2, 10)
    assert (people[ewa.pk].replies, people[ewa.pk].from_canned) == (2, 1)
    assert tally(NOVEMBER, anna).total.replies == 2


def test_the_wait_ends_when_the_reply_leaves(anna):
    asked = timezone.make_aware(datetime(2026, 11, 20, 8, 0))  # noqa: DTZ001
    for minutes, state in ((10, State.CONFIRMED), (90, State.SENT), (5, State.CANCELLED)):
        Reply.objects.create(
            submission_key=f"00000000-0000-4000-8000-0000000000{minutes:02}",
            ticket_id=minutes,
            author=anna,
            agent_login="anna",
            state=state,
            submitted_at=asked,
            not_before=asked,
            waiting_since=asked,
            wire_at=asked + timedelta(minutes=minutes),
        )
    counted = tally(NOVEMBER)
    assert counted.waits == {Wait.QUARTER: 1, Wait.FOUR_HOURS: 1}
    assert counted.total.median_wait == timedelta(minutes=50)


def test_every_number_opens_the_list_it_counts(story, as_ewa):
    found = re.findall(r'<a href="(/audit/[^"]+)">(?:<strong>)?(\d+)<', read(as_ewa))
    assert len(found) >= 6
    for url, number in found:
        listed = as_ewa.get(unescape(url))
        assert len(listed.context["page"].rows) == int(number), url


def test_a_month_can_be_one_persons(story, as_ewa, anna):
    page = read(as_ewa, f"?month=2026-11&person={anna.username}")
    assert str(anna) in page
    assert f"month=2026-10&amp;person={anna.username}" in page


def test_a_month_without_replies_says_so(as_ewa, ewa):
    ewa.language = "en"
    ewa.save()
    assert "No replies in this month." in read(as_ewa, "?month=2020-02")


@pytest.mark.parametrize(
    "query", ["?month=2026-13", "?month=listopad", "?month=1999-12", "?person=nobody", "?month=%00"]
)
def test_an_address_edited_by_hand_is_explained(as_ewa, query):
    page = read(as_ewa, query)
    assert not missing(page, 'href="/reports/"', "field-bad")


def test_a_text_that_nobody_used_is_named(story, as_ewa, make):
    with time_machine.travel(NOON, tick=False):
        response = make("Zapomniany szablon", "<p>Dzień dobry</p>")
    assert list(Report(NOVEMBER).unused) == [response]
    assert "Zapomniany szablon" in read(as_ewa)
    ReviewRow.objects.update(canned_id=response.pk)
    assert list(Report(NOVEMBER).unused) == []


def test_the_coming_month_is_not_offered(as_ewa):
    with time_machine.travel(NOON, tick=False):
        assert 'rel="next"' not in read(as_ewa)
        assert "month=2026-11" in read(as_ewa, "?month=2026-10")


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(minutes=14, seconds=40), "15 min"),
        (timedelta(hours=2, minutes=5), "2 h 05 min"),
        (timedelta(days=1, hours=1), "1 dzień 1 h"),
        (timedelta(days=5), "5 dni"),
        (None, ""),
    ],
)
def test_a_length_of_time_is_told_in_words(time, words):
    assert duration(time) == words


def test_each_stop_rule_tells_what_it_stopped_and_opens_its_list(as_ewa, submit, make_rule):
    body = "<p>Dzień dobry, wypłacimy Państwu odszkodowanie.</p>"
    asks = make_rule(name="Odszkodowania")
    sends = make_rule("paczk*", name="Paczki", effect="second_person")
    make_rule("sąd", name="Sądy")
    for ticket_id in (1234, 1233):
        with pytest.raises(NotReady):
            submit(body=body, ticket_id=ticket_id)
    passed = submit(text=Text(body, confirmed=(asks.code,))).reply
    waiting = submit(body="<p>Paczka idzie.</p>", ticket_id=1233, for_approval=True).reply
    before = timezone.localdate() - timedelta(days=40)
    key = waiting.submission_key
    RuleStop.objects.filter(submission_key=key).update(at=timezone.now() - timedelta(days=40))

    page = as_ewa.get(f"/reports/?month={timezone.localdate():%Y-%m}")
    rows = {row.rule.name: row for row in page.context["report"].stop_rules}
    assert list(rows) == ["Odszkodowania", "Paczki", "Sądy"]
    row = rows["Odszkodowania"]
    assert (row.total, row.passed, row.second_person, row.not_sent) == (3, 1, 0, 2)
    assert (rows["Paczki"].total, rows["Sądy"].total) == (0, 0)
    [address] = re.findall(
        rf'href="(/stop-rules/{asks.pk}/\?[^"]+)"', unescape(page.content.decode())
    )
    listed = as_ewa.get(address)
    assert listed.context["outcomes"].total == row.total
    assert f"/replies/{passed.uuid}/" in listed.content.decode()
    assert as_ewa.get(f"{address}&person=ewa").context["outcomes"].total == 0
    assert as_ewa.get(f"/stop-rules/{asks.pk}/?since=x&person=y").context["outcomes"].total == 3

    older = as_ewa.get(f"/reports/?month={before:%Y-%m}").context["report"]
    [sent] = [each for each in older.stop_rules if each.rule == sends]
    assert (sent.total, sent.second_person) == (1, 1)


def test_who_may_not_keep_the_rules_reads_their_numbers_without_a_link(sign_in, submit, make_rule):
    rule = make_rule()
    with pytest.raises(NotReady):
        submit(body="<p>Odszkodowanie.</p>")
    submit(ticket_id=1233)
    page = sign_in(make_person("olga", role="auditor")).get("/reports/").content.decode()
    assert f'data-rule="{rule.pk}"' in page
    assert f"/stop-rules/{rule.pk}/" not in page
