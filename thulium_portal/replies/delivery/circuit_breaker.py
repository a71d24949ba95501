"""The connection to Thulium: where it fails for everyone, all sending pauses."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.replies.models import ThuliumConnection
from thulium_portal.thulium import OtherTicket, Reason, SendResult, ThuliumError, WrongCredentials

FAILURES_TO_OPEN = 5
TICKETS_TO_OPEN = 3
PROBE_EVERY = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=15)
WORKER_GONE = timedelta(minutes=1)


def status() -> ThuliumConnection:
    """Return what is known of the connection; an absent row means all is well."""
    return ThuliumConnection.objects.filter(pk=1).first() or ThuliumConnection(pk=1)


def is_open_for_sending() -> bool:
    """Tell whether replies may be claimed now."""
    known = status()
    return (
        known.held_since is None
        and known.down_since is None
        and (known.pause_until is None or known.pause_until <= timezone.now())
    )


def record_success() -> None:
    """Close the breaker: Thulium answered sensibly. Costs no write while all is well."""
    ThuliumConnection.objects.filter(
        ~Q(failures=0) | Q(down_since__isnull=False) | Q(pause_until__isnull=False)
    ).update(down_since=None, reason="", pause_until=None, failures=0, ticket_ids=[], probe_at=None)


def record_failure(reason: str, *, ticket_id: int, line_down: bool = False) -> None:
    """Count a call that never left, and open the breaker after enough of them.

    *line_down* opens it at once: wrong credentials or a bad certificate fail for every reply.
    """
    with transaction.atomic():
        known, _created = ThuliumConnection.objects.select_for_update().get_or_create(pk=1)
        known.failures += 1
        known.ticket_ids = sorted({*known.ticket_ids, ticket_id})[-20:]
        enough = known.failures >= FAILURES_TO_OPEN and len(known.ticket_ids) >= TICKETS_TO_OPEN
        if known.down_since is None and (line_down or enough):
            known.down_since = timezone.now()
            known.probe_at = timezone.now() + PROBE_EVERY
        known.reason = reason
        known.save()


def pause(seconds: float) -> None:
    """Pause all sending for *seconds* (at most 15 minutes), as Thulium asked by ``Retry-After``."""
    until = timezone.now() + min(timedelta(seconds=max(seconds, 1)), LONGEST_PAUSE)
    with transaction.atomic():
        known, _created = ThuliumConnection.objects.select_for_update().get_or_create(pk=1)
        known.pause_until = max(until, known.pause_until or until)
        known.reason = Reason.BUSY
        known.save()


def record_result(result: SendResult, *, ticket_id: int) -> None:
    """Let the outcome of one call speak for the known."""
    if result.retry_after is not None:
        pause(result.retry_after)
    elif result.line_down:
        record_failure(result.reason, ticket_id=ticket_id, line_down=_is_certain(result.reason))
    elif result.status is not None:
        record_success()


def record_error(error: ThuliumError, *, ticket_id: int) -> None:
    """Let a failed reading of a ticket speak for the known; a merged ticket says nothing of it."""
    if isinstance(error, OtherTicket):
        return
    certain = isinstance(error, WrongCredentials) or error.reason is Reason.CERTIFICATE
    record_failure(error.reason, ticket_id=ticket_id, line_down=certain)


def pulse() -> None:
    """Note that a worker is alive; pages and ``/readyz`` say so where none is."""
    now = timezone.now()
    if not ThuliumConnection.objects.filter(pk=1).update(worker_seen_at=now):
        ThuliumConnection.objects.get_or_create(pk=1, defaults={"worker_seen_at": now})


def claim_nightly() -> bool:
    """Claim the work of the night (a little after two, local time); one worker gets it."""
    now = timezone.localtime()
    tonight = now.replace(hour=2, minute=15, second=0, microsecond=0)
    if now < tonight:
        return False
    due = ThuliumConnection.objects.filter(pk=1).filter(
        Q(nightly_at=None) | Q(nightly_at__lt=tonight)
    )
    return due.update(nightly_at=now) == 1


def worker_is_alive(known: ThuliumConnection) -> bool:
    """Tell whether a worker has been seen within the last minute."""
    return known.worker_seen_at is not None and known.worker_seen_at > timezone.now() - WORKER_GONE


def claim_probe() -> bool:
    """Claim the right to try the connection now; one worker gets it every ten seconds."""
    now = timezone.now()
    due = ThuliumConnection.objects.filter(down_since__isnull=False, probe_at__lte=now)
    return due.update(probe_at=now + PROBE_EVERY) == 1


def _is_certain(reason: Reason) -> bool:
    return reason in {Reason.WRONG_CREDENTIALS, Reason.NO_RIGHT, Reason.CERTIFICATE}
