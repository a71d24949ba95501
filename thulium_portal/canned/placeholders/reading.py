"""What stands between the braces of one placeholder: understood, or told what is wrong with it."""

import re

from django.utils.translation import gettext as _

from thulium_portal.canned.placeholders.nodes import Ask, Forms, Kind, Known, tidy, without_braces
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS, find, folded, nearest

LONGEST = 120
"""Characters a fallback, a label, a form or a choice may have."""
MOST_CHOICES = 20
_SHOWN = 60

_ASK = re.compile(r"\s*(?:ask|wpisz)\s*:(.*)", re.IGNORECASE | re.DOTALL)
_FORMS = re.compile(r"\s*(?:forms|forma|formy)\s*:(.*)", re.IGNORECASE | re.DOTALL)
_KINDS = {
    **dict.fromkeys(("text", "tekst"), Kind.TEXT),
    **dict.fromkeys(("date", "data"), Kind.DATE),
    **dict.fromkeys(("amount", "kwota"), Kind.AMOUNT),
}
_CHOICE = frozenset({"choice", "wybor"})
_OPTIONAL = frozenset({"optional", "nieobowiazkowe", "opcjonalne"})


def understand(inside: str) -> Known | Ask | Forms | str:
    """Return the placeholder written between the braces, or what is wrong with it."""
    ask, forms = _ASK.fullmatch(inside), _FORMS.fullmatch(inside)
    if ask:
        return _ask(ask[1])
    return _forms(forms[1]) if forms else _known(inside)


def _known(inside: str) -> Known | str:
    words, _bar, rest = inside.partition("|")
    name, fallback = tidy(words), _words(rest)
    if len(fallback) > LONGEST:
        return _too_long()
    if not name:
        return _("This placeholder is empty. Choose one from the list or remove the braces.")
    known = find(name)
    return Known(known, fallback, name) if known else _unknown(name)


def _ask(inside: str) -> Ask | str:
    label, *options = (_words(piece) for piece in inside.split("|"))
    if len(label) > LONGEST:
        return _too_long()
    if not label:
        return _("Say what to ask for, for example {{ ask: order number }}.")
    return _with_options(label, options)


def _with_options(label: str, options: list[str]) -> Ask | str:
    kind, is_required = Kind.TEXT, True
    choices: tuple[str, ...] = ()
    for option in options:
        word, colon, listed = option.partition(":")
        if folded(option) in _OPTIONAL:
            is_required = False
        elif folded(option) in _KINDS:
            kind, choices = _KINDS[folded(option)], ()
        elif folded(word) in _CHOICE and colon:
            kind, choices = Kind.CHOICE, _choices(listed)
        else:
            return _unknown_option(option)
    if kind is Kind.CHOICE and (fault := _choices_fault(choices)):
        return fault
    return Ask(label, kind, choices, is_required)


def _choices(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (_words(each) for each in listed.split(";")))))


def _choices_fault(choices: tuple[str, ...]) -> str:
    if len(choices) < 2:
        return _("Name at least two choices with semicolons between, as in choice: yes; no.")
    if len(choices) > MOST_CHOICES:
        return _("A list may hold %(most)d choices at most. Shorten it.") % {"most": MOST_CHOICES}
    return _too_long() if max(map(len, choices)) > LONGEST else ""


def _forms(inside: str) -> Forms | str:
    forms = [_words(piece) for piece in inside.split("/")]
    if len(forms) != 3 or not all(forms):
        return _(
            "Write three forms with strokes between: for a man, for a woman, and one that suits "
            "anyone, for example {{ forms: Mr / Ms / customer }}."
        )
    return _too_long() if max(map(len, forms)) > LONGEST else Forms(*forms)


def _words(html: str) -> str:
    return " ".join(without_braces(tidy(html)).split())


def _too_long() -> str:
    return _("The words in this placeholder are too long. Use at most %(most)d characters.") % {
        "most": LONGEST
    }


def _unknown_option(option: str) -> str:
    return _(
        "“%(word)s” is not known here. After the stroke write date, amount, optional, "
        "or choice: and the choices with semicolons between."
    ) % {"word": option[:_SHOWN]}


def _unknown(name: str) -> str:
    near = nearest(name)
    if not near:
        return _(
            "There is no placeholder called “%(name)s”. Choose one from the list, or write "
            "{{ ask: %(name)s }} to be asked for it when replying."
        ) % {"name": name[:_SHOWN]}
    return _("There is no placeholder called “%(name)s”. Did you mean “%(near)s”?") % {
        "name": name[:_SHOWN],
        "near": near,
    }


def no_fallback(known: Known) -> str:
    """Return an empty string, or what to say of *known* that may be unknown and has no fallback."""
    example = PLACEHOLDERS[known.name].example
    if not example or known.fallback:
        return ""
    return _(
        "Thulium does not always know the %(label)s. Say what to write then, for example "
        "{{ %(name)s | %(example)s }}."
    ) % {"label": known.label, "name": known.written, "example": example}
