"""The grammar of placeholders: what is accepted, refused, and found before a send."""

import re
from contextlib import suppress
from html import escape

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.pace import lasts
from thulium_portal.canned.placeholders.nodes import (
    AnswerKind,
    Ask,
    Forms,
    Known,
    Literal,
    PlaceholderError,
    Template,
    tidy,
)
from thulium_portal.canned.placeholders.parser import check, leftovers, parse, parts_of
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS
from thulium_portal.canned.placeholders.render import render

KNOWN = {"customer_name": "Maria Wiśniewska", "ticket_number": "1234", "my_name": "Anna Nowak"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("html", "parts"),
    [
        ("", ()),
        ("<p>Hi</p>", (Literal("<p>Hi</p>"),)),
        ("{{ ticket_number }}", (Known("ticket_number", "", "ticket_number"),)),
        ("{{ticket_number}}", (Known("ticket_number", "", "ticket_number"),)),
        ("{{ Ticket-Number }}", (Known("ticket_number", "", "Ticket-Number"),)),
        ("{{ klient | Państwo }}", (Known("customer_name", "Państwo", "klient"),)),
        ("{{ imię&nbsp;klienta|Pani}}", (Known("customer_first_name", "Pani", "imię klienta"),)),
        ("{{ IMIE KLIENTA | x }}", (Known("customer_first_name", "x", "IMIE KLIENTA"),)),
        ("{{ queue | a | b }}", (Known("queue_name", "a | b", "queue"),)),
        ("{{ temat | Q&amp;A }}", (Known("ticket_subject", "Q&A", "temat"),)),
        ("{{ ask: order number }}", (Ask("order number"),)),
        ("{{ASK:order\n number}}", (Ask("order number"),)),
        ("{{ wpisz: numer zamówienia }}", (Ask("numer zamówienia"),)),
        ("<p>Hi {{ <b>klient</b> | you }}!</p>",
         (Literal("<p>Hi "), Known("customer_name", "you", "klient"), Literal("<b></b>!</p>"))),
        ("<b>{<i>{ today</i> }}</b>",
         (Literal("<b>"), Known("today", "", "today"), Literal("<i></i></b>"))),
        ("{{ ask: day | date }}", (Ask("day", AnswerKind.DATE),)),
        ("{{ wpisz: kwota | KWOTA | nieobowiązkowe }}",
         (Ask("kwota", AnswerKind.AMOUNT, (), False),)),
        ("{{ ask: how | choice: by post; R&amp;D ;}}",
         (Ask("how", AnswerKind.CHOICE, ("by post", "R&D")),)),
        ("{{ forma: Pan / Pani / Państwo }}", (Forms("Pan", "Pani", "Państwo"),)),
        ("{{ za 5 dni roboczych }}", (Known("in_5_working_days", "", "za 5 dni roboczych"),)),
        ("{{ in 1 working day }}", (Known("in_1_working_days", "", "in 1 working day"),)),
        ("a { b } c", (Literal("a { b } c"),)),
    ],
)  # fmt: skip
def test_a_text_is_read_into_parts(html, parts):
    assert parse(html).parts == parts


@pytest.mark.parametrize(
    ("html", "says", "place"),
    [
        ("<p>Hi {{ custmer_name | x }},</p>", "Did you mean “customer_name”?",
         "{{ custmer_name | x }}"),
        ("{{ numer zgloszena }}", "Did you mean “numer zgłoszenia”?", "{{ numer zgloszena }}"),
        ("{{ shoe size }}", "write {{ ask: shoe size }} to be asked", "{{ shoe size }}"),
        ("{{ today", "not closed", "{{ today"),
        ("<p>{{ today</p><p>}}</p>", "not closed", "{{ today"),
        ("<li>{{ today <br> }}</li>", "not closed", "{{ today "),
        ("today }}", "without {{ before it", "}}"),
        ("{{ klient, {{ temat }} }}", "inside another", "{{ klient, {{ temat }} }}"),
        ("{{ klient, {{ temat }}", "not closed", "{{ klient, {{ temat }}"),
        ("{{}}", "is empty", "{{}}"),
        ("{{ &nbsp; | x }}", "is empty", "{{   | x }}"),
        ("{{ ask: }}", "what to ask for", "{{ ask: }}"),
        ("{{ ask: day | soon }}", "“soon” is not known here", "{{ ask: day | soon }}"),
        ("{{ ask: how | choice: one }}", "at least two choices", "{{ ask: how | choice: one }}"),
        ("{{ forms: he / she }}", "Write three forms", "{{ forms: he / she }}"),
        ("{{ forms: he / / it }}", "Write three forms", "{{ forms: he / / it }}"),
        ("{{ za 31 dni roboczych }}", "Did you mean", "{{ za 31 dni roboczych }}"),
        ("{{ ask: " + "x" * 121 + " }}", "at most 120 characters", "{{ ask: " + "x" * 52),
        ('<a href="https://x.example/{{ today }}">x</a>', "link’s address", ""),
        ('<a href="https://x.example/%7B%7B today">x</a>', "link’s address", ""),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_words_with_its_place(html, says, place):
    with pytest.raises(PlaceholderError, match=re.escape(says)) as caught:
        parse(html)
    assert caught.value.place == place


def test_a_fault_shows_what_stands_around_it():
    with pytest.raises(PlaceholderError) as caught:
        parse("<p>First</p><p>Dear &amp; kind {{ nobody }}, thank you for writing to us</p>")
    assert caught.value.before == "Dear & kind "
    assert caught.value.after == ", thank you for writing "


def test_every_fault_is_told_at_once():
    faults = check("<p>{{ one }}</p><p>{{ }}</p><p>{{ ticket_number }}</p><p>{{ open</p>")
    assert [fault.place for fault in faults] == ["{{ one }}", "{{ }}", "{{ open"]


@pytest.mark.parametrize(
    "name",
    [
        *("customer_name", "customer_first_name", "customer_email", "ticket_subject"),
        *("queue_name", "greeting"),
    ],
)
def test_what_may_be_unknown_needs_a_fallback_to_be_saved(name):
    (fault,) = check(f"{{{{ {name} }}}}")
    assert "Say what to write then" in str(fault)
    assert check(f"{{{{ {name} | x }}}}") == []


@pytest.mark.parametrize(
    "name", ["ticket_number", "my_name", "my_first_name", "my_signature", "today"]
)
def test_what_is_always_known_needs_no_fallback(name):
    assert check(f"{{{{ {name} }}}}") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nothing { here }", ()),
        ("a }} b", ()),
        ("{{ order number }}", ("order number",)),
        ("{{ customer_name }} {{ klient | x }}", ("customer’s first and last name",)),
        ("{{ ask: date }}", ("date",)),
        ("<p>{{&nbsp;order <b>num</b>ber&nbsp;}}</p>", ("order number",)),
        ("<p>{<b>{ order }</b>}</p>", ("order",)),
        ("&#123;&lbrace; order }}", ("order",)),
        ("<p>{{ order number</p><p>next</p>", ("order number",)),
        ("plain {{ order number\nnext line", ("order number",)),
        ("if a < b {{ x }} and c > d", ("x",)),
        ("{{ a < b }} and c > d", ("a d",)),
        ("{{{ x }}}", ("x",)),
        ("{{}}", ("blank without a name",)),
        ('<a href="https://x.example/{{ order }}">x</a>', ("order",)),
        ('<a href="https://x.example/%7B%7B%20order%20%7D%7D">x</a>', ("order",)),
        ("{{ " + "long " * 40 + "}}", (("long " * 12).strip(),)),
    ],
)
def test_blanks_left_in_a_reply_are_found(text, found):
    assert leftovers(text) == found


words = st.text(st.characters(blacklist_characters="{}"), min_size=1, max_size=40)
spoken = words.map(lambda text: tidy(escape(text))).filter(bool)
plain = spoken.filter(lambda text: not set(text) & set("|/;"))
asks = st.builds(
    Ask,
    plain,
    st.sampled_from((AnswerKind.TEXT, AnswerKind.DATE, AnswerKind.AMOUNT)),
    st.just(()),
    is_required=st.booleans(),
) | st.builds(
    Ask,
    plain,
    st.just(AnswerKind.CHOICE),
    st.lists(plain, min_size=2, max_size=4, unique=True).map(tuple),
    st.booleans(),
)
known = st.builds(Known, st.sampled_from(sorted(PLACEHOLDERS)), st.just("") | spoken).map(
    lambda part: Known(part.name, part.fallback, part.name)
)
literals = words.map(lambda text: Literal(escape(text.replace("\x1e", ""), quote=False)))
pieces = st.sampled_from(
    (
        *("{{", "}}", "{", "}", "<b>", "</b>", "<p>", "</p>", "<br>", "|", "ask:", "klient"),
        *("&#123;", "&amp;", "<", ">", '"', "<a href='{{", "\x1e", "\xa0", "\n", "today"),
    )
) | st.text(max_size=5)
jumbles = st.lists(pieces, max_size=40).map("".join)


@given(
    st.lists(st.one_of(known, asks, st.builds(Forms, plain, plain, plain)), max_size=8), literals
)
def test_a_parsed_text_is_written_back_as_it_was(parts, between):
    whole = [piece for part in parts for piece in (between, part) if piece != Literal("")]
    template = Template(tuple(whole))
    assert parse(template.source) == template


@given(jumbles)
@example("{{<p>}}")
def test_no_input_raises_anything_but_a_placeholder_error(html):
    leftovers(html)
    render(html, KNOWN)
    check(html)
    template = Template(())
    with suppress(PlaceholderError):
        template = parse(html)
    assert parse(template.source) == template


@given(st.text(), st.text())
def test_no_value_comes_out_unescaped(value, fallback):
    body = f"{{{{ klient }}}}{{{{ temat | {escape(fallback)} }}}}{{{{ podpis }}}}{{{{ ask: x }}}}"
    html = render(body, {"customer_name": value, "my_signature": value}, {"x": value}).html
    assert not re.search(r"[<>\"]|&(?!#?\w+;)", html.replace("<br>", ""))


@given(jumbles)
def test_what_rendering_leaves_blank_is_always_found_again(html):
    rendered = render(html, {})
    if rendered.unfilled:
        assert leftovers(rendered.html) != ()


@given(jumbles)
def test_tags_survive_reading_in_their_order(html):
    tags = re.compile(r"<[^<>]*>")
    written = "".join(part.html if isinstance(part, Literal) else "" for part in parts_of(html))
    assert tags.findall(written) == tags.findall(html)


@pytest.mark.parametrize(
    "piece",
    [
        *("{{", "}}", "{{ }}", "{{ a ", "<", "<b>", "{{<b>", "<p>{{", "&", "{<b>", "{{ ask: "),
        *("%7B%7B", "{{ klient | ", "<a href='{{ x }}'>"),
    ],
)
def test_hostile_text_takes_time_linear_in_its_length(piece):
    text = piece * 20_000
    assert lasts(lambda: (leftovers(text), render(text, KNOWN), check(text)), enough=200) < 200
