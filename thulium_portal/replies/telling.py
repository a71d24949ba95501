"""What the audit record is told of a reply."""

import hashlib
from collections.abc import Sequence
from typing import TypedDict

from thulium_portal.accounts.models import User
from thulium_portal.audit.services import Fact
from thulium_portal.canned import placeholders
from thulium_portal.canned.models import CannedResponseVersion
from thulium_portal.lib.text import html_to_text
from thulium_portal.lib.worddiff import changed_percent
from thulium_portal.replies.models import Attachment, BodyType, Reply
from thulium_portal.replies.tickets import Snapshot, placeholder_values


def canned_text(version: CannedResponseVersion | None, snapshot: Snapshot, actor: User) -> str:
    """Return what the canned response gave for this ticket, to compare with what is sent."""
    if version is None:
        return ""
    values = placeholder_values(snapshot, actor)
    return placeholders.render(version.body, values).html


def changed_share(reply: Reply) -> int | None:
    """Return how many of 100 words differ between what its canned response gave and the reply.

    None where it did not start from one.
    """
    if reply.canned_version is None:
        return None
    return changed_percent(html_to_text(reply.canned_text), _plain(reply))


class Told(TypedDict):
    """The keyword arguments of ``record`` and ``move`` that tell of a submitted reply."""

    facts: dict[str, Fact]
    content: dict[str, str]


def told(reply: Reply, files: Sequence[Attachment]) -> Told:
    """Return the facts and the erasable content of a submitted reply for its audit entry."""
    plain = _plain(reply)
    version = reply.canned_version
    facts: dict[str, Fact] = {
        "agent_login": reply.agent_login,
        "body_sha256": reply.body_sha256,
        "body_type": str(reply.body_type),
        "submission_key": str(reply.submission_key),
        "not_before": reply.not_before.isoformat() if reply.not_before else None,
        "attachments": [file.sha256 for file in files],
        "canned_id": reply.canned_response_id,
        "canned_version": version.number if version else None,
        "changed_percent": changed_share(reply),
    }
    content: dict[str, str] = {
        "body": reply.body,
        "body_text": plain,
        "customer": reply.customer_name or reply.customer_email,
        "ticket_subject": reply.ticket_subject,
        "author_name": str(reply.author),
    }
    if version:
        content |= {"canned_title": version.title, "canned_text": reply.canned_text}
    if reply.corrects is not None:
        facts["corrects"] = str(reply.corrects.uuid)
    if reply.status_after:
        facts["status_after"] = reply.status_after
        content["status_after_name"] = reply.status_after_name
    if reply.keep_reason:
        facts["must_keep_changed"] = True
        content["keep_reason"] = reply.keep_reason
    if files:
        content["file_names"] = "\n".join(file.name for file in files)
    return {"facts": facts, "content": content}


def _plain(reply: Reply) -> str:
    return reply.body if reply.body_type == BodyType.PLAIN else html_to_text(reply.body)


def digest(body: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()
