"""Finding our reply among a ticket's messages, however Thulium rewrote it."""

import random
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.delivery.matching import Match, match

SENT = (
    "<p>Dzień dobry Pani Mario,</p><p>przepraszamy za <strong>opóźnienie</strong> zamówienia "
    "ZK/2026/118 &amp; wysyłamy nową paczkę.</p><ul><li>kurier DPD</li><li>jutro do 12:00</li></ul>"
)
SIGNATURE = "<p>--<br>Sklep Przykładowy<br>tel. 22 123 45 67</p>"
QUOTED = "<blockquote><p>Gdzie jest moja paczka? Proszę o odpowiedź w ZK/2026/118.</p></blockquote>"


PLAIN = """Dzień dobry Pani Mario,

przepraszamy za opóźnienie zamówienia ZK/2026/118 & wysyłamy
nową paczkę.
- kurier DPD
- jutro do 12:00"""


REWRITES = {
    "as it was sent": SENT,
    "inside wrappers": f'<div class="mail"><div>{SENT}</div></div>',
    "with a signature": SENT + SIGNATURE,
    "with the customer's words quoted below": SENT + QUOTED,
    "with signature and quote": SENT + SIGNATURE + QUOTED,
    "with non-breaking spaces": SENT.replace(" za ", "&nbsp;za&nbsp;"),
    "with entities for Polish letters": SENT.replace("ń", "&#324;").replace("ó", "&oacute;"),
    "with other tags": SENT.replace("strong", "b")
    .replace("<p>", "<div>")
    .replace("</p>", "</div>"),
    "as plain text": PLAIN,
    "with a style sheet and a comment": f"<style>p {{color:red}}</style><!-- x -->{SENT}",
    "in decomposed letters": SENT.replace("ó", "o\u0301"),
    "after a short greeting line": f"<p>Odpowiedź agenta Anny Nowak:</p>{SENT}",
}


@pytest.mark.parametrize("rewritten", REWRITES.values(), ids=REWRITES.keys())
def test_the_reply_is_found_however_thulium_rewrote_it(rewritten):
    assert match(SENT, rewritten) is Match.STRONG


def test_another_reply_of_the_same_agent_is_not_taken():
    other = SENT.replace("jutro do 12:00", "w piątek do 15:00")
    assert match(SENT, other) is Match.NONE


def test_our_words_deep_inside_a_quoted_history_are_not_taken():
    fresh = "<p>" + " ".join(f"słowo{number}" for number in range(20)) + "</p>"
    assert match(SENT, f"{fresh}<blockquote>{SENT}</blockquote>") is Match.NONE


def test_a_short_reply_must_be_the_whole_message():
    assert match("<p>Dziękujemy!</p>", "<div>Dziękujemy!</div>") is Match.STRONG
    longer = "<p>Dziękujemy! Paczka wyszła wczoraj.</p>"
    assert match("<p>Dziękujemy!</p>", longer) is Match.WEAK


def test_a_short_reply_may_be_followed_by_the_known_signature():
    message = "<p>Dziękujemy!</p>" + SIGNATURE
    assert match("<p>Dziękujemy!</p>", message, signature=SIGNATURE) is Match.STRONG


def test_plain_text_keeps_its_angle_brackets():
    sent = "Napisz na <biuro@example.org> lub zadzwoń dziś"
    assert match(sent, f"<p>{escape(sent)}</p>", is_html=False) is Match.STRONG
    assert match(sent, "<p>Napisz na lub zadzwoń dziś</p>", is_html=False) is Match.WEAK


def test_a_generated_correspondence_is_told_apart():
    """Of 400 replies under random rewrites 99 % are found and none is taken by another."""
    dice = random.Random(20261123)
    vocabulary = [f"wyraz{number}" for number in range(60)]
    replies = [
        "<p>" + " ".join(dice.choices(vocabulary, k=dice.randint(5, 60))) + "</p>"
        for _ in range(400)
    ]
    rewrite = [
        lambda html: f"<div>{html}</div>{SIGNATURE}",
        lambda html: html.replace(" ", "&nbsp;", 2),
        lambda html: html.replace("<p>", "").replace("</p>", ""),
        lambda html: html + QUOTED,
    ]
    found = taken = 0
    for number, sent in enumerate(replies):
        own = dice.choice(rewrite)(sent)
        other = dice.choice(rewrite)(replies[number - 1])
        found += match(sent, own) is Match.STRONG
        taken += match(sent, other) is Match.STRONG
    assert found >= 396
    assert taken == 0


# Texts of fewer than five words: each sign counts

SHORT_TEXTS = [
    "<b>",
    "<b>ok</b>",
    "Proszę <b>",
    "👍",
    "Tak 👍",
    ":)",
    "5 < 6",
    "&lt;b&gt;",
    "-5",
    "Nie!",
]
ARRIVED = {
    "escaped": escape,
    "escaped twice": lambda text: escape(escape(text)),
    "as lines of HTML": lambda text: f"<div><p>{escape(text)}</p></div>",
    "not escaped": lambda text: text,
}
DOUBTFUL = {
    "without its tags": html_to_text,
    "with more behind it": lambda text: f"<p>{escape(text)}</p>{SIGNATURE}",
}


@pytest.mark.parametrize("mode", ["HTML", "PLAIN"])
@pytest.mark.parametrize("way", ARRIVED)
@pytest.mark.parametrize("text", SHORT_TEXTS)
def test_a_short_text_is_found_however_it_was_escaped(text: str, way: str, mode: str):
    sent = text if mode == "PLAIN" else f"<p>{escape(text)}</p>"
    assert match(sent, ARRIVED[way](text), is_html=mode == "HTML") is Match.STRONG


@pytest.mark.parametrize("mode", ["HTML", "PLAIN"])
@pytest.mark.parametrize("way", DOUBTFUL)
@pytest.mark.parametrize("text", SHORT_TEXTS)
def test_a_short_text_that_was_changed_is_never_called_missing(text: str, way: str, mode: str):
    sent = text if mode == "PLAIN" else f"<p>{escape(text)}</p>"
    assert match(sent, DOUBTFUL[way](text), is_html=mode == "HTML") is not Match.NONE


SIGNS = st.text(st.sampled_from("ab1 <>&;/-:)😀👍\n"), min_size=1, max_size=12)


def seen(text: str) -> str:
    return "".join(text.split())


@given(SIGNS, SIGNS, st.booleans())
def test_no_short_text_is_taken_for_another(one: str, other: str, is_html: bool):
    """Found means the same signs; what arrived is found or in doubt, in either mode."""
    sent = f"<p>{escape(one)}</p>" if is_html else one
    own = match(sent, f"<p>{escape(one)}</p>", is_html=is_html)
    assert own is (Match.STRONG if seen(one) else Match.WEAK)
    foreign = match(sent, f"<p>{escape(other)}</p>", is_html=is_html)
    if foreign is Match.STRONG:
        signs = {seen(one), seen(unescape(one))} & {seen(other), seen(unescape(other))}
        assert signs
