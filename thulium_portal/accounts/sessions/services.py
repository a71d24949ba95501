"""The list of sessions, beside the sessions themselves, and how sessions end before their time."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from thulium_portal.accounts.http import NO_ADDRESS, visitor_address
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.accounts.sessions import known_browsers
from thulium_portal.accounts.sessions.devices import Device, device_of
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record

BEGAN, USED, LISTED = "began", "used", "listed"
"""What a session knows of itself: two times in seconds, and the key it is listed under."""
_LONGEST_NAME = 200


def begin(request: HttpRequest) -> None:
    """Begin a session: its times count from now, whatever the browser brought."""
    now = int(time.time())
    request.session.set_expiry(None)  # a visitor's was to end soon
    request.session[BEGAN] = request.session[USED] = now
    note(request)


def note(request: HttpRequest) -> None:
    """List the session of *request* as last used when it says, under the key it has now."""
    session = request.session
    if not session.session_key:
        session.save()
    if (former := session.get(LISTED)) != session.session_key:
        forget(former)
        session[LISTED] = session.session_key
    UserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": request.user,
            "ip": visitor_address(request),
            "user_agent": request.headers.get("User-Agent", "")[:_LONGEST_NAME],
            "created_at": datetime.fromtimestamp(session[BEGAN], UTC),
            "last_seen_at": datetime.fromtimestamp(session[USED], UTC),
        },
    )


def forget(session_key: str | None) -> None:
    """Take a session that is over off the list."""
    UserSession.objects.filter(session_key=session_key).delete()


def end_all(person: User) -> None:
    """End every session of *person*, in the caller's transaction, and all browsers known of them.

    No cookie of before ever lives again, not even once the person is switched on anew: it holds
    how often sessions were ended. Who ends them, and why, is the caller's to record.
    """
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db(fields=["sessions_ended"])
    listed = UserSession.objects.filter(user=person)
    keys = list(listed.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    listed.delete()


@dataclass(frozen=True)
class Listed:
    """A session as its person sees it."""

    number: int
    device: Device
    place: str
    began: datetime
    used: datetime
    is_this: bool
    is_same_place: bool


def sessions_of(person: User, request: HttpRequest | None = None) -> list[Listed]:
    """Return the sessions of *person* that are alive: that of *request* first, then by last use."""
    now = timezone.now()
    rows = UserSession.objects.filter(
        user=person,
        created_at__gte=now - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        last_seen_at__gte=now - timedelta(seconds=settings.SESSION_IDLE_SECONDS),
        session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key"),
    )
    current = request.session.session_key if request else None
    here = visitor_address(request) if request else None
    listed = [
        Listed(
            number=row.pk,
            device=device_of(row.user_agent),
            place="" if row.ip == NO_ADDRESS else row.ip,
            began=row.created_at,
            used=row.last_seen_at,
            is_this=row.session_key == current,
            is_same_place=row.ip == here,
        )
        for row in rows.order_by("-last_seen_at", "-pk")
    ]
    return sorted(listed, key=lambda session: not session.is_this)


def end(person: User, number: int) -> Device | None:
    """End one session of *person*, by their own hand; None where there is no such one any more."""
    with transaction.atomic():
        row = UserSession.objects.select_for_update().filter(user=person, pk=number).first()
        if row is None:
            return None
        device = device_of(row.user_agent)
        Session.objects.filter(session_key=row.session_key).delete()
        row.delete()
        content = {"device": str(device), "place": row.ip}
        record(Action.SESSION_ENDED, actor=person, subject=_on(person), content=content)
    return device


def end_others(request: HttpRequest, person: User) -> int:
    """End all sessions of *person* but the one of *request*; return how many were alive."""
    others = sum(not session.is_this for session in sessions_of(person, request))
    with transaction.atomic():
        end_all(person)
        update_session_auth_hash(request, person)
        note(request)
        record(Action.SESSIONS_ENDED, actor=person, subject=_on(person), facts={"ended": others})
    known_browsers.remember(request, person)
    return others


def sign_out_everywhere(person: User, *, actor: User) -> int:
    """End all sessions of *person* by an administrator; return how many were alive."""
    if not actor.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    alive = len(sessions_of(person))
    with transaction.atomic():
        end_all(person)
        record(Action.SESSIONS_ENDED, actor=actor, subject=_on(person), facts={"ended": alive})
    return alive


def forget_old() -> None:
    """Take sessions off the list that are over by their age, or that are no more."""
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(created_at__lt=timezone.now() - longest).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _on(person: User) -> Subject:
    return Subject("person", str(person.pk))
