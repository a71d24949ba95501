"""What a conversation names: orders, parcels, invoices, days and sums, offered for a blank."""

import pytest

from thulium_portal.tickets.identifiers import day, mentioned_in, offers, pairs

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
    ("words", "value"),
    [("20.11.2026", "2026-11-20"), ("2026-11-20", "2026-11-20"), ("31.02.2026", ""), ("x", "")],
)
def test_a_day_is_written_as_a_field_takes_it(words, value):
    assert day(words) == value


def test_a_long_conversation_is_looked_through_so_far_and_no_further():
    told = mentioned_in(["ZK/2026/1 " * 5_000, "ZK/2026/222"])
    assert pairs(told) == [("order", "ZK/2026/1")]
    assert len(pairs(mentioned_in([" ".join(f"ZK/2026/{n}" for n in range(100, 300))]))) == 12
