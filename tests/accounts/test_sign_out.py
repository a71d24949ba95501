"""Signing out."""

import pytest

from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("pl", "Wylogować się?"), ("en", "Sign out?")])
def test_a_link_asks_first(as_anna, anna, language, words):
    anna.language = language
    anna.save()
    assert words in as_anna.get("/accounts/logout/").content.decode()
    assert as_anna.get("/").status_code == 200


def test_signing_out_ends_the_session_and_is_recorded(as_anna, anna):
    left = as_anna.post("/accounts/logout/", follow=True)
    assert left.redirect_chain == [("/accounts/login/?signed_out=1", 302)]
    assert "Wylogowano." in left.content.decode()
    assert as_anna.get("/").status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject_id) == (
        "person.signed_out",
        anna,
        str(anna.pk),
    )


def test_signing_out_twice_is_no_error_and_recorded_once(as_anna):
    as_anna.post("/accounts/logout/")
    assert as_anna.post("/accounts/logout/")["Location"].startswith("/accounts/login/")
    assert AuditEntry.objects.count() == 1
