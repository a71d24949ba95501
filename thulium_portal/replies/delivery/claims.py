"""A worker's hold on a reply, shared by delivering and settling."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from thulium_portal.replies.models import DeliveryAttempt, Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.changes import Change, Seen


class Stopped(Exception):
    """A reading before the call showed that this reply must not be sent as it is.

    ``named`` are the changes of its ticket that are the reason, ``now`` the ticket as it was read.
    """

    def __init__(
        self,
        target: State,
        reason: str,
        detail: str = "",
        *,
        named: Sequence[Change] = (),
        now: Seen | None = None,
    ) -> None:
        super().__init__(reason)
        self.target, self.reason, self.detail = target, reason, detail
        self.named, self.now = named, now or Seen()

    @property
    def changes(self) -> dict[str, Any]:
        """What the reply keeps of the changes, as JSON."""
        return {"named": [asdict(change) for change in self.named], "now": self.now.stored()}


@dataclass(frozen=True)
class Claim:
    """One worker's hold on one reply; every later write names its token."""

    reply: Reply
    token: uuid.UUID
    attempt: DeliveryAttempt

    @property
    def held(self) -> Q:
        """The condition under which this claim still holds."""
        return Q(claim=self.token)
