"""What a password may be: passphrases are welcome, long ones that anybody guesses are not."""

import html

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from tests.factories import make_person
from thulium_portal.accounts import services
from thulium_portal.accounts.models import User

REPEATS, IN_A_ROW, KNOWN = "password_repeats", "password_in_a_row", "password_is_known"


@pytest.fixture
def refused(settings):
    """Return a function that tells by which of our rules a password is refused."""
    settings.ALLOWED_HOSTS = ["portal.sklepzdrowie.pl", "10.1.2.3"]
    settings.PORTAL_URL = "https://obsluga.sklepzdrowie.pl"
    settings.THULIUM_URL = "https://zdrowko.thulium.com"
    settings.EMAIL_FROM = "Obsługa <portal@firma-matka.example>"
    person = User(username="a.nowak", name="Anna Nowak-Łącka", email="anna@nowakowie.example")

    def refused(password):
        try:
            validate_password(password, person)
        except ValidationError as error:
            return {each.code for each in error.error_list}
        return set()

    return refused


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("aaaaaaaaaaaaaaaaaaaa", REPEATS),
        ("ŁŁŁŁŁŁŁŁŁŁŁŁŁŁ", REPEATS),
        ("abababababababab", REPEATS),
        ("a a a a a a a a a a", REPEATS),
        ("kotek1kotek1kotek1", REPEATS),
        ("Zielony!Zielony!Zie", REPEATS),
        ("................", REPEATS),
        ("qwertyuiopasdf", IN_A_ROW),
        ("QWERTY123456", IN_A_ROW),
        ("1qaz2wsx3edc4rfv", IN_A_ROW),
        ("abcdefghijklmnop", IN_A_ROW),
        ("aaaabbbbccccddddeeee", IN_A_ROW),
        ("poiuytrewq0987654321", IN_A_ROW),
        ("Sklepzdrowie2026!", KNOWN),
        ("Zdrowko-12345678", KNOWN),
        ("thulium.portal.2026", KNOWN),
        ("firma-matka-1999", KNOWN),
        ("Nowak.Łącka.1984", KNOWN),
        ("nowakowie 2026 !!", KNOWN),
        ("Hasło1234567890", KNOWN),
        ("portal portal sklepzdrowie", KNOWN),
    ],
)
def test_what_is_long_and_yet_guessed_first_is_refused(refused, password, code):
    assert code in refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "zielona łąka w maju",
        "poniedziałek bez kawy",
        "we were there before trees",
        "trzy poprzednie rowery",
        "portal do krainy smoków",
        "Anna lubi szarlotkę z lodami",
        "sklepzdrowie i sto bocianów",
        "7$kQ-9#2x!4&8(pL",
        "sklepzdrowie 7$kQ9#2xW4&8)z",
        "correct horse battery staple",
        "żółć gęślą jaźń",
        "słoń " * 3 + "a potem jeszcze żyrafa",
        "długie hasło " + "z wielu różnych słów " * 45,
        "пароль из пяти слов",
    ],
)
def test_passphrases_are_welcome(refused, password):
    assert refused(password) == set()


def test_a_thousand_signs_are_enough(refused):
    text = "".join(chr(0x4E00 + number) for number in range(1001))
    assert refused(text[:1000]) == set()
    assert refused(text) == {"password_too_long"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", ["niewiele więcej niż nazwa", "te same znaki", "klawisze leżące obok siebie"]),
        ("en", ["little more than a name", "same few signs", "keys side by side"]),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_is_said_in_kind_words(sign_in, anna, language, words):
    services.set_language(anna, language)
    client = sign_in(anna)
    for password, said in zip(
        ("thulium-2026-2027", "kotkotkotkotkot", "qwertyuiopasd"), words, strict=True
    ):
        page = client.post("/accounts/password/", {"password1": password})
        assert said in html.unescape(page.content.decode())


SPELLINGS = ("zażółcona-łąka-½", "zaz\u0307o\u0301łcona-łąka-1\u20442")
"""One password as two keyboards give it."""


@pytest.mark.django_db
@pytest.mark.parametrize("stored", [0, 1])
@pytest.mark.parametrize("typed", [0, 1])
def test_a_password_counts_however_its_letters_are_put_together(client, stored, typed):
    services.set_own_password(make_person("anna"), SPELLINGS[stored])
    fields = {"login": "anna", "password": SPELLINGS[typed]}
    assert client.post("/accounts/login/", fields).status_code == 302


@pytest.mark.django_db
def test_a_password_of_before_still_signs_in_and_is_changed_as_it_was_typed():
    anna = make_person("anna")
    User.objects.filter(pk=anna.pk).update(password=make_password(SPELLINGS[1]))
    client = Client()
    fields = {"login": "anna", "password": SPELLINGS[1]}
    assert client.post("/accounts/login/", fields).status_code == 302
    new = "zielona-łąka-w-maju"
    change = {"oldpassword": SPELLINGS[1], "password1": new, "password2": new}
    assert client.post("/accounts/password/", change).status_code == 302


@pytest.mark.django_db
def test_as_much_is_hashed_for_nobody_as_for_somebody(client, monkeypatch):
    make_person("anna")
    hashed = []
    for name in ("check_password", "set_password"):
        original = getattr(User, name)

        def counted(person, raw, original=original):
            hashed.append(raw)
            return original(person, raw)

        monkeypatch.setattr(User, name, counted)
    counts = set()
    for username in ("anna", "nobody"):
        hashed.clear()
        client.post("/accounts/login/", {"login": username, "password": "x" + SPELLINGS[1]})
        counts.add(len(hashed))
    assert counts == {2}
