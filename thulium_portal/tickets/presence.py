"""Who has a ticket before them, and who writes on it: told to colleagues, never a lock."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.tickets.models import KnownTicket, Presence

HERE = timedelta(seconds=45)
"""So long a person counts as being there after their page was last heard of."""
KEPT = timedelta(days=1)
MOST = 20
"""So many tickets a person has before them at most, whatever numbers their pages ask for."""
_OFTEN = timedelta(seconds=15)
"""What was said less than this ago is not stored again; a page asks twice in this time."""


@dataclass(frozen=True)
class Colleague:
    """A person who has a ticket before them now."""

    id: int
    name: str
    writing: bool

    @property
    def words(self) -> str:
        """What the reader is told of them."""
        if self.writing:
            return _("%(name)s is writing a reply") % {"name": self.name}
        return _("%(name)s is looking at this ticket") % {"name": self.name}


def note(ticket_id: int, person: User, *, writing: bool = False) -> None:
    """Store that *person* has the ticket before them, and whether they write."""
    own = Presence.objects.filter(ticket_id=ticket_id, person=person).first()
    _store(own, ticket_id, person, writing=writing)


def meet(ticket_id: int, person: User, *, writing: bool = False) -> list[Colleague]:
    """Store the same, and return who else is there, those who write first."""
    rows = list(_here([ticket_id]))
    own = next((row for row in rows if row.person_id == person.pk), None)
    _store(own, ticket_id, person, writing=writing)
    return _colleagues(rows, person).get(ticket_id, [])


def leave(ticket_id: int, person: User) -> None:
    """Forget that *person* had the ticket before them."""
    Presence.objects.filter(ticket_id=ticket_id, person=person).delete()


def on_tickets(ticket_ids: Iterable[int], *, besides: User) -> dict[int, list[Colleague]]:
    """Return who else is on each of these tickets, those who write first; one query."""
    return _colleagues(_here(ticket_ids), besides)


def watched() -> set[int]:
    """Return the tickets that somebody has before them now, of those that are known."""
    known = KnownTicket.objects.values("ticket_id")
    rows = Presence.objects.filter(seen_at__gt=timezone.now() - HERE, ticket_id__in=known)
    return set(rows.values_list("ticket_id", flat=True))


def forget_old() -> int:
    """Remove what is older than a day; return how much that was."""
    return Presence.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()[0]


def _here(ticket_ids: Iterable[int]) -> QuerySet[Presence]:
    rows = Presence.objects.filter(
        ticket_id__in=list(ticket_ids),
        seen_at__gt=timezone.now() - HERE,
        person__is_active=True,
    )
    fields = ("ticket_id", "seen_at", "wrote_at", "person__name", "person__username")
    return rows.select_related("person").only(*fields)


def _colleagues(rows: Iterable[Presence], besides: User) -> dict[int, list[Colleague]]:
    now, found = timezone.now(), defaultdict(list)
    for row in rows:
        if row.person_id != besides.pk:
            writing = _is_after(row.wrote_at, now - HERE)
            found[row.ticket_id].append(Colleague(row.person_id, str(row.person), writing))
    for people in found.values():
        people.sort(key=lambda one: (not one.writing, one.name))
    return dict(found)


def _store(own: Presence | None, ticket_id: int, person: User, *, writing: bool) -> None:
    """Store what the row that is known, *own*, does not say yet or has not said for a while."""
    now = timezone.now()
    if own and _is_after(own.wrote_at if writing else own.seen_at, now - _OFTEN):
        return
    news = {"seen_at": now, **({"wrote_at": now} if writing else {})}
    # A database that is busy for long makes nobody wait for this, nor see an error.
    with suppress(OperationalError):
        Presence.objects.bulk_create(
            [Presence(ticket_id=ticket_id, person=person, **news)],
            update_conflicts=True,
            unique_fields=["ticket_id", "person"],
            update_fields=list(news),
        )
        if own is None:
            _keep_newest(person)


def _keep_newest(person: User) -> None:
    rows = Presence.objects.filter(person=person)
    older = rows.order_by("-seen_at", "-pk").values_list("pk", flat=True)[MOST:]
    if surplus := list(older):
        rows.filter(pk__in=surplus).delete()


def _is_after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since
