"""The life of a canned response as data: which moves there are, and who makes them.

The workflow, the permissions and the tests read this table.
"""

from dataclasses import dataclass
from enum import Enum

from thulium_portal.audit.actions import Action
from thulium_portal.canned.models import CannedResponse

State = CannedResponse.State


class By(Enum):
    """Who makes a move."""

    OWNER = "the owner of a response meant for others"
    MANAGER = "whoever manages canned responses, of a response meant for others"
    PERSONAL_OWNER = "the owner of a personal response"


@dataclass(frozen=True)
class Move:
    """One allowed move of a canned response from one state to another."""

    name: str
    source: State
    target: State
    by: By
    action: Action = Action.CANNED_STATE_CHANGED


MOVES: tuple[Move, ...] = (
    Move("submit", State.DRAFT, State.WAITING, By.OWNER, Action.CANNED_SUBMITTED),
    Move("withdraw", State.WAITING, State.DRAFT, By.OWNER, Action.CANNED_WITHDRAWN),
    Move("approve", State.WAITING, State.LIVE, By.MANAGER, Action.CANNED_APPROVED),
    Move("send_back", State.WAITING, State.DRAFT, By.MANAGER, Action.CANNED_RETURNED),
    Move("publish", State.DRAFT, State.LIVE, By.MANAGER),
    Move("rework", State.LIVE, State.DRAFT, By.MANAGER),
    Move("rework", State.ARCHIVED, State.DRAFT, By.MANAGER),
    Move("archive", State.LIVE, State.ARCHIVED, By.MANAGER),
    Move("archive", State.DRAFT, State.ARCHIVED, By.MANAGER),
    Move("bring_back", State.ARCHIVED, State.LIVE, By.MANAGER),
    Move("publish", State.DRAFT, State.LIVE, By.PERSONAL_OWNER),
    Move("archive", State.LIVE, State.ARCHIVED, By.PERSONAL_OWNER),
    Move("bring_back", State.ARCHIVED, State.LIVE, By.PERSONAL_OWNER),
)
