"""A stop rule in words: what it looks at, and why it may stop too much."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thulium_portal.accounts.models import User
from thulium_portal.quality.stop_rules.trial import Trial
from thulium_portal.stop_rules.breadth import Breadth, breadth
from thulium_portal.stop_rules.file_kinds import FileKind
from thulium_portal.stop_rules.models import StopRule

MOST_NAMED = 6
"""So many words or names stand in a line; of more it is said how many."""
_VOWELS = "aeiouyąęó"
_SHORTEST_STEM = 4
"""Letters; shorter ones begin too many other words."""


@dataclass(frozen=True)
class Condition:
    """One condition: what is looked at, and what it has to be."""

    label: str
    value: str


def conditions(rule: StopRule) -> list[Condition]:
    """Return what a reply has to meet, all of it; empty where nothing is asked."""
    found = [
        Condition(_("Words and phrases"), _listed(rule.words.splitlines())),
        Condition(_("Queues"), _listed(map(str, rule.queues.values()))),
        Condition(_("Whose replies"), _audience(rule)),
        Condition(_("Files"), _files(rule)),
        Condition(_("When it is sent"), rule.get_timing_display() if rule.timing else ""),
    ]
    return [condition for condition in found if condition.value]


def warning(rule: StopRule) -> str:
    """Return in words why *rule* would stop nearly everything, "" where it would not."""
    why, trial = breadth(rule), Trial.of(rule)
    if why is Breadth.NO_CONDITION:
        return _("The rule has no condition, so it stops every reply of everybody.")
    if why is Breadth.SHORT_WORD:
        return _(
            "One of the words has a letter or two only, so that the rule stops nearly every reply."
        )
    if why is Breadth.SHARE:
        sentence = _(
            "The rule would have stopped %(stopped)d of %(tried)d replies. What is asked that "
            "often, people soon let pass without reading."
        )
        return sentence % {"stopped": trial.stopped, "tried": trial.tried}
    return ""


def wider(rule: StopRule) -> list[tuple[str, str]]:
    """Return single words that are found in one form only, each with how to find every form.

    Only the vowels at its end are left out: no more is needed for most words, Polish or English.
    """
    found = []
    for line in rule.words.splitlines():
        stem = line.rstrip(_VOWELS)
        if line.isalpha() and not line.isupper() and len(stem) >= _SHORTEST_STEM:
            found.append((line, f"{stem}*"))
    return found[:MOST_NAMED]


def summary(trial: Trial) -> str:
    """Return what a finished trial came to, in one sentence."""
    if not trial.tried:
        return _("There is no reply yet to try the rule on.")
    sentence = ngettext(
        "Would have stopped %(stopped)d of the last %(tried)d reply.",
        "Would have stopped %(stopped)d of the last %(tried)d replies.",
        trial.tried,
    )
    return sentence % {"stopped": trial.stopped, "tried": trial.tried}


def not_tried(trial: Trial) -> str:
    """Return how many replies could not be tried since their texts are gone, "" for none."""
    sentence = ngettext(
        "%(number)d more reply was not tried: its text has been erased.",
        "%(number)d more replies were not tried: their texts have been erased.",
        trial.erased,
    )
    return sentence % {"number": trial.erased} if trial.erased else ""


def _listed(words: Iterable[str]) -> str:
    given = list(words)
    shown = ", ".join(given[:MOST_NAMED])
    more = len(given) - MOST_NAMED
    return _("%(words)s and %(more)d more") % {"words": shown, "more": more} if more > 0 else shown


def _audience(rule: StopRule) -> str:
    if rule.audience == StopRule.Audience.CHOSEN:
        return _listed(map(str, User.objects.filter(pk__in=rule.people).order_by("name")))
    if rule.audience == StopRule.Audience.NEW:
        return _new(rule)
    return ""


def _new(rule: StopRule) -> str:
    number = rule.new_for or 0
    if rule.asks_experience:
        sentence = ngettext(
            "New people, for their first reply",
            "New people, for their first %(number)d replies",
            number,
        )
    else:
        sentence = ngettext(
            "New people, for their first day",
            "New people, for their first %(number)d days",
            number,
        )
    return sentence % {"number": number}


def _files(rule: StopRule) -> str:
    if rule.files == StopRule.Files.LARGER:
        return _("With a file larger than %(size)d MB") % {"size": rule.larger_than_mb or 0}
    if rule.files == StopRule.Files.KIND:
        return _listed(str(FileKind(kind).label) for kind in rule.file_kinds if kind in FileKind)
    return rule.get_files_display() if rule.files else ""
