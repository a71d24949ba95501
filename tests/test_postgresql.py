"""What touches the database is proved on PostgreSQL too: the same tests, run once more on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Few runs of about one length: each makes a database of its own first.
PARTS = {
    "canned": ("canned",),
    "replies": ("replies", "notes", "signatures", "stop_rules"),
    "accounts": ("accounts",),
    "tickets": ("tickets", "desk", "command", "bulk"),
    "record": ("audit", "evidence", "review", "reports", "privacy"),
    "others": (
        *("quality", "operations", "storage", "released"),
        *("lib/test_full_text.py", "test_hostile_requests.py"),
    ),
}
pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("part", PARTS)
def test_everything_holds_on_postgresql_as_well(part, postgresql_url):
    quiet = ("-q", "-p", "no:cacheprovider", "--maxfail=20")
    rooms = [f"tests/{room}" for room in PARTS[part]]
    chosen = ("-m", "not browser and not faults and not postgresql")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *rooms, *quiet, *chosen],
        cwd=ROOT,
        env={**os.environ, "TESTS_DATABASE_URL": postgresql_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-5_000:]
