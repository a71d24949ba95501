"""What single sign-on brings to a person: an agent login that is surely theirs, and its page."""

import pytest
from allauth.socialaccount.models import SocialAccount

from tests.factories import make_person
from tests.support.sign_on_provider import SignOnProvider
from thulium_portal.accounts.models import AdministratorNotice, AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.practice import shop

pytestmark = pytest.mark.django_db

ADDRESS = shop.AGENTS["anna.nowak"]["email"]


@pytest.fixture
def anna(db: None) -> User:
    """Return somebody who has no agent login yet."""
    return make_person("anna", name="Anna Nowak", email=ADDRESS)


@pytest.fixture
def company(anna: User, provider: SignOnProvider, thulium: object) -> SignOnProvider:
    """Return the provider, which names Anna's agent login."""
    provider.knows("a1", email=ADDRESS, preferred_username="anna.nowak")
    return provider


def login_of(person: User) -> str:
    return User.objects.get(pk=person.pk).agent_login


def test_an_agent_login_that_is_surely_ones_own_comes_along(client, anna, company, told):
    assert company.sign_in(client, "a1").status_code == 302
    assert login_of(anna) == "anna.nowak"
    change = {"before": "", "after": "anna.nowak"}
    assert ("person.agent_login_changed", change) in told()
    profile = AgentProfile.objects.get()
    assert profile.active_in_thulium
    assert profile.has_own_address


def test_the_claim_is_the_one_of_the_settings(client, anna, company, settings):
    settings.OIDC_AGENT_LOGIN_CLAIM = "thulium"
    company.knows("a1", email=ADDRESS, preferred_username="ewa.kot", thulium="anna.nowak")
    company.sign_in(client, "a1")
    assert login_of(anna) == "anna.nowak"


@pytest.mark.parametrize(
    ("claim", "reason", "words"),
    [
        ("ewa.kot", "not_theirs", "Agent ma w Thulium inny adres"),
        ("nie.ma", "unknown", "Thulium nie ma takiego agenta"),
        ("anna.nowak", "held_by_another", "Wysyła już pod nim inna osoba"),
    ],
)
def test_any_other_is_not_taken_and_administrators_see_why(
    client, anna, adam, sign_in, company, told, claim, reason, words
):
    if reason == "held_by_another":
        make_person("jan", agent_login="anna.nowak")
    company.knows("a1", email=ADDRESS, preferred_username=claim)
    for _ in range(2):
        assert company.sign_in(client, "a1").status_code == 302
    assert login_of(anna) == ""
    refused = [facts for action, facts in told() if action == "person.agent_login_not_taken"]
    assert refused == [{"agent_login": claim, "reason": reason}]
    as_adam = sign_in(adam)
    page = as_adam.get(f"/people/{anna.pk}/").content.decode()
    assert claim in page
    assert words in page
    is_anothers = reason != "unknown"
    assert AdministratorNotice.objects.count() == is_anothers
    told_all = as_adam.get("/people/").content.decode()
    assert ("powód jest na stronie tej osoby" in told_all) == is_anothers


def test_without_an_answer_from_thulium_people_come_in_and_it_is_tried_again(
    client, anna, company, thulium, settings, told
):
    url, settings.THULIUM_URL = settings.THULIUM_URL, "http://127.0.0.1:9"
    assert company.sign_in(client, "a1").status_code == 302
    assert login_of(anna) == ""
    assert "person.agent_login_not_taken" not in dict(told())
    settings.THULIUM_URL = url
    company.sign_in(client, "a1")
    assert login_of(anna) == "anna.nowak"


def test_what_an_administrator_took_away_does_not_come_back(
    client, anna, adam, company, fields, sign_in
):
    company.sign_in(client, "a1")
    given = fields(username="anna", name="Anna Nowak", email=ADDRESS, agent_login="", password="")
    assert sign_in(adam).post(f"/people/{anna.pk}/", given).status_code == 302
    company.sign_in(client, "a1")
    assert login_of(anna) == ""


def test_one_that_a_person_has_stays(client, company, told):
    ewa = make_person("ewa", email="ewa@firma.example", agent_login="ewa.kot")
    company.knows("e1", email=ewa.email, preferred_username="anna.nowak")
    company.sign_in(client, "e1")
    assert login_of(ewa) == "ewa.kot"


def test_an_address_that_somebody_has_is_refused_at_once(anna, company, as_adam, fields, settings):
    given = fields(email=ADDRESS.upper(), agent_login="")
    page = as_adam.post("/people/new/", given)
    assert page.status_code == 422
    assert "Anna Nowak ma już ten e-mail" in page.content.decode()
    settings.OIDC_ISSUER = ""
    assert as_adam.post("/people/new/", given).status_code == 302


def test_where_the_provider_alone_lets_people_in_a_new_person_needs_an_address(
    anna, company, as_adam, fields, settings
):
    settings.PASSWORD_SIGN_IN = False
    given = fields(email="", agent_login="", password="")
    assert as_adam.post("/people/new/", given).status_code == 422
    assert as_adam.post("/people/new/", given | {"email": "p@firma.example"}).status_code == 302
    assert not User.objects.get(username="piotr").has_usable_password()


# The account, as administrators see it


def test_an_account_that_was_released_makes_room_for_another(client, anna, company, as_adam, told):
    company.sign_in(client, "a1")
    assert ADDRESS in as_adam.get(f"/people/{anna.pk}/").content.decode()
    answer = as_adam.post(f"/people/{anna.pk}/release-sign-on/", follow=True)
    assert "Odłączono konto" in answer.content.decode()
    assert client.get("/accounts/profile/").status_code == 302
    assert not SocialAccount.objects.exists()
    assert told()[-1] == ("person.sign_on_released", {})
    company.knows("a2", email=ADDRESS)
    company.sign_in(client, "a2")
    assert SocialAccount.objects.get().extra_data["subject"] == "a2"


def test_releasing_nothing_leaves_no_entry(anna, company, as_adam, told):
    assert as_adam.post(f"/people/{anna.pk}/release-sign-on/").status_code == 302
    assert told() == []


def test_administrators_may_release_their_own_account_and_stay(client, company):
    adam = make_person("adam", role=Role.ADMINISTRATOR, email="adam@firma.example")
    company.knows("d1", email=adam.email)
    company.sign_in(client, "d1")
    assert client.post(f"/people/{adam.pk}/release-sign-on/").status_code == 302
    assert client.get("/people/").status_code == 200
    assert not SocialAccount.objects.exists()


def test_without_single_sign_on_nothing_is_said_of_it(anna, as_adam):
    assert "sign-on-title" not in as_adam.get(f"/people/{anna.pk}/").content.decode()
