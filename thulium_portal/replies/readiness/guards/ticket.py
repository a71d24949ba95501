"""What changed on the ticket while a reply was written, as far as the portal knows without asking.

The worker reads the ticket just before a reply leaves and has the last word; here its author is
asked at once, before the text is out of sight. What they let pass counts as seen
(:func:`advanced`), so that neither stops for it again, and for a later change both do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.situation import Situation
from thulium_portal.thulium import MessageKind
from thulium_portal.tickets.changes import Change, Kind
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot


def recipient_changed(situation: Situation) -> Iterator[Complaint]:
    """Ask where the reply would go to somebody else than its author saw."""
    known, seen = _read_since(situation), situation.snapshot.seen
    if known is None or known.erased_at is not None:
        return
    if seen.email is not None and seen.email.casefold() != known.customer_email.casefold():
        sentence = _(
            "The address on this ticket is now %(new)s; you wrote to %(old)s. Send your "
            "reply to the new address?"
        )
        values = {"new": known.customer_email or "–", "old": seen.email or "–"}
        yield Complaint("recipient_changed", "body", sentence % values, known.customer_email)
    elif seen.customer_id is not None and seen.customer_id != known.customer_id:
        sentence = _("This ticket now belongs to another customer: %(new)s. Send anyway?")
        about = known.customer_name or str(known.customer_id or "")
        yield Complaint("recipient_changed", "body", sentence % {"new": about or "–"}, about)


def newer_message(situation: Situation) -> Iterator[Complaint]:
    """Ask where somebody wrote whose message the author has not seen."""
    known, seen = situation.known, situation.snapshot.seen
    number = known.last_written_id if known else None
    if known is None or number is None or not seen.is_before(number):
        return
    if known.last_kind == MessageKind.REPLY:
        if known.last_by == situation.author.agent_login.casefold():
            return
        sentence = _("A colleague has replied to this ticket in the meantime. Send yours anyway?")
    else:
        sentence = _(
            "The customer has written again in the meantime. Read the new message first: "
            "does your reply still fit?"
        )
    yield Complaint("newer_message", "body", sentence, str(number))


def ticket_closed(situation: Situation) -> Iterator[Complaint]:
    """Ask where the ticket is closed, or was merged into another."""
    snapshot = situation.snapshot
    other = snapshot.merged_into
    if other is not None and not snapshot.is_known:
        # Its number leads to the other ticket: no reply can be sent to this one any more.
        sentence = _(
            "This ticket was merged into ticket %(other)s. Write your reply there; "
            "it cannot be sent from here."
        )
        message = sentence % {"other": other}
        yield Complaint("ticket_closed", "body", message, str(other), is_final=True)
        return
    if snapshot.seen.is_merged:
        # Its own conversation may name the other one; Thulium has no field for it.
        sentence = _("This ticket was merged into ticket %(other)s. Send your reply here anyway?")
        unknown = _("This ticket was merged into another one. Send your reply here anyway?")
        message = sentence % {"other": other} if other else unknown
        yield Complaint("ticket_closed", "body", message, str(other or ""))
        return
    sentence = _closed(situation)
    if sentence:
        yield Complaint("ticket_closed", "body", sentence)


def _closed(situation: Situation) -> str:
    """Return what to say of a ticket that was closed or merged, as far as the index knows."""
    is_new = _was_closed_since(situation)
    if not is_new and not _is_closed(situation):
        return ""
    if situation.known is not None and situation.known.is_merged:
        if is_new:
            return _(
                "This ticket was merged into another one while you were writing. Send your "
                "reply here anyway?"
            )
        return _("This ticket was merged into another one. Send your reply here anyway?")
    if is_new:
        return _("This ticket was closed while you were writing. Send anyway?")
    return _("This ticket is closed, so the customer’s answer may open a new one. Send anyway?")


def _is_closed(situation: Situation) -> bool:
    """Tell whether the ticket was closed before, as far as is known, and is so still."""
    known, was_closed = situation.known, situation.snapshot.seen.is_closed
    if was_closed is None:
        return known is not None and known.read_at is not None and not known.is_open
    later = _read_since(situation)
    return was_closed and not (later is not None and later.is_open)


def _was_closed_since(situation: Situation) -> bool:
    known = _read_since(situation)
    return known is not None and not known.is_open and situation.snapshot.seen.is_closed is False


def _read_since(situation: Situation) -> KnownTicket | None:
    """Return the ticket as it was read after its author saw it; None where it was not."""
    known, then = situation.known, situation.snapshot.read_at
    if known is None or known.read_at is None or not then:
        return None
    return known if known.read_at > datetime.fromisoformat(then) else None


def advanced(
    snapshot: Snapshot, known: KnownTicket | None, passed: Iterable[Complaint]
) -> tuple[Snapshot, list[Change]]:
    """Return what counts as seen once the doubts in *passed* were let pass, and what these were."""
    told: list[Change] = []
    for doubt in passed:
        if doubt.code == "newer_message":
            seen = snapshot.seen.up_to(int(doubt.about))
            snapshot = replace(snapshot, seen=seen, last_message_id=seen.last_message_id)
        elif doubt.code == "ticket_closed" and snapshot.is_known:
            is_merged = snapshot.seen.is_merged or (known is not None and known.is_merged)
            told_of = replace(snapshot.seen, is_closed=True, is_merged=is_merged)
            snapshot = replace(snapshot, seen=told_of)
        elif doubt.code == "recipient_changed" and known is not None:
            snapshot, change = _to_another(snapshot, known)
            told.append(change)
    return snapshot, told


def _to_another(snapshot: Snapshot, known: KnownTicket) -> tuple[Snapshot, Change]:
    seen, kind = snapshot.seen, Kind.RECIPIENT
    old, new = seen.email or "", known.customer_email
    if old.casefold() == new.casefold():
        kind, old, new = Kind.CUSTOMER, seen.customer_name, known.customer_name
    if seen.customer_id != known.customer_id:
        snapshot = replace(snapshot, customer_name=known.customer_name, customer_first_name="")
    seen = replace(
        seen,
        email=known.customer_email,
        customer_id=known.customer_id,
        customer_name=known.customer_name,
    )
    return replace(snapshot, seen=seen, customer_email=known.customer_email), Change(kind, old, new)
