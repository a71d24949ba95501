"""Finds the Chromium that the browser tests drive; prints its path.

    python -m tests.browser.chromium

``CHROMIUM=`` names one; else the usual names are tried; else Debian's is installed where this user
may do that.
"""

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """Return the path of a browser on this computer, or None."""
    chosen = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [chosen] if chosen else NAMES)), None)


def main() -> None:
    """Print the path, after installing a browser if need be; else one sentence and exit code 1."""
    path = find() or (None if os.environ.get("CHROMIUM") else _install())
    if path is None:
        sys.exit(
            "The browser tests need Chromium or Chrome: install one (on Debian “apt-get install "
            "chromium”), or name it: “make test CHROMIUM=/path/to/chrome”."
        )
    print(path)  # noqa: T201


def _install() -> str | None:
    become_root = _way_to_root()
    if shutil.which("apt-get") is None or become_root is None:
        return None
    print("Installing chromium with apt-get …", file=sys.stderr)  # noqa: T201
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run([*apt, *step], check=False, stdout=sys.stderr)
    return find()


def _way_to_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if (
        sudo
        and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return [sudo, "-n"]
    return None


if __name__ == "__main__":
    main()
