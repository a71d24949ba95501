"""What a conversation names: orders, parcels, invoices, days and sums, offered for a blank."""

import pytest

from thulium_portal.tickets.blank_offers import day, mentioned_in, offers, pairs

TALK = (
    "Zamówienie ZK/2026/118 za 249,90 zł miało przyjść 20.11.2026, faktura FV/2026/77.\n"
    "Przesyłka 00259007123456789012, konto jan@example.org, tel. 600 700 800, kod 00-950."
)


def test_what_is_named_is_found_with_its_kind():
    assert set(pairs(mentioned_in([TALK]))) == {
        ("order", "ZK/2026/118"),
        ("amount", "249,90 zł"),
        ("day", "20.11.2026"),
        ("invoice", "FV/2026/77"),
        ("parcel", "00259007123456789012"),
    }


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("numer zamówienia", ["ZK/2026/118"]),
        ("Order number", ["ZK/2026/118"]),
        ("kwota", ["249,90 zł"]),
        ("data doręczenia", ["20.11.2026"]),
        ("numer przesyłki", ["00259007123456789012"]),
        ("numer faktury", ["FV/2026/77"]),
    ],
)
def test_the_label_of_a_blank_decides_what_is_offered(label, wanted):
    assert offers(mentioned_in([TALK]), label) == wanted


def test_the_newest_message_comes_first_and_nothing_twice():
    told = mentioned_in(["order 4711-B", "order 4711-B and order 99-22"])
    assert pairs(told) == [("order", "4711-B"), ("order", "99-22")]


@pytest.mark.parametrize("text", ["", "Dziękuję, czekam.", "tel. 600 700 800", "00-950 Warszawa"])
def test_what_names_nothing_offers_nothing(text):
    assert mentioned_in([text]) == ""
    assert offers("", "numer zamówienia") == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Kupiłam model Trek 5 i nie działa.", "Trek 5"),
        ("Chodzi o produkt „Lampa Orion mała”, kolor czarny.", "Lampa Orion mała"),
        ("Towar: Kurtka Alpina XL", "Kurtka Alpina XL"),
        ("the product Kettle Pro 2 leaks", "Kettle Pro 2"),
    ],
)
@pytest.mark.parametrize("label", ["produkt", "nazwa towaru", "Product name"])
def test_a_product_that_is_called_one_is_offered(text, named, label):
    assert offers(mentioned_in([text]), label) == [named]


@pytest.mark.parametrize(
    "text", ["Państwa produkty są super", "towar nie dotarł", "items were broken", "model?"]
)
def test_a_word_for_goods_alone_names_no_product(text):
    assert mentioned_in([text]) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FV 12/2026 i fv/13/2026", [("invoice", "FV 12/2026"), ("invoice", "fv/13/2026")]),
        ("zamówienie nr 88213, order #8837", [("order", "88213"), ("order", "8837")]),
        (
            "RR123456789PL, 1Z999AA10123456784",
            [("parcel", "RR123456789PL"), ("parcel", "1Z999AA10123456784")],
        ),
        (
            "12 % rabatu, 3 kg, 15 EUR, 1 249,90 zł",
            [("amount", "15 EUR"), ("amount", "1 249,90 zł")],
        ),
        ("numer 88213, konto 61 1090 1014 0000 0712 1981 2874", []),
        ("do 1.12.2026, o 14:30, 1/12", [("day", "1.12.2026")]),
    ],
)
def test_numbers_are_told_apart(text, found):
    assert pairs(mentioned_in([text])) == found


@pytest.mark.parametrize(
    ("words", "value"),
    [("20.11.2026", "2026-11-20"), ("2026-11-20", "2026-11-20"), ("31.02.2026", ""), ("x", "")],
)
def test_a_day_is_written_as_a_field_takes_it(words, value):
    assert day(words) == value


def test_a_long_conversation_is_looked_through_so_far_and_no_further():
    told = mentioned_in(["ZK/2026/1 " * 5_000, "ZK/2026/222"])
    assert pairs(told) == [("order", "ZK/2026/1")]
    assert len(pairs(mentioned_in([" ".join(f"ZK/2026/{n}" for n in range(100, 300))]))) == 12
