"""Customers' mails: text or HTML, and what is shown of them."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.support.pace import lasts
from thulium_portal.lib.html.mail import (
    MOST_SHOWN,
    Mail,
    is_html,
    own_text,
    read_mail,
    whole_mail,
    whole_text,
)

CASES = Path(__file__).parent.parent / "cases" / "mails"


def case(name: str) -> Mail:
    return read_mail((CASES / name).read_text())


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize(
    "body",
    [
        "<p>x",
        "a<br/>b",
        "a<BR >b",
        "x</div>",
        "<!DOCTYPE html>",
        "<P CLASS=x>y",
        "<td nowrap>x",
        '<a href="https://x.example">x</a>',
        '<table\n  width="1">',
        "Nowak <nowak@example.org><br>x",
    ],
)
def test_html_is_where_a_tag_that_html_knows_is_in_it(body):
    assert is_html(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Jan <jan@example.org> napisał",
        "a < b > c",
        "<3 dla Was",
        "<Nowak>",
        "<https://sklep.example/zwroty>",
        "jeśli a <b and c> d",
        "a <- b -> c",
        "if (a<b && b>c)",
        "<a href=",
        "<abc@example.org> <p.nowak@example.org> <i@example.org>",
        "<br",
        "< p >x</ p>",
        "&lt;p&gt;",
    ],
)
def test_everything_else_is_text(body):
    assert not is_html(body)


def test_a_text_mail_keeps_lines_addresses_and_quotes():
    mail = case("plain_with_angle.txt")
    assert words(mail.own) == (
        "Dzień dobry,\nproszę o fakturę.\nCena była < 100 zł, a dostałam > 150 zł.\n\n"
        "Pozdrawiam\nMaria"
    )
    assert mail.attribution == "2026-11-20 Jan Kowalski <jan@example.org> napisał(a):"
    assert mail.history == (
        '<blockquote><div class="text">pytanie pierwsze\npytanie drugie</div></blockquote>'
    )


def test_what_is_struck_out_looks_struck_out():
    assert case("strike.txt").own == (
        "<p>Zamawiam: <s>3 sztuki</s> 2 sztuki</p><p><s>czerwone</s> zielone</p>"
        "<p><s>a</s> <s>b</s> c</p>"
    )


def test_lines_and_the_indent_stay_where_white_space_counts():
    assert case("prewrap.txt").own == (
        '<div>Linia pierwsza<br>Linia druga<br><span class="pre">   wcięta trzecia</span>'
        "<br><br>Po przerwie</div>"
    )


def test_no_two_blocks_run_into_one_word_and_fields_become_text():
    own = case("block_glue.txt").own
    apart = re.sub(r"<(?!/?span)[^>]*>|</?span[^>]*>", "|", own)
    found = [each.strip() for each in apart.split("|") if each.strip()]
    assert found == [
        *("Pierwszy", "Drugi", "Trzeci", "Czwarty", "Imię", "Jan", "A", "B", "Wyślij"),
        *("Piąty", "Szósty"),
    ]


def test_a_pasted_picture_is_no_picture_of_the_internet():
    mail = case("only_image.txt")
    assert (mail.pasted_pictures, mail.remote_pictures) == (1, 0)
    assert "picture" in mail.own


def test_direction_stays():
    assert case("rtl.txt").own.count('<div dir="rtl">') == 2


@pytest.mark.parametrize(
    "html",
    [
        '<html dir="rtl"><body><p>שלום</p></body></html>',
        '<body dir=RTL class="x">שלום<br></body>',
        '<p style="direction: rtl">שלום</p>',
        '<span dir="rtl">שלום</span><br>',
        '<bdo dir="rtl">abc</bdo><br>',
    ],
)
def test_every_way_to_name_a_direction_counts(html):
    assert 'dir="rtl"' in read_mail(html).own


def test_what_is_for_outlook_alone_does_not_show():
    assert case("mso_revealed.txt").own == "<p>Treść</p><p>dalej</p>"


def test_words_inside_an_xml_element_show_as_in_a_browser():
    assert words(read_mail("<xml><p>tekst</p><o:x>96</o:x></xml>").own) == "tekst"


def test_a_hidden_preheader_does_not_show():
    assert words(case("newsletter_hidden.txt").own).strip() == "Widoczne"


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : None !important",
        "visibility:hidden",
        "max-height:0px;overflow:hidden",
        "height:0;overflow:hidden",
        "font-size:0",
        "font-size: 1px; color: #fff",
        "opacity:0",
        "text-indent:-9999px",
        "position:absolute;left:-10000px",
    ],
)
def test_every_way_of_hiding_hides(style):
    assert words(read_mail(f'<p style="{style}">ukryte <b>też</b></p><p>widać</p>').own) == "widać"


@pytest.mark.parametrize(
    "html",
    [
        '<div style="font-size:0"><span style="font-size:14px">widać</span></div>',
        '<div style="visibility:hidden"><p style="visibility:visible">widać</p></div>',
        '<a style="mso-hide:all">widać</a><br>',
        '<p style="max-height:0">widać</p>',
        '<p style="opacity:0.5">widać</p>',
        '<p style="display:none;display:block">widać</p>',
        '<p style="font-size:0.9em">widać</p>',
    ],
)
def test_what_only_seems_hidden_shows(html):
    assert words(read_mail(html).own) == "widać"


def test_lists_begin_and_count_as_they_were_written():
    assert case("list_style.txt").own == (
        '<ol start="3" type="a"><li>c</li><li value="7">siedem<ul><li>zag</li></ul></li></ol>'
    )
    styled = read_mail('<ol style="list-style-type:upper-roman" reversed><li>x</li></ol>').own
    assert styled == '<ol reversed="" type="I"><li>x</li></ol>'


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ('<p>Pytanie? <span style="color:#c00000">Tak, proszę.</span></p>', ["red"]),
        ("<p>Pytanie? <font color=red>Tak.</font></p>", ["red"]),
        ('<p>a <span style="background:yellow">b</span></p>', ["yellow"]),
        ('<p>a <span style="background-color: rgb(226, 239, 218)">b</span></p>', ["green"]),
        ("<p>a <mark>b</mark></p>", ["yellow"]),
        ('<p>a <b style="color:blue">b</b> <i style="color:red">c</i></p>', ["blue", "red"]),
        ('<table><tr><td bgcolor="#ffff00">x<td>y</table>', ["yellow"]),
        ('<p style="color:#1f497d">wszystko w jednym kolorze <b>tak</b></p>', []),
        (
            '<p style="color:#1f497d">granatowy tekst, a w nim <i style="color:red">nie</i></p>',
            ["red"],
        ),
        ('<p>a <span style="color:#222222">b</span> <span style="color:white">c</span></p>', []),
        ('<p>a <span style="color:#333;background:#f4f4f4">b</span></p>', []),
        (
            '<p>a <span style="color:inherit">b</span><span style="color:windowtext">c</span></p>',
            [],
        ),
        ('<p>a <a href="https://x.pl" style="color:blue">x.pl</a></p>', []),
        ('<p style="color:red">a <span style="color:black">b b b b b b b b b</span></p>', ["red"]),
    ],
)
def test_coloured_words_stand_out_where_not_all_are(html, marked):
    assert re.findall(r'<mark class="([a-z]+)">', read_mail(html).own) == marked


def test_pictures_are_told_apart():
    mail = read_mail(
        '<p>Zdjęcie: <img src="cid:1" alt="pęknięta <szyba>">'
        '<img src="data:image/png;base64,AAAA">'
        '<img src="https://t.example/a.jpg"> <img src="//t.example/b.jpg" alt="">'
        '<img src="https://t.example/open.gif" width=1 height=1>'
        '<img src="https://t.example/line.gif" style="width:600px;height:1px">'
        '<img src="https://t.example/x.gif" style="display:none"></p>'
    )
    assert "[pęknięta &lt;szyba&gt;]" in mail.own
    assert (mail.pasted_pictures, mail.remote_pictures) == (2, 2)


def test_pictures_of_the_history_are_not_those_of_the_message():
    mail = read_mail(
        '<p>Zdjęcie:</p><img src="cid:1"><div class="gmail_quote">On 1 Nov 2026 at 10:00 Jan '
        '&lt;jan@example.org&gt; wrote:<blockquote>x<img src="cid:2"></blockquote></div>'
    )
    assert mail.pasted_pictures == 1
    assert mail.history


def test_megabytes_of_a_pasted_picture_cost_nothing():
    picture = '<img src="data:image/png;base64,' + "A" * 3_000_000 + '">'
    mail = read_mail(f"<p>Zdjęcie: <b>tu</b></p>{picture}")
    assert "<b>tu</b>" in mail.own
    assert mail.pasted_pictures == 1


def test_a_description_of_a_picture_cannot_smuggle_tags():
    mail = read_mail('<img src=x alt="&lt;a href=&quot;https://evil.example&quot;&gt;x&lt;/a&gt;">')
    assert mail.own == '[&lt;a href="https://evil.example"&gt;x&lt;/a&gt;]'


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="https://evil.example/a">https://bank.pl</a>', "https://bank.pl (evil.example)"),
        ('<a href="https://bank.pl/a">moje konto</a>', "moje konto (bank.pl)"),
        ('<a href="https://bank.pl/a">https://bank.pl/a</a>', "https://bank.pl/a"),
        ('<a href="https://www.bank.pl/a">bank.pl.</a>', "bank.pl."),
        ('<a href="https://a.pl">https://data.pl</a>', "https://data.pl (a.pl)"),
        ('<a href="https://bank.pl">bank.pl.evil.example</a>', "bank.pl.evil.example (bank.pl)"),
        ('<a href="https://BANK.pl"><b>Bank.PL</b></a>', "Bank.PL"),
        ('<a href="mailto:anna@example.org">napisz</a>', "napisz"),
        ('<a href="https://[broken">x</a>', "x"),
    ],
)
def test_a_link_in_a_mail_shows_where_it_leads(html, shown):
    assert words(read_mail(html).own) == shown


def test_an_address_in_angle_brackets_shows_in_html_too():
    html = "<p>Od: Jan <jan@example.org>, <https://sklep.example/a></p>"
    assert words(read_mail(html).own) == "Od: Jan <jan@example.org>, <https://sklep.example/a>"


def test_line_breaks_count_where_no_tag_makes_any():
    html = 'Dzień dobry,\nzobacz <a href="https://x.pl">x.pl</a>\n\n   Maria'
    assert read_mail(html).own == (
        'Dzień dobry,<br><span class="pre">zobacz </span>'
        '<a href="https://x.pl" rel="noopener noreferrer">x.pl</a><br><br>'
        '<span class="pre">   Maria</span>'
    )


def test_columns_of_text_keep_their_places():
    text = "Nr\tTowar     Sztuk\n1\tKubek     2\n2\tTalerz    4"
    mail = read_mail(text)
    assert words(mail.own) == text
    assert 'class="text columns"' in mail.own


def test_quotes_within_quotes_are_blocks_within_blocks():
    mail = read_mail("> > pierwsze\n> drugie\nodpowiedź")
    assert mail.own == (
        '<blockquote><blockquote><div class="text">pierwsze</div></blockquote>'
        '<div class="text">drugie</div></blockquote><div class="text">odpowiedź</div>'
    )


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("zob. https://sklep.example/zwroty?a=1&b=2.", ["https://sklep.example/zwroty?a=1&b=2"]),
        ("(www.sklep.example)", ["https://www.sklep.example"]),
        ("https://pl.example/Zwrot_(handel)", ["https://pl.example/Zwrot_(handel)"]),
        (
            "pisz: jan@example.org, lub mailto:ela@example.org",
            ["mailto:jan@example.org", "mailto:ela@example.org"],
        ),
        ("<jan@example.org>", ["mailto:jan@example.org"]),
        ("javascript:alert(1) ftp://x a@b //x.pl a/b", []),
    ],
)
def test_addresses_in_text_are_links(text, addresses):
    own = read_mail(text).own
    assert [unescape(each) for each in re.findall(r'href="([^"]*)"', own)] == addresses
    assert words(own) == text


def test_a_table_with_lines_keeps_them_and_a_layout_has_none():
    assert '<table class="data">' in read_mail("<table border=1><tr><td>a<td>b</table>").own
    assert "<table>" in read_mail("<table><tr><td>a<td>b</table>").own


def test_half_a_surrogate_pair_is_replaced():
    assert read_mail("<p>\ud83d</p>").own == "<p>?</p>"
    assert words(read_mail("\ud83d").own) == "?"


def test_a_long_mail_is_cut_and_can_be_read_whole():
    text = "linia tekstu\n" * 100_000
    mail = read_mail(text)
    assert mail.is_cut
    assert len(mail.own) <= MOST_SHOWN + 100
    assert whole_text(text) == text


def test_a_long_history_is_left_out_before_the_new_words_are():
    quote = "<p>zdanie cytatu</p>" * 8_000
    mail = read_mail(
        f"<p><b>Nowe</b></p><p>W dniu 1.11.2026 Jan napisał:</p><blockquote>{quote}</blockquote>"
    )
    assert (mail.own, mail.history, mail.is_cut) == ("<p><b>Nowe</b></p>", "", True)
    assert "zdanie cytatu" in whole_mail(f"<p>x</p><blockquote>{quote}</blockquote>").history


def test_what_no_parser_may_read_is_text():
    html = "<p>Dzień <b>dobry</b></p><jan@example.org>" + "<ul><li>" * 20_000 + "<style>p{}</style>"
    mail = read_mail(html)
    assert words(mail.own) == "Dzień dobry\n<jan@example.org>"
    assert mail.is_cut


def test_the_question_of_a_customer_is_what_they_wrote_anew():
    assert own_text("Gdzie paczka?\n\n> dawne\n> słowa") == "Gdzie paczka?"
    assert own_text("<p>Gdzie?</p><blockquote>dawne</blockquote>") == "Gdzie?"


HOSTILE = {
    "reopened": "<p>" + "".join(f"<b id={n}>" for n in range(1_000)) + "</p>" + "<p>x" * 8_000,
    "lists": "<ul><li>" * 20_000,
    "formatting": "<font><i><b>" * 6_000,
    "declarations": "<![ x" * 2_000,
    "links": "<a href='https://x.example'>y</a>" * 20_000,
    "one letter": "a" * 1_000_000,
    "quotes": ">" * 1_000_000,
    "steps": ">>>>>>>>>>>>x\ny\n" * 60_000,
    "blanks": "<p>" + " " * 1_000_000,
    "angles": "<" * 1_000_000,
    "ampersands": "<p>" + "&" * 1_000_000,
    "addresses": "a@" * 500_000,
    "paragraphs": "<p style='color:red;font-size:2px'>Dzień <s>x</s>" * 20_000,
    "attributes": "<p " + "a=b " * 200_000 + ">",
    "styles": "<p style='" + "a:b;" * 200_000 + "'>x",
    "one style": "<p style='color:" + "0" * 900_000 + "'>x",
    "tables": "<table><tr><td>" * 300 + "x",
    "lines in one": "<div style='white-space:pre'>" + "x\n" * 400_000,
    "words": "On " * 300_000,
    "verbs": "wrote:\n" * 100_000,
    "senders": "<p>From: a" * 19_000,
    "href": "<a href='https://" + "a." * 400_000 + "'>x</a>",
    "spans": "<span>" * 19_000 + "x",
    "hosts": "<a href='https://x.example'>" + "x.exampl " * 100_000 + "</a>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_mail_takes_long(name):
    html = HOSTILE[name]
    assert lasts(lambda: (read_mail(html), own_text(html)), enough=100) < 100


@pytest.mark.parametrize(
    "text",
    [
        "if (a<b && c>d) { x<y } wpisuję <u> i nic",
        "Mam 5<b> i kropka\nlinia 2",
        "<span> nie działa na stronie",
    ],
)
def test_a_text_that_names_a_tag_is_no_html(text):
    assert not is_html(text)
    assert words(read_mail(text).own) == text


def test_a_word_in_angle_brackets_is_kept_in_html():
    html = "Zamówienie <numer> i List<String> nie doszły. <o:p></o:p><b>Proszę</b> pomóc"
    said = words(read_mail(html).own)
    assert said == "Zamówienie <numer> i List<String> nie doszły. Proszę pomóc"


def test_elements_that_a_style_makes_blocks_are_not_glued():
    html = "<p>Kwota:<span style='display:block'>100</span>3 sztuki<b style='display:block'>x</b>"
    assert read_mail(html).own == "<p>Kwota:<br>100<br>3 sztuki<b><br>x</b></p>"
