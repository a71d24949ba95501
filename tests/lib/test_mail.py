"""Customers' mails: text or HTML, and what is shown of them."""

import re
from html import unescape
from time import thread_time

import pytest

from thulium_portal.lib.html.mail import clean_mail_html, is_html


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


def test_pictures_are_counted_and_leave_their_description():
    mail = clean_mail_html(
        '<p>Zdjęcie: <img src="cid:1" alt="pęknięta <szyba>"> <img src="https://t.example/1.gif"></p>'
    )
    assert mail.html == "<p>Zdjęcie: [pęknięta &lt;szyba&gt;] </p>"
    assert mail.blocked_pictures == 2


def test_a_description_of_a_picture_cannot_smuggle_tags():
    mail = clean_mail_html(
        '<img src=x alt="&lt;a href=&quot;https://evil.example&quot;&gt;x&lt;/a&gt;">'
    )
    assert mail.html == '[&lt;a href="https://evil.example"&gt;x&lt;/a&gt;]'


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="https://evil.example/a">https://bank.pl</a>', "https://bank.pl (evil.example)"),
        ('<a href="https://bank.pl/a">moje konto</a>', "moje konto (bank.pl)"),
        ('<a href="https://bank.pl/a">https://bank.pl/a</a>', "https://bank.pl/a"),
        ('<a href="https://a.pl">https://data.pl</a>', "https://data.pl (a.pl)"),
        ('<a href="https://BANK.pl"><b>Bank.PL</b></a>', "Bank.PL"),
        ('<a href="mailto:anna@example.org">napisz</a>', "napisz"),
        ('<a href="https://[broken">x</a>', "x"),
    ],
)
def test_a_link_in_a_mail_shows_where_it_leads(html, shown):
    assert unescape(re.sub(r"<[^>]*>", "", clean_mail_html(html).html)) == shown


def test_half_a_surrogate_pair_is_replaced():
    assert clean_mail_html("<p>\ud83d</p>").html == "<p>?</p>"


@pytest.mark.parametrize(
    "piece", ["<a href='https://x.example'>", "<img alt=a>", "<div>", "<", "&"]
)
def test_a_hostile_length_takes_a_moment_only(piece):
    start = thread_time()
    clean_mail_html(piece * 20_000)
    assert thread_time() - start < 5
