"""What a rule's words find: forms, marks and case, and nothing beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.stop_rules.phrases import BadLine, TooMuch, Words, phrases_in


def finds(line: str, text: str) -> str:
    """Return the words of *text* that *line* finds, "" where there are none."""
    words = Words(text)
    [phrase] = phrases_in(line)
    place = words.find(phrase)
    return words.shown(*place) if place else ""


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("odszkodowan*", "Wypłacimy odszkodowanie.", "odszkodowanie"),
        ("odszkodowan*", "Sprawa Pani ODSZKODOWANIA trwa.", "ODSZKODOWANIA"),
        ("odszkodowan*", "o odszkodowaniem,które", "odszkodowaniem"),
        ("zwrot* pieniędzy", "Prosimy o zwrotu  pieniędzy!", "zwrotu pieniędzy"),
        ("zwrot* pieniędzy", "ZWROT  PIENIEDZY", "ZWROT PIENIEDZY"),
        ("zwrot pieniędzy", "zwrot\nPaństwa\npieniędzy", ""),
        ("gwarancj*", "w ramach Gwarancją", "Gwarancją"),
        ("lodz", "Wysyłka z Łódź, jutro", "Łódź"),
        ("Łódź", "oddział LODZ", "LODZ"),
        ("paczka", "paczkami", ""),
        ("paczk*", "paczek", ""),
        ("rodo", "karodoval", ""),
        ("RODO", "Zgodnie z RODO:", "RODO"),
        ("e-mail", "na e-mail", "e-mail"),
        ("10%", "rabat 10 %", "10"),
        ("ZK/2026/118", "zamówienie zk/2026/118.", "zk/2026/118"),
        ("prawnik*", "Pra\u00adwni\u200bka i prawnika", "Prawnika"),
        ("sąd*", "oddamy do sa\u0328du", "sądu"),
        ("straße", "STRASSE", "STRASSE"),
        ("zwrot* pien*", "zwrot zwrotu zwrotom pieniędzy", "zwrotom pieniędzy"),
    ],
)
def test_a_line_finds_its_forms_and_no_other_word(line, text, found):
    assert finds(line, text) == found


def test_words_behind_entities_and_tags_are_found():
    text = html_to_text(
        "<p>Zwrot&nbsp;pieni&#281;dzy: <b>odszkodo</b>wanie, s&aacute;d &amp; ugoda</p>"
    )
    assert finds("zwrot pieniędzy", text)
    assert finds("odszkodowan*", text)
    assert finds("sąd", text) == finds("sad", text) == "sád"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("*", BadLine.STAR_ALONE),
        ("zwrot *", BadLine.STAR_ALONE),
        ("*kod", BadLine.STAR_ALONE),
        ("kod**", BadLine.STAR_ALONE),
        ("ko*d", BadLine.STAR_INSIDE),
        ("%", BadLine.NO_LETTERS),
        ("...", BadLine.NO_LETTERS),
        ("\u200b", BadLine.NO_LETTERS),
        ("raz dwa trzy cztery pięć sześć siedem osiem dziewięć", BadLine.TOO_MANY_WORDS),
    ],
)
def test_a_line_that_can_never_be_found_is_told(line, reason):
    with pytest.raises(BadLine) as refused:
        phrases_in(f"odszkodowan*\n{line}")
    assert (refused.value.reason, refused.value.line) == (reason, line)


def test_empty_lines_and_repeated_ones_count_for_nothing():
    assert [phrase.line for phrase in phrases_in("\n sąd* \r\n\n sąd*\nugoda\n")] == [
        "sąd*",
        "ugoda",
    ]


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_and_no_line_is_too_odd(text, line):
    words = Words(text)
    try:
        wanted = phrases_in(line)
    except BadLine:
        return
    for phrase in wanted:
        place = words.find(phrase)
        assert place is None or words.shown(*place)


@given(st.lists(st.sampled_from(["ala", "alą", "kot", "kota", "ma"]), max_size=12), st.data())
def test_a_phrase_is_found_wherever_its_words_follow_each_other(text, data):
    start = data.draw(st.integers(0, 12))
    piece = text[start : start + data.draw(st.integers(1, 4))]
    if piece:
        assert finds(" ".join(piece), " ".join(text))


def test_a_text_of_nothing_but_beginnings_is_given_up():
    words = Words("raz dwa " * 60_000)
    with pytest.raises(TooMuch):
        words.find(phrases_in("raz raz dwa")[0])
