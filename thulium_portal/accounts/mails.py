"""Mails to the people of the portal: plain text, each in its receiver's language and time zone.

A template lies in ``templates/mails/``; its first line is the subject. No failure ever breaks what
a mail tells of: it is said to whoever waits for the mail, else to the log.
"""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import PERMISSIONS, Permission

_log = logging.getLogger(__name__)
_postman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send(person: User, template: str, context: Mapping[str, Any]) -> bool:
    """Send a mail now, and tell whether the mail server took it. Not inside of a transaction."""
    mail = compose(person, template, context)
    return mail is not None and _hand_in(mail)


def send_to(address: str, template: str, context: Mapping[str, Any]) -> bool:
    """Send a mail to an *address* that is nobody's here, in the language of the moment."""
    return settings.MAIL_OFFERED and _hand_in(_letter(address, template, context))


def send_later(people: Iterable[User], template: str, context: Mapping[str, Any]) -> None:
    """Send a mail to each of *people* once the transaction is committed; nobody waits for it."""
    post([mail for person in people if (mail := compose(person, template, context))])


def post(mails: list[EmailMessage]) -> None:
    """Send *mails* once the transaction is committed, one after the other, in the background."""
    if mails:
        transaction.on_commit(lambda: _postman.map(_hand_in, mails), robust=True)


def mail_administrators(template: str, context: Mapping[str, Any]) -> None:
    """Send a mail to everybody who looks after people, as :func:`send_later` does."""
    roles = [role for role, may in PERMISSIONS.items() if Permission.MANAGE_PEOPLE in may]
    send_later(User.objects.filter(is_active=True, role__in=roles), template, context)


def compose(person: User, template: str, context: Mapping[str, Any]) -> EmailMessage | None:
    """Return a mail to *person*; None where they have no address or no mail is offered."""
    if not settings.MAIL_OFFERED or not person.email:
        return None
    with translation.override(person.language), timezone.override(person.zone):
        return _letter(person.email, template, {"person": person, **context})


def _letter(address: str, template: str, context: Mapping[str, Any]) -> EmailMessage:
    words = {"portal_url": settings.PORTAL_URL, **context}
    subject, _line, text = render_to_string(f"mails/{template}.txt", words).partition("\n")
    return EmailMessage(
        subject.strip(),
        text.strip() + "\n",
        settings.EMAIL_FROM,
        [address],
        headers={"Auto-Submitted": "auto-generated"},
    )


def wait() -> None:
    """Return once every mail that was handed over is sent or has failed."""
    _postman.submit(int).result()


def _hand_in(mail: EmailMessage) -> bool:
    """Give *mail* to the mail server. What that answers is not logged: it may quote addresses."""
    try:
        with closing(get_connection()) as server:
            server.send_messages([mail])
    except Exception as error:  # noqa: BLE001 - a mail that fails must not take anything with it
        code = getattr(error, "smtp_code", None) or getattr(error, "errno", None) or ""
        kind = type(error).__name__
        _log.warning("A mail could not be sent (%s %s); check EMAIL_URL.", kind, code)
        return False
    return True
