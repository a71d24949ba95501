"""System checks: settings under which the portal could not keep its promises."""

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import connections

KEY_CHARACTERS = 50
REQUIRED = {"synchronous": "FULL", "foreign_keys": "ON", "journal_mode": "WAL"}


def check_sqlite(**kwargs: object) -> list[CheckMessage]:
    """Refuse an SQLite that could forget a committed row or fail two writers at once.

    With ``synchronous=NORMAL`` a power cut can undo the mark that a reply was being sent, and the
    customer would get it twice.
    """
    return [
        message
        for alias in connections
        if connections[alias].vendor == "sqlite"
        for message in _faults_of_sqlite(connections[alias].settings_dict.get("OPTIONS", {}))
    ]


def _faults_of_sqlite(options: dict[str, object]) -> list[Error]:
    command = str(options.get("init_command", "")).replace(" ", "")
    missing = [
        (f"SQLite runs without {pragma}={value}.", "site.E001")
        for pragma, value in REQUIRED.items()
        if f"{pragma}={value}" not in command
    ]
    if options.get("transaction_mode") != "IMMEDIATE":
        words = (
            "SQLite's transactions do not begin as IMMEDIATE, so two writers at once would fail."
        )
        missing.append((words, "site.E002"))
    hint = "Leave the database's OPTIONS as thulium_portal/environment sets them."
    return [Error(words, hint=hint, id=code) for words, code in missing]


def check_real_use(**kwargs: object) -> list[CheckMessage]:
    """Refuse DEBUG where real customers are answered: its pages show what is secret."""
    if settings.DEBUG and not settings.PRACTICE_MODE:
        return [
            Error(
                "DEBUG is on although THULIUM_URL names a real Thulium.",
                hint="Write DEBUG=False into .env.",
                id="site.E003",
            )
        ]
    return []


def check_keys(**kwargs: object) -> list[CheckMessage]:
    """Warn of keys that are shorter than they could be (``check --deploy``)."""
    return [
        checks.Warning(
            f"{name} is shorter than {KEY_CHARACTERS} characters.",
            hint="Put 50 random characters into .env and keep a copy.",
            id="site.W001",
        )
        for name in ("SECRET_KEY", "AUDIT_SIGNING_KEY")
        if len(getattr(settings, name)) < KEY_CHARACTERS
    ]


def check_https(**kwargs: object) -> list[CheckMessage]:
    """Warn where passwords and customers' texts would travel unprotected (``check --deploy``)."""
    elsewhere = set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}
    if elsewhere and not settings.HTTPS:
        return [
            checks.Warning(
                "The portal is reached from other computers without HTTPS.",
                hint="Put a proxy with a certificate in front and write HTTPS=True into .env.",
                id="site.W003",
            )
        ]
    return []
