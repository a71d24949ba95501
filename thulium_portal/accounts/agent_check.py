"""Is there such an agent in Thulium? "Cannot tell" is kept apart from "no"."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from thulium_portal import gateway
from thulium_portal.thulium import Agent, NotFound, ThuliumError

READ_TIMEOUT = 5.0
"""Seconds a person waits while they type."""


class LoginStatus(StrEnum):
    """What Thulium said of an agent login."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    CANNOT_TELL = "cannot_tell"


class Doubt(StrEnum):
    """Why an agent login may not be the person's own."""

    OTHER_ADDRESS = "other_address"
    NO_ADDRESS_HERE = "no_address_here"
    NO_ADDRESS_THERE = "no_address_there"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class AgentCheck:
    """The outcome for one login; ``login`` is spelled as Thulium spells it."""

    status: LoginStatus
    login: str
    name: str = ""
    email: str = ""

    @classmethod
    def of(cls, agent: Agent) -> Self:
        """Return what Thulium told of *agent*, alone or in a list."""
        status = LoginStatus.ACTIVE if agent.active else LoginStatus.INACTIVE
        if not agent.says_active:
            status = LoginStatus.CANNOT_TELL
        return cls(status, agent.login, agent.name, agent.email)


def check_agent_login(login: str) -> AgentCheck:
    """Ask Thulium for the agent with *login*; never raises for what Thulium does."""
    try:
        agent = gateway.thulium_client(read_timeout=READ_TIMEOUT).get_agent(login)
    except NotFound:
        return AgentCheck(LoginStatus.UNKNOWN, login)
    except ThuliumError:
        return AgentCheck(LoginStatus.CANNOT_TELL, login)
    return AgentCheck.of(agent)
