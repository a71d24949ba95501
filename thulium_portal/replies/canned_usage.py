"""What a canned response is credited with: the replies it went into, and how they changed it."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned import usage
from thulium_portal.canned.models import CannedResponseVersion
from thulium_portal.canned.proposals.services import Edit
from thulium_portal.canned.proposals.suggestion import Sent
from thulium_portal.canned.proposals.template import Filling
from thulium_portal.replies.audit_facts import changed_share, values_of
from thulium_portal.replies.drafts import snapshot_of
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.transitions import record_on
from thulium_portal.signatures.services import unsigned


def credit(reply: Reply, *, question: str = "") -> None:
    """Count a reply that is being submitted for every canned response in it.

    *question* are the stems of the customer's message, by which like ones find this text. How much
    was changed is found out later, by :func:`compare_waiting`.
    """
    first, now = reply.canned_version, timezone.now()
    for version in _versions(reply):
        started = first is not None and version.pk == first.pk
        usage.record(
            reply.uuid,
            version,
            reply.submitted_at or now,
            compared_at=None if started else now,
            question=question,
            person=reply.author,
            **reply.columns("ticket_id", "queue_id"),
        )


def compare_waiting() -> int:
    """Compare accepted replies with what they started from, and record it; return how many.

    Each is compared outside of any transaction and recorded once, whoever else compares it too; one
    that was taken back meanwhile is not.
    """
    waiting = usage.to_compare()
    for use in waiting:
        reply = Reply.objects.select_related("canned_version").filter(uuid=use.reply_uuid).first()
        share = changed_share(reply) if reply and reply.erased_at is None else None
        with transaction.atomic(durable=True):
            if usage.keep_share(use, share) and reply:
                facts = {"changed_percent": share}
                record_on(reply, Action.REPLY_COMPARED, actor=None, facts=facts)
    return len(waiting)


def _versions(reply: Reply) -> list[CannedResponseVersion]:
    """Return the version the reply started from, then those put into it later."""
    first = [reply.canned_version] if reply.canned_version is not None else []
    numbers = {*reply.inserted} - {version.pk for version in first}
    if not numbers:
        return first
    return [*first, *CannedResponseVersion.objects.filter(pk__in=numbers).order_by("pk")]


def edit_of(reply: Reply, person: User) -> Edit | None:
    """Return what *person* changed of the canned response in their own *reply*, if anything."""
    version = reply.canned_version
    if version is None or reply.author_id != person.pk or not reply.canned_text:
        return None
    if reply.body == reply.canned_text:
        return None
    first, *others = _versions(reply)
    values = values_of(reply, reply.author, version.response.language)
    # What the portal put below the text is no word of the canned response.
    alone = partial(
        unsigned, signature=reply.signature, snapshot=snapshot_of(reply), user=reply.author
    )
    canned_text = alone(reply.canned_text, BodyType.HTML)
    filling = Filling(canned_text, values, reply.answers.get(str(first.pk)))
    sent = Sent(
        alone(reply.body, reply.body_type),
        is_plain=reply.body_type == BodyType.PLAIN,
        others=tuple(other.body for other in others),
    )
    return Edit(version, filling, sent, reply.uuid)
