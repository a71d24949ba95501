"""A provider, or somebody on the way to it, that lies, errs or stays silent: nobody gets in."""

import hashlib
import hmac
import json
import socket
import threading
import time
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.cache import cache

from tests.factories import make_person
from tests.support.sign_on_provider import START, Alter, SignOnProvider, begin
from thulium_portal.accounts.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "anna.nowak@firma.example"
SECRETS = ("tajne-tylko-dla-testów", "access_token", "id_token", "eyJ")


@pytest.fixture
def anna(db: None) -> User:
    return make_person("anna", email=ADDRESS)


@pytest.fixture
def provider(anna: User, provider: SignOnProvider) -> SignOnProvider:
    provider.knows("a1", email=ADDRESS)
    return provider


def is_refused(client: Any, answer: Any) -> None:
    """Assert that the kind page was shown, and that nobody was let in."""
    assert answer.status_code == 503
    assert answer.context["why"] == "provider"
    assert client.get("/accounts/profile/").status_code == 302
    assert not SocialAccount.objects.exists()


def changed(**claims: Any) -> Alter:
    return lambda true: {
        name: value for name, value in (true | claims).items() if value is not None
    }


NOW = int(time.time())


@pytest.mark.parametrize(
    "lie",
    [
        changed(nonce="of another sign-in"),
        changed(nonce=None),
        changed(nonce=["x"]),
        changed(aud="another-portal"),
        changed(aud=["portal", "another-portal"]),
        changed(aud=None),
        changed(azp="another-portal"),
        changed(iss="https://login.evil.example"),
        changed(iss=None),
        changed(exp=NOW - 3600),
        changed(exp=None),
        changed(exp="soon"),
        changed(iat=NOW + 3600),
        changed(nbf=NOW + 3600),
        changed(sub=None),
        changed(sub=""),
        changed(sub=7),
        changed(sub="a\0b"),
        changed(sub="\ud800"),
        changed(sub="x" * 256),
    ],
)
def test_a_signed_token_for_something_else_opens_nothing(client, provider, lie, told):
    provider.alter_claims = lie
    is_refused(client, provider.sign_in(client, "a1"))
    assert told() == [
        ("person.sign_in_failed", {"by": "single_sign_on", "reason": "provider_failed"})
    ]


def test_what_the_tests_sign_themselves_would_open(client, provider):
    """So that the lies above are refused for what they say, and not for who signed them."""
    provider.alter_claims = changed(azp="portal", aud="portal")
    assert provider.sign_in(client, "a1").status_code == 302


def test_two_accounts_whose_names_differ_by_a_letters_case_are_two(client, provider):
    make_person("ewa", email="ewa@firma.example")
    provider.sign_in(client, "a1")
    provider.knows("A1", email="ewa@firma.example")
    provider.sign_in(client, "A1")
    assert client.get("/accounts/profile/").context["person"].username == "ewa"


def part(data: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def with_claims(answer: dict[str, Any], head: dict[str, Any], sign: Any, **claims: Any) -> Any:
    """Return the provider's *answer* with a token made anew under *head* and by *sign*."""
    true = jwt.decode(answer["id_token"], options={"verify_signature": False})
    signed = f"{part(head)}.{part(true | claims)}"
    signature = urlsafe_b64encode(sign(signed.encode())).rstrip(b"=").decode()
    return answer | {"id_token": f"{signed}.{signature}"}


STRANGER = rsa.generate_private_key(65537, 2048)


def test_a_token_signed_by_a_stranger_opens_nothing(client, provider):
    provider.alter["/oauth2/token"] = lambda answer: (
        answer
        | {
            "id_token": jwt.encode(
                jwt.decode(answer["id_token"], options={"verify_signature": False}),
                STRANGER,
                "RS256",
            )
        }
    )
    is_refused(client, provider.sign_in(client, "a1"))


def test_a_token_without_a_signature_opens_nothing(client, provider):
    provider.alter["/oauth2/token"] = lambda answer: with_claims(
        answer, {"alg": "none"}, lambda _: b""
    )
    is_refused(client, provider.sign_in(client, "a1"))


def test_a_token_signed_with_the_public_key_as_a_password_opens_nothing(client, provider):
    """The old confusion of algorithms: everybody knows a public key."""
    provider.alter_claims = changed()
    known = provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(signed: bytes) -> bytes:
        return hmac.new(known, signed, hashlib.sha256).digest()

    provider.alter["/oauth2/token"] = lambda answer: with_claims(
        answer, {"alg": "HS256", "kid": "tests"}, sign
    )
    is_refused(client, provider.sign_in(client, "a1"))


def test_a_token_that_is_nested_too_deep_is_answered_in_words(client, provider):
    deep = urlsafe_b64encode(b"[" * 9999).decode()
    provider.alter["/oauth2/token"] = lambda answer: answer | {"id_token": f"{deep}.{deep}.x"}
    is_refused(client, provider.sign_in(client, "a1"))


def test_a_token_changed_on_its_way_opens_nothing(client, provider):
    def change(answer: dict[str, Any]) -> dict[str, Any]:
        head, _, signature = answer["id_token"].split(".")
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
        return answer | {"id_token": f"{head}.{part(claims | {'email': ADDRESS})}.{signature}"}

    provider.knows("e1", email="ewa@firma.example")
    provider.alter["/oauth2/token"] = change
    is_refused(client, provider.sign_in(client, "e1"))


def test_what_is_told_of_somebody_else_is_not_taken(client, provider):
    provider.alter_claims = changed(email=None)
    provider.alter["/userinfo"] = lambda claims: claims | {"sub": "e1"}
    is_refused(client, provider.sign_in(client, "a1"))


NONSENSE: list[Any] = [b"<html>\xff", b"[7]", b"{}", b"[" * 9999]


@pytest.mark.parametrize("path", ["/oauth2/token", "/jwks", "/userinfo"])
@pytest.mark.parametrize("answer", NONSENSE, ids=lambda answer: repr(answer)[:20])
def test_nonsense_on_the_way_back_is_answered_in_words(client, provider, path, answer):
    provider.alter_claims = changed(email=None)
    provider.alter[path] = lambda _: answer
    is_refused(client, provider.sign_in(client, "a1"))


@pytest.mark.parametrize(
    "keys", [{"keys": 7}, {"keys": []}, {"keys": [7]}, {"keys": [{"kty": "RSA"}]}, {"keys": None}]
)
def test_keys_that_are_none_are_answered_in_words(client, provider, keys):
    provider.alter["/jwks"] = lambda _: keys
    is_refused(client, provider.sign_in(client, "a1"))


DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.parametrize("moment", ["on the way there", "on the way back"])
@pytest.mark.parametrize(
    "answer",
    [
        *NONSENSE,
        {"issuer": "https://login.evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "http://login.example.com/authorize"},
        {"authorization_endpoint": "javascript:alert(1)//"},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"token_endpoint": ""},
        {"jwks_uri": ["x"]},
    ],
    ids=lambda answer: str(answer)[:60],
)
def test_a_discovery_document_of_another_kind_ends_the_sign_in(client, provider, answer, moment):
    def lie(true: dict[str, Any]) -> Any:
        return answer if isinstance(answer, bytes) else true | answer

    if moment == "on the way there":
        provider.alter[DISCOVERY] = lie
        is_refused(client, client.post(START))
    else:
        back = provider.go_through(begin(client), "a1")
        provider.alter[DISCOVERY] = lie
        is_refused(client, client.get(back))


@pytest.mark.parametrize("path", [DISCOVERY, "/oauth2/token", "/jwks", "/userinfo"])
@pytest.mark.parametrize("status", ["500 Broken", "302 Found"])
def test_an_answer_that_is_no_answer_is_not_followed(client, provider, path, status):
    provider.alter_claims = changed(email=None)
    provider.headers[path] = [("Location", f"{provider.url}{path}?again")]
    back = provider.go_through(begin(client), "a1")
    provider.status[path] = status
    is_refused(client, client.get(back))


def test_one_document_for_many_companies_is_refused(client, provider, settings):
    """Entra's “common”: its issuer names no tenant, and every company's people come with it."""
    provider.alter[DISCOVERY] = lambda true: true | {"issuer": f"{provider.url}/{{tenantid}}/v2.0"}
    is_refused(client, client.post(START))


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_provider_that_cannot_be_reached_is_told_in_words(
    client, provider, settings, caplog, language
):
    back = provider.go_through(begin(client), "a1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.OIDC_ISSUER = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for answer in (client.get(back), client.post(START)):
            is_refused(client, answer)
            words = {"pl": "Odczekaj minutę", "en": "Wait a minute"}[language]
            assert words in answer.content.decode()
    assert "Single sign-on failed at the provider: ConnectionError" in caplog.text
    ours = "".join(record.getMessage() for record in caplog.records if "sign_on" in record.name)
    assert not any(secret in ours for secret in SECRETS)


def test_a_provider_that_stays_silent_is_waited_for_once(client, provider, settings):
    """Else everybody who tries to sign in meanwhile would hold up a thread."""
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    is_over, asked = threading.Event(), []

    def wait(true: dict[str, Any]) -> dict[str, Any]:
        asked.append(true)
        is_over.wait()
        return true

    provider.alter[DISCOVERY] = wait
    try:
        for _ in range(5):
            is_refused(client, client.post(START))
    finally:
        is_over.set()
    assert len(asked) == 1
    cache.clear()  # ten seconds have passed
    assert client.post(START).status_code == 200


def test_the_log_names_what_was_wrong_and_holds_no_secret(client, provider, caplog):
    provider.alter_claims = changed(nonce="of another sign-in")
    provider.sign_in(client, "a1")
    said = [record.getMessage() for record in caplog.records if "single_sign_on" in record.name]
    assert said == ["Single sign-on failed at the provider: token nonce"]
