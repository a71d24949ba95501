"""What of the record a person reads: all of it, or the replies of the queues they work in.

The record itself stays whole, and so does the proof of it.
"""

from django.db.models import QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.audit.review_index import REPLY


def lines(reader: User | None) -> QuerySet[ReviewRow]:
    """Return the review lines that *reader* sees: of replies written in their queues.

    None is the command line, which sees everything.
    """
    rows = ReviewRow.objects.all()
    return rows if reader is None else reader.in_reach(rows)


def entries(reader: User | None) -> QuerySet[AuditEntry]:
    """Return the entries that *reader* sees; who is narrowed sees those of such replies alone."""
    rows = AuditEntry.objects.all()
    if reader is None or reader.narrowed_to is None:
        return rows
    return rows.filter(subject_kind=REPLY, subject_id__in=lines(reader).values("subject_id"))
