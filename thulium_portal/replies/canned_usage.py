"""What a canned response is credited with: the replies it went into, and how they changed it."""

from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.canned import usage
from thulium_portal.canned.models import CannedResponseVersion
from thulium_portal.canned.proposals import services as proposals
from thulium_portal.canned.proposals.services import Edit
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.replies.audit_facts import changed_share
from thulium_portal.replies.models import BodyType, Reply


def credit(reply: Reply, *, question: str = "") -> None:
    """Count a reply that is being submitted for every canned response in it.

    *question* are the stems of the customer's message, by which like ones find this text.
    """
    first = reply.canned_version
    for version in _versions(reply):
        started = first is not None and version.pk == first.pk
        usage.record(
            reply.uuid,
            version,
            reply.submitted_at or timezone.now(),
            changed_percent=changed_share(reply) if started else None,
            question=question,
            person=reply.author,
            **reply.columns("ticket_id", "queue_id"),
        )


def _versions(reply: Reply) -> list[CannedResponseVersion]:
    """Return the version the reply started from, then those put into it later."""
    first = [reply.canned_version] if reply.canned_version is not None else []
    if not reply.inserted:
        return first
    others = CannedResponseVersion.objects.filter(pk__in=reply.inserted).order_by("pk")
    return [*first, *others.exclude(pk__in=[version.pk for version in first])]


def may_propose(reply: Reply, person: User) -> bool:
    """Tell whether *person* can propose what they changed in *reply*."""
    edit = edit_of(reply, person)
    return edit is not None and proposals.may_propose(edit, person)


def edit_of(reply: Reply, person: User) -> Edit | None:
    """Return what *person* changed of the canned response in their own *reply*, if anything."""
    version = reply.canned_version
    if version is None or reply.author_id != person.pk or not reply.canned_text:
        return None
    sent = reply.body if reply.body_type == BodyType.HTML else plain_to_html(reply.body)
    if sent == reply.canned_text:
        return None
    return Edit(version, reply.canned_text, sent, reply.uuid)
