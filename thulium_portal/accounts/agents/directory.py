"""The list of Thulium's agents: read page by page, politely, and kept for some minutes.

How the list is paged is not documented. It is at its end where nothing new comes, or as many came
as Thulium counts.
"""

import time
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from thulium_portal import gateway
from thulium_portal.accounts.agent_check import AgentCheck
from thulium_portal.thulium import AgentPage, ThuliumError

KEPT_SECONDS = 600
STEP_SECONDS = 2.0
"""After so long a page says how far the reading is, and goes on."""
READ_TIMEOUT, TOTAL_TIMEOUT = 10.0, 15.0
MOST_AGENTS = 10_000


@dataclass(frozen=True)
class Directory:
    """Thulium's agents as far as they were read; ``count`` is how many it says there are."""

    agents: tuple[AgentCheck, ...] = ()
    count: int | None = None
    offset: int = 0
    is_whole: bool = False
    problem: ThuliumError | None = None

    @property
    def by_login(self) -> dict[str, AgentCheck]:
        """The agents by login, in small letters."""
        return {agent.login.casefold(): agent for agent in self.agents}


def read_on() -> Directory:
    """Return the list, read a step further where it is not whole; a fault is told beside it."""
    known = _kept() or Directory()
    client = gateway.thulium_client(read_timeout=READ_TIMEOUT, total_timeout=TOTAL_TIMEOUT)
    until = time.monotonic() + STEP_SECONDS
    while not known.is_whole:
        try:
            page = client.get_agents(known.offset)
        except ThuliumError as problem:
            return replace(known, problem=problem)
        known = _with(known, page)
        cache.set(_key(), known, KEPT_SECONDS)
        if time.monotonic() > until:
            break
    return known


def forget() -> None:
    """Let the list be read anew."""
    cache.delete(_key())


def _with(known: Directory, page: AgentPage) -> Directory:
    agents = known.by_login
    for agent in map(AgentCheck.of, page.rows):
        agents.setdefault(agent.login.casefold(), agent)
    offset = known.offset + len(page.rows) + page.passed_over
    is_all = page.count is not None and offset >= page.count
    brought_nothing = len(agents) == len(known.agents)
    return Directory(
        tuple(agents.values()),
        count=page.count,
        offset=offset,
        is_whole=is_all or brought_nothing or len(agents) >= MOST_AGENTS,
    )


def _kept() -> Directory | None:
    kept: Directory | None = cache.get(_key())
    return kept


def _key() -> str:
    """Return a key of this Thulium's own."""
    return f"agents:{salted_hmac('agents', settings.THULIUM_URL).hexdigest()[:16]}"
