"""A second text brings no second greeting and no second closing; nothing that was typed goes."""

import pytest

from tests.support.pages import missing
from thulium_portal.replies.composer.insertion import (
    above_closing,
    joined,
    lines_above_closing,
    plain,
)

GREETED = "Dzień dobry Pani Mario,\n\npaczka jest w drodze."
CLOSED = f"{GREETED}\n\nZ poważaniem\nAnna Nowak"
SECOND = (
    "<p>Dzień dobry,</p><p>koszt zwrócimy w 3 dni.</p><p>Z poważaniem<br>Anna Nowak<br>Sklep</p>"
)


def parts(html: str, into: str, *kept: str) -> tuple[str, list[str]]:
    done = joined(html, into, kept)
    return done.html, [each.what for each in done.left_out]


@pytest.mark.parametrize(
    ("into", "html", "left"),
    [
        ("", SECOND, []),
        ("Paczka jest w drodze.", SECOND, []),
        (
            GREETED,
            "<p>koszt zwrócimy w 3 dni.</p><p>Z poważaniem<br>Anna Nowak<br>Sklep</p>",
            ["greeting"],
        ),
        (CLOSED, "<p>koszt zwrócimy w 3 dni.</p>", ["greeting", "closing"]),
        (
            "Paczka jedzie.\nPozdrawiam\nAnna",
            "<p>Dzień dobry,</p><p>koszt zwrócimy w 3 dni.</p>",
            ["closing"],
        ),
        ("Dear Ms Smith,\nit is on its way.", SECOND.partition("</p>")[2], ["greeting"]),
        ("Dzień dobry, dziękuję za wiadomość.", SECOND.partition("</p>")[2], ["greeting"]),
        ("> Dzień dobry,\n> gdzie paczka?\n> Pozdrawiam", SECOND, []),
    ],
)
def test_only_what_is_there_already_is_left_out(into, html, left):
    assert parts(SECOND, into) == (html, left)


@pytest.mark.parametrize(
    ("html", "rest"),
    [
        ("<p>Dear Anna,<br>it left.</p><p>Kind regards<br>Bob</p>", "<p>it left.</p>"),
        ("<p>Dzień dobry,</p><p></p><p>tekst.<br><br>Z poważaniem<br>A</p>", "<p>tekst.</p>"),
        ("<p><strong>Witam,</strong></p><ul><li>raz</li></ul>", "<ul><li>raz</li></ul>"),
        ("<p>Dzień dobry {{ imię }},</p><p>tak.</p>", "<p>tak.</p>"),
        ("<p>tekst.</p><p>Z poważaniem</p><p>Anna Nowak</p><p>Sklep</p>", "<p>tekst.</p>"),
        ("<p>Dzień dobry, dziękujemy za list.</p>", "<p>Dzień dobry, dziękujemy za list.</p>"),
        ("<p><b>Witam,<br>tak</b></p>", "<p><b>Witam,<br>tak</b></p>"),
        ("<p>Dzień dobry,</p>", "<p>Dzień dobry,</p>"),
        ("bez akapitu", "bez akapitu"),
        ("", ""),
        (
            f"<p>Pozdrawiam</p><p>{'To jest jeszcze zdanie, nie podpis. ' * 4}</p>",
            f"<p>Pozdrawiam</p><p>{'To jest jeszcze zdanie, nie podpis. ' * 4}</p>",
        ),
    ],
)
def test_lines_of_every_shape_are_told_apart(html, rest):
    assert parts(html, CLOSED)[0] == rest


@pytest.mark.parametrize("kept", ["Dzień dobry", "Anna Nowak Sklep", "Z poważaniem"])
def test_what_must_be_kept_is_never_left_out(kept):
    html, _left = parts(SECOND, CLOSED, kept)
    assert kept.split()[0] in html


@pytest.mark.parametrize("html", ["<p>" * 30_000, "<b>x" * 5_000, "<p>Dzień dobry,</p>" * 9_000])
def test_what_is_out_of_bounds_or_endless_goes_in_somehow(html):
    assert joined(html, CLOSED).html


def test_a_second_text_stands_above_the_closing():
    body = "<p>Witam,</p><p>jeden.</p><p>Pozdrawiam<br>Anna</p>"
    assert above_closing(body, "<p>dwa.</p>") == (
        "<p>Witam,</p><p>jeden.</p><p>dwa.</p><p>Pozdrawiam<br>Anna</p>"
    )
    assert above_closing("<p>jeden.</p>", "<p>dwa.</p>") == "<p>jeden.</p><p>dwa.</p>"
    assert lines_above_closing("jeden.\n\nPozdrawiam\nAnna\n", "dwa.") == (
        "jeden.\n\ndwa.\n\nPozdrawiam\nAnna"
    )
    assert lines_above_closing("jeden.", "dwa.") == "jeden.\n\ndwa."
    assert lines_above_closing("", "dwa.") == "dwa."


def test_the_words_of_a_reply_are_read_in_either_form():
    assert plain("<p>Witam,</p><p>tak</p>", "HTML") == "Witam,\n\ntak"
    assert plain("a < b", "PLAIN") == "a < b"


@pytest.mark.django_db
def test_without_scripts_the_greeting_is_left_out_and_can_be_put_in(as_anna, make, thulium):
    first = make("Paczka", "<p>Dzień dobry,</p><p>jedzie.</p><p>Z poważaniem<br>Anna</p>")
    second = make("Zwrot", SECOND)

    def insert(body: str, value: object) -> tuple[str, str]:
        form = {"body": body, "body_type": "PLAIN", "insert": value}
        page = as_anna.post("/tickets/1234/insert/", form)
        return page.context["form"]["body"].value(), page.content.decode()

    body, page = insert("", first.pk)
    assert body == "Dzień dobry,\n\njedzie.\n\nZ poważaniem\nAnna"
    body, page = insert(body, second.pk)
    assert body == "Dzień dobry,\n\njedzie.\n\nkoszt zwrócimy w 3 dni.\n\nZ poważaniem\nAnna"
    assert not missing(page, "Powitanie i zakończenie pominięto", f'value="{second.pk}:whole"')
    body, page = insert(body, f"{second.pk}:whole")
    assert body.count("Dzień dobry,") == 2
    assert body.index("koszt") > body.rindex("Dzień dobry,")


@pytest.mark.django_db
def test_the_script_is_told_the_text_as_it_joins_what_is_written(as_anna, make, thulium):
    response = make("Zwrot", SECOND)
    form = {"insert": response.pk, "answered": "1", "body_type": "HTML"}
    told = as_anna.post(
        "/tickets/1234/fill-in/", form | {"body": "<p>Witam,</p><p>tak</p><p>Pozdrawiam</p>"}
    ).json()
    assert told["html"] == "<p>koszt zwrócimy w 3 dni.</p>"
    assert told["whole"] == SECOND
    assert told["left_out"] == {
        "greeting": "<p>Dzień dobry,</p>",
        "closing": "<p>Z poważaniem<br>Anna Nowak<br>Sklep</p>",
    }
    assert told["above"] == "Pozdrawiam"
    assert as_anna.post("/tickets/1234/fill-in/", form).json()["html"] == SECOND
