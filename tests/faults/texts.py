"""What the people of the laboratory write, drawn from the seed alone; knows no Django."""

import random
import uuid
from dataclasses import dataclass
from hashlib import sha256

PHRASES = (
    "Dzień dobry, paczka wyszła dzisiaj i dotrze jutro do południa.",
    "Zwrot pieniędzy zleciliśmy, trwa zwykle dwa dni robocze.",
    "Przykro nam, że tak się stało; wysyłamy nową sztukę za darmo.",
    "Faktura «FV/2026/118» jest w załączniku & w panelu klienta.",
)


def word_of(seed: int, number: int) -> str:
    """Return the mark of text *number*, the same for every run of *seed*."""
    return "w" + sha256(f"{seed}/{number}".encode()).hexdigest()[:12]


def key_of(word: str) -> uuid.UUID:
    """Return the one-time key of the form that text was written in."""
    return uuid.uuid5(uuid.NAMESPACE_OID, word)


def second_word(word: str) -> str:
    """Return the mark of the text that was typed over *word* before Send was pressed again."""
    return "w" + sha256(word.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Habits:
    """How often (as shares) people do what; a calm person only writes."""

    undo: float = 0.0
    attach: float = 0.0
    press_twice: float = 0.0
    change_and_press: float = 0.0
    read_first: float = 0.0
    plain: float = 0.0


CALM = Habits()
LIVELY = Habits(0.04, 0.06, 0.1, 0.05, 0.15, 0.2)


@dataclass(frozen=True)
class Choices:
    """What the people do about one text, drawn from the seed alone."""

    phrase: str
    plain: bool
    attach: bool
    read_first: bool
    press_twice: bool
    change_and_press: bool
    undo: bool


def choices(seed: int, number: int, habits: Habits) -> Choices:
    """Draw what happens about text *number*."""
    dice = random.Random(f"{seed}/write/{number}")
    return Choices(
        phrase=dice.choice(PHRASES),
        plain=dice.random() < habits.plain,
        attach=dice.random() < habits.attach,
        read_first=dice.random() < habits.read_first,
        press_twice=dice.random() < habits.press_twice,
        change_and_press=dice.random() < habits.change_and_press,
        undo=dice.random() < habits.undo,
    )


def all_words(seed: int, count: int, habits: Habits) -> list[str]:
    """Return the mark of every text the people wrote, those kept as drafts included."""
    words = [word_of(seed, number) for number in range(count)]
    changed = (number for number in range(count) if choices(seed, number, habits).change_and_press)
    return words + [second_word(words[number]) for number in changed]
