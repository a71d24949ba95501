"""Words of a mail that stand out by their colour: which, against the colour of the rest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from thulium_portal.lib.html.mail_styles import Look

Hues = tuple[str, str]
BLACK_ON_WHITE: Hues = ("", "")
UNMARKED_SHARE = 10
"""Where less than one in so many characters is black, the commonest colour stands for black."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look, escaped."""

    html: str
    length: int
    look: Look
    linked: bool


def joined(pieces: Iterable[str | Run]) -> str:
    """Return *pieces* as HTML, with what stands out by its colour marked."""
    pieces = list(pieces)
    plain = plain_hues([piece for piece in pieces if isinstance(piece, Run)])
    return "".join(piece if isinstance(piece, str) else _marked(piece, plain) for piece in pieces)


def plain_hues(runs: list[Run]) -> Hues:
    """Return the colour of letters and ground that stands for black on white in these *runs*."""
    count: Counter[Hues] = Counter()
    for run in runs:
        if not run.linked:
            count[run.look.hues] += run.length
    if count[BLACK_ON_WHITE] * UNMARKED_SHARE >= count.total():
        return BLACK_ON_WHITE
    return count.most_common(1)[0][0]


def hue_of(run: Run, plain: Hues) -> str:
    """Return the colour by which *run* stands out; empty where it does not."""
    ink, paper = run.look.hues
    if paper and paper != plain[1]:
        return paper
    return "" if run.linked or ink == plain[0] else ink


def _marked(run: Run, plain: Hues) -> str:
    hue = hue_of(run, plain)
    html = f"<s>{run.html}</s>" if run.look.struck else run.html
    return f'<mark class="{hue}">{html}</mark>' if hue else html
