"""Retention: what is older than it may be kept, erased night by night.

Each kind has its own time in the settings, in days; 0 keeps for ever. Files go with the texts of
their reply at the latest, since without these nobody would find whose they are. Nothing goes that
is under a legal hold or not settled, and drafts never do: their authors have not finished yet.
Of the tickets that the lists know the closed ones go, without a word in the record: Thulium has
them still.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.audit import services as audit
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditContent
from thulium_portal.notes import services as notes
from thulium_portal.notes.models import Note
from thulium_portal.privacy.customers import on_hold, replies_to, tickets_of
from thulium_portal.privacy.models import LegalHold
from thulium_portal.privacy.services import overwrite_on_disk
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.services import erase_notes
from thulium_portal.replies import attachments, erasure
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.querysets import BRING_BACK_WITHIN
from thulium_portal.replies.states import State
from thulium_portal.tickets.index import erasure as ticket_index
from thulium_portal.tickets.models import KnownTicket

BATCH = 200
"""Rows erased in one transaction, so that people never wait long for the database."""
_ACCESS = (
    Action.ACCESS_DENIED,
    Action.AUDIT_EXPORTED,
    Action.AUDIT_SEARCHED,
    Action.AUDIT_VIEWED,
    Action.CUSTOMER_SEARCHED,
    Action.FILE_INFECTED,
    Action.FORM_REFUSED,
    Action.PASSWORD_MISTYPED,
    Action.SIGNED_IN,
    Action.SIGNED_OUT,
    Action.SIGN_IN_FAILED,
)


@dataclass(frozen=True)
class Amounts:
    """How many replies have texts, how many files, entries of access and tickets are meant."""

    texts: int = 0
    files: int = 0
    access: int = 0
    tickets: int = 0

    @property
    def total(self) -> int:
        return self.texts + self.files + self.access + self.tickets


def is_wanted() -> bool:
    """Tell whether anything is kept for a limited time only."""
    return any(days for _kind, days in terms())


def terms() -> list[tuple[str, int]]:
    """Return each kind with the days it is kept, 0 for ever."""
    return [
        (_("Texts of replies"), settings.RETENTION_TEXTS_DAYS),
        (_("Files of replies"), settings.RETENTION_FILES_DAYS),
        (_("Who looked for what and signed in"), settings.RETENTION_ACCESS_DAYS),
        (_("Closed tickets in the lists"), settings.RETENTION_TICKETS_DAYS),
    ]


def due() -> Amounts:
    """Return how much is older than it may be kept."""
    return Amounts(
        _old_replies().count() + _old_notes().count(),
        _old_files().count(),
        _old_entries().count(),
        _old_tickets().count(),
    )


def prune(progress: Callable[[int], object] | None = None) -> Amounts:
    """Erase what is due, batch by batch, and record the run; *progress* gets each batch's size.

    Safe to break off: every batch is whole, and the next run goes on.
    """
    progress = progress or (lambda _done: None)
    files_gone = _in_batches(_prune_files, progress)
    texts_gone = _in_batches(_prune_texts, progress) + _in_batches(_prune_notes, progress)
    access_gone = _in_batches(_prune_access, progress)
    done = Amounts(texts_gone, files_gone, access_gone, _in_batches(_prune_tickets, progress))
    with transaction.atomic():
        if _record(done):
            transaction.on_commit(overwrite_on_disk, robust=True)
        else:
            transaction.on_commit(ticket_index.purge, robust=True)
    return done


def _record(done: Amounts) -> bool:
    """Record a run, where anything that the record knows of is kept for a limited time."""
    days = {
        "texts_days": settings.RETENTION_TEXTS_DAYS,
        "files_days": settings.RETENTION_FILES_DAYS,
        "access_days": settings.RETENTION_ACCESS_DAYS,
    }
    is_told = any(days.values())
    if is_told:
        audit.record(
            Action.DATA_PRUNED,
            actor=None,
            facts={
                "replies": done.texts,
                "files": done.files,
                "texts": done.access,
                **days,
            },
        )
    return is_told


def erase_discarded_files() -> int:
    """Erase the files of drafts that were thrown away a day ago, and return how many they were.

    Their texts stay in the record as long as any. What is under a legal hold stays.
    """
    thrown_away = Reply.objects.filter(state=State.CANCELLED, submitted_at=None)
    rows = _settled(thrown_away, BRING_BACK_WITHIN.days)
    files = Attachment.objects.not_erased().filter(reply__in=rows)
    with transaction.atomic():
        return attachments.erase(list(files.values_list("reply", flat=True).distinct()))


def _in_batches(prune_some: Callable[[], int], progress: Callable[[int], object]) -> int:
    done = 0
    while some := prune_some():
        done += some
        progress(some)
    return done


def _prune_texts() -> int:
    with transaction.atomic():
        rows = list(_old_replies().order_by("pk").values_list("pk", "uuid")[:BATCH])
        if rows:
            pks = [pk for pk, _uuid in rows]
            erasure.erase_texts(pks, actor=None)
            notes = Assessment.objects.filter(reply__in=pks)
            erase_notes(list(notes.values_list("pk", flat=True)))
            about = AuditContent.objects.filter(
                entry__subject_kind="reply", entry__subject_id__in=[str(uuid) for _pk, uuid in rows]
            )
            _erase_entries(about, {"replies": len(rows)})
    return len(rows)


def _prune_notes() -> int:
    with transaction.atomic():
        rows = list(_old_notes().order_by("pk")[:BATCH])
        if rows:
            notes.erase_texts([note.pk for note in rows])
            about = AuditContent.objects.filter(
                entry__subject_kind="note", entry__subject_id__in=[str(note.key) for note in rows]
            )
            _erase_entries(about, {"notes": len(rows)})
    return len(rows)


def _prune_files() -> int:
    with transaction.atomic():
        rows = _old_files().order_by("reply").values_list("reply", flat=True).distinct()
        return attachments.erase(list(rows[:BATCH]))


def _prune_access() -> int:
    with transaction.atomic():
        sequences = list(_old_entries()[:BATCH])
        if sequences:
            _erase_entries(AuditContent.objects.filter(entry__in=sequences), {})
    return len(sequences)


def _prune_tickets() -> int:
    rows = list(_old_tickets().values_list("pk", flat=True)[:BATCH])
    ticket_index.forget(rows)
    return len(rows)


def _erase_entries(contents: QuerySet[AuditContent], facts: dict[str, audit.Fact]) -> None:
    sequences = contents.order_by().values_list("entry", flat=True).distinct()
    audit.erase(list(sequences), actor=None, basis="", facts=facts)


def _old_replies() -> QuerySet[Reply]:
    return _settled(Reply.objects.filter(erased_at=None), settings.RETENTION_TEXTS_DAYS)


def _old_notes() -> QuerySet[Note]:
    if not settings.RETENTION_TEXTS_DAYS:
        return Note.objects.none()
    rows = Note.objects.filter(settled_at__lt=_limit(settings.RETENTION_TEXTS_DAYS), erased_at=None)
    rows = rows.exclude(state=Note.State.UNKNOWN)
    for hold in LegalHold.objects.standing():
        rows = rows.exclude(ticket_id=hold.ticket_id or 0)
        for customer in on_hold(hold):
            rows = rows.exclude(ticket_id__in=[ticket.pk for ticket in tickets_of(customer)])
            rows = rows.exclude(ticket_id__in=replies_to(customer).values("ticket_id"))
    return rows


def _old_files() -> QuerySet[Attachment]:
    own = _settled(Reply.objects.all(), settings.RETENTION_FILES_DAYS)
    with_texts = _settled(Reply.objects.all(), settings.RETENTION_TEXTS_DAYS)
    return Attachment.objects.not_erased().filter(Q(reply__in=own) | Q(reply__in=with_texts))


def _old_entries() -> QuerySet[AuditContent, int]:
    """Return the entries, by sequence, that tell for too long who signed in or looked at what."""
    days = settings.RETENTION_ACCESS_DAYS
    if not days:
        return AuditContent.objects.none().values_list("entry", flat=True)
    contents = AuditContent.objects.filter(entry__action__in=_ACCESS, entry__at__lt=_limit(days))
    for hold in LegalHold.objects.standing():
        of_ticket = Q(entry__ticket_id=hold.ticket_id)
        naming = Q(data__icontains=hold.customer)
        contents = contents.exclude(naming if hold.customer else of_ticket)
    return contents.order_by("entry").values_list("entry", flat=True).distinct()


def _old_tickets() -> QuerySet[KnownTicket]:
    limit = ticket_index.closed_limit()
    if limit is None:
        return KnownTicket.objects.none()
    rows = ticket_index.closed_before(limit)
    for hold in LegalHold.objects.standing():
        for customer in on_hold(hold):
            rows = rows.exclude(pk__in=[ticket.pk for ticket in tickets_of(customer)])
    return rows


def _settled(replies: QuerySet[Reply], days: int) -> QuerySet[Reply]:
    """Return those of *replies* that were settled *days* ago or before, and that nobody holds."""
    if not days:
        return replies.none()
    rows = replies.filter(settled_at__lt=_limit(days)).exclude(state=State.DRAFT)
    rows = rows.exclude(pk__in=Reply.objects.unsettled().values("pk"))
    for hold in LegalHold.objects.standing():
        for customer in on_hold(hold):
            rows = rows.exclude(pk__in=replies_to(customer).values("pk"))
    return rows


def _limit(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
