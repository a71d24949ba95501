"""Keys that can be guessed are told from random ones, whatever tool made those."""

import base64
import random
import string

import pytest

from thulium_portal.lib.key_strength import is_guessable

URL_SAFE = string.ascii_letters + string.digits + "-_"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x7Kp2vQm9ZtR4wLs8YbN3cHf6JdG5aT",
        "s" * 60,
        "tests-only-" + "x" * 50,
        "abc" * 20,
        "0123456789" * 5,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "secret" * 9,
        "changeme-changeme-changeme-changeme!",
        "thulium-portal-secret-key-2026-production",
        "django-insecure-password-password-1234",
        "correct horse battery staple correct horse",
        "To jest bardzo tajny klucz portalu, nie mówcie nikomu",
    ],
)
def test_what_can_be_guessed(key):
    assert is_guessable(key)


def test_what_tools_make_is_taken():
    chance = random.Random(13)
    for _ in range(300):
        raw = chance.randbytes(32)
        made = [
            raw[:16].hex(),
            base64.b64encode(raw[:24]).decode(),
            base64.b32encode(raw[:20]).decode(),
            "".join(chance.choices(URL_SAFE, k=64)),
            "".join(chance.choices(string.ascii_lowercase, k=32)),
        ]
        assert [key for key in made if is_guessable(key)] == []
