"""What a guesser gains by knowing one password, or many names."""

import pytest
from django.test import Client

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

WRONG = "nie-to-hasło"


def attempt(username: str, password: str) -> int:
    """Try to sign in from one address; return the status of the answer."""
    form = {"login": username, "password": password}
    return Client().post("/accounts/login/", form).status_code


def test_signing_in_well_wipes_no_failed_try_out(anna):
    failed = [attempt("anna", WRONG) for _ in range(4)]
    assert [*failed, attempt("anna", PASSWORD), attempt("anna", WRONG)] == [422] * 4 + [302, 422]
    assert attempt("anna", PASSWORD) == 429


def test_many_names_tried_from_one_address_are_stopped(db):
    assert {attempt(f"osoba{number}", WRONG) for number in range(30)} == {422}
    assert attempt("osoba-jeszcze", WRONG) == 429
