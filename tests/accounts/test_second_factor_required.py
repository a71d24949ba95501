"""Roles that need a second factor: nothing else opens before it is set up, and no text is lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from tests.accounts.test_second_factor import add_app, password_step
from tests.routes import routes
from tests.support.pages import missing
from tests.test_permissions import TABLE
from thulium_portal.accounts.models import User
from thulium_portal.accounts.second_factor import services

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/"
TYPED = {"body": "<p>Dzień dobry,</p><p>paczka <b>już</b> jedzie.</p>", "body_type": "HTML"}
FOR_STRANGERS = {
    name for name, row in TABLE.items() if any("anonymous" in people for people in row.values())
} | {"tickets:hook"}  # which a password of its own opens
BESIDE_IT = {"account_change_password", "account_reauthenticate"}


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_SECOND_FACTOR = frozenset({"administrator", "agent"})


def is_closed(answer) -> bool:
    return answer.status_code in {401, 403} or answer.headers.get("Location") == SET_UP


def test_no_page_opens_before_it_is_set_up(as_adam, adam, thulium):
    opened = set()
    for route in routes():
        for method in ("GET", "POST"):
            if not is_closed(as_adam.generic(method, route.path)):
                opened.add(route.name)
            as_adam.force_login(adam)
    of_its_own = {route.name for route in routes() if route.name.startswith("mfa_")}
    assert opened - of_its_own <= FOR_STRANGERS | BESIDE_IT
    assert {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn"} <= opened


def test_whoever_is_led_there_comes_back_to_what_they_asked_for(anna):
    client = Client()
    assert password_step(client, next="/replies/?q=paczka")["Location"] == "/replies/?q=paczka"
    assert client.get("/replies/?q=paczka")["Location"] == SET_UP
    assert missing(client.get(SET_UP), "Twoja rola wymaga logowania dwuetapowego") == []
    add_app(client)
    assert 'href="/replies/?q=paczka"' in client.get(SET_UP).content.decode()
    assert client.get("/replies/?q=paczka").status_code == 200
    assert "/replies/?q=paczka" not in client.get(SET_UP).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Twoja rola wymaga logowania"), ("en", "Your role needs two-step sign-in")],
)
def test_a_written_text_is_given_back(as_anna, anna, language, words):
    User.objects.filter(pk=anna.pk).update(language=language)
    page = as_anna.post("/tickets/1234/", TYPED)
    assert page.status_code == 403
    assert missing(page, words, "paczka już jedzie.</textarea>", f'href="{SET_UP}"') == []


def test_a_script_is_told_and_knows_whose_page_it_is(as_anna, anna):
    answer = as_anna.post("/tickets/1234/draft/", TYPED, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Person"]) == (401, str(anna.pk))
    assert answer.json()["label"] == (
        "Twoja rola wymaga logowania dwuetapowego. Ustaw je, a potem kontynuuj tutaj."
    )


def test_a_new_role_or_setting_counts_at_the_next_request(as_ewa, ewa, settings):
    assert as_ewa.get("/").status_code == 200
    User.objects.filter(pk=ewa.pk).update(role="administrator")
    assert as_ewa.get("/")["Location"] == SET_UP
    settings.REQUIRE_SECOND_FACTOR = frozenset()
    assert as_ewa.get("/").status_code == 200


def test_taking_the_last_one_away_closes_everything_again(as_anna):
    add_app(as_anna)
    assert as_anna.get("/").status_code == 200
    page = as_anna.get("/accounts/2fa/totp/deactivate/")
    assert missing(page, "dopóki nie ustawisz innego") == []
    as_anna.post("/accounts/2fa/totp/deactivate/")
    assert as_anna.get("/")["Location"] == SET_UP


# Somebody lost theirs


def take_away(client: Client, person: User):
    address = reverse("people:remove_second_factor", args=[person.pk])
    return client.post(address, follow=True)


def test_an_administrator_removes_the_second_step_of_somebody_who_lost_it(
    as_anna, as_adam, anna, told
):
    add_app(as_anna)
    add_app(as_adam)
    page = as_adam.get(f"/people/{anna.pk}/")
    assert missing(page, "Usuń drugi etap", "Aplikacja uwierzytelniająca") == []
    before = len(told())
    assert missing(take_away(as_adam, anna), "Usunięto drugi etap logowania (Anna Nowak)") == []
    assert told()[before:] == [
        ("person.second_factor_removed", {"kinds": ["recovery_codes", "totp"]})
    ]
    assert as_anna.get("/")["Location"].startswith("/accounts/login/")
    client = Client()
    assert password_step(client)["Location"] == "/"
    assert client.get("/")["Location"] == SET_UP


def test_nobody_removes_their_own_that_way_and_agents_nobodys(as_anna, as_adam, anna, adam, told):
    add_app(as_anna)
    add_app(as_adam)
    assert take_away(as_adam, adam).redirect_chain == [(SET_UP, 302)]
    assert take_away(as_anna, adam).status_code == 403
    for actor in (adam, anna):
        with pytest.raises(PermissionDenied):
            services.remove_all(adam, actor=actor)
    assert services.has_one(adam)
    page = as_adam.get(f"/people/{adam.pk}/").content.decode()
    assert "Usuń drugi etap" not in page


def test_who_has_none_loses_nothing(as_adam, anna, told):
    add_app(as_adam)
    before = told()
    take_away(as_adam, anna)
    assert told() == before
