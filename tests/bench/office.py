"""The people of the benchmark, beside the running portal: ``python -m tests.bench.office JOB …``.

``submit COUNT WAIT EVERY``: that many replies, each to a ticket of its own, the first due in WAIT
seconds, the others every EVERY seconds; prints ``{ticket: due}``, in seconds since 1970.
``sign-in COUNT``: that many people, each with an agent login; prints the keys of their sessions.
``newest TICKET …``: prints the newest message that the index knows of each.
"""

import json
import os
import sys
import uuid
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")
django.setup()

from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.utils import timezone  # noqa: E402

from thulium_portal.accounts.models import AgentProfile, User  # noqa: E402
from thulium_portal.replies import services  # noqa: E402
from thulium_portal.replies.drafts import Text  # noqa: E402
from thulium_portal.replies.services import Submission  # noqa: E402
from thulium_portal.tickets.models import KnownTicket  # noqa: E402
from thulium_portal.tickets.snapshot import Snapshot  # noqa: E402

TEXT = "<p>Dzień dobry,</p><p>paczka wyszła dzisiaj i dotrze jutro do południa.</p>"
BACKEND = "thulium_portal.accounts.backends.PersonBackend"


def submit(count: int, wait: float, every: float) -> dict[int, float]:
    """Submit replies that are due one after the other."""
    anna, now = _person("anna"), timezone.now()
    due = {}
    for number in range(count):
        at = now + timedelta(seconds=wait + number * every)
        submission = Submission(
            uuid.uuid4(), Text(f"{TEXT}<p>{number}</p>"), Snapshot(number + 1), send_at=at
        )
        services.submit(submission, actor=anna)
        due[number + 1] = at.timestamp()
    return due


def sign_in(count: int) -> list[str]:
    """Sign people in and return their sessions."""
    return [_session(_person(f"person{number}")) for number in range(count)]


def newest(numbers: list[int]) -> dict[int, int | None]:
    """Return what the index knows of these tickets."""
    rows = KnownTicket.objects.filter(pk__in=numbers)
    return dict(rows.values_list("pk", "last_message_id"))


def _person(username: str) -> User:
    person, is_new = User.objects.get_or_create(username=username)
    if is_new:
        AgentProfile.objects.create(user=person, login=username)
    return person


def _session(person: User) -> str:
    request = HttpRequest()
    request.session = SessionStore()
    login(request, person, backend=BACKEND)
    request.session.save()
    return str(request.session.session_key)


if __name__ == "__main__":
    job, *numbers = sys.argv[1:]
    if job == "submit":
        print(json.dumps(submit(int(numbers[0]), float(numbers[1]), float(numbers[2]))))
    elif job == "newest":
        print(json.dumps(newest(list(map(int, numbers)))))
    else:
        print(json.dumps(sign_in(int(numbers[0]))))
