"""What can be made to happen as often as one likes is recorded at once, then counted."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from thulium_portal.accounts import denials
from thulium_portal.accounts.models import User
from thulium_portal.audit import repeats
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, Repeat
from thulium_portal.audit.verification import verify
from thulium_portal.operations.housekeeping import Housekeeping

START = "2026-11-26T10:00:00+00:00"


def denied(person, view="people:index"):
    denials.record_denied(person, view=view, method="GET")


def entries():
    rows = AuditEntry.objects.filter(action=Action.ACCESS_DENIED).order_by("sequence")
    return [(row, json.loads(row.record)["facts"]) for row in rows]


def total():
    return sum(facts.get("repeated", 1) for _row, facts in entries())


@pytest.mark.django_db
class TestCounting:
    def test_the_first_is_an_entry_at_once_and_the_rest_are_told_at_the_next_occasion(
        self, anna, time_machine
    ):
        time_machine.move_to(START, tick=False)
        denied(anna)
        assert [facts for _row, facts in entries()] == [{"method": "GET"}]
        for _ in range(3):
            denied(anna)
        denied(anna, "review:index")
        assert total() == 1
        time_machine.shift(repeats.WINDOW)
        denied(anna, "privacy:index")
        first, counted, anew = entries()
        assert counted[1] == {
            "first": first[0].sequence,
            "repeated": 4,
            "until": "2026-11-26T10:00:00+00:00",
            "places": ["people:index 3", "review:index 1"],
        }
        assert (counted[0].actor, counted[0].subject_id) == (anna, "people:index")
        assert (anew[0].subject_id, total()) == ("privacy:index", 6)

    def test_the_worker_tells_what_nothing_came_after(self, anna, time_machine):
        time_machine.move_to(START, tick=False)
        for _ in range(5):
            denied(anna)
        Housekeeping().run_if_due()
        assert total() == 1
        time_machine.shift(repeats.WINDOW)
        for _ in range(2):
            Housekeeping().run_if_due()
        assert (len(entries()), total()) == (2, 5)
        denied(anna)
        assert (len(entries()), total()) == (3, 6)

    def test_a_thousand_are_a_handful_of_entries_with_the_right_sum(self, anna, time_machine):
        time_machine.move_to(START, tick=False)
        for number in range(1000):
            denied(anna, f"page:{number % 150}")
            if number % 250 == 249:
                time_machine.shift(timedelta(minutes=4))
        time_machine.shift(repeats.WINDOW)
        assert repeats.tell_counted() == 1
        assert (len(entries()), total()) == (4, 1000)
        for _row, facts in entries():
            assert len(facts.get("places", ())) <= repeats.MOST_PLACES + 1
            assert len(json.dumps(facts)) < 500

    def test_each_person_is_told_apart_and_all_strangers_are_one(self, anna, ewa):
        for person in (anna, ewa, anna, ewa):
            denied(person)
        assert [row.actor for row, _facts in entries()] == [anna, ewa]
        for name in ("nobody", "anna", "nobody-else", "ANNA", "third"):
            denials.record_failed_sign_in(name)
        failed = AuditEntry.objects.filter(action=Action.SIGN_IN_FAILED).order_by("sequence")
        assert list(failed.values_list("subject_id", flat=True)) == ["", str(anna.pk)]
        assert list(
            Repeat.objects.filter(action=Action.SIGN_IN_FAILED).values_list("whose", "count")
        ) == [(0, 2), (anna.pk, 1)]

    def test_a_clock_that_was_set_back_ends_the_window(self, anna, time_machine):
        time_machine.move_to(START, tick=False)
        for _ in range(2):
            denied(anna)
        time_machine.shift(-timedelta(hours=1))
        denied(anna)
        assert total() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_nothing_is_lost_where_many_are_counted_at_once(anna, time_machine):
    time_machine.move_to(START, tick=False)
    writers, each = 8, 25
    start = threading.Barrier(writers)

    def write(pk: int) -> None:
        start.wait(20)
        try:
            person = User.objects.get(pk=pk)
            for _ in range(each):
                denied(person)
                denials.record_failed_sign_in("nobody")
                repeats.tell_counted()
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(write, anna.pk) for _ in range(writers)]:
            done.result(100)
    time_machine.shift(repeats.WINDOW)
    repeats.tell_counted()
    assert (len(entries()), total()) == (2, writers * each)
    assert verify().broken is None
