"""The status a ticket gets after a reply: which may be chosen, and which one was."""

from typing import Any

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import nameable_by
from thulium_portal.lib.forms import parse_id
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.states import State
from thulium_portal.tickets import statuses

Origin = tuple[CannedResponse | None, CannedResponseVersion | None]
"""The canned response a text started from, and which version of it."""


def origin(person: User, named: Any, named_version: Any) -> Origin:
    """Return what the numbers name, unless it is unknown or not for this person."""
    pk = parse_id(str(named or ""))
    if pk is None:
        return None, None
    response = nameable_by(person).filter(pk=pk).select_related("current").first()
    if response is None:
        return None, None
    version_pk = parse_id(str(named_version or ""))
    version = None
    if version_pk not in {None, response.current_id}:
        version = response.versions.filter(pk=version_pk).first()
    return response, version or response.current


def offered(started_from: Origin, kept: tuple[str, str]) -> dict[str, str]:
    """Return id and name of each status to choose from; none where no name can be told.

    A draft *kept* its status with the name it had.
    """
    status, name = kept
    return ({status: name} if status and name else {}) | rules.offered_statuses(*started_from)


def chosen(wanted: str, started_from: Origin, *, is_draft: bool) -> tuple[str, str]:
    """Return id and name of the status *wanted*; one that is not offered has no name.

    Keeping a draft asks Thulium for nothing.
    """
    if not wanted:
        return rules.NO_STATUS
    found = rules.offered_statuses(*started_from)
    if not found and not is_draft:  # no page has offered this one: only a script names it
        statuses.learn()
        found = statuses.known()
    return wanted, found.get(wanted, "")


def usual(person: User) -> str:
    """Return the status that *person* set after their last reply, for the next one; else nothing.

    One that ends a ticket is not chosen beforehand: closing is decided anew each time.
    """
    sent = Reply.objects.filter(author=person).exclude(state=State.DRAFT).order_by("-pk")
    last = sent.values_list("status_after", flat=True).first() or ""
    return last if last and statuses.is_known_to_stay_open(last) else ""
