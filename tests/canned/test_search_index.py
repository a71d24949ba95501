"""Finding canned responses: without accents, by beginnings of words, best first."""

from collections.abc import Callable

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import ResponseText

Make = Callable[..., CannedResponse]


def titles(found: list[CannedResponse]) -> list[str]:
    return [response.title for response in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("zwro", True),
        ("ZWROT", True),
        ("zwrot kosz", True),
        ("koszt zwrot", True),
        ("zazolc", True),
        ("zażółć", True),
        ("ZAŻÓŁĆ", True),
        ("gęśl", True),
        ("gesla", True),
        ("/zwrot-d", True),
        ("zwrot-dostawy", True),
        ("kurier", True),
        ("spozn", True),
        ("dost", True),
        ("  zwrot  ", True),
        ("wrot", False),
        ("zwrotem", False),
        ("zwrot faktura", False),
        ("%", False),
        ("_", False),
        ("zwr%t", False),
        ("!?", False),
        ("'; drop table", False),
    ],
)
def test_words_are_found_by_their_beginning(
    anna: User, make: Make, query: str, found: bool
) -> None:
    make(
        "Zwrot kosztów",
        "<p>Zażółć <b>gęślą</b> jaźń.</p>",
        shortcut="zwrot-dostawy",
        keywords="kurier",
        use_when="Paczka spóźniona",
        category="Dostawy",
    )
    assert bool(services.search(anna, query)) is found


def test_title_and_shortcut_outweigh_keywords_use_when_and_text(anna: User, make: Make) -> None:
    make("A", "<p>faktura</p>")
    make("B", use_when="faktura")
    make("C", keywords="faktura")
    make("D", shortcut="faktura")
    make("E faktura")
    make("Z faktura", keywords="faktura")
    assert titles(services.search(anna, "faktura")) == [
        "D",
        "Z faktura",
        "E faktura",
        "C",
        "B",
        "A",
    ]


def test_the_language_of_the_ticket_comes_first(anna: User, make: Make) -> None:
    make("Refund", language="en", keywords="zwrot")
    make("Zwrot", language="pl")
    assert titles(services.search(anna, "zwrot", language="en")) == ["Refund", "Zwrot"]
    assert titles(services.search(anna, "zwrot", language="pl")) == ["Zwrot", "Refund"]
    assert titles(services.search(anna, "zwrot")) == ["Zwrot", "Refund"]


def test_an_empty_query_gives_the_first_of_the_alphabet(anna: User, make: Make) -> None:
    for title in ("Żądanie", "Faktura", "łatwe", "Zwrot"):
        make(title)
    assert titles(services.search(anna, "", limit=3)) == ["Faktura", "łatwe", "Żądanie"]


def test_the_limit_and_one_query_hold_for_any_number(
    anna: User, make: Make, django_assert_num_queries
) -> None:
    for number in range(4):
        make(f"Zwrot {number}")
    with django_assert_num_queries(1):
        found = services.search(anna, "zwrot", limit=3)
        assert [response.current.body for response in found if response.current] == [
            "<p>tekst</p>"
        ] * 3


def test_placeholders_are_found_by_their_words(anna: User, make: Make) -> None:
    make("Opóźnienie", "<p>{{ wpisz: dzień doręczenia }}</p>")
    assert len(services.search(anna, "doreczenia")) == 1


def test_a_changed_text_is_found_by_its_new_words_only(anna: User, ewa: User, make: Make) -> None:
    response = make("Stary")
    services.revise(
        response, ResponseText(title="Nowy", body="<p>tekst</p>"), seen_version=1, actor=ewa
    )
    assert services.search(anna, "stary") == []
    assert titles(services.search(anna, "nowy")) == ["Nowy"]


def test_a_personal_text_is_its_owners_alone(anna: User, ewa: User, make: Make) -> None:
    response = make("Mój zwrot")
    CannedResponse.objects.filter(pk=response.pk).update(scope="personal")
    assert services.search(anna, "zwrot") == []
    assert titles(services.search(ewa, "zwrot")) == ["Mój zwrot"]


def test_a_person_whose_sign_in_is_off_finds_nothing(anna: User, make: Make) -> None:
    make("Zwrot")
    anna.is_active = False
    assert services.search(anna, "zwrot") == []


@pytest.mark.parametrize("query", ["a " * 5000, "ﷺ" * 200, "x" * 10_000, "\x00", "\ud83d"])
def test_a_strange_query_finds_nothing_and_breaks_nothing(
    anna: User, make: Make, query: str
) -> None:
    make("Zwrot")
    assert services.search(anna, query) == []


def test_a_title_that_grows_in_folding_fits_its_column(ewa: User, make: Make) -> None:
    assert len(make("ﷺ" * 120).folded_title) == 400
