"""A filled canned response and the text sent, laid beside each other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from thulium_portal.canned.placeholders.nodes import Known
from thulium_portal.canned.proposals.alignment import Move, Own, Step
from thulium_portal.canned.proposals.personal import Personal
from thulium_portal.canned.proposals.template import Filled
from thulium_portal.canned.proposals.tokens import Token


@dataclass
class Gap:
    """Between two tokens that both texts have: items left out, tokens put in."""

    items: list[int] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    before: int = -1
    """The item before it."""
    after: int = -1
    """The item behind it; -1 at the end."""


class Laid:
    """What became of each item of the template, and what was put in between.

    *rows* are what was compared, each with the number of the item it belongs to.
    """

    def __init__(
        self,
        own: Filled,
        tokens: Sequence[Token],
        moves: Sequence[Move],
        rows: Sequence[tuple[Own, int]],
    ) -> None:
        self.own, self.tokens = own, list(tokens)
        self.sent_of: dict[int, int] = {}
        """Item → the token it was found as."""
        self.item_of: dict[int, int] = {}
        self.put_in: dict[int, list[int]] = {}
        """Item → the tokens put in behind it, -1 at the beginning."""
        self.sources: dict[int, str] = {}
        """Token → the placeholder that stands for it."""
        self.dropped: set[int] = set()
        """Tokens that are part of a value, or of no paragraph of the canned response."""
        self.kept_slots: set[int] = set()
        self.answers: dict[int, list[int]] = {}
        """Slot → the tokens that a person filled it with by hand."""
        self._by_hand: dict[int, list[int]] = {}
        """Item → the tokens that fill it where the value of its slot was not known."""
        self._gaps: list[Gap] = []
        self._read(moves, rows)
        self._place_what_was_put_in()
        self._settle_slots()

    def _read(self, moves: Sequence[Move], rows: Sequence[tuple[Own, int]]) -> None:
        gap = Gap()
        for move in moves:
            row, item = rows[move.own] if move.own < len(rows) else (Own(""), -1)
            if move.step is Step.PUT_IN:
                gap.tokens.append(move.sent)
            elif move.step is Step.FILLED:
                self._by_hand.setdefault(item, []).append(move.sent)
            elif move.step is Step.LEFT_OUT and not row.is_free:
                gap.items.append(item)
            elif move.step is Step.SAME and row.is_free and not self.own.items[item].token.is_tag:
                self.dropped.add(move.sent)
            elif move.step is not Step.LEFT_OUT:
                if move.step is Step.SAME:
                    self.sent_of[item], self.item_of[move.sent] = move.sent, item
                gap.after = item
                self._gaps.append(gap)
                gap = Gap(before=item)
        self._gaps.append(gap)

    def _place_what_was_put_in(self) -> None:
        """Put new words where the first of the old ones stood, else behind what is before them."""
        for gap in self._gaps:
            words = (each for each in gap.items if not self.own.items[each].token.is_tag)
            if gap.tokens:
                place = next(words, gap.before)
                if place in gap.items:
                    self._part_from_empty(place, gap.tokens[0])
                self.put_in[self._behind_empty(place, gap)] = list(gap.tokens)

    def _part_from_empty(self, place: int, token: int) -> None:
        """Give *token* the space of the word it replaces, not sent as an empty value begins it."""
        before = place - 1
        while before > 0 and self._is_inline_tag(before):
            before -= 1
        sent, own = self.tokens[token], self.own.items[place].token
        if before >= 0 and self.own.items[before].is_open and not sent.space.strip("\n"):
            self.tokens[token] = replace(sent, space=sent.space + own.space)

    def _is_inline_tag(self, item: int) -> bool:
        token = self.own.items[item].token
        return token.is_tag and not token.parts_blocks

    def _behind_empty(self, place: int, gap: Gap) -> int:
        """Return *place*, or one behind an empty placeholder where the white space tells so."""
        behind, more = place + 1, len(self.tokens[gap.tokens[0]].space)
        while behind < len(self.own.items) and self.own.items[behind].is_open:
            more -= len(self.own.items[behind].token.space)
            if more <= 0 and self.own.items[behind].token.space:
                break
            place, behind = behind, behind + 1
        return place

    # --- slots -------------------------------------------------------------------------------

    def _settle_slots(self) -> None:
        """Decide of every placeholder whether it stands, and which tokens are its value."""
        found = {self._slot_at(item) for item in self.sent_of}
        self.kept_slots = {slot for slot in found if slot is not None}
        for number, item in enumerate(self.own.items):
            if item.is_open and item.slot is not None:
                self._settle_open(number, item.slot)
        for gap in self._gaps:
            self._drop_split(gap)
        for gap in self._gaps:
            if gap.items or gap.tokens:
                self._settle(gap)

    def _settle_open(self, number: int, slot: int) -> None:
        """Tell the answer in a blank from words beside it that took the place of the author's."""
        words = self._by_hand.get(number, [])
        left, right = self._left_out(number, -1), self._left_out(number, 1)
        if not words and left + right and not self._stands_beside(number):
            return
        self.kept_slots.add(slot)
        lead = self._own_words(words, min(left, max(0, len(words) - 1)))
        end = len(words) - self._own_words(words[::-1], min(right, max(0, len(words) - 1 - lead)))
        self.put_in.setdefault(number - 1, []).extend(words[:lead])
        self.put_in.setdefault(number, [])[:0] = words[end:]
        self.answers[slot] = words[lead:end]
        self._drop(words[lead:end])

    def _drop_split(self, gap: Gap) -> None:
        """Take out what was put in amid an answer, or goes on with it and may be a part of it."""
        if words := self._by_hand.get(gap.after):
            amid = (each for each in gap.tokens if each > words[0])
            self._drop(each for each in amid if not self.tokens[each].is_tag)
        if gap.before in self._by_hand:
            self._drop(_until(gap.tokens, self._may_be_personal))

    def _own_words(self, words: Sequence[int], most: int) -> int:
        """Return how many of the first *words*, at most so many, are surely none of the answer.

        What looks like a name or a number stays in the answer, and so does a part of one.
        """
        count = len(_until(words[:most], lambda each: not self._may_be_personal(each)))
        while count and not self.tokens[max(words[count - 1 : count + 1])].space:
            count -= 1
        return count

    def _may_be_personal(self, token: int) -> bool:
        return any(sign.isdigit() or sign.isupper() for sign in self.tokens[token].key)

    def _left_out(self, number: int, step: int) -> int:
        """Return how many of the author's words in a row beside the item were left out."""
        count = 0
        for each in self._in_paragraph(number, step):
            if each in self.sent_of:
                break
            count += self.own.items[each].slot is None
        return count

    def _stands_beside(self, number: int) -> bool:
        """Tell whether a word beside the item still stands, or others stand in its place."""
        near = {next(self._beside(number, step), -1) for step in (-1, 1)}
        replaced = (gap for gap in self._gaps if gap.tokens and near & set(gap.items))
        return any(each in self.sent_of for each in near) or any(
            not self.tokens[token].is_tag for gap in replaced for token in gap.tokens
        )

    def _beside(self, number: int, step: int) -> Iterator[int]:
        """Yield the author's words in the item's paragraph, from the item on."""
        rows = self._in_paragraph(number, step)
        return (at for at in rows if self.own.items[at].slot is None)

    def _in_paragraph(self, number: int, step: int) -> Iterator[int]:
        """Yield all words in the item's paragraph, from the item on."""
        at = number + step
        while 0 <= at < len(self.own.items) and not self.own.items[at].token.parts_blocks:
            if not self.own.items[at].token.is_tag:
                yield at
            at += step

    def _settle(self, gap: Gap) -> None:
        own = self.own.items
        slots = {slot for item in gap.items if (slot := own[item].slot) is not None}
        lost = slots - self.kept_slots
        words = [token for token in gap.tokens if not self.tokens[token].is_tag]
        has_own_words = any(
            own[item].slot is None and not own[item].token.is_tag for item in gap.items
        )
        if self._is_inside_one_slot(gap) or (slots and words and not has_own_words):
            self.kept_slots |= lost
            self._drop(words)
        elif lost and not words:
            self.kept_slots |= {slot for slot in lost if self.own.slots[slot].may_be_empty}
        elif lost:
            for slot in sorted(lost):
                self._find_number(slot, words)
        elif self._is_beside_greeting(gap):
            self._drop(words)
        else:
            self._drop(self._glued(gap))

    def _is_inside_one_slot(self, gap: Gap) -> bool:
        before, after = (self._slot_at(item) for item in (gap.before, gap.after))
        return before is not None and before == after

    def _is_beside_greeting(self, gap: Gap) -> bool:
        """Tell of words between the beginning of a paragraph and its greeting, a part of it."""
        slot = self._slot_at(gap.after)
        part = None if slot is None else self.own.slots[slot].part
        if not gap.tokens or not self._is_on_line(gap.tokens[-1] + 1, gap.after):
            return False
        is_first = gap.before < 0 or self.own.items[gap.before].token.parts_blocks
        starts = all(not self.tokens[token].parts_blocks for token in gap.tokens)
        if not isinstance(part, Known) or part.name != "greeting" or gap.items or not starts:
            return False
        return is_first or self._starts_paragraph(gap.after)

    def _is_on_line(self, token: int, item: int) -> bool:
        """Tell whether *token*, in the line of the one before it, is what *item* was found as."""
        return self.sent_of.get(item) == token and not self.tokens[token].starts_line

    def _starts_paragraph(self, item: int) -> bool:
        """Tell whether nothing but tags stands before *item* in its paragraph."""
        return next(self._beside(item, -1), None) is None

    def is_emptied(self, number: int) -> bool:
        """Tell of a tag that was not sent whether it is missing only as its placeholder is empty.

        A line may end there though words were filled in: which of two blanks held them is a guess.
        """
        item = self.own.items[number]
        is_filled = item.holder is not None and bool(self.answers.get(item.holder))
        return item.token.name == "br" or not is_filled

    def _slot_at(self, item: int) -> int | None:
        return self.own.items[item].slot if item >= 0 else None

    def _glued(self, gap: Gap) -> list[int]:
        """Return the tokens of *gap* that were written on to a value without a space."""
        glued: list[int] = []
        if self._slot_at(gap.before) is not None and self._stands_behind_words(gap):
            run = _until(gap.tokens, self._is_glued)
            while run and not self.tokens[run[-1]].is_word:
                run.pop()
            glued += run
        return glued

    def _stands_behind_words(self, gap: Gap) -> bool:
        """Tell whether *gap* begins behind words: an empty value may begin its line."""
        before = min(gap.tokens, default=0) - 1
        return before >= 0 and not self.tokens[before].is_tag

    def _is_glued(self, token: int) -> bool:
        return not self.tokens[token].space and not self.tokens[token].is_tag

    def _find_number(self, slot: int, words: Sequence[int]) -> None:
        """Take the first number of *words* for the new value of a slot that held one."""
        value = self.own.slots[slot].value
        if value is not None and not any(letter.isdigit() for letter in value):
            return
        digits = (n for n in words if any(map(str.isdigit, self.tokens[n].key)))
        first = next((n for n in digits if n not in self.dropped and n not in self.sources), None)
        if first is None:
            return
        run = self._joined(words, words.index(first))
        self.sources[run[0]] = self.own.slots[slot].source
        self._drop(run[1:])

    def _joined(self, words: Sequence[int], at: int) -> list[int]:
        """Return the tokens around *words* [at] without space between, from a word to a word."""
        start, end = at, at + 1
        while start and not self.tokens[words[start]].space:
            start -= 1
        while end < len(words) and not self.tokens[words[end]].space:
            end += 1
        while start < at and not self.tokens[words[start]].is_word:
            start += 1
        while end > at + 1 and not self.tokens[words[end - 1]].is_word:
            end -= 1
        return list(words[start:end])

    def _drop(self, tokens: Iterable[int]) -> None:
        self.dropped.update(tokens)

    # --- values elsewhere --------------------------------------------------------------------

    def turn_back(self, personal: Personal, *, plain: bool) -> None:
        """Put placeholders where values of the ticket stand outside of their own places."""
        for slot, answer in self.answers.items():
            words = [self.tokens[token].raw for token in answer]
            personal.learn(" ".join(words), self.own.slots[slot].source)
        for row in list(self._free_rows(plain=plain)):
            for place in personal.places([self.tokens[token] for token in row]):
                stretch = row[place.first : place.last + 1]
                if not self._is_authors(stretch):
                    self.sources[stretch[0]] = place.source
                    self._drop(stretch[1:])
        for number, token in enumerate(self.tokens):
            if number not in self.item_of and not self._is_settled(number):
                self._turn_back_one(number, token, personal)
        self._drop_bare_blocks(plain=plain)

    def _turn_back_one(self, number: int, token: Token, personal: Personal) -> None:
        """Take the customer out of one *token*: a link that names them, a form of their name."""
        if token.is_tag:
            if personal.is_in_address(token):
                self.dropped.add(number)
        elif token.is_word and (source := personal.source_of(token)):
            if self.sources.get(number - 1) == source:
                self.dropped.add(number)
            else:
                self.sources[number] = source

    def _free_rows(self, *, plain: bool) -> Iterator[list[int]]:
        """Yield the words and signs between values and the ends of paragraphs, in rows."""
        row: list[int] = []
        for number, token in enumerate(self.tokens):
            is_value = self._is_settled(number) or self._is_in_slot(number)
            if is_value or token.parts_blocks or (plain and token.starts_line):
                yield row
                row = []
            if not (is_value or token.is_tag):
                row.append(number)
        yield row

    def _is_settled(self, token: int) -> bool:
        return token in self.dropped or token in self.sources

    def _is_in_slot(self, token: int) -> bool:
        return self._slot_at(self.item_of.get(token, -1)) is not None

    def _is_authors(self, stretch: Sequence[int]) -> bool:
        """Tell whether the canned response itself says these words in this row."""
        items = [self.item_of.get(token, -1) for token in stretch]
        if -1 in items:
            return False
        between = range(items[0], items[-1] + 1)
        return items == [item for item in between if self.own.items[item].is_word]

    def _drop_bare_blocks(self, *, plain: bool) -> None:
        """Leave out what was put in as a paragraph of its own and says nothing but values."""
        block: list[int] = []
        for number, token in [*enumerate(self.tokens), (-1, None)]:
            if token is None or token.parts_blocks or (plain and token.starts_line):
                if block and not any(map(self._says_something, block)):
                    self._drop(block)
                block = []
            elif number not in self.item_of or not token.is_tag:
                block.append(number)

    def _says_something(self, token: int) -> bool:
        if token in self.item_of:
            return True
        return (
            self.tokens[token].is_word
            and not self.tokens[token].is_tag
            and not self._is_settled(token)
        )


def _until(tokens: Sequence[int], goes_on: Callable[[int], bool]) -> list[int]:
    """Return the first of *tokens*, as long as each *goes_on*."""
    return list(takewhile(goes_on, tokens))
