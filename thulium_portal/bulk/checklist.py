"""The check list of a bulk reply: what goes, what does not and why, ticket by ticket."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from thulium_portal.accounts.models import User
from thulium_portal.bulk.labels import DOUBTS, TICKET_PROBLEMS, WAITS, Doubt
from thulium_portal.bulk.models import BulkItem, BulkReply
from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.canned.models import CannedFile, CannedQueue, CannedResponse
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.drafts import Text, snapshot_of
from thulium_portal.replies.models import Reply
from thulium_portal.replies.querysets import LEFT_BEHIND
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.rules import Outgoing
from thulium_portal.replies.readiness.situation import InCommon, Origin
from thulium_portal.replies.states import ATTENTION, TAKEN_BACK, UNSETTLED, WAS_SENT, State
from thulium_portal.tickets import presence
from thulium_portal.tickets.changes import Seen
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.presence import Colleague


class Place(StrEnum):
    """Where a ticket stands on the list."""

    WAITING = "waiting"
    UNUSABLE = "unusable"
    LEFT_OUT = "left_out"
    NOT_READY = "not_ready"
    GOING = "going"
    QUEUED = "queued"
    SENT = "sent"


ASKED_ONCE = ("ticket_closed",)
"""Guards whose doubt a person lets pass by putting a ticket back in that was left out for it."""
_ASKED_BY_THE_LIST = frozenset({*ASKED_ONCE, "newer_message", "recipient_changed"})


@dataclass(frozen=True)
class Row:
    """A ticket of the list; ``reply`` is its draft, or the reply the draft became."""

    item: BulkItem
    place: Place
    doubts: tuple[Doubt, ...] = ()
    complaints: tuple[str, ...] = ()
    people: Sequence[Colleague] = ()
    is_changed: bool = False

    @property
    def reply(self) -> Reply | None:
        return self.item.reply

    @property
    def has_news(self) -> bool:
        """Whether something came to the ticket that its author is to be shown first."""
        return not WAITS.isdisjoint(self.doubts)

    @property
    def words(self) -> list[str | Promise]:
        """What is unusual, in people's words, the graver first."""
        problem = TICKET_PROBLEMS.get(self.item.problem)
        told = [problem] if problem and self.place not in {Place.QUEUED, Place.SENT} else []
        return [*told, *self.complaints, *(DOUBTS[doubt] for doubt in self.doubts)]


@dataclass
class _Surroundings:
    """What else is known of the tickets of one list."""

    known: dict[int, KnownTicket]
    answered: set[int]
    drafted: set[int]
    people: dict[int, list[Colleague]]
    queues: set[int] | None
    guards: InCommon
    addresses: Counter[str] = field(default_factory=Counter)


def rows(bulk: BulkReply) -> list[Row]:
    """Return every ticket of *bulk* in order, with what is unusual about it now."""
    items = list(_items(bulk))
    around = _surroundings(bulk, items)
    return [_row(item, around, bulk.author) for item in items]


def digest(going: Iterable[Row]) -> str:
    """Return what tells one list of going replies, as a person saw it, from another."""
    told = (f"{row.item.pk}:{row.reply and row.reply.draft_revision}" for row in going)
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:32]


def going(listed: Iterable[Row]) -> list[Row]:
    """Return the rows that Send would send."""
    return [row for row in listed if row.place is Place.GOING]


def files_of(draft: Reply) -> list[CannedFile]:
    """Return the files of canned responses that *draft* has ticked."""
    return canned_attachments.to_send(draft.canned_files or (), actor=draft.author)


def sentences(complaints: Iterable[Complaint]) -> list[str]:
    """Return what *complaints* say, as plain text."""
    said = (
        html_to_text(one.message) if isinstance(one.message, SafeString) else one.message
        for one in complaints
    )
    # Only the first of several wordings asked about carries the sentence.
    return [sentence or one.about for sentence, one in zip(said, complaints, strict=True)]


def readiness(draft: Reply, origin: Origin) -> list[str]:
    """Return why *draft* cannot leave as it is now, a sentence each; empty where it may.

    Guards are asked as well, but for what the list asks by itself (:class:`Doubt`).
    """
    files = [*draft.attachments.all(), *files_of(draft)]
    found = rules.complaints(Outgoing(Text.of(draft), files, origin=origin))
    return sentences([one for one in found if one.code not in _ASKED_BY_THE_LIST])


def doubts_at_reading(draft: Reply, *, is_answered: bool) -> set[Doubt]:
    """Return what was unusual of a ticket when it was read for *draft*."""
    found = {Doubt.OPEN_REPLY} if is_answered else set()
    seen = Seen.read(draft.seen)
    if seen.is_merged:
        found.add(Doubt.MERGED)
    elif seen.is_closed:
        found.add(Doubt.CLOSED)
    if not draft.customer_email:
        found.add(Doubt.NO_ADDRESS)
    return found


def answered(tickets: Iterable[int], *, besides: Iterable[int]) -> set[int]:
    """Return those of *tickets* to which a reply is open, apart from the replies *besides*."""
    open_replies = Reply.objects.filter(ticket_id__in=list(tickets), state__in=UNSETTLED)
    open_replies = open_replies.exclude(LEFT_BEHIND)
    return set(open_replies.exclude(pk__in=list(besides)).values_list("ticket_id", flat=True))


def _items(bulk: BulkReply) -> QuerySet[BulkItem]:
    versions = ("reply__author", "reply__canned_response", "reply__canned_version")
    return bulk.items.select_related(*versions)


def _surroundings(bulk: BulkReply, items: Sequence[BulkItem]) -> _Surroundings:
    tickets = [item.ticket_id for item in items]
    own = [item.reply_id for item in items if item.reply_id is not None]
    drafts = Reply.objects.drafts_of(bulk.author).filter(ticket_id__in=tickets)
    known = KnownTicket.objects.in_bulk(tickets)
    return _Surroundings(
        known=known,
        answered=answered(tickets, besides=own),
        drafted=set(drafts.exclude(pk__in=own).values_list("ticket_id", flat=True)),
        people=presence.on_tickets(tickets, besides=bulk.author),
        queues=_queues(bulk.canned_response),
        guards=InCommon(bulk.author, known),
        addresses=Counter(
            item.reply.customer_email.casefold()
            for item in items
            if item.reply is not None and not item.is_left_out
        ),
    )


def _queues(response: CannedResponse | None) -> set[int] | None:
    """Return the only queues *response* is for; None where it is for all."""
    if response is None or response.scope != CannedResponse.Scope.TEAM:
        return None
    rows = CannedQueue.objects.filter(response=response)
    return set(rows.values_list("queue_id", flat=True))


def _row(item: BulkItem, around: _Surroundings, author: User) -> Row:
    draft = item.reply
    if item.state == BulkItem.State.UNUSABLE or draft is None:
        is_waiting = item.state == BulkItem.State.WAITING
        return Row(item, Place.WAITING if is_waiting else Place.UNUSABLE)
    if draft.state != State.DRAFT:
        was_discarded = draft.state == State.CANCELLED and draft.submitted_at is None
        return Row(item, Place.LEFT_OUT if was_discarded else Place.SENT)
    is_changed = draft.draft_revision != item.filled_revision
    complaints = item.complaints
    if is_changed:
        complaints = readiness(draft, Origin(author, snapshot_of(draft), around.guards))
    doubts = tuple(_doubts(item, draft, around))
    return Row(
        item,
        _place(item, has_to_wait=bool(complaints) or not WAITS.isdisjoint(doubts)),
        doubts,
        tuple(complaints),
        around.people.get(item.ticket_id, ()),
        is_changed,
    )


def _place(item: BulkItem, *, has_to_wait: bool) -> Place:
    if item.state == BulkItem.State.QUEUED:
        return Place.QUEUED
    if item.state == BulkItem.State.WAITING:
        return Place.WAITING
    if item.is_left_out:
        return Place.LEFT_OUT
    return Place.NOT_READY if has_to_wait else Place.GOING


def _doubts(item: BulkItem, draft: Reply, around: _Surroundings) -> Iterator[Doubt]:
    ticket = item.ticket_id
    found = doubts_at_reading(draft, is_answered=ticket in around.answered)
    known = around.known.get(ticket)
    newest = (known.last_written_id if known else None) or 0
    if draft.last_seen_message_id is not None and newest > draft.last_seen_message_id:
        found.add(Doubt.NEWER_MESSAGE)
    elif item.shown_message_id is not None and newest > item.shown_message_id:
        found.add(Doubt.UNREAD_MESSAGE)
    if ticket in around.drafted:
        found.add(Doubt.OTHER_DRAFT)
    if draft.customer_email and around.addresses[draft.customer_email.casefold()] > 1:
        found.add(Doubt.SAME_CUSTOMER)
    if around.queues is not None and draft.queue_id not in around.queues:
        found.add(Doubt.OTHER_QUEUE)
    response = draft.canned_response
    if response is not None and item.language and item.language != response.language:
        found.add(Doubt.OTHER_LANGUAGE)
    return (doubt for doubt in Doubt if doubt in found)


class Tab(StrEnum):
    """A part of the list that a number on the page opens (address: ``?show=``)."""

    GOING = "going"
    NOT_READY = "not_ready"
    LEFT_OUT = "left_out"
    WAITING = "waiting"
    QUEUED = "queued"
    ON_ITS_WAY = "on_its_way"
    HANDED_OVER = "handed_over"
    ATTENTION = "attention"
    UNDONE = "undone"


_TABS = {
    Place.WAITING: Tab.WAITING,
    Place.UNUSABLE: Tab.LEFT_OUT,
    Place.LEFT_OUT: Tab.LEFT_OUT,
    Place.NOT_READY: Tab.NOT_READY,
    Place.GOING: Tab.GOING,
    Place.QUEUED: Tab.QUEUED,
}


def tab_of(row: Row) -> Tab:
    """Return the part of the list in which *row* stands."""
    if row.place is not Place.SENT or row.reply is None:
        return _TABS[row.place]
    state = State(row.reply.state)
    if state in ATTENTION:
        return Tab.ATTENTION
    if state in WAS_SENT:
        return Tab.HANDED_OVER
    return Tab.UNDONE if state in TAKEN_BACK else Tab.ON_ITS_WAY
