"""What a canned response is made of: its own HTML, and the places that are filled in each reply."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from html import escape, unescape

from thulium_portal.canned.placeholders.registry import PLACEHOLDERS

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class AnswerKind(StrEnum):
    """What may be written into a blank."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    CHOICE = "choice"


@dataclass(frozen=True)
class Literal:
    """A piece of HTML that stays as it is."""

    html: str


@dataclass(frozen=True)
class Known:
    """A placeholder the portal fills. ``written`` is the name in the author's own words."""

    name: str
    fallback: str = ""
    written: str = ""

    @property
    def label(self) -> str:
        """Return what the reader calls it."""
        return str(PLACEHOLDERS[self.name].label)

    @property
    def source(self) -> str:
        """Return the placeholder as an author would type it, as HTML."""
        return _braced([self.written or self.name, self.fallback])


@dataclass(frozen=True)
class Ask:
    """A blank that the person who sends the reply fills in; ``choices`` go with a choice only."""

    label: str
    kind: AnswerKind = AnswerKind.TEXT
    choices: tuple[str, ...] = ()
    is_required: bool = True

    @property
    def source(self) -> str:
        """Return the blank as an author would type it, as HTML."""
        return _braced([f"ask: {self.label}", *self.options])

    @property
    def options(self) -> list[str]:
        """Return what an author wrote behind the label: the kind, the choices, optional."""
        takes = "" if self.kind is AnswerKind.TEXT else str(self.kind)
        listed = f"{takes}: {'; '.join(self.choices)}" if self.choices else takes
        return [word for word in (listed, "" if self.is_required else "optional") if word]


@dataclass(frozen=True)
class Forms:
    """Words that differ for a man and for a woman, with words that suit anyone."""

    him: str
    her: str
    neutral: str

    @property
    def label(self) -> str:
        """Return the three as the reader sees them."""
        return f"{self.him} / {self.her} / {self.neutral}"

    @property
    def source(self) -> str:
        """Return the forms as an author would type them, as HTML."""
        return _braced([f"forms: {self.label}"])


Part = Literal | Known | Ask | Forms


@dataclass(frozen=True)
class Template:
    """A canned response taken apart."""

    parts: tuple[Part, ...]

    @property
    def source(self) -> str:
        """Return the HTML that parses to this template again."""
        return "".join(
            part.html if isinstance(part, Literal) else part.source for part in self.parts
        )

    @property
    def fallbacks(self) -> dict[str, str]:
        """Return each name or ``ask: label`` with its fallback, in order of first use."""
        found: dict[str, str] = {}
        for part in self.parts:
            if isinstance(part, Known):
                found.setdefault(part.name, part.fallback)
            elif isinstance(part, Ask):
                found.setdefault(f"ask: {part.label}", "")
        return found


@dataclass(frozen=True)
class Rendered:
    """A filled canned response, and the labels of what could not be filled, each once."""

    html: str
    unfilled: tuple[str, ...]


class PlaceholderError(ValueError):
    """A placeholder the author has to mend; ``str()`` says how, in the reader's language.

    ``before``, ``place`` and ``after`` are plain text: the faulty spot and its neighbourhood.
    """

    def __init__(self, message: str, *, before: str = "", place: str = "", after: str = "") -> None:
        super().__init__(message)
        self.before, self.place, self.after = before, place, after


def tidy(html: str) -> str:
    """Return plain words with single spaces from a piece of HTML text without tags."""
    return " ".join(CONTROLS.sub(" ", unescape(html)).split())


def without_braces(words: str) -> str:
    """Return *words* without the signs that placeholders are made of."""
    return words.translate(_NO_BRACES)


def as_html(words: str, *, has_lines: bool = False) -> str:
    """Return a value escaped; double braces are parted so that it never looks like a blank."""
    lines = CONTROLS.sub(" ", words).splitlines()
    if not has_lines:
        lines = [" ".join(lines)]
    return "<br>".join(escape(_apart(" ".join(line.split()))) for line in lines)


_NO_BRACES = str.maketrans("", "", "{}")


def _apart(value: str) -> str:
    return re.sub(r"\{(?=\{)", "{ ", re.sub(r"\}(?=\})", "} ", value))


def _braced(words: Iterable[str]) -> str:
    return f"{{{{ {escape(' | '.join(filter(None, words)), quote=False)} }}}}"
