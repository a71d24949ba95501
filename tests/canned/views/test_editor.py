"""Writing a canned response: saving, every refusal, two editors at once, the preview."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from tests.support.pages import missing, shown
from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.html import losses
from thulium_portal.tickets import queues

FIELDS = {
    "title": "Paczka opóźniona",
    "use_when": "Paczka jest spóźniona.",
    "body": "<p>Dzień dobry, {{ klient | Szanowni Państwo }}</p>",
    "body_type": "HTML",
    "category": "Dostawy",
    "language": "pl",
    "shortcut": "opoznienie",
    "keywords": "kurier",
    "scope": "shared",
}
UNSAID = dict.fromkeys(
    ["queues", "owner", "review_by", "must_keep", "kept_files", "status_after", "confirm", "asked"],
    "",
)
"""What a form shows that was posted without these."""


def errors(page: HttpResponse) -> dict[str, int]:
    return {name: len(told) for name, told in page.context["form"].errors.items()}


def shown_fields(page: HttpResponse) -> dict[str, Any]:
    """Return what the form of *page* would post if it were sent as it stands."""
    return {field.name: field.value() or "" for field in page.context["form"]}


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 403), ("nowy", 403), ("ewa", 200), ("adam", 200)]
)
def test_everyone_writes_and_managers_edit_what_all_use(who, status, sign_in, make, request):
    client = sign_in(request.getfixturevalue(who))
    assert client.get("/canned/new/").status_code == 200
    assert client.get(f"/canned/{make('Zwrot').pk}/edit/").status_code == status
    assert client.post("/signatures/canned-sample/", {"body": "x"}).status_code == 200


def test_what_a_text_cannot_keep_is_told_on_saving(as_ewa):
    body = "<p>Uwaga: <span style='color:red'>dziś</span> <img src=x></p>"
    page = as_ewa.post("/canned/new/", {**FIELDS, "body": body}, follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert told[1:] == [losses.sentence(["colours", "pictures"])]
    assert CannedResponse.objects.get().current.body == "<p>Uwaga: dziś</p>"


@pytest.mark.parametrize("body", ["<div>raz</div><p>a  b</p>\n", "<b>x</b><br>y", "tekst"])
def test_a_body_that_was_not_touched_stays_to_the_letter(as_ewa, make, body):
    response = make("Paczka")
    CannedResponseVersion.objects.update(body=body)
    posted = body.replace("\n", "\r\n")
    fields = {**FIELDS, "title": "Nowy", "body": posted, "seen_version": "1"}
    assert as_ewa.post(f"/canned/{response.pk}/edit/", fields).status_code == 302
    response.refresh_from_db()
    assert (response.title, response.current.body) == ("Nowy", body)


def test_an_agent_cannot_change_what_all_use(as_anna, make):
    response = make("Zwrot")
    assert as_anna.post(f"/canned/{response.pk}/edit/", FIELDS).status_code == 403
    assert list(CannedResponse.objects.values_list("title", flat=True)) == ["Zwrot"]


def test_an_agent_writes_for_themselves_unless_they_say_otherwise(anna, as_anna):
    form = as_anna.get("/canned/new/").context["form"]
    assert form["scope"].value() == "personal"
    assert "owner" not in form.fields
    as_anna.post("/canned/new/", FIELDS | {"scope": "", "category": ""})
    response = CannedResponse.objects.get()
    assert (response.scope, response.state, response.owner) == ("personal", "live", anna)


@pytest.mark.parametrize(("then", "state"), [("", "draft"), ("submit", "waiting")])
def test_an_agent_proposes_a_text_for_all(as_anna, make, then, state):
    make("Inny", category="Dostawy")
    page = as_anna.post("/canned/new/", FIELDS | {"then": then})
    response = CannedResponse.objects.get(title=FIELDS["title"])
    assert page.headers["Location"] == f"/canned/{response.pk}/"
    assert response.state == state


@pytest.mark.parametrize(("then", "state"), [("", "live"), ("draft", "draft")])
def test_a_supervisor_saves_live_or_as_a_draft(as_ewa, then, state):
    as_ewa.post("/canned/new/", FIELDS | {"then": then})
    assert CannedResponse.objects.get().state == state


def test_categories_are_made_by_managers_and_chosen_by_agents(as_anna, as_ewa):
    page = as_anna.post("/canned/new/", FIELDS)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["category"])
    as_ewa.post("/canned/new/", FIELDS | {"category": "Dostawy / Zagranica"})
    choices = as_anna.get("/canned/new/").context["form"].fields["category"].choices
    assert [value for value, _label in choices] == ["", "Dostawy / Zagranica"]


def test_a_category_has_two_levels_at_most(as_ewa):
    page = as_ewa.post("/canned/new/", FIELDS | {"category": "a / b / c"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["category"])


def test_a_teams_text_names_its_queues(as_ewa):
    queues.remember(4, "Zwroty")
    queues.remember(5, "Faktury")
    team = FIELDS | {"scope": "team"}
    page = as_ewa.post("/canned/new/", team)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["queues"])
    page = as_ewa.post("/canned/new/", team | {"queues": ["9"]})
    assert page.status_code == 422
    as_ewa.post("/canned/new/", team | {"queues": ["4"]})
    assert [str(queue) for queue in CannedResponse.objects.get().queues.all()] == ["Zwroty"]


def test_owner_and_day_of_review_are_kept(anna, as_ewa):
    given = {"owner": str(anna.pk), "review_by": "2027-03-01"}
    as_ewa.post("/canned/new/", FIELDS | given)
    response = CannedResponse.objects.get()
    assert (response.owner, response.review_by) == (anna, date(2027, 3, 1))
    assert response.current.details["review_by"] == "2027-03-01"


def test_a_new_text_is_stored_with_all_its_fields(as_ewa):
    page = as_ewa.post("/canned/new/", FIELDS)
    response = CannedResponse.objects.get()
    assert (page.status_code, page.headers["Location"]) == (302, f"/canned/{response.pk}/")
    wanted = {name: value for name, value in FIELDS.items() if name != "body_type"}
    assert ResponseText.of(response) == ResponseText(**wanted)


def test_without_scripts_plain_text_becomes_paragraphs(as_ewa):
    body = "Dzień dobry,\r\n\r\na < b\r\n{{ podpis }}"
    as_ewa.post("/canned/new/", FIELDS | {"body": body, "body_type": "PLAIN"})
    response = CannedResponse.objects.select_related("current").get()
    assert response.current.body == "<p>Dzień dobry,</p><p>a &lt; b<br>{{ podpis }}</p>"


def test_the_new_page_starts_as_plain_text_in_the_readers_language(as_ewa):
    form = as_ewa.get("/canned/new/").context["form"]
    assert (form["body_type"].value(), form["language"].value()) == ("PLAIN", "pl")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("/Opóźnienie", "opóźnienie"), (" Zwrot kosztów ", "zwrot-kosztów"), ("///x", "x"), ("", "")],
)
def test_a_shortcut_is_tidied(as_ewa, typed, stored):
    as_ewa.post("/canned/new/", FIELDS | {"shortcut": typed})
    assert CannedResponse.objects.get().shortcut == stored


def test_the_levels_of_a_category_are_tidied(as_ewa):
    as_ewa.post("/canned/new/", FIELDS | {"category": " Dostawy/Kurier / "})
    assert CannedResponse.objects.get().category == "Dostawy / Kurier"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": " "}, {"title": 1}),
        ({"title": "x" * 121}, {"title": 1}),
        ({"body": " \n "}, {"body": 1}),
        ({"body": "<p>{{ klient }}</p>"}, {"body": 1}),
        ({"body": "<p>{{ klient }} {{ nic }} {{ otwarte</p>"}, {"body": 3}),
        ({"body_type": "RTF"}, {"body_type": 1}),
        ({"language": "de"}, {"language": 1}),
        ({"shortcut": "!!!"}, {"shortcut": 1}),
        ({"shortcut": "x" * 42}, {"shortcut": 1}),
        ({"shortcut": "ZWROT"}, {"shortcut": 1}),
        ({"keywords": "x" * 301}, {"keywords": 1}),
        ({"use_when": "x" * 201}, {"use_when": 1}),
        ({"title": "", "body": "", "shortcut": "zwrot"}, {"title": 1, "body": 1, "shortcut": 1}),
    ],
)
def test_a_refused_form_says_everything_at_once_and_keeps_every_word(as_ewa, make, change, told):
    make("Inny", shortcut="zwrot")
    page = as_ewa.post("/canned/new/", FIELDS | change)
    assert page.status_code == 422
    assert errors(page) == told
    assert shown_fields(page) == FIELDS | UNSAID | change | {"seen_version": ""}
    assert CannedResponse.objects.count() == 1


def test_a_fault_shows_its_place_safely(ewa, as_ewa):
    ewa.language = "en"
    ewa.save()
    body = "<p>Hi &lt;b&gt; {{ klent | x }}!</p>"
    text = as_ewa.post("/canned/new/", FIELDS | {"body": body}).content.decode()
    assert not missing(text, "<mark>{{ klent | x }}</mark>!</q>", "Hi &lt;b&gt; <mark>")


def test_the_placeholders_on_offer_are_ready_to_be_saved(ewa, as_ewa):
    for language in ("pl", "en"):
        ewa.language = language
        ewa.save()
        with translation.override(language):
            choices = as_ewa.get("/canned/new/").context["choices"]
        body = "".join(f"<p>{choice.source}</p>" for choice in choices)
        page = as_ewa.post("/canned/new/", FIELDS | {"body": body, "shortcut": language})
        assert page.status_code == 302
        assert len(choices) == 18


@pytest.fixture
def response(as_ewa):
    as_ewa.post("/canned/new/", FIELDS)
    return CannedResponse.objects.get()


def test_the_form_shows_what_is_stored(ewa, as_ewa, response):
    page = as_ewa.get(f"/canned/{response.pk}/edit/")
    shown = FIELDS | UNSAID | {"owner": ewa.pk, "note": "", "seen_version": 1}
    assert shown_fields(page) == shown
    assert not missing(page, "&lt;p&gt;Dzień dobry, {{ klient | Szanowni Państwo }}&lt;/p&gt;")


def test_a_change_is_a_new_version_with_its_note(as_ewa, response):
    change = {"title": "Nowy", "note": "krótszy tytuł", "seen_version": "1"}
    page = as_ewa.post(f"/canned/{response.pk}/edit/", FIELDS | change)
    assert page.status_code == 302
    newest = response.versions.first()
    assert (newest.number, newest.title, newest.note) == (2, "Nowy", "krótszy tytuł")


def test_saving_what_is_stored_makes_no_version(as_ewa, response):
    page = as_ewa.post(f"/canned/{response.pk}/edit/", FIELDS | {"seen_version": "1"})
    assert page.status_code == 302
    assert response.versions.count() == 1


def test_the_second_editor_sees_both_texts_and_can_save_after_all(adam, as_ewa, as_adam, response):
    address = f"/canned/{response.pk}/edit/"
    ewas = FIELDS | {"body": "<p>Tekst Ewy</p>", "note": "po swojemu", "seen_version": "1"}
    adams = FIELDS | {"body": "<p>Tekst Adama</p>", "note": "inaczej", "seen_version": "1"}
    as_ewa.post(address, ewas)
    page = as_adam.post(address, adams)
    assert page.status_code == 409
    assert response.versions.count() == 2
    assert shown_fields(page) == UNSAID | adams | {"seen_version": "2"}
    assert not missing(
        page, "<p>Tekst Ewy</p>", "Tekst <del>Ewy</del><ins>Adama</ins>", "<q>po swojemu</q>"
    )
    assert as_adam.post(address, adams | {"seen_version": "2"}).status_code == 302
    newest = response.versions.first()
    assert (newest.number, newest.body, newest.author) == (3, "<p>Tekst Adama</p>", adam)


def test_a_conflict_keeps_plain_text_plain(as_ewa, as_adam, response):
    address = f"/canned/{response.pk}/edit/"
    as_ewa.post(address, FIELDS | {"title": "Ewy", "seen_version": "1"})
    mine = {"body": "jeden\r\n\r\ndwa", "body_type": "PLAIN", "seen_version": "1", "note": ""}
    page = as_adam.post(address, FIELDS | mine)
    assert shown_fields(page) == FIELDS | UNSAID | mine | {"seen_version": "2"}


@pytest.mark.parametrize("seen", ["", "0", "x", "-1"])
def test_a_form_without_its_version_never_overwrites(as_ewa, response, seen):
    change = {"title": "Nowy", "seen_version": seen}
    page = as_ewa.post(f"/canned/{response.pk}/edit/", FIELDS | change)
    assert page.status_code in {409, 422}
    assert response.versions.count() == 1


def test_someone_elses_personal_text_cannot_be_edited(as_adam, response):
    CannedResponse.objects.update(scope="personal")
    assert as_adam.get(f"/canned/{response.pk}/edit/").status_code == 404


def test_who_does_not_own_a_text_is_not_offered_to_keep_it_for_themselves(
    ewa, adam, sign_in, response
):
    for person, offered in ((ewa, True), (adam, False)):
        page = sign_in(person).get(f"/canned/{response.pk}/edit/").content.decode()
        assert ('value="personal"' in page) is offered


def test_the_preview_fills_in_a_made_up_ticket(as_ewa):
    body = "<p>{{ klient | x }}, {{ numer zgłoszenia }}, {{ wpisz: data }}, {{ podpis }}</p>"
    text = as_ewa.post(
        "/signatures/canned-sample/", {"body": body, "body_type": "HTML"}
    ).content.decode()
    chips = re.findall(r'<span class="chip[^"]*">([^<]*)</span>', text)
    assert chips[:4] == ["Maria Wiśniewska", "1234", "data", "Ewa Kot"]


def test_the_preview_is_safe_and_says_what_is_to_mend(as_ewa):
    body = '<p onclick="x()">a</p><script>alert(1)</script><img src=x>{{ nic }}'
    page = as_ewa.post("/signatures/canned-sample/", {"body": body, "body_type": "HTML"})
    assert not shown(page, "<script", "<img", "onclick")
    assert len(page.context["sample_faults"]) == 1


def test_the_preview_of_plain_text_shows_tags_as_text(as_ewa):
    page = as_ewa.post("/signatures/canned-sample/", {"body": "<b>a</b>", "body_type": "PLAIN"})
    assert "<p>&lt;b&gt;a&lt;/b&gt;</p>" in page.content.decode()


def test_the_preview_cannot_be_fetched(as_ewa):
    assert as_ewa.get("/signatures/canned-sample/").status_code == 405


def test_the_preview_button_saves_nothing(as_ewa, response):
    change = {"body": "<p>{{ klient }} podgląd</p>", "preview": "1", "seen_version": "1"}
    page = as_ewa.post(f"/canned/{response.pk}/edit/", FIELDS | change)
    assert page.status_code == 200
    assert "podgląd</p>" in page.content.decode()
    assert response.versions.count() == 1


def test_the_forms_need_their_token(ewa):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ewa)
    assert client.post("/canned/new/", FIELDS).status_code == 403
    assert visible_to(ewa).count() == 0


# What looks left over is asked about once for each text.


@pytest.fixture
def left_over() -> dict[str, str]:
    return {"title": "Zwrot", "body": "<p>Panie/Pani {imie}</p>", "language": "pl"}


@pytest.mark.django_db
def test_what_looks_left_over_is_asked_about_and_passed_with_one_click(as_ewa, left_over):
    page = as_ewa.post("/canned/new/", left_over)
    assert page.status_code == 422
    words = page.content.decode()
    assert "<mark>{imie}</mark>" in words
    assert 'name="asked" value="Panie/Pani&#10;{imie}"' in words
    assert not CannedResponse.objects.exists()
    given = left_over | {"confirm": "leftover", "asked": "Panie/Pani\r\n{imie}"}
    assert as_ewa.post("/canned/new/", given).status_code == 302
    assert CannedResponse.objects.get().current.meant == ("Panie/Pani", "{imie}")


@pytest.mark.django_db
def test_what_was_meant_in_a_text_is_not_asked_again_but_anything_new_is(as_ewa, make):
    response = make("Zwrot", "<p>Panie/Pani</p>", meant=("Panie/Pani",))
    url = f"/canned/{response.pk}/edit/"
    given = {"title": "Zwroty", "language": "pl", "seen_version": 1}
    assert as_ewa.post(url, given | {"body": "<p>Panie/Pani</p>"}).status_code == 302
    page = as_ewa.post(url, given | {"body": "<p>Panie/Pani, TODO</p>", "seen_version": 2})
    assert page.context["form"].doubtful == ("TODO",)
    assert CannedResponse.objects.get().current.meant == ("Panie/Pani",)


@pytest.mark.django_db
def test_nobody_can_let_pass_what_the_page_did_not_ask_about(as_ewa, left_over):
    given = left_over | {"confirm": "leftover", "asked": "Panie/Pani"}
    page = as_ewa.post("/canned/new/", given)
    assert page.status_code == 422
    assert page.context["form"].doubtful == ("{imie}", "Panie/Pani")


@pytest.mark.django_db
def test_an_old_text_comes_back_and_is_read_again_without_being_asked(make, ewa):
    response = make("Zwrot", "<p>Panie/Pani</p>")
    services.revise(
        response, replace(ResponseText.of(response), body="<p>x</p>"), seen_version=1, actor=ewa
    )
    services.restore_version(response, 1, seen_version=2, actor=ewa)
    response.refresh_from_db()
    assert (response.current.body, response.current.meant) == ("<p>Panie/Pani</p>", ())
