"""What belongs to one ticket: values and names, found in a text, and the placeholder of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils import translation

from thulium_portal.canned.placeholders.greeting import address
from thulium_portal.canned.placeholders.nodes import Ask, Forms, Known, as_html
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS, find
from thulium_portal.canned.proposals.template import Slot
from thulium_portal.canned.proposals.tokens import Token, tokens_of

_OF_THE_TICKET = (
    *("customer_name", "customer_first_name", "customer_email", "ticket_number"),
    *("ticket_subject", "queue_name", "my_name", "my_first_name", "my_signature"),
)
_SHORTEST, _SHORTEST_PART, _SHORTEST_IN_ADDRESS = 2, 4, 3
_VOWELS = "aąeęioóuy"
_SOFTENED = {"t": "c", "d": "dz", "k": "c", "g": "dz", "ł": "l", "h": "s"}
_SHORT_ENDINGS = frozenset({"", *"aąeęiouy", "ie"})
_ENDINGS = _SHORT_ENDINGS | {
    *("em", "iem", "owi", "owie", "ów", "om", "ami", "ach", "ze", "owa", "owej", "ówna"),
    *("ego", "emu", "im", "ym", "ej", "iego", "iemu", "iej", "imi", "ich"),
}
_FORMAL = {"Szanowny Panie", "Szanowna Pani", "Sir", "Madam"}


@dataclass(frozen=True)
class Place:
    """A stretch of words, by the numbers of the first and the last, and the placeholder for it."""

    first: int
    last: int
    source: str


class Personal:
    """The values of one ticket, the answers among them, and the words of the customer's name."""

    def __init__(self, slots: Sequence[Slot], values: Mapping[str, str], language: str) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        sources = {slot.part.name: slot.source for slot in slots if isinstance(slot.part, Known)}
        with translation.override(language):
            self._of_names = _surname_blank()
            for words, source in [*_of_slots(slots), *_of_ticket(values, sources, language)]:
                self.learn(words, source)
        name = f"{values.get('customer_name', '')} {values.get('customer_first_name', '')}"
        keys = {token.key for token in tokens_of(as_html(name))[0] if token.is_word}
        self._names = [key for key in keys if len(key) > _SHORTEST and key[0].isupper()]

    def learn(self, words: str, source: str) -> None:
        """Take in that *words*, as HTML, are what *source* stands for."""
        keys = tuple(token.key.casefold() for token in tokens_of(words)[0] if not token.is_tag)
        if sum(map(len, keys)) < _SHORTEST:
            return
        known = self._by_first.setdefault(keys[0], [])
        if keys not in [each[0] for each in known]:
            known.append((keys, source))
            known.sort(key=lambda each: len(each[0]), reverse=True)

    def places(self, words: Sequence[Token]) -> Iterator[Place]:
        """Yield where values stand in a row of words and signs, the longest first at each place."""
        keys = [word.key.casefold() for word in words]
        at = 0
        while at < len(keys):
            found = self._at(keys, at)
            if found is None:
                at += 1
                continue
            length, source = found
            yield Place(at, at + length - 1, source)
            at += length

    def _at(self, keys: Sequence[str], at: int) -> tuple[int, str] | None:
        for known, source in self._by_first.get(keys[at], ()):
            if tuple(keys[at : at + len(known)]) == known:
                return len(known), source
        return None

    def source_of(self, word: Token) -> str | None:
        """Return the placeholder for a *word* that is a form of a name, or has a value within."""
        if any(_is_form(word.key, name) for name in self._names):
            return self._of_names
        key = word.key.casefold()
        if not any(letter.isdigit() for letter in key):
            return None
        inside = ((known, source) for known, source in self._alone() if known in key)
        return next((source for _known, source in inside), None)

    def is_in_address(self, tag: Token) -> bool:
        """Tell whether the address of a link names the customer or an answer."""
        if not tag.key.startswith("<a "):
            return False
        address_of = unquote(tag.key).casefold()
        values = ("".join(known) for row in self._by_first.values() for known, _source in row)
        return any(len(value) >= _SHORTEST_IN_ADDRESS and value in address_of for value in values)

    def _alone(self) -> Iterator[tuple[str, str]]:
        """Yield the values that are one long word with a digit in it."""
        for row in self._by_first.values():
            for known, source in row:
                is_long = len(known) == 1 and len(known[0]) >= _SHORTEST_PART
                if is_long and any(letter.isdigit() for letter in known[0]):
                    yield known[0], source


def _of_slots(slots: Iterable[Slot]) -> Iterator[tuple[str, str]]:
    """Yield what the slots held; an author's own words, a fallback or a choice, are nobody's."""
    for slot in slots:
        if slot.value and slot.value not in _authors_words(slot.part):
            yield slot.value, slot.source


def _authors_words(part: Known | Ask | Forms) -> set[str]:
    if isinstance(part, Known):
        return {as_html(part.fallback)}
    return {as_html(part.neutral)} if isinstance(part, Forms) else set(map(as_html, part.choices))


def _of_ticket(
    values: Mapping[str, str], sources: Mapping[str, str], language: str
) -> Iterator[tuple[str, str]]:
    for name in _OF_THE_TICKET:
        if value := values.get(name, "").strip():
            yield as_html(value, has_lines=True), sources.get(name) or _source(name)
    greeting = sources.get("greeting") or _source("greeting")
    known = address(values.get("customer_first_name", ""), language)
    for words in (known.he, known.she):
        if words and words not in _FORMAL:
            yield as_html(words), greeting


def _source(name: str) -> str:
    """Return the placeholder *name* with a fallback, in the words of the current language."""
    placeholder = PLACEHOLDERS[name]
    label = str(placeholder.label)
    return Known(name, str(placeholder.example), label if find(label) == name else name).source


def _surname_blank() -> str:
    """Return the blank for a name in a form that no placeholder gives."""
    return Ask(str(PLACEHOLDERS["customer_name"].label)).source


def _is_form(word: str, name: str) -> bool:
    """Tell whether *word* is written like a case of *name*: its stem with an ending."""
    if not word[0].isupper():
        return False
    word = word.casefold()
    return any(
        word.startswith(stem)
        and word[len(stem) :] in (_ENDINGS if len(stem) > 2 else _SHORT_ENDINGS)
        for stem in _stems(name.casefold())
    )


def _stems(name: str) -> Iterator[str]:
    """Yield what *name* may begin with in its cases: Ola, Oli; Marek, Marka; Marta, Marcie."""
    stem = name[:-1] if name[-1] in _VOWELS and len(name) > 2 else name
    yield stem
    if len(stem) > 3 and stem[-2] == "e":
        yield stem[:-2] + stem[-1]
        yield stem[:-2] + _SOFTENED.get(stem[-1], stem[-1])
    yield stem[:-1] + _SOFTENED.get(stem[-1], stem[-1])
