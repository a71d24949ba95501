"""Other forms of a word, words mistyped, and the language of the ticket first."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.lib.test_stems import lines
from tests.support.pages import missing
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse, EmptySearch
from thulium_portal.canned.permissions import usable_by
from thulium_portal.canned.search import picker
from thulium_portal.canned.search.index import WORDS

pytestmark = pytest.mark.django_db


def found(user: User, query: str, *, language: str = "") -> list[tuple[str, str]]:
    hits = picker.search(user, query, among=usable_by(user), language=language, limit=8)
    return [(each.response.title, each.why) for each in hits]


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Gdzie jest paczka", "paczek paczki paczką paczce paczkami pacz p gdzie"),
        ("Zwrot pieniędzy", "zwroty zwrotów zwrotem zwrocie pieniądze zwr"),
        ("Reklamacja przyjęta", "reklamacji reklamację reklamacje rekl reklamac"),
        ("Faktura VAT", "faktur fakturze FAKTURĘ faktury"),
        ("Przesyłka w drodze", "przesyłce przesylek przesyłką"),
        ("Returned parcels", "return returning returns parcel"),
    ],
)
def test_every_form_of_a_word_finds_the_text(anna, make, title, queries):
    make(title)
    make("Całkiem inny")
    assert {query: found(anna, query) for query in queries.split()} == {
        query: [(title, "")] for query in queries.split()
    }


def test_every_form_of_the_corpus_finds_its_word(anna, make):
    families = lines("word_forms")[:25]
    for forms in families:
        make(f"x {forms[0]}")
    missed = {
        form: titles
        for forms in families
        for form in forms
        if f"x {forms[0]}" not in (titles := [title for title, _why in found(anna, form)])
    }
    assert missed == {}


def test_forms_are_found_in_the_text_itself_too(anna, make):
    make("Inny", "<p>Prosimy odesłać paczkę do magazynu.</p>")
    assert found(anna, "paczek") == [("Inny", "")]


def test_a_word_as_it_was_typed_comes_before_its_other_forms(anna, make):
    make("A paczka")
    make("B paczki")
    make("C", keywords="paczki")
    make("D", keywords="paczka")
    assert [title for title, _why in found(anna, "paczki")] == ["B paczki", "A paczka", "C", "D"]


def test_what_looks_alike_and_is_another_word_is_not_found(anna, make):
    make("Rabat")
    make("Koszyk")
    assert found(anna, "koszt") == [("Koszyk", "close")]
    make("Koszty dostawy")
    assert found(anna, "koszt") == [("Koszty dostawy", "")]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("pacza", "Gdzie jest paczka"),
        ("rekalmacja", "Reklamacja przyjęta"),
        ("rekalma", "Reklamacja przyjęta"),
        ("fatkura", "Faktura VAT"),
        ("zwrto", "Zwrot pieniędzy"),
        ("paczka zaginiona", "Gdzie jest paczka"),
        ("reklamacja rozpatrzona odmownie", "Reklamacja przyjęta"),
        ("afktura", "Faktura VAT"),
    ],
)
def test_where_nothing_fits_the_nearest_is_offered_and_called_close(anna, make, typed, title):
    for each in ("Gdzie jest paczka", "Reklamacja przyjęta", "Faktura VAT", "Zwrot pieniędzy"):
        make(each)
    assert found(anna, typed) == [(title, "close")]


def test_more_words_held_come_before_fewer(anna, make):
    make("Zwrot")
    make("Zwrot paczki")
    make("Faktura za paczki")
    assert found(anna, "zwrot paczki kwantowej") == [("Zwrot paczki", "close")]
    assert found(anna, "zwrot faktury kwantowej paczki") == [
        ("Zwrot paczki", "close"),
        ("Faktura za paczki", "close"),
        ("Zwrot", "close"),
    ]


@pytest.mark.parametrize("typed", ["kwant", "zz", "xyzzy", "????", "1", "ą" * 200])
def test_what_is_near_to_nothing_finds_nothing(anna, make, typed):
    make("Gdzie jest paczka")
    assert found(anna, typed) == []


def test_a_search_that_only_comes_near_is_told_and_counted_as_in_vain(as_anna, make):
    make("Gdzie jest paczka")
    page = as_anna.post("/tickets/1234/canned/", {"q": "pacza"}).content.decode()
    assert not missing(page, "Nic nie pasuje dokładnie, te są zbliżone", "Gdzie jest paczka")
    assert EmptySearch.objects.get().words == "pacza"


def test_the_library_says_that_its_finds_only_come_near(as_anna, make):
    make("Gdzie jest paczka")
    page = as_anna.get("/canned/", {"q": "pacza"})
    assert [row.title for row, _excerpt in page.context["rows"]] == ["Gdzie jest paczka"]
    assert not missing(page.content.decode(), "Nic nie pasuje dokładnie, te są zbliżone")
    page = as_anna.get("/canned/", {"q": "paczkę"}).content.decode()
    assert "Nic nie pasuje dokładnie" not in page


def test_a_find_stands_behind_its_variant_in_the_tickets_language(anna, make):
    refund = make("Refund of the parcel", language="en", keywords="zwrot")
    polish = make("Zwrot", language="pl")
    make("Zwrot bez pary", language="pl")
    CannedResponse.objects.filter(pk=polish.pk).update(variant_of=refund)
    both = [("Zwrot", ""), ("Refund of the parcel", "")]
    assert found(anna, "refund", language="pl") == both
    assert found(anna, "zwrot", language="pl") == [both[0], ("Zwrot bez pary", ""), both[1]]
    assert found(anna, "refund", language="en") == [("Refund of the parcel", "")]
    assert found(anna, "zwrot", language="en") == [
        ("Refund of the parcel", ""),
        ("Zwrot", ""),
        ("Zwrot bez pary", ""),
    ]


def test_favourites_in_the_tickets_language_come_before_the_others(anna, make):
    for title, language in (("A refund", "en"), ("B zwrot", "pl")):
        anna.favourites.create(response=make(title, language=language))

    def at_hand(language: str) -> list[str]:
        offers = picker.at_hand(anna, among=usable_by(anna), language=language, limit=8)
        return [each.response.title for each in offers]

    assert at_hand("pl") == ["B zwrot", "A refund"]
    assert at_hand("en") == ["A refund", "B zwrot"]


def test_where_nothing_is_known_the_alphabet_begins_with_the_tickets_language(anna, make):
    make("A refund", language="en")
    make("B zwrot", language="pl")
    offers = picker.at_hand(anna, among=usable_by(anna), language="pl", limit=8)
    assert [each.response.title for each in offers] == ["B zwrot", "A refund"]


def test_what_was_stored_before_is_found_by_its_forms_after_the_migration(anna, make):
    response = make("Gdzie jest paczka", keywords="przesyłka")
    CannedResponse.objects.update(title_stems="", keyword_stems="")
    WORDS.put([(response.pk, response.folded_title + response.folded_keywords, "")])
    assert ("Gdzie jest paczka", "") not in found(anna, "paczek")
    migration = MigrationExecutor(connection).loader.get_migration("canned", "0005_stems")
    migration.operations[-1].code(_Apps(), connection.schema_editor())
    assert found(anna, "paczek") == found(anna, "przesyłek") == [("Gdzie jest paczka", "")]
    response.refresh_from_db()
    assert response.title_stems == " gdz jest paczk "


class _Apps:
    def get_model(self, app: str, name: str) -> type[CannedResponse]:
        return CannedResponse
