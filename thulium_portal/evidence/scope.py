"""What a package is to prove, and which entries of the record belong to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from thulium_portal.audit.chain import timestamp
from thulium_portal.audit.models import AuditEntry
from thulium_portal.lib.forms import day_end, day_start

LOOKING = "audit."
"""Entries of who looked at the record: part of a period, but no part of a ticket's story."""


@dataclass(frozen=True)
class EntryRange:
    """Where in the record the entries lie that are asked for, and how many there are."""

    first: int
    last: int
    count: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Scope:
    """A ticket, some days in the time zone of who asks, or a ticket within some days."""

    ticket: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def begins(self) -> datetime | None:
        """The first moment asked for; None is the beginning of the record."""
        return day_start(self.since) if self.since else None

    @property
    def ends(self) -> datetime | None:
        """The first moment no longer asked for; None is the end of the record."""
        return day_end(self.until) if self.until else None

    @property
    def asked(self) -> dict[str, Any]:
        """The scope in the words of the package's manifest, times in UTC."""
        begins, ends = self.begins, self.ends
        return {
            "ticket": self.ticket,
            "since": timestamp(begins) if begins else None,
            "until": timestamp(ends) if ends else None,
        }

    def entries(self) -> QuerySet[AuditEntry]:
        """Return the entries asked for."""
        wanted = {"ticket_id": self.ticket, "at__gte": self.begins, "at__lt": self.ends}
        given = {name: value for name, value in wanted.items() if value is not None}
        entries = AuditEntry.objects.filter(**given)
        return entries if self.ticket is None else entries.exclude(action__startswith=LOOKING)

    def covers(self, entry: AuditEntry) -> bool:
        """Tell whether *entry* is among :meth:`entries`, without asking the database."""
        if self.ticket is not None and (
            entry.ticket_id != self.ticket or entry.action.startswith(LOOKING)
        ):
            return False
        begins, ends = self.begins, self.ends
        return (begins is None or entry.at >= begins) and (ends is None or entry.at < ends)

    def found(self) -> EntryRange | None:
        """Return where the entries lie; None where nothing is recorded of what is asked."""
        found = self.entries().aggregate(
            first=Min("sequence"),
            last=Max("sequence"),
            count=Count("sequence"),
            begins=Min("at"),
            ends=Max("at"),
        )
        return EntryRange(**found) if found["count"] else None
