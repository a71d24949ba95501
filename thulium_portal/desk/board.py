"""The list of the desk as it stands now: tabs with counts, the queues, a page of rows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.desk import assignment
from thulium_portal.desk.rows import Row, rows_of
from thulium_portal.desk.selection import Selection
from thulium_portal.lib.times import duration
from thulium_portal.replies import worklist
from thulium_portal.replies.worklist import Waiting
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.index.lists import MOST_COUNTED, List
from thulium_portal.tickets.models import KnownQueue, KnownTicket

PAGE = 50
MOST_FOUND = 200
"""So many of the newest tickets that hold the words are shown of a search."""


class Tab(NamedTuple):
    """One list of the desk."""

    name: str
    label: str
    amount: str
    address: str
    is_current: bool


class Queue(NamedTuple):
    """A queue to choose."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Board:
    """All that may change on the desk while it is looked at, but for its age."""

    selection: Selection
    sentence: str
    has_next: bool
    tabs: tuple[Tab, ...]
    queues: tuple[Queue, ...]
    rows: tuple[Row, ...]
    under_way: str
    """What stands over the rows at the end to which a reply is under way; they are not counted."""
    found: str
    empty: str
    newer: str
    older: str
    may_take: bool

    @property
    def queue_name(self) -> str:
        """The chosen queue; one without open tickets is still told by its number."""
        if self.selection.queue == lists.NO_QUEUE:
            return _("Without a queue")
        chosen = next((queue.name for queue in self.queues if queue.is_current), "")
        return chosen or str(self.selection.queue or "")

    @property
    def first_under_way(self) -> int | None:
        """The ticket over whose row those begin to which a reply is under way."""
        found = (row.ticket_id for row in self.rows if row.is_under_way)
        return next(found, None) if self.under_way else None

    @property
    def all_queues_url(self) -> str:
        return self.selection.address(queue=None)

    @property
    def unsearched_url(self) -> str:
        return self.selection.address(query="", waits=False)

    @property
    def choosing_url(self) -> str:
        """The address that begins or ends choosing several tickets, on the same page."""
        return self.selection.address(
            choosing=not self.selection.choosing, page=self.selection.page
        )

    def fingerprint(self) -> str:
        """Return a few letters that tell this board from one on which anything differs."""
        return hashlib.blake2b(repr(self).encode(), digest_size=9).hexdigest()


def board_of(selection: Selection, person: User, waiting: Waiting) -> Board:
    """Return what the desk shows *person*, for whom *waiting* tells who waits.

    It asks the database alone, and as often for any page. Raises ``TooFast`` for too many searches
    within a minute.
    """
    tickets = _page(selection, person)
    is_more = len(tickets) > PAGE
    owners = selection.which is List.ALL or bool(selection.query)
    rows = rows_of(tickets[:PAGE], person, owners=owners)
    found = _found(selection, len(rows), is_more=is_more)
    return Board(
        selection=selection,
        sentence=_sentence(waiting, person),
        has_next=waiting.first is not None,
        tabs=tuple(_tabs(selection, person, waiting)),
        queues=tuple(_queues(selection, person)),
        rows=rows,
        under_way=_under_way(selection, person, rows),
        found=found,
        empty="" if rows or selection.query else _nothing(selection, person),
        newer=selection.address(page=selection.page - 1) if selection.page > 1 else "",
        older=selection.address(page=selection.page + 1) if is_more else "",
        may_take=assignment.may_take(person),
    )


def _page(selection: Selection, person: User) -> list[KnownTicket]:
    """Return the tickets of the page, and one more where another page follows."""
    if selection.query:
        limits.count(limits.SEARCHES, person)
        numbers = lists.newest_holding(selection.query, person, limit=MOST_FOUND)
        tickets = KnownTicket.objects.filter(pk__in=numbers).order_by("-is_open", "-pk")
    else:
        tickets = _list(selection, person)
    tickets = lists.in_queue(tickets, selection.queue)
    begin = (selection.page - 1) * PAGE
    return list(tickets[begin : begin + PAGE + 1])


def _list(selection: Selection, person: User) -> QuerySet[KnownTicket]:
    tickets = lists.tickets(selection.which, person)
    if not selection.is_of_waiting:
        return tickets
    return worklist.in_turn(lists.waiting(tickets))


def _under_way(selection: Selection, person: User, rows: Iterable[Row]) -> str:
    """Return what stands over the rows that are not counted; "" where the page has none."""
    if not selection.is_of_waiting or not any(row.is_under_way for row in rows):
        return ""
    tickets = lists.in_queue(_list(selection, person), selection.queue)
    number = lists.amount(lists.count(worklist.under_way(tickets)))
    return _("Reply under way (%(n)s)") % {"n": number}


def _tabs(selection: Selection, person: User, waiting: Waiting) -> list[Tab]:
    labels = {
        List.MINE: pgettext("list of tickets", "Mine to answer"),
        List.UNASSIGNED: pgettext("list of tickets", "Unassigned"),
        List.WAITING: pgettext("list of tickets", "Waiting for the customer"),
        List.ALL: pgettext("list of tickets", "All"),
    }
    tabs = []
    for which, label in labels.items():
        is_current = which is selection.which and not selection.query
        amount = ""
        if which is not List.ALL:
            is_known = which is List.MINE and selection.queue is None
            number = waiting.number if is_known else _count(which, selection.queue, person)
            amount = lists.amount(number)
        address = selection.address(which=which, query="", waits=False)
        tabs.append(Tab(str(which), label, amount, address, is_current))
    return tabs


def _count(which: List, queue: int | None, person: User) -> int:
    is_mine = which is List.MINE
    tickets = worklist.to_answer(person) if is_mine else lists.tickets(which, person)
    return lists.count(lists.in_queue(tickets, queue))


def _queues(selection: Selection, person: User) -> list[Queue]:
    """Return the queues that have open tickets, and the one that is chosen."""
    open_here = KnownTicket.objects.filter(is_open=True, queue_id=OuterRef("queue_id"))
    known = person.in_reach(KnownQueue.objects.filter(Exists(open_here)))
    return [
        Queue(
            name or str(queue_id),
            selection.address(queue=queue_id),
            queue_id == selection.queue,
        )
        for queue_id, name in known.values_list("queue_id", "name")
    ]


def _sentence(waiting: Waiting, person: User) -> str:
    if not person.agent_login:
        return _("Tickets of your own appear here once you have an agent login.")
    if waiting.since is None:
        return _("Nobody is waiting for your reply now.")
    longest = duration(timezone.now() - waiting.since)
    number = waiting.number
    if number > MOST_COUNTED:
        return _("More than %(n)s customers are waiting for a reply, the longest for %(time)s") % {
            "n": MOST_COUNTED,
            "time": longest,
        }
    return ngettext(
        "%(n)s customer is waiting for a reply, for %(time)s",
        "%(n)s customers are waiting for a reply, the longest for %(time)s",
        number,
    ) % {"n": number, "time": longest}


def _found(selection: Selection, count: int, *, is_more: bool) -> str:
    if not selection.query:
        return _("Customers who are waiting, the longest first") if selection.waits else ""
    if not count:
        return _("No known ticket contains “%(query)s”.") % {"query": selection.query}
    if is_more or selection.page > 1:
        return _("The newest tickets that contain “%(query)s”") % {"query": selection.query}
    words = ngettext(
        "%(n)s ticket contains “%(query)s”", "%(n)s tickets contain “%(query)s”", count
    )
    return words % {"n": count, "query": selection.query}


def _nothing(selection: Selection, person: User) -> str:
    """Return why the list is empty, in the reader's words."""
    if selection.page > 1:
        return _("The list does not reach this far any more.")
    if selection.queue is not None:
        return _("Nothing of this list is in the queue you chose.")
    if selection.which in {List.MINE, List.WAITING} and not person.agent_login:
        return _("You have no agent login, so no tickets are yours. Look at the other lists.")
    return {
        List.MINE: _("None of your customers is waiting. Take an unassigned ticket if you like."),
        List.UNASSIGNED: _("Every open ticket is somebody's."),
        List.WAITING: _("None of your tickets waits for its customer."),
        List.ALL: _("The portal knows of no open ticket."),
    }[selection.which]
