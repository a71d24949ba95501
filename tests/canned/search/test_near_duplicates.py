"""Texts nearly the same: found in the visible library, told once, never in the way."""

from dataclasses import replace

import pytest

from tests.support.pages import missing
from thulium_portal.canned import services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.search import near_duplicates
from thulium_portal.canned.validation import ResponseText

BODY = (
    "<p>Dzień dobry,</p><p>zwracany towar jest już u nas. Dzisiaj zleciliśmy przelew, pieniądze "
    "wrócą tą samą drogą, którą zapłacono za zamówienie, zwykle w ciągu trzech dni roboczych.</p>"
)
TEXT = ResponseText(title="Zwrot pieniędzy", body=BODY)
NEAR_BODY = BODY.replace("trzech", "czterech").replace("ł", "l")
NEARLY = replace(TEXT, title="Oddane pieniądze", body=NEAR_BODY)


@pytest.fixture
def stored(ewa):
    return services.create_response(TEXT, actor=ewa)


def test_a_text_with_a_few_other_words_is_found(anna, stored):
    found = near_duplicates.nearest(anna, NEARLY).found
    assert found.response == stored
    assert 75 <= found.percent < 100


def test_the_very_same_text_is_wholly_alike(anna, stored):
    found = near_duplicates.nearest(anna, replace(TEXT, title="Inny")).found
    assert found.percent == 100


@pytest.mark.parametrize(
    "change",
    [
        {"body": "<p>Dzień dobry,</p><p>faktura jest w załączniku, kopię wyśle księgowość.</p>"},
        {"body": "<p>pieniądze</p>"},
    ],
)
def test_another_text_is_not(anna, stored, change):
    assert near_duplicates.nearest(anna, replace(NEARLY, **change)).found is None


def test_of_several_the_nearest_is_told(anna, ewa, stored):
    services.create_response(NEARLY, actor=ewa)
    found = near_duplicates.nearest(anna, replace(TEXT, title="Trzeci")).found
    assert found.response == stored


def test_what_one_may_not_see_is_not_told(anna, ewa):
    services.create_response(replace(TEXT, scope="personal"), actor=ewa)
    assert near_duplicates.nearest(anna, NEARLY).found is None
    assert near_duplicates.nearest(ewa, NEARLY).found is not None


def test_what_is_put_away_is_not_told(ewa, stored):
    workflow.archive(stored, actor=ewa)
    assert near_duplicates.nearest(ewa, NEARLY).found is None


def test_a_text_is_not_like_itself_and_an_old_likeness_is_not_told_again(ewa, stored):
    assert near_duplicates.nearest(ewa, NEARLY, stored).found is None
    twin = services.create_response(NEARLY, actor=ewa)
    assert near_duplicates.nearest(ewa, replace(NEARLY, title="Inny tytuł"), twin).found is None
    assert near_duplicates.nearest(ewa, TEXT, twin).found is not None


def test_the_author_sees_the_other_text_and_saves_anyway(as_anna, stored):
    fields = {"title": "Mój zwrot", "body": NEARLY.body, "body_type": "HTML", "language": "pl"}
    page = as_anna.post("/canned/new/", fields)
    assert page.status_code == 409
    assert not missing(page, f'href="/canned/{stored.pk}/"', f'name="despite" value="{stored.pk}"')
    assert page.context["form"]["title"].value() == "Mój zwrot"
    assert page.context["form"]["body"].value() == NEARLY.body
    assert CannedResponse.objects.count() == 1
    assert as_anna.post("/canned/new/", fields | {"despite": stored.pk}).status_code == 302
    assert CannedResponse.objects.count() == 2


def test_an_edit_that_comes_near_another_is_told_too(make, as_ewa, stored):
    other = make("Inny", "<p>zupełnie coś innego</p>")
    fields = {"title": "Inny", "body": NEARLY.body, "body_type": "HTML", "language": "pl"}
    page = as_ewa.post(f"/canned/{other.pk}/edit/", fields | {"seen_version": "1"})
    assert page.status_code == 409
    assert page.context["alike"].response == stored
    assert other.versions.count() == 1


def test_a_library_too_large_to_look_through_is_said_to_be(as_anna, stored, monkeypatch):
    monkeypatch.setattr(near_duplicates, "MOST_WORDS", 3)
    fields = {"title": "Inny", "body": NEARLY.body, "body_type": "HTML", "scope": "personal"}
    answer = as_anna.post("/canned/new/", fields | {"language": "pl"}, follow=True)
    assert answer.status_code == 200
    assert not missing(answer, "Nie porównano z wszystkimi innymi szablonami")
