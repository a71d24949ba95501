"""What changed on the ticket of a stopped reply: what is kept of it, and what passing it means."""

from typing import Any

from thulium_portal.replies.models import Reply
from thulium_portal.tickets.changes import Change, Kind, Seen

DISCARDED = "discarded"
"""The reason of a cancelled reply that its author gave up, rather than took back to write on."""

HANDED_OVER = "handed_over"
"""The reason of a cancelled reply with whose text a colleague goes on."""


def named(reply: Reply) -> list[Change]:
    """Return the changes by which *reply* was stopped, the graver first; none for other stops."""
    return [Change.read(stored) for stored in reply.changes.get("named", ())]


def told_and_passed(reply: Reply) -> dict[str, Any]:
    """Return what *reply* keeps of its changes once those that stopped it were let pass."""
    told = [*reply.changes.get("passed", ()), *reply.changes.get("named", ())]
    return {"passed": told} if told else {}


def passed_changes(reply: Reply) -> dict[str, Any]:
    """Return the columns of *reply* once its author, who was shown the changes, let them pass.

    What they saw of the ticket is then what it was when the reply stopped: a later change stops it
    again. Empty for a reply that something else stopped.
    """
    told = named(reply)
    if not told:  # stopped by a portal that kept no changes: it named every message since
        wrote = reply.reason in {Kind.CUSTOMER_WROTE, Kind.COLLEAGUE_REPLIED}
        return {"ignore_newer": True} if wrote else {}
    now = Seen.read(reply.changes.get("now", {}))
    columns: dict[str, Any] = {
        "seen": now.stored(),
        "changes": told_and_passed(reply),
        "last_seen_message_id": now.last_message_id,
        "customer_email": now.email or "",
        "queue_id": now.queue_id,
        "queue_name": now.queue_name,
    }
    if any(change.kind is Kind.CUSTOMER for change in told):
        columns |= {"customer_name": now.customer_name, "customer_first_name": ""}
    return columns


def addresses_told(reply: Reply) -> set[str]:
    """Return every address kept with *reply* because its ticket went from one to another."""
    stored = [*reply.changes.get("passed", ()), *reply.changes.get("named", ())]
    told = {one[side] for one in stored if one["kind"] == Kind.RECIPIENT for side in ("old", "new")}
    return {address for address in (*told, reply.changes.get("now", {}).get("email")) if address}


def former_addresses(reply: Reply) -> set[str]:
    """Return the addresses *reply* was once written to, where its ticket got another since."""
    stored = [*reply.changes.get("passed", ()), *reply.changes.get("named", ())]
    return {one["old"] for one in stored if one["kind"] == Kind.RECIPIENT and one["old"]}
