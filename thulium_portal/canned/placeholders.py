"""Placeholders in canned responses: one small grammar, parsed, checked and filled.

::

    placeholder = "{{" name [ "|" fallback ] "}}"      {{ customer_first_name | there }}
                | "{{" "ask:" label "}}"               {{ ask: order number }}
    name        = one of names.PLACEHOLDERS or an alias; case, accents, "_" and "-" are alike
    fallback    = what stands there when the value is unknown
    label       = what the person who sends the reply is asked for ("wpisz:" is "ask:" in Polish)

A placeholder stays within one paragraph, holds no placeholder and stands in no link address. Tags
an editor has put between its braces (``{{ <b>name</b> }}``) are moved behind it. The text around
is HTML that has been cleaned; values and fallbacks are plain text, escaped on the way in. What
cannot be filled stays as ``{{ label }}`` in the reader's words, and ``leftovers`` finds it.

Everything runs in time linear in the text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from django.utils.translation import gettext as _

from thulium_portal.canned.names import PLACEHOLDERS, find, nearest

Values = Mapping[str, str]
"""Name of a placeholder → its value; an empty value is unknown."""

LONGEST = 120
"""Characters a fallback or a label may have."""
_SEVERAL_LINES = frozenset({"my_signature"})


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
        words = f"{self.written or self.name} | {self.fallback}".removesuffix(" | ")
        return f"{{{{ {escape(words, quote=False)} }}}}"


@dataclass(frozen=True)
class Ask:
    """A blank that the person who sends the reply fills in."""

    label: str

    @property
    def source(self) -> str:
        """Return the blank as an author would type it, as HTML."""
        return f"{{{{ ask: {escape(self.label, quote=False)} }}}}"


Part = Literal | Known | Ask


@dataclass(frozen=True)
class Template:
    """A parsed text."""

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
    """A filled text, and the labels of what could not be filled, each once."""

    html: str
    unfilled: tuple[str, ...]


class PlaceholderError(ValueError):
    """A placeholder the author has to mend; ``str()`` says how, in the reader's language.

    ``before``, ``place`` and ``after`` are plain text: the faulty spot and its neighbourhood.
    """

    def __init__(self, message: str, *, before: str = "", place: str = "", after: str = "") -> None:
        super().__init__(message)
        self.before, self.place, self.after = before, place, after


def parse(html: str) -> Template:
    """Return the parts of *html*; raise :class:`PlaceholderError` for the first fault."""
    parts, faults = _read(html)
    if faults:
        raise faults[0]
    return Template(parts)


def parts_of(html: str) -> tuple[Part, ...]:
    """Return the parts of *html* for showing; what is faulty stays part of a literal."""
    return _read(html)[0]


def check(html: str) -> list[PlaceholderError]:
    """Return everything an author must mend before *html* may be saved, in order of place.

    Besides what ``parse`` refuses: a placeholder that may be unknown has no fallback.
    """
    return _read(html, for_saving=True)[1]


def render(body_html: str, values: Values) -> Rendered:
    """Fill *body_html*. Never raises: a faulty placeholder stays as it is and stops the send."""
    unfilled: dict[str, None] = {}
    filled: list[str] = []
    for part in parts_of(body_html):
        if isinstance(part, Literal):
            filled.append(part.html)
            continue
        value = value_of(part, values) if isinstance(part, Known) else ""
        if not value:
            unfilled[part.label] = None
        filled.append(value or f"{{{{ {escape(part.label)} }}}}")
    return Rendered("".join(filled), tuple(unfilled))


def value_of(known: Known, values: Values) -> str:
    """Return what stands for *known*, as HTML; an empty string where nothing is known."""
    given = values.get(known.name, "").strip()
    if not given and not known.fallback:
        given = values.get(PLACEHOLDERS[known.name].instead, "").strip()
    lines = _CONTROLS.sub(" ", given or known.fallback).splitlines()
    if known.name not in _SEVERAL_LINES:
        lines = [" ".join(lines)]
    return "<br>".join(escape(_apart(" ".join(line.split()))) for line in lines)


def leftovers(text_or_html: str) -> tuple[str, ...]:
    """Return the labels of the blanks still in a reply, HTML or plain text, each once.

    Also finds blanks that an editor has run tags or entities through, that stand in a link's
    address, and ``{{`` whose end was deleted.
    """
    texts = [unescape(_TAG.sub(_tag_in_plain, text_or_html))]
    texts += [unescape(unquote(tag[0])) for tag in _TAG.finditer(text_or_html)]
    blanks = (blank for text in texts for blank in _BLANK.finditer(text))
    return tuple(dict.fromkeys(_reader_label(blank[1]) for blank in blanks))


# --- reading ---------------------------------------------------------------------------------

_BREAK = "\x1e"
"""Stands for the end of a paragraph, line, item or cell in text without tags."""
_TAG = re.compile(r"<[^<>]*>")
_BLOCK = re.compile(
    r"</?(?:p|div|br|hr|li|[uo]l|blockquote|pre|h[1-6]|table|t[rdh]|thead|tbody|tfoot)\b",
    re.IGNORECASE,
)
_BRACES = re.compile(r"\{\{|\}\}|" + _BREAK)
_BLANK = re.compile(r"\{\{+([^{}\n\x1e]*+)")
_ASK = re.compile(r"\s*(?:ask|wpisz)\s*:(.*)", re.IGNORECASE | re.DOTALL)
_NEAR = 24
_PLACE = 60


def _tag_in_plain(tag: re.Match[str]) -> str:
    return _BREAK if _BLOCK.match(tag[0]) else ""


@dataclass
class _Source:
    """HTML taken apart into text and tags, so that braces can be found across tags."""

    text: str = ""
    tags: list[tuple[int, str]] = field(default_factory=list)
    next_tag: int = 0

    @classmethod
    def of(cls, html: str) -> "_Source":
        source, texts, length, at = cls(), [], 0, 0
        for tag in _TAG.finditer(html):
            text = html[at : tag.start()].replace(_BREAK, " ")
            length += len(text)
            source.tags.append((length, tag[0]))
            mark = _tag_in_plain(tag)
            texts += [text, mark]
            length += len(mark)
            at = tag.end()
        texts.append(html[at:].replace(_BREAK, " "))
        source.text = "".join(texts)
        return source

    def html(self, start: int, end: int) -> str:
        """Return the HTML from *start* to *end* of the text; calls must go forward."""
        pieces, at = [], start
        for offset, tag in self._tags_to(end):
            pieces += [self.text[at:offset].replace(_BREAK, ""), tag]
            at = max(at, offset)
        pieces.append(self.text[at:end].replace(_BREAK, ""))
        return "".join(pieces)

    def _tags_to(self, end: int) -> Iterator[tuple[int, str]]:
        while self.next_tag < len(self.tags) and self.tags[self.next_tag][0] <= end:
            yield self.tags[self.next_tag]
            self.next_tag += 1

    def fault(self, message: str, start: int, end: int) -> PlaceholderError:
        """Return an error that shows the place from *start* to *end*."""
        return PlaceholderError(
            message,
            before=_shown(self.text[max(0, start - _NEAR) : start].rpartition(_BREAK)[2]),
            place=_shown(self.text[start : min(end, start + _PLACE)]),
            after=_shown(self.text[end : end + _NEAR].partition(_BREAK)[0]),
        )


def _read(
    html: str, *, for_saving: bool = False
) -> tuple[tuple[Part, ...], list[PlaceholderError]]:
    """Return the parts of *html* and its faults; what is faulty stays part of a literal."""
    source = _Source.of(html)
    parts: list[Part] = []
    faults = [_in_address(source, offset) for offset, tag in source.tags if "{{" in unquote(tag)]
    at = 0
    for start, end, problem in _spans(source.text):
        found = problem or _understand(source.text[start + 2 : end - 2])
        if for_saving and isinstance(found, Known) and _lacks_fallback(found):
            found = _no_fallback(found)
        if isinstance(found, str):
            faults.append(source.fault(found, start, end))
            continue
        parts += [Literal(source.html(at, start)), found]
        at = end
    parts.append(Literal(source.html(at, len(source.text))))
    return tuple(part for part in parts if part != Literal("")), faults


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and fault ("" where sound) of everything between braces, in order."""
    depth, start, nested = 0, 0, False
    for braces in _BRACES.finditer(text + _BREAK):
        at = braces.start()
        if braces[0] == "{{":
            start, nested = (start, True) if depth else (at, False)
            depth += 1
        elif braces[0] == _BREAK:
            if depth:
                yield start, at, _("This placeholder is not closed. Put }} after its last word.")
            depth = 0
        elif depth == 0:
            yield at, at + 2, _("There is }} here without {{ before it. Add {{ or remove }}.")
        else:
            depth -= 1
            if depth == 0:
                yield start, at + 2, _nested() if nested else ""


def _understand(inside: str) -> Known | Ask | str:
    """Return the placeholder written between the braces, or what is wrong with it."""
    ask = _ASK.fullmatch(inside)
    words, _bar, rest = ("", "", ask[1]) if ask else inside.partition("|")
    name, rest = _tidy(words), _tidy(rest).translate(_NO_BRACES)
    if len(rest) > LONGEST:
        return _("The words in this placeholder are too long. Use at most %(most)d characters.") % {
            "most": LONGEST
        }
    if ask:
        return Ask(rest) if rest else _("Say what to ask for, for example {{ ask: order number }}.")
    if not name:
        return _("This placeholder is empty. Choose one from the list or remove the braces.")
    known = find(name)
    return Known(known, rest, name) if known else _unknown(name)


def _unknown(name: str) -> str:
    near = nearest(name)
    if not near:
        return _(
            "There is no placeholder called “%(name)s”. Choose one from the list, or write "
            "{{ ask: %(name)s }} to be asked for it when replying."
        ) % {"name": _shown(name)[:_PLACE]}
    return _("There is no placeholder called “%(name)s”. Did you mean “%(near)s”?") % {
        "name": _shown(name)[:_PLACE],
        "near": near,
    }


def _lacks_fallback(known: Known) -> bool:
    return bool(PLACEHOLDERS[known.name].example) and not known.fallback


def _no_fallback(known: Known) -> str:
    return _(
        "Thulium does not always know the %(label)s. Say what to write then, for example "
        "{{ %(name)s | %(example)s }}."
    ) % {
        "label": known.label,
        "name": known.written,
        "example": PLACEHOLDERS[known.name].example,
    }


def _nested() -> str:
    return _("One placeholder stands inside another. Close the first with }} before the second.")


def _in_address(source: _Source, offset: int) -> PlaceholderError:
    return source.fault(
        _("A link’s address cannot hold a placeholder. Move it into the text."), offset, offset
    )


# --- words -----------------------------------------------------------------------------------

_NO_BRACES = str.maketrans("", "", "{}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def _tidy(html: str) -> str:
    """Return plain words with single spaces from a piece of HTML text without tags."""
    return " ".join(_CONTROLS.sub(" ", unescape(html)).split())


def _shown(html: str) -> str:
    return _CONTROLS.sub(" ", unescape(html)).replace("\xa0", " ")


def _apart(value: str) -> str:
    """Part double braces in a value: a customer's words must never look like a placeholder."""
    return re.sub(r"\{(?=\{)", "{ ", re.sub(r"\}(?=\})", "} ", value))


def _reader_label(inside: str) -> str:
    """Return what the reader calls the blank between these braces."""
    found = _understand(escape(inside, quote=False))
    if isinstance(found, (Known, Ask)):
        return found.label
    return _tidy(escape(inside))[:_PLACE].strip() or _("blank without a name")
