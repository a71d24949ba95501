"""The lines of the review page, kept beside the chain: one for each reply, rebuilt at will."""

from collections.abc import Mapping
from typing import Any

from thulium_portal.audit import search
from thulium_portal.audit.models import AuditEntry, ReviewRow

REPLY = "reply"
_SEARCHED = ("body_text", "customer", "ticket_subject", "canned_title", "file_names", "author_name")
_EXCERPT = 300


def keep_row(entry: AuditEntry, facts: Mapping[str, Any], content: Mapping[str, str]) -> None:
    """Bring the review line of the entry's reply up to date.

    A line begins with the entry that tells what is to be sent (it holds the text and a state);
    drafts that never were submitted have none.
    """
    if entry.subject_kind != REPLY:
        return
    subject = {"subject_kind": entry.subject_kind, "subject_id": entry.subject_id}
    latest: dict[str, Any] = {"latest_sequence": entry.sequence}
    if entry.state:
        latest |= {"state": entry.state, "reason": facts.get("reason") or ""}
    if "body" in content and entry.state:
        told = _told(facts, content) | {"actor_id": entry.actor_id, "ticket_id": entry.ticket_id}
        opened = {"opened_at": entry.at, "opened_sequence": entry.sequence}
        if ReviewRow.objects.filter(**subject).update(**told, **latest):
            row = ReviewRow.objects.get(**subject)
        else:
            row = ReviewRow.objects.create(**subject, **told, **latest, **opened)
        search.index(row, " ".join(content.get(name, "") for name in _SEARCHED))
    else:
        ReviewRow.objects.filter(**subject).update(**latest)


def erase_rows(sequences: list[int]) -> None:
    """Take the words out of the lines that these entries began."""
    ReviewRow.objects.filter(opened_sequence__in=sequences).update(
        customer="", excerpt="", canned_title=""
    )
    search.forget(sequences)


def _told(facts: Mapping[str, Any], content: Mapping[str, str]) -> dict[str, Any]:
    text = " ".join(content.get("body_text", "").split())
    return {
        "agent_login": facts.get("agent_login") or "",
        "customer": content.get("customer", "")[:300],
        "excerpt": text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…",
        "canned_id": facts.get("canned_id"),
        "canned_title": content.get("canned_title", "")[:120],
        "canned_version": facts.get("canned_version"),
        "changed_percent": facts.get("changed_percent"),
    }
