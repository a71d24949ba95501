"""Who has a ticket before them, and who writes on it: told to colleagues, never a lock."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.tickets.models import Presence

HERE = timedelta(seconds=45)
"""So long a person counts as being there after their page was last heard of."""
KEPT = timedelta(days=1)
_OFTEN = timedelta(seconds=5)
"""What was said less than this ago is not stored again."""


@dataclass(frozen=True)
class Colleague:
    """A person who has a ticket before them now."""

    id: int
    name: str
    writing: bool


def note(ticket_id: int, person: User, *, writing: bool = False) -> None:
    """Store that *person* has the ticket before them, and whether they write."""
    now = timezone.now()
    rows = Presence.objects.filter(ticket_id=ticket_id, person=person)
    heard = Q(wrote_at__gt=now - _OFTEN) if writing else Q(seen_at__gt=now - _OFTEN)
    if rows.filter(heard).exists():
        return
    news = {"seen_at": now, **({"wrote_at": now} if writing else {})}
    Presence.objects.bulk_create(
        [Presence(ticket_id=ticket_id, person=person, **news)],
        update_conflicts=True,
        unique_fields=["ticket_id", "person"],
        update_fields=list(news),
    )


def leave(ticket_id: int, person: User) -> None:
    """Forget that *person* had the ticket before them."""
    Presence.objects.filter(ticket_id=ticket_id, person=person).delete()


def on_tickets(ticket_ids: Iterable[int], *, besides: User) -> dict[int, list[Colleague]]:
    """Return who else is on each of these tickets, those who write first."""
    now = timezone.now()
    rows = Presence.objects.filter(ticket_id__in=list(ticket_ids), seen_at__gt=now - HERE)
    found = defaultdict(list)
    for row in rows.exclude(person=besides).select_related("person"):
        writing = row.wrote_at is not None and row.wrote_at > now - HERE
        found[row.ticket_id].append(Colleague(row.person_id, str(row.person), writing))
    for people in found.values():
        people.sort(key=lambda one: (not one.writing, one.name))
    return dict(found)


def watched() -> set[int]:
    """Return the tickets that somebody has before them now."""
    rows = Presence.objects.filter(seen_at__gt=timezone.now() - HERE)
    return set(rows.values_list("ticket_id", flat=True))


def forget_old() -> int:
    """Remove what is older than a day; return how much that was."""
    return Presence.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()[0]
