"""One's own settings."""

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Anna Nowak-Kos", "signature": "Pozdrawiam\nAnna", "time_zone": "Europe/Lisbon"}


def test_name_signature_and_time_zone_are_stored_and_recorded(as_anna, anna, told):
    answer = as_anna.post("/accounts/profile/", FIELDS)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")
    stored = User.objects.get(pk=anna.pk)
    assert (stored.name, stored.time_zone) == ("Anna Nowak-Kos", "Europe/Lisbon")
    assert stored.signature.splitlines() == ["Pozdrawiam", "Anna"]
    assert told() == [("person.changed", {"fields": ["name", "time_zone", "signature"]})]
    assert "Ustawienia zostały zapisane." in as_anna.get("/accounts/profile/").content.decode()


def test_saving_without_a_change_leaves_no_entry(as_anna, told):
    as_anna.post("/accounts/profile/", {"name": "Anna Nowak", "signature": "", "time_zone": ""})
    assert told() == []


def test_the_record_keeps_personal_data_erasable(as_anna):
    as_anna.post("/accounts/profile/", FIELDS)
    entry = AuditEntry.objects.get()
    assert "Nowak-Kos" not in entry.record
    assert entry.contents.get(field="name").data == "Anna Nowak-Kos"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 151}, {"signature": "x" * 2001}, {"time_zone": "Mars"}]
)
def test_a_wrong_value_is_refused_with_everything_typed_kept(as_anna, told, wrong):
    page = as_anna.post("/accounts/profile/", FIELDS | wrong)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == wrong.keys()
    assert page.context["form"]["signature"].value() == (FIELDS | wrong)["signature"]
    assert told() == []


def test_nobody_gives_themselves_a_role_or_a_login(as_anna, anna):
    given = FIELDS | {"role": "administrator", "agent_login": "ewa.kot", "username": "ewa"}
    as_anna.post("/accounts/profile/", given)
    stored = User.objects.get(pk=anna.pk)
    assert (stored.role, stored.agent_login, stored.username) == ("agent", "anna.nowak", "anna")


def test_an_empty_form_is_refused_and_not_taken_for_a_visit(as_anna):
    assert as_anna.post("/accounts/profile/").status_code == 422


@pytest.mark.parametrize(
    ("language", "with_login", "without"),
    [
        ("pl", "wysyła jako anna.nowak", "potrzebny jest login agenta"),
        ("en", "sends as anna.nowak", "you need an agent login"),
    ],
)
def test_the_page_says_whether_one_can_send(as_anna, as_nowy, language, with_login, without):
    User.objects.update(language=language)
    assert with_login in as_anna.get("/accounts/profile/").content.decode()
    assert without in as_nowy.get("/accounts/profile/").content.decode()
