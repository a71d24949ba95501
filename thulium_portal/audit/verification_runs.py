"""Checks of the record, all of it or what is new, with the result in the record itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from thulium_portal.audit import review_comparison
from thulium_portal.audit.actions import Action
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditEntry, VerificationState
from thulium_portal.audit.services import record
from thulium_portal.audit.verification import Report, VerificationCursor, verify

if TYPE_CHECKING:
    from thulium_portal.accounts.models import User

_KIND = VerificationState.Kind


def check_record(
    *,
    actor: "User | None",
    progress: Callable[[int], object] | None = None,
    resume: bool = False,
) -> Report:
    """Verify the whole record and note the result in it; *progress* as in ``verification.verify``.

    With *resume* a check that was interrupted goes on where it stood.
    """
    report = verify(progress, cursor=_cursor_of(_KIND.WHOLE) if resume else None, keep=_keep_cursor)
    VerificationState.objects.filter(kind=_KIND.WHOLE).delete()
    _record_check(report, actor)
    if report.broken is None:
        _keep_recent(report)
    return report


def check_recent() -> Report | None:
    """Verify what came since the record was last found in order; only a fault is noted in it.

    Whoever rewrites older entries is found by the next check of everything. Returns None where
    there was none yet.
    """
    cursor = _cursor_of(_KIND.RECENT)
    if cursor is None:
        return None
    report = verify(cursor=cursor, recent=True)
    if report.broken is None:
        _keep_recent(report)
    else:
        _record_check(report, actor=None)
    return report


def rebuild_list(
    *, actor: "User | None", progress: Callable[[int], object] | None = None
) -> list[Broken]:
    """Put lines and words of the review right from the record, and return what was wrong.

    That it was done is an entry, which names the first of them. *progress* is called with how many
    more replies were looked at.
    """
    mended = review_comparison.rebuild(progress)
    first = min(mended, key=lambda each: each.sequence, default=None)
    with transaction.atomic():
        _forget_mended()
        record(
            Action.REVIEW_REBUILT,
            actor=actor,
            facts={
                "mended": len(mended),
                "problem": str(first.problem) if first else "",
                "broken": first.sequence if first else None,
            },
        )
    return mended


def interrupted_check() -> int | None:
    """Return the last entry that an interrupted check reached; None where none was interrupted."""
    return (
        VerificationState.objects.filter(kind=_KIND.WHOLE)
        .values_list("sequence", flat=True)
        .first()
    )


def _cursor_of(kind: str) -> VerificationCursor | None:
    state = VerificationState.objects.filter(kind=kind).first()
    if state is None:
        return None
    missing = {int(sequence): count for sequence, count in state.missing.items()}
    beside = [Broken(sequence, RecordFault(code)) for sequence, code in state.beside]
    return VerificationCursor(state.sequence, state.hash, missing, set(state.erased), beside)


def _keep_cursor(cursor: VerificationCursor) -> None:
    """Store how far the check of everything has come."""
    VerificationState.objects.update_or_create(
        kind=_KIND.WHOLE,
        defaults={
            "sequence": cursor.sequence,
            "hash": cursor.hash,
            "missing": cursor.missing,
            "erased": sorted(cursor.erased & cursor.missing.keys()),
            "beside": [[each.sequence, str(each.problem)] for each in cursor.beside],
            "at": timezone.now(),
        },
    )


def _forget_mended() -> None:
    """Take what is mended out of an interrupted check; what was lost cannot be mended."""
    # With the check running meanwhile its own next page is kept over this: it saw what it saw.
    for state in VerificationState.objects.select_for_update().filter(kind=_KIND.WHOLE):
        state.beside = [each for each in state.beside if each[1] == RecordFault.LOST]
        state.save(update_fields=["beside"])


def _keep_recent(report: Report) -> None:
    last = AuditEntry.objects.filter(sequence=report.head).first()
    if last is not None:
        VerificationState.objects.update_or_create(
            kind=_KIND.RECENT,
            defaults={"sequence": last.sequence, "hash": last.hash, "at": timezone.now()},
        )


def _record_check(report: Report, actor: "User | None") -> None:
    broken = report.broken
    with transaction.atomic():
        record(
            Action.AUDIT_VERIFIED,
            actor=actor,
            facts={
                "entries": report.entries,
                "head": report.head,
                "erased": report.erased,
                "checkpoints": report.checkpoints,
                "holds": broken is None,
                "problem": str(broken.problem) if broken else "",
                "broken": broken.sequence if broken else None,
                "beside": report.beside_count,
            },
        )
