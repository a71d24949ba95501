"""Suggestions look at what a message asks, not at how politely: a corpus of questions."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from thulium_portal.canned import usage
from thulium_portal.canned.search.suggestions import suggest
from thulium_portal.lib.manners import without_manners
from thulium_portal.lib.stems import stems_of

pytestmark = pytest.mark.django_db

CORPUS = Path(__file__).parents[2] / "corpora" / "customer_questions.txt"


def corpus(mark: str) -> list[tuple[str, str]]:
    """Return the lines with *mark*, each after the title it stands under."""
    title, found = "", []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            title = line[2:]
        elif line.startswith(mark):
            found.append((title, line[2:].replace("\\n", "\n")))
    return found


@pytest.fixture(params=["as it is kept now", "as it was kept before"])
def known(request, make, anna) -> dict[str, int]:
    """Let everything have been answered as the corpus says; return the texts by title."""
    texts = {}
    for number, (title, message) in enumerate(corpus(">")):
        texts[title] = texts.get(title) or make(title)
        told = without_manners(message) if "now" in request.param else message
        usage.record(
            uuid.uuid4(),
            texts[title].current,
            timezone.now() - timedelta(minutes=number),
            person=anna,
            ticket_id=number,
            changed_percent=0,
            question=stems_of(told),
        )
    return {title: response.pk for title, response in texts.items()}


def test_the_text_that_answers_a_question_is_suggested_first(known):
    asked = corpus("?")
    missed = [
        message
        for title, message in asked
        if [made.response_id for made in suggest(stems_of(without_manners(message)))][:1]
        != [known[title]]
    ]
    assert len(missed) <= len(asked) // 10, missed


@pytest.mark.parametrize(
    "message",
    [
        "Dzień dobry, dziękuję za wiadomość, pozdrawiam",
        "Dziękuję bardzo za szybką odpowiedź!\nPozdrawiam\nJan Kowalski\ntel. 600 700 800",
        "Witam, bardzo proszę o pilną odpowiedź. Z góry dziękuję.\nWysłane z iPhone'a",
        "Dear Sir or Madam,\nthank you for your message.\nKind regards,\nJohn Smith",
        "Hello, I hope this email finds you well. Thanks in advance.\nSent from my iPhone",
        "",
    ],
)
def test_pleasantries_suggest_nothing(known, message):
    assert suggest(stems_of(without_manners(message))) == []
