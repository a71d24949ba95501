"""What the styles of other programs say of words: bold, struck through, coloured, hidden."""

import re

_DIGITS = re.compile("[0-9]{1,9}")
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,9}))?\s*\)")
_NEUTRAL = frozenset(
    {
        *("black", "white", "gray", "grey", "silver", "dimgray", "dimgrey", "darkgray"),
        *("darkgrey", "lightgray", "lightgrey", "gainsboro", "whitesmoke", "transparent"),
        *("inherit", "initial", "unset", "auto", "none", "currentcolor", "windowtext"),
        *("window", "canvas", "canvastext", "snow", "ghostwhite"),
    }
)
_COLOURED_FROM = 48
"""From this difference between the parts of a colour, of 255, it is seen as one."""

_BOLD_FROM = 600

Style = dict[str, str]


def declarations(style: str) -> Style:
    """Return the properties of a ``style`` attribute, in lower case; the last one counts."""
    pairs = (part.partition(":") for part in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def marks_of(style: Style) -> dict[str, bool]:
    """Return which marks *style* sets (True) or takes away (False)."""
    marks: dict[str, bool] = {}
    weight = style.get("font-weight", "")
    if weight in {"bold", "bolder", "normal", "lighter"}:
        marks["strong"] = weight in {"bold", "bolder"}
    elif _DIGITS.fullmatch(weight):
        marks["strong"] = int(weight[:4]) >= _BOLD_FROM
    slant = style.get("font-style", "")
    if slant:
        marks["em"] = slant.startswith(("italic", "oblique"))
    lines = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}".split()
    if lines:
        marks |= {"u": "underline" in lines, "s": "line-through" in lines}
    raised = style.get("vertical-align", "")
    if raised in {"super", "sub"}:
        marks["sup" if raised == "super" else "sub"] = True
    return marks


def is_coloured(style: Style) -> bool:
    """Tell whether *style* gives words a colour or a ground that a reader takes for a sign."""
    names = ("color", "background-color", "background")
    return any(_is_colour(style.get(name, "").split(" url(")[0]) for name in names)


def is_hidden(style: Style) -> bool:
    return style.get("display") == "none" or style.get("mso-hide", "").startswith("all")


def keeps_lines(style: Style, outer: bool) -> bool:
    """Tell whether line breaks and spaces of the source are shown, given what was so outside."""
    space = style.get("white-space", "")
    return space in {"pre", "pre-wrap", "break-spaces"} if space else outer


def _is_colour(value: str) -> bool:
    if not value:
        return False
    found = _HEX.match(value)
    if found:
        digits = found[1] if len(found[1]) > 3 else "".join(digit * 2 for digit in found[1])
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
        return max(parts) - min(parts) >= _COLOURED_FROM
    found = _RGB.match(value)
    if found:
        parts = [int(found[number]) for number in (1, 2, 3)]
        return found[4] not in {"0", "0.0", "0."} and max(parts) - min(parts) >= _COLOURED_FROM
    word = value.split(maxsplit=1)[0].strip(",")
    return word.isalpha() and word not in _NEUTRAL
