"""The control: a usual at-least-once worker. If the oracle does not catch it, the rig is blunt.

It is written as job queues are: claim with a lease, an expired lease or an exception means once
more, and the verdict is taken from the class of the exception and of the status.
"""

import json
import os
import time
import uuid
from ctypes import Array, c_longlong
from datetime import timedelta

import requests
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from thulium_portal.operations import worker as real_worker
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

LEASE = timedelta(seconds=2)
MOST_TRIES = 5


class NaiveWorker:
    """Runs until it is killed."""

    def run(self) -> None:
        """Work."""
        while True:
            reply = self._claim()
            if reply is None:
                time.sleep(real_worker.POLL_SECONDS)
            else:
                self._deliver(reply)

    def _claim(self) -> Reply | None:
        now = timezone.now()
        due = Q(state=State.PENDING, not_before__lte=now) | Q(
            state=State.CLAIMED, lease_until__lt=now
        )
        for reply in Reply.objects.filter(due).order_by("not_before", "id")[:5]:
            busy = Reply.objects.filter(ticket_id=reply.ticket_id, state=State.CLAIMED)
            if busy.exclude(pk=reply.pk).exists():
                continue
            mine = Reply.objects.filter(due, pk=reply.pk, updated_at=reply.updated_at)
            values = {"claim": uuid.uuid4(), "lease_until": now + LEASE, "updated_at": now}
            if mine.update(state=State.CLAIMED, attempts=reply.attempts + 1, **values):
                return reply
        return None

    def _deliver(self, reply: Reply) -> None:
        try:
            answer = requests.post(
                f"{settings.THULIUM_URL}/api/tickets/{reply.ticket_id}/agent_response",
                data=json.dumps({"body": reply.body, "body_type": "HTML", "user_login": "anna"}),
                timeout=0.5,
            )
            answer.raise_for_status()
        except requests.HTTPError as error:
            again = error.response.status_code == 429 or error.response.status_code >= 500
            self._store(reply, again=again, otherwise=State.REJECTED)
        except requests.RequestException:
            self._store(reply, again=True, otherwise=State.REJECTED)
        else:
            self._store(reply, again=False, otherwise=State.SENT)

    def _store(self, reply: Reply, *, again: bool, otherwise: State) -> None:
        retry = again and reply.attempts + 1 < MOST_TRIES
        now = timezone.now()
        Reply.objects.filter(pk=reply.pk).update(
            state=State.PENDING if retry else otherwise,
            not_before=now + timedelta(seconds=0.1),
            updated_at=now,
        )


def work(slots: "Array[c_longlong]", slot: int) -> None:
    """Be a naive worker; the process that forks it kills it, once it has begun."""
    slots[slot] = os.getpid()
    os.environ["NO_PROXY"] = "127.0.0.1"
    NaiveWorker().run()
