"""Is this message on the ticket the reply we sent? Pure; the measured rule of anchored containment.

Thulium may wrap, re-escape and sign what it was given, so equality finds a third of the replies
only. The sent words, contiguous and beginning within the first twelve words of the message, find
99 % and take almost nobody else's; texts of fewer than five words must match sign for sign.
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


def match(sent: str, message: str, *, is_html: bool = True, signature: str = "") -> Match:
    """Compare the body that was *sent* with a *message* as the ticket shows it.

    *is_html* says how the body was sent; a message is HTML, or text that Thulium did not escape.
    *signature*, as HTML, is what Thulium is known to append; a short text may be followed by it.
    Where nothing but typed signs like "<b>" are missing it may be the reply, which is WEAK.
    """
    ours, theirs = _readings(sent, is_html=is_html), _readings(message)
    ends = _readings(signature)
    verdicts = {_compare(own, other, ends) for own in ours for other in theirs}
    if Match.STRONG in verdicts or _signs(clean(message)) in map(_signs, ours):
        return Match.STRONG
    if Match.WEAK in verdicts:
        return Match.WEAK
    # Taken for a tag on the way, or shown unescaped: what is not proven is not missing either.
    without_tags = [bare_text(own) for own in ours if "<" in own]
    pairs = [(own, other) for own in without_tags for other in theirs]
    pairs += [(own, clean(message)) for own in ours]
    is_like = any(_compare(own, other, ends) is not Match.NONE for own, other in pairs)
    return Match.WEAK if is_like else Match.NONE


def _readings(text: str, *, is_html: bool = True) -> list[str]:
    """Return what somebody reads in *text*, as it stands and escaped once too often."""
    text = clean(text)  # as the boundary does with what Thulium shows
    seen = bare_text(text) if is_html else text
    return list(dict.fromkeys((seen, unescape(seen))))


def _compare(sent: str, found: str, signatures: list[str]) -> Match:
    ours, theirs = _words(sent), _words(found)
    if len(ours) < SHORT:
        # Of so few words each sign counts: "Nie :(" is not "Nie :)", and "-5" is not "5".
        whole = {_signs(sent), *(_signs(sent) + _signs(end) for end in signatures)}
        if _signs(sent) and _signs(found) in whole:
            return Match.STRONG
        return Match.WEAK if not ours or _begins_within(ours, theirs) else Match.NONE
    return Match.STRONG if _begins_within(ours, theirs) else Match.NONE


def _folded(text: str) -> str:
    """Return *text* without what does not matter: case, kinds of quotes, dashes and spaces."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Zs"} else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    return re.sub(r"[‐-―−]", "-", text.translate(_QUOTES).casefold())


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _signs(text: str) -> str:
    return "".join(_folded(text).split())


def _begins_within(sent: list[str], found: list[str]) -> bool:
    last = min(ANCHOR, len(found) - len(sent) + 1)
    return any(found[start : start + len(sent)] == sent for start in range(last))
