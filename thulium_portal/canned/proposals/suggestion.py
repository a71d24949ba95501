"""What a person changed of a canned response in one reply, as the text for everyone would read.

The text sent is laid beside the canned response's own words and placeholders. What stood in the
place of a placeholder is that placeholder again, whatever it was; a value of the ticket that
stands elsewhere becomes one; the rest is the author's words, changed or not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from thulium_portal.canned.proposals import foreign
from thulium_portal.canned.proposals.alignment import Own, Reach, align, before_empty, slid
from thulium_portal.canned.proposals.laid import Laid
from thulium_portal.canned.proposals.personal import Personal
from thulium_portal.canned.proposals.template import Filling, Item, filled
from thulium_portal.canned.proposals.tokens import Token, split_at, tokens_of, tokens_of_text
from thulium_portal.canned.proposals.writer import as_html, as_html_from_text
from thulium_portal.lib.html.sanitize import clean_reply_html

_EMPTIED = re.compile(
    r"<(p|li|[uo]l|blockquote|h[1-6]|strong|em|u|s|a)(?: [^<>]*)?>(?:\s|<br>|&nbsp;)*</\1>"
)
_NESTED = 4
"""How deep an emptied element may hold others that are empty with it."""


@dataclass(frozen=True)
class Sent:
    """The text that left: HTML, or plain text; ``others`` are further canned texts put into it."""

    body: str
    is_plain: bool = False
    others: tuple[str, ...] = ()


def suggestion(body: str, filling: Filling, sent: Sent, language: str) -> str | None:
    """Return *body* with the changes that were made in *sent*, without anything of one customer.

    It is *body* itself where only placeholders were filled, and None where the two differ too much
    to be compared in reasonable time.
    """
    own = filled(body, filling, language)
    rows = own.rows(plain=sent.is_plain)
    if rows is None:
        return None
    tokens = tokens_of_text(sent.body) if sent.is_plain else tokens_of(sent.body)[0]
    tokens = foreign.without(tokens, sent.others, body, plain=sent.is_plain)
    tokens = _unglued(tokens, [item for item in own.items if not _is_unseen(item, sent.is_plain)])
    reach = [_reach(token, plain=sent.is_plain) for token in tokens]
    moves = align([row for row, _item in rows], _compared(tokens, own.items, rows), reach)
    if moves is None:
        return None
    if sent.is_plain:
        moves = slid(moves, tokens)
    moves = before_empty(moves, [row for row, _item in rows])
    laid = Laid(own, tokens, moves, rows)
    laid.turn_back(Personal(own.slots, filling.values, language), plain=sent.is_plain)
    return _tidy(as_html_from_text(laid) if sent.is_plain else as_html(laid), body)


def _reach(token: Token, *, plain: bool) -> Reach:
    """Return whether a blank may hold *token*: it holds one line, and no paragraph."""
    if token.parts_blocks:
        return Reach.NEVER
    return Reach.FIRST if plain and token.starts_line else Reach.ALWAYS


def _tidy(html: str, body: str) -> str:
    """Return *html* well-formed; *body* itself where no word and no tag differs from it."""
    html = clean_reply_html(html)
    own = {found[0] for found in _EMPTIED.finditer(body)}
    for _level in range(_NESTED):
        html = _EMPTIED.sub(lambda found: found[0] if found[0] in own else "", html)
    return body if _keys(html) == _keys(clean_reply_html(body)) else html


def _compared(
    tokens: Sequence[Token], items: Sequence[Item], rows: Sequence[tuple[Own, int]]
) -> list[str]:
    """Return what *tokens* are compared by.

    A sign within a number or an address, “12.03”, is no full stop of the author's.
    """
    within = {
        left.token.key for left, right in pairwise(items) if not right.token.space or right.is_open
    }
    within |= {row.key or "" for row, _item in rows if row.is_free}
    keys = [token.key for token in tokens]
    for number, (left, sign, right) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        is_joined = not (sign.space or right.space) and left.is_word and right.is_word
        if is_joined and not (sign.is_word or sign.is_tag or sign.key in within):
            keys[number + 1] = f"{sign.key}\0"
    return keys


def _keys(html: str) -> list[str]:
    return [token.key for token in tokens_of(html)[0]]


def _is_unseen(item: Item, is_plain: bool) -> bool:
    """Tell whether *item* is a tag between whose neighbours nothing is sent."""
    if not item.token.is_tag or item.token.name == "br":
        return False
    return item.holder is not None or (is_plain and not item.token.parts_blocks)


def _unglued(tokens: Sequence[Token], items: Sequence[Item]) -> list[Token]:
    """Return *tokens* with words cut where a value joins the author's word without a space."""
    before, after = set(), set()
    for left, right in pairwise(items):
        if left.slot == right.slot or right.token.space or not (_joins(left) and _joins(right)):
            continue
        if not left.is_open:
            before.add((left.token.key, "" if right.is_open else right.token.key))
        if not right.is_open:
            after.add((right.token.key, "" if left.is_open else left.token.key))
    if not before and not after:
        return list(tokens)
    return [piece for token in tokens for piece in _cut(token, before, after)]


def _joins(item: Item) -> bool:
    return item.is_open or item.token.is_word


def _cut(token: Token, before: set[tuple[str, str]], after: set[tuple[str, str]]) -> list[Token]:
    word = token.raw
    if not token.is_word or word != token.key:
        return [token]
    places = {len(own) for own, value in before if word.startswith(own + value)}
    places |= {len(word) - len(own) for own, value in after if word.endswith(value + own)}
    return split_at(token, *sorted(places))
