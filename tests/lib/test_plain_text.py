from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pace import lasts
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dzień dobry,</p><p>Ala ma kota.</p>", "Dzień dobry,\n\nAla ma kota."),
        ("<p>Ala<br>ma<br>kota</p>", "Ala\nma\nkota"),
        ("a<br><br>b", "a\n\nb"),
        ("<div>raz</div><div>dwa</div>", "raz\ndwa"),
        ("<p>Ala  ma\n\tkota &amp; psa &lt;3</p>", "Ala ma kota & psa <3"),
        ("<p>5&nbsp;zł</p>", "5 zł"),
        ("<p><b>gruby</b> i <i>pochyły</i></p>", "gruby i pochyły"),
        ("<p>a</p><ul><li>raz</li><li>dwa</li></ul><p>b</p>", "a\n\n- raz\n- dwa\n\nb"),
        ('<ol start="3"><li>x</li><li>y</li></ol>', "3. x\n4. y"),
        ("<ul><li><p>raz</p></li><li><p>dwa</p></li></ul>", "- raz\n- dwa"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b"),
        ("<blockquote><p>raz</p><p>dwa</p></blockquote><p>c</p>", "> raz\n>\n> dwa\n\nc"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n\n> > b"),
        ('<a href="https://e.pl/a">tu</a>.', "tu (https://e.pl/a)."),
        ('<a href="https://e.pl/">https://e.pl</a>', "https://e.pl"),
        ('<a href="mailto:a@e.pl">a@e.pl</a>', "a@e.pl"),
        ('<a href="https://e.pl"></a>', "https://e.pl"),
        ("<a>bez adresu</a>", "bez adresu"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<pre>x\n  y</pre>", "x\n  y"),
        ("<h2>Tytuł</h2><p>Treść</p>", "Tytuł\n\nTreść"),
        ("a<hr>b", "a\n---\nb"),
        ("<style>p{}</style><script>x</script>a", "a"),
        ("", ""),
        ("<p></p><p> </p>", ""),
    ],
)
def test_text_reads_as_a_person_would_type_it(html, text):
    assert html_to_text(html) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_escaped_text_comes_back(text):
    words = [word for line in text.splitlines() for word in line.split()]
    assert html_to_text(f"<p>{escape(text)}</p>").split() == words


@given(st.text(st.sampled_from("<>/=\"' apulolibrdv0&;"), max_size=200))
def test_nothing_that_was_sanitised_breaks_it(html):
    assert isinstance(html_to_text(clean_reply_html(html)), str)


def test_deep_nesting_loses_nothing_and_takes_no_time():
    html = "<blockquote>" * 3000 + "głęboko" + "</blockquote>" * 3000
    assert html_to_text(html).endswith("głęboko")
    assert html_to_text("<ul><li>" * 3000 + "x").endswith("x")
    assert lasts(lambda: html_to_text(html), enough=100) < 100


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><th>Towar</th><th>Cena</th></tr><tr><td>Buty</td><td>199</td></tr></table>",
         "Towar | Cena\nButy | 199"),
        ("<table><tbody><tr><td><p>a</p></td><td><p><br></p></td><td>c</td></tr></tbody></table>",
         "a |  | c"),
        ("<p>x</p><table><tr><td></td><td>b</td></tr><tr><td></td></tr></table><p>y</p>",
         "x\n\n | b\n\ny"),
        ("<table><tr><td>a<br>b</td><td>c</td><td>d</td></tr></table>", "a\nb\nc | d"),
        ("<blockquote><table><tr><td>a</td><td>b</td></tr></table></blockquote>", "> a | b"),
        ('<ol start="3" type="a"><li>x</li><li value="28">y</li></ol>', "c. x\nab. y"),
        ('<ol type="I"><li value="14">x</li></ol>', "XIV. x"),
        ("<p><s>3 sztuki</s> 2 <del>sztuki</del></p>", "~~3 sztuki~~ 2 ~~sztuki~~"),
        ("m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "m², H₂O, 1st"),
    ],
)  # fmt: skip
def test_markup_that_words_alone_would_lose_is_read(html, text):
    assert html_to_text(html) == text
