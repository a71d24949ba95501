"""Two thousand inputs that want to run something, by every form, header, file name and mail."""

from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.routes import routes
from tests.support.replies import composed
from tests.support.script_vectors import dangers, vectors
from tests.test_hostile_requests import NAMES, SAMPLES, client, world
from thulium_portal.replies.delivery import circuit_breaker

__all__ = ["client", "world"]

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

VECTORS = vectors(2000)
HEADERS = (
    *("HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR"),
    *("HTTP_HX_CURRENT_URL", "HTTP_HX_TARGET", "HTTP_X_REQUEST_ID", "HTTP_X_PERSON", "HTTP_ORIGIN"),
    *(
        "HTTP_ACCEPT",
        "HTTP_IF_NONE_MATCH",
        "HTTP_RANGE",
        "HTTP_AUTHORIZATION",
        "HTTP_X_SHOWN_STATE",
    ),
)


def faults(answer: HttpResponse) -> list[str]:
    """Return what of an answer would run or show that something broke."""
    found = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    found += [name for name, value in answer.headers.items() if "\n" in value or name == "X-Evil"]
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if is_page and not answer.streaming:
        found += dangers(answer.content.decode())
    return found


def test_what_would_run_is_found():
    assert dangers('<img src=x onerror="a()"><a href=" java\nscript:a()">x</a><base href="//x">')
    assert dangers('<iframe sandbox="" srcdoc="&lt;script&gt;a()&lt;/script&gt;"></iframe>')
    assert sum(bool(dangers(vector)) for vector in VECTORS) > 900


def test_nothing_that_a_form_or_a_header_brings_runs(
    world, client: Client, adam, thulium, provider
):
    chance, broken = Random(12), []
    circuit_breaker.pulse()
    for route in routes(SAMPLES | {"uuid": world["uuid"][0]}):
        for method in (client.get, client.post):
            given = dict(zip(NAMES, chance.choices(VECTORS, k=len(NAMES)), strict=True))
            headers = dict(zip(HEADERS, chance.choices(VECTORS, k=len(HEADERS)), strict=True))
            # A server lets no line end into a header.
            headers = {name: " ".join(value.split()) for name, value in headers.items()}
            answer = method(route.path, given, **headers)
            broken += [(route.name, fault) for fault in faults(answer)]
            client.force_login(adam)
    assert broken == []


def test_no_name_of_a_file_runs(client: Client, thulium):
    broken = []
    for at in range(0, 200, 10):
        names = VECTORS[at : at + 10]
        files = [SimpleUploadedFile("x", b"Ala ma kota") for _name in names]
        for file, name in zip(files, names, strict=True):
            file._name = f"{name}.txt"  # as a browser that cleans nothing sends it
        sent = composed(f"<p>Umowy {at}</p>") | {"attachments": files}
        answer = client.post("/tickets/1234/", sent, follow=True)
        broken += faults(answer)
        broken += faults(client.get("/replies/"))
    assert broken == []


def test_no_mail_runs(client: Client, thulium):
    broken = []
    for at in range(0, len(VECTORS), 250):
        part = VECTORS[at : at + 250]
        number = thulium.receive_mail(1234, "<p>x</p>".join(part))
        thulium.change_ticket(1234, subject=part[0][:200])
        broken += faults(client.get("/tickets/1234/"))
        broken += faults(client.get(f"/tickets/1234/messages/{number}/"))
    assert broken == []
