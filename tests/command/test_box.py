"""What the command box finds for whom."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.routes import routes
from tests.support.pages import missing, shown
from tests.test_permissions import TABLE
from thulium_portal.canned.models import CannedResponse
from thulium_portal.command.pages import PAGES

pytestmark = pytest.mark.django_db

NO_PAGE = {
    "healthz", "favicon", "account_login", "account_logout", "replies:session",
    "operations:readyz", "operations:metrics", "desk:next", "desk:open", "desk:refresh",
    "command:search", "review:export", "canned:export", "canned:import_plan",
    "evidence:download", "review:export_job", "quality:question",
    "openid_connect_login", "openid_connect_callback", "account_accept_invitation",
    "account_reset_password", "account_reset_password_done", "account_reset_password_form",
    # Of two-step sign-in the first page leads to the others.
    "account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_login_webauthn",
    # A draft for what is chosen on the desk, and the wrong address.
    "replies:not_a_number",
}  # fmt: skip
"""Addresses of their own that nobody opens by name."""


@pytest.fixture(autouse=True)
def _some(known):
    known(31, customer_name="Maria Wiśniewska", customer_email="maria@example.org",
          subject="Gdzie jest moja paczka?")  # fmt: skip
    known(32, customer_name="Jan Kot", subject="Paczka do biura", agent_login="ewa.kot")
    known(33, customer_name="Maria Żak", subject="Łóżko", is_open=False, agent_login="")


def asked(client: Client, q: str = "", **more: str) -> str:
    answer = client.get("/command/", {"q": q} | more)
    assert answer.status_code == 200
    return answer.content.decode()


def tickets(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/tickets/(\d+)/"', page)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("paczka", [31, 32]),
        ("wisniewska", [31]),
        ("maria lozko", [33]),
        ("nikt taki", []),
    ],
)
def test_tickets_are_found_ones_own_first(query, numbers, as_anna):
    assert tickets(asked(as_anna, query)) == numbers


@pytest.mark.parametrize("typed", ["#31", "31", "https://firma.thulium.com/panel/tickets/31?tab=1"])
def test_a_number_or_a_pasted_address_is_the_ticket_alone(typed, as_anna):
    page = asked(as_anna, typed)
    assert tickets(page) == [31]
    assert not missing(page, "Gdzie jest moja paczka?", "Maria Wiśniewska")


def test_a_ticket_that_is_not_known_yet_is_offered_all_the_same(as_anna):
    assert tickets(asked(as_anna, "777")) == [777]


def test_a_customer_leads_to_their_tickets(as_anna):
    page = asked(as_anna, "wisniew")
    assert not missing(page, "Klienci", "maria@example.org", "/?q=maria%40example.org&amp;list=all")
    assert "Klienci" not in asked(as_anna, "paczka")


def test_without_words_stand_the_tickets_this_person_wrote_to_last(submit, known, as_anna, as_ewa):
    known(1234, subject="Ostatnie")
    submit()
    assert tickets(asked(as_anna)) == [1234]
    assert tickets(asked(as_ewa)) == []


def test_canned_responses_are_those_that_the_person_may_use(make, ewa, as_anna, as_ewa):
    make(title="Paczka zagubiona")
    make(title="Paczka prywatna", scope=CannedResponse.Scope.PERSONAL)
    assert shown(asked(as_anna, "paczka"), "zagubiona", "prywatna") == ["zagubiona"]
    assert shown(asked(as_ewa, "paczka"), "zagubiona", "prywatna") == ["zagubiona", "prywatna"]


def test_other_forms_of_a_word_find_a_text(make, as_anna):
    make(title="Paczka zagubiona")
    assert not missing(
        asked(as_anna, "paczki", ticket="31", insert="1"), "zagubiona", "Wstaw szablon:"
    )


@pytest.mark.parametrize("person", ["anna", "nowy", "ewa", "adam"])
def test_every_page_that_is_offered_opens_and_no_other_does(person, request, sign_in, thulium):
    client = sign_in(request.getfixturevalue(person))
    for page in PAGES:
        is_offered = f'href="{page.address}"' in asked(client, str(page.label))
        assert is_offered == (client.get(page.address).status_code == 200), page.view


def test_every_page_that_stands_by_itself_can_be_found():
    alone = {
        route.name for route in routes() if not re.search(r"/(1|abc|0{8}-\S*)(/|$)", route.path)
    }
    with_page = {name for name in alone if _shows_a_page(name)}
    assert with_page - NO_PAGE == {page.view for page in PAGES}


def _shows_a_page(name: str) -> bool:
    return "GET" in TABLE[name]


@pytest.mark.parametrize("query", ["", "paczka", "a", "%", "\0", "'; --", "(" * 300, "ż" * 5000])
def test_it_asks_the_database_as_often_for_few_texts_and_for_many(query, make, known, as_anna):
    few = _asked_for(as_anna, query)
    for number in range(40):
        make(title=f"Paczka {number}")
        known(2000 + number, subject=f"Paczka {number}")
    assert _asked_for(as_anna, query) <= few + 1
    assert few <= 18


def _asked_for(client: Client, query: str) -> int:
    asked(client, query)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        asked(client, query)
    return len(captured)


def test_what_stands_in_a_ticket_is_shown_as_words(known, as_anna):
    known(90, subject="<script>alert(1)</script> hostile", customer_name="<b>x")
    page = asked(as_anna, "hostile")
    assert not missing(page, "&lt;script&gt;")
    assert "<script>" not in page


def test_the_box_stands_on_every_page_of_a_person_and_not_at_the_door(as_anna, client):
    assert not missing(as_anna.get(reverse("canned:index")), "data-command-box")
    assert not shown(client.get(reverse("account_login")), "data-command-box")
