"""Canned responses that say nearly the same: their authors are warned before saving.

Looking has a budget, counted in words: a library of thousands of long texts is not looked through
to its end, and that is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.full_text import folded_words
from thulium_portal.lib.html.plain_text import html_to_text

NEAR = 55
"""Per cent of shared runs of words from which two responses are called alike."""
MOST_WORDS = 600_000
"""Words of other texts that are compared, the newest first: half a second's work at most."""
_RUN = 3
_Runs = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Likeness:
    """A canned response that says nearly what another does, and how nearly in per cent."""

    response: CannedResponse
    percent: int


@dataclass(frozen=True)
class Nearest:
    """The most alike of those that were compared, if any is alike, and whether all were."""

    found: Likeness | None
    complete: bool


def nearest(user: User, text: ResponseText, response: CannedResponse | None = None) -> Nearest:
    """Return what is most like *text* and visible to *user*.

    Bodies are compared by the runs of words they share, without accents and case; archived ones
    are left out. What *response* itself, to be revised, was as like before is no news.
    """
    runs = _runs(folded_words(html_to_text(text.body)))
    before = _runs(response.folded_text) if response else frozenset()
    best: Likeness | None = None
    left = MOST_WORDS
    for other in _others(user, response):
        words = other.folded_text.count(" ")
        if words < len(runs) * NEAR // 100:
            continue  # too short to share so many runs
        left -= words
        if left < 0:
            return Nearest(best, complete=False)
        theirs = _runs(other.folded_text)
        percent = _alike(runs, theirs)
        known = response is not None and _alike(before, theirs) >= percent
        if percent >= NEAR and not known and (best is None or percent > best.percent):
            best = Likeness(other, percent)
    return Nearest(best, complete=True)


def _others(user: User, response: CannedResponse | None) -> Iterator[CannedResponse]:
    found = visible_to(user).exclude(pk=response.pk if response else 0)
    found = found.exclude(state=CannedResponse.State.ARCHIVED)
    return found.only("title", "language", "folded_text").order_by("-pk").iterator()


def _runs(folded: str) -> _Runs:
    """Return every run of three words; of a shorter text, all of it."""
    words = folded.split()
    if len(words) <= _RUN:
        return frozenset({tuple(words)})
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _alike(mine: _Runs, theirs: _Runs) -> int:
    """Return which share of the runs of both texts both have, in per cent."""
    return round(100 * len(mine & theirs) / len(mine | theirs))
