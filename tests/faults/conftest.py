"""Laboratories for exact scenes, and the seed of this run."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.jobs import House
from tests.faults.laboratory import Laboratory

VENDORS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def seed() -> int:
    """Return FAULT_SEED, or a fresh seed; every failure names it."""
    return int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))


@pytest.fixture(scope="module", params=VENDORS)
def lab(request: pytest.FixtureRequest) -> Iterator[Laboratory]:
    """Return a laboratory with a well-behaved Thulium, shared by the scenes of a module."""
    with Laboratory(request.param) as laboratory:
        yield laboratory


@pytest.fixture
def patient(lab: Laboratory) -> House:
    """Return the house in which leases do not run out by themselves."""
    return replace(lab.house, patient_leases=True)
