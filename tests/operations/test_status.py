"""The page on which administrators read how the portal is."""

import pytest
from django.test import Client
from django.utils import timezone

from thulium_portal.operations import checks
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import ThuliumConnection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("person", ["anna", "ewa", "iga"])
def test_others_are_refused(client: Client, request, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get("/status/").status_code == 403


@pytest.mark.parametrize(
    ("language", "well", "ill"),
    [
        ("en", "Everything runs.", "cannot be reached since"),
        ("pl", "Wszystko działa.", "nieosiągalne od"),
    ],
)
def test_an_administrator_reads_what_runs_and_what_does_not(
    client: Client, adam, language, well, ill
):
    adam.language = language
    adam.save()
    client.force_login(adam)
    circuit_breaker.pulse()
    page = client.get("/status/").content.decode()
    assert well in page
    assert page.count("data-check=") == len(checks.CHECKS)
    ThuliumConnection.objects.update(down_since=timezone.now())
    page = client.get("/status/").content.decode()
    assert (well in page, ill in page) == (False, True)
    assert page.count('data-level="fails"') == 1


def test_what_asks_again_by_itself_gets_the_list_alone(client: Client, adam):
    client.force_login(adam)
    part = client.get("/status/", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div class="stack" id="status"')
    assert "<html" not in part
