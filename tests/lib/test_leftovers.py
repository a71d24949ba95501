"""What looks left over in a text is found, ordinary writing is not, and a browser sees the same."""

from pathlib import Path

import pytest

from thulium_portal.lib.leftovers import LEFTOVER_PATTERN, braces, leftovers

LEFT = [
    ("Dzień dobry {customer_name},", ["{customer_name}"]),
    ("Zgłoszenie %{ticket.name}", ["%{ticket.name}"]),
    ("Panie #imie#", ["#imie#"]),
    ("do dnia XX.XX.2026", ["XX.XX.2026"]),
    ("TODO: dopisać", ["TODO"]),
    ("Termin ........", ["........"]),
    ("Szanowny Panie/Pani,", ["Panie/Pani"]),
    ("${x} #{user.name} {!Contact.Name}", ["${x}", "#{user.name}", "{!Contact.Name}"]),
    ("%name% i %%FIRST_NAME%%", ["%name%", "%%FIRST_NAME%%"]),
    ("[[x]] <<imię>> <numer zamówienia>", ["[[x]]", "<<imię>>", "<numer zamówienia>"]),
    ("{%ticket.id%} @@x@@ *|FNAME|* __NAME__", ["{%ticket.id%}", "@@x@@", "*|FNAME|*", "__NAME__"]),
    ("DD.MM.RRRR lub RRRR-MM-DD", ["DD.MM.RRRR", "RRRR-MM-DD"]),
    ("Lorem ipsum, FIXME, TBD", ["Lorem ipsum", "FIXME", "TBD"]),
    ("Zamówienie [numer] dotarło", ["[numer]"]),
    ("Pani XXX, paczka xxxx", ["XXX", "xxxx"]),
    ("do dnia ___ i ____ i _ _ _", ["___", "____", "_ _ _"]),
    ("od …… do", ["……"]),
    ("Pan(i) otrzymał/a, zamówiła/ł", ["Pan(i)", "otrzymał/a"]),
    ("chciałby/chciałaby, zrobił(a)", ["chciałby/chciałaby", "zrobił(a)"]),
    ("Szanowna/y, Drogi/a", ["Szanowna/y", "Drogi/a"]),
    ("[]", ["[]"]),
    ("żXXX, XXXą, 1XXX i „XXX”", ["XXX"]),
    ("(XXX)\u00a0[dzień]", ["XXX", "[dzień]"]),
    ("łhttp://a [dzień]", ["[dzień]"]),
    ("{imie} i znów {imie}", ["{imie}"]),
]  # fmt: skip
ORDINARY = [
    "19,99 zł i #1234, 50%, rabat 10 % lub 20 %",
    r"C:\dane\{}\raport, /api/orders/{id}/items, GET orders/{id}",
    "Jak w przypisie [1], w pliku [PDF]; [...], [x] tak [ ] nie",
    "model XXL i XX, a_b__c",
    "https://sklep.example/[a]___XXX/{id}",
    "tekst\n______________\nstopka",
    "tekst\n....................\npodpis klienta",
    "[otwarty nawias\nzamknięty niżej]",
    "Dear Sir/Madam, his/her, zł/szt., i/lub, km/h, 24/7, ZK/2026/118",
    "Szanowni Państwo, Panie i Panowie",
    "Administratorem Pani/Pana danych osobowych jest sklep.",
    "Datę proszę podać w formacie DD.MM.RRRR.",
    "Karta 4532 XXXX XXXX 1234",
    "No cóż.... bywa. Koszulka ............ 49 zł",
    "Proszę kliknąć [Zapisz], potem [Dalej > Gotowe]".replace("potem", "wybrać"),
    "> Dzień dobry {imie}\n> XXX",
    "{{ forms: Pan / Pani / Państwo }} {{ ask: XXX }}",
    "Proszę wpisać `%TEMP%` albo %APPDATA%\\sklep",
    "[" + "a" * 81 + "]",
    "#promocja #lato, C# i F#",
    'Odpowiedź: {"status": "ok"}',
]


@pytest.mark.parametrize(("text", "found"), LEFT)
def test_what_looks_left_over_is_found_once(text, found):
    assert [place.words for place in leftovers(text)] == found


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_writing_is_passed_over(text):
    assert leftovers(text) == []


@pytest.mark.browser
def test_a_browser_finds_the_same(page):
    look = """([pattern, texts]) => texts.map((text) => [
        ...new Set([...text.matchAll(new RegExp(pattern, "gu"))].map((found) => found[1])),
    ].filter(Boolean))"""
    texts = [text for text, _ in LEFT] + ORDINARY + replies("*.txt")
    found = page.evaluate(look, [LEFTOVER_PATTERN, texts])
    assert found == [[place.words for place in leftovers(text)] for text in texts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a }} b", ["}}"]),
        ("{{ a }}", ["{{ a }}"]),
        ("{{ a }} }} {{ a }}", ["{{ a }}", "}}"]),
        ("{{{ a }}}", ["{{{ a }}}"]),
        ("{{ a\n}}", ["{{ a", "}}"]),
        ("> {{ a }}\n`{{ b }}`\n{ } } {", []),
        ("{{ " + "a" * 200, ["{{ " + "a" * 77]),
    ],
)
def test_double_braces_are_found(text, found):
    assert [each.place.words for each in braces(text)] == found


# Measured on replies as people write them, in `data/`: parted by a line of tildes.

DATA = Path(__file__).parent / "data"
MOST_FALSE_ALARMS = 0.01
FEWEST_FOUND = 0.95


def replies(pattern: str) -> list[str]:
    return [
        reply.strip()
        for file in sorted(DATA.glob(pattern))
        for reply in file.read_text(encoding="utf-8").split("\n~~~\n")
    ]


def test_three_hundred_ordinary_replies_are_asked_about_in_one_of_a_hundred_at_most():
    ordinary = replies("replies_*.txt")
    asked = [reply for reply in ordinary if leftovers(reply)]
    assert len(ordinary) >= 300
    assert len(asked) / len(ordinary) <= MOST_FALSE_ALARMS, asked


def test_what_somebody_forgot_in_a_reply_is_found_and_nothing_beside_it():
    pairs = [reply.partition("\n") for reply in replies("left_over.txt")]
    found = [[place.words for place in leftovers(text)] for _wording, _, text in pairs]
    right = [words == [wording] for words, (wording, _, _) in zip(found, pairs, strict=True)]
    assert len(pairs) >= 60
    assert sum(right) / len(pairs) >= FEWEST_FOUND, [
        (pair[0], words)
        for pair, words, is_right in zip(pairs, found, right, strict=True)
        if not is_right
    ]
