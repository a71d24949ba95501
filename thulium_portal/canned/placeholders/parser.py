"""Placeholders in canned responses: one small grammar, parsed, checked and filled.

::

    placeholder = "{{" name [ "|" fallback ] "}}"      {{ customer_first_name | there }}
                | "{{" "ask:" label { "|" option } "}}"
                                                       {{ ask: delivery day | date | optional }}
                | "{{" "forms:" him "/" her "/" anyone "}}"
                                                       {{ forms: Mr / Ms / customer }}
    name        = one of names.PLACEHOLDERS or an alias; case, accents, "_" and "-" are alike
    fallback    = what stands there when the value is unknown
    label       = what the person who sends the reply is asked for ("wpisz:" is "ask:" in Polish)
    option      = "text" | "date" | "amount" | "optional" | "choice:" words { ";" words }
                  (tekst, data, kwota, nieobowiązkowe, wybór:)
    him, her    = words for a man and for a woman, chosen by a person, never guessed unseen
                  ("forma:" and "formy:" are "forms:" in Polish); anyone = words that suit both

A placeholder stays within one paragraph, holds no placeholder and stands in no link address. Tags
an editor has put between its braces (``{{ <b>name</b> }}``) are moved behind it. The text around
is HTML that has been cleaned; values and fallbacks are plain text, escaped on the way in. What
cannot be filled stays as ``{{ label }}`` in the reader's words, and ``leftovers`` finds it.

Everything runs in time linear in the text. ``docs/placeholders.md`` tells authors the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from django.utils.translation import gettext as _

from thulium_portal.canned.placeholders.nodes import (
    CONTROLS,
    Ask,
    Forms,
    Kind,
    Known,
    Literal,
    Part,
    PlaceholderError,
    Rendered,
    Template,
    as_html,
    tidy,
)
from thulium_portal.canned.placeholders.reading import no_fallback, understand
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS

__all__ = [
    "Ask",
    "Forms",
    "Kind",
    "Known",
    "Literal",
    "Part",
    "PlaceholderError",
    "Rendered",
    "Template",
    "Values",
    "check",
    "leftovers",
    "parse",
    "parts_of",
    "render",
    "value_of",
]

Values = Mapping[str, str]
"""Name of a placeholder → its value; an empty value is unknown. ``address`` is he, she or ""."""

_SEVERAL_LINES = frozenset({"my_signature"})


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


def render(body_html: str, values: Values, answers: Values | None = None) -> Rendered:
    """Fill *body_html*; *answers* are by the label of their blank.

    Never raises: a faulty placeholder stays as it is and stops the send.
    """
    unfilled: dict[str, None] = {}
    filled: list[str] = []
    for part in parts_of(body_html):
        if isinstance(part, Literal):
            filled.append(part.html)
            continue
        value = value_of(part, values, answers or {})
        if value is None:
            unfilled[part.label] = None
            value = f"{{{{ {escape(part.label)} }}}}"
        filled.append(value)
    return Rendered("".join(filled), tuple(unfilled))


def value_of(part: Known | Ask | Forms, values: Values, answers: Values) -> str | None:
    """Return what stands for *part*, as HTML; None where nothing is known."""
    if isinstance(part, Known):
        return _known_value(part, values) or None
    if isinstance(part, Ask):
        answer = answers.get(part.label)
        is_blank = not answer and part.is_required
        return None if answer is None or is_blank else as_html(answer)
    by_address = {"he": part.him, "she": part.her}
    return as_html(by_address.get(values.get("address", ""), part.neutral))


def _known_value(known: Known, values: Values) -> str:
    given = values.get(known.name, "").strip()
    if not given and not known.fallback:
        given = values.get(PLACEHOLDERS[known.name].instead, "").strip()
    return as_html(given or known.fallback, has_lines=known.name in _SEVERAL_LINES)


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
        found = problem or understand(source.text[start + 2 : end - 2])
        if for_saving and isinstance(found, Known):
            found = no_fallback(found) or found
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


def _nested() -> str:
    return _("One placeholder stands inside another. Close the first with }} before the second.")


def _in_address(source: _Source, offset: int) -> PlaceholderError:
    return source.fault(
        _("A link’s address cannot hold a placeholder. Move it into the text."), offset, offset
    )


# --- words -----------------------------------------------------------------------------------


def _shown(html: str) -> str:
    return CONTROLS.sub(" ", unescape(html)).replace("\xa0", " ")


def _reader_label(inside: str) -> str:
    """Return what the reader calls the blank between these braces."""
    found = understand(escape(inside, quote=False))
    if isinstance(found, (Known, Ask, Forms)):
        return found.label
    return tidy(escape(inside))[:_PLACE].strip() or _("blank without a name")
