"""What may stay in staff's and customers' HTML, and what never does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.html.mail import read_mail
from thulium_portal.lib.html.sanitize import (
    clean_reply_html,
    not_allowed,
    plain_to_html,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<svg><style><img src="http://t.example/p.gif"></style></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<div style="background:url(http://t.example/p.gif)">x</div>',
    '<table background="http://t.example/p.gif"><tr><td>x</td></tr></table>',
    '<link rel="stylesheet" href="http://t.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=http://t.example">',
    '<base href="http://t.example/">',
    '<iframe src="http://t.example"></iframe>',
    '<form action="http://t.example"><input name="password"><button>x</button></form>',
    '<video poster="http://t.example/p.gif"><source src="http://t.example/v"></video>',
    '<object data="http://t.example/o"></object><embed src="http://t.example/e">',
    '<a href="//t.example/x">x</a>',
    '<a href="/accounts/logout/">x</a>',
    '<p id="content" class="btn" data-send hx-get="/x" onclick="x()">x</p>',
    "<!--[if mso]><p>x</p><![endif]-->",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<template><img src="http://t.example/p.gif"></template>',
]
ALLOWED = re.compile(
    r'<(/?(p|div|br|a|li|ul|ol|table|tbody|tr|td|span)|a (href="(https?|mailto|tel):[^"<>]*" )?'
    r'rel="noopener noreferrer"|span class="(picture|field)"|div class="text")>'
)


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_leaves_nothing_but_plain_formatting(html):
    for cleaned in (clean_reply_html(html), read_mail(html).own):
        assert "<" not in ALLOWED.sub("", cleaned)


def test_what_staff_write_keeps_its_form():
    written = (
        "<p>Dzień <strong>dobry</strong>, <em>proszę</em></p><ul><li><p>raz</p></li></ul>"
        '<ol start="3"><li><p>trzy</p></li></ol><blockquote><p>cytat</p></blockquote>'
    )
    assert clean_reply_html(written) == written


def test_a_link_of_staff_opens_without_handing_over_the_page():
    assert clean_reply_html('<a href="https://sklep.example/zwroty" target="_top">zwroty</a>') == (
        '<a href="https://sklep.example/zwroty" rel="noopener noreferrer">zwroty</a>'
    )


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    once = clean_reply_html(text)
    assert clean_reply_html(once) == once


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("  \n \n", ""),
        ("jedna linia", "<p>jedna linia</p>"),
        ("raz\r\ndwa\rtrzy", "<p>raz<br>dwa<br>trzy</p>"),
        ("akapit\n\n \n\ndrugi", "<p>akapit</p><p>drugi</p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("<b>nie gruby</b>", "<p>&lt;b&gt;nie gruby&lt;/b&gt;</p>"),
    ],
)
def test_plain_text_becomes_paragraphs(text, html):
    assert plain_to_html(text) == html


@given(st.text())
def test_plain_text_is_never_read_as_html(text):
    assert "<" not in re.sub(r"</?p>|<br>", "", plain_to_html(text))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "a < b & c, 5 <3",
        "<p>a <b>x</b><br/></p><hr>",
        '<a href="https://x.pl" rel="noopener noreferrer">a</a><a href="MAILTO:a@b.pl">b</a>',
        '<ol start="3"><li>a</ol>',
        "<table><tr><td colspan=2>a</table>",
    ],
)
def test_what_is_kept_needs_no_naming(html):
    assert not_allowed(html) == []


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ("<span>a</span>", ["<span>"]),
        ("<p>a</p><script>alert(1)</script>", ["<script>"]),
        ('<p style="x">a</p><p style="x">b</p>', ['<p style="x">']),
        ("<img src=x onerror=y>", ["<img src=x onerror=y>"]),
        ('<a href="/x">a</a>', ['<a href="/x">']),
        ("<a href>a</a>", ["<a href>"]),
        ('<a href=" java\nscript:x">z</a>', ['<a href=" java\nscript:x">']),
        ("<o:p>x</o:p><!-- y -->", ["<o:p>", "<!-- y -->"]),
        ("<!doctype html><?xml?>", ["<!doctype html>", "<?xml?>"]),
        ("<p>a<b class", ["<b class"]),
        ("<p>a</p><a/<", ["<a/<"]),
        ("<p>a</p><a href='x>y", ["<a href='x>y"]),
    ],
)
def test_what_would_be_left_out_is_named(html, named):
    assert not_allowed(html) == named


@given(st.text("<>/!?-=ab p'\"&;"))
def test_nothing_is_left_out_unnamed(html):
    kept = clean_reply_html(html)
    if not not_allowed(html):
        assert not_allowed(kept) == []
        assert _tags(kept) >= _tags(html)


def _tags(html: str) -> set[str]:
    return set(re.findall(r"<([a-z0-9]+)[ />]", re.sub(r"</[^>]*>", "", html)))


def test_half_a_surrogate_pair_is_replaced():
    assert plain_to_html("\ud83d") == "<p>?</p>"
