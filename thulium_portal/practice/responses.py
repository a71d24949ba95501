"""What the practice Thulium can answer, and its refusals in Polish and English."""

import json
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"

_WORDS: dict[str, tuple[int, str, str]] = tomllib.loads(
    (Path(__file__).parent / "refusals.toml").read_text(encoding="utf-8")
)
"""Code, Polish and English sentence of each refusal."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, complete."""

    status: int
    content: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An answer in the documented shape of errors; *words* is a key of ``refusals.toml``."""

    def __init__(
        self, status: int, words: str, headers: Mapping[str, str] | None = None, **facts: object
    ) -> None:
        super().__init__(words)
        self.status, self.words, self.facts = status, words, facts
        self.headers = dict(headers or {})

    def answer(self, language: str) -> Answer:
        """Return the refusal as an HTTP answer in *language* (``pl`` or anything else)."""
        code, polish, english = _WORDS[self.words]
        message = (polish if language == "pl" else english).format(**self.facts)
        return json_answer(
            {"request_id": request_id(), "errors": [{"message": message, "code": code}]},
            status=self.status,
            headers=self.headers,
        )


class Cut(Exception):
    """The connection is to be cut without an answer."""


def json_answer(
    payload: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return *payload* as a JSON answer."""
    content = json.dumps(payload, ensure_ascii=False).encode()
    return Answer(status, content, headers=headers or {})


def request_id() -> str:
    """Return a fresh id of 13 hexadecimal digits, as PHP's ``uniqid`` gives."""
    return secrets.token_hex(7)[:13]
