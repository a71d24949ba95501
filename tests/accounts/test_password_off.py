"""Passwords switched off: the provider is the only way in, on every page and behind them."""

import pytest
from django.contrib.auth import authenticate

from tests.factories import PASSWORD
from tests.routes import routes
from tests.support.sign_on_provider import SignOnProvider
from thulium_portal.accounts.invitations.services import InvitationOver, invite
from thulium_portal.accounts.models import User
from thulium_portal.command.pages import pages_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(provider: SignOnProvider, settings) -> SignOnProvider:
    settings.PASSWORD_SIGN_IN = False
    return provider


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_sign_in_page_shows_the_providers_button_alone(client, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/accounts/login/?next=/replies/").content.decode()
    words = {"pl": "Zaloguj się przez Konto firmowe", "en": "Sign in with Konto firmowe"}
    assert words[language] in page
    assert 'name="next" value="/replies/"' in page
    assert 'type="password"' not in page
    assert 'name="login"' not in page


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_right_password_opens_nothing(client, anna, settings, told, method, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = getattr(client, method)("/accounts/login/", {"login": "anna", "password": PASSWORD})
    assert answer.status_code == 403
    words = {"pl": "Do portalu nie loguje się hasłem", "en": "No password opens the portal"}
    assert words[language] in answer.content.decode()
    assert client.get("/accounts/profile/").status_code == 302
    assert told() == []


def test_no_password_counts_behind_the_pages_either(anna):
    assert authenticate(username="anna", password=PASSWORD) is None


def test_every_page_by_which_people_come_in_here_is_gone(as_anna, client):
    begin = ("password/", "invitation/", "2fa/webauthn/login/")
    gone = tuple(f"/accounts/{each}" for each in begin)
    pages = [route.path for route in routes() if route.path.startswith(gone)]
    assert len(pages) >= len(begin)
    for path in pages:
        for answer in (as_anna.get(path), as_anna.post(path)):
            assert answer.status_code == 404, path


def test_nothing_leads_to_the_pages_of_passwords(as_anna, anna):
    assert "/accounts/password/" not in as_anna.get("/accounts/profile/").content.decode()
    assert not [page for page in pages_for(anna, "") if "password" in page.view]


def test_nobody_is_invited_to_choose_a_password(as_adam, adam):
    person = User.objects.create_user("piotr")
    with pytest.raises(InvitationOver):
        invite(person, by_mail=False, actor=adam)
    assert "invitation-title" not in as_adam.get(f"/people/{person.pk}/").content.decode()


def test_a_second_factor_is_set_up_without_a_password(as_anna):
    assert as_anna.get("/accounts/2fa/totp/activate/").status_code == 200


def test_people_come_in_by_the_provider(client, provider, anna):
    anna.email = "anna@firma.example"
    anna.save()
    provider.knows("a1", email=anna.email)
    provider.sign_in(client, "a1")
    assert client.get("/accounts/profile/").status_code == 200
