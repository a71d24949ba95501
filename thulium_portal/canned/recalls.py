"""Recall of a faulty version: it is out of use at once, and who received it gets a correction."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned.models import CannedResponseVersion, Recall
from thulium_portal.canned.placeholders import parser
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html

LONGEST_REASON = 300


def recall(version: CannedResponseVersion, *, reason: str, correction: str, actor: User) -> Recall:
    """Mark *version* as faulty, for *reason*; *correction* is HTML each customer's draft gets.

    While it is the newest version, its canned response is offered to nobody. A version recalled
    before gives that recall. Raises ``ValidationError`` by field and ``PermissionDenied``.
    """
    if not actor.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    reason, correction = " ".join(reason.split()), clean_reply_html(correction)
    if errors := _errors(reason, correction):
        raise ValidationError(errors)
    try:
        with transaction.atomic():
            made = Recall.objects.create(
                version=version, reason=reason, correction=correction, person=actor
            )
            record(
                Action.CANNED_RECALLED,
                actor=actor,
                subject=Subject("canned", str(version.response_id)),
                facts={"canned_id": version.response_id, "canned_version": version.number},
                content={"note": reason, "body": correction},
            )
    except IntegrityError:
        return Recall.objects.get(version=version)
    return made


def recall_of(version: CannedResponseVersion | None) -> Recall | None:
    """Return the recall of *version*, None where it was not recalled."""
    return Recall.objects.filter(version=version).first() if version else None


def _errors(reason: str, correction: str) -> dict[str, str]:
    errors = {}
    if not reason:
        errors["reason"] = _("Say what is wrong with the text.")
    elif len(reason) > LONGEST_REASON:
        words = _("Use at most %(most)d characters; there are %(count)d.")
        errors["reason"] = words % {"most": LONGEST_REASON, "count": len(reason)}
    if not html_to_text(correction).strip():
        errors["correction"] = _("Write what the customers are to be told instead.")
    elif faults := parser.check(correction):
        errors["correction"] = " ".join(map(str, faults))
    return errors
