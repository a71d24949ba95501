"""Canned responses filled with what is known and what a person answered."""

from collections.abc import Mapping
from html import escape

from thulium_portal.canned.placeholders.nodes import Ask, Forms, Known, Literal, Rendered, as_html
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS

Values = Mapping[str, str]
"""Name of a placeholder → its value; an empty value is unknown. ``address`` is he, she or ""."""

_SEVERAL_LINES = frozenset({"my_signature"})


def render(body_html: str, values: Values, answers: Values | None = None) -> Rendered:
    """Fill *body_html*; *answers* are by the label of their blank.

    Never raises: a faulty placeholder stays as it is and stops the send.
    """
    unfilled: dict[str, None] = {}
    filled: list[str] = []
    for part in parts_of(body_html):
        if isinstance(part, Literal):
            filled.append(part.html)
            continue
        value = value_of(part, values, answers or {})
        if value is None:
            unfilled[part.label] = None
            value = f"{{{{ {escape(part.label)} }}}}"
        filled.append(value)
    return Rendered("".join(filled), tuple(unfilled))


def value_of(part: Known | Ask | Forms, values: Values, answers: Values) -> str | None:
    """Return what stands for *part*, as HTML; None where nothing is known."""
    if isinstance(part, Known):
        return _known_value(part, values) or None
    if isinstance(part, Ask):
        answer = answers.get(part.label)
        is_blank = not answer and part.is_required
        return None if answer is None or is_blank else as_html(answer)
    by_address = {"he": part.him, "she": part.her}
    return as_html(by_address.get(values.get("address", ""), part.neutral))


def _known_value(known: Known, values: Values) -> str:
    given = values.get(known.name, "").strip()
    if not given and not known.fallback:
        given = values.get(PLACEHOLDERS[known.name].instead, "").strip()
    return as_html(given or known.fallback, has_lines=known.name in _SEVERAL_LINES)
