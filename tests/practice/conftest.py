import base64
import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from thulium_portal.practice.server import API_PASSWORD, API_USER, PracticeThulium

ENTRY = "Basic " + base64.b64encode(f"{API_USER}:{API_PASSWORD}".encode()).decode()


@dataclass
class Got:
    status: int
    headers: Any
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        assert self.headers["Content-Type"] == "application/json; charset=utf-8"
        return json.loads(self.content)

    @property
    def error(self) -> dict[str, Any]:
        assert set(self.json) == {"request_id", "errors"}
        (error,) = self.json["errors"]
        assert isinstance(error["code"], int)
        return error


class Caller:
    """Speaks plain HTTP, so that no code of the portal is in the way."""

    def __init__(self, thulium: PracticeThulium) -> None:
        self.thulium = thulium

    def call(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        *,
        entry: str | None = ENTRY,
    ) -> Got:
        line = http.client.HTTPConnection("127.0.0.1", self.thulium.port, timeout=20)
        try:
            own = {"Authorization": entry} if entry else {}
            content = body.encode() if isinstance(body, str) else body
            line.request(method, path, content, own | (headers or {}))
            answer = line.getresponse()
            return Got(answer.status, answer.headers, answer.read())
        finally:
            line.close()

    def get(self, path: str, **headers: str) -> Got:
        return self.call("GET", path, headers=headers)

    def reply(self, ticket_id: int = 1234, *, language: str = "pl", **fields: Any) -> Got:
        content = {"body": "<p>Dzień dobry</p>", "user_login": "anna.nowak"} | fields
        return self.call(
            "POST",
            f"/api/tickets/{ticket_id}/agent_response",
            json.dumps(content),
            {"Content-Type": "application/json; charset=utf-8", "Accept-Language": language},
        )

    def upload(self, content: bytes = b"abc", filename: str = "list.pdf") -> Got:
        return self.call(
            "POST", "/api/temporary_files?" + urlencode({"filename": filename}), content
        )

    def post_form(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Got:
        own = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.thulium.url}
        return self.call("POST", path, urlencode(fields), own | (headers or {}), entry=None)


@pytest.fixture
def practice():
    with PracticeThulium() as thulium:
        yield thulium


@pytest.fixture
def caller(practice):
    return Caller(practice)


def wait_until(condition, seconds: float = 10) -> None:
    """Return as soon as *condition* holds; fail after *seconds*."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        pause.wait(0.01)
