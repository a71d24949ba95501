"""Passkeys: made, used as the second step or alone, and safe from what no browser sends."""

import json
import time
from random import Random
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.accounts.test_second_factor import SECOND_STEP, TWO_FA, password_step, prove, signed_in
from tests.support.passkeys import Passkey
from tests.test_hostile_requests import VALUES
from thulium_portal.accounts.models import User

pytestmark = pytest.mark.django_db

ADD = "/accounts/2fa/webauthn/add/"
ALONE = "/accounts/2fa/webauthn/login/"
AGAIN = "/accounts/2fa/webauthn/reauthenticate/"


def options(client: Client, path: str) -> dict:
    """Return what the page at *path* asks a passkey for."""
    (asked,) = client.get(path).context["js_data"].values()
    return json.loads(json.dumps(asked, default=dict))


def alone(client: Client) -> dict:
    return client.get(ALONE, headers={"Accept": "application/json"}).json()["request_options"]


@pytest.fixture
def passkey(as_anna):
    """Anna's passkey, which also signs in by itself."""
    prove(as_anna)
    made = Passkey()
    fields = {"name": "Laptop", "passwordless": "on"}
    answer = as_anna.post(ADD, {**fields, "credential": made.created(options(as_anna, ADD))})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return made


def test_a_passkey_is_added_renamed_and_removed(as_anna, passkey, told):
    assert as_anna.get("/accounts/2fa/webauthn/")["Location"] == TWO_FA
    (kept,) = Authenticator.objects.filter(type="webauthn")
    page = f"/accounts/2fa/webauthn/keys/{kept.pk}/"
    assert page == reverse("mfa_edit_webauthn", args=[kept.pk]).removesuffix("edit/")
    assert page == reverse("mfa_remove_webauthn", args=[kept.pk]).removesuffix("remove/")
    assert as_anna.post(f"{page}edit/", {"name": ""}).status_code == 422
    assert as_anna.post(f"{page}edit/", {"name": "x" * 61}).status_code == 422
    assert as_anna.post(f"{page}edit/", {"name": "Niebieski klucz"})["Location"] == TWO_FA
    assert "Niebieski klucz" in as_anna.get(TWO_FA).content.decode()
    assert as_anna.get(f"{page}remove/").status_code == 200
    assert as_anna.post(f"{page}remove/")["Location"] == TWO_FA
    assert told() == [
        ("person.second_factor_added", {"kinds": ["webauthn"]}),
        ("person.recovery_codes_made", {}),
        ("person.second_factor_renamed", {"kinds": ["webauthn"]}),
        ("person.second_factor_removed", {"kinds": ["webauthn"]}),
    ]
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_a_passkey_of_somebody_else_is_not_there(as_ewa, passkey, act):
    prove(as_ewa)
    (kept,) = Authenticator.objects.filter(type="webauthn")
    for answer in (
        as_ewa.get(f"/accounts/2fa/webauthn/keys/{kept.pk}/{act}/"),
        as_ewa.post(f"/accounts/2fa/webauthn/keys/{kept.pk}/{act}/", {"name": "mine"}),
    ):
        assert answer.status_code == 404
    assert Authenticator.objects.get(pk=kept.pk).data["name"] == "Laptop"


def test_it_is_the_second_step_after_the_password(client, passkey, told):
    before = len(told())
    password_step(client)
    answer = client.post(
        SECOND_STEP, {"credential": passkey.signed(options(client, SECOND_STEP), verified=False)}
    )
    assert answer["Location"] == "/"
    assert signed_in(client)
    assert told()[before:] == [("person.signed_in", {"by": "password+webauthn"})]


def test_it_signs_in_alone(client, passkey, told):
    before = len(told())
    fields = {"credential": passkey.signed(alone(client)), "next": "/replies/"}
    assert client.post(ALONE, fields)["Location"] == "/replies/"
    assert told()[before:] == [("person.signed_in", {"by": "webauthn"})]


def test_alone_it_has_to_know_its_person(client, passkey, told):
    fields = {"credential": passkey.signed(alone(client), verified=False)}
    answer = client.post(ALONE, fields, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "Klucz dostępu tu nie zadziałał" in answer.content.decode()
    assert not signed_in(client)
    assert told()[-1] == ("person.sign_in_failed", {"by": "webauthn"})


def test_it_shows_who_is_there(as_anna, passkey, time_machine):
    time_machine.move_to(time.time() + 301)
    fields = {"credential": passkey.signed(options(as_anna, AGAIN)), "next": ADD}
    assert as_anna.post(AGAIN, fields)["Location"] == ADD
    assert as_anna.get(ADD).status_code == 200


def test_an_answer_counts_once_and_for_its_own_question(passkey):
    client = Client()
    answer = {"credential": passkey.signed(alone(client))}
    assert client.post(ALONE, answer)["Location"] == "/"
    for asked_before in (False, True):
        client = Client()
        if asked_before:
            alone(client)
        assert client.post(ALONE, answer)["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "other", [Passkey(), Passkey(host="evil.example"), Passkey(origin="https://evil.example")]
)
def test_another_key_or_another_site_lets_nobody_in(client, anna, passkey, other):
    other.user, other.id = passkey.user, passkey.id
    assert client.post(ALONE, {"credential": other.signed(alone(client))}).status_code == 302
    password_step(client)
    page = client.post(SECOND_STEP, {"credential": other.signed(options(client, SECOND_STEP))})
    assert page.status_code == 422
    assert not signed_in(client)


def test_whoever_is_switched_off_is_as_unknown_as_anybody(client, anna, passkey, told):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    answer = client.post(ALONE, {"credential": passkey.signed(alone(client))})
    assert answer["Location"] == "/accounts/login/"
    assert told()[-1] == ("person.sign_in_failed", {"by": "webauthn"})


def spoilt(answer: str, chance: Random) -> str:
    """Return a passkey's *answer* with something in it that no browser has sent."""
    told = json.loads(answer)
    part = chance.choice([told, told["response"], told["response"]])
    part[chance.choice(list(part))] = chance.choice(
        ["", "AA", "%%%", "9" * 400, 7, -1, 1e300, True, None, [], {}, ["x"], {"x": 1}]
    )
    return json.dumps(told)


def test_what_no_browser_sends_is_refused_and_breaks_nothing(as_anna, passkey):
    prove(as_anna)
    chance, stranger, halfway = Random(7), Client(), Client()
    password_step(halfway)
    wrong = [json.dumps([1]), json.dumps("x"), "null", "{}", "0", "false", *VALUES.values()]
    for client, path in (
        (as_anna, ADD),
        (as_anna, AGAIN),
        (halfway, SECOND_STEP),
        (stranger, ALONE),
    ):
        client.raise_request_exception = False
        for number in range(len(wrong) + 10):
            cache.clear()
            asked = alone(client) if path == ALONE else options(client, path)
            right = passkey.created(asked) if path == ADD else passkey.signed(asked)
            sent = wrong[number] if number < len(wrong) else spoilt(right, chance)
            answer = post_raw(client, path, sent)
            assert answer.status_code in {302, 400, 422}, (path, sent)
            if answer.status_code == 302 and client is not as_anna:
                client.post("/accounts/logout/")
                password_step(halfway)


def post_raw(client: Client, path: str, credential: str):
    """Send letters that no form can hold as well."""
    fields = f"credential={quote(credential.encode('utf-8', 'surrogatepass'))}"
    return client.post(path, fields, content_type="application/x-www-form-urlencoded")
