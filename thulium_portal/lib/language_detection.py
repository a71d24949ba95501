"""Which of the portal's languages a message is written in, by its letters and smallest words."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_POLISH_WORD = re.compile(r"\b[a-z]\w*[ąćęłńóśźż]|\b[ąćęłńóśźż]")
"""A word with a Polish letter; capitals are left out, since names stand in any language."""
_SMALL_WORDS = {
    "pl": """
        i w na z do nie to się jest że o jak za czy od po dla ale moje mojego mnie dzień dobry
        proszę prosze witam pozdrawiam dziękuję dziekuje kiedy gdzie jaki była już
    """,
    "en": """
        the and to of a in is it you that for on my with have this not are was when where please
        hello hi dear regards thank thanks could would your order can i
    """,
}
_SMALL = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_MOST = 4000
_ENOUGH = 2
"""So many more signs of one language than of the other make it known."""


def language_of(text: str) -> str:
    """Return "pl" or "en", or "" where *text* does not tell; a guess only for what comes first."""
    text = text[:_MOST]
    words = [word.casefold() for word in _WORD.findall(text)]
    signs = {language: sum(word in small for word in words) for language, small in _SMALL.items()}
    signs["pl"] += len(_POLISH_WORD.findall(text))
    best, other = sorted(signs, key=lambda language: -signs[language])
    return best if signs[best] >= signs[other] + _ENOUGH else ""
