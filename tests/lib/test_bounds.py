"""Which HTML the parsers may read: all that people write, nothing that would stop them."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pace import lasts
from thulium_portal.lib.html.bounds import MOST_TAGS, is_bounded, tokens
from thulium_portal.lib.html.readable import readable

BOMB = "<p>" + "".join(f"<b id={n}>" for n in range(1000)) + "</p>" + "<p>x" * 8000


def hidden(before: str, after: str) -> str:
    """Return formatting left open, little by little, and closed only where nothing closes it."""
    some = "<p>" + "".join(f"<b id={n}>" for n in range(100)) + "</p>"
    return (some + before + "</b>" * 100 + after) * 20 + "<p>x" * 4000


REFUSED = {
    "formatting left open": BOMB,
    "lists inside of lists": "<ul><li>" * 20_000,
    "formatting never closed": "<font><i><b>" * 6_000,
    "too many links": '<a href="https://example.org/">x</a>' * 20_000,
    "too long": "a" * 1_000_001,
    "ampersands": "&" * 200_000,
    "deep": "<div>" * 401,
    "attributes": "<b " + " ".join(f"a{n}" for n in range(500)) + ">x</b>",
    "closed in a comment": hidden("<!--", "-->"),
    "closed in an attribute": hidden("<p id='", "'>"),
    "closed in a style": hidden("<style>", "</style>"),
    "closed in a script in a script": hidden("<script><!--<script></script>", "--></script>"),
    "closed behind the wall of a cell": hidden("<table><td>", "</table>"),
    "closed in a drawing": hidden("<svg><style><a id='</style></svg>", "'>"),
    "in capitals": BOMB.upper(),
}
ROW = (
    '<tr><td style="padding:0 10px;font-family:Arial,sans-serif" width="300" valign="top">'
    '<!--[if mso]><table role="presentation"><tr><td><![endif]--><font color="#333"><b>Tanio</b>'
    '<br>tylko <a href="https://example.org/a?b=1&amp;c=2">dziś</a></font>'
    "<!--[if mso]></td></tr></table><![endif]--></td></tr>"
)
NEWSLETTER = (
    "<!DOCTYPE html><html><head><title>Oferta</title><style>td > a { color: red }</style></head>"
    "<body>" + "<table><tr><td>" * 15 + f"<table>{ROW * 1000}</table>" + "</table>" * 15 + "</body>"
)
THREAD = "<div><blockquote><p>Odp.<p>x<ul><li>a<li>b</ul>" * 60 + "</blockquote></div>" * 60
OLD = "<font face=Arial>" + "<p>x<br><b>y</b> <i>z</i>" * 3000
READ = {"newsletter": NEWSLETTER, "long thread": THREAD, "old mail": OLD, "text": "a < b & c"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_stop_a_parser_is_refused_at_once(name):
    assert not is_bounded(REFUSED[name])
    assert lasts(lambda: is_bounded(REFUSED[name]), enough=40) < 40


@pytest.mark.parametrize("name", READ)
def test_what_people_write_is_read(name):
    assert is_bounded(READ[name])


TAGS = ["a", "b", "font", "p", "div", "table", "tr", "td", "th", "caption", "li", "ul", "object"]
TAGS += ["select", "option", "svg", "style", "script", "template", "button", "math", "mi", "title"]
PIECES = [f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] * 2
PIECES += ["x", "<!--", "-->", "<b id='", "'>", "<![CDATA[", "]]>", "<b id={n}>", "<i id={n}>"]
soup = st.lists(st.sampled_from(PIECES), max_size=80)


@given(start=soup, rest=soup)
def test_a_parser_never_makes_more_of_a_text_than_was_counted(start, rest):
    """Repeated to the bound, what is still let in stays as small as the bounds promise."""
    once = "".join(start) + "<p>x</p>" * 5
    many = "".join(once.format_map({"n": n}) for n in range(60)) + "".join(rest) + "<p>x" * 200
    if is_bounded(many):
        made = nh3.clean(many, tags={*TAGS, "i", "option"} - {"style", "script", "title"})
        assert made.count("<") < 8 * MOST_TAGS


@given(soup)
def test_tokens_are_the_text_to_the_letter(pieces):
    html = "".join(pieces)
    assert "".join(token.written for token in tokens(html)) == html


@pytest.mark.parametrize(
    ("html", "kinds"),
    [
        ("a<b>c", [("text", ""), ("open", "b"), ("text", "")]),
        ("<B/></b >", [("open", "b"), ("close", "b")]),
        ("<a href='>' x=\">\">", [("open", "a")]),
        ("1 < 2 <3", [("text", "")]),
        ("<!-- > --><!--> -->", [("comment", ""), ("comment", ""), ("text", "")]),
        ("<![if x]><?y?></ z><!>", [("comment", "")] * 4),
        ("<style><b></style>", [("open", "style"), ("text", ""), ("close", "style")]),
        ("<b", [("unfinished", "")]),
        ("<!-- <b>", [("unfinished", "")]),
        ("<a href='<b>", [("unfinished", "")]),
    ],
)
def test_markup_is_read_by_the_rules_of_html(html, kinds):
    assert [(token.kind, token.name) for token in tokens(html)] == kinds


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Dzień dobry,</p><p>2 &lt; 3 &amp; tak<br>nowa linia</p>",
         "Dzień dobry,\n\n2 < 3 & tak\nnowa linia"),
        ("<style>b{}</style><p>x</p><script>alert(1)</script><!-- y -->", "x"),
        ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", "a b\nc"),
        ("<p>x<p>y<div>z<div>w</div></div>u", "x\n\ny\nz\nw\nu"),
        ("<ul><li>a<li>b</ul><section>c</section><section>d</section>", "- a\n- b\nc\nd"),
        ("1 < 2 <b", "1 < 2 <b"),
    ],
)  # fmt: skip
def test_the_words_of_markup_can_be_read_without_a_parser(html, words):
    assert readable(html) == words
