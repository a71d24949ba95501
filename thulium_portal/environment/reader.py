"""The settings that stand for servers and their rules, read from the environment."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from thulium_portal.environment.mail import MailServer, mail_address, read_mail_server
from thulium_portal.environment.values import Values
from thulium_portal.lib.addresses import is_loopback, is_protected
from thulium_portal.lib.proof.certificates import from_pem
from thulium_portal.lib.proof.der import Unreadable

DISCOVERY = "/.well-known/openid-configuration"
THULIUM_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.thulium\.com")
"""Hosts that may receive customers' texts: one system name below thulium.com."""

AUTHORITY = re.compile(
    r"(?:https://(?:[^\s/@]+@)?|http://)(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?(?:/[^\s#]*)?"
)


class Environment(Values):
    """All that ``settings.py`` asks for; secrets may each lie in a file (``<name>_FILE``)."""

    def database(self, name: str, default: str, *, base_dir: Path) -> dict[str, Any]:
        """Return Django's database settings for *name*.

        SQLite is set up so that a committed row survives a power cut (``synchronous=FULL``) and two
        writers wait for each other instead of failing (``BEGIN IMMEDIATE``). What is erased is
        overwritten in the file (``secure_delete``).
        """
        url = self.secret(name, default)
        if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ImproperlyConfigured(
                f"{name} must begin with sqlite:/// or postgres://, for example {default}."
            )
        try:
            config: dict[str, Any] = environ.Env.db_url_config(url)
        except ValueError:
            # Without its cause, which may hold the password.
            raise ImproperlyConfigured(
                f"{name} cannot be read; signs such as @ : / # in user or password are written "
                "%40 %3A %2F %23, and the port is a number."
            ) from None
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
        """Return the mail server whose address is *name*; an empty host for none."""
        return read_mail_server(name, self.secret(name))

    def sender(self, name: str, user: str, url: str) -> str:
        """Return *name* as a mail address, perhaps with a name in front of it.

        Where it is empty: the *user* of the mail server if that is an address, else one at the
        portal's own host.
        """
        if given := self.text(name):
            return mail_address(name, given)
        for address in (user, f"portal@{urlsplit(url).hostname}"):
            with suppress(ImproperlyConfigured):
                return mail_address(name, address)
        return "portal@localhost"

    def addresses(self, name: str) -> list[str]:
        """Return the comma-separated mail addresses of *name*."""
        return [mail_address(name, item) for item in self.items(name, [])]

    def origins(self, name: str) -> list[str]:
        """Return the comma-separated hosts of *name*, each with its scheme in front."""
        values = self.items(name, [])
        for value in values:
            if not value.startswith(("http://", "https://")):
                raise ImproperlyConfigured(
                    f"{name} holds “{value}”; write https:// in front of the host."
                )
        return values

    def ticket_link(self, name: str) -> str:
        """Return the address of a ticket, ``{id}`` in it for its number; empty for none."""
        value = self.text(name)
        if value and ("{id}" not in value or not value.startswith("https://")):
            raise ImproperlyConfigured(
                f"{name} must begin with https:// and hold {{id}} where the ticket's number stands."
            )
        return value

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
        value = self.secret(name)
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
