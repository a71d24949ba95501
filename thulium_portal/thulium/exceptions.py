"""Errors of reading from Thulium.

ThuliumError
 ├── NotFound            no such ticket, agent or customer
 ├── WrongCredentials    401 or 403
 ├── Unreachable         no connection, time-out, 5xx, 429
 └── UnexpectedAnswer    HTML, a redirection, anything that cannot be understood
"""

from thulium_portal.thulium.types import Reason


class ThuliumError(Exception):
    """A reading that gave nothing; ``detail`` is Thulium's own sentence."""

    def __init__(
        self, reason: Reason, *, status: int | None = None, detail: str = "", request_id: str = ""
    ) -> None:
        super().__init__(str(reason))
        self.reason, self.status, self.detail, self.request_id = reason, status, detail, request_id


class NotFound(ThuliumError):
    """Thulium has no such ticket, agent or customer."""


class WrongCredentials(ThuliumError):
    """The API user was refused."""


class Unreachable(ThuliumError):
    """Thulium could not be asked just now."""


class UnexpectedAnswer(ThuliumError):
    """Thulium answered something else."""
