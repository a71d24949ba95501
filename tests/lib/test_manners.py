"""What greets, thanks and closes in a letter, and what is left of it without."""

import pytest

from thulium_portal.lib.manners import is_closing, is_greeting, without_manners


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Dzień dobry,",
            "Dzień dobry Pani Mario,",
            "Dzień dobry, Panie Janie!",
            "Szanowni Państwo",
        ),
        *("Szanowna Pani,", "Witam serdecznie", "Pani Mario,", "DZIEŃ DOBRY", "Cześć Aniu,"),
        *("Dear Sir or Madam,", "Dear Ms Smith:", "Hi", "Hello Anna,", "Good morning,"),
        *("Dzień dobry {{ imię klienta }},", "Dear {{ customer first name }},"),
    ],
)
def test_a_greeting_is_told(line):
    assert is_greeting(line)
    assert not is_closing(line)


@pytest.mark.parametrize(
    "line",
    [
        *("Pani zamówienie wysłaliśmy wczoraj.", "Dzień dobry, gdzie jest paczka?", "", "Hejnał"),
        *(
            "Hi, where is my parcel?",
            "Dear customer service took long",
            "Witamina C,",
            "Dobry zakup",
        ),
        *("Panie doktorze zamówienie jest w drodze", "Dzień dobry, dziękujemy za wiadomość."),
    ],
)
def test_a_sentence_is_no_greeting(line):
    assert not is_greeting(line)


@pytest.mark.parametrize(
    "line",
    [
        *("Z poważaniem", "Z poważaniem,", "Pozdrawiam serdecznie", "Łączę pozdrowienia,"),
        *("Kind regards,", "Best regards", "Yours sincerely,", "Z wyrazami szacunku", "Cheers"),
    ],
)
def test_a_closing_is_told(line):
    assert is_closing(line)
    assert not is_greeting(line)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Best price we could get for the parcel",
            "Pozdrawiamy i czekamy na zwrot towaru do piątku.",
        ),
        *(
            "Z poważaniem odnosimy się do każdej takiej reklamacji klienta",
            "",
            "Regardless of the date",
        ),
    ],
)
def test_a_sentence_is_no_closing(line):
    assert not is_closing(line)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dzień dobry,\nGdzie jest paczka?\n\nPozdrawiam\nJan\ntel. 600", "Gdzie jest paczka?"),
        ("Gdzie paczka?\nWysłane z iPhone'a", "Gdzie paczka?"),
        ("Where is it?\nSent from my iPhone\nlater words", "Where is it?"),
        ("Zwrot?\nZ poważaniem\nJan\nPS Numer to 118", "Zwrot?\nPS Numer to 118"),
        ("Dziękuję za wiadomość, pozdrawiam", ""),
    ],
)
def test_what_a_message_is_about_is_left(text, left):
    words = [line.strip(" ,.") for line in without_manners(text).splitlines()]
    assert "\n".join(filter(None, words)) == left
