"""Taking a page of Thulium's list into the index: what it tells is stored, what changed is due."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import AgentProfile
from thulium_portal.thulium import TicketHeading
from thulium_portal.tickets.index.erasure import closed_limit
from thulium_portal.tickets.index.intake import (
    SETTLES,
    Rank,
    is_fresh,
    put_words,
    to_the_minute,
    words_of,
)
from thulium_portal.tickets.models import KnownQueue, KnownTicket
from thulium_portal.tickets.snapshot import local_time, told_again

READ_CLOSED = timedelta(days=90)
"""Of closed tickets on which nothing happened for longer, the list's own words are enough."""
MOST_UNSEEN = 1000
_LISTED = (
    *("subject", "customer_id", "customer_name", "customer_email", "customer_read_at"),
    *("queue_id", "queue_name", "source", "status_name", "agent_login", "is_open"),
    *("created_at", "changed_at", "listed_change", "listed_at", "erased_at", "waiting_since"),
    *("read_rank", "read_due_at", "change_seen_at"),
)
"""What a page of the list may change on a row that is there."""


@dataclass(frozen=True)
class _Page:
    """What is needed to judge the rows of one page."""

    began: datetime
    watched: Collection[int]
    logins: frozenset[str]
    queues: dict[str, int]
    now: datetime = field(default_factory=timezone.now)


def take_page(
    headings: Sequence[TicketHeading], *, began: datetime, watched: Collection[int]
) -> frozenset[int]:
    """Store a page of the list that was asked for at *began*, and let what changed be read.

    A change is read once, as soon as its minute is over for certain; on a ticket that is *watched*
    at once, and then once more. Returned are the tickets that are left out, since they were closed
    longer ago than any are kept.
    """
    limit = closed_limit()
    outdated = frozenset(heading.id for heading in headings if _is_outdated(heading, limit))
    told = {heading.id: heading for heading in headings if heading.id not in outdated}
    known = KnownTicket.objects.in_bulk(list(told))
    page = _Page(began, watched, _logins(), _queues(told.values(), known))
    fresh, changed, words = [], [], []
    for heading in told.values():
        row = known.get(heading.id)
        if row is None:
            row = KnownTicket(pk=heading.id, is_open=not (heading.is_closed or heading.is_merged))
            fresh.append(row)
        elif _is_news(row, heading, page):
            changed.append(row)
        else:
            continue
        before = words_of(row) if row.subject or row.customer_email else None
        _take(row, heading, page)
        if words_of(row) != before:
            words.append(row)
    with transaction.atomic():
        KnownTicket.objects.bulk_create(fresh, ignore_conflicts=True)
        KnownTicket.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["ticket_id"], update_fields=_LISTED
        )
        put_words(words)
        KnownTicket.objects.filter(pk__in=list(told)).update(listed_at=page.now)
    return outdated


def read_unseen(began: datetime) -> int:
    """Let the tickets be read that the whole list, asked for since *began*, did not hold.

    What is gone from Thulium is found out so, ticket by ticket and some each time: a list that was
    answered wrongly takes nothing out of the index.
    """
    unlisted = Q(listed_at=None) | Q(listed_at__lt=began)
    unread = Q(read_at=None) | Q(read_at__lt=began)
    unseen = KnownTicket.objects.filter(unlisted, unread, read_due_at=None)
    some = list(unseen.order_by("pk").values_list("pk", flat=True)[:MOST_UNSEEN])
    return KnownTicket.objects.filter(pk__in=some, read_due_at=None).update(
        read_due_at=timezone.now(), read_rank=Rank.CLOSED
    )


def seen_since(began: datetime) -> int:
    """Return how many tickets the list has shown since *began*."""
    return KnownTicket.objects.filter(listed_at__gte=began).count()


def _logins() -> frozenset[str]:
    people = AgentProfile.objects.filter(user__is_active=True)
    return frozenset(login.casefold() for login in people.values_list("login", flat=True))


def _queues(headings: Iterable[TicketHeading], known: dict[int, KnownTicket]) -> dict[str, int]:
    """Return the numbers of the queues that rows name without one."""
    names = {
        heading.queue_name
        for heading in headings
        if heading.queue_id is None
        and (heading.id not in known or known[heading.id].queue_name != heading.queue_name)
    }
    rows = KnownQueue.objects.filter(name__in=names) if names else KnownQueue.objects.none()
    return dict(rows.values_list("name", "queue_id"))


def _is_outdated(heading: TicketHeading, limit: datetime | None) -> bool:
    changed_at = to_the_minute(heading.updated_at)
    is_over = heading.is_closed or heading.is_merged
    return is_over and limit is not None and changed_at is not None and changed_at < limit


def _is_news(row: KnownTicket, heading: TicketHeading, page: _Page) -> bool:
    """Tell whether the list says something that is not known yet.

    It is a ticket's change time that tells; a reading in the meantime knows better.
    """
    told = to_the_minute(heading.updated_at)
    if row.read_at and row.read_at >= page.began:
        return False
    if row.read_at is None and row.changed_at is None and row.listed_change is None:
        return True
    if told is None:
        return False
    return told not in {row.changed_at, row.listed_change} or _is_told_again(row, told, page)


def _is_told_again(row: KnownTicket, told: datetime, page: _Page) -> bool:
    """Tell whether *told* may mean another change an hour later, which no reading has shown."""
    again = told_again(told)
    if again is None or not again <= page.now or row.read_due_at is not None:
        return False
    return row.read_at is None or row.read_at < again + SETTLES


def _take(row: KnownTicket, heading: TicketHeading, page: _Page) -> None:
    """Let *row* say what the list says, and when it is to be read."""
    for name, value in _values(row, heading, page).items():
        setattr(row, name, value)
    row.erased_at, row.listed_at = None, page.now
    if row.read_at is None:
        # Who wrote last is not in the list; nobody is to wait unseen until it is known.
        row.waiting_since = (row.changed_at or row.created_at or page.now) if row.is_open else None
    if row.read_rank != Rank.HINTED or row.read_due_at is None:
        row.read_rank = _rank(row, page)
    row.change_seen_at = page.now if is_fresh(row.changed_at) else None
    row.read_due_at = _due(row, page)


def _values(row: KnownTicket, heading: TicketHeading, page: _Page) -> dict[str, Any]:
    is_over = heading.is_closed or heading.is_merged
    same_queue = row.queue_name == heading.queue_name
    queue_id = heading.queue_id or page.queues.get(heading.queue_name)
    values = {
        "subject": heading.subject,
        "customer_email": heading.customer_email,
        "queue_id": queue_id or (row.queue_id if same_queue else None),
        "queue_name": heading.queue_name,
        "source": heading.source,
        "status_name": heading.status_name,
        "agent_login": heading.agent_login.casefold(),
        "created_at": local_time(heading.created_at),
        "changed_at": to_the_minute(heading.updated_at),
        "listed_change": to_the_minute(heading.updated_at),
        # A closed status may have any name; what was read of it holds as long as it has the same.
        "is_open": row.is_open if row.status_name == heading.status_name else not is_over,
    }
    if heading.customer_id != row.customer_id:
        values |= {
            "customer_id": heading.customer_id,
            "customer_name": "",
            "customer_read_at": None,
        }
    return values


def _rank(row: KnownTicket, page: _Page) -> Rank:
    if not row.is_open:
        return Rank.CLOSED
    if not row.agent_login:
        return Rank.UNASSIGNED
    return Rank.OURS if row.agent_login in page.logins else Rank.OTHER


def _due(row: KnownTicket, page: _Page) -> datetime | None:
    if row.read_rank == Rank.HINTED or row.pk in page.watched:
        return page.now
    if row.change_seen_at is not None:
        return row.change_seen_at + SETTLES
    is_quiet = row.changed_at is not None and row.changed_at < page.now - READ_CLOSED
    return None if not row.is_open and is_quiet and row.read_at is None else page.now
