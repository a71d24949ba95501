"""What was sent becomes the text for everyone again: one edit and nothing of one customer."""

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.pace import lasts
from tests.support.pages import missing
from thulium_portal.canned.placeholders.forms import Answers, fill
from thulium_portal.canned.proposals.suggestion import Sent, suggestion
from thulium_portal.canned.proposals.template import Filling
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html

MARIA = {
    "customer_name": "Maria Nowak",
    "customer_first_name": "Maria",
    "customer_email": "maria.nowak@example.org",
    "ticket_number": "48213",
    "ticket_subject": "Gdzie jest moja paczka?",
    "queue_name": "Reklamacje",
    "my_name": "Anna Kot",
    "my_first_name": "Anna",
    "my_signature": "Anna Kot\nDział obsługi",
    "today": "27 listopada 2026",
}
ANSWERS = {"numer": "ZK/118", "dzień": "3 grudnia 2026", "uwaga": ""}
BODY = (
    "<p>{{ powitanie | Dzień dobry }},</p>"
    "<p>zamówienie {{ ask: numer }} wyślemy {{ ask: dzień | data }}{{ ask: uwaga | optional }}. "
    "{{ forms: Czeka Pan / Czeka Pani / Czekają Państwo }} na SMS, "
    "{{ imię klienta | drogi kliencie }}.</p>"
    "<ul><li>kurier zadzwoni</li><li>paczka &amp; <strong>etykieta</strong></li></ul>"
    "<table><tbody><tr><td>kwota</td><td>19,99 zł</td></tr></tbody></table>"
    '<p>Więcej: <a href="https://example.org/zwrot" rel="noopener noreferrer">zwroty</a></p>'
    "<p>{{ podpis }}</p>"
)
WAYS = pytest.mark.parametrize(
    ("plain", "by_hand"),
    [(False, False), (False, True), (True, False), (True, True)],
    ids=["html", "html by hand", "plain", "plain by hand"],
)


def suggested(
    body: str,
    edit: Callable[[str], str] = str,
    *,
    answers: dict[str, str] | None = None,
    address: str = "she",
    plain: bool = False,
    by_hand: bool = False,
    others: tuple[str, ...] = (),
) -> str | None:
    """Return what is suggested after *body* was filled for Maria and changed by *edit*.

    ``by_hand``: the blanks were not asked for in the window but typed over in the text.
    """
    chosen = Answers(address=address, answers=ANSWERS if answers is None else answers)
    html = clean_reply_html(fill(body, MARIA, chosen, "pl").html)
    sent = edit(html_to_text(html) if plain else html)
    known = Answers(address=address, answers={}) if by_hand else chosen
    given = fill(body, MARIA, known, "pl").html
    filling = Filling(given, MARIA, None if by_hand else chosen)
    return suggestion(body, filling, Sent(sent, plain, others), "pl")


def exchanged(before: str, after: str) -> Callable[[str], str]:
    def exchange(text: str) -> str:
        assert before in text
        return text.replace(before, after, 1)

    return exchange


# --- nothing but filled --------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("address", ["he", "she", ""])
@pytest.mark.parametrize(
    "answers",
    [
        ANSWERS,
        {"numer": "wyślemy wyślemy", "dzień": "wyślemy", "uwaga": " na SMS"},
        {"numer": "<b>1 & 2</b>", "dzień": "a < b", "uwaga": "& cetera"},
        {"numer": "zamówienie", "dzień": "zamówienie wyślemy", "uwaga": "."},
        {"numer": "Maria", "dzień": "Maria", "uwaga": "Maria"},
        {"numer": "x " * 200, "dzień": "pierwsza\ndruga", "uwaga": ""},
    ],
)
def test_where_only_blanks_were_filled_nothing_is_proposed(plain, by_hand, address, answers):
    assert suggested(BODY, answers=answers, address=address, plain=plain, by_hand=by_hand) == BODY


@WAYS
@pytest.mark.parametrize(
    "body",
    [
        "<p>{{ ask: numer }}</p>",
        "<p>{{ ask: numer }}{{ ask: dzień }}</p>",
        "<p>{{ ask: numer }} {{ imię klienta | x }}{{ ask: dzień }}</p><p>{{ podpis }}</p>",
        "<p>nr{{ ask: numer }}zł, {{ ask: dzień }}</p>",
        '<ol start="3"><li>{{ ask: numer }}</li><li>{{ ask: dzień }}</li></ol>',
        "<table><tbody><tr><td>{{ ask: numer }}</td><td>{{ ask: dzień }}</td></tr></tbody></table>",
        "<p>raz<br>{{ ask: numer }}<br>dwa</p><p></p><p>{{ ask: uwaga | optional }}</p>",
        "<p><strong>{{ ask: numer }}</strong> i <em>{{ ask: numer }}</em></p>",
    ],
)
def test_wherever_the_blanks_stand(body, plain, by_hand):
    assert suggested(body, plain=plain, by_hand=by_hand) == body


def test_an_answer_put_right_afterwards_is_still_the_answer():
    for before, after in [("ZK/118", "ZK/119/B"), ("ZK/118", "z wczoraj"), ("Maria.", "Marysiu.")]:
        assert suggested(BODY, exchanged(before, after)) == BODY


def test_another_way_to_address_is_no_change():
    assert suggested(BODY, exchanged("Pani Mario", "Szanowna Pani Mario")) == BODY
    assert suggested(BODY, exchanged("Pani Mario", "Szanowna Pani")) == BODY
    assert suggested(BODY, exchanged("Czeka Pani", "Czeka Pan")) == BODY


# --- one edit ------------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("na SMS", "na wiadomość SMS"),
        ("na SMS", "na e-mail"),
        (" na SMS,", ","),
        ("kurier zadzwoni", "kurier zadzwoni dwa razy"),
        ("19,99", "24,99"),
        ("etykieta", "etykieta zwrotna"),
        ("zwroty", "zwroty i wymiany"),
    ],
)
def test_a_change_of_words_is_exactly_that_change(plain, by_hand, before, after):
    wanted = BODY.replace(before, after)
    assert suggested(BODY, exchanged(before, after), plain=plain, by_hand=by_hand) == wanted


@WAYS
def test_a_paragraph_of_its_own_is_put_in_where_it_stands(plain, by_hand):
    before, after = (
        ("- kurier", "Nowy akapit.\n\n- kurier") if plain else ("<ul>", "<p>Nowy akapit.</p><ul>")
    )
    wanted = BODY.replace("<ul>", "<p>Nowy akapit.</p><ul>")
    assert suggested(BODY, exchanged(before, after), plain=plain, by_hand=by_hand) == wanted


@WAYS
def test_an_item_of_a_list_comes_and_goes(plain, by_hand):
    shared = {"plain": plain, "by_hand": by_hand}
    item = "- kurier zadzwoni\n" if plain else "<li>kurier zadzwoni</li>"
    less = suggested(BODY, exchanged(item, ""), **shared)
    assert less == BODY.replace("<li>kurier zadzwoni</li>", "")
    more = exchanged(item, item + item.replace("kurier", "firma też"))
    wanted = BODY.replace(
        "<li>kurier zadzwoni</li>", "<li>kurier zadzwoni</li><li>firma też zadzwoni</li>"
    )
    assert suggested(BODY, more, **shared) == wanted


def test_bold_letters_and_the_address_of_a_link_are_changes_too():
    bold = suggested(BODY, exchanged("na SMS", "na <strong>SMS</strong>"))
    assert bold == BODY.replace("na SMS", "na <strong>SMS</strong>")
    moved = suggested(BODY, exchanged("example.org/zwrot", "example.org/zwroty"))
    assert moved == BODY.replace("example.org/zwrot", "example.org/zwroty")


def test_words_round_a_placeholder_change_and_it_stays():
    sentence = "zamówienie ZK/118 wyślemy 3 grudnia 2026"
    edited = suggested(BODY, exchanged(sentence, "paczka ZK/118 dotrze najpóźniej 3 grudnia 2026"))
    assert "paczka {{ ask: numer }} dotrze najpóźniej {{ ask: dzień | data }}" in edited


@pytest.mark.parametrize("between", ["</p><p>", "</td><td>", "</li><li>"])
@pytest.mark.parametrize("plain", [False, True])
def test_words_at_the_end_of_a_line_are_no_part_of_the_greeting_on_the_next(between, plain):
    starts = {"</p><p>": "<p>", "</td><td>": "<table><tbody><tr><td>", "</li><li>": "<ul><li>"}
    body = f"{starts[between]}paczka{between}{{{{ powitanie | Dzień dobry }}}}"
    after = suggested(clean_reply_html(body), exchanged("paczka", "paczka jest"), plain=plain)
    assert after == clean_reply_html(body.replace("paczka", "paczka jest"))


def test_what_was_moved_or_written_twice_keeps_its_placeholders():
    sentence = "zamówienie ZK/118 wyślemy 3 grudnia 2026. "
    moved = suggested(BODY, lambda html: html.replace(sentence, "") + f"<p>{sentence}</p>")
    assert not missing(moved, "<p>zamówienie {{ ask: numer }} wyślemy {{ ask: dzień | data }}.")
    twice = suggested(BODY, lambda html: html + f"<p>{sentence}</p>")
    assert twice.count("zamówienie {{ ask: numer }} wyślemy {{ ask: dzień") == 2


# --- nothing of one customer ---------------------------------------------------------------------

ADDED = [
    "Pani Mario, proszę o kontakt.",
    "Maria Nowak już u nas była.",
    "Pisaliśmy do Marii Nowak, z Marią, o Nowakowej i dla NOWAK.",
    "Odpisz na maria.nowak@example.org albo Maria.Nowak@example.org.",
    "Zgłoszenie #48213 i 48213.",
    "Temat: Gdzie jest moja paczka?",
    "Zamówienie ZK/118, termin 3 grudnia 2026, zk/118.",
]


@WAYS
@pytest.mark.parametrize("added", ADDED)
def test_what_is_known_of_the_customer_stays_out_of_what_was_added(plain, by_hand, added):
    edit = exchanged("Czeka Pani", f"{added} Czeka Pani")
    found = suggested(BODY, edit, plain=plain, by_hand=by_hand)
    assert found is not None
    assert not re.search(r"(?i)mari|nowak|48213|zk/118|3 grudnia|moja paczka", found)
    assert "{{ forms: Czeka Pan / Czeka Pani / Czekają Państwo }} na SMS" in found


def test_values_become_the_placeholder_they_stand_for():
    edit = exchanged("Czeka Pani", "Pani Mario, zgłoszenie 48213 (Maria Nowak). Czeka Pani")
    found = suggested(BODY, edit)
    assert not missing(
        found, "{{ powitanie | Dzień dobry }}, zgłoszenie {{ numer zgłoszenia }} ({{"
    )


def test_a_link_that_names_the_customer_leaves_its_words_alone():
    link = '<a href="https://kurier.pl/?nr=ZK%2F118" rel="noopener noreferrer">śledzenie</a>'
    found = suggested(BODY, exchanged("Czeka Pani", f"{link} Czeka Pani"))
    assert "śledzenie {{ forms" in found
    assert "kurier.pl" not in found


def test_the_authors_own_words_stay_though_a_customer_is_called_so():
    body = "<p>Maria z biura pomoże: {{ imię klienta | kliencie }}, nr 48213.</p>"
    assert suggested(body) == body
    assert suggested(body, exchanged("pomoże", "pomaga")) == body.replace("pomoże", "pomaga")


def test_a_signature_or_greeting_alone_is_no_change():
    for added in (
        "<p>Pani Mario,</p>",
        "<p>Anna Kot<br>Dział obsługi</p>",
        "<p>Anna Kot</p>",
        "<p></p>",
    ):
        assert suggested(
            "<p>Na zwrot jest 14 dni.</p>", lambda html, added=added: added + html
        ) == ("<p>Na zwrot jest 14 dni.</p>")


def test_another_canned_text_in_the_same_reply_is_no_change_of_this_one():
    other = (
        "<p>Reklamację rozpatrzymy w ciągu 14 dni, {{ imię klienta | x }}.</p>"
        "<p>Formularz w załączniku.</p>"
    )
    put_in = other.replace("{{ imię klienta | x }}", "Maria")
    for plain in (False, True):
        words = "\n\n" + html_to_text(put_in) if plain else put_in
        after = suggested(
            BODY, lambda sent, words=words: sent + words, plain=plain, others=(other,)
        )
        assert after == BODY
        both = suggested(
            BODY,
            lambda sent, words=words: sent.replace("na SMS", "na e-mail") + words,
            plain=plain,
            others=(other,),
        )
        assert both == BODY.replace("na SMS", "na e-mail")


# --- whatever the text ---------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["paczka", "zwrot", "żółw", "kurier", "i", "w", "do", "dziękujemy", "termin", "płatność"]
)
ANSWER = st.one_of(
    st.sampled_from(["", "paczka zwrot", "<b>x</b>", "a & b", "19,99 zł", "kurier"]),
    st.from_regex(r"[A-Z]{2}[0-9]{4}", fullmatch=True),
)
PLACEHOLDER = st.sampled_from(
    [
        "{{ imię klienta | kliencie }}", "{{ powitanie | Dzień dobry }}", "{{ numer zgłoszenia }}",
        "{{ ask: numer | optional }}", "{{ ask: dzień | optional }}", "{{ ask: uwaga | optional }}",
        "{{ forms: Pan / Pani / Państwo }}", "{{ podpis }}", "{{ dziś }}",
    ]
)  # fmt: skip
LINE = st.lists(st.one_of(WORDS, PLACEHOLDER), min_size=1, max_size=8).map(" ".join)
PIECE = st.one_of(
    LINE.map(lambda line: f"<p>{line}.</p>"),
    st.lists(LINE, min_size=1, max_size=3).map(
        lambda lines: f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    ),
    st.tuples(LINE, LINE).map(
        lambda row: f"<table><tbody><tr><td>{row[0]}</td><td>{row[1]}</td></tr></tbody></table>"
    ),
    LINE.map(lambda line: f"<p>tak <strong>{line}</strong><br>nie</p>"),
)
TEXT = st.lists(PIECE, min_size=1, max_size=4).map("".join)
FILLED = st.fixed_dictionaries({"numer": ANSWER, "dzień": ANSWER, "uwaga": ANSWER})


@given(body=TEXT, answers=FILLED, plain=st.booleans(), by_hand=st.booleans())
def test_filled_alone_is_never_a_change(body, answers, plain, by_hand):
    assert suggested(body, answers=answers, plain=plain, by_hand=by_hand) == body


@given(
    before=TEXT, after=TEXT, answers=FILLED, plain=st.booleans(), by_hand=st.booleans(),
    edit=st.sampled_from([("mur", "most"), ("mur", "most i"), (" mur", ""), ("zza", "zza tego")]),
)  # fmt: skip
def test_one_edit_among_the_authors_words_is_that_edit(
    before, after, answers, plain, by_hand, edit
):
    body = f"{before}<p>Widok zza mur dalej.</p>{after}"
    shared = {"answers": answers, "plain": plain, "by_hand": by_hand}
    assert suggested(body, exchanged(*edit), **shared) == body.replace(*edit, 1)


@given(
    body=TEXT, answers=FILLED, plain=st.booleans(), replaces=st.booleans(), at=st.integers(0, 50)
)
def test_a_new_word_beside_whatever_stands_there_is_that_word(body, answers, plain, replaces, at):
    own = r"\b(?:paczka|zwrot|żółw|kurier|termin)\b(?![^{]*\}\})"
    words = list(re.finditer(own, body))
    assume(words)
    word = words[at % len(words)]
    body = f"{body[: word.start()]}własne{body[word.end() :]}"
    after = body.replace("własne", "nowość" if replaces else "własne nowość")
    chosen = Answers(address="she", answers=answers)
    given, html = (fill(each, MARIA, chosen, "pl").html for each in (body, after))
    sent = Sent(html_to_text(html) if plain else clean_reply_html(html), plain)
    found = suggestion(body, Filling(given, MARIA, chosen), sent, "pl")
    assert " ".join((found or "").split()) == after


@given(
    body=TEXT, answers=FILLED, added=st.lists(st.sampled_from(ADDED), min_size=1), data=st.data()
)
def test_no_value_of_the_customer_is_ever_suggested(body, answers, added, data):
    def put_in(html: str) -> str:
        found = [0, *(each.start() for each in re.finditer(r"(?<=\w) (?=\w)", html))]
        places = sorted((data.draw(st.sampled_from(found)) for _each in added), reverse=True)
        for at, sentence in zip(places, added, strict=True):
            html = f"{html[:at]} {sentence} {html[at:]}"
        return html

    found = suggested(body, put_in, answers=answers)
    values = [value for value in answers.values() if re.fullmatch("[A-Z]{2}[0-9]{4}", value)]
    names = r"mari[aoięą]|nowak|48213|moja paczka"
    assert not re.search("|".join([f"(?i:{names})", *values]), html_to_text(found or ""))


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("answer", ["Grażyna Kłos", "jan.k@example.org", "12.03.2026", "Lis 5 B"])
@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("<p>paczka na {{ ask: x }} dnia</p>", "na ", ""),
        ("<p>na {{ ask: x }} dziś. w</p>", " dziś. w", " w"),
        ("<p>dla {{ imię klienta | x }} {{ ask: x }}</p>", "dla ", ""),
    ],
)
def test_a_value_typed_by_hand_stays_out_whatever_changed_beside_it(
    plain, answer, body, before, after
):
    edit = exchanged(before, after)
    found = suggested(body, edit, answers={"x": answer}, plain=plain, by_hand=True)
    assert found == body.replace(before, after, 1)


@pytest.mark.parametrize(
    "body", ["<p>Dla:</p><p>{{ ask: x }}</p><p>w</p>", "<p>Dla:<br>{{ ask: x }}</p>"]
)
def test_a_line_put_in_behind_a_blank_of_its_own_line_lets_no_value_out(body):
    more = exchanged("Ewa Lis", "Ewa Lis\n\nNowy wiersz")
    after = suggested(body, more, answers={"x": "Ewa Lis"}, plain=True, by_hand=True)
    assert not re.search("Ewa|Lis|Nowy\\{", after or "")
    assert "{{ ask: x }}" in (after or "")


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("by_hand", [False, True])
def test_tags_round_a_blank_that_was_left_empty_stay(plain, by_hand):
    body = "<p>w.</p><p>tak <strong><em>{{ ask: x | optional }}</em></strong><br>nie</p>"
    more = exchanged("w.", "w mieście.")
    after = suggested(body, more, answers={"x": ""}, plain=plain, by_hand=by_hand)
    assert after == body.replace("w.", "w mieście.")


def test_what_cannot_be_compared_in_time_is_said_not_to_be():
    words = [f"słowo{number}" for number in range(3000)]
    body = "<p>" + " ".join(words) + "</p>"
    turned = "<p>" + " ".join(words[::-1]) + "</p>"
    assert suggested(body, lambda _html: turned) is None
    assert lasts(lambda: suggested(body, lambda _html: turned), enough=100) < 100
