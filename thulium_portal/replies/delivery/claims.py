"""A worker's hold on a reply, shared by delivering and settling."""

import uuid
from dataclasses import dataclass

from django.db.models import Q

from thulium_portal.replies.models import DeliveryAttempt, Reply
from thulium_portal.replies.states import State


class Stopped(Exception):
    """A reading before the call showed that this reply must not be sent as it is."""

    def __init__(self, target: State, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.target, self.reason, self.detail = target, reason, detail


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
