"""Paragraphs of other canned responses that were put into the same reply: no change of this one."""

from collections.abc import Iterable, Iterator, Sequence

from thulium_portal.canned.placeholders.nodes import Literal
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.proposals.tokens import Token, tokens_of

_RUN = 3
"""So many words in a row tell one text from another."""


def without(
    tokens: Sequence[Token], others: Iterable[str], body: str, *, plain: bool
) -> list[Token]:
    """Return *tokens* without the blocks that come from *others* rather than from *body*."""
    foreign = {run for other in others for run in _runs_of(other)} - set(_runs_of(body))
    if not foreign:
        return list(tokens)
    kept: list[Token] = []
    for block in blocks(tokens, plain=plain):
        runs = list(_runs([token.key for token in block if not token.is_tag]))
        if not runs or 2 * sum(run in foreign for run in runs) < len(runs):
            kept += block
    return kept


def blocks(tokens: Sequence[Token], *, plain: bool) -> Iterator[list[Token]]:
    """Yield the paragraphs, items and cells in turn, each with the tags around it."""
    block: list[Token] = []
    for token in tokens:
        begins = (
            token.starts_line if plain else token.parts_blocks and not token.key.startswith("</")
        )
        if begins and any(not each.is_tag for each in block):
            yield block
            block = []
        block.append(token)
    if block:
        yield block


def _runs_of(body: str) -> Iterator[tuple[str, ...]]:
    for part in parts_of(body):
        if isinstance(part, Literal):
            for block in blocks(tokens_of(part.html)[0], plain=False):
                yield from _runs([token.key for token in block if not token.is_tag])


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield all stretches of some words in a row; the whole where there are fewer."""
    for start in range(max(1, len(words) - _RUN + 1)):
        if run := tuple(words[start : start + _RUN]):
            yield run
