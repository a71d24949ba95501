"""Goal 12: how often a first name gets a wrong vocative, or a wrong Pan or Pani."""

from collections.abc import Iterator

from tests.bench.report import Figure
from tests.canned.placeholders.names import NAMES
from tests.canned.placeholders.vocatives import VOCATIVES
from thulium_portal.canned.placeholders.greeting import address, given_name


def names() -> Iterator[Figure]:
    """Yield the share of common names that are off, and the wrong greetings among all fields."""
    count = len(VOCATIVES)
    found = {name: given_name(name) for name in VOCATIVES}
    off = [name for name, each in found.items() if (each.vocative, each.gender) != VOCATIVES[name]]
    yield Figure(f"vocative off, of {count} names, %", 100 * len(off) / count, goal=1)
    fields = {name: words for group in NAMES.values() for name, words in group.items()}
    wrong = [name for name, words in fields.items() if _suggested(name) not in {"", words}]
    yield Figure(f"wrong greeting suggested, of {len(fields)} fields", len(wrong), goal=0)


def _suggested(first_name: str) -> str:
    known = address(first_name, "pl")
    return known.words(known.guess)
