"""A canned response as items: its words and tags, and what was filled into it for one ticket."""

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from thulium_portal.canned.placeholders.forms import Answers
from thulium_portal.canned.placeholders.greeting import address
from thulium_portal.canned.placeholders.nodes import Ask, Forms, Known, Literal, Part, as_html
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.placeholders.render import value_of
from thulium_portal.canned.proposals.alignment import Own
from thulium_portal.canned.proposals.tokens import Token, tokens_of, tokens_of_text
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html

# Signs of Unicode's private use, which no keyboard types.
_WRITTEN = re.compile(r"\{\{[^{}]*\}\}")
_DAY = re.compile(r"\d{1,2} \w{3,12} \d{4}|\w{3,12} \d{1,2}, \d{4}")
"""A date as Polish and English texts write it."""
_FIRST_SIGN, _LAST_SIGN = 0xF0000, 0xFFFFD


@dataclass(frozen=True)
class Filling:
    """What was known when a canned response was filled: for placeholders by name, and the answers.

    ``given`` is the HTML that came of it.
    """

    given: str
    values: Mapping[str, str]
    answers: Answers | None = None


@dataclass(frozen=True)
class Slot:
    """A placeholder, the white space before it, and the HTML that stood in its place.

    A ``value`` of None is not known: a person filled a blank by hand.
    """

    part: Known | Ask | Forms
    space: str
    value: str | None
    source: str
    """The placeholder as its author wrote it."""

    @property
    def may_be_empty(self) -> bool:
        return isinstance(self.part, Ask) and not self.part.is_required


@dataclass(frozen=True)
class Item:
    """A token of the template; of a slot's value where ``slot`` is its number."""

    token: Token
    slot: int | None = None
    is_open: bool = False
    """The slot has no words: its value is empty, or not known."""
    takes_any: bool = False
    """The value is not known."""
    holder: int | None = None
    """Of a tag that is not sent where a slot beside it is empty: that slot."""

    @property
    def is_word(self) -> bool:
        """Tell whether it is a word or a sign, of the author or of a value."""
        return not (self.is_open or self.token.is_tag)


@dataclass(frozen=True)
class Filled:
    """A canned response filled for one ticket."""

    items: tuple[Item, ...]
    slots: tuple[Slot, ...]

    def rows(self, *, plain: bool) -> list[tuple[Own, int]] | None:
        """Return what the tokens sent are compared with, and the item that each belongs to.

        For plain text the tags are gone and marks of lists and the like have come, which belong to
        the item before. None for a text of more items than there are signs to stand for them.
        """
        if not plain:
            return [(_own(item), number) for number, item in enumerate(self.items)]
        if len(self.items) > _LAST_SIGN - _FIRST_SIGN:
            return None
        return list(self._plain_rows())

    def _plain_rows(self) -> Iterator[tuple[Own, int]]:
        html = "".join(
            item.token.space + (item.token.raw if item.token.is_tag else chr(_FIRST_SIGN + number))
            for number, item in enumerate(self.items)
        )
        before = -1
        for token in tokens_of_text(html_to_text(html)):
            sign = ord(token.key) if len(token.key) == 1 else 0
            if _FIRST_SIGN <= sign <= _LAST_SIGN:
                before = sign - _FIRST_SIGN
                yield replace(_own(self.items[before]), starts_line=token.starts_line), before
            else:
                yield Own(token.key, is_free=True), before


def filled(body: str, filling: Filling, language: str) -> Filled:
    """Return *body*, a text of *language*, with the values its placeholders had."""
    parts = parts_of(body)
    values, sources = iter(_values(parts, filling, language)), iter(_sources(parts, body))
    items: list[Item] = []
    slots: list[Slot] = []
    space = ""
    for part in parts:
        if isinstance(part, Literal):
            tokens, behind = tokens_of(part.html)
            items += _spaced((Item(token) for token in tokens), space)
            space = behind if tokens else space + behind
            continue
        slot = Slot(part, space, next(values), next(sources))
        items += _items_of(slot, len(slots))
        slots.append(slot)
        space = ""
    return Filled(tuple(_held(items)), tuple(slots))


def _own(item: Item) -> Own:
    if not item.is_open:
        return Own(item.token.key, is_free=item.holder is not None)
    return Own(None, takes_any=item.takes_any)


def _items_of(slot: Slot, number: int) -> list[Item]:
    tokens = tokens_of(slot.value)[0] if slot.value else []
    if not tokens:
        place = Token("{{", "", slot.space)
        return [Item(place, number, is_open=True, takes_any=slot.value is None)]
    return list(_spaced((Item(token, number) for token in tokens), slot.space))


def _held(items: Sequence[Item]) -> list[Item]:
    """Return *items* with the tags told apart that are not sent while the blanks hold nothing.

    The cleaning itself is asked: it sees each word as one sign, and no blank.
    """
    held = list(items)
    if not any(item.is_open for item in items) or len(items) > _LAST_SIGN - _FIRST_SIGN:
        return held
    html = "".join(item.token.space + _bare(item, number) for number, item in enumerate(items))
    sent = [token.key for token in tokens_of(clean_reply_html(html))[0]]
    places = {key: place for place, key in enumerate(sent)}
    at = start = 0
    for number in range(len(items) + 1):
        if number < len(items) and not items[number].is_word:
            continue
        end = places.get(chr(_FIRST_SIGN + number), len(sent))
        for tag, slot in _emptied(items, range(start, number), sent[at:end]):
            held[tag] = replace(items[tag], holder=slot)
        at, start = end + 1, number + 1
    return held


def _bare(item: Item, number: int) -> str:
    if item.is_open:
        return ""
    return item.token.raw if item.token.is_tag else chr(_FIRST_SIGN + number)


def _emptied(
    items: Sequence[Item], gap: Sequence[int], sent: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield the tags of a *gap* between words that are missing in *sent*, each with a slot by it.

    Nothing where *sent* has other tags than the gap.
    """
    slots = [each for each in gap if items[each].is_open]
    tags = [each for each in gap if items[each].token.is_tag]
    gone, at = _last_breaks(items, gap), 0
    for tag in tags:
        if at < len(sent) and items[tag].token.key == sent[at]:
            at += 1
        else:
            gone.append(tag)
    if not slots or at < len(sent):
        return
    for tag in dict.fromkeys(gone):
        after = bisect(slots, tag)
        is_behind = after and (after == len(slots) or items[tag].token.key.startswith("</"))
        slot = items[slots[after - 1 if is_behind else after]].slot
        if slot is not None:
            yield tag, slot


def _last_breaks(items: Sequence[Item], gap: Sequence[int]) -> list[int]:
    """Return the breaks before a last line that is one blank: sent only where that is filled."""
    found: list[int] = []
    last: int | None = None
    for each in gap:
        if items[each].token.key == "<br>":
            last = each
        elif items[each].token.parts_blocks:
            found += [] if last is None else [last]
            last = None
    return found


def _spaced(items: Iterator[Item], space: str) -> Iterator[Item]:
    """Yield *items* with *space*, what the piece before ended with, put before the first."""
    for number, item in enumerate(items):
        if number == 0 and space:
            token = replace(item.token, space=space + item.token.space)
            yield replace(item, token=token)
        else:
            yield item


def _sources(parts: Sequence[Part], body: str) -> list[str]:
    """Return each placeholder in its author's spelling, where that is sure."""
    spelt = _WRITTEN.findall(body)
    own = [part for part in parts if not isinstance(part, Literal)]
    is_sure = len(spelt) == len(own) and all(
        parts_of(written) == (part,) for written, part in zip(spelt, own, strict=True)
    )
    return spelt if is_sure else [part.source for part in own]


def _values(parts: Sequence[Part], filling: Filling, language: str) -> list[str | None]:
    """Return for each placeholder what stands for it in what was given; None where unknown."""
    given, at = filling.given, 0
    known = _Known(filling, language)
    found: list[str | None] = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        if isinstance(part, Literal):
            if not given.startswith(part.html, at):
                return [None for each in parts if not isinstance(each, Literal)]
            at += len(part.html)
            continue
        value = _value(part, after, given[at:], known)
        found.append(None if _is_blank(value) else value)
        at += len(value)
    return found


def _value(part: Known | Ask | Forms, after: Part | None, rest: str, known: "_Known") -> str:
    """Return what stands for *part* at the beginning of *rest*, as far as that can be told."""
    for value in sorted(known.candidates(part, rest), key=len, reverse=True):
        if rest.startswith(value) and _goes_on(rest[len(value) :], after):
            return value
    if after is None:
        return rest
    return rest[: max(0, rest.find(after.html))] if isinstance(after, Literal) else ""


def _goes_on(rest: str, after: Part | None) -> bool:
    if after is None:
        return not rest
    return not isinstance(after, Literal) or rest.startswith(after.html)


class _Known:
    """What a placeholder may have been filled with."""

    def __init__(self, filling: Filling, language: str) -> None:
        self._values = filling.values
        self._answers = filling.answers["answers"] if filling.answers else {}
        words = address(filling.values.get("customer_first_name", ""), language)
        self._greetings = {as_html(words.he), as_html(words.she)}

    def candidates(self, part: Known | Ask | Forms, rest: str) -> set[str]:
        """Return what may stand for *part* at the beginning of *rest*."""
        known = {_blank(part), value_of(part, self._values, self._answers)}
        if isinstance(part, Forms):
            known |= {as_html(words) for words in (part.him, part.her, part.neutral)}
        if isinstance(part, Known):
            known.add(as_html(part.fallback))
            known |= self._greetings if part.name == "greeting" else set()
            if day := _DAY.match(rest):
                known.add(day[0])
        return {value for value in known if value}


def _is_blank(value: str) -> bool:
    """Tell whether nothing was known: a value has its own braces parted."""
    return value.startswith("{{") and value.endswith("}}")


def _blank(part: Known | Ask | Forms) -> str:
    return f"{{{{ {escape(part.label)} }}}}"
