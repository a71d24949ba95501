"""What the picker offers, in which order, and what is noted of a search in vain."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from thulium_portal.canned import services, usage
from thulium_portal.canned.models import CannedResponse, EmptySearch
from thulium_portal.canned.permissions import usable_by
from thulium_portal.canned.search import picker
from thulium_portal.canned.search.suggestions import suggest
from thulium_portal.lib.stems import stems_of

pytestmark = pytest.mark.django_db

PARCEL = "Dzień dobry, gdzie jest moja paczka? Kurier miał ją dostarczyć wczoraj."
INVOICE = "Proszę o wystawienie faktury VAT na firmę do ostatniego zamówienia."


@pytest.fixture
def use(anna):
    """Return a function that notes that a text went into a reply."""

    def use(response, *, person=anna, queue_id=None, question="", days_ago=0) -> uuid.UUID:
        number = uuid.uuid4()
        usage.record(
            number,
            response.current,
            timezone.now() - timedelta(days=days_ago),
            person=person,
            ticket_id=1,
            queue_id=queue_id,
            changed_percent=0,
            question=stems_of(question),
        )
        return number

    return use


def found(user, query, **more) -> list[str]:
    hits = picker.search(user, query, among=usable_by(user), limit=8, **more)
    return [each.response.title for each in hits]


def at_hand(user, **more) -> list[tuple[str, str]]:
    hits = picker.at_hand(user, among=usable_by(user), limit=3, **more)
    return [(each.response.title, each.why) for each in hits]


def test_the_match_weighs_more_than_any_habit(anna, make, use):
    use(make("Paczka", "<p>o zwrocie</p>"))
    make("Zwrot towaru")
    assert found(anna, "zwro") == ["Zwrot towaru", "Paczka"]


def test_among_equals_ones_own_habit_comes_first_then_the_queues(anna, ewa, make, use):
    for title in ("Zwrot A", "Zwrot B", "Zwrot C"):
        make(title)
    use(CannedResponse.objects.get(title="Zwrot B"), person=ewa, queue_id=5)
    use(CannedResponse.objects.get(title="Zwrot C"))
    assert found(anna, "zwrot", queue_id=5) == ["Zwrot C", "Zwrot B", "Zwrot A"]
    assert found(anna, "zwrot", queue_id=6) == ["Zwrot C", "Zwrot A", "Zwrot B"]


def test_the_exact_shortcut_comes_before_any_title(anna, make):
    make("Zwrot zwrot zwrot", keywords="zwrot")
    make("Inny", shortcut="zwrot")
    assert found(anna, "zwrot")[0] == "Inny"


@pytest.mark.parametrize(("query", "titles"), [("za", []), ("zaz", ["Inny"]), ("zażółć", ["Inny"])])
def test_the_texts_themselves_are_searched_from_three_letters_on(anna, make, query, titles):
    make("Inny", "<p>Zażółć gęślą jaźń</p>")
    assert found(anna, query) == titles


@pytest.mark.parametrize(
    "query",
    [*("???", "\0", "½", "·—·", "👍", " ", "\ud83d"), *("a " * 5000, "ﷺ" * 200, "x" * 10_000)],
)
def test_a_strange_query_finds_nothing_and_breaks_nothing(anna, make, query):
    make("Zwrot")
    assert found(anna, query) == []


def test_a_habit_of_long_ago_is_none(anna, make, use):
    make("Zwrot A")
    use(make("Zwrot B"), days_ago=200)
    assert found(anna, "zwrot") == ["Zwrot A", "Zwrot B"]


def test_favourites_come_first_then_the_last_five_used(anna, make, use):
    for number in range(7):
        use(make(f"Tekst {number}"), days_ago=7 - number)
    services.star(CannedResponse.objects.get(title="Tekst 0"), actor=anna)
    assert at_hand(anna) == [
        ("Tekst 0", "favourite"),
        *((f"Tekst {number}", "recent") for number in (6, 5, 4, 3, 2)),
    ]


def test_where_nothing_is_known_the_alphabet_begins(anna, make):
    for title in ("Żądanie", "Faktura", "łatwe", "Zwrot"):
        make(title)
    assert at_hand(anna) == [("Faktura", ""), ("łatwe", ""), ("Żądanie", "")]


def test_what_went_out_of_use_is_not_offered(anna, ewa, make, use):
    response = make("Zwrot")
    use(response, question=PARCEL)
    services.star(response, actor=anna)
    CannedResponse.objects.update(state="archived")
    make("Inny")
    assert at_hand(anna, question=stems_of(PARCEL)) == [("Inny", "")]


def test_a_suggestion_stands_once_and_before_the_favourites(anna, make, use):
    response = make("Gdzie paczka")
    use(response, question=PARCEL)
    services.star(response, actor=anna)
    question = stems_of("Gdzie moja paczka? Kurier jej nie dostarczył.")
    assert at_hand(anna, question=question) == [("Gdzie paczka", "suggested")]


def test_what_answered_like_messages_is_suggested_with_its_reason(anna, make, use):
    parcel, invoice = make("Gdzie paczka"), make("Faktura")
    for day in (3, 2):
        use(parcel, question=PARCEL, days_ago=day)
    use(invoice, question=INVOICE)
    (made,) = suggest(stems_of("Paczki wciąż nie ma, kurier nie dzwonił. Gdzie ona jest?"))
    assert (made.response_id, made.times) == (parcel.pk, 2)
    assert timezone.now() - made.last_at < timedelta(days=2, minutes=1)


def test_pleasantries_alone_suggest_nothing(make, use):
    for number in range(20):
        use(make(f"Tekst {number}"), question=f"Dzień dobry, {PARCEL if number % 2 else INVOICE}")
    assert suggest(stems_of("Dzień dobry, pozdrawiam serdecznie")) == []
    assert suggest("") == []


def test_what_was_undone_answered_nothing(make, use):
    number = use(make("Gdzie paczka"), question=PARCEL)
    usage.forget(number)
    assert suggest(stems_of(PARCEL)) == []


def test_no_more_than_stems_of_a_message_are_kept():
    stems = stems_of("Zamówienie 123456 Marii Wiśniewskiej, tel. 600 700 800! " * 50)
    assert stems == "zamow marii wisni tel"


def test_a_search_in_vain_is_counted_by_day_without_the_person():
    for query in ("Gwarancja!", "gwarancja", "gw"):
        picker.record_empty_search(query)
    (noted,) = EmptySearch.objects.all()
    assert (noted.words, noted.times) == ("gwarancja", 2)


def test_what_was_typed_on_the_way_is_not_told():
    left = picker.without_beginnings(["gwa", "gwar", "gwarancja", "reklama"])
    assert left == ["gwarancja", "reklama"]
