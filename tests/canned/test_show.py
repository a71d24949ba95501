"""One canned response: its text, history, comparison, archive and bringing back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from thulium_portal.accounts.models import User
from thulium_portal.canned import services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText

Make = Callable[..., CannedResponse]
SignIn = Callable[[User], Client]
ACTIONS = ["archive/", "bring-back/", "versions/1/restore/"]


def revised(response: CannedResponse, ewa: User, **change: str) -> CannedResponse:
    response.refresh_from_db()
    assert response.current is not None
    text = replace(ResponseText.of(response), **change)
    return services.revise(
        response, text, seen_version=response.current.number, note="krócej", actor=ewa
    )


def told(page: HttpResponse) -> list[str]:
    return [message.level_tag for message in get_messages(page.wsgi_request)]


@pytest.mark.parametrize("who", ["anna", "ewa", "adam"])
def test_everyone_reads_text_and_history(
    who: str, ewa: User, sign_in: SignIn, make: Make, request: pytest.FixtureRequest
) -> None:
    response = revised(make("Zwrot", "<p>{{ klient | Państwo }}</p>"), ewa, body="<p>nowy</p>")
    page = sign_in(request.getfixturevalue(who)).get(f"/canned/{response.pk}/")
    assert page.status_code == 200
    assert [version.number for version in page.context["versions"]] == [2, 1]
    assert "<q>krócej</q>" in page.content.decode()


@pytest.mark.parametrize("path", ["999/", "999/edit/", f"{'9' * 30}/", "999/versions/1/restore/"])
def test_an_unknown_one_is_not_found(ewa: User, sign_in: SignIn, path: str) -> None:
    client = sign_in(ewa)
    page = client.post(f"/canned/{path}") if "restore" in path else client.get(f"/canned/{path}")
    assert page.status_code == 404


def test_an_archived_one_is_not_found_by_agents(
    anna: User, ewa: User, sign_in: SignIn, make: Make
) -> None:
    response = workflow.archive(make("Zwrot"), actor=ewa)
    assert sign_in(anna).get(f"/canned/{response.pk}/").status_code == 404
    assert sign_in(ewa).get(f"/canned/{response.pk}/").status_code == 200


def test_versions_are_compared_by_words(anna: User, ewa: User, sign_in: SignIn, make: Make) -> None:
    response = make("Zwrot", "<p>Pieniądze wrócą jutro.</p>")
    revised(response, ewa, body="<p>Pieniądze wrócą dzisiaj &lt;b&gt;.</p>")
    page = sign_in(anna).get(f"/canned/{response.pk}/", {"compare": "1"})
    text = page.content.decode()
    assert "<del>jutro</del>" in text
    assert "<ins>dzisiaj" in text
    assert "&lt;b&gt;" in text


def test_the_newest_version_is_compared_with_the_one_before(
    anna: User, ewa: User, sign_in: SignIn, make: Make
) -> None:
    response = make("Jeden")
    revised(response, ewa, title="Dwa")
    revised(response, ewa, title="Trzy")
    page = sign_in(anna).get(f"/canned/{response.pk}/", {"compare": "3"})
    comparison = page.context["comparison"]
    assert (comparison.before.number, comparison.after.number) == (2, 3)
    assert comparison.title == "<del>Dwa</del><ins>Trzy</ins>"


@pytest.mark.parametrize(
    ("wanted", "other", "shown"),
    [("1", "2", (1, 2)), ("2", "1", (1, 2)), ("1", "3", (1, 3)), ("2", "9", (2, 3))],
)
def test_any_two_versions_are_compared_the_earlier_first(
    anna: User,
    ewa: User,
    sign_in: SignIn,
    make: Make,
    wanted: str,
    other: str,
    shown: tuple[int, int],
) -> None:
    response = make("Jeden")
    revised(response, ewa, title="Dwa")
    revised(response, ewa, title="Trzy")
    page = sign_in(anna).get(f"/canned/{response.pk}/", {"compare": wanted, "with": other})
    comparison = page.context["comparison"]
    assert (comparison.before.number, comparison.after.number) == shown


@pytest.mark.parametrize("wanted", ["9", "x", "", "0", "²"])
def test_a_comparison_that_cannot_be_is_left_out(
    anna: User, ewa: User, sign_in: SignIn, make: Make, wanted: str
) -> None:
    response = revised(make("Zwrot"), ewa, title="Nowy")
    page = sign_in(anna).get(f"/canned/{response.pk}/", {"compare": wanted})
    assert page.context["comparison"] is None


def test_a_manager_archives_and_brings_back(ewa: User, sign_in: SignIn, make: Make) -> None:
    response = make("Zwrot")
    client = sign_in(ewa)
    page = client.post(f"/canned/{response.pk}/archive/")
    assert (page.status_code, page.headers["Location"]) == (302, f"/canned/{response.pk}/")
    response.refresh_from_db()
    assert response.state == "archived"
    assert "/bring-back/" in client.get(f"/canned/{response.pk}/").content.decode()
    client.post(f"/canned/{response.pk}/bring-back/")
    response.refresh_from_db()
    assert response.state == "live"


def test_an_earlier_text_is_brought_back(ewa: User, sign_in: SignIn, make: Make) -> None:
    response = revised(make("Zwrot", "<p>stary</p>"), ewa, body="<p>nowy</p>")
    page = sign_in(ewa).post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": "2"})
    response.refresh_from_db()
    assert told(page) == ["success"]
    assert response.current is not None
    assert (response.current.number, response.current.body) == (3, "<p>stary</p>")


@pytest.mark.parametrize("seen", ["1", "", "x"])
def test_bringing_back_stops_where_someone_was_quicker(
    ewa: User, sign_in: SignIn, make: Make, seen: str
) -> None:
    response = revised(make("Zwrot", "<p>stary</p>"), ewa, body="<p>nowy</p>")
    page = sign_in(ewa).post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": seen})
    assert told(page) == ["warning"]
    assert response.versions.count() == 2


def test_an_earlier_text_that_can_no_longer_be_saved_says_why(
    ewa: User, sign_in: SignIn, make: Make
) -> None:
    response = revised(make("Zwrot", "<p>stary</p>"), ewa, body="<p>nowy</p>")
    response.versions.filter(number=1).update(body="<p>{{ nic &lt;b&gt; }}</p>")
    client = sign_in(ewa)
    page = client.post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": "2"})
    assert told(page) == ["error"]
    assert response.versions.count() == 2
    assert "<mark>{{ nic &lt;b&gt; }}</mark>" in client.get("/canned/").content.decode()


def test_a_version_that_never_was_is_not_found(ewa: User, sign_in: SignIn, make: Make) -> None:
    response = make("Zwrot")
    page = sign_in(ewa).post(f"/canned/{response.pk}/versions/7/restore/", {"seen_version": "1"})
    assert page.status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_an_agent_changes_nothing(anna: User, sign_in: SignIn, make: Make, action: str) -> None:
    response = make("Zwrot")
    assert sign_in(anna).post(f"/canned/{response.pk}/{action}").status_code == 403
    response.refresh_from_db()
    assert response.state == "live"


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_changes_on_a_mere_visit(
    ewa: User, sign_in: SignIn, make: Make, action: str
) -> None:
    response = make("Zwrot")
    assert sign_in(ewa).get(f"/canned/{response.pk}/{action}").status_code == 405


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_changes_without_the_forms_token(ewa: User, make: Make, action: str) -> None:
    response = make("Zwrot")
    client = Client(enforce_csrf_checks=True)
    client.force_login(ewa)
    assert client.post(f"/canned/{response.pk}/{action}").status_code == 403
