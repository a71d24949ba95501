"""Tells practice mode's made-up past to a portal in which nothing has happened yet.

Two months of work, in the order of its time, each entry marked as made up (``audit.context``).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit import context
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, holds_only_demo, record
from thulium_portal.canned import recalls, services
from thulium_portal.canned.models import (
    CannedResponse,
    CannedResponseVersion,
    EmptySearch,
    Recall,
)
from thulium_portal.canned.validation import ResponseText
from thulium_portal.demo import story, texts
from thulium_portal.demo.backlog import Unfinished
from thulium_portal.demo.loader import load_demo_responses, load_demo_stories
from thulium_portal.demo.reader import read_data
from thulium_portal.demo.sent import (
    Event,
    Telling,
    Written,
    as_read,
    current_version,
    date_replies,
    sent,
    snapshot,
)
from thulium_portal.demo.story import REPLY, Conversation
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.risks import risks_of
from thulium_portal.replies.decisions import corrections
from thulium_portal.replies.delivery import restore_guard
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import record_on
from thulium_portal.tickets import queues
from thulium_portal.tickets.index.intake import take_in

_REVIEWER = "ewa"
_STORIES_BEFORE = timedelta(days=6)
_BEGAN_BEFORE = timedelta(days=3)
"""So long before the first reply people and library were there."""


@dataclass(frozen=True)
class _Recall:
    shortcut: str
    days: int
    before: str
    after: str
    note: str
    reason: str
    correction: str


@dataclass(frozen=True)
class _Assessment:
    days: int
    author: str
    verdict: str
    note: str
    answer: str | None = None


@dataclass(frozen=True)
class _Search:
    words: str
    times: tuple[int, ...]


@dataclass(frozen=True)
class PastFile:
    recall: _Recall
    assessments: tuple[_Assessment, ...]
    searches: tuple[_Search, ...]


_FILE = read_data(PastFile, "past.toml")


def is_to_be_told() -> bool:
    """Tell whether nothing has happened here yet, nor was anything told."""
    return holds_only_demo() and not Reply.objects.exists()


def begins(now: datetime) -> datetime:
    """Return when the past told at *now* begins: the people of the demo came then."""
    first = next(story.answered(now))
    return datetime.combine(first.lines[0].at.date(), time(7), story.ZONE) - _BEGAN_BEFORE


def tell(people: Mapping[str, User], now: datetime) -> int:
    """Tell the past until *now* of *people* (user name → person); return how many replies it has.

    All or nothing. Expects :func:`is_to_be_told`, and the people to be there since :func:`begins`.
    """
    # Before any reply is there: to have sent without a watermark is the sign of a restored copy.
    restore_guard.database_is_current()
    past = _Past(people, now)
    with transaction.atomic():
        for at, happen in sorted(past.events(), key=lambda event: event[0]):
            with context.made_up(at):
                happen()
        past.finish()
    return Reply.objects.exclude(submitted_at=None).count()


class _Past:
    def __init__(self, people: Mapping[str, User], now: datetime) -> None:
        self._people, self._now, self._real_now = people, now, timezone.now()
        self._by_login = {person.agent_login: person for person in people.values()}
        self._answered = list(story.answered(now))
        self._open = list(story.waiting(now))
        self._unfinished = Unfinished(self._open, self._by_login, now)
        self._tellings: list[Telling] = []

    def events(self) -> Iterator[Event]:
        """Yield everything that happened, in any order."""
        library = begins(self._now) + timedelta(hours=2)
        yield library, lambda: self._dated(library, self._library)
        stories = self._evening(_STORIES_BEFORE)
        yield stories, lambda: self._dated(stories, lambda: load_demo_stories(self._people))
        yield from self._sign_ins()
        for ticket in self._answered:
            for line in ticket.lines:
                if line.kind == REPLY and line.login in self._by_login:
                    yield from self._sent(ticket, line)
        yield from self._taken_back()
        yield from self._unfinished.events()
        recalled_at = self._evening(timedelta(days=_FILE.recall.days))
        yield recalled_at, lambda: self._dated(recalled_at, self._recall)
        for place, one in enumerate(_FILE.assessments):
            yield from self._assessed(one, place)

    def finish(self) -> None:
        """Store what is no entry: drafts, times that the database sets itself, known tickets."""
        date_replies()
        self._unfinished.write_drafts()
        for ticket in (*self._answered, *self._open):
            queues.remember(ticket.queue_id, ticket.queue)
            take_in(as_read(ticket), customer_name=ticket.customer.full_name)
        today = self._now.astimezone(story.ZONE).date()
        for search in _FILE.searches:
            for ago, times in enumerate(search.times):
                day = today - timedelta(days=3 + 9 * ago)
                EmptySearch.objects.create(day=day, words=search.words, times=times)

    def _library(self) -> None:
        load_demo_responses(self._people[_REVIEWER])

    def _dated(self, at: datetime, make: Callable[[], object]) -> None:
        """Let *make* store canned responses, and date what it stored as of *at*."""
        newest = CannedResponseVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
        make()
        made = CannedResponseVersion.objects.filter(pk__gt=newest or 0)
        made.update(created_at=at)
        CannedResponse.objects.filter(created_at__gte=self._real_now).update(created_at=at)
        CannedResponse.objects.filter(versions__in=made).update(updated_at=at)
        current_version.cache_clear()
        Recall.objects.filter(at__gte=self._real_now).update(at=at)

    def _evening(self, before: timedelta) -> datetime:
        """Return the end of a day of work so long *before*."""
        day = (self._now - before).astimezone(story.ZONE).date()
        day -= timedelta(days=max(0, day.weekday() - 4))
        return datetime.combine(day, time(18, 40), story.ZONE)

    def _sign_ins(self) -> Iterator[Event]:
        days = {line.at.date() for ticket in self._answered for line in ticket.lines}
        for agent in texts.AGENTS:
            person = self._by_login[agent.login]
            for day in sorted(days):
                at = datetime.combine(day, time(agent.begins, 1), story.ZONE)
                at -= timedelta(seconds=day.toordinal() * 37 % 420)
                if day.weekday() < 5 and begins(self._now) < at < self._now:
                    yield at, _signs_in(person)

    def _sent(self, ticket: Conversation, line: story.Line) -> Iterator[Event]:
        telling = sent(ticket, line, self._by_login[line.login])
        self._tellings.append(telling)
        yield telling.submitted()
        yield from telling.left()
        yield from telling.confirmed(line.id)

    def _taken_back(self) -> Iterator[Event]:
        """Yield two replies that their authors took back, a little before the ones they sent."""
        for ticket in (self._answered[-31], self._answered[-74]):
            line = next(one for one in ticket.lines if one.kind == REPLY)
            before = [one for one in ticket.lines if one.id < line.id]
            leaves_at = max(line.at - timedelta(minutes=2), before[-1].at + timedelta(seconds=20))
            telling = Telling(
                Written(
                    author=self._by_login[line.login],
                    snapshot=snapshot(ticket, before),
                    body=line.body,
                    leaves_at=leaves_at,
                    state=State.CANCELLED,
                    values={"settled_at": leaves_at - timedelta(seconds=4)},
                )
            )
            yield telling.submitted()
            yield telling.cancelled(leaves_at - timedelta(seconds=4))

    def _recall(self) -> None:
        """Recall a version with a mistake, put it right, and note one customer who was told."""
        told, person = _FILE.recall, self._people[_REVIEWER]
        version = current_version(told.shortcut)
        if version is None:
            return
        correction = plain_to_html(told.correction)
        recalls.recall(version, reason=told.reason, correction=correction, actor=person)
        text = ResponseText.of(version.response)
        better = replace(text, body=text.body.replace(told.before, told.after))
        services.revise(
            version.response, better, seen_version=version.number, note=told.note, actor=person
        )
        reply = Reply.objects.filter(canned_version=version).order_by("pk").first()
        if reply is not None:
            corrections.waive(reply, actor=person)

    def _assessed(self, one: _Assessment, place: int) -> Iterator[Event]:
        author = self._people[one.author]
        at = self._evening(timedelta(days=one.days)) - timedelta(minutes=17 * place)
        before = [
            telling
            for telling in self._tellings
            if telling.author == author and telling.leaves_at < at - timedelta(hours=1)
        ]
        if not before:
            return
        telling = max(before, key=lambda telling: telling.leaves_at)
        yield at, lambda: self._assess(telling.reply, one, at)
        if one.answer is not None:
            read_at = min(at + timedelta(hours=15, minutes=20), self._now)
            yield read_at, lambda: self._acknowledge(telling.reply, one.answer or "", read_at)

    def _assess(self, reply: Reply, one: _Assessment, at: datetime) -> None:
        reviewer = self._people[_REVIEWER]
        made = Assessment.objects.create(
            reply=reply,
            risks=[str(risk) for risk in risks_of(reply)],
            verdict=one.verdict,
            note=one.note,
            assessor=reviewer,
        )
        Assessment.objects.filter(pk=made.pk).update(assessed_at=at)
        record_on(
            *(reply, Action.REPLY_ASSESSED),
            actor=reviewer,
            facts={"verdict": one.verdict, "risks": made.risks},
            content={"note": one.note} if one.note else None,
        )

    def _acknowledge(self, reply: Reply, answer: str, at: datetime) -> None:
        is_woman = next(one.is_woman for one in texts.AGENTS if one.login == reply.agent_login)
        answer = texts.by_gender(answer, is_woman=is_woman)
        Assessment.objects.filter(reply=reply).update(acknowledged_at=at, answer=answer)
        record_on(
            *(reply, Action.ASSESSMENT_ACKNOWLEDGED),
            actor=reply.author,
            facts={"answered": bool(answer)},
            content={"note": answer} if answer else None,
        )


def _signs_in(person: User) -> Callable[[], object]:
    subject = Subject("person", str(person.pk))
    return lambda: record(Action.SIGNED_IN, actor=person, subject=subject)
