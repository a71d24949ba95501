"""What the practice Thulium can answer, and its refusals in Polish and English."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"

# Thulium speaks English unless Accept-Language asks for Polish; its wording is its own, so it
# stands here and not in the portal's catalogue.
_WORDS: dict[str, tuple[int, str, str]] = {
    "unauthorized": (
        100401,
        "Niepoprawny użytkownik lub hasło API.",
        "Wrong API user or password.",
    ),
    "no_route": (100404, "Nie ma takiego zasobu: {path}.", "No such resource: {path}."),
    "no_ticket": (200404, "Nie ma zgłoszenia o numerze {id}.", "There is no ticket {id}."),
    "no_agent": (
        210404,
        "Nie ma agenta o loginie „{login}”.",
        "There is no agent with the login “{login}”.",
    ),
    "no_customer": (220404, "Nie ma klienta o numerze {id}.", "There is no customer {id}."),
    "method": (100405, "Metoda {method} jest tu niedozwolona.", "Method {method} is not allowed."),
    "length": (100411, "Brak nagłówka Content-Length.", "Content-Length is missing."),
    "too_large": (
        100413,
        "Plik lub treść przekracza 25 MB.",
        "The file or the content is over 25 MB.",
    ),
    "cut_short": (100400, "Treść dotarła niepełna.", "The content arrived incomplete."),
    "bad_json": (100400, "Treść nie jest poprawnym JSON-em.", "The content is not valid JSON."),
    "empty": (110400, 'Pole "{field}" nie może być puste.', 'Field "{field}" cannot be empty.'),
    "not_text": (110401, 'Pole "{field}" musi być tekstem.', 'Field "{field}" must be text.'),
    "not_number": (
        110402,
        'Parametr "{field}" musi być liczbą.',
        'Parameter "{field}" must be a number.',
    ),
    "body_type": (
        110403,
        'Pole "body_type" musi mieć wartość HTML lub PLAIN.',
        'Field "body_type" must be HTML or PLAIN.',
    ),
    "date": (
        110404,
        'Pole "date" musi mieć postać RRRR-MM-DD GG:MM.',
        'Field "date" must look like YYYY-MM-DD HH:MM.',
    ),
    "unknown_login": (
        210400,
        "Nie ma agenta o loginie „{login}”.",
        "There is no agent with the login “{login}”.",
    ),
    "inactive_login": (
        210401,
        "Agent „{login}” jest nieaktywny.",
        "The agent “{login}” is not active.",
    ),
    "attachments": (
        230400,
        'Pole "attachments" musi być tablicą tokenów.',
        'Field "attachments" must be an array of tokens.',
    ),
    "token": (
        230401,
        "Plik tymczasowy {token} nie istnieje lub wygasł.",
        "The temporary file {token} does not exist or has expired.",
    ),
    "merged": (
        200400,
        "Zgłoszenie {id} połączono z innym i nie można na nie odpowiedzieć.",
        "Ticket {id} was merged into another one and cannot be answered.",
    ),
    "no_status": (200402, "Nie ma statusu {id}.", "There is no status {id}."),
    "no_address": (
        200401,
        "Klient ze zgłoszenia {id} nie ma adresu e-mail.",
        "The customer of ticket {id} has no e-mail address.",
    ),
    "practice_refusal": (
        200499,
        "Ćwiczenie: Thulium odrzuciło tę wiadomość.",
        "Practice: Thulium refused this message.",
    ),
    "busy": (
        100429,
        "Zbyt wiele zapytań. Spróbuj ponownie za chwilę.",
        "Too many requests. Try again in a moment.",
    ),
    "server_error": (
        100500,
        "Wystąpił nieoczekiwany błąd serwera.",
        "An unexpected server error occurred.",
    ),
}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, complete."""

    status: int
    content: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An answer in the documented shape of errors; *words* names a sentence of this module."""

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
