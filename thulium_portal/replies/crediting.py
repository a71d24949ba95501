"""What a canned response is credited with: the replies it went into, and how they changed it."""

from django.utils import timezone

from thulium_portal.canned import uses
from thulium_portal.canned.uses import Use
from thulium_portal.replies.models import Reply
from thulium_portal.replies.telling import changed_share


def credit(reply: Reply, *, question: str = "") -> None:
    """Count a reply that is being submitted for the canned response it started from, if any.

    *question* are the stems of the customer's message, by which like ones find this text.
    """
    if reply.canned_version is not None:
        uses.note(
            Use(
                reply_uuid=reply.uuid,
                version=reply.canned_version,
                person=reply.author,
                ticket_id=reply.ticket_id,
                queue_id=reply.queue_id,
                changed_percent=changed_share(reply),
                at=reply.submitted_at or timezone.now(),
                question=question,
            )
        )


def uncredit(reply: Reply) -> None:
    """Take back what was counted for a reply that reached nobody."""
    uses.forget(reply.uuid)
