"""A Thulium with a list, a clock that stands still, and a follower that is stepped through time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.support.ticket_list import TicketList, serving
from thulium_portal.tickets.index.follower import Follower

START = datetime(2026, 11, 24, 9, 0, 20, tzinfo=UTC)


@pytest.fixture
def clock(time_machine):
    """A clock that stands still until it is moved."""
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def tickets(clock, settings):
    """A Thulium without tickets, at which the portal is pointed."""
    with serving(TicketList()) as told:
        settings.THULIUM_URL = told.url
        yield told


@pytest.fixture
def pass_time(clock):
    """Return a function that lets a follower work for so many seconds of the clock."""
    usual = Follower()

    def pass_time(seconds: float, follower: Follower = usual, *, every: float = 2) -> None:
        end = timezone.now() + timedelta(seconds=seconds)
        while timezone.now() < end:
            if follower.step():
                clock.shift(every)

    return pass_time
