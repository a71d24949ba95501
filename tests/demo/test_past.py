"""The made-up past: complete, in the record, in agreement with the practice Thulium, told once."""

import itertools
import json
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.support.record import note
from thulium_portal.accounts.models import User
from thulium_portal.audit import context
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.audit.verification import verify
from thulium_portal.canned.models import CannedResponse, CannedUse, Recall
from thulium_portal.demo import past, story
from thulium_portal.operations.worker import Worker
from thulium_portal.practice.server import PracticeThulium
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.stop_rules.outcomes import outcomes
from thulium_portal.replies.decisions import approval, corrections
from thulium_portal.replies.decisions.rule_stops import Became
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import ALLOWED, State
from thulium_portal.reports import statistics
from thulium_portal.reports.statistics import Month
from thulium_portal.stop_rules.breadth import is_broad
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.index.lists import List, tickets
from thulium_portal.tickets.models import KnownTicket


@pytest.fixture
def practice_mode(settings):
    """Let this be practice mode, as it is where no Thulium is named."""
    settings.PRACTICE_MODE = True


def test_the_past_is_told_whole_once_and_agrees_with_the_practice_thulium(
    transactional_db, practice_mode, settings, data_dir
):
    call_command("load_demo", verbosity=0)
    _everything_is_recorded()
    _desk_and_reports_show_something()
    _rules_are_tried_and_two_are_on()
    before = (AuditEntry.objects.count(), Reply.objects.count(), KnownTicket.objects.count())
    call_command("load_demo", verbosity=0)
    after = (AuditEntry.objects.count(), Reply.objects.count(), KnownTicket.objects.count())
    assert after == before
    with PracticeThulium(data_dir / "practice", lived_in=True) as thulium:
        settings.THULIUM_URL = thulium.url
        _agrees_with(thulium)
        states = Counter(Reply.objects.values_list("state", flat=True))
        Worker(at_once=1).run_once()
        assert Counter(Reply.objects.values_list("state", flat=True)) == states
        assert thulium.received() == []
        _planned_reply_leaves(thulium)


def _everything_is_recorded():
    report = verify()
    assert report.broken is None
    assert report.entries > 1500
    entries = AuditEntry.objects.order_by("sequence")
    assert all(json.loads(entry.record)["node"]["demo"] for entry in entries)
    times = [entry.at for entry in entries]
    assert times == sorted(times)
    assert times[-1] <= timezone.now()
    assert timezone.now() - times[0] > timedelta(days=60)
    for reply in Reply.objects.exclude(submitted_at=None):
        steps = [
            State(state)
            for state in entries.filter(subject_id=str(reply.uuid))
            .exclude(state="")
            .values_list("state", flat=True)
        ]
        assert steps[-1] == reply.state
        assert all(move in ALLOWED for move in itertools.pairwise(steps)), steps
        row = ReviewRow.objects.get(subject_id=str(reply.uuid))
        assert (row.opened_at, row.state) == (reply.submitted_at, reply.state)


def _rules_are_tried_and_two_are_on():
    asks, sends = StopRule.objects.filter(is_active=True).order_by("pk")
    assert StopRule.objects.count() == 3
    for rule in (asks, sends):
        assert rule.trial["tried"] > 300
        assert not is_broad(rule)
    [waiting] = approval.waiting_for(User.objects.get(username="ewa"))
    assert approval.reasons(waiting) == [sends.sentence]
    assert approval.what_is_wrong(waiting) == []
    assert Reply.objects.filter(ticket_id=waiting.ticket_id).count() == 1
    assert outcomes(sends, User.objects.get(username="ewa")).counts == [(Became.WAITING, 1)]


def _desk_and_reports_show_something():
    states = Counter(Reply.objects.values_list("state", flat=True))
    assert states.pop("confirmed") > 300
    assert states == {
        "draft": 3,
        "pending": 1,
        "unapproved": 1,
        "blocked": 1,
        "rejected": 1,
        "not_found": 1,
        "cancelled": 2,
    }
    anna = User.objects.get(username="anna")
    assert tickets(List.MINE, anna).count() >= 8
    assert tickets(List.UNASSIGNED, anna).count() >= 10
    assert tickets(List.WAITING, anna).exists()
    assert CannedUse.objects.filter(compared_at=None).count() == 0
    shares = set(CannedUse.objects.values_list("changed_percent", flat=True))
    assert 0 in shares
    assert max(share for share in shares if share is not None) > 30
    assert CannedResponse.objects.get(shortcut="opoznienie").used_count > 10
    month = Month.of(timezone.localdate() - timedelta(days=32))
    counted = statistics.tally(month)
    assert counted.total.replies > 50
    assert len(counted.people) == 3
    assert min(counted.waits.values()) > 0
    assert Assessment.objects.unread_by(anna).count() == 1
    assert Assessment.objects.count() == 10
    (recall,) = Recall.objects.all()
    received = corrections.affected().filter(canned_version=recall.version)
    assert 0 < corrections.unsettled(received).count() < received.count()


def _agrees_with(thulium):
    memory = thulium._memory
    for reply in Reply.objects.filter(state=State.CONFIRMED):
        message = next(
            one
            for one in memory.messages(reply.ticket_id)
            if one["message_id"] == reply.matched_message_id
        )
        assert (message["body"], message["user_login"]) == (reply.body, reply.agent_login)
        assert message["type"] == "REPLY"
    missing = Reply.objects.get(state=State.NOT_FOUND)
    assert all(one["type"] != "REPLY" for one in memory.messages(missing.ticket_id))
    _count, rows = memory.tickets(limit=1000, offset=0)
    told = {row["ticket_id"]: row for row in rows}
    for known in KnownTicket.objects.all():
        assert told[known.pk]["subject"] == known.subject
        assert (told[known.pk]["status"] != "6") == known.is_open
        changed_at = timezone.localtime(known.changed_at, story.ZONE)
        assert told[known.pk]["updated_at"] == changed_at.strftime("%Y-%m-%d %H:%M")


def _planned_reply_leaves(thulium):
    """A planned reply finds its ticket as its author saw it."""
    planned = Reply.objects.get(state=State.PENDING)
    assert planned.not_before > timezone.now()
    Reply.objects.filter(pk=planned.pk).update(not_before=timezone.now())
    Worker(at_once=1).run_once()
    planned.refresh_from_db()
    assert planned.state == State.SENT
    assert len(thulium.received(planned.ticket_id)) == 1


def test_people_and_texts_alone_leave_no_room_for_a_past(transactional_db, practice_mode):
    call_command("load_demo", "--no-past", verbosity=0)
    call_command("load_demo", verbosity=0)
    assert not Reply.objects.exists()
    assert CannedResponse.objects.filter(shortcut="sledzenie").exists()


def test_where_something_happened_no_past_is_told(transactional_db, practice_mode):
    note(Action.SIGNED_IN)
    call_command("load_demo", verbosity=0)
    assert not Reply.objects.exists()
    assert User.objects.filter(username="anna").exists()
    assert CannedResponse.objects.filter(shortcut="sledzenie").exists()


@pytest.mark.django_db
class TestMadeUp:
    """The narrow way by which an entry may bear another time than now."""

    def told(self, **ago):
        at = timezone.now() - timedelta(**ago)
        with context.made_up(at):
            return at, note(Action.SIGNED_IN)

    def test_it_bears_its_time_and_says_that_it_is_made_up(self, practice_mode):
        at, entry = self.told(days=3)
        assert entry.at == at
        assert json.loads(entry.record)["node"]["demo"] is True
        happened = note(Action.SIGNED_IN)
        assert "demo" not in json.loads(happened.record)["node"]
        assert timezone.now() - happened.at < timedelta(minutes=1)
        assert verify().broken is None

    def test_only_in_practice_mode(self, settings):
        settings.PRACTICE_MODE = False
        with pytest.raises(RuntimeError, match="practice mode"):
            self.told(days=3)
        assert not AuditEntry.objects.exists()

    def test_never_behind_something_that_happened(self, practice_mode):
        note(Action.SIGNED_IN)
        with pytest.raises(RuntimeError, match="before anything happened"):
            self.told(days=3)
        with pytest.raises(RuntimeError, match="before anything happened"):
            self.told(days=-3)
        assert not past.is_to_be_told()

    def test_never_before_what_was_told(self, practice_mode):
        self.told(days=3)
        with pytest.raises(RuntimeError, match="before anything happened"):
            self.told(days=4)
        assert past.is_to_be_told()
