import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.practice.conftest import Caller
from thulium_portal.practice.server import PracticeThulium

ROOT = Path(__file__).resolve().parents[2]


def run(tmp_path, port):
    command = [sys.executable, "manage.py", "practice_thulium", "--port", str(port)]
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "THULIUM_URL": "",
        "LANGUAGE_CODE": "en",
        "DJANGO_SETTINGS_MODULE": "thulium_portal.settings",
    }
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_alone_and_stops_cleanly(tmp_path, number):
    process = run(tmp_path, 0)
    try:
        assert select.select([process.stdout], [], [], 30)[0], "no address within 30 s"
        address = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        elsewhere = PracticeThulium(tmp_path, int(address[1]))
        assert Caller(elsewhere).reply().status == 200
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "practice" / "thulium.sqlite3").is_file()
    with PracticeThulium(tmp_path / "practice") as again:
        assert len(again.received(1234)) == 1


def test_a_taken_port_is_one_sentence(practice, tmp_path):
    process = run(tmp_path, practice.port)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 1
    assert str(practice.port) in error
    assert "Traceback" not in error
