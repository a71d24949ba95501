"""Which stop rules a reply meets; asks nobody, and takes no longer than the text is long."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from thulium_portal.stop_rules.file_kinds import kind_of
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.phrases import Words, phrases_in

MOST_SHOWN = 5
"""So many of the words found are told."""
_BESIDE = 5
"""So many words on either side are told with them."""
_MB = 1024 * 1024

logger = logging.getLogger(__name__)


class NamedSize(NamedTuple):
    """A file as far as rules look at it; its size is in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Facts:
    """What rules look at of a reply.

    ``days_here`` is for how long its author has been in the portal, ``sent_before`` how many
    replies they had sent; None where no rule asks for it.
    """

    words: str
    queue_id: int | None
    author_id: int
    days_here: int
    files: Sequence[NamedSize] = ()
    is_planned: bool = False
    sent_before: int | None = None


@dataclass(frozen=True)
class Fit:
    """A rule that a reply meets, and what it was found by, as it is spelt there."""

    rule: StopRule
    found: tuple["Found", ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words it was found by, each once."""
        return tuple(dict.fromkeys(found.words for found in self.found))


@dataclass(frozen=True)
class Found:
    """Words that a rule looks for, and what stands before and behind them."""

    words: str
    before: str
    behind: str


def fitting(rules: Iterable[StopRule], facts: Facts) -> list[Fit]:
    """Return the rules that a reply meets; one that cannot be understood fails alone."""
    words, found = Words(facts.words), []
    for rule in rules:
        try:
            fit = _fit(rule, facts, words)
        except Exception as error:  # noqa: BLE001 - a broken rule must hold no reply up
            # Neither the rule's words nor the reply's may stand in the log.
            logger.error("the stop rule %s failed: %s", rule.pk, type(error).__name__)  # noqa: TRY400
            continue
        found += [fit] if fit is not None else []
    return found


def _fit(rule: StopRule, facts: Facts, words: Words) -> Fit | None:
    if not all(condition(rule, facts) for condition in _CONDITIONS):
        return None
    wanted = phrases_in(rule.words)
    if not wanted:
        return Fit(rule)
    words.looks = 0
    places: list[tuple[int, int]] = []
    for phrase in wanted:
        place = words.find(phrase)
        places += [place] if place else []
        if len(places) == MOST_SHOWN:
            break
    return Fit(rule, tuple(_found(words, *place) for place in sorted(places))) if places else None


def _found(words: Words, start: int, end: int) -> Found:
    around = words.shown(start - _BESIDE, start), words.shown(end, end + _BESIDE)
    return Found(words.shown(start, end), *around)


def _of_queue(rule: StopRule, facts: Facts) -> bool:
    return not rule.queues or str(facts.queue_id) in rule.queues


def _of_person(rule: StopRule, facts: Facts) -> bool:
    if rule.audience == rule.Audience.CHOSEN:
        return facts.author_id in rule.people
    if rule.audience == rule.Audience.NEW:
        so_far = facts.sent_before if rule.asks_experience else facts.days_here
        return so_far is not None and so_far < (rule.new_for or 0)
    return True


def _with_files(rule: StopRule, facts: Facts) -> bool:
    match rule.files:
        case rule.Files.WITH:
            return bool(facts.files)
        case rule.Files.WITHOUT:
            return not facts.files
        case rule.Files.LARGER:
            return any(file.size > (rule.larger_than_mb or 0) * _MB for file in facts.files)
        case rule.Files.KIND:
            return any(kind_of(file.name) in rule.file_kinds for file in facts.files)
        case _:
            return True


def _at_its_time(rule: StopRule, facts: Facts) -> bool:
    return not rule.timing or facts.is_planned == (rule.timing == rule.Timing.PLANNED)


_CONDITIONS: tuple[Callable[[StopRule, Facts], bool], ...] = (
    _of_queue,
    _of_person,
    _with_files,
    _at_its_time,
)
