"""What was sent, with one customer's values and answers turned back into placeholders."""

import pytest

from tests.support.pages import shown
from thulium_portal.canned.proposals.alignment import with_placeholders


@pytest.mark.parametrize(
    ("given", "sent", "suggestion"),
    [
        ("<p>Ala ma 15</p>", "<p>Ala i Alan</p>", "<p>{{ imię klienta }} i Alan</p>"),
        ("<p>Al ma 15</p>", "<p>Al ma</p>", "<p>Al ma</p>"),
        ("<p>x</p>", "<p>zupełnie inny</p>", "<p>zupełnie inny</p>"),
        ("<p>strong ma 15</p>", "<p><strong>a</strong></p>", "<p><strong>a</strong></p>"),
    ],
)
def test_only_whole_words_of_the_text_are_turned_back(given, sent, suggestion):
    body = "<p>{{ imię klienta }} ma {{ numer zgłoszenia }}</p>"
    assert with_placeholders(body, given, sent) == suggestion


def test_an_answer_to_a_question_of_the_text_is_not_proposed():
    body = "<p>Zamówienie {{ ask: numer }} wyślemy {{ ask: dzień }}.</p>"
    given = "<p>Zamówienie {{ numer }} wyślemy {{ dzień }}.</p>"
    sent = "<p>Zamówienie ZK/118 wyślemy jutro. Pozdrawiam</p>"
    suggestion = with_placeholders(body, given, sent)
    assert not shown(suggestion, "ZK/118", "jutro")
    assert suggestion.endswith(". Pozdrawiam</p>")
