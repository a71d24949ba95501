"""What the tests of people share: reading the record, and the fields of a person's form."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from thulium_portal.audit.models import AuditEntry

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def told(db):
    """Return a function that gives the record so far: each action and its facts, oldest first."""

    def told() -> Told:
        entries = AuditEntry.objects.order_by("sequence")
        return [(entry.action, json.loads(entry.record)["facts"]) for entry in entries]

    return told


@pytest.fixture
def fields():
    """Return a function that gives what an administrator types about a new agent."""

    def fields(**changed: str) -> dict[str, str]:
        return {
            "name": "Piotr Zieliński",
            "username": "piotr",
            "agent_login": "piotr.zielinski",
            "role": "agent",
            "email": "piotr.zielinski@example.org",
            "language": "pl",
            "first_sign_in": "password",
            "password": "zielona-łąka-w-maju",
            "is_active": "on",
        } | changed

    return fields


@pytest.fixture
def unprepared(tmp_path):
    """Return a function that tells how a command fails whose database was never prepared."""

    def unprepared(*command: str, typed: str = "") -> str:
        ended = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 1
        return ended.stderr

    return unprepared
