"""The language of a message: told where its words tell it, and nothing where they do not."""

import pytest

from thulium_portal.lib.language_detection import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dzień dobry, gdzie jest moja paczka? Proszę o informację.", "pl"),
        ("Dzien dobry, gdzie jest moja paczka? Prosze o odpowiedz, pozdrawiam", "pl"),
        ("Hello, where is my order? Please let me know when it ships.", "en"),
        ("Hi, I would like to return the shoes. Regards, Łukasz Żółć", "en"),
        ("12345", ""),
        ("", ""),
        ("OK", ""),
        ("Доброго дня, де моє замовлення? Чекаю вже тиждень, дякую.", "uk"),
        ("ДОБРИЙ ДЕНЬ, КОЛИ БУДЕ ПОСИЛКА? ЦЕ ВЖЕ ТРЕТІЙ ЛИСТ, ЇЇ НЕМАЄ", "uk"),
        ("Здравствуйте, где мой заказ? Жду уже неделю, когда он будет? Вы обещали.", "ru"),
        ("Где заказ, почему так долго", ""),
        ("Hello, where is my order? Please answer. Олексій Шевченко", "en"),
        ("Ґанна", ""),
        ("Guten Tag, wo ist mein Paket?", ""),
    ],
)
def test_a_message_tells_its_language_or_nothing(text, language):
    assert language_of(text) == language
