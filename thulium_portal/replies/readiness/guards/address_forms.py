"""Whom a text addresses: the greeting it begins with, and the names it calls by.

Only what is said *to* somebody: “Panie Janie,”, “Hi John”. Of whom it tells (“Pani Anna z działu
zwrotów”) is not looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from thulium_portal.canned.placeholders.greeting import Gender
from thulium_portal.canned.placeholders.name_forms import names_meant
from thulium_portal.lib.plain_letters import plain_letters, words_of

_CALLING = ("o", "u", "о", "у", "ю", "є", "е")
"""How the first name of a woman ends where somebody calls her by it, in Polish and Ukrainian."""
_PAUSES = frozenset({"", ",", "!", "-", "–"})
_LINES, _LONGEST_LINE = 3, 160
_MOST_NAMES = 3
_MOST_CALLS = 20
_TITLES = {
    **dict.fromkeys(("panie", "pan", "pana"), Gender.HE),
    **dict.fromkeys(("mr", "sir", "mister", "herr", "herrn"), Gender.HE),
    **dict.fromkeys(("pani", "pania", "frau"), Gender.SHE),
    **dict.fromkeys(("mrs", "ms", "miss", "madam", "ma'am"), Gender.SHE),
    **dict.fromkeys(("пане", "пан", "пана"), Gender.HE),
    "пані": Gender.SHE,
}
_HELLO = words_of(
    "dzien dobry wieczor witam witaj serdecznie ponownie czesc hej hejka siema serwus szanowny "
    "szanowna drogi droga kochany kochana mily mila moj moja dear hi hello hey good morning "
    "afternoon evening day greetings welcome again my dearest dzienobry dziendobry dzieńdobry "
    "guten tag morgen abend hallo sehr geehrter geehrte lieber liebe "
    "добрий добрего доброго день дня вечір вечора ранок ранку привіт вітаю вітаємо знову ще "
    "шановний шановна дорогий дорога любий люба здравствуйте добрый уважаемый уважаемая"
)
_GENDERED = {
    **dict.fromkeys(("szanowny", "drogi", "geehrter", "lieber"), Gender.HE),
    **dict.fromkeys(("szanowna", "droga", "geehrte", "liebe"), Gender.SHE),
    **dict.fromkeys(("шановний", "дорогий", "любий", "уважаемый"), Gender.HE),
    **dict.fromkeys(("шановна", "дорога", "люба", "уважаемая"), Gender.SHE),
}
_FUNCTIONS = words_of(
    "doktorze doktor profesorze profesor mecenasie mecenas dyrektorze dyrektor prezesie prezes "
    "inzynierze inzynier kierowniku kierownik redaktorze redaktor magistrze magister mgr inz dr "
    "prof doctor professor przewodniczaca przewodniczacy burmistrzu wojcie starosto pastorze "
    "ksieze siostro komendancie sedzio radco kapitanie mecenaska doktorko hab lek med "
    "prezydencie ministrze wojt sasiedzie sasiadko proboszczu rektorze dziekanie ambasadorze "
    "senatorze posle marszalku generale pulkowniku majorze sierzancie trenerze trenerko "
    "nauczycielu wychowawco majstrze szefie szefowo prokuratorze notariuszu adwokacie radny "
    "radna soltysie architekcie biskupie bracie ordynatorze farmaceuto policjancie koordynatorze "
    "managerze menedzerze opiekunie opiekunko administratorze wlascicielu wlascicielko minister "
    "burmistrz posel poslanko senator rektor dziekan ambasador kapitan koordynator ordynator "
    "sedzia prezydent starosta soltys notariusz prokurator architekt president mayor captain "
    "father reverend judge officer wikariuszu kanoniku pralacie ojcze opacie matko przeorze "
    "sekretarzu skarbniku naczelniku kanclerzu kuratorze komorniku konsulu poruczniku aptekarzu "
    "докторе докторко професоре професорко лікарю лікарко директоре директорко президенте суддо "
    "отче владико тренере вчителю вчителько адвокате нотаріусе меценате "
    "doktora profesora mecenasa dyrektora prezesa inzyniera kierownika redaktora burmistrza "
    "wojta ksiedza sister brother colonel sergeant councillor"
)
_NOBODY = words_of(
    "panstwo panstwa all team everyone everybody there customer customers client sirs "
    "colleagues both folks guys friends friend wszystkim wszyscy zespole kliencie klientko "
    "klienci klientka klient kupujacy uzytkowniku uczestniku uczestnicy rodzice rodzicu "
    "studenci pacjencie pacjentko abonencie czytelniku mieszkancu mieszkancy kolego kolezanko "
    "user guest reader parents parent student students patient resident shopper buyer valued "
    "subscriber member raz jeszcze w i z na do za to thank thanks dziekuje dziekujemy prosze "
    "informuje informujemy uprzejmie potwierdzam przesylam nawiazujac zwracam paczka zamowienie "
    "your we i it the please as regarding in po odpowiadajac odnosnie zgodnie niestety bardzo "
    "faktura reklamacja zwrot przepraszam przykro mam nasz panska pana pani order again sir "
    "madam damen herren kunde kunden kundin zusammen eltern gäste mitglieder familie "
    "grusse grüsse grüße gruss gruß "
    "колеги колего панове панство друзі друже команді командо клієнте клієнтко клієнти клієнт "
    "покупцю покупці користувачу користувачі гостю гості партнере партнери батьки учні студенти "
    "студенте пацієнте пацієнти читачу усім всім дякую дякуємо прошу просимо на у в з за до про "
    "ваше ваш ваша ваші ми наш замовлення рахунок посилка повідомляємо вибачте перепрошую на жаль"
)
_WORD = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+\.?+")
_PATRONYMIC = re.compile(r"(?:[ое]вич|ївн|івн|[ое]вн)\w{0,2}$")
"""*Іване Петровичу* is the son of a Petro, not Petro."""
_BOTH = re.compile(
    r"\bpani\b.{0,40}\bpan(?:ie)?\b|\bpan(?:ie)?\b.{0,40}\bpani\b|\bpanstw\w"
    r"|\bsirs?\b.{0,20}\bmadam|\bmadam\b.{0,20}\bsirs?\b|\bmr\.?(?: and |/| & )m(?:r?s)\b"
    r"|\bpani/|/pani\b|\bherrn?\b.{0,40}\bfrau\b|\bfrau\b.{0,40}\bherrn?\b"
)
_CALL = re.compile(
    r"(?:^|(?<=[.,!?;:–-] )|(?<=\n)|(?<=\())(?:[Pp]anie?|[Пп]ане|[Пп]ані) [^\W\d_]{2,20}"
    r"(?: [^\W\d_]{2,30}(?:-[^\W\d_]{2,30})?)?(?= ?[,!.?\n)]|$)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Addressed:
    """Whom a text speaks to: the words, a name's parts as they stand, whether *Pan* or *Pani*."""

    words: str
    names: tuple[str, ...] = ()
    gender: Gender = Gender.NEUTRAL
    has_title: bool = False


def addressed(text: str) -> list[Addressed]:
    """Return everybody *text* speaks to: in its greeting first, then wherever it calls a name."""
    found = [each for line in _first_lines(text) if (each := _greeted(line)) is not None][:1]
    is_mixed = any(_BOTH.search(plain_letters(line)) for line in _first_lines(text))
    if is_mixed:
        return []
    known = {each.words.lower() for each in found}
    return found + [each for each in _called(text) if each.words.lower() not in known]


def _first_lines(text: str) -> list[str]:
    """Return how *text* begins, where a greeting may stand."""
    lines = [line.strip() for line in text[:2_000].split("\n") if line.strip()]
    return [line[:_LONGEST_LINE] for line in lines[:_LINES]]


def _greeted(line: str) -> Addressed | None:
    """Return whom a *line* greets; None where it greets nobody by name nor as *Pan* or *Pani*."""
    greeting = _Greeting(line)
    for match in _WORD.finditer(line):
        if not greeting.takes(match):
            break
    return greeting.whom()


class _Greeting:
    """A line read from its beginning: words of greeting, *Pan* or *Pani*, a function, names."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._names: list[str] = []
        self._gender = Gender.NEUTRAL
        self._says_hello = self._has_title = self._is_apart = False
        self._start, self._end = -1, 0

    def takes(self, match: re.Match[str]) -> bool:
        """Read one word more; tell whether it belongs to the greeting."""
        between = self._line[self._end : match.start()].strip()
        begun = bool(self._names) or self._has_title
        if between and (begun or between not in _PAUSES):
            return False  # “Panie Janie, …” ends here
        word = plain_letters(match[0]).lower().rstrip(".")
        is_taken = (not begun and self._takes_hello(word)) or (
            not self._names and self._takes_title(word, bool(between))
        )
        if not is_taken and not self._takes_name(match[0], word, between):
            return False
        self._start = match.start() if self._start < 0 else self._start
        self._end = match.end()
        return True

    def _takes_hello(self, word: str) -> bool:
        if word not in _HELLO:
            return False
        self._says_hello, self._gender = True, _GENDERED.get(word, self._gender)
        return True

    def _takes_title(self, word: str, is_apart: bool) -> bool:
        if word in _TITLES and (not self._has_title or word in {"madam", "sir"}):
            self._is_apart = self._is_apart or is_apart
            self._has_title, self._gender = True, _TITLES[word]
            return True
        self._has_title = self._has_title or word in _FUNCTIONS
        return word in _FUNCTIONS

    def _takes_name(self, written: str, word: str, between: str) -> bool:
        is_begun = self._says_hello or self._has_title
        if not is_begun or word in _NOBODY or len(self._names) >= _MOST_NAMES:
            return False
        is_listed = len(word) > 2 and bool(names_meant(written))
        # “Dzień dobry! Gotowe, …”: what begins a sentence is a name only where it is a known one.
        if not is_listed and (not written[:1].isupper() or between == "!"):
            return False
        self._is_apart = self._is_apart or bool(between)
        self._names.append(written.rstrip("."))
        return True

    def _tells(self) -> bool:
        """Tell whether the words read may well tell of somebody: “Pani Anna, która …”."""
        written = plain_letters(self._line[max(self._start, 0) : self._end]).lower()
        return written.startswith(("pan ", "пан ")) or (
            written.startswith(("pani ", "пані ")) and not written.endswith(_CALLING)
        )

    def whom(self) -> Addressed | None:
        """Return whom the words read are for."""
        rest = self._line[self._end :].lstrip()
        ends = not rest or rest[0] in ",!.–-:;"
        # “Dzień dobry, Pani Anna z naszego działu …” tells of her, and greets nobody.
        if (self._is_apart or not self._says_hello) and not ends:
            return None
        if not self._names and not (self._has_title and ends):
            return None
        if not self._says_hello and rest.strip(" ,.!–-:;") and self._tells():
            return None
        said = " ".join(self._line[max(self._start, 0) : self._end].split())
        first, *others = self._names or [""]
        names = (first, *(name for name in others if not _PATRONYMIC.search(name)))
        return Addressed(said, tuple(filter(None, names)), self._gender, self._has_title)


def _called(text: str) -> Iterator[Addressed]:
    """Yield whom *text* calls by a first name further down: “Proszę, Panie Janie, …”."""
    for number, match in enumerate(_CALL.finditer(text)):
        if number >= _MOST_CALLS:
            return
        title, *names = match[0].split()
        gender = _TITLES[title.lower()]
        if names_meant(names[0]) and (gender is Gender.HE or names[0].endswith(_CALLING)):
            yield Addressed(match[0], tuple(names), gender, has_title=True)


def gendered(text: str) -> Iterator[Addressed]:
    """Yield the words further down that speak to a man or to a woman for sure."""
    plain = plain_letters(text)
    for pattern, gender in ((_TO_HIM, Gender.HE), (_TO_HER, Gender.SHE)):
        for match in pattern.finditer(plain):
            found = Addressed("", gender=gender)
            yield replace(found, words=" ".join(text[match.start() : match.end()].split()))


_THINGS = (
    r"(?:zamowieni|paczk|przesylk|kont[oaeu]\b|zgloszeni|reklamacj|faktur|wnios|prosb|wiadomosc"
    r"|pytani|zwrot|umow|rezerwacj|wizyt|danych\b|dane\b|adres|numer|karnet|bilet|przelew|wplat)"
)
_NO_NOUN = r"(?! (?:doktor|kurier|profesor|kierow|dyrektor|mecenas|konsult|technik|serwisant|z\b))"
_TO_HIM = re.compile(
    rf"\b(?:\w{{2,20}}(?<!wa)l|moze|chce|ma|zechce|bedzie|otrzyma|znajdzie|musi|powinien) pan\b"
    rf"{_NO_NOUN}(?! [a-z]{{2,20}} (?:z|od)\b)|\bpana {_THINGS}|\bdziekuje panu\b|\bprosze pana\b"
    r"|\bpana (?:przepraszam|przepraszamy|zapraszam|zapraszamy|informuje|informujemy)\b"
    r"|\b(?:przepraszam|przepraszamy|zapraszam|zapraszamy) pana\b"
)
_TO_HER = re.compile(
    rf"\b\w{{2,20}}la pani\b{_NO_NOUN}|\bpani (?:napisala|zamowila|otrzymala|zglosila|podala"
    rf"|wyslala|odebrala|wybrala|zaplacila|oplacila|kupila|zwrocila)\b|\bpowinna pani\b"
    r"|\bprosze pani\b|\bdziekuje pani\b"
    r"|\bpania (?:przepraszam|przepraszamy|zapraszam|zapraszamy|informuje|informujemy)\b"
    r"|\b(?:przepraszam|przepraszamy|zapraszam|zapraszamy) pania\b"
)
