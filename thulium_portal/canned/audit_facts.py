"""Audit facts and erasable content of a change to a canned response."""

import hashlib
from collections.abc import Mapping

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact, Subject, record
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion


def record_change(
    action: Action,
    response: CannedResponse,
    version: CannedResponseVersion,
    actor: User,
    *,
    facts: Mapping[str, Fact] | None = None,
    note: str = "",
) -> None:
    """Record *action* on *response* at *version*; last in the transaction of the change."""
    content = {"title": version.title, "body": version.body}
    record(
        action,
        actor=actor,
        subject=Subject("canned", str(response.pk)),
        state=response.state,
        facts={
            "canned_id": response.pk,
            "canned_version": version.number,
            "canned_scope": response.scope,
            "body_sha256": hashlib.sha256(version.body.encode()).hexdigest(),
            "attachments": list(version.files.values_list("file__sha256", flat=True)),
            "status_after": response.status_after,
            **(facts or {}),
        },
        content=content | ({"note": note} if note else {}),
    )
