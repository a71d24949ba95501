"""What stop rules said of a reply when it was sent, as the record keeps it.

Rules are changed later; who reads the record sees what the author saw.
"""

from collections.abc import Mapping

from thulium_portal.stop_rules.models import RULE


def written(said: Mapping[str, str]) -> str:
    """Return what rules *said*, by their codes: code and words, one a line."""
    return "\n".join(f"{code} {' '.join(words.split())}" for code, words in sorted(said.items()))


def read(lines: str) -> dict[str, str]:
    """Return what :func:`written` made *lines* of."""
    parted = (line.partition(" ") for line in lines.split("\n"))
    return {code: words for code, _space, words in parted if code.startswith(RULE) and words}
