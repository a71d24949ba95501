"""Canned responses that answered messages like this one, found by the words they share.

No outside service: each submitted reply keeps the folded stems of the message it answered (see
:mod:`lib.stems`), and a new message is compared with the latest of them, rare words counting more.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from thulium_portal.canned.models import CannedUse
from thulium_portal.lib.manners import EVERYDAY_STEMS

MOST = 3
_LOOKED_AT = 1_500
"""The latest answered messages that a new one is compared with."""
_ALIKE = 0.18
"""Cosine from which two messages are alike: below it they share little but pleasantries."""
_VOICES = 5
"""So many alike messages speak for a response; more do not make it more fitting."""
_SAME_QUEUE = 1.15


@dataclass(frozen=True)
class Suggestion:
    """A canned response, how many alike messages it answered, and when the last one."""

    response_id: int
    times: int
    last_at: datetime


def suggest(question: str, *, queue_id: int | None = None, most: int = MOST) -> list[Suggestion]:
    """Return up to *most* for a message, given by its stems; the most fitting first."""
    wanted_stems = _telling(question)
    if not wanted_stems:
        return []
    uses = CannedUse.objects.exclude(question="").order_by("-id")
    rows = list(uses.values_list("response", "question", "used_at", "queue_id")[:_LOOKED_AT])
    messages = [_telling(known) for _response, known, _at, _queue in rows]
    weights = _weights(messages)
    wanted = _vector(wanted_stems, weights)
    alike: defaultdict[int, list[tuple[float, datetime]]] = defaultdict(list)
    for (response, _known, at, queue), known in zip(rows, messages, strict=True):
        likeness = _cosine(wanted, _vector(known, weights))
        if likeness >= _ALIKE:
            nearer = _SAME_QUEUE if queue_id is not None and queue == queue_id else 1.0
            alike[response].append((likeness * nearer, at))
    best = sorted(alike, key=lambda response: -_fitting(alike[response]))
    return [
        Suggestion(response, len(alike[response]), max(at for _score, at in alike[response]))
        for response in best[:most]
    ]


def _fitting(alike: list[tuple[float, datetime]]) -> float:
    return sum(sorted((score for score, _at in alike), reverse=True)[:_VOICES])


def _telling(stems: str) -> list[str]:
    """Return *stems* without those of any message; what was kept before is read so as well."""
    return [stem for stem in stems.split() if stem not in EVERYDAY_STEMS]


def _weights(messages: Collection[Collection[str]]) -> defaultdict[str, float]:
    """Return how much each stem tells: the rarer among the *messages*, the more.

    It is the inverse document frequency; a stem never seen counts like a middling one.
    """
    count = len(messages) + 1
    seen = Counter(stem for stems in messages for stem in stems)
    known = {stem: math.log(count / times) for stem, times in seen.items()}
    return defaultdict(lambda: math.log(count) / 2, known)


def _vector(stems: list[str], weights: Mapping[str, float]) -> dict[str, float]:
    found = {stem: weights[stem] for stem in stems}
    length = math.sqrt(sum(weight * weight for weight in found.values()))
    return {stem: weight / length for stem, weight in found.items()} if length else {}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other.get(stem, 0.0) for stem, weight in one.items())
