"""Goals 1 and 3: accepting a reply, and the page it is written on."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator

from tests.bench.report import Figure, ratio
from tests.bench.rig import ROOT, Rig, Visitor, hidden_fields, in_turns
from thulium_portal.demo.people import DEMO_PASSWORD

TICKET = "/tickets/1234/"
TEXT = "<p>Dzień dobry,</p><p>paczka wyszła dzisiaj i dotrze jutro do południa.</p>" * 3

COUNT_QUERIES = """
import json, sys
import tests.bench.unhurried
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from thulium_portal.accounts.models import User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(username="anna"))
path, fields = json.load(sys.stdin)
client.get(path)
with CaptureQueriesContext(connection) as queries:
    answer = client.post(path, fields) if fields else client.get(path)
assert answer.status_code in (200, 302), answer.status_code
words = [query["sql"].split()[0] for query in queries]
print(sum(word not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK") for word in words))
"""


def send_accepted(rig: Rig, rounds: int) -> Iterator[Figure]:
    """Goal 1: validate, store, record in the audit, redirect."""
    floor, anna = rig.on_the_floor(), rig.in_the_portal("anna", DEMO_PASSWORD)
    fields = _reply(anna)

    def send() -> None:
        anna.post_multipart(TICKET, fields | {"submission_key": str(uuid.uuid4())}, expect=302)

    times = in_turns(
        lambda: floor.post_multipart("/form/", fields, expect=302), send, rounds=rounds
    )
    yield ratio("Send accepted / form that stores a durable row", *times, goal=1.5)
    asked = queries(rig, TICKET, fields | {"submission_key": str(uuid.uuid4())})
    yield Figure("SQL statements of Send accepted", asked)


def composer_page(rig: Rig, rounds: int) -> Iterator[Figure]:
    """Goal 3: the conversation beside the composer, the reading from Thulium included."""
    floor, anna = rig.on_the_floor(), rig.in_the_portal("anna", DEMO_PASSWORD)
    times = in_turns(lambda: floor.get("/form/"), lambda: anna.get(TICKET), rounds=rounds)
    yield ratio("composer page / signed in + 2 queries + form", *times, goal=3)
    yield Figure("SQL statements of the composer page", queries(rig, TICKET), goal=12)


def _reply(anna: Visitor) -> dict[str, str]:
    page = anna.get(TICKET)
    return hidden_fields(page) | {"body": TEXT, "body_type": "HTML"}


def queries(rig: Rig, path: str, fields: dict[str, str] | None = None) -> int:
    """Return how many statements anna's page costs, or the form posted to it."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT_QUERIES],
        input=json.dumps([path, fields]),
        cwd=ROOT,
        env=rig.environment | {"DJANGO_SETTINGS_MODULE": "thulium_portal.settings"},
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return int(done.stdout)
