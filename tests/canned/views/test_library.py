"""The library: its filters and search, one canned response with its history, the stars."""

import re
from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.urls import reverse

from tests.support.pages import missing
from thulium_portal.accounts.models import User
from thulium_portal.canned import library, services, workflow
from thulium_portal.canned.models import CannedResponse, Favourite
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.delivery import circuit_breaker

INDEX = "/canned/"


def rows(page: HttpResponse) -> list[str]:
    return [row.title for row, _excerpt in page.context["rows"]]


def facets(page: HttpResponse, name: str) -> dict[str, int]:
    return {facet.value: facet.count for facet in getattr(page.context["library"], name)}


def test_the_address_is_the_contracts():
    assert reverse("canned:index") == INDEX


@pytest.mark.parametrize("who", ["anna", "nowy", "ewa", "adam"])
def test_everyone_who_works_here_may_read(who, sign_in, make, request):
    make("Zwrot")
    page = sign_in(request.getfixturevalue(who)).get(INDEX)
    assert page.status_code == 200
    assert rows(page) == ["Zwrot"]


@pytest.mark.parametrize(("who", "offered"), [("anna", False), ("ewa", True), ("adam", True)])
def test_everyone_is_offered_to_write_and_managers_to_edit(who, offered, sign_in, make, request):
    response = make("Zwrot")
    page = sign_in(request.getfixturevalue(who)).get(INDEX).content.decode()
    assert "/canned/new/" in page
    assert (f"/canned/{response.pk}/edit/" in page) is offered


def test_searching_narrows_the_list_and_keeps_the_words(as_anna, make):
    make("Zwrot kosztów")
    make("Faktura")
    page = as_anna.get(INDEX, {"q": "zwro"})
    assert rows(page) == ["Zwrot kosztów"]
    assert 'value="zwro"' in page.content.decode()


def test_a_search_without_finds_says_so_and_echoes_safely(as_anna, make):
    make("Zwrot")
    page = as_anna.get(INDEX, {"q": "<script>nic"})
    assert rows(page) == []
    assert "&lt;script&gt;nic" in page.content.decode()
    assert "<script>nic" not in page.content.decode()


def test_categories_are_counted_and_filter(as_anna, make):
    make("A", category="Dostawy")
    make("B", category="Dostawy")
    make("C", category="Zwroty i wymiany")
    make("D")
    page = as_anna.get(INDEX, {"category": "Dostawy"})
    assert rows(page) == ["A", "B"]
    counted = [("Dostawy", 2), ("Zwroty i wymiany", 1), ("-", 1)]
    assert list(facets(page, "categories").items()) == counted
    assert page.context["library"].total == 4
    assert rows(as_anna.get(INDEX, {"category": "-"})) == ["D"]


def test_the_archive_is_the_managers(ewa, as_anna, as_ewa, make):
    workflow.archive(make("Stary"), actor=ewa)
    make("Nowy")
    page = as_ewa.get(INDEX, {"state": "archived"})
    assert rows(page) == ["Stary"]
    assert facets(page, "states") == {"live": 1, "archived": 1}
    page = as_anna.get(INDEX, {"state": "archived"})
    assert rows(page) == []
    assert page.context["library"].states == []


def test_the_first_text_is_shown_beside_the_list_until_one_is_chosen(as_anna, make):
    make("A")
    second = make("B", "<p>Dzień dobry, {{ klient | Szanowni Państwo }} {{ wpisz: data }}</p>")
    page = as_anna.get(INDEX)
    assert page.context["response"].title == "A"
    assert "data-chosen" not in page.content.decode()
    page = as_anna.get(INDEX, {"open": second.pk})
    text = page.content.decode()
    assert page.context["response"] == second
    assert "data-chosen" in text
    assert '<span class="chip chip-ask">data</span>' in text
    assert "Szanowni Państwo" in text
    assert "{{" not in text


def test_a_chosen_text_outside_the_list_is_still_shown(as_anna, make):
    make("A")
    other = make("B")
    page = as_anna.get(INDEX, {"q": "A", "open": other.pk})
    assert page.context["response"] == other


@pytest.mark.parametrize(
    "wish",
    [
        {"open": "999"}, {"open": "x"}, {"open": "9" * 40}, {"after": "-1"}, {"after": "999"},
        {"state": "nonsense"}, {"category": "nonsense"}, {"q": "\x00"}, {"open": "²"},
    ],
)  # fmt: skip
def test_a_strange_address_is_no_error(as_anna, make, wish):
    make("A")
    assert as_anna.get(INDEX, wish).status_code == 200


def test_a_text_that_is_not_visible_is_not_shown_beside_the_list(ewa, as_anna, make):
    hidden = workflow.archive(make("Tajny"), actor=ewa)
    make("A")
    page = as_anna.get(INDEX, {"open": hidden.pk})
    assert "Tajny" not in page.content.decode()


def test_pages_follow_each_other_without_gaps(as_anna, make, monkeypatch):
    monkeypatch.setattr(library, "PAGE", 2)
    for title in ("C", "a", "B", "a", "Ć"):
        make(title)
    seen, address = [], INDEX
    while address:
        page = as_anna.get(address)
        seen += rows(page)
        found = re.search(r'rel="next" href="([^"]*)"', page.content.decode())
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == ["a", "a", "B", "C", "Ć"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(as_anna, make, many, django_assert_max_num_queries):
    for number in range(many):
        make(f"Zwrot {number}", category=f"Kategoria {number}")
    circuit_breaker.pulse()
    with django_assert_max_num_queries(20):
        as_anna.get(INDEX, {"q": "zwrot"})


def test_an_empty_library_invites_to_write(as_anna):
    assert as_anna.get(INDEX).content.decode().count("/canned/new/") == 2


def test_an_excerpt_is_short_and_its_placeholders_are_chips(as_anna, make):
    head = "<p>Numer <b>{{ numer zgłoszenia }}</b> &amp; reszta:</p>"
    make("A", f"{head}<p>{'słowo ' * 100}</p>")
    ((_row, excerpt),) = as_anna.get(INDEX).context["rows"]
    assert excerpt.startswith(' Numer <span class="chip">')
    assert "&amp; reszta: słowo" in excerpt
    assert excerpt.endswith("słowo…")
    assert len(excerpt) < 260


def test_scopes_are_counted_and_filter(anna, as_anna, make):
    make("Dla wszystkich")
    make("Dla zwrotów", scope="team", queues=(4,))
    make("Mój", scope="personal", actor=anna)
    make("Mój", scope="personal")
    page = as_anna.get(INDEX)
    assert facets(page, "scopes") == {"personal": 1, "team": 1, "shared": 1}
    assert page.context["library"].total == 3
    page = as_anna.get(INDEX, {"scope": "team"})
    assert rows(page) == ["Dla zwrotów"]
    assert facets(page, "scopes") == {"personal": 1, "team": 1, "shared": 1}


def test_where_all_texts_are_of_one_scope_there_is_nothing_to_choose(as_anna, make):
    make("A")
    assert as_anna.get(INDEX).context["library"].scopes == []


def test_a_category_holds_its_second_level(as_anna, make):
    make("A", category="Dostawy")
    make("B", category="Dostawy / Za granicę")
    make("C", category="Dostawyinne")
    page = as_anna.get(INDEX)
    first, second = page.context["library"].categories
    assert (first.label, first.count, second.label) == ("Dostawy", 2, "Dostawyinne")
    assert [(inner.label, inner.count) for inner in first.below] == [("Za granicę", 1)]
    assert rows(as_anna.get(INDEX, {"category": "Dostawy"})) == ["A", "B"]
    assert rows(as_anna.get(INDEX, {"category": "Dostawy / Za granicę"})) == ["B"]


def test_an_agent_finds_their_own_drafts(anna, as_anna, as_nowy, make):
    make("Szkic", actor=anna)
    page = as_anna.get(INDEX, {"state": "draft"})
    assert rows(page) == ["Szkic"]
    assert facets(page, "states") == {"draft": 1, "live": 0}
    assert rows(as_nowy.get(INDEX, {"state": "draft"})) == []


def revised(response: CannedResponse, ewa: User, **change: str) -> CannedResponse:
    response.refresh_from_db()
    assert response.current is not None
    text, seen = replace(ResponseText.of(response), **change), response.current.number
    return services.revise(response, text, seen_version=seen, note="krócej", actor=ewa)


def told(page: HttpResponse) -> list[str]:
    return [message.level_tag for message in get_messages(page.wsgi_request)]


@pytest.mark.parametrize("who", ["anna", "ewa", "adam"])
def test_everyone_reads_text_and_history(who, ewa, sign_in, make, request):
    response = revised(make("Zwrot", "<p>{{ klient | Państwo }}</p>"), ewa, body="<p>nowy</p>")
    page = sign_in(request.getfixturevalue(who)).get(f"/canned/{response.pk}/")
    assert page.status_code == 200
    assert [version.number for version in page.context["versions"]] == [2, 1]
    assert "<q>krócej</q>" in page.content.decode()


@pytest.mark.parametrize("path", ["999/", "999/edit/", f"{'9' * 30}/", "999/versions/1/restore/"])
def test_an_unknown_one_is_not_found(as_ewa, path):
    page = as_ewa.post(f"/canned/{path}") if "restore" in path else as_ewa.get(f"/canned/{path}")
    assert page.status_code == 404


def test_an_archived_one_is_not_found_by_agents(ewa, as_anna, as_ewa, make):
    response = workflow.archive(make("Zwrot"), actor=ewa)
    assert as_anna.get(f"/canned/{response.pk}/").status_code == 404
    assert as_ewa.get(f"/canned/{response.pk}/").status_code == 200


def test_versions_are_compared_by_words(ewa, as_anna, make):
    response = make("Zwrot", "<p>Pieniądze wrócą jutro.</p>")
    revised(response, ewa, body="<p>Pieniądze wrócą dzisiaj &lt;b&gt;.</p>")
    page = as_anna.get(f"/canned/{response.pk}/", {"compare": "1"})
    assert not missing(page, "<del>jutro</del>", "<ins>dzisiaj", "&lt;b&gt;")


def test_the_newest_version_is_compared_with_the_one_before(ewa, as_anna, make):
    response = make("Jeden")
    revised(response, ewa, title="Dwa")
    revised(response, ewa, title="Trzy")
    page = as_anna.get(f"/canned/{response.pk}/", {"compare": "3"})
    comparison = page.context["comparison"]
    assert (comparison.before.number, comparison.after.number) == (2, 3)
    assert comparison.title == "<del>Dwa</del><ins>Trzy</ins>"


@pytest.mark.parametrize(
    ("wanted", "other", "shown"),
    [("1", "2", (1, 2)), ("2", "1", (1, 2)), ("1", "3", (1, 3)), ("2", "9", (2, 3))],
)
def test_any_two_versions_are_compared_the_earlier_first(ewa, as_anna, make, wanted, other, shown):
    response = make("Jeden")
    revised(response, ewa, title="Dwa")
    revised(response, ewa, title="Trzy")
    page = as_anna.get(f"/canned/{response.pk}/", {"compare": wanted, "with": other})
    comparison = page.context["comparison"]
    assert (comparison.before.number, comparison.after.number) == shown


@pytest.mark.parametrize("wanted", ["9", "x", "", "0", "²"])
def test_a_comparison_that_cannot_be_is_left_out(ewa, as_anna, make, wanted):
    response = revised(make("Zwrot"), ewa, title="Nowy")
    page = as_anna.get(f"/canned/{response.pk}/", {"compare": wanted})
    assert page.context["comparison"] is None


def test_a_manager_archives_and_brings_back(as_ewa, make):
    response = make("Zwrot")
    page = as_ewa.post(f"/canned/{response.pk}/archive/")
    assert (page.status_code, page.headers["Location"]) == (302, f"/canned/{response.pk}/")
    response.refresh_from_db()
    assert response.state == "archived"
    assert "/bring-back/" in as_ewa.get(f"/canned/{response.pk}/").content.decode()
    as_ewa.post(f"/canned/{response.pk}/bring-back/")
    response.refresh_from_db()
    assert response.state == "live"


def test_an_earlier_text_is_brought_back(ewa, as_ewa, make):
    response = revised(make("Zwrot", "<p>stary</p>"), ewa, body="<p>nowy</p>")
    page = as_ewa.post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": "2"})
    response.refresh_from_db()
    assert told(page) == ["success"]
    assert (response.current.number, response.current.body) == (3, "<p>stary</p>")


@pytest.mark.parametrize("seen", ["1", "", "x"])
def test_bringing_back_stops_where_someone_was_quicker(ewa, as_ewa, make, seen):
    response = revised(make("Zwrot", "<p>stary</p>"), ewa, body="<p>nowy</p>")
    page = as_ewa.post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": seen})
    assert told(page) == ["warning"]
    assert response.versions.count() == 2


def test_an_earlier_text_that_can_no_longer_be_saved_says_why(ewa, as_ewa, make):
    response = revised(make("Zwrot", "<p>stary</p>"), ewa, body="<p>nowy</p>")
    response.versions.filter(number=1).update(body="<p>{{ nic &lt;b&gt; }}</p>")
    page = as_ewa.post(f"/canned/{response.pk}/versions/1/restore/", {"seen_version": "2"})
    assert told(page) == ["error"]
    assert response.versions.count() == 2
    assert "<mark>{{ nic &lt;b&gt; }}</mark>" in as_ewa.get("/canned/").content.decode()


def test_a_version_that_never_was_is_not_found(as_ewa, make):
    response = make("Zwrot")
    page = as_ewa.post(f"/canned/{response.pk}/versions/7/restore/", {"seen_version": "1"})
    assert page.status_code == 404


@pytest.mark.parametrize("action", ["archive/", "bring-back/", "versions/1/restore/"])
def test_an_agent_changes_nothing(as_anna, make, action):
    response = make("Zwrot")
    assert as_anna.post(f"/canned/{response.pk}/{action}").status_code == 403
    response.refresh_from_db()
    assert response.state == "live"


def test_the_star_is_a_persons_own(as_anna, as_ewa, anna, make):
    response = make("Zwrot")
    answer = as_anna.post(f"/canned/{response.pk}/favourite/", {"on": "1"}, follow=True)
    assert "star-on" in answer.content.decode()
    assert Favourite.objects.get().person == anna
    assert "star-on" not in as_ewa.get(f"/canned/{response.pk}/").content.decode()
    headers = {"HX-Request": "true"}
    answer = as_anna.post(f"/canned/{response.pk}/favourite/", {"on": "0"}, headers=headers)
    assert 'aria-pressed="false"' in answer.content.decode()
    assert not Favourite.objects.exists()


def test_a_text_out_of_sight_cannot_be_starred(as_anna, make):
    response = make("Moje", scope="personal")
    assert as_anna.post(f"/canned/{response.pk}/favourite/", {"on": "1"}).status_code == 404
    assert not Favourite.objects.exists()
