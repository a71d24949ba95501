"""Entries of the record as the portal's services make them, and SQL past all of them."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import Subject, record

BODY = "<p>Dzień dobry Pani Mario,</p><p>paczka jedzie do Łodzi.</p>"
BODY_TEXT = "Dzień dobry Pani Mario,\n\npaczka jedzie do Łodzi."
CANNED = "<p>Dzień dobry Pani Mario,</p><p>paczka jest w drodze.</p>"


def note(action: Action = Action.SIGNED_IN, actor: User | None = None, **more: Any) -> AuditEntry:
    """Record one entry in a transaction of its own."""
    with transaction.atomic():
        return record(action, actor=actor, **more)


def submitted(actor: User, *, ticket_id: int = 1234, **changes: Any) -> AuditEntry:
    """Record that a reply was submitted; *changes* go over its facts and contents.

    A content of None is left out.
    """
    facts: dict[str, Any] = {
        "agent_login": actor.agent_login,
        "queue_id": None,
        "body_sha256": "ab" * 32,
        "body_type": "HTML",
        "canned_id": 7,
        "canned_version": 4,
        "changed_percent": 18,
        "attachments": ["cd" * 32],
    }
    content = {
        "body": BODY,
        "body_text": BODY_TEXT,
        "customer": "Maria Wiśniewska",
        "recipient": "maria.w@example.org",
        "ticket_subject": "Gdzie jest moja paczka?",
        "canned_title": "Paczka opóźniona",
        "canned_text": CANNED,
        "file_names": "faktura żółw.pdf",
        "author_name": str(actor),
    }
    return note(
        Action.REPLY_SUBMITTED,
        actor,
        subject=Subject("reply", str(uuid.uuid4())),
        ticket_id=ticket_id,
        state="pending",
        facts={name: changes.get(name, value) for name, value in facts.items()},
        content={
            name: text
            for name, value in content.items()
            if (text := changes.get(name, value)) is not None
        },
    )


def moved(
    entry: AuditEntry,
    action: Action,
    state: str,
    *,
    content: Mapping[str, str] | None = None,
    **facts: Any,
) -> AuditEntry:
    """Record the next step of the reply that *entry* is about."""
    return note(
        action,
        subject=Subject(entry.subject_kind, entry.subject_id),
        ticket_id=entry.ticket_id,
        state=state,
        facts=facts,
        content=content,
    )


def sql(statement: str, *values: object) -> None:
    """Run *statement* as somebody with access to the database would."""
    connection.check_constraints()  # PostgreSQL alters no table that has checks pending
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    connection.check_constraints()
