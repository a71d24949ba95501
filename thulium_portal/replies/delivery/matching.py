"""Is this message on the ticket the reply we sent? Pure; the measured rule of anchored containment.

Thulium may wrap, re-escape and sign what it was given, so equality finds a third of the replies
only. The sent words, contiguous and beginning within the first twelve words of the message, find
99 % and take almost nobody else's; texts of fewer than five words must match exactly.
"""

import re
import unicodedata
from enum import StrEnum
from html import unescape

from thulium_portal.lib.html.plain_text import bare_text
from thulium_portal.thulium import clean

ANCHOR = 12
"""Within how many leading words of the message the sent text must begin."""
SHORT = 5
"""Below this many words containment proves little."""

_QUOTES = str.maketrans({**dict.fromkeys("„”“«»‟", '"'), **dict.fromkeys("’‘‚‛", "'")})
_WORD = re.compile(r"\w+(?:[^\w\s]+\w+)*", re.UNICODE)


class Match(StrEnum):
    """How surely a message is the reply."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


def words(text: str, *, is_html: bool = True) -> list[str]:
    """Return the folded words of *text*: tags, entities, case, quotes and dashes do not matter."""
    text = clean(text)  # as the boundary does with what Thulium shows
    if is_html:
        text = unescape(bare_text(text))  # Thulium escapes what it was given once more
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Zs"} else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    text = re.sub(r"[‐-―−]", "-", text.translate(_QUOTES).casefold())
    return _WORD.findall(text)


def match(sent: list[str], message: str, *, signature: list[str] | None = None) -> Match:
    """Compare the words that were *sent* with a *message* as the ticket shows it.

    *signature* holds words that Thulium is known to append; a short text may be followed by them.
    """
    found = words(message)
    if not sent:
        return Match.WEAK
    if len(sent) < SHORT:
        if found in (sent, sent + (signature or [])):
            return Match.STRONG
        return Match.WEAK if _begins_within(sent, found) else Match.NONE
    return Match.STRONG if _begins_within(sent, found) else Match.NONE


def _begins_within(sent: list[str], found: list[str]) -> bool:
    last = min(ANCHOR, len(found) - len(sent) + 1)
    return any(found[start : start + len(sent)] == sent for start in range(last))
