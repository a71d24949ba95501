"""The portal behind its real web server, as the Procfile starts it, in a folder of its own."""

import os
import resource
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.rig import ROOT, Visitor, free_port, wait_until_up
from thulium_portal.demo.people import DEMO_PASSWORD


@dataclass(frozen=True)
class Web:
    """A running portal; *log* is what its processes wrote."""

    port: int
    server: psutil.Process
    log: Path
    data: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def sign_in(self, username: str = "anna") -> Visitor:
        visitor = Visitor(self.port)
        visitor.get("/accounts/login/")
        fields = {"login": username, "password": DEMO_PASSWORD}
        visitor.post("/accounts/login/", fields, expect=302)
        return visitor

    def processes(self) -> list[psutil.Process]:
        return [self.server, *self.server.children(recursive=True)]

    def memory(self) -> int:
        """Return the bytes that its largest process keeps of its own.

        What it only reads of files does not count: a system may take that from an idle process and
        give it back as soon as it is needed.
        """
        return max(self.memory_of_each())

    def memory_of_each(self) -> list[int]:
        """Return that of each process, the one that started the others first."""
        return [_own_memory(process) for process in self.processes()]

    def spooled(self) -> int:
        """Return the bytes of all files without a name that its processes hold open."""
        return sum(_nameless(process) for process in self.processes())


def _own_memory(process: psutil.Process) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    return sum(int(facts[name].split()[0]) * 1024 for name in ("RssAnon", "VmSwap"))


def _nameless(process: psutil.Process) -> int:
    total = 0
    for handle in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            facts = handle.stat()
        except OSError:
            continue
        if stat.S_ISREG(facts.st_mode) and not facts.st_nlink:
            total += facts.st_size
    return total


def prepare(folder: Path) -> Path:
    """Make a data folder in which the people of practice mode are, and nobody's past."""
    data = folder / "data"
    data.mkdir()
    for call in (["migrate", "--verbosity", "0"], ["load_demo", "--no-past"], ["prepare"]):
        subprocess.run(
            [sys.executable, "manage.py", *call],
            cwd=ROOT,
            env=_environment(data),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return data


def _environment(data: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "SECRET_KEY": "s" * 60,
        "THULIUM_URL": "",
    }


@contextmanager
def serving(
    prepared: Path, folder: Path, *, open_files: int = 4096, processes: int = 1
) -> Iterator[Web]:
    """Run the web process over a copy of *prepared* in *folder* until the end of the block."""
    port, log = free_port(), folder / "web.log"
    data = Path(shutil.copytree(prepared, folder / "copy"))
    environment = _environment(data) | {"PORT": str(port), "WEB_PROCESSES": str(processes)}
    web = (ROOT / "Procfile").read_text().splitlines()[0].removeprefix("web: exec python")
    limit = f"ulimit -n {open_files} && " if open_files < _allowed() else ""
    with log.open("ab") as out:
        command = ["sh", "-c", f"{limit}exec {sys.executable}{web}"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        wait_until_up(port)
        yield Web(port, psutil.Process(process.pid), log, data)
    finally:
        process.terminate()
        process.wait()


def _allowed() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]
