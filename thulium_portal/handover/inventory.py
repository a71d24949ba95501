"""What a person has begun and not finished: what would be left behind, or was."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.bulk import services as bulk
from thulium_portal.bulk.models import BulkReply
from thulium_portal.desk import reminders as desk
from thulium_portal.lib.folding import fold
from thulium_portal.replies.decisions.departure import may_hand_on
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import reminders
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket, Reminder

MOST_SHOWN = 200
"""So many of each kind are shown; the others come up once these are dealt with."""
MOST_TICKETS = 50

KINDS: dict[str, tuple[str | Promise, tuple[State, ...]]] = {
    "drafts": (_("Drafts"), (State.DRAFT,)),
    "approval": (_("Waiting for approval"), (State.UNAPPROVED,)),
    "planned": (
        pgettext_lazy("replies", "Planned and on their way"),
        (State.PENDING, State.CLAIMED, State.SENDING),
    ),
    "stopped": (
        pgettext_lazy("replies", "Stopped, on hold, refused or not on the ticket"),
        (State.BLOCKED, State.HELD, State.NOT_FOUND, State.REJECTED),
    ),
    "unknown": (pgettext_lazy("replies", "Not confirmed yet"), (State.UNKNOWN,)),
}
"""Kinds of replies, in the order of the page."""
STATES = frozenset(state for _label, states in KINDS.values() for state in states)


@dataclass(frozen=True)
class Group:
    """The replies of one kind; those of which nothing can be handed over are only told of."""

    kind: str
    label: str | Promise
    rows: Sequence[Reply]
    count: int


@dataclass(frozen=True)
class Left:
    """One person and how much of them is unfinished, for the list of people."""

    person: User
    replies: int
    reminders: int

    @property
    def sends(self) -> bool:
        """Whether they may still send."""
        return self.person.may(Permission.SEND_REPLIES)


class Inventory:
    """All that *person* has begun and not finished, as far as *viewer* sees it."""

    def __init__(self, person: User, viewer: User) -> None:
        self.person, self._viewer = person, viewer
        self._rows = unfinished(viewer).filter(author=person)

    @cached_property
    def groups(self) -> list[Group]:
        """The replies of each kind there are any of, the newest first."""
        found = []
        for kind, (label, states) in KINDS.items():
            if number := sum(self.states[state] for state in states):
                rows = self._rows.filter(state__in=states).order_by("-pk")[:MOST_SHOWN]
                found.append(Group(kind, label, list(rows), number))
        return found

    @cached_property
    def states(self) -> Counter[str]:
        """How many replies are in each state."""
        counted = self._rows.order_by().values("state").annotate(number=Count("pk"))
        return Counter({row["state"]: row["number"] for row in counted})

    @property
    def replies(self) -> list[Reply]:
        """Those shown that the viewer can hand over."""
        shown = (reply for group in self.groups for reply in group.rows)
        return [reply for reply in shown if may_hand_on(reply, self._viewer)]

    @cached_property
    def reminders(self) -> list[Reminder]:
        return list(_seen(reminders.of(self.person), self._viewer)[:MOST_SHOWN])

    @cached_property
    def reminder_rows(self) -> Sequence[tuple[Reminder, desk.Row]]:
        """The reminders with what is known of their tickets."""
        shown = {row.ticket_id: row for row in desk.every(self.person, is_current=False).rows}
        return [(one, shown[one.ticket_id]) for one in self.reminders if one.ticket_id in shown]

    @cached_property
    def bulks(self) -> list[BulkReply]:
        """The bulk replies begun; their drafts are among the drafts."""
        return list(bulk.unfinished(self.person)[:MOST_SHOWN])

    @cached_property
    def tickets(self) -> list[KnownTicket]:
        """The open tickets that are theirs in Thulium, where somebody else is given them."""
        login = self.person.agent_login.casefold()
        rows = lists.tickets(lists.List.ALL, self._viewer).filter(agent_login=login)
        return list(rows[:MOST_TICKETS]) if login else []

    def __len__(self) -> int:
        """How many replies and reminders there are."""
        return sum(self.states.values()) + len(self.reminders)

    def summary(self) -> list[str]:
        """Return how many of each kind there are, in words."""
        told = [
            (label, sum(self.states[one] for one in states)) for label, states in KINDS.values()
        ]
        told.append((pgettext_lazy("list of tickets", "Reminders"), len(self.reminders)))
        return [f"{label}: {number}" for label, number in told if number]


def unfinished(viewer: User) -> QuerySet[Reply]:
    """Return the replies that somebody has still to do something about, and drafts.

    Those that *viewer* sees.
    """
    dealt_with = Q(state=State.REJECTED) & (
        Q(dismissed_at__isnull=False) | Q(erased_at__isnull=False)
    )
    return viewer.in_reach(Reply.objects.filter(state__in=STATES).exclude(dealt_with))


def _seen(rows: QuerySet[Reminder], viewer: User) -> QuerySet[Reminder]:
    """Return those of *rows* whose tickets *viewer* sees."""
    if viewer.narrowed_to is None:
        return rows
    return rows.filter(ticket_id__in=viewer.in_reach(KnownTicket.objects.all()).values("pk"))


def everybody(viewer: User) -> list[Left]:
    """Return who has anything unfinished that *viewer* sees, those who no longer send first."""
    replies = _counted(unfinished(viewer), "author")
    marks = _counted(_seen(Reminder.objects.all(), viewer), "person")
    people = User.objects.filter(pk__in={*replies, *marks}).select_related("agent_profile")
    found = [Left(person, replies[person.pk], marks[person.pk]) for person in people]
    return sorted(found, key=lambda one: (one.sends, fold(str(one.person))))


def left_behind(viewer: User) -> list[User]:
    """Return the people who no longer send and have anything unfinished that *viewer* sees."""
    return [one.person for one in everybody(viewer) if not one.sends]


def _counted(rows: QuerySet[Any], by: str) -> Counter[int]:
    """Return how many of *rows* each person has."""
    counted = rows.order_by().values(by).annotate(number=Count("pk"))
    return Counter({row[by]: row["number"] for row in counted})
