"""Writes of assessments: give one, acknowledge or answer it."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.risks import risks_of
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import record_on

ERASED = "…"
"""Stands for a note that was erased where a verdict must have one."""


class AlreadyAssessed(Exception):
    """Another reviewer has judged the reply meanwhile."""


def may_assess(reply: Reply, actor: User) -> bool:
    """Tell whether *actor* may judge *reply*: reviewers may, nobody their own."""
    may = actor.may(Permission.ASSESS_REPLIES) and actor.works_in(reply.queue_id)
    return may and reply.author_id != actor.pk


def assess(reply: Reply, *, verdict: str, note: str, actor: User) -> Assessment:
    """Store the verdict of *actor* on *reply*; its author sees it on the desk.

    Raises ``PermissionDenied`` for people who may not judge it, ``ValidationError`` where it should
    be better but nothing says how, :class:`AlreadyAssessed` where there is a verdict.
    """
    if not may_assess(reply, actor) or reply.state == State.DRAFT:
        raise PermissionDenied
    if verdict == Assessment.Verdict.IMPROVE and not note:
        raise ValidationError(_("Say what could be better, so that the author can learn from it."))
    try:
        with transaction.atomic(durable=True):
            made = Assessment.objects.create(
                reply=reply,
                risks=[str(risk) for risk in risks_of(reply)],
                verdict=verdict,
                note=note,
                assessor=actor,
            )
            record_on(
                reply,
                Action.REPLY_ASSESSED,
                actor=actor,
                facts={"verdict": verdict, "risks": made.risks},
                content={"note": note} if note else None,
            )
    except IntegrityError as error:  # the one-to-one key decides between two reviewers at once
        raise AlreadyAssessed from error
    return made


def acknowledge(assessment: Assessment, *, answer: str, actor: User) -> None:
    """Store that the author read the verdict, with their *answer*; repeating it changes nothing.

    Raises ``PermissionDenied`` for everybody but the author.
    """
    reply = assessment.reply
    if reply.author_id != actor.pk:
        raise PermissionDenied
    with transaction.atomic(durable=True):
        rows = Assessment.objects.filter(pk=assessment.pk, acknowledged_at=None)
        if not rows.update(acknowledged_at=timezone.now(), answer=answer):
            return
        record_on(
            reply,
            Action.ASSESSMENT_ACKNOWLEDGED,
            actor=actor,
            facts={"answered": bool(answer)},
            content={"note": answer} if answer else None,
        )


def erase_notes(assessments: Collection[int]) -> int:
    """Erase notes and answers of *assessments* (primary keys); return how many had any.

    The verdicts stay. Runs inside the caller's transaction.
    """
    rows = Assessment.objects.filter(pk__in=assessments).exclude(note__in=["", ERASED], answer="")
    improve = When(verdict=Assessment.Verdict.IMPROVE, then=Value(ERASED))
    return rows.update(note=Case(improve, default=Value("")), answer="")
