"""Single sign-on by a real provider: who comes in, and what everybody else is told."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as portal_settings
from django.test import Client

from tests.factories import make_person
from tests.support.sign_on_provider import RETURN, START, SignOnProvider, begin
from thulium_portal.accounts.models import User
from thulium_portal.accounts.single_sign_on.identity import vouched_address
from thulium_portal.accounts.single_sign_on.services import Why
from thulium_portal.audit.models import AuditEntry
from thulium_portal.review.labels import denial

pytestmark = pytest.mark.django_db

ADDRESS = "anna.nowak@firma.example"


@pytest.fixture
def anna(db: None) -> User:
    return make_person("anna", name="Anna Nowak", agent_login="anna.nowak", email=ADDRESS)


@pytest.fixture
def provider(provider: SignOnProvider) -> SignOnProvider:
    """Return the provider, which knows Anna by the subject ``a1``."""
    provider.knows("a1", email=ADDRESS)
    return provider


def signed_in(client: Client) -> str:
    """Return who is signed in, "" for nobody."""
    page = client.get("/accounts/profile/")
    return page.context["person"].username if page.status_code == 200 else ""


def refused(answer: Any) -> str:
    """Return what the page says the matter is, where it is the page of the refused."""
    assert next(template.name for template in answer.templates) == "socialaccount/refused.html"
    return str(answer.context["why"])


def reasons(told: Any) -> list[Any]:
    return [facts.get("reason") for action, facts in told() if action == "person.sign_in_failed"]


# Who comes in


def test_a_person_an_administrator_added_comes_in(client, anna, provider, told):
    answer = provider.sign_in(client, "a1", next="/replies/?q=paczka")
    assert (answer.status_code, answer["Location"]) == (302, "/replies/?q=paczka")
    assert signed_in(client) == "anna"
    assert told() == [
        ("person.sign_on_bound", {}),
        ("person.signed_in", {"by": "single_sign_on"}),
    ]


def test_the_way_to_the_provider_carries_state_nonce_and_challenge(client, anna, provider):
    address = urlsplit(begin(client))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert asked["redirect_uri"] == f"http://testserver{RETURN}"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 16


def test_the_account_is_known_by_its_subject_and_no_token_is_kept(client, anna, provider):
    provider.sign_in(client, "a1")
    account = SocialAccount.objects.get()
    assert account.user == anna
    assert account.extra_data == {
        "issuer": provider.url,
        "subject": "a1",
        "address": ADDRESS,
        "agent_login": "",
    }
    assert not SocialToken.objects.exists()
    assert User.objects.count() == 1


def test_capital_letters_of_an_address_make_no_difference(client, anna, provider):
    provider.knows("a1", email="Anna.NOWAK@Firma.Example")
    provider.sign_in(client, "a1")
    assert signed_in(client) == "anna"


def test_a_new_address_at_the_provider_locks_nobody_out(client, anna, provider):
    provider.sign_in(client, "a1")
    provider.knows("a1", email="anna.kot@firma.example", email_verified=False)
    other = Client()
    provider.sign_in(other, "a1")
    assert signed_in(other) == "anna"


def test_an_address_that_moved_to_somebody_else_lets_them_in_nowhere(client, anna, provider, told):
    provider.sign_in(client, "a1")
    provider.knows("e2", email=ADDRESS)
    other = Client()
    answer = provider.sign_in(other, "e2")
    assert (answer.status_code, refused(answer)) == (403, "people")
    assert signed_in(other) == ""
    assert reasons(told) == ["another_account"]


@pytest.mark.parametrize("said", [{"xms_edov": True}, {"xms_edov": "1"}, {"xms_edov": 1}])
def test_entra_vouches_for_the_owner_of_the_domain(client, anna, provider, said):
    provider.alter_claims = lambda claims: without(claims, "email_verified") | said
    provider.alter["/userinfo"] = lambda claims: without(claims, "email", "email_verified")
    provider.sign_in(client, "a1")
    assert signed_in(client) == "anna"


def test_an_address_that_only_the_second_answer_holds_is_taken(client, anna, provider):
    provider.alter_claims = lambda claims: without(claims, "email", "email_verified")
    provider.sign_in(client, "a1")
    assert signed_in(client) == "anna"


def without(claims: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in names}


def test_whoever_has_a_second_factor_is_asked_for_it(client, anna, provider, told):
    app = pyotp.random_base32()
    TOTP.activate(anna, app)
    answer = provider.sign_in(client, "a1", next="/replies/")
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in(client) == ""
    answer = client.post(answer["Location"], {"code": pyotp.TOTP(app).now()})
    assert answer["Location"] == "/replies/"
    assert signed_in(client) == "anna"
    assert told()[-1] == ("person.signed_in", {"by": "single_sign_on+totp"})


def test_a_password_that_somebody_else_chose_is_no_hindrance(client, anna, provider):
    """Its owner may never have been told it."""
    User.objects.update(must_change_password=True)
    provider.sign_in(client, "a1")
    assert signed_in(client) == "anna"


# Who does not


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 0, 2, [True], {"a": 1}, ""])
def test_an_address_that_nobody_vouches_for_opens_nothing(client, anna, provider, told, verified):
    provider.knows("a1", email=ADDRESS, email_verified=verified)
    answer = provider.sign_in(client, "a1")
    assert (answer.status_code, refused(answer)) == (403, "unverified")
    assert signed_in(client) == ""
    assert reasons(told) == ["address_unverified"]
    assert not SocialAccount.objects.exists()


def test_entra_without_the_owner_of_the_domain_opens_nothing(client, anna, provider):
    """Whoever may edit a directory may write any address into it."""
    for said in ({}, {"xms_edov": False}, {"xms_edov": "0"}, {"xms_edov": True}):
        verified = {"email_verified": False} if said.get("xms_edov") is True else {}
        provider.alter_claims = lambda claims, said=said, verified=verified: (
            without(claims, "email_verified") | said | verified
        )
        provider.alter["/userinfo"] = lambda claims: without(claims, "email_verified")
        assert refused(provider.sign_in(client, "a1")) == "unverified"


@pytest.mark.parametrize(
    ("claims", "is_theirs"),
    [
        ({"email": ADDRESS}, False),
        ({"email": ADDRESS, "hd": "firma.example"}, True),
        ({"email": "anna@gmail.com"}, True),
    ],
)
def test_google_answers_for_accounts_of_the_company_and_its_own_alone(claims, is_theirs):
    """A private account keeps the address of a mailbox that its owner has long left."""
    google = {"iss": "https://accounts.google.com", "email_verified": True}
    assert vouched_address(google | claims) == (claims["email"] if is_theirs else "")
    assert vouched_address({"email_verified": True} | claims) == claims["email"]


def test_neighbours_of_an_address_are_other_addresses(client, provider, told):
    make_person("kot", email="kot@firma.example")
    provider.knows("k1", email="\u212aot@firma.example")  # the Kelvin sign
    assert provider.sign_in(client, "k1").status_code == 403
    assert signed_in(client) == ""


@pytest.mark.parametrize("language", ["pl", "en"])
def test_whoever_is_not_let_in_reads_the_same(client, provider, told, language):
    make_person("ola", email="ola@firma.example", is_active=False)
    make_person("jan", email="jan@firma.example")
    make_person("jan2", email="JAN@firma.example")
    pages = []
    for name in ("nobody", "ola", "jan"):
        provider.knows(f"{name}-1", email=f"{name}@firma.example")
        client.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = language
        answer = provider.sign_in(client, f"{name}-1")
        assert answer.status_code == 403
        pages.append(_words(answer))
    assert pages[0] == pages[1] == pages[2]
    assert {"pl": "Portal nie zna tego konta", "en": "The portal does not know this account"}[
        language
    ] in pages[0]
    assert signed_in(client) == ""
    assert reasons(told) == ["nobody_added", "switched_off", "address_of_several"]
    assert User.objects.count() == 3
    assert not SocialAccount.objects.exists()


def _words(answer: Any) -> str:
    page = answer.content.decode()
    shown = page[page.index("<main") : page.index("</main")]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown)


def test_a_person_switched_off_after_their_first_sign_in_stays_out(client, anna, provider, told):
    provider.sign_in(client, "a1")
    User.objects.update(is_active=False)
    other = Client()
    assert provider.sign_in(other, "a1").status_code == 403
    assert signed_in(other) == ""
    assert signed_in(client) == ""
    assert reasons(told) == ["switched_off"]


def test_supervisors_read_how_somebody_came_in_and_why_somebody_did_not(
    client, anna, provider, as_ewa
):
    provider.knows("x1", email="x@firma.example")
    provider.sign_in(client, "x1")
    provider.sign_in(client, "a1")
    refused, _, came_in = AuditEntry.objects.order_by("sequence")
    page = as_ewa.get(f"/audit/{refused.sequence}/").content.decode()
    assert "Nikt tu nie ma adresu e-mail tego konta." in page
    assert "x@firma.example" in page
    assert "Logowanie firmowe." in as_ewa.get(f"/audit/{came_in.sequence}/").content.decode()


def test_every_reason_has_its_words():
    for why in Why:
        assert denial({"reason": str(why)})


def test_pressing_again_and_again_is_one_entry(client, provider, told):
    provider.knows("x1", email="x@firma.example")
    for _ in range(3):
        assert provider.sign_in(client, "x1").status_code == 403
    assert reasons(told) == ["nobody_added"]


# The way there and back


def test_a_link_signs_nobody_in(client, anna, provider):
    page = client.get(f"{START}?next=/replies/")
    assert page.status_code == 200
    assert 'name="next" value="/replies/"' in page.content.decode()
    assert "socialaccount_states" not in client.session


def test_nothing_of_the_address_changes_what_the_provider_is_asked(client, anna, provider):
    forged = "?process=connect&scope=admin&auth_params=prompt%3Dnone&action=reauthenticate"
    page = client.post(START + forged)
    asked = parse_qs(urlsplit(page.context["address"]).query)
    assert asked["scope"][0].split()
    assert "admin" not in asked["scope"][0]
    assert "prompt" not in asked
    assert next(iter(client.session["socialaccount_states"].values()))[0]["process"] == "login"


def test_another_account_is_asked_for_by_the_provider(client, provider):
    assert "prompt=login" in begin(client, as_another="yes")


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "javascript:x"])
def test_signing_in_never_leads_to_another_site(client, anna, provider, elsewhere):
    assert provider.sign_in(client, "a1", next=elsewhere)["Location"] == "/"


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=forged", "?error=access_denied"])
def test_a_way_back_that_began_nowhere_leads_nowhere(client, anna, provider, query):
    answer = client.get(RETURN + query)
    assert (answer.status_code, refused(answer)) == (400, "state")


def test_a_way_back_is_gone_once(client, anna, provider):
    back = provider.go_through(begin(client), "a1")
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 400
    other = Client()
    assert other.get(back).status_code == 400
    assert signed_in(other) == ""


def test_a_way_back_belongs_to_its_browser(client, anna, provider):
    """Otherwise a link could sign somebody in as whoever made it."""
    attacker = Client()
    back = provider.go_through(begin(attacker), "a1")
    begin(client)
    assert client.get(back).status_code == 400
    assert signed_in(client) == ""


def test_stopping_at_the_provider_is_no_error(client, anna, provider, told):
    back = provider.go_through(begin(client), "", action="deny")
    # The provider of the tests forgets the state on this way.
    state = next(iter(client.session["socialaccount_states"]))
    answer = client.get(back if "state=" in back else f"{back}&state={state}")
    assert (answer.status_code, refused(answer)) == (200, "cancelled")
    assert reasons(told) == ["cancelled"]


def test_who_is_signed_in_may_sign_in_as_another(client, anna, provider):
    ewa = make_person("ewa", email="ewa@firma.example")
    provider.knows("e1", email=ewa.email)
    provider.sign_in(client, "a1")
    provider.sign_in(client, "e1")
    assert signed_in(client) == "ewa"
    assert {account.user for account in SocialAccount.objects.all()} == {anna, ewa}


@pytest.mark.parametrize("path", [START, RETURN])
def test_without_a_provider_there_is_no_such_page(client, path):
    assert client.get(path).status_code == 404
    assert "data-sign-on" not in client.get("/accounts/login/").content.decode()
