"""Asking for what one's role does not hold."""

import pytest
from django.test import Client

from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_page_of_other_roles_is_refused_kindly_and_recorded(as_anna, anna, told):
    page = as_anna.get("/people/?q=secret-words")
    assert page.status_code == 403
    assert "dla innych ról" in page.content.decode()
    assert told() == [("access.denied", {"method": "GET"})]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject_kind, entry.subject_id) == (anna, "page", "people:index")
    assert "secret-words" not in entry.record


def test_an_act_of_other_roles_is_recorded_as_well(as_ewa, told):
    assert as_ewa.post("/people/check-login/", {"agent_login": "x"}).status_code == 403
    assert told() == [("access.denied", {"method": "POST"})]


def test_a_missing_form_token_is_no_denied_access(anna, told):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)
    assert strict.post("/accounts/profile/", {"name": "X"}).status_code == 403
    assert told() == []


def test_what_does_not_exist_is_no_denied_access(as_adam, told):
    assert as_adam.get("/people/12345/").status_code == 404
    assert told() == []
