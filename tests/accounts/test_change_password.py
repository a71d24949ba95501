"""One's own new password."""

import pytest
from django.test import Client

from tests.factories import PASSWORD
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

NEW = "zielona-łąka-w-maju"


def change(client, old=PASSWORD, new=NEW, again=None):
    fields = {"oldpassword": old, "password1": new, "password2": new if again is None else again}
    return client.post("/accounts/password/", fields)


def test_it_is_stored_recorded_and_confirmed(sign_in, anna, told):
    client = sign_in(anna)
    answer = change(client)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")
    assert User.objects.get(pk=anna.pk).check_password(NEW)
    assert told() == [("person.password_changed", {})]
    assert AuditEntry.objects.get().actor == anna
    assert "Hasło zostało zmienione." in client.get("/accounts/profile/").content.decode()


def test_the_other_sessions_end_and_this_one_goes_on(sign_in, anna):
    here, elsewhere = sign_in(anna), sign_in(anna)
    change(here)
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_nothing_of_a_password_is_in_the_record_or_on_a_page(sign_in, anna, caplog):
    client = sign_in(anna)
    page = change(client, again="something else").content.decode()
    assert (NEW in page, PASSWORD in page) == (False, False)
    change(client)
    entry = AuditEntry.objects.get()
    kept = entry.record + "".join(entry.contents.values_list("data", flat=True)) + caplog.text
    assert (NEW in kept, PASSWORD in kept) == (False, False)


@pytest.mark.parametrize(
    ("given", "field", "polish", "english"),
    [
        ({"old": "not it"}, "oldpassword", "To nie jest Twoje obecne hasło.",
         "This is not your current password."),
        ({"new": "krótkie"}, "password1", "co najmniej 12 znaków", "at least 12 characters"),
        ({"new": "anna.nowak.123"}, "password1", "zbyt podobne", "too similar"),
        ({"new": "123456789012345"}, "password1", "wyłącznie z cyfr", "entirely numeric"),
        ({"again": "something-else-42"}, "password2", "to samo hasło", "the same password"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["pl", "en"])
def test_what_is_wrong_is_said_beside_its_field(
    sign_in, anna, told, given, field, polish, english, language
):
    anna.language = language
    anna.save()
    page = change(sign_in(anna), **given)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    words = polish if language == "pl" else english
    assert words in page.content.decode()
    assert User.objects.get(pk=anna.pk).check_password(PASSWORD)
    assert "person.password_changed" not in dict(told())


def test_guessing_the_present_password_is_slowed_down(sign_in, anna):
    client = sign_in(anna)
    for _ in range(5):
        assert change(client, old="guess").status_code == 422
    page = change(client)
    assert page.status_code == 429
    assert "Za dużo prób z rzędu" in page.content.decode()
    assert User.objects.get(pk=anna.pk).check_password(PASSWORD)


def test_a_visitor_is_sent_to_sign_in(db):
    answer = Client().get("/accounts/password/")
    assert answer["Location"] == "/accounts/login/?next=/accounts/password/"


@pytest.mark.parametrize(
    ("language", "words"), [("pl", "Nowe hasło jeszcze raz"), ("en", "New password once more")]
)
def test_the_page_speaks_the_persons_language(sign_in, anna, language, words):
    anna.language = language
    anna.save()
    answer = sign_in(anna).get("/accounts/password/")
    assert words in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
