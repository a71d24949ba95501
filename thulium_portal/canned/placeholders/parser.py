"""The grammar of placeholders in canned responses: parsed, checked, found again in a reply.

::

    placeholder = "{{" name [ "|" fallback ] "}}"      {{ customer_first_name | there }}
                | "{{" "ask:" label { "|" option } "}}"
                                                       {{ ask: delivery day | date | optional }}
                | "{{" "forms:" him "/" her "/" anyone "}}"
                                                       {{ forms: Mr / Ms / customer }}
    name        = one of registry.PLACEHOLDERS or an alias; case, accents, "_" and "-" are alike
    fallback    = what stands there when the value is unknown
    label       = what the person who sends the reply is asked for ("wpisz:" is "ask:" in Polish)
    option      = "text" | "date" | "amount" | "optional" | "choice:" words { ";" words }
                  (tekst, data, kwota, nieobowiązkowe, wybór:)
    him, her    = words for a man and for a woman, chosen by a person, never guessed unseen
                  ("forma:" and "formy:" are "forms:" in Polish); anyone = words that suit both

A placeholder stays within one paragraph, holds no placeholder and stands in no link address. Tags
an editor has put between its braces (``{{ <b>name</b> }}``) are moved behind it. The text around
is HTML that has been cleaned; values and fallbacks are plain text, escaped on the way in. What
cannot be filled stays as ``{{ label }}`` in the reader's words, and ``leftovers`` finds it there.

Everything runs in time linear in the text. ``docs/placeholders.md`` tells authors the same.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from django.utils.translation import gettext as _

from thulium_portal.canned.placeholders.nodes import (
    CONTROLS,
    AnswerKind,
    Ask,
    Forms,
    Known,
    Literal,
    Part,
    PlaceholderError,
    Template,
    tidy,
    without_braces,
)
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS, find, folded, nearest

LONGEST = 120
"""Characters a fallback, a label, a form or a choice may have."""
MOST_CHOICES = 20
_NEAR = 24
_PLACE = 60
_MOST_WORDS = 8
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
_FORMS = re.compile(r"\s*(?:forms|forma|formy)\s*:(.*)", re.IGNORECASE | re.DOTALL)
_KINDS = {
    **dict.fromkeys(("text", "tekst"), AnswerKind.TEXT),
    **dict.fromkeys(("date", "data"), AnswerKind.DATE),
    **dict.fromkeys(("amount", "kwota"), AnswerKind.AMOUNT),
}
_CHOICE = frozenset({"choice", "wybor"})
_OPTIONAL = frozenset({"optional", "nieobowiazkowe", "opcjonalne"})


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


def leftovers(text_or_html: str) -> tuple[str, ...]:
    """Return the labels of the blanks still in a reply, HTML or plain text, each once.

    Also finds blanks that an editor has run tags or entities through, that stand in a link's
    address, and ``{{`` whose end was deleted.
    """
    texts = [_without_tags(text_or_html), *_addresses(text_or_html)]
    blanks = (blank for text in texts for blank in _BLANK.finditer(text))
    return tuple(dict.fromkeys(_reader_label(blank[1]) for blank in blanks))


def unfilled(text_or_html: str, labels: Collection[str] = ()) -> tuple[str, ...]:
    """Return those of :func:`leftovers` that are ours, and any in the address of a link.

    Ours is what this grammar knows, and what is called as one of *labels*.
    """
    text = _without_tags(text_or_html)
    found = [
        blank[1]
        for blank in _BLANK.finditer(text)
        if is_ours(blank[1], labels, is_open=not text.startswith("}", blank.end()))
    ]
    addresses = _addresses(text_or_html)
    found += [blank[1] for address in addresses for blank in _BLANK.finditer(address)]
    return tuple(dict.fromkeys(map(_reader_label, found)))


def labels_of(html: str) -> list[str]:
    """Return what the blanks of a canned response are called where nobody fills them in."""
    return [part.label for part in parts_of(html) if not isinstance(part, Literal)]


def is_ours(inside: str, labels: Collection[str] = (), *, is_open: bool = False) -> bool:
    """Tell whether braces hold a blank of ours; words may follow it where they are *is_open*."""
    if isinstance(_understand(escape(inside, quote=False)), (Known, Ask, Forms)):
        return True
    said = folded(tidy(inside))
    if any(f"{said} ".startswith(f"{folded(label)} ") for label in labels):
        return True
    words = said.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS] if is_open else []
    return any(find(" ".join(words[: count + 1])) for count in range(len(words)))


# --- the text around -------------------------------------------------------------------------


def _without_tags(html: str) -> str:
    return unescape(_TAG.sub(_tag_in_plain, html))


def _addresses(html: str) -> list[str]:
    """Return what stands in the tags of *html*."""
    return [unescape(unquote(tag[0])) for tag in _TAG.finditer(html)]


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
        if for_saving and isinstance(found, Known):
            found = _no_fallback(found) or found
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


# --- between the braces ---------------------------------------------------------------------


def _understand(inside: str) -> Known | Ask | Forms | str:
    """Return the placeholder written between the braces, or what is wrong with it."""
    ask, forms = _ASK.fullmatch(inside), _FORMS.fullmatch(inside)
    if ask:
        return _ask(ask[1])
    return _forms(forms[1]) if forms else _known(inside)


def _known(inside: str) -> Known | str:
    words, _bar, rest = inside.partition("|")
    name, fallback = tidy(words), _words(rest)
    if len(fallback) > LONGEST:
        return _too_long()
    if not name:
        return _("This placeholder is empty. Choose one from the list or remove the braces.")
    known = find(name)
    return Known(known, fallback, name) if known else _unknown(name)


def _ask(inside: str) -> Ask | str:
    label, *options = (_words(piece) for piece in inside.split("|"))
    if len(label) > LONGEST:
        return _too_long()
    if not label:
        return _("Say what to ask for, for example {{ ask: order number }}.")
    return _with_options(label, options)


def _with_options(label: str, options: list[str]) -> Ask | str:
    kind, is_required = AnswerKind.TEXT, True
    choices: tuple[str, ...] = ()
    for option in options:
        word, colon, listed = option.partition(":")
        if folded(option) in _OPTIONAL:
            is_required = False
        elif folded(option) in _KINDS:
            kind, choices = _KINDS[folded(option)], ()
        elif folded(word) in _CHOICE and colon:
            kind, choices = AnswerKind.CHOICE, _choices(listed)
        else:
            return _unknown_option(option)
    if kind is AnswerKind.CHOICE and (fault := _choices_fault(choices)):
        return fault
    return Ask(label, kind, choices, is_required)


def _choices(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (_words(each) for each in listed.split(";")))))


def _choices_fault(choices: tuple[str, ...]) -> str:
    if len(choices) < 2:
        return _("Name at least two choices with semicolons between, as in choice: yes; no.")
    if len(choices) > MOST_CHOICES:
        return _("A list may hold %(most)d choices at most. Shorten it.") % {"most": MOST_CHOICES}
    return _too_long() if max(map(len, choices)) > LONGEST else ""


def _forms(inside: str) -> Forms | str:
    forms = [_words(piece) for piece in inside.split("/")]
    if len(forms) != 3 or not all(forms):
        return _(
            "Write three forms with “/” between: for a man, for a woman, and one that suits "
            "anyone, for example {{ forms: Mr / Ms / customer }}."
        )
    return _too_long() if max(map(len, forms)) > LONGEST else Forms(*forms)


def _words(html: str) -> str:
    return " ".join(without_braces(tidy(html)).split())


def _too_long() -> str:
    return _("The words in this placeholder are too long. Use at most %(most)d characters.") % {
        "most": LONGEST
    }


def _unknown_option(option: str) -> str:
    return _(
        "“%(word)s” is not known here. After “|” write date, amount, optional, "
        "or choice: and the choices with semicolons between."
    ) % {"word": option[:_PLACE]}


def _unknown(name: str) -> str:
    near = nearest(name)
    if not near:
        return _(
            "There is no placeholder called “%(name)s”. Choose one from the list, or write "
            "{{ ask: %(name)s }} to be asked for it when replying."
        ) % {"name": name[:_PLACE]}
    return _("There is no placeholder called “%(name)s”. Did you mean “%(near)s”?") % {
        "name": name[:_PLACE],
        "near": near,
    }


def _no_fallback(known: Known) -> str:
    """Return an empty string, or what to say of *known* that may be unknown and has no fallback."""
    example = PLACEHOLDERS[known.name].example
    if not example or known.fallback:
        return ""
    return _(
        "Thulium does not always know the %(label)s. Say what to write then, for example "
        "{{ %(name)s | %(example)s }}."
    ) % {"label": known.label, "name": known.written, "example": example}


def _shown(html: str) -> str:
    return CONTROLS.sub(" ", unescape(html)).replace("\xa0", " ")


def _reader_label(inside: str) -> str:
    """Return what the reader calls the blank between these braces."""
    found = _understand(escape(inside, quote=False))
    if isinstance(found, (Known, Ask, Forms)):
        return found.label
    return tidy(escape(inside))[:_PLACE].strip() or _("blank without a name")
