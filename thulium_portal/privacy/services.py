"""What an administrator does with a customer's data: look for it, hold it, erase it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit import review_index
from thulium_portal.audit import services as audit
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import Fact, Subject, record
from thulium_portal.bulk import erasure as bulk
from thulium_portal.canned import erasure as canned
from thulium_portal.notes import services as internal_notes
from thulium_portal.privacy.customers import Customer
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.privacy.models import LegalHold
from thulium_portal.quality.services import erase_notes
from thulium_portal.replies import attachments, erasure
from thulium_portal.replies.models import Reply
from thulium_portal.review import services as review
from thulium_portal.review.exports import jobs
from thulium_portal.tickets.index import erasure as ticket_index


class Basis(TextChoices):
    """Why a customer's data is erased: the grounds of Art. 17 GDPR."""

    REQUEST = "request", _("The customer asked for it (Art. 17 GDPR)")
    CONSENT = "consent", _("The customer withdrew their consent")
    OBJECTION = "objection", _("The customer objected (Art. 21 GDPR)")
    PURPOSE = "purpose", _("The data is no longer needed")
    UNLAWFUL = "unlawful", _("The data should never have been kept")
    OBLIGATION = "obligation", _("The law requires it")


@dataclass(frozen=True)
class Erased:
    """Counts of what was erased."""

    replies: int = 0
    files: int = 0
    texts: int = 0
    tickets: int = 0


class ErasureBlocked(Exception):
    """Nothing was erased: replies are still on their way, or somebody holds the data."""

    def __init__(self, replies: list[Reply], holds: list[LegalHold]) -> None:
        super().__init__()
        self.replies, self.holds = replies, holds


def record_search(words: str, *, found: int, actor: User) -> None:
    """Record that *actor* looked for a customer's data, the same once in five minutes.

    Words that found nothing are not kept: looking whether an erasure left anything would itself
    leave something.
    """
    _require_permission(actor)
    lately = AuditEntry.objects.filter(
        action=Action.CUSTOMER_SEARCHED, actor=actor, at__gt=timezone.now() - review.ONE_VIEWING
    )
    if lately.filter(contents__field="query", contents__data=words).exists():
        return
    with transaction.atomic():
        record(
            Action.CUSTOMER_SEARCHED,
            actor=actor,
            facts={"found": found},
            content={"query": words} if found else None,
        )


def erase(
    customer: Customer, *, basis: Basis, note: str = "", elsewhere: bool = False, actor: User
) -> Erased:
    """Take everything the portal holds of *customer* out for ever, all of it or nothing.

    What became of their replies, times and digests stay, and the record keeps that they were
    erased, by whom and on what *basis* (with a *note*), but not whose they were. *elsewhere* takes
    in replies to others that hold the address. Raises :class:`ErasureBlocked`,
    ``PermissionDenied``, and ``ValidationError`` for a note that names them; where nothing is
    held nothing happens.
    """
    _require_permission(actor)
    with transaction.atomic(durable=True):
        found = DataInventory(customer, with_elsewhere=elsewhere)
        found.read()  # all of it first: what is erased is found by what is erased
        if found.unsettled or found.standing_holds:
            raise ErasureBlocked(found.unsettled, found.standing_holds)
        if found.is_named_in(note):
            words = gettext(
                "The note stays after the erasure: write it without the customer's data."
            )
            raise ValidationError({"note": words})
        if not found.count:
            return Erased()
        done = _erase(found, basis, note, actor)
        # Robust: the erasure is done and recorded, whatever cleaning up behind it may meet.
        transaction.on_commit(jobs.discard, robust=True)
        transaction.on_commit(overwrite_on_disk, robust=True)
    return done


def place_hold(customer: Customer, *, reason: str, actor: User) -> LegalHold:
    """Keep the data of *customer* from being erased until the hold is lifted."""
    _require_permission(actor)
    ticket = customer.ticket_id
    words = customer.words if ticket is None else ""
    with transaction.atomic(durable=True):
        hold = LegalHold.objects.create(
            customer=words, ticket_id=ticket, reason=reason, placed_by=actor
        )
        record(
            Action.HOLD_PLACED,
            actor=actor,
            subject=_subject_of(hold),
            ticket_id=ticket,
            content={"reason": reason} | ({"customer": words} if words else {}),
        )
    return hold


def lift_hold(hold: LegalHold, *, actor: User) -> None:
    """Let the data be erased again; repeating it changes nothing."""
    _require_permission(actor)
    with transaction.atomic(durable=True):
        standing = LegalHold.objects.standing().filter(pk=hold.pk)
        if standing.update(lifted_at=timezone.now(), lifted_by=actor):
            record(
                Action.HOLD_LIFTED,
                actor=actor,
                subject=_subject_of(hold),
                ticket_id=hold.ticket_id,
            )


def overwrite_on_disk() -> None:
    """Overwrite what SQLite still holds of rows that are gone: in its indexes and in its journal.

    The rows themselves are overwritten as they go (``secure_delete``). PostgreSQL clears by its
    own vacuum.
    """
    review_index.purge()
    ticket_index.purge()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _erase(found: DataInventory, basis: Basis, note: str, actor: User) -> Erased:
    rows = [reply.pk for reply in found.all_replies]
    try:
        replies = erasure.erase_texts(rows, actor=actor)
    except erasure.Unsettled as error:
        raise ErasureBlocked(list(Reply.objects.filter(pk__in=rows).unsettled()), []) from error
    removed = attachments.erase(rows)
    internal_notes.erase_texts([note.pk for note in found.notes])
    notes = erase_notes([assessment.pk for assessment in found.assessments])
    canned.erase_proposals(found.proposals, actor=actor)
    canned.erase_empty_searches([search.pk for search in found.searches])
    review.erase_views([view.pk for view in found.views])
    lifted = [hold.pk for hold in found.lifted_holds]
    LegalHold.objects.filter(pk__in=lifted).update(customer="", reason="")
    tickets = ticket_index.erase([ticket.pk for ticket in found.known_tickets])
    ticket_index.drop_notes(found.tickets)
    bulk.erase_complaints(found.tickets)
    for text in found.bulk_replies:
        bulk.erase_texts(text)
    facts: dict[str, Fact] = {
        "basis": str(basis),
        "replies": replies,
        "files": removed,
        "notes": notes,
        "tickets": found.tickets,
        "tickets_known": tickets,
    }
    texts = audit.erase(
        [entry.sequence for entry in found.entries],
        actor=actor,
        basis=" · ".join(filter(None, [str(basis.label), note])),
        facts=facts,
    )
    return Erased(replies, removed, texts, tickets)


def _subject_of(hold: LegalHold) -> Subject:
    return Subject("hold", str(hold.pk))


def _require_permission(actor: User) -> None:
    if not actor.may(Permission.ERASE_DATA):
        raise PermissionDenied
