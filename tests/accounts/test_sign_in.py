"""Signing in and out: who gets in, what is recorded, and what a stranger learns."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD
from thulium_portal.accounts.demo import DEMO_PASSWORD
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

URL = "/accounts/login/"


def attempt(client: Client, username: str = "anna", password: str = PASSWORD):
    return client.post(URL, {"login": username, "password": password})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


@pytest.mark.parametrize("typed", ["anna", "Anna", "ANNA"])
def test_the_case_of_a_user_name_does_not_matter(client, anna, typed):
    answer = attempt(client, typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_signing_in_leads_to_the_page_that_was_asked_for(client, anna):
    answer = client.get("/tickets/1234/")
    assert answer.headers["Location"] == f"{URL}?next=/tickets/1234/"
    form = {"login": "anna", "password": PASSWORD, "next": "/tickets/1234/"}
    assert client.post(URL, form).headers["Location"] == "/tickets/1234/"


def test_a_foreign_address_is_not_followed(client, anna):
    form = {"login": "anna", "password": PASSWORD, "next": "https://elsewhere.example.org/"}
    assert client.post(URL, form).headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(client, anna):
    wrong, unknown = attempt(client, password="nie-to-hasło"), attempt(client, "nikt")
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert PASSWORD not in wrong.content.decode()


def test_somebody_who_left_does_not_get_in(client, anna):
    anna.is_active = False
    anna.save()
    attempt(client)
    assert client.get("/").status_code == 302


def test_switching_somebody_off_ends_their_session(sign_in, anna):
    client = sign_in(anna)
    assert client.get("/").status_code == 200
    anna.is_active = False
    anna.save()
    assert client.get("/").status_code == 302


def test_the_sixth_try_within_minutes_waits(client, anna):
    for spelling in ("anna", "Anna", "ANNA", "aNNa", "ａｎｎａ"):
        assert attempt(client, spelling, "nie-to-hasło").status_code == 422
    assert attempt(client).status_code == 429
    assert client.get("/").status_code == 302


def test_signing_in_and_out_is_recorded(client, anna):
    attempt(client, password="nie-to-hasło")
    attempt(client)
    client.post(reverse("account_logout"))
    assert actions() == ["person.sign_in_failed", "person.signed_in", "person.signed_out"]
    assert client.get("/").status_code == 302


def test_no_password_reaches_the_record(client, anna):
    attempt(client, password="nie-to-hasło")
    attempt(client)
    kept = json.dumps(list(AuditEntry.objects.values_list("record", "contents__data")))
    assert PASSWORD not in kept
    assert "nie-to-hasło" not in kept


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code in {302, 404}


@pytest.mark.parametrize(("practice", "shown"), [(True, True), (False, False)])
def test_demo_passwords_are_shown_in_practice_mode_only(client, settings, practice, shown):
    settings.PRACTICE_MODE = practice
    assert (DEMO_PASSWORD in client.get(URL).content.decode()) is shown


@pytest.mark.parametrize(
    ("header", "language"), [("pl-PL,pl;q=0.9", "pl"), ("en-GB,en;q=0.9", "en"), ("de", "pl")]
)
def test_a_stranger_is_met_in_their_browsers_language(client, header, language):
    page = client.get(URL, headers={"Accept-Language": header})
    assert f'<html lang="{language}"' in page.content.decode()


def test_a_session_unused_for_long_ends(sign_in, anna, time_machine):
    client = sign_in(anna)
    client.get("/")
    time_machine.move_to(timezone.now() + timedelta(hours=2, minutes=1))
    assert client.get("/").status_code == 302


def test_a_session_in_use_goes_on(sign_in, anna, time_machine):
    client, began = sign_in(anna), timezone.now()
    for minutes in range(0, 540, 90):
        time_machine.move_to(began + timedelta(minutes=minutes))
        assert client.get("/").status_code == 200


def test_a_script_is_told_that_the_session_ended(client):
    answer = client.post("/tickets/1234/draft/", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert answer.json()["saved"] is False
