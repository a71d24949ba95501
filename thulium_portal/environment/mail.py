"""Mail servers and mail addresses as settings name them."""

from dataclasses import dataclass
from email.utils import parseaddr

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from thulium_portal.lib.addresses import is_loopback


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in; ``tls`` is STARTTLS, ``ssl`` encrypted from the first byte."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


def read_mail_server(name: str, url: str) -> MailServer:
    """Return the mail server of the setting *name*, *url* as django-environ reads it.

    An empty host stands for none. ``tls`` and ``ssl`` may stand behind the address; port 465 means
    the latter. No message holds the URL, whose password would stand in a log.
    """
    if not url:
        return MailServer()
    mend = f"{name} must be an address like smtp://user:password@mail.example.org:587/?tls=True"
    try:
        given = environ.Env.email_url_config(url)
    except (ValueError, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{mend}.") from None
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


def _is_yes(value: object, mend: str) -> bool:
    if str(value).lower() not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{mend}; tls and ssl are True or False.")
    return str(value).lower() in {"1", "true", "yes", "on"}


def mail_address(name: str, value: str) -> str:
    """Return *value* of the setting *name* if it is a mail address, perhaps with a name."""
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"{name} holds “{value}”, which is no mail address; write one like portal@example.org."
        ) from error
    return value
