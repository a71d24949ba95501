"""Reads and checks the environment, so that a wrong value is one sentence at start-up.

Every reader raises :class:`django.core.exceptions.ImproperlyConfigured` with a message that names
the setting and says how to mend it.
"""

import ipaddress
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from thulium_portal.lib.addresses import Network, is_loopback, is_protected
from thulium_portal.lib.key_strength import SHORTEST
from thulium_portal.lib.proof.certificates import from_pem
from thulium_portal.lib.proof.der import Unreadable

DISCOVERY = "/.well-known/openid-configuration"
THULIUM_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.thulium\.com")
"""Hosts that may receive customers' texts: one system name below thulium.com."""

AUTHORITY = re.compile(
    r"(?:https://(?:[^\s/@]+@)?|http://)(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?(?:/[^\s#]*)?"
)


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in; ``tls`` is STARTTLS, ``ssl`` encrypted from the first byte."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


class Environment:
    """The process environment and ``.env``, read through django-environ with kind errors."""

    def __init__(self, env_file: Path) -> None:
        if env_file.is_file():
            environ.Env.read_env(env_file)

    def text(self, name: str, default: str = "") -> str:
        """Return the value of *name* without surrounding blanks; empty means *default*."""
        # Not through Env.str, which takes a password that begins with $ for another name.
        return os.environ.get(name, "").strip() or default

    def long_secret(self, name: str) -> str:
        """Return *name*, empty or too long to be guessed by trying."""
        value = self.text(name)
        if value and len(value) < SHORTEST:
            raise ImproperlyConfigured(
                f"{name} is shorter than {SHORTEST} characters; put 50 random ones into "
                ".env, or leave it empty."
            )
        return value

    def items(self, name: str, default: list[str]) -> list[str]:
        """Return the comma-separated values of *name*; none at all mean *default*."""
        values = [item.strip() for item in self.text(name).split(",")]
        return [item for item in values if item] or default

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

    def database(self, name: str, default: str, *, base_dir: Path) -> dict[str, Any]:
        """Return Django's database settings for *name*.

        SQLite is set up so that a committed row survives a power cut (``synchronous=FULL``) and two
        writers wait for each other instead of failing (``BEGIN IMMEDIATE``). What is erased is
        overwritten in the file (``secure_delete``).
        """
        url = self.text(name, default)
        if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ImproperlyConfigured(
                f"{name} must begin with sqlite:/// or postgres://, for example {default}."
            )
        config: dict[str, Any] = environ.Env.db_url_config(url)
        if url.startswith("sqlite"):
            if config["NAME"] != ":memory:":
                config["NAME"] = str(base_dir / config["NAME"])
            config["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA secure_delete=ON;"
                ),
            }
        else:
            config["CONN_MAX_AGE"] = 0
            config["OPTIONS"] = {
                **config.get("OPTIONS", {}),
                "pool": {"min_size": 1, "max_size": 24, "timeout": 20},
            }
        return config

    def mail_server(self, name: str) -> MailServer:
        """Return the mail server of a URL as django-environ reads it; an empty host for none.

        ``tls`` and ``ssl`` may stand behind it; port 465 means the latter. No message holds the
        URL, whose password would stand in a log.
        """
        url = self.text(name)
        if not url:
            return MailServer()
        mend = f"{name} must be an address like smtp://user:password@mail.example.org:587/?tls=True"
        try:
            given = environ.Env.email_url_config(url)
        except (ValueError, ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"{mend}.") from error
        if not url.startswith("smtp") or not given["EMAIL_HOST"]:
            raise ImproperlyConfigured(f"{mend}.")
        asked = given.get("OPTIONS", {})
        if unknown := asked.keys() - {"TLS", "SSL"}:
            raise ImproperlyConfigured(f"{mend}; it knows no “{unknown.pop().lower()}”.")
        options = {key: _is_yes(value, mend) for key, value in asked.items()}
        port = given["EMAIL_PORT"]
        ssl = bool(given.get("EMAIL_USE_SSL") or options.get("SSL") or port == 465)
        tls = not ssl and bool(given.get("EMAIL_USE_TLS") or options.get("TLS"))
        user, password = given["EMAIL_HOST_USER"] or "", given["EMAIL_HOST_PASSWORD"] or ""
        if user and not (tls or ssl or is_loopback(given["EMAIL_HOST"])):
            raise ImproperlyConfigured(
                f"{name} would send its password unprotected; put ?tls=True at its end."
            )
        if not (user + password).isascii():
            raise ImproperlyConfigured(
                f"{name} holds a user or a password with letters that mail servers cannot be told; "
                "choose them without accents."
            )
        port = port or (465 if ssl else 587 if tls else 25)
        return MailServer(given["EMAIL_HOST"], port, user, password, tls, ssl)

    def sender(self, name: str, user: str, url: str) -> str:
        """Return *name* as a mail address, perhaps with a name in front of it.

        Where it is empty: the *user* of the mail server if that is an address, else one at the
        portal's own host.
        """
        if given := self.text(name):
            return _address(name, given)
        for address in (user, f"portal@{urlsplit(url).hostname}"):
            with suppress(ImproperlyConfigured):
                return _address(name, address)
        return "portal@localhost"

    def addresses(self, name: str) -> list[str]:
        """Return the comma-separated mail addresses of *name*."""
        return [_address(name, item) for item in self.items(name, [])]

    def thulium_url(self, name: str) -> str:
        """Return the address of the Thulium system without ``/api`` at its end, or an empty string.

        Only ``https://<system>.thulium.com`` and loopback addresses are accepted, so that texts of
        customers and the password can never leave for another host by a slip in the configuration.
        """
        value = self.text(name).rstrip("/").removesuffix("/api").rstrip("/")
        if not value:
            return ""
        mend = f"{name} must be an address like https://your-system-name.thulium.com"
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError as error:
            raise ImproperlyConfigured(f"{mend}; its port is not a number.") from error
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host:
            raise ImproperlyConfigured(f"{mend}.")
        if parts.username is not None or parts.password is not None:
            raise ImproperlyConfigured(
                f"{mend}; the user and the password belong in THULIUM_API_USER and "
                "THULIUM_API_PASSWORD."
            )
        if parts.path or parts.query or parts.fragment or "\\" in value:
            raise ImproperlyConfigured(f"{mend}, with nothing behind the host but /api.")
        if not is_loopback(host):
            _require_thulium_host(parts.scheme, host, port, mend)
        return value

    def revoked_keys(self, name: str) -> dict[str, int]:
        """Return *name*, ``key:entry`` parted by commas, as the first such entry by id of key."""
        found: dict[str, int] = {}
        for item in self.items(name, []):
            if not re.fullmatch(r"[0-9a-fA-F]{16,32}:[0-9]{1,12}", item):
                raise ImproperlyConfigured(
                    f"{name} holds “{item}”; write the fingerprint of the key without blanks, a "
                    "colon and the number of the first entry, for example 5fe52358a2ccbc6a:1234."
                )
            found[item[:16].lower()] = int(item.partition(":")[2])
        return found

    def authority_url(self, name: str) -> str:
        """Return the address of an authority of time stamps; empty where there is none.

        Its answers are signed, so plain ``http://`` will do, but not for a password.
        """
        value = self.text(name)
        if value and not AUTHORITY.fullmatch(value):
            raise ImproperlyConfigured(
                f"{name} must be an address like https://tsa.example.com/tsr; with a password in "
                "it, it must begin with https."
            )
        return value

    def certificates_file(self, name: str) -> str:
        """Return *name* as the path of a file with certificates in PEM, or an empty string."""
        value = self.text(name)
        try:
            if value:
                from_pem(Path(value).read_text(encoding="ascii", errors="replace"))
        except (OSError, Unreadable) as error:
            raise ImproperlyConfigured(
                f"{name} is “{value}”, which holds no certificates that can be read; write the "
                "path of a file with the authority's certificates in PEM."
            ) from error
        return value

    def issuer(self, name: str) -> str:
        """Return the address of an OpenID Connect provider, by which its tokens name it.

        The address of its discovery document is accepted as well. Empty where there is none.
        """
        value = self.text(name).removesuffix(DISCOVERY)
        if value and (not is_protected(value) or "?" in value or "#" in value):
            raise ImproperlyConfigured(
                f"{name} must be the address of the provider, like https://login.example.com; "
                "http:// is accepted for this computer only."
            )
        return value


def _require_thulium_host(scheme: str, host: str, port: int | None, mend: str) -> None:
    if scheme != "https":
        raise ImproperlyConfigured(f"{mend}; http:// is accepted for this computer only.")
    if not THULIUM_HOST.fullmatch(host) or port not in {None, 443}:
        raise ImproperlyConfigured(f"{mend}; its host must end in .thulium.com.")


def _is_yes(value: object, mend: str) -> bool:
    if str(value).lower() not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{mend}; tls and ssl are True or False.")
    return str(value).lower() in {"1", "true", "yes", "on"}


def _address(name: str, value: str) -> str:
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"{name} holds “{value}”, which is no mail address; write one like portal@example.org."
        ) from error
    return value


def require_whole_sign_on(name: str, *, passwords: bool, **needed: str) -> None:
    """Refuse single sign-on that is set by half, and one without which nobody could come in.

    *name* is what people call the provider, *needed* are the settings it cannot do without.
    """
    empty = [each for each, value in needed.items() if not value]
    if empty and (name or len(empty) < len(needed)):
        raise ImproperlyConfigured(
            f"Single sign-on is set by half: {' and '.join(empty)} is empty. Write it into .env as "
            "the provider gives it, or leave all OIDC_ settings empty."
        )
    if empty and not passwords:
        raise ImproperlyConfigured(
            "PASSWORD_SIGN_IN is False, but there is no other way in: set up single sign-on "
            "(OIDC_ISSUER and what follows it) first, or remove the line."
        )


def portal_url(hosts: list[str], origins: list[str], *, https: bool, port: int) -> str:
    """Return the portal's own address, which links in mails begin with.

    It is the first of ``CSRF_TRUSTED_ORIGINS``, else the first of ``ALLOWED_HOSTS``; never what a
    request claims. Patterns such as ``*.example.org`` name no host and are passed over.
    """
    for origin in origins:
        if "*" not in origin:
            return origin.rstrip("/")
    host = next((host for host in hosts if not host.startswith((".", "*"))), "localhost")
    return f"https://{host}" if https else f"http://{host}:{port}"
