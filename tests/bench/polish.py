"""Goal 12: how often a first name gets a wrong vocative, or a wrong Pan or Pani."""

from collections.abc import Callable, Iterator

from tests.bench.report import Figure
from tests.canned.placeholders.vocatives import VOCATIVES
from thulium_portal.canned.placeholders.greeting import GivenName, from_dictionary, given_name


def names() -> Iterator[Figure]:
    """Yield the share of common names that are off, with the corrections and without."""
    count = len(VOCATIVES)
    yield Figure(f"vocative off, of {count} names, %", _off(given_name), goal=1)
    yield Figure("the dictionary alone: off or neutral, %", _off(from_dictionary))
    yield Figure("the dictionary alone: wrong, %", _off(from_dictionary, only_wrong=True))


def _off(known: Callable[[str], GivenName], *, only_wrong: bool = False) -> float:
    """Return how many of 100 names are off; a neutral form is off, but not wrong."""
    found = {name: known(name) for name in VOCATIVES}
    off = [name for name, each in found.items() if (each.vocative, each.gender) != VOCATIVES[name]]
    counted = [name for name in off if found[name].gender] if only_wrong else off
    return 100 * len(counted) / len(VOCATIVES)
