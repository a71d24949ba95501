"""A made-up history for suggestions: what customers ask, and which text answered it.

``python -m tests.bench.history rate COUNT`` fills the database of the portal with it and prints
how often the right text is among the first three for messages that were held back. ``fill COUNT``
makes the library that large.
"""

import json
import os
import random
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from thulium_portal.accounts.models import User  # noqa: E402
from thulium_portal.canned import usage  # noqa: E402
from thulium_portal.canned.models import CannedResponse  # noqa: E402
from thulium_portal.canned.search.suggestions import suggest  # noqa: E402
from thulium_portal.canned.services import ResponseText, create_response  # noqa: E402
from thulium_portal.lib.stems import stems_of  # noqa: E402

HELD_BACK = 5
"""One message of so many is not learnt from but asked."""
TOPICS = {
    "Gdzie paczka": "paczka kurier dostawa przesyłka śledzenie doręczenie paczkomat spóźniona",
    "Zwrot towaru": "zwrot odesłać odstąpić formularz oddać pieniądze zakup czternaście",
    "Faktura": "faktura VAT NIP firma wystawić korekta dane nabywca",
    "Reklamacja": "reklamacja uszkodzony wada zepsuty gwarancja naprawa pęknięty zdjęcie",
    "Zmiana adresu": "adres zmienić ulica wysyłka pomyłka mieszkanie kod dostarczyć",
    "Płatność": "płatność przelew karta zapłacić blik odrzucona konto bank",
    "Rabat": "rabat kod promocja zniżka kupon naliczyć taniej newsletter",
    "Dostępność": "dostępny magazyn rozmiar kolor kiedy wróci produkt brak",
    "Logowanie": "hasło logowanie konto zalogować reset link mail zapomniałem",
    "Anulowanie": "anulować zamówienie rezygnuję wycofać pomyłkowo zamówiłem dwa razy",
    "Instrukcja": "instrukcja obsługa podłączyć działa ustawić urządzenie jak uruchomić",
    "Współpraca": "współpraca oferta hurt sklep cennik partner handlowa firma",
}
MANNERS = (
    "Dzień dobry",
    "Witam serdecznie",
    "proszę o pilną odpowiedź",
    "z góry dziękuję",
    "pozdrawiam",
    "piszę w sprawie zamówienia numer",
    "bardzo proszę o informację",
    "czekam na kontakt",
    "niestety nadal nie mam odpowiedzi",
)
ENDINGS = ("", "", "a", "y", "i", "ę", "em", "ów", "ą", "u")


def messages(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Yield a topic and a message about it, in inflected words among everyday phrases."""
    dice = random.Random(seed)
    strays = " ".join(TOPICS.values()).split()
    for _ in range(count):
        topic = dice.choice(list(TOPICS))
        words = dice.sample(TOPICS[topic].split(), dice.randint(2, 4))
        words += dice.sample(strays, dice.randint(0, 2))
        inflected = [word[: max(4, len(word) - 1)] + dice.choice(ENDINGS) for word in words]
        said = [*dice.sample(MANNERS, dice.randint(1, 4)), *inflected, str(dice.randint(1, 99999))]
        dice.shuffle(said)
        yield topic, " ".join(said)


def hit_rate(count: int) -> float:
    """Learn from four messages of five, ask the others, and return the share of hits."""
    author = User.objects.filter(role="administrator").first() or User.objects.all()[0]
    texts = {
        title: create_response(ResponseText(title, f"<p>{title}</p>"), actor=author)
        for title in TOPICS
    }
    hits = asked = 0
    for number, (topic, message) in enumerate(messages(7, count)):
        if number % HELD_BACK:
            _learn(texts[topic], message, author, number)
    for number, (topic, message) in enumerate(messages(7, count)):
        if number % HELD_BACK == 0:
            asked += 1
            offered = {made.response_id for made in suggest(stems_of(message))}
            hits += texts[topic].pk in offered
    return hits / asked


def _learn(response: CannedResponse, message: str, person: User, number: int) -> None:
    assert response.current is not None
    at = timezone.now() - timedelta(minutes=number)
    stems = stems_of(message)
    facts = {"person": person, "ticket_id": number, "changed_percent": 0, "question": stems}
    usage.record(uuid.uuid4(), response.current, at, **facts)


def fill(count: int) -> int:
    """Let there be *count* canned responses; return how many were added."""
    author = User.objects.filter(role="administrator").first() or User.objects.all()[0]
    start, dice = CannedResponse.objects.count(), random.Random(count)
    words = " ".join(TOPICS.values()).split()
    with transaction.atomic():
        for number in range(start, count):
            title = f"{' '.join(dice.sample(words, 3))} {number}"
            body = f"<p>Dzień dobry,</p><p>{' '.join(dice.choices(words, k=60))}.</p>"
            text = ResponseText(title, body, keywords=dice.choice(words))
            create_response(text, actor=author)
    return max(0, count - start)


if __name__ == "__main__":
    job, number = sys.argv[1:]
    print(json.dumps(hit_rate(int(number)) if job == "rate" else fill(int(number))))
