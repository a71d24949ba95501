"""Whom and what a conversation names: numbers, addresses, and the names people sign with.

Found once, when a ticket is read for a page, within bounds; kept in the snapshot, so that a reply
can be compared with it without reading the conversation again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thulium_portal.lib.html.mail import whole_text
from thulium_portal.lib.html.plain_mail import own_lines
from thulium_portal.lib.identifiers import identifiers
from thulium_portal.lib.plain_letters import plain_letters, words_of
from thulium_portal.thulium import BY_CUSTOMER, MessageKind, Ticket, TicketMessage

MOST_READ, MOST_OF_MESSAGE = 200_000, 20_000
"""Characters that are read of all messages, the newest first, and of one of them."""
MOST_NUMBERS = 150
MOST_NAMES = 60
_LONGEST_NAME = 30
_CLOSING_LINES = 3
_LAST_LINES = 6
_FEW_WORDS = 5

_WORD = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+")
_LONGEST_TAIL = 80
_LAST_SENTENCE_END = re.compile(r"[.!?;]\s+")
_SENTENCE_END = re.compile(r"[.!?:\n]")
_CLOSING = re.compile(
    r"^\W*(?:(?:serdecznie |z )?pozdr\w*|z (?:gory |szacunkiem|powazaniem|wyrazami)\w*|z powaz\w*"
    r"|(?:lacze |wyrazy )\w+|dziekuj\w+(?: z gory)?|dzieki|(?:kind |best |warm )?regards|sincerely"
    r"|yours\w*|best(?: wishes)?|cheers|thanks|thank you|many thanks|milego \w+|podpisano)\b"
)
_POLITE = words_of(
    "pozdrawiam pozdrowienia serdecznie serdeczne pozdr pozdrowieniami poważaniem powazaniem "
    "szacunkiem wyrazami szacunku góry gory dziękuję dziekuje dzięki dzieki regards kind best "
    "warm yours sincerely faithfully truly cheers thanks thank you many wishes miłego milego "
    "dnia wieczoru z i a the and klient klientka"
)
_OF_ANOTHER = words_of(
    "pan pani pana panu panem panią pania panie mr mrs ms konsultant konsultantka konsultantem "
    "konsultantką kurier kurierem"
)


@dataclass(frozen=True)
class Mentions:
    """What a conversation names; ``numbers`` is None where there are too many to be told."""

    numbers: tuple[str, ...] | None
    signed: tuple[str, ...]
    called: tuple[str, ...]


def mentions_of(ticket: Ticket) -> Mentions:
    """Return whom and what *ticket* names, as far as the bounds reach."""
    numbers = dict.fromkeys(each.key for each in identifiers(ticket.subject[:MOST_OF_MESSAGE]))
    signed: dict[str, None] = {}
    called: dict[str, None] = {}
    left, is_whole = MOST_READ, True
    for message in reversed(ticket.messages):
        written = message.body or message.comment
        if left <= 0:
            is_whole = False
            break
        left -= min(len(written), MOST_OF_MESSAGE)
        is_whole = is_whole and len(written) <= MOST_OF_MESSAGE
        text = whole_text(written[:MOST_OF_MESSAGE])
        numbers |= dict.fromkeys(each.key for each in identifiers(text))
        if message.kind in BY_CUSTOMER:
            own = own_lines(text)
            signed |= dict.fromkeys(_signed(own))
            called |= dict.fromkeys(_capitals(own))
        else:
            called |= dict.fromkeys(_by_us(message, text))
    return Mentions(
        tuple(numbers) if is_whole and len(numbers) <= MOST_NUMBERS else None,
        tuple(signed)[:MOST_NAMES],
        tuple(name for name in called if name not in signed)[:MOST_NAMES],
    )


def _by_us(message: TicketMessage, text: str) -> Iterator[str]:
    """Yield whom a reply of ours greets, or a note of ours names."""
    if message.kind is not MessageKind.REPLY:
        return _capitals(text)
    lines = [line for line in text.split("\n") if line.strip()][:2]
    return _names(word for line in lines for word in _WORD.findall(line[:80]) if word[:1].isupper())


def _signed(own: str) -> Iterator[str]:
    """Yield the words below “Pozdrawiam”, and those of the short last lines in capitals."""
    lines = [line.strip() for line in own.split("\n") if line.strip()]
    if lines:  # “…, dziękuję. Krystyna Kowalska”, “… pozdrawiam zuza”
        yield from _names(_last_words(lines[-1]))
    for number, line in enumerate(lines):
        if _CLOSING.match(plain_letters(line[:80])):
            for below in lines[number : number + _CLOSING_LINES]:
                words = _WORD.findall(below[:80])
                if len(words) <= _FEW_WORDS:
                    yield from _names(words)
    for line in lines[-_LAST_LINES:]:
        words = _WORD.findall(line[:80])
        if len(words) <= _FEW_WORDS:
            yield from _names(word for word in words if word[:1].isupper())


def _last_words(line: str) -> Iterator[str]:
    """Yield the words behind the last sentence of *line*, if they are few, or behind a closing."""
    words = _WORD.findall(_LAST_SENTENCE_END.split(line[-_LONGEST_TAIL:])[-1])
    if len(words) <= _FEW_WORDS:
        yield from (word for word in words if word[:1].isupper())
    tail = _WORD.findall(line[-_LONGEST_TAIL:])
    closed = [at for at, word in enumerate(tail) if word.lower() in _POLITE]
    if closed and len(tail) - closed[-1] <= _FEW_WORDS:
        yield from tail[closed[-1] + 1 :]


def _capitals(text: str) -> Iterator[str]:
    """Yield words in capitals within a sentence; not of another: “rozmawiałam z Panem Janem”."""
    before, end = "", 0
    for found in _WORD.finditer(text):
        word = found[0]
        begins = not before or _SENTENCE_END.search(text, end, min(found.start(), end + 20))
        if word[:1].isupper() and not begins and before not in _OF_ANOTHER:
            yield from _names([word])
        before, end = word.lower(), found.end()


def _names(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        name = word.lower()
        if 1 < len(name) <= _LONGEST_NAME and not (name in _POLITE or name in _OF_ANOTHER):
            yield name
