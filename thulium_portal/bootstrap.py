"""What a fresh clone needs before Django can start; plain Python, so that any Python 3.11 runs it.

    python3 -m thulium_portal.bootstrap          what running needs
    python3 -m thulium_portal.bootstrap --dev    and what testing and checking need

Makes ``.venv``, installs the pinned packages into it, and writes ``.env`` with fresh keys where
there is none. Repeated, it finds its marks and returns at once.
"""

import argparse
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN = "requirements.lock"
DEV = "requirements-dev.lock"
"""What is installed: each package in one version, whose files have one of the digests there."""
INSTALL = ("-m", "pip", "install", "--no-deps", "--require-hashes", "--only-binary", ":all:")
"""The lists are whole; older pips would ask for a digest of “coverage[toml]” besides."""
FRESH_KEYS = ("SECRET_KEY", "AUDIT_SIGNING_KEY")


class SetupProblem(Exception):
    """What stops the set-up, in one sentence that says how to mend it."""


def main() -> None:
    """Set up what is missing; end with one sentence and exit code 1 where that fails."""
    parser = argparse.ArgumentParser(description="Sets up what a fresh clone needs.")
    parser.add_argument("--dev", action="store_true", help="also install what tests need")
    options = parser.parse_args()
    try:
        require_python()
        install_packages(DEV if options.dev else RUN)
        write_env_file(ROOT / ".env")
    except SetupProblem as problem:
        sys.exit(f"Reply Portal was not set up: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)


def require_python() -> None:
    """Raise :class:`SetupProblem` on a Python or a system the portal does not run on."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the sentence older ones get to read
        raise SetupProblem(
            f"this is Python {sys.version_info[0]}.{sys.version_info[1]}, and 3.11 or newer is "
            "needed; with a newer one installed, say which: make run PYTHON=python3.12."
        )
    if os.name == "nt":
        raise SetupProblem(
            "on Windows it runs inside WSL: “wsl --install”, then “make run” in there."
        )


def install_packages(lock: str) -> None:
    """Install the packages of *lock* into ``.venv``, made where missing, unless a mark is there.

    The mark's name holds a digest of the list, so that a changed list is installed again.
    """
    if _mark(lock).exists() and _venv_python().exists():
        return
    if not _venv_python().exists():
        _make_venv()
    for old in VENV.glob(".installed-*"):
        old.unlink()
    sys.stdout.write(f"Installing the packages of {lock} into .venv …\n")
    sys.stdout.flush()
    quiet = ("-qq", "--disable-pip-version-check")
    if _run(_venv_python(), *INSTALL, *quiet, "-r", lock):
        raise SetupProblem(
            "pip could not install the packages (its words are above); is there a line?"
        )
    _mark(RUN).touch()
    _mark(lock).touch()


def write_env_file(path: Path) -> bool:
    """Write *path* from ``.env.example`` with fresh keys, readable by its owner alone.

    Returns False, and changes nothing, where the file exists.
    """
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(file, "w", encoding="utf-8") as env_file:
        env_file.write(with_fresh_keys(example))
    sys.stdout.write(f"Wrote {path.name} with fresh keys; keep a copy of it somewhere safe.\n")
    return True


def with_fresh_keys(example: str) -> str:
    """Return the text of ``.env.example`` with a random value behind each empty key."""
    keys = {f"{name}=": f"{name}={secrets.token_urlsafe(48)}" for name in FRESH_KEYS}
    return "".join(f"{keys.get(line, line)}\n" for line in example.splitlines())


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if _run(Path(sys.executable), "-m", "venv", str(VENV)):
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupProblem(
            "Python could not make a virtual environment; on Debian and Ubuntu “apt-get install "
            "python3-venv” brings what it lacks."
        )


def _mark(lock: str) -> Path:
    return VENV / f".installed-{hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()[:16]}"


def _venv_python() -> Path:
    return VENV / "bin" / "python"


def _run(python: Path, *arguments: str) -> int:
    return subprocess.run([python, *arguments], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    main()
