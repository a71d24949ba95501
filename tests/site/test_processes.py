"""One command runs it all, greets with the address, and stops it all again."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from thulium_portal.site import processes

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def listening(port: int = 0) -> Iterator[int]:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield other.getsockname()[1]


def free_port() -> int:
    with listening() as port:
        return port


def test_a_taken_port_is_told_with_the_mend():
    with (
        listening() as port,
        pytest.raises(processes.PortTaken, match=rf"port {port} is in use .*PORT="),
    ):
        processes.require_free(port)


def test_a_second_copy_gets_a_practice_thulium_of_its_own(settings):
    with listening() as taken:
        settings.PRACTICE_PORT, settings.PORT = taken, free_port()
        port = processes.free_practice_port()
    assert settings.PORT < port <= settings.PORT + 100


def test_the_chosen_port_of_the_practice_thulium_is_kept(settings, monkeypatch):
    settings.PRACTICE_PORT = free_port()
    monkeypatch.setenv("PRACTICE_PORT", str(settings.PRACTICE_PORT))
    assert processes.free_practice_port() == settings.PRACTICE_PORT
    with listening(settings.PRACTICE_PORT), pytest.raises(processes.PortTaken):
        processes.free_practice_port()


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """A fresh installation in practice mode, with a folder of its own."""
    fresh = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return fresh | {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "",
        "PORT": str(free_port()),
        "PRACTICE_PORT": "",
        "SECRET_KEY": "s" * 60,
    }


@pytest.fixture
def start(environment) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that runs the portal; nothing of it outlives the test."""
    with ExitStack() as stack:

        def start(**changed: str) -> subprocess.Popen[str]:
            running = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=environment | changed,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            stack.enter_context(running)
            stack.callback(kill_with_children, running)
            return running

        yield start


def kill_with_children(running: subprocess.Popen[str]) -> None:
    if running.poll() is None:
        for child in psutil.Process(running.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
        running.kill()


def read_until(words: str, running: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    for line in running.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.mark.faults
@pytest.mark.timeout(240)
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=lambda ending: ending.name)
def test_serves_from_nothing_and_stops_cleanly(start, environment, ending):
    running = start()
    greeting = read_until("Ctrl-C", running)
    children = psutil.Process(running.pid).children(recursive=True)
    address = f"http://localhost:{environment['PORT']}"
    assert address in greeting
    assert re.search(r"anna\s+\S{12,}\s+agent", greeting)
    with urllib.request.urlopen(f"{address}/", timeout=20) as page:
        assert page.status == 200
        html = page.read().decode()
    (style,) = re.findall(r'href="(/static/css/tokens\.[0-9a-f]{12}\.css)"', html)
    with urllib.request.urlopen(f"{address}{style}", timeout=20) as sheet:
        assert sheet.status == 200
    running.send_signal(ending)
    rest, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Traceback" not in rest
    assert [child for child in children if child.is_running()] == []


@pytest.mark.faults
def test_a_taken_port_stops_it_with_one_sentence(start, environment):
    with listening(int(environment["PORT"])):
        running = start()
        output, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert output.strip().count("\n") == 0
    assert f"port {environment['PORT']} is in use" in output


@pytest.mark.faults
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("UNDO_SECONDS", "soon", "UNDO_SECONDS is “soon”"),
        ("THULIUM_URL", "http://shop.thulium.com", "THULIUM_URL must be an address like"),
        ("SECRET_KEY", "short", "SECRET_KEY is missing or shorter"),
    ],
)
def test_a_wrong_setting_stops_it_with_one_sentence(start, name, value, words):
    running = start(**{name: value})
    output, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert output.strip().count("\n") == 0
    assert words in output


@pytest.mark.faults
def test_ctrl_c_while_preparing_ends_without_a_stack_trace(start, tmp_path):
    running = start()
    data = tmp_path / "data"
    while not data.exists() and running.poll() is None:
        threading.Event().wait(0.01)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in output


@pytest.mark.faults
def test_ctrl_c_while_starting_leaves_nothing_running(start):
    running = start(PYTHONUNBUFFERED="1")
    beginning = read_until("started (pid", running)
    running.send_signal(signal.SIGINT)
    rest, _ = running.communicate(timeout=40)
    output = beginning + rest
    assert running.returncode == 0
    assert "Traceback" not in output
    pids = re.findall(r"started \(pid=(\d+)\)", output)
    assert [pid for pid in pids if psutil.pid_exists(int(pid))] == []
