"""The provider is listened to for so long and so much: nothing it answers holds the portal up."""

import gzip
import json
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.accounts.test_single_sign_on_attacks import ADDRESS, DISCOVERY, changed, is_refused
from tests.factories import make_person
from tests.support.fault_server import (
    BODY,
    FIN,
    HEAD,
    RST,
    FaultServer,
    Script,
    drip,
    flood,
    http,
    say,
)
from tests.support.sign_on_provider import START, SignOnProvider, begin
from thulium_portal.accounts.models import User
from thulium_portal.accounts.single_sign_on.transport import LARGEST_ANSWER

pytestmark = pytest.mark.django_db

SOON, QUITE_SOON, LATE = 0.5, 2.0, 10.0
"""Seconds: where nobody else is asked within the limit, where others are, and what is too long."""
PLACES = [DISCOVERY, "token_endpoint", "jwks_uri", "userinfo_endpoint"]
ENDLESS = 1 << 40
OPEN = http(length=False)
LARGE = json.dumps({"access_token": "x", "more": "x" * LARGEST_ANSWER}).encode()
PAGE = b"<!doctype html><title>Service</title><p>Back in a minute"
PACKED = {"Content-Encoding": "gzip"}
BOMB = gzip.compress(b" " * 100 * LARGEST_ANSWER)


@pytest.fixture
def anna(db: None) -> User:
    return make_person("anna", email=ADDRESS)


@pytest.fixture
def provider(anna: User, provider: SignOnProvider) -> SignOnProvider:
    provider.knows("a1", email=ADDRESS)
    return provider


def redirect_to(address: str) -> bytes:
    return http(302, b"{}", {"Location": f"{address}/elsewhere"})


SLOW: dict[str, Script] = {
    "an answer in drops": (say(OPEN), drip(b" ")),
    "an object in drops": (say(OPEN + b"{"), drip(b" ")),
    "a head in drops": (drip(b"HTTP/1.1 200 OK\r\nX-More: " + b"x" * 200 + b"\r\n"),),
}
ANSWERS: dict[str, Script] = SLOW | {
    "an answer without an end": (say(OPEN), flood(ENDLESS)),
    "a head without an end": (say(b"HTTP/1.1 200 OK\r\n"), flood(ENDLESS)),
    "one byte too many": (say(http(body=LARGE)),),
    "a bomb": (say(http(body=BOMB, headers=PACKED)),),
    "nothing packed": (say(http(body=b"{}", headers=PACKED)),),
    "another length": (say(http(headers={"Content-Length": "99"}, length=False) + b"{}"),),
    "half of it": (say(http(body=b'{"access_token": "x', headers={})), FIN),
    "a page": (say(http(body=PAGE, headers={"Content-Type": "text/html"})),),
    "a page without a kind": (say(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE),),
    "letters of no alphabet": (say(http(body=b"\xff\xfe\x00{", headers={"Content-Type": "x"})),),
    "a number without an end": (say(http(body=b'{"keys": ' + b"9" * 900_000 + b"}")),),
    "an error": (say(http(503, PAGE)),),
    "nothing": (FIN,),
    "a line that was cut": (say(OPEN + b"{"), RST),
}


@pytest.fixture
def answering(provider: SignOnProvider, settings) -> Iterator:
    """Return a function that lets a server answer by a script where the provider's *name* is."""
    servers: list[FaultServer] = []

    def answering(name: str, script: Script) -> FaultServer:
        if script in SLOW.values():
            seconds = SOON if name == DISCOVERY else QUITE_SOON
            settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = seconds
        server = FaultServer((HEAD, BODY, *script))
        servers.append(server)
        server.__enter__()
        if name == DISCOVERY:
            settings.OIDC_ISSUER = server.url
        else:
            provider.alter[DISCOVERY] = lambda true: true | {name: f"{server.url}/asked"}
        return server

    yield answering
    for server in servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("name", PLACES)
def test_no_answer_holds_up_or_breaks_the_portal(
    client: Client, provider: SignOnProvider, answering, told, name: str, answer: str
):
    provider.alter_claims = changed(email=None)
    back = provider.go_through(begin(client), "a1")
    server = answering(name, ANSWERS[answer])
    began = time.monotonic()
    is_refused(client, client.post(START) if name == DISCOVERY else client.get(back))
    assert time.monotonic() - began < LATE
    assert len(server.requests) == 1
    facts = {"by": "single_sign_on", "reason": "provider_failed"}
    assert told() == [("person.sign_in_failed", facts)]


@pytest.mark.parametrize("name", PLACES)
def test_another_host_is_not_asked_whoever_points_to_it(
    client: Client, provider: SignOnProvider, answering, name: str
):
    provider.alter_claims = changed(email=None)
    back = provider.go_through(begin(client), "a1")
    with FaultServer((HEAD, BODY, say(http(body=b"{}")))) as other:
        asked = answering(name, (say(redirect_to(other.url)),))
        is_refused(client, client.post(START) if name == DISCOVERY else client.get(back))
        assert (len(asked.requests), other.requests) == (1, [])


def test_a_slow_provider_is_left_alone_for_a_moment(client: Client, answering):
    """Else everybody who tries to sign in meanwhile would hold up a thread as well."""
    server = answering(DISCOVERY, ANSWERS["an answer in drops"])
    for _ in range(4):
        is_refused(client, client.post(START))
    assert len(server.requests) == 1


def test_an_answer_that_is_just_not_too_large_is_read(client: Client, provider: SignOnProvider):
    def padded(true: dict) -> bytes:
        bare = len(json.dumps(true | {"more": ""}).encode())
        return json.dumps(true | {"more": "x" * (LARGEST_ANSWER - bare)}).encode()

    for path in (DISCOVERY, "/oauth2/token", "/jwks"):
        provider.alter[path] = padded
    assert provider.sign_in(client, "a1").status_code == 302
    assert client.get("/").status_code == 200
