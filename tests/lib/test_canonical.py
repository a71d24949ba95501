"""HTML of other programs in our own markup: nothing glued, nothing lost unsaid, and stable."""

import random
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.html import soup
from tests.support.pace import lasts
from thulium_portal.lib.html.bounds import is_bounded
from thulium_portal.lib.html.sanitize import clean, clean_reply_html, not_allowed

CASES = Path(__file__).parent.parent / "cases"


def paste(name: str) -> str:
    return clean_reply_html((CASES / "paste" / name).read_text())


def test_a_pasted_table_is_a_table():
    assert paste("excel_table.html") == (
        "<table><tbody><tr><td>Towar</td><td>Cena</td></tr>"
        "<tr><td>Buty</td><td>199,00</td></tr></tbody></table>"
    )


def test_a_wrapper_that_says_not_bold_is_not_bold():
    assert paste("gdocs_bold.html") == "<p>Zwykły</p>"


def test_a_link_without_its_scheme_works():
    assert paste("www_link.html") == (
        '<a href="https://www.example.org" rel="noopener noreferrer">www</a>'
    )


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<div>a</div><div>b</div>", "a<br>b"),
        ("<div>a</div><div><br></div><div>b</div>", "a<br><br>b"),
        ("a<br><div>b</div>", "a<br>b"),
        ("<div><p>a</p>b</div>c", "<p>a</p>b<br>c"),
        ("<dl><dt>a<dd>b</dl>", "a<br>b"),
        ("<tr><td>a</td><td>b</td></tr>", "a<br>b"),
        ("<section>a</section>b<aside>c</aside>", "a<br>b<br>c"),
        ("<label>a</label><input value='b'><button>c</button>", "a b<br>c"),
        ("<input type=checkbox checked>a<input type=password value=b>", "☑ a"),
        ("<select><option>a<option>b</select>", "a<br>b"),
        ("<table><caption>a</caption><tr><td>b</table>c",
         "a<table><tbody><tr><td>b</td></tr></tbody></table>c"),
        ("<h2><div>a</div><div>b</div></h2>", "<h2>a<br>b</h2>"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul>a<ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<p>a</p><br><p>b</p>", "<p>a</p><p><br></p><p>b</p>"),
        ("<p>a<br></p><p></p>", "<p>a</p><p></p>"),
        ("<p style='white-space:pre-wrap'>a\n  b</p>", "<p>a<br>&nbsp; b</p>"),
        ("a <q>b</q>", 'a "b"'),
        ("<div style='display:none'>a</div>b", "b"),
    ],
)  # fmt: skip
def test_blocks_that_are_not_ours_leave_their_words_on_lines(html, written):
    assert clean_reply_html(html) == written


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<b>a</b><i>b</i><strike>c</strike><del>d</del><ins>e</ins>",
         "<strong>a</strong><em>b</em><s>cd</s><u>e</u>"),
        ("<span style='font-weight:700'>a</span>", "<strong>a</strong>"),
        ("<span style='font-weight: BOLD !important'>a</span>", "<strong>a</strong>"),
        ("<span style='font-weight:400;font-style:italic'>a</span>", "<em>a</em>"),
        ("<span style='text-decoration:underline line-through'>a</span>", "<u><s>a</s></u>"),
        ("<span style='vertical-align:super'>a</span>", "<sup>a</sup>"),
        ("<b>a<span style='font-weight:normal'>b</span>c</b>",
         "<strong>a</strong>b<strong>c</strong>"),
        ("<i style='font-style:normal'>a</i><u style='text-decoration:none'>b</u>", "ab"),
        ("<em><strong>a</strong></em>", "<strong><em>a</em></strong>"),
        ('<a href="/x"><u>a</u></a>', "a"),
        ('<a href="x.html"><span style="text-decoration:underline">a</span></a>', "a"),
        ('<a href="https://x.pl"><span style="text-decoration:underline">a</span></a>',
         '<a href="https://x.pl" rel="noopener noreferrer">a</a>'),
        ('<a href="//x.pl/a b">a</a>',
         '<a href="https://x.pl/a%20b" rel="noopener noreferrer">a</a>'),
        ('<a href="https://[x">a</a>', "a"),
        ('<a href="www.[x">a</a>', "a"),
        ("<a name=x>a</a>", "a"),
    ],
)  # fmt: skip
def test_marks_are_kept_by_whatever_name_they_come(html, written):
    assert clean_reply_html(html) == written


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ('<ol type="a" start="3"><li value="7">x</ol>',
         '<ol start="3" type="a"><li value="7">x</li></ol>'),
        ('<ol start="1" type="1"><li>x</ol>', "<ol><li>x</li></ol>"),
        ("<ol><li style='list-style-type:lower-alpha'>x</ol>", '<ol type="a"><li>x</li></ol>'),
        ('<ol start="-2x" type="q"><li value="">x</ol>', "<ol><li>x</li></ol>"),
        ('<table><tr><th colspan="2">a<td rowspan=1>b</table>',
         '<table><tbody><tr><th colspan="2">a</th><td>b</td></tr></tbody></table>'),
        ('<table><tr><td colspan="900000000">a</table>',
         "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("<table><thead><tr><th>a</thead><tfoot><tr><td>b</table>",
         "<table><thead><tr><th>a</th></tr></thead><tfoot><tr><td>b</td></tr></tfoot></table>"),
        ("<table><tr><td>a<table><tr><td>b</table></table>",
         "<table><tbody><tr><td>a<table><tbody><tr><td>b</td></tr></tbody></table></td></tr>"
         "</tbody></table>"),
        ("<table></table>a", "a"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>",
         "<blockquote>a<blockquote>b</blockquote></blockquote>"),
        ("<h5>a</h5><pre>\n  b\n c</pre><hr>", "<h5>a</h5><pre>  b\n c</pre><hr>"),
    ],
)  # fmt: skip
def test_structure_is_kept(html, written):
    assert clean_reply_html(html) == written


def test_lists_of_word_are_lists_with_their_levels_and_their_way_of_counting():
    items = "".join(
        f"<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'><![if !supportLists]>"
        f"<span style='mso-list:Ignore'>{mark}<span>&nbsp; </span></span><![endif]>{words}"
        "<o:p></o:p></p>"
        for level, mark, words in [(1, "4.", "x"), (2, "a)", "y"), (2, "b)", "z"), (1, "5.", "v")]
    )
    assert clean_reply_html(items) == (
        '<ol start="4"><li><p>x</p><ol type="a"><li><p>y</p></li><li><p>z</p></li></ol></li>'
        "<li><p>v</p></li></ol>"
    )


@pytest.mark.parametrize(
    ("html", "lost"),
    [
        ("<p>x<img src=a alt='kot'></p>", {"pictures"}),
        ("<span style='color:red'>x</span>", {"colours"}),
        ("<span style='background:#ff0'>x</span>", {"colours"}),
        ("<font color='#cc0000'>x</font>", {"colours"}),
        ("<table><tr><td bgcolor=yellow>x</table>", {"colours"}),
        ("<mark>x</mark>", {"colours"}),
        ("<span style='mso-hide:all'>x</span>", {"hidden"}),
        ("<span style='color:#222;background:white'>x</span>", set()),
        ("<span style='color:rgb(34, 34, 34);background-color:transparent'>x</span>", set()),
        ("<a href='https://x.pl' style='color:#1155cc'>x</a>", set()),
        ("<p class=MsoNormal style='color:windowtext;mso-x:\"y\"'>x</p>", set()),
    ],
)
def test_what_is_lost_is_told(html, lost):
    assert clean(html).lost == lost


def test_what_is_too_much_to_be_read_becomes_its_words_and_stays_so():
    html = "<p>a<b>b</b></p><script>c</script>" + "<i>" * 300 + "d&lt;e</div>f"
    assert not is_bounded(html)
    cleaned = clean(html)
    assert (cleaned.html, cleaned.lost) == ("<p>ab</p><p>d&lt;e<br>f</p>", {"form"})
    large = "<p>zdanie z  odstępem &amp; &lt;b&gt;</p>" * 20_000
    assert clean_reply_html(clean_reply_html(large)) == clean_reply_html(large)
    assert not_allowed(large) == ["<p>"]


@pytest.mark.parametrize("seed", range(40))
def test_written_anew_it_stays_and_every_word_is_there_apart(seed):
    chance = random.Random(seed)
    for _ in range(50):
        html = soup(chance)
        written = clean_reply_html(html)
        assert clean_reply_html(written) == written, html
        assert not_allowed(written) == [], html
        assert sorted(_words(written)) == sorted(re.findall(r"w\d+", html)), html


@given(st.text(st.sampled_from("<>/=\"' apulitrdbv0&;")))
def test_no_scrap_of_html_is_written_differently_the_second_time(html):
    written = clean_reply_html(html)
    assert clean_reply_html(written) == written


def _words(html: str) -> list[str]:
    without_marks = re.sub(r"</?(strong|em|u|s|sub|sup|code|a)\b[^>]*>", "", html)
    return re.findall(r"w\w*", unescape(re.sub(r"<[^>]*>", " ", without_marks)))


@pytest.mark.parametrize(
    "piece",
    [
        *("<p>x", "<br>", "<input value=x>", "<span style='color:red;font-weight:bold'>x</span>"),
        "<p style='mso-list:l0 level9'><span style='mso-list:Ignore'>1.</span>x</p>",
        *("<a href='www.x.pl'>x</a>", "<tr><td>x</td></tr>", "<q>", "&", "<"),
    ],
)
def test_no_markup_takes_long(piece):
    html = piece * 6_000
    assert lasts(lambda: (clean(html), not_allowed(html)), enough=60) < 60
