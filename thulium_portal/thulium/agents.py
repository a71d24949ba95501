"""The agents in Thulium's JSON, one alone or a page of their list."""

from functools import partial
from typing import Any

from thulium_portal.thulium.shapes import (
    json_object,
    mail_address,
    page,
    understood,
    whole,
    whole_id,
)
from thulium_portal.thulium.text import line, number
from thulium_portal.thulium.types import Agent, AgentPage, Habits

NAME, LOGIN = 150, 150
"""Characters, as in the columns that hold them."""
_YES = frozenset({"1", "true", "yes", "tak"})


@understood
def agent(data: Any, asked: str, habits: Habits) -> Agent:
    """Return the agent in *data*, who was *asked* for by login."""
    data = json_object(data)
    found = _agent(data, habits)
    if found.login.casefold() != line(asked, LOGIN, escaped=False).casefold():
        raise ValueError("another agent")
    whole_id(data["agent_id"])
    return found


@understood
def agent_page(data: Any, habits: Habits) -> AgentPage:
    """Return the page of the list in *data*; a row that cannot be read is passed over."""
    return AgentPage(*page(data, "login", partial(_row, habits=habits)))


def _row(data: Any, habits: Habits) -> Agent | None:
    try:
        return _agent(json_object(data), habits)
    except (KeyError, TypeError, ValueError):
        return None


def _agent(data: dict[str, Any], habits: Habits) -> Agent:
    names = (line(data.get(part), NAME, escaped=habits.escapes) for part in ("name", "surname"))
    active = data.get("active")
    return Agent(
        id=number(data.get("agent_id")),
        login=whole(data["login"], LOGIN),
        name=" ".join(name for name in names if name),
        email=mail_address(data.get("email"), habits),
        active=active is True or line(active, NAME).lower() in _YES,
        says_active="active" in data,
    )
