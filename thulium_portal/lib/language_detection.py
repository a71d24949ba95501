"""Which language a message is written in, by its letters and smallest words."""

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
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэъё]", re.IGNORECASE)
"""Letters that the other of the two does not have."""
_FEWEST_CYRILLIC = 8
"""A name alone tells nothing of the language around it."""
_MOST = 4000
_ENOUGH = 2
"""So many more signs of one language than of the other make it known."""


def language_of(text: str) -> str:
    """Return "pl", "en", "uk" or "ru", or "" where *text* does not tell.

    A guess, only for what comes first; callers offer and mark by it, and decide nothing.
    """
    text = text[:_MOST]
    words = _WORD.findall(text)
    cyrillic = len(_CYRILLIC.findall(text))
    if cyrillic >= _FEWEST_CYRILLIC and cyrillic * 2 > sum(map(len, words)):
        return _cyrillic(text)
    small = [word.casefold() for word in words]
    signs = {language: sum(word in known for word in small) for language, known in _SMALL.items()}
    signs["pl"] += len(_POLISH_WORD.findall(text))
    best, other = sorted(signs, key=lambda language: -signs[language])
    return best if signs[best] >= signs[other] + _ENOUGH else ""


def _cyrillic(text: str) -> str:
    """Return which language *text*, mostly of Cyrillic letters, is in, if its own letters say."""
    ukrainian, russian = len(_UKRAINIAN.findall(text)), len(_RUSSIAN.findall(text))
    if ukrainian == russian:
        return ""
    return "uk" if ukrainian > russian else "ru"
