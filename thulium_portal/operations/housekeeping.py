"""What keeps a running portal in order: the record signed and checked, what is over removed.

What people need not wait for when they send is done here as well.
"""

import logging
import time

from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import DatabaseError

from thulium_portal.accounts import notices
from thulium_portal.accounts.second_factor import services as second_factor
from thulium_portal.accounts.sessions import services as sessions
from thulium_portal.audit.repeats import tell_counted
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.time_authority import stamp_days
from thulium_portal.audit.verification_runs import check_recent, check_record
from thulium_portal.bulk import services as bulk
from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.operations import agent_logins, alerts
from thulium_portal.privacy import retention
from thulium_portal.replies import canned_usage
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.review.exports import jobs
from thulium_portal.storage import services as storage
from thulium_portal.tickets import presence, statuses

logger = logging.getLogger(__name__)

ROUND_SECONDS = 900.0


class Housekeeping:
    """Takes a round every quarter of an hour, however often it is asked to."""

    def __init__(self) -> None:
        self._next_round = 0.0

    def run_if_due(self) -> None:
        """Compare what was accepted, learn Thulium's statuses, check an agent login where due.

        What was counted instead of recorded is told once its window is over, and by mail what a
        human is needed for.
        Of a round: sign the record, have past days time-stamped, forget sessions that are over and
        check what is new in the record. Once a night everything is checked, and cleaned up.
        """
        canned_usage.compare_waiting()
        statuses.learn()
        agent_logins.check_due()
        tell_counted()
        alerts.tell_soon()
        now = time.monotonic()
        if now < self._next_round:
            return
        self._next_round = now + ROUND_SECONDS
        sign_record()
        _stamp_days()
        presence.forget_old()
        SessionStore.clear_expired()
        # The claim is a row, so that one of all workers on all machines does the work of a night.
        if circuit_breaker.claim_nightly():
            _run_nightly()
        else:
            check_recent()


def sign_record() -> None:
    """Sign where the record stands now; where that fails, the next round tries again."""
    try:
        checkpoint()
    except (DatabaseError, OSError):
        logger.exception("the record could not be signed; the next round tries again")


def _stamp_days() -> None:
    """Have days time-stamped; whatever the authority does, the check and the night go on."""
    try:
        stamp_days()
    except Exception:
        logger.exception("days could not be time-stamped; the next round tries again")


def _run_nightly() -> None:
    """Check the whole record first, then remove what may no longer be kept or nobody needs."""
    check_record(actor=None)
    call_command("prune_data", nightly=True)
    notices.forget_read()
    jobs.clear()
    canned_attachments.forget_unused()
    retention.erase_discarded_files()
    bulk.forget_old()
    storage.sweep()
    second_factor.renew_secrets()
    sessions.forget_old()
