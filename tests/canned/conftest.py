"""Shorthands for canned responses."""

from typing import Any

import pytest

from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText


@pytest.fixture
def make(ewa):
    """Return a function that stores a canned response as Ewa's."""

    def make(title: str, body: str = "<p>tekst</p>", **given: Any) -> CannedResponse:
        return services.create_response(ResponseText(title=title, body=body, **given), actor=ewa)

    return make
