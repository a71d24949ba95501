"""A canned response and the text sent, laid beside each other, written out as one text."""

import re
from collections.abc import Sequence

from thulium_portal.canned.proposals.laid import Laid
from thulium_portal.canned.proposals.tokens import Token

_MARK = re.compile(r"(?:-|•|\d{1,3}\.)\s*")
_IN_TABLE = frozenset({"td", "th", "tr", "tbody", "tfoot", "thead"})


def as_html(laid: Laid) -> str:
    """Return the template of *laid* with what was put in and without what was left out."""
    return _Writer(laid).written()


def as_html_from_text(laid: Laid) -> str:
    """Return the same for a reply of plain text: the template keeps its tags."""
    return _PlainWriter(laid).written()


class _Writer:
    def __init__(self, laid: Laid) -> None:
        self._laid = laid
        self._out: list[str] = []
        self._last = -1
        """The item behind which nothing else was written, -2 after words put in."""

    def written(self) -> str:
        self._behind(-1)
        for number in range(len(self._laid.own.items)):
            self._item(number)
            self._behind(number)
        return "".join(self._out)

    def _item(self, number: int) -> None:
        laid, item = self._laid, self._laid.own.items[number]
        if item.slot is not None:
            self._slot(number, item.slot)
            return
        token = laid.sent_of.get(number)
        if token is not None and token not in laid.dropped:
            raw = laid.sources.get(token, item.token.raw)
            self._write(number, raw, item.token.space, laid.tokens[token].space)
        elif token is None and item.holder in laid.kept_slots:
            raw = item.token.raw if laid.is_emptied(number) else ""
            self._write(number, raw, item.token.space, item.token.space)

    def _slot(self, number: int, slot: int) -> None:
        """Write a placeholder in place of the first item of its value, and pass the others."""
        laid = self._laid
        is_first = number == 0 or laid.own.items[number - 1].slot != slot
        if slot not in laid.kept_slots:
            return
        if is_first:
            space, token = laid.own.slots[slot].space, laid.sent_of.get(number)
            sent_space = space if token is None else laid.tokens[token].space
            self._write(number, laid.own.slots[slot].source, space, sent_space)
        elif self._last == number - 1:
            self._last = number

    def _write(self, number: int, raw: str, own_space: str, sent_space: str) -> None:
        """Write an item with the author's own space where what stands before is theirs too."""
        space = own_space if self._last == number - 1 else _one(sent_space)
        self._out += [space, raw]
        self._last = number

    def _behind(self, number: int) -> None:
        self._tokens(self._laid.put_in.get(number, ()))

    def _tokens(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            if token not in self._laid.dropped:
                self._out += [_one(self._laid.tokens[token].space), self._raw(token)]
                self._last = -2

    def _raw(self, token: int) -> str:
        return self._laid.sources.get(token, self._laid.tokens[token].raw)


class _PlainWriter(_Writer):
    """Writes the tags of the template as they are, and puts lines that came in between them."""

    def __init__(self, laid: Laid) -> None:
        super().__init__(laid)
        self._leading: dict[int, list[int]] = {}
        """Item → the tokens put in before it, behind the tags that begin its paragraph."""
        self._lines: dict[int, list[list[int]]] = {}
        """Item → whole lines put in behind it."""
        self._inline: dict[int, list[int]] = {}
        self._waiting: list[list[int]] = []
        for item, tokens in laid.put_in.items():
            self._place(item, tokens)

    def _place(self, item: int, tokens: Sequence[int]) -> None:
        """Tell words put in at the end of a line from whole lines, and from the start of a next."""
        lines = _lines([token for token in tokens if token not in self._laid.dropped], self._laid)
        if not lines:
            return
        all_tokens, behind = self._laid.tokens, max(tokens) + 1
        ends = behind >= len(all_tokens) or all_tokens[behind].starts_line
        begins = item == -1 or all_tokens[lines[0][0]].starts_line
        if not begins:
            self._inline[item] = lines.pop(0)
        is_replaced = item >= 0 and item not in self._laid.sent_of
        if lines and (not ends or (is_replaced and len(lines) == 1)):
            tail = lines.pop()
            is_instead = is_replaced and not lines
            self._leading[item if is_instead else self._next_word(item)] = tail
        self._lines[item] = lines

    def _next_word(self, item: int) -> int:
        items = self._laid.own.items
        behind = range(item + 1, len(items))
        return next((each for each in behind if not items[each].token.is_tag), len(items))

    def _item(self, number: int) -> None:
        token = self._laid.own.items[number].token
        if self._waiting and not _goes_on_closing(token):
            self._write_waiting(token)
        if token.is_tag and self._laid.own.items[number].slot is None:
            self._out += [token.space, token.raw]
            self._last = number
            return
        self._tokens(self._leading.get(number, ()))
        super()._item(number)

    def _behind(self, number: int) -> None:
        self._tokens(self._inline.get(number, ()))
        self._waiting += self._lines.get(number, ())
        if self._waiting and number == len(self._laid.own.items) - 1:
            self._write_waiting(None)

    def _write_waiting(self, before: Token | None) -> None:
        """Write whole lines as items of the list they stand in, as lines, or as paragraphs."""
        in_list = before is not None and before.key == "<li>" and "</li>" in self._out[-2:]
        in_line = before is not None and not before.is_tag
        for line in self._waiting:
            words = "".join(self._laid.tokens[token].space + self._raw(token) for token in line)
            if in_list:
                self._out.append(f"<li>{_without_mark(words)}</li>")
            else:
                self._out.append(f"{words.strip()}<br>" if in_line else f"<p>{words.strip()}</p>")
        self._waiting = []
        self._last = -2

    def _write(self, number: int, raw: str, own_space: str, sent_space: str) -> None:
        super()._write(number, raw, own_space, " " if "\n" in sent_space else sent_space)

    def _tokens(self, tokens: Sequence[int]) -> None:
        for place, token in enumerate(tokens):
            each = self._laid.tokens[token]
            space = " " if each.starts_line and place else each.space.strip("\n")
            if self._out and self._out[-1].startswith("<") and not self._out[-1].startswith("</"):
                space = ""
            self._out += [space, self._raw(token)]
            self._last = -2


def _one(space: str) -> str:
    """Return one space where an empty value left two beside each other."""
    return " " if len(space) > 1 and space.isspace() else space


def _goes_on_closing(token: Token) -> bool:
    """Tell whether a whole line can stand only behind *token*: an element that ends, or a cell."""
    return token.is_tag and (token.key.startswith("</") or token.name in _IN_TABLE)


def _lines(tokens: Sequence[int], laid: Laid) -> list[list[int]]:
    lines: list[list[int]] = []
    for token in tokens:
        if not lines or laid.tokens[token].starts_line:
            lines.append([])
        lines[-1].append(token)
    return lines


def _without_mark(words: str) -> str:
    return _MARK.sub("", words.strip())
