"""The sign-in page: who gets in, what everybody else is told, and what the record keeps."""

import pytest
from django.conf import settings as portal_settings

from tests.factories import PASSWORD, make_person
from thulium_portal.audit.models import AuditContent, AuditEntry

pytestmark = pytest.mark.django_db

WRONG = {
    "pl": "Nieprawidłowa nazwa użytkownika lub hasło.",
    "en": "Wrong user name or password.",
}


def attempt(client, username="anna", password=PASSWORD, **given):
    fields = {"login": username, "password": password, **given}
    return client.post("/accounts/login/", fields)


def signed_in(client):
    return client.get("/").status_code == 200


def speak(client, language):
    client.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = language


@pytest.mark.parametrize("typed", ["anna", "ANNA", " Anna ", "ａｎｎａ"])
def test_a_user_name_counts_however_it_is_spelled(client, anna, typed):
    answer = attempt(client, typed)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)


def test_polish_letters_in_a_user_name_have_no_case_either(client, db):
    make_person("łucja")
    assert attempt(client, "ŁUCJA").status_code == 302


def test_signing_in_leads_to_the_page_that_was_asked_for(client, anna):
    asked = client.get("/replies/?q=paczka")
    assert asked["Location"] == "/accounts/login/?next=/replies/%3Fq%3Dpaczka"
    assert attempt(client, next="/replies/?q=paczka")["Location"] == "/replies/?q=paczka"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "javascript:x"])
def test_signing_in_never_leads_to_another_site(client, anna, elsewhere):
    assert attempt(client, next=elsewhere)["Location"] == "/"


def test_a_person_who_is_signed_in_is_led_on(as_anna):
    assert as_anna.get("/accounts/login/")["Location"] == "/"


@pytest.mark.parametrize("language", ["pl", "en"])
def test_whatever_was_wrong_the_answer_is_the_same(client, anna, language):
    make_person("jan", is_active=False)
    speak(client, language)
    pages = [
        attempt(client, "anna", "not-her-password"),
        attempt(client, "nobody-at-all", PASSWORD),
        attempt(client, "jan", PASSWORD),
    ]
    for page in pages:
        assert page.status_code == 422
        assert page.context["form"].errors.keys() == {"__all__"}
        assert WRONG[language] in page.content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(("username", "password"), [("", "x"), ("anna", ""), ("a" * 151, "x")])
def test_what_is_missing_is_said_beside_its_field(client, anna, username, password):
    page = attempt(client, username, password)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()
    assert AuditEntry.objects.count() == 0


def test_the_password_is_on_no_page_and_in_no_log(client, anna, caplog):
    page = attempt(client, password="not-her-password")
    assert "not-her-password" not in page.content.decode()
    assert "anna" in page.content.decode()
    assert "not-her-password" not in caplog.text


def test_signing_in_is_recorded(client, anna, told):
    attempt(client)
    entry = AuditEntry.objects.get()
    assert told() == [("person.signed_in", {"by": "password"})]
    assert (entry.actor, entry.subject_id) == (anna, str(anna.pk))


def test_a_failed_sign_in_is_recorded_for_the_person_it_was_about(client, anna):
    attempt(client, "ANNA", "not-her-password")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("person.sign_in_failed", None)
    assert (entry.subject_kind, entry.subject_id) == ("person", str(anna.pk))


def test_a_password_typed_as_the_user_name_is_not_kept(client, anna):
    attempt(client, "moje-tajne-haslo", "x")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id) == ("person.sign_in_failed", "")
    assert "moje-tajne-haslo" not in entry.record
    assert not AuditContent.objects.exists()


def test_the_demo_people_are_offered_in_practice_mode_alone(client, db, settings):
    settings.PRACTICE_MODE = True
    assert "cwiczymy-2026" in client.get("/accounts/login/").content.decode()
    settings.PRACTICE_MODE = False
    assert "cwiczymy-2026" not in client.get("/accounts/login/").content.decode()


def test_the_page_is_kept_by_no_cache(client, db):
    assert "no-store" in client.get("/accounts/login/")["Cache-Control"]


@pytest.mark.parametrize("path", ["signup/", "email/", "inactive/"])
def test_nobody_signs_up(client, db, path):
    assert client.get(f"/accounts/{path}").status_code == 404
