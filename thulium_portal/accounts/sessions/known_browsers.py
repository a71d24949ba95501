"""Browsers in which a person has signed in before; guesses of strangers do not hurt there.

A browser shows it by a signed cookie, which names up to eight people: computers are shared. It
opens nothing by itself, and ends with the person's password and with all their sessions.
"""

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from thulium_portal.accounts.models import User

MOST_PEOPLE = 8
SECONDS = 365 * 24 * 3600
_SALT = "accounts.known_browsers"
_MARK = "_signed_in_fully"

Known = dict[str, list[str]]
"""Of each person, by number: the browser's id for them, and the proof that it still counts."""


def remember(request: HttpRequest, person: User) -> None:
    """Know the browser of *request* from now on as one of *person*'s, under a new id.

    To be called once the person has signed in fully, or has changed their password.
    """
    setattr(request, _MARK, person)


def hand_over(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its cookie, if somebody has signed in fully by this request."""
    person = getattr(request, _MARK, None)
    if person is None:
        return
    known = _known(request)
    known.pop(str(person.pk), None)
    known[str(person.pk)] = [secrets.token_urlsafe(9), _proof(person)]
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        signing.dumps(dict(list(known.items())[-MOST_PEOPLE:]), salt=_SALT, compress=True),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def find(request: HttpRequest, username: str) -> str:
    """Return the id of this browser for the person with *username*; empty where it has none."""
    known = _known(request)
    if not known:
        return ""
    name = User.normalize_username(username)
    person = User.objects.filter(pk__in=list(known), username__iexact=name).first()
    if person is None:
        return ""
    browser, proof = known[str(person.pk)]
    return browser if secrets.compare_digest(proof, _proof(person)) else ""


def _known(request: HttpRequest) -> Known:
    cookie = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    try:
        known: Known = signing.loads(cookie, salt=_SALT, max_age=SECONDS) if cookie else {}
    except signing.BadSignature:
        return {}
    return known


def _proof(person: User) -> str:
    """Return what changes with the password and with the end of all sessions."""
    now = f"{person.password}:{person.sessions_ended}"
    return hashlib.sha256(now.encode()).hexdigest()[:16]
