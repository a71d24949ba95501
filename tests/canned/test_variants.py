"""One text in several languages: made from another, offered in the ticket's."""

import pytest

from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import usable_by
from thulium_portal.canned.search import picker
from thulium_portal.canned.validation import ResponseText

pytestmark = pytest.mark.django_db


@pytest.fixture
def polish(make):
    return make("Zwrot", keywords="return", category="Zwroty")


@pytest.fixture
def english(polish, ewa):
    text = ResponseText("How to return", "<p>Hello</p>", language="en", keywords="return")
    return services.create_response(text, variant_of=polish, actor=ewa)


def test_a_variant_starts_from_the_text_and_joins_its_family(as_ewa, polish):
    page = as_ewa.get(f"/canned/new/?variant_of={polish.pk}")
    form = page.context["form"]
    assert (form["language"].value(), form["category"].value()) == ("en", "Zwroty")
    assert form["body"].value() == "<p>tekst</p>"
    english = {"title": "How to return", "body": "<p>Hello</p>", "language": "en"}
    as_ewa.post("/canned/new/", english | {"body_type": "HTML", "variant_of": polish.pk})
    made = CannedResponse.objects.get(language="en")
    assert made.variant_of == polish
    assert "How to return" in as_ewa.get(f"/canned/{polish.pk}/").content.decode()
    assert "Zwrot" in as_ewa.get(f"/canned/{made.pk}/").content.decode()


def test_a_variant_of_a_variant_belongs_to_the_first(english, polish, ewa):
    text = ResponseText("Zwrot inaczej", "<p>x</p>")
    assert services.create_response(text, variant_of=english, actor=ewa).variant_of == polish


@pytest.mark.parametrize("number", ["999", "abc", ""])
def test_a_variant_of_nothing_is_a_text_of_its_own(as_ewa, number):
    page = as_ewa.get(f"/canned/new/?variant_of={number}")
    assert page.status_code == 200
    assert page.context["twin"] is None


@pytest.mark.parametrize(
    ("language", "titles"), [("en", ["How to return", "Zwrot"]), ("pl", ["Zwrot", "How to return"])]
)
def test_the_tickets_language_comes_first(anna, polish, english, language, titles):
    among = usable_by(anna)
    found = picker.search(anna, "return", among=among, language=language, limit=8)
    assert [each.response.title for each in found] == titles


def test_a_favourite_is_offered_in_the_tickets_language(anna, polish, english):
    services.star(polish, actor=anna)
    among = usable_by(anna)
    (found,) = picker.at_hand(anna, among=among, language="en", limit=8)
    assert found.response == english
    (found,) = picker.at_hand(anna, among=among, language="", limit=8)
    assert found.response == polish


def test_a_ticket_in_a_language_no_text_has_is_offered_every_text(anna, polish, english):
    among = usable_by(anna)
    found = picker.search(anna, "return", among=among, language="uk", limit=8)
    assert {each.response for each in found} == {polish, english}
    services.star(polish, actor=anna)
    (favourite,) = picker.at_hand(anna, among=among, language="uk", limit=8)
    assert favourite.response == polish
