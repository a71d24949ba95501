"""Finding canned responses: without accents, by beginnings of words, best first."""

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import usable_by
from thulium_portal.canned.search import picker
from thulium_portal.canned.validation import ResponseText


def found(user: User, query: str, *, language: str = "", limit: int = 20) -> list[str]:
    hits = picker.search(user, query, among=usable_by(user), language=language, limit=limit)
    return [each.response.title for each in hits if each.why != "close"]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("zwro", True), ("ZWROT", True), ("zwrot kosz", True), ("koszt zwrot", True),
        ("zazolc", True), ("zażółć", True), ("ZAŻÓŁĆ", True), ("gęśl", True), ("gesla", True),
        ("/zwrot-d", True), ("zwrot-dostawy", True), ("kurier", True), ("spozn", True),
        ("dost", True), ("  zwrot  ", True), ("wrot", False), ("zwrotem", True),
        ("zwrot faktura", False), ("%", False), ("_", False), ("zwr%t", False), ("!?", False),
        ("'; drop table", False),
    ],
)  # fmt: skip
def test_words_are_found_by_their_beginning(anna, make, query, is_found):
    make(
        "Zwrot kosztów",
        "<p>Zażółć <b>gęślą</b> jaźń.</p>",
        shortcut="zwrot-dostawy",
        keywords="kurier",
        use_when="Paczka spóźniona",
        category="Dostawy",
    )
    assert bool(found(anna, query)) is is_found


def test_title_and_shortcut_outweigh_keywords_use_when_and_text(anna, make):
    make("A", "<p>faktura</p>")
    make("B", use_when="faktura")
    make("C", keywords="faktura")
    make("D", shortcut="faktura")
    make("E faktura")
    make("Z faktura", keywords="faktura")
    assert found(anna, "faktura") == ["D", "Z faktura", "E faktura", "C", "B", "A"]


def test_the_language_of_the_ticket_comes_first(anna, make):
    make("Refund", language="en", keywords="zwrot")
    make("Zwrot", language="pl")
    assert found(anna, "zwrot", language="en") == ["Refund", "Zwrot"]
    assert found(anna, "zwrot", language="pl") == ["Zwrot", "Refund"]
    assert found(anna, "zwrot") == ["Zwrot", "Refund"]


@pytest.mark.parametrize("many", [3, 6])
def test_the_limit_and_the_number_of_queries_hold_for_any_number(
    anna, make, django_assert_num_queries, many
):
    for number in range(many):
        make(f"Zwrot {number}")
    with django_assert_num_queries(5):
        hits = picker.search(anna, "zwrot", among=usable_by(anna), limit=3)
        bodies = [hit.response.current.body for hit in hits if hit.response.current]
    assert bodies == ["<p>tekst</p>"] * 3


def test_placeholders_are_found_by_their_words(anna, make):
    make("Opóźnienie", "<p>{{ wpisz: dzień doręczenia }}</p>")
    assert found(anna, "doreczenia") == ["Opóźnienie"]


def test_a_changed_text_is_found_by_its_new_words_only(anna, ewa, make):
    response = make("Stary")
    services.revise(
        response, ResponseText(title="Nowy", body="<p>tekst</p>"), seen_version=1, actor=ewa
    )
    assert found(anna, "stary") == []
    assert found(anna, "nowy") == ["Nowy"]


def test_a_personal_text_is_its_owners_alone(anna, ewa, make):
    response = make("Mój zwrot")
    CannedResponse.objects.filter(pk=response.pk).update(scope="personal")
    assert found(anna, "zwrot") == []
    assert found(ewa, "zwrot") == ["Mój zwrot"]


def test_a_person_whose_sign_in_is_off_finds_nothing(anna, make):
    make("Zwrot")
    anna.is_active = False
    assert found(anna, "zwrot") == []


def test_a_title_that_grows_in_folding_fits_its_column(ewa, make):
    assert len(make("ﷺ" * 120).folded_title) == 400
