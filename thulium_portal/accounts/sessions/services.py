"""The list of sessions, beside the sessions themselves, and how sessions end before their time."""

import time
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest

from thulium_portal.accounts.http import visitor_address
from thulium_portal.accounts.models import User

BEGAN, USED, LISTED = "began", "used", "listed"
"""What a session knows of itself: two times in seconds, and the key it is listed under."""
_LONGEST_NAME = 200


def begin(request: HttpRequest) -> None:
    """Begin a session: its times count from now, whatever the browser brought."""
    now = int(time.time())
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
