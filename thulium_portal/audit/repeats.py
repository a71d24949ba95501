"""What people and strangers can make happen as often as they like: entries that cannot be flooded.

The first of a kind is an entry at once. What the same person does of it within the window after is
counted in a row and told by one more entry, when it happens again later or when the worker comes
by; a count survives the process that made it. All strangers together count as one.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import Repeat
from thulium_portal.audit.services import Fact, Subject, record

if TYPE_CHECKING:
    from thulium_portal.accounts.models import User

PAGE = "page"
"""The kind of a subject that is a page, by the name of its view."""
WINDOW = timedelta(minutes=10)
MOST_PLACES = 8
"""So many pages are told apart in one entry."""
_ELSEWHERE = "…"


def record_repeatable(
    action: Action,
    *,
    whose: "User | None",
    kind: str = "",
    actor: "User | None",
    subject: Subject | None = None,
    ticket_id: int | None = None,
    facts: Mapping[str, Fact] | None = None,
    content: Mapping[str, str] | None = None,
) -> None:
    """Record *action*, or count it where *whose* entry of that *kind* is younger than the window.

    A *kind* is one of few: each is an entry more that somebody can bring about at will.
    What is denied changes nothing that it could belong to, so it may be called outside of any
    transaction. The row is locked before the record is, as everywhere.
    """
    place = subject.id if subject and subject.kind == PAGE else ""
    with transaction.atomic():
        row = _locked(action=action, kind=kind, whose=whose.pk if whose else 0)
        now = timezone.now()
        if row.began_at and row.began_at <= now < row.began_at + WINDOW:
            _count(row, place)
            return
        _tell(row)
        row.began_at, row.ended_at = now, None
        row.entry = record(
            action, actor=actor, subject=subject, ticket_id=ticket_id, facts=facts, content=content
        )
        row.save()


def tell_counted() -> int:
    """Write an entry for every count whose window is over, and return how many there were."""
    told = 0
    now = timezone.now()
    # A clock that was set back ends a window as well.
    is_over = Q(began_at__lte=now - WINDOW) | Q(began_at__gt=now)
    for named in Repeat.objects.filter(is_over, count__gt=0).values("action", "kind", "whose"):
        with transaction.atomic(durable=True):
            row = _locked(**named)
            # Somebody else may have told it meanwhile, and another window have begun.
            if row.count and row.began_at and not row.began_at <= now < row.began_at + WINDOW:
                _tell(row)
                row.save()
                told += 1
    return told


def _locked(**named: Any) -> Repeat:
    rows = Repeat.objects.select_for_update().filter(**named)
    row = rows.first()
    if row is None:
        Repeat.objects.get_or_create(**named)
        row = rows.get()
    return row


def _count(row: Repeat, place: str) -> None:
    row.count += 1
    row.ended_at = timezone.now()
    if place:
        is_new = place not in row.places and len(row.places) >= MOST_PLACES
        name = _ELSEWHERE if is_new else place
        row.places[name] = row.places.get(name, 0) + 1
    row.save(update_fields=["count", "ended_at", "places"])


def _tell(row: Repeat) -> None:
    """Write what was counted since the row's entry, about the same; the row begins anew."""
    if row.count and row.entry and row.ended_at:
        facts: dict[str, Fact] = {
            "first": row.entry.sequence,
            "repeated": row.count,
            "until": row.ended_at.isoformat(timespec="seconds"),
        }
        if row.places:
            facts["places"] = [f"{place} {count}" for place, count in sorted(row.places.items())]
        record(
            Action(row.action),
            actor=row.entry.actor,
            subject=Subject(row.entry.subject_kind, row.entry.subject_id),
            facts=facts,
        )
    row.count, row.places = 0, {}
