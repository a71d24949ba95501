"""Corrections of replies with a recalled text: begun by a person, or found not to be needed."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned.models import CannedUse, Recall
from thulium_portal.canned.placeholders.forms import Answers, fill
from thulium_portal.canned.placeholders.greeting import address
from thulium_portal.replies import drafts
from thulium_portal.replies.audit_facts import values_of
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import TAKEN_BACK, WAS_SENT, State
from thulium_portal.replies.transitions import record_on

REACHED_NOBODY = (State.DRAFT, *TAKEN_BACK, State.REJECTED)


@dataclass(frozen=True)
class Recipient:
    """A reply with the recalled text, and what puts it right so far."""

    reply: Reply
    correction: Reply | None


def begin(reply: Reply, *, actor: User) -> Reply:
    """Return the draft of *actor* that puts *reply* right; ``PermissionDenied`` if nothing does.

    Its text is filled for the customer of *reply*; what is not known of them stays a blank, which
    stops the send until somebody fills it.
    """
    return drafts.begin_correction(reply, _text_for(reply, _recall_of(reply), actor), actor=actor)


def waive(reply: Reply, *, actor: User) -> None:
    """Note that the customer of *reply* needs no correction, as when they were told by telephone.

    Raises ``PermissionDenied`` for a reply without a recalled text.
    """
    recalled = _recall_of(reply)
    with transaction.atomic():
        if Reply.objects.filter(pk=reply.pk, no_correction_by=None).update(no_correction_by=actor):
            record_on(
                reply,
                Action.CORRECTION_WAIVED,
                actor=actor,
                facts={
                    "canned_id": recalled.version.response_id,
                    "canned_version": recalled.version.number,
                },
            )


def affected() -> QuerySet[Reply]:
    """Return the replies that reached a customer, or may have."""
    return Reply.objects.exclude(state__in=REACHED_NOBODY)


def received_by(recall: Recall, person: User) -> QuerySet[Reply]:
    """Return the replies with the recalled version that *person* may see, the newest first."""
    uses = CannedUse.objects.filter(version=recall.version).values("reply_uuid")
    visible = affected() & Reply.objects.visible_to(person)
    rows = visible.filter(uuid__in=uses).select_related("author", "no_correction_by")
    return rows.order_by("-id")


def waiting_for(person: User) -> QuerySet[Recall]:
    """Return the recalls of texts that *person* sent to customers who wait for a correction."""
    faulty = CannedUse.objects.filter(person=person, version__recall__isnull=False)
    # Asked from each use on: of all that a person ever sent, few replies hold a recalled text.
    sent = unsettled(affected().filter(author=person, uuid=OuterRef("reply_uuid")))
    versions = faulty.filter(Exists(sent)).values("version")
    return Recall.objects.filter(version__in=versions).select_related("version")


def unsettled(replies: QuerySet[Reply]) -> QuerySet[Reply]:
    """Return those whose customers still wait for a correction."""
    corrected = Reply.objects.filter(corrects=OuterRef("pk"), state__in=WAS_SENT)
    return replies.filter(~Exists(corrected), no_correction_by=None)


def recipients(replies: list[Reply]) -> list[Recipient]:
    """Return *replies* with the correction of each, where one was begun."""
    begun = Reply.objects.filter(corrects__in=replies).exclude(state__in=TAKEN_BACK)
    by_reply = {made.corrects_id: made for made in begun.order_by("id")}
    return [Recipient(reply, by_reply.get(reply.pk)) for reply in replies]


def _text_for(reply: Reply, recall: Recall, actor: User) -> str:
    """Return the correction with what was known of the ticket when *reply* was written."""
    language = recall.version.response.language
    values = values_of(reply, actor, language)
    chosen: Answers | None = reply.answers.get(str(recall.version.pk))
    guess = address(reply.customer_first_name, language).guess
    filled = Answers(address=chosen["address"] if chosen else str(guess), answers={})
    return fill(recall.correction, values, filled, language).html


def _recall_of(reply: Reply) -> Recall:
    used = CannedUse.objects.filter(reply_uuid=reply.uuid).values("version")
    rows = Recall.objects.filter(version__in=used).select_related("version__response")
    recalled = rows.first()
    if recalled is None or reply.state in REACHED_NOBODY:
        raise PermissionDenied
    return recalled
