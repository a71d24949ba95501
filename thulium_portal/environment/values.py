"""Values of the environment and of ``.env``, by their kinds; a secret may lie in a file of its own.

Every reader raises :class:`django.core.exceptions.ImproperlyConfigured` with a message that names
the setting and says how to mend it.
"""

import ipaddress
import os
import re
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from thulium_portal.lib.addresses import Network
from thulium_portal.lib.key_strength import SHORTEST

MOST_OF_A_SECRET = 65_536
"""Bytes of a secret's file that are read at most."""


class Values:
    """The process environment and ``.env``; relative paths begin in the folder of the latter."""

    def __init__(self, env_file: Path) -> None:
        self._folder = env_file.parent
        if env_file.is_file():
            environ.Env.read_env(env_file)

    def text(self, name: str, default: str = "") -> str:
        """Return the value of *name* without surrounding blanks; empty means *default*."""
        # Not through Env.str, which takes a password that begins with $ for another name.
        return os.environ.get(name, "").strip() or default

    def secret(self, name: str, default: str = "") -> str:
        """Return *name*, or what the file holds that ``<name>_FILE`` names; empty means *default*.

        No message holds the secret, nor the path, for which somebody may have taken it.
        """
        file = self.text(f"{name}_FILE")
        if not file:
            return self.text(name, default)
        if self.text(name):
            raise ImproperlyConfigured(
                f"{name} and {name}_FILE are both set; remove one of them, so that it is clear "
                "which counts."
            )
        return _secret_in(self._folder / file, f"{name}_FILE")

    def secrets(self, name: str) -> list[str]:
        """Return the comma-separated secrets of *name*, or of the file of ``<name>_FILE``."""
        return _parted(self.secret(name))

    def long_secret(self, name: str) -> str:
        """Return the secret *name*, empty or too long to be guessed by trying."""
        value = self.secret(name)
        if value and len(value) < SHORTEST:
            raise ImproperlyConfigured(
                f"{name} is shorter than {SHORTEST} characters; put 50 random ones into "
                ".env, or leave it empty."
            )
        return value

    def items(self, name: str, default: list[str]) -> list[str]:
        """Return the comma-separated values of *name*; none at all mean *default*."""
        return _parted(self.text(name)) or default

    def some_of(self, name: str, allowed: Sequence[str]) -> frozenset[str]:
        """Return the comma-separated values of *name*, each of them one of *allowed*."""
        values = self.items(name, [])
        for value in values:
            if value not in allowed:
                raise ImproperlyConfigured(
                    f"{name} holds “{value}”; write {', '.join(allowed)}, as many as you want, or "
                    "nothing."
                )
        return frozenset(values)

    def endings(self, name: str, default: list[str]) -> frozenset[str]:
        """Return *name* as endings of files, in small letters and without their dots."""
        values = [item.lower().removeprefix(".") for item in self.items(name, default)]
        for value in values:
            if not re.fullmatch(r"[a-z0-9]{1,12}", value):
                raise ImproperlyConfigured(
                    f"{name} holds “{value}”; write endings of files parted by commas, "
                    "for example pdf, docx, jpg."
                )
        return frozenset(values)

    def networks(self, name: str) -> tuple[Network, ...]:
        """Return *name* as addresses and networks of computers; none is the default."""
        mend = "write addresses or networks parted by commas, for example 127.0.0.1 or 10.1.0.0/16"
        found: list[Network] = []
        for item in self.items(name, []):
            try:
                network = ipaddress.ip_network(item)
            except ValueError as error:
                raise ImproperlyConfigured(f"{name} holds “{item}”; {mend}.") from error
            if not network.prefixlen:
                raise ImproperlyConfigured(f"{name} holds “{item}”, which is everybody; {mend}.")
            found.append(network)
        return tuple(found)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return *name* as true or false; anything that is neither is refused."""
        value = self.text(name).lower()
        if not value:
            return default
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"{name} is “{value}”; write True or False.")

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return *name* as a whole number between *least* and *most*."""
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ImproperlyConfigured(
                f"{name} is “{value}”; write a whole number from {least} to {most}."
            )
        return int(value)

    def socket_address(self, name: str) -> tuple[str, int | None] | None:
        """Return *name*, ``host:port`` or a socket's path, as host and port or path and None."""
        value = self.text(name)
        if not value:
            return None
        host, colon, port = value.rpartition(":")
        if value.startswith("/"):
            return value, None
        if not (colon and host and re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536):
            raise ImproperlyConfigured(
                f"{name} is “{value}”; write host:port, for example 127.0.0.1:3310, or the path of "
                "the socket, for example /run/clamav/clamd.ctl."
            )
        return host.strip("[]"), int(port)

    def seconds(self, name: str, default: float) -> float:
        """Return *name* as a positive number of seconds, at most an hour."""
        value = self.text(name)
        if not value:
            return default
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0
        if not 0 < seconds <= 3600:
            raise ImproperlyConfigured(
                f"{name} is “{value}”; write a number of seconds above 0, for example {default:g}."
            )
        return seconds

    def choice(self, name: str, default: str, allowed: list[str]) -> str:
        """Return *name*, which must be one of *allowed*."""
        value = self.text(name, default)
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is “{value}”; write {' or '.join(allowed)}.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        """Return *name* as the name of a time zone the system knows."""
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError) as error:
            raise ImproperlyConfigured(
                f"{name} is “{value}”, which is no time zone; write one like {default}."
            ) from error
        return value


def _parted(value: str) -> list[str]:
    items = [item.strip() for item in value.split(",")]
    return [item for item in items if item]


def _secret_in(path: Path, name: str) -> str:
    """Return the one line of the file at *path*; *name* is the setting that names it."""
    try:
        if path.is_dir():
            raise ImproperlyConfigured(f"{name} names a folder; write the path of a file.")
        if path.exists() and not path.is_file():
            raise ImproperlyConfigured(f"{name} names no ordinary file; write the path of one.")
        with path.open("rb") as file:
            held = file.read(MOST_OF_A_SECRET + 1)
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"{name} names a file that is not there; put the secret into it, or mend the path."
        ) from None
    except (OSError, ValueError):
        raise ImproperlyConfigured(
            f"{name} names a file that cannot be read; let the account that runs the portal read "
            "it (chown, chmod 400), or mend the path."
        ) from None
    return _line_of(held, name)


def _line_of(held: bytes, name: str) -> str:
    try:
        line = held.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ImproperlyConfigured(
            f"{name} names a file that is not UTF-8 text; write the secret into it as plain text."
        ) from None
    if not line:
        raise ImproperlyConfigured(
            f"{name} names an empty file; write the secret into it, or remove the setting."
        )
    if len(line.splitlines()) == 1 and len(held) <= MOST_OF_A_SECRET and not line.isprintable():
        raise ImproperlyConfigured(
            f"{name} names a file with a sign that cannot be seen; write the secret without it."
        )
    if len(held) > MOST_OF_A_SECRET or not line.isprintable():
        raise ImproperlyConfigured(
            f"{name} names a file with more than one line of text; the secret alone belongs in it."
        )
    return line
