"""Who may do what is the same by whichever way somebody came in.

Complete by construction: each route of the site map by each method, asked by whoever may least of
those who may and may most of those who may not, with sessions that were really begun by each way.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy

import pyotp
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.test import Client

from tests.accounts.test_passkeys import ADD, ALONE, alone, options
from tests.accounts.test_second_factor import SECOND_STEP, password_step, prove
from tests.support.passkeys import Passkey
from tests.support.sign_on_provider import SignOnProvider
from tests.test_permissions import (
    EVERYBODY,
    METHODS,
    RARE_METHODS,
    ROUTES,
    TABLE,
    is_right,
)
from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies.delivery import circuit_breaker

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]

Way = Callable[[Client, User, SignOnProvider], None]


def by_password(client: Client, person: User, provider: SignOnProvider) -> None:
    password_step(client, person.username)


def by_single_sign_on(client: Client, person: User, provider: SignOnProvider) -> None:
    person.email = f"{person.username}@firma.example"
    person.save()
    provider.knows(person.username, email=person.email)
    provider.sign_in(client, person.username)


def by_app(client: Client, person: User, provider: SignOnProvider) -> None:
    secret = pyotp.random_base32()
    TOTP.activate(person, secret)
    password_step(client, person.username)
    client.post(SECOND_STEP, {"code": pyotp.TOTP(secret).now()})


def by_recovery_code(client: Client, person: User, provider: SignOnProvider) -> None:
    TOTP.activate(person, pyotp.random_base32())
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    password_step(client, person.username)
    client.post(SECOND_STEP, {"code": code})


def by_passkey(client: Client, person: User, provider: SignOnProvider) -> None:
    other = Client()
    other.force_login(person)
    prove(other)
    key = Passkey()
    wish = {"name": "Laptop", "passwordless": "on"}
    other.post(ADD, {**wish, "credential": key.created(options(other, ADD))})
    client.post(ALONE, {"credential": key.signed(alone(client))})


WAYS: dict[str, Way] = {
    "password": by_password,
    "single_sign_on": by_single_sign_on,
    "password+totp": by_app,
    "password+recovery_codes": by_recovery_code,
    "webauthn": by_passkey,
}


BY_RIGHTS = ("iga", "nowy", "zosia", "anna", "ewa", "adam")
"""From who may least to who may most."""
ALL_METHODS = METHODS + RARE_METHODS


def doors() -> Iterator[tuple[str, str, str]]:
    """Yield each route by each method, with who asks: one on each side of the line between them."""
    for name, row in TABLE.items():
        for method in ALL_METHODS:
            allowed = row.get("GET" if method == "HEAD" else method, frozenset())
            least = [one for one in BY_RIGHTS if one in allowed][:1]
            most = [one for one in BY_RIGHTS if one not in allowed][-1:]
            yield from ((name, method, one) for one in least + most)


DOORS = list(doors())


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens in the block, so that one request does not change the next one's answer."""
    block = transaction.atomic()
    # As the test's own transaction: the services' durable ones may begin inside of it.
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def test_no_door_is_left_out():
    asked = {(name, method) for name, method, _person in DOORS}
    assert asked == {(name, method) for name in ROUTES for method in ALL_METHODS}
    assert {person for *_, person in DOORS} == set(BY_RIGHTS) == EVERYBODY


@pytest.mark.parametrize("way", WAYS)
def test_the_same_doors_open_whichever_way_somebody_came_in(
    way, request, thulium, provider: SignOnProvider
):
    clients = {}
    for name in sorted(EVERYBODY):
        clients[name] = Client()
        WAYS[way](clients[name], request.getfixturevalue(name), provider)
        signed_in = AuditEntry.objects.filter(action=Action.SIGNED_IN).first()
        assert signed_in is not None
        assert json.loads(signed_in.record)["facts"] == {"by": way}
    circuit_breaker.pulse()
    wrong = []
    for name, method, person in DOORS:
        client = Client()
        client.cookies = deepcopy(clients[person].cookies)
        with undone():
            answer = client.generic(method, ROUTES[name].path)
        if not is_right(answer, name, method, person):
            wrong.append((person, method, name, answer.status_code))
    assert wrong == []
