"""One's own settings: name, signature, clock, language, password."""

import pytest
from django.urls import reverse

from tests.factories import PASSWORD
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

URL = "/accounts/profile/"
NEW_PASSWORD = "inne-dobre-hasło-2026"


def test_what_a_person_says_of_themselves_is_kept(sign_in, anna):
    form = {"name": "Anna Nowak-Lis", "signature": "Anna\nSklep", "time_zone": "Europe/London"}
    assert sign_in(anna).post(URL, form).status_code == 302
    anna.refresh_from_db()
    assert (anna.name, anna.signature.splitlines(), str(anna.zone)) == (
        "Anna Nowak-Lis",
        ["Anna", "Sklep"],
        "Europe/London",
    )


def test_a_change_is_recorded_and_saving_nothing_new_is_not(sign_in, anna):
    client, form = sign_in(anna), {"name": "Anna Nowak", "signature": "Anna", "time_zone": ""}
    client.post(URL, form)
    client.post(URL, form)
    (entry,) = AuditEntry.objects.filter(action="person.changed")
    assert entry.actor == anna


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x" * 151), ("time_zone", "Mars/Olympus")]
)
def test_what_cannot_be_kept_is_told_beside_its_field(sign_in, anna, field, value):
    form = {"name": "Anna Nowak", "signature": "Podpis", "time_zone": ""} | {field: value}
    page = sign_in(anna).post(URL, form)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "Podpis" in page.content.decode()


def test_nobody_gives_themselves_a_role(sign_in, anna):
    form = {"name": "Anna", "signature": "", "time_zone": "", "role": "administrator"}
    sign_in(anna).post(URL, form)
    assert User.objects.get(pk=anna.pk).role == "agent"


def test_the_language_changes_at_once_and_for_good(sign_in, anna):
    client = sign_in(anna)
    answer = client.post("/accounts/language/", {"language": "en", "next": "/replies/"})
    assert answer.headers["Location"] == "/replies/"
    assert '<html lang="en"' in client.get("/").content.decode()
    assert User.objects.get(pk=anna.pk).language == "en"


def test_a_stranger_switches_the_language_too(client):
    client.post("/accounts/language/", {"language": "en"})
    assert '<html lang="en"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("given", ["de", "", "../en"])
def test_a_language_there_is_not_changes_nothing(sign_in, anna, given):
    assert sign_in(anna).post("/accounts/language/", {"language": given}).status_code == 302
    assert User.objects.get(pk=anna.pk).language == "pl"


def test_the_language_form_leads_to_no_foreign_address(client):
    form = {"language": "en", "next": "https://elsewhere.example.org/"}
    assert client.post("/accounts/language/", form).headers["Location"] == "/"


def passwords(old: str = PASSWORD, new: str = NEW_PASSWORD, again: str = NEW_PASSWORD):
    return {"oldpassword": old, "password1": new, "password2": again}


def test_a_new_password_works_and_keeps_this_session_only(sign_in, anna, client):
    here, elsewhere = sign_in(anna), sign_in(anna)
    assert here.post(reverse("account_change_password"), passwords()).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    client.post(reverse("account_login"), {"login": "anna", "password": NEW_PASSWORD})
    assert client.get("/").status_code == 200
    assert AuditEntry.objects.filter(action="person.password_changed").count() == 1


@pytest.mark.parametrize(
    "form",
    [
        passwords(old="nie-to-hasło"),
        passwords(again="coś-całkiem-innego"),
        passwords(new="krótkie", again="krótkie"),
        passwords(new="123456789012", again="123456789012"),
    ],
    ids=["wrong old one", "typed differently", "too short", "digits only"],
)
def test_a_password_that_cannot_be_taken_changes_nothing(sign_in, anna, form):
    page = sign_in(anna).post(reverse("account_change_password"), form)
    assert page.context["form"].errors
    assert User.objects.get(pk=anna.pk).check_password(PASSWORD)
