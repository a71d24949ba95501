"""Fetching time stamps from the authority of ``TIMESTAMP_URL``: slow, so never in a transaction."""

import logging
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.audit import time_stamps
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import Checkpoint, TimeStamp
from thulium_portal.audit.services import record
from thulium_portal.lib.proof.der import Unreadable
from thulium_portal.lib.proof.timestamps import Stamp, checked, query, token_of
from thulium_portal.thulium import ThuliumError

logger = logging.getLogger(__name__)


class NoTimeStamp(Exception):
    """The authority gave none, or one that does not hold; why, in a few words."""


def fetch(imprint: str) -> tuple[bytes, Stamp]:
    """Return a fresh time stamp of *imprint*, a SHA-256 in hexadecimal digits, checked.

    Takes ten seconds at most. Raises :class:`NoTimeStamp`.
    """
    raw, nonce = bytes.fromhex(imprint), secrets.randbits(64)
    try:
        token = token_of(gateway.time_stamp_answer(query(raw, nonce)))
        return token, checked(token, raw, time_stamps.trusted_certificates(), nonce)
    except (ThuliumError, Unreadable) as error:
        raise NoTimeStamp(str(error)) from None


def stamp_days() -> int:
    """Have the checkpoints that are due time-stamped, oldest first; return how many were.

    Where the authority fails, the next round tries again.
    """
    if not settings.TIMESTAMP_URL:
        return 0
    done = 0
    for checkpoint in time_stamps.due(timezone.now()):
        try:
            token, stamp = fetch(time_stamps.imprint_of(checkpoint))
        except NoTimeStamp as error:
            logger.warning("no time stamp was given, the next round tries again: %s", error)
            break
        done += _keep(checkpoint, token, stamp)
    return done


def _keep(checkpoint: Checkpoint, token: bytes, stamp: Stamp) -> bool:
    """Store a time stamp and record it, unless another worker was faster."""
    imprint = time_stamps.imprint_of(checkpoint)
    with transaction.atomic():
        _row, is_new = TimeStamp.objects.get_or_create(
            checkpoint=checkpoint,
            defaults={"imprint": imprint, "token": token, "at": time_stamps.moment(stamp)},
        )
        if is_new:
            record(
                Action.RECORD_STAMPED,
                actor=None,
                facts={
                    "checkpoint": checkpoint.sequence,
                    "imprint": imprint,
                    "at": stamp.time,
                    "token": time_stamps.digest_of(token),
                    "authority": stamp.anchor,
                },
            )
    return is_new
