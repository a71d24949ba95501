"""A real OpenID Connect provider on this computer, which tests can make lie."""

import html
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

with warnings.catch_warnings(record=True):  # of its own libraries, which are about to move house
    from oidc_provider_mock import run_server_in_thread

START = "/accounts/oidc/sso/login/"
RETURN = "/accounts/oidc/sso/login/callback/"
CLIENT_ID = "portal"

Alter = Callable[[dict[str, Any]], Any]


@dataclass
class SignOnProvider:
    """The provider, what becomes of its answers, and the ways of a person's browser through it."""

    url: str = ""
    alter_claims: Alter | None = None
    """What becomes of the claims of a token; it is signed again, with a key that is published."""
    alter: dict[str, Alter] = field(default_factory=dict)
    """What becomes of the JSON answered at a path; bytes are answered as they are."""
    status: dict[str, str] = field(default_factory=dict)
    """The status answered at a path in place of the true one."""
    headers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    """Where a path leads on to, with what was asked of it."""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def reset(self) -> None:
        """Tell the truth again."""
        self.alter_claims = None
        self.alter, self.status, self.headers, self.redirects = {}, {}, {}, {}

    def knows(self, subject: str, **claims: Any) -> None:
        """Let the provider have an account; it vouches for the address unless told otherwise."""
        known = {"email_verified": True} | claims
        requests.put(f"{self.url}/users/{subject}", json=known, timeout=5).raise_for_status()

    def go_through(self, address: str, subject: str, **answer: str) -> str:
        """Sign in at the provider as *subject*; return where in the portal it leads back."""
        form = answer or {"sub": subject}
        back = requests.post(address, data=form, allow_redirects=False, timeout=5)
        parts = urlsplit(back.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def sign_in(self, client: Client, subject: str, **given: str) -> HttpResponse:
        """Go the whole way in a person's browser; return how the portal answers at its end."""
        return client.get(self.go_through(begin(client, **given), subject))

    def answered(self, path: str, data: Any) -> Any:
        """Return what is answered at *path* where *data* would be."""
        if self.alter_claims and path == "/jwks":
            key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            data = {"keys": [key | {"kid": "tests", "use": "sig"}]}
        if self.alter_claims and path == "/oauth2/token":
            claims = jwt.decode(data["id_token"], options={"verify_signature": False})
            data["id_token"] = self.signed(self.alter_claims(claims))
        return self.alter[path](data) if path in self.alter else data

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "tests"})


def begin(client: Client, **given: str) -> str:
    """Press the portal's button; return the provider's address that the page goes on to."""
    page = client.post(START, given)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found
    return html.unescape(found[1])


@contextmanager
def running() -> Iterator[SignOnProvider]:
    """Run the provider on a port of its own."""
    provider = SignOnProvider()
    with run_server_in_thread() as server:
        provider.url = f"http://localhost:{server.server_port}"
        server.app = _altering(server.app, provider)
        yield provider


def _altering(app: Any, provider: SignOnProvider) -> Any:
    """Let *provider* have the last word on what its *app* answers in JSON."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if further := provider.redirects.get(path):
            where = f"{further}?{environ['QUERY_STRING']}"
            start_response("302 Found", [("Location", where)])
            return []
        told: list[Any] = []
        body = b"".join(app(environ, lambda *given: told.append(given[:2])))
        status, headers = told[0]
        if status.startswith("200") and ("Content-Type", "application/json") in headers:
            data = provider.answered(path, json.loads(body))
            body = data if isinstance(data, bytes) else json.dumps(data).encode()
            headers = [each for each in headers if each[0] != "Content-Length"]
        headers = [*headers, *provider.headers.get(path, [])]
        start_response(provider.status.get(path, status), headers)
        return [body]

    return answer
