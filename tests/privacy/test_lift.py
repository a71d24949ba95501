"""Lifting a hold: once, by somebody, on the record."""

import pytest

from tests.support.customers import CUSTOMER
from thulium_portal.audit.models import AuditEntry
from thulium_portal.privacy import services

pytestmark = pytest.mark.django_db


def test_a_hold_is_lifted_once(as_adam, adam):
    hold = services.place_hold(CUSTOMER, reason="Sąd", actor=adam)
    for _ in range(2):
        assert as_adam.post(f"/privacy/holds/{hold.pk}/lift/").headers["Location"] == "/privacy/"
    hold.refresh_from_db()
    assert hold.lifted_by == adam
    assert AuditEntry.objects.filter(action="hold.lifted").count() == 1
    assert "Sąd" not in as_adam.get("/privacy/").content.decode()


def test_a_hold_nobody_placed_is_not_found(as_adam):
    assert as_adam.post("/privacy/holds/7/lift/").status_code == 404
