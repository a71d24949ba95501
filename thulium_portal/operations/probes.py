"""What ``doctor`` asks of others: Thulium, the mail server, the provider of single sign-on."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from thulium_portal import gateway
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.accounts.single_sign_on.provider import (
    PROVIDER_ID,
    Conversation,
    ProviderFailed,
)
from thulium_portal.operations import checks
from thulium_portal.operations.checks import Check, Finding, Level, Result, found_by
from thulium_portal.thulium import NotFound, ThuliumError, WrongCredentials

SECONDS = 15.0
"""How long one check may take in all."""
THULIUM_SECONDS = 10.0
MAIL_SECONDS = 5.0
"""How long each word of the mail server may take."""


class _Overdue(Exception):
    """A check took longer than :data:`SECONDS`."""


def results() -> Iterator[Result]:
    """Return the result of each check, with what others answer; to be called in the main thread."""
    return checks.results(_bounded)


def _bounded(check: Check) -> Finding:
    try:
        with _at_most(SECONDS):
            found = found_by(check.look)
            ask = PROBES.get(check.name)
            return found_by(ask) if ask and found.level is not Level.NOTE else found
    except _Overdue:
        mend = _("Try again; if it stays so, look at the network and at what this check needs.")
        if check.name == "database":
            mend = _("Check DATABASE_URL, and that the database runs.")
        return Finding(
            Level.FAILS, _("no answer within %(seconds)d seconds") % {"seconds": SECONDS}, mend
        )


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise :class:`_Overdue` in the block after *seconds*, however slowly somebody answers."""

    def stop(*_given: object) -> None:
        raise _Overdue

    former = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _thulium() -> Finding:
    login = AgentProfile.objects.values_list("login", flat=True).first() or "connection.test"
    try:
        gateway.thulium_client(total_timeout=THULIUM_SECONDS).get_agent(login)
    except NotFound:
        pass
    except WrongCredentials:
        mend = _(
            "Check THULIUM_API_USER and THULIUM_API_PASSWORD, and that user's rights in Thulium."
        )
        return Finding(Level.FAILS, _("does not let the portal in"), mend)
    except ThuliumError:
        mend = _("Check THULIUM_URL and the network; “manage.py check_thulium” tells the cause.")
        return Finding(Level.FAILS, _("does not answer"), mend)
    return Finding(Level.FINE, _("answers and lets the portal in"))


def _mail() -> Finding:
    server = get_connection(timeout=MAIL_SECONDS)
    mend = _("Check EMAIL_URL: host, port, user, password, and that the server is up.")
    try:
        try:
            server.open()
        finally:
            server.close()
    # smtplib's refusals are OSErrors; their words may hold what was sent.
    except OSError:
        return Finding(Level.FAILS, _("the mail server does not take the portal in"), mend)
    return Finding(Level.FINE, _("the mail server answers"))


def _single_sign_on() -> Finding:
    if not settings.OIDC_ISSUER:
        return Finding(Level.FINE, _("is not used"))
    mend = _("Check OIDC_ISSUER, and that the provider can be reached from here.")
    try:
        # What it says of itself is read and checked just as at a sign-in.
        _document = Conversation(None, PROVIDER_ID).openid_config
    except ProviderFailed:
        return Finding(Level.FAILS, _("the provider does not answer as it should"), mend)
    return Finding(Level.FINE, _("the provider answers"))


PROBES: dict[str, Callable[[], Finding]] = {
    "thulium": _thulium,
    "mail": _mail,
    "single_sign_on": _single_sign_on,
}
"""By the names of checks; asked where the check itself has no more than a note."""
