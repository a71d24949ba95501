"""What the styles of a mail mean: what is hidden, struck through, coloured, and keeps its lines.

Styles are read element by element, as browsers inherit them; nothing of them is kept as written.
"""

import colorsys
import re
from dataclasses import dataclass, replace

LONGEST_STYLE = 5_000
"""Characters of one ``style`` that are read."""
INVISIBLE_SIZE = 1.0
"""Letters of so many pixels or fewer are not there to be read."""
SPACER = 2.0
"""Pictures of so many pixels in one direction are spacers, or count who reads."""
FAR_AWAY = -900.0
"""Pixels beside the page from which on nothing comes into view."""

Declarations = dict[str, str]

_NUMBER = re.compile(r"\s*+([+-]?[0-9]{0,9}(?:\.[0-9]{0,9})?+)\s*+(%|[a-z]*+)", re.ASCII)
_RGB = re.compile(r"rgba?\(([^()]{1,60})\)")
_SEPARATORS = re.compile(r"[\s,/]++")
_HEX = re.compile(r"#?([0-9a-f]{3,8})")

_HUES = {
    "red": "red darkred crimson firebrick maroon tomato orangered coral indianred salmon brown "
    "lightsalmon darksalmon lightcoral rosybrown",
    "yellow": "yellow orange darkorange gold goldenrod darkgoldenrod khaki darkkhaki chocolate "
    "peru sienna saddlebrown sandybrown tan burlywood wheat moccasin lightyellow lemonchiffon",
    "green": "green darkgreen lime limegreen forestgreen seagreen olive olivedrab lightgreen "
    "palegreen springgreen yellowgreen greenyellow chartreuse lawngreen darkseagreen",
    "blue": "blue navy darkblue mediumblue royalblue dodgerblue deepskyblue skyblue lightblue "
    "steelblue cornflowerblue slateblue midnightblue cyan aqua teal turquoise cadetblue "
    "darkcyan lightcyan powderblue lightskyblue aquamarine",
    "purple": "purple violet magenta fuchsia indigo pink hotpink deeppink orchid plum darkviolet "
    "darkmagenta mediumpurple rebeccapurple lavender thistle lightpink",
}
_NAMED_HUE = {name: hue for hue, names in _HUES.items() for name in names.split()}
_ARCS = ((20, "red"), (70, "yellow"), (165, "green"), (260, "blue"), (335, "purple"), (360, "red"))
INK_TINGE, PAPER_TINGE = 48, 16
"""By how much the channels of a colour differ, of 255, where letters or their ground have one."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the text inside of an element looks; a hue is empty where it is black, white or grey."""

    ink: str = ""
    paper: str = ""
    struck: bool = False
    lines: bool = False
    """Line breaks count."""
    spaces: bool = False
    """So do spaces and tabs."""
    invisible: bool = False
    tiny: bool = False

    @property
    def is_shown(self) -> bool:
        """Return whether text of this look can be read."""
        return not (self.invisible or self.tiny)

    @property
    def hues(self) -> tuple[str, str]:
        """Return the hue of letters and of their ground."""
        return self.ink, self.paper


def declarations(style: str) -> Declarations:
    """Return what *style* declares, in lower case; the last of a name counts, as in browsers."""
    pairs = (each.partition(":") for each in style[:LONGEST_STYLE].lower().split(";"))
    return {
        name.strip(): value.replace("!important", "").strip()
        for name, colon, value in pairs
        if colon
    }


def is_hidden(attributes: dict[str, str], style: Declarations, *, inline: bool) -> bool:
    """Tell whether an element is not shown at all, whatever stands in it.

    What stands *inline* has no room of its own that could be closed; ``mso-hide`` alone hides
    from Outlook only and so hides nothing.
    """
    return (
        "hidden" in attributes
        or style.get("display") == "none"
        or _pixels(style.get("opacity", "1")) == 0
        or (_is_closed(style) and not (inline and "display" not in style))
        or _is_far_away(style)
    )


def look_of(look: Look, attributes: dict[str, str], style: Declarations, tag: str) -> Look:
    """Return how text looks in an element, *look* being how it looks around it."""
    if not style and not attributes and tag not in _CHANGING:
        return look
    return replace(
        look,
        ink=_ink(look, attributes, style),
        paper=_paper(look, attributes, style, tag),
        struck=look.struck or _strikes(style, tag),
        invisible=_invisible(look, style),
        tiny=_tiny(look, style),
        **_white_space(look, style, tag),
    )


_CHANGING = {"pre", "textarea", "listing", "mark", "strike", "s", "del"}


def is_spacer(attributes: dict[str, str], style: Declarations) -> bool:
    """Tell whether a picture is too small to show anything."""
    sizes = [
        _pixels(value)
        for name in ("width", "height")
        for value in (style.get(name) or attributes.get(name, ""),)
    ]
    return any(size is not None and size <= SPACER for size in sizes)


def hue(value: str, tinge: int) -> str:
    """Return the hue of a colour as CSS or HTML writes it; empty for grey and what is not known."""
    value = value.strip().lower()
    if value in _NAMED_HUE:
        return _NAMED_HUE[value]
    channels = _channels(value)
    if channels is None or max(channels) - min(channels) < tinge:
        return ""
    turn = colorsys.rgb_to_hsv(*(channel / 255 for channel in channels))[0] * 360
    return next(name for end, name in _ARCS if turn <= end)


def _channels(value: str) -> tuple[float, float, float] | None:
    if written := _RGB.fullmatch(value):
        parts = [part for part in _SEPARATORS.split(written[1].strip()) if part]
        numbers = [_pixels(part.removesuffix("%")) for part in parts]
        if len(numbers) < 3 or None in numbers or (len(numbers) > 3 and numbers[3] == 0):
            return None
        scale = 2.55 if parts[0].endswith("%") else 1.0
        red, green, blue = (min(255.0, max(0.0, (each or 0) * scale)) for each in numbers[:3])
        return red, green, blue
    if not (written := _HEX.fullmatch(value)):
        return None
    digits = written[1]
    if len(digits) in {3, 4}:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in {6, 8} or digits[6:] == "00":
        return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _ink(look: Look, attributes: dict[str, str], style: Declarations) -> str:
    written = style.get("color") or attributes.get("color", "")
    if not written or written in {"inherit", "currentcolor", "unset"}:
        return look.ink
    return hue(written, INK_TINGE)


def _paper(look: Look, attributes: dict[str, str], style: Declarations, tag: str) -> str:
    if tag == "mark":
        return "yellow"
    written = (
        style.get("background-color")
        or style.get("mso-highlight")
        or style.get("background")
        or attributes.get("bgcolor", "")
    )
    if not written or written in {"none", "transparent", "inherit", "initial", "unset"}:
        return look.paper
    words = [written] if "(" in written else written.split()[:8]
    return next(filter(None, (hue(word, PAPER_TINGE) for word in words)), "")


def _strikes(style: Declarations, tag: str) -> bool:
    decoration = style.get("text-decoration-line") or style.get("text-decoration")
    return tag in {"strike", "s", "del"} if decoration is None else "line-through" in decoration


def _invisible(look: Look, style: Declarations) -> bool:
    visibility = style.get("visibility", "")
    return look.invisible if not visibility else visibility in {"hidden", "collapse"}


def _tiny(look: Look, style: Declarations) -> bool:
    size = style.get("font-size", "")
    if not size:
        return look.tiny
    if size.endswith(("em", "%")) and not size.endswith("rem"):
        return look.tiny or _number(size) == 0
    pixels = _pixels(size)
    return pixels is not None and pixels <= INVISIBLE_SIZE


def _white_space(look: Look, style: Declarations, tag: str) -> dict[str, bool]:
    words = style.get("white-space", "").split()
    if not words:
        kept = tag in {"pre", "textarea", "listing"}
        return {"lines": kept or look.lines, "spaces": kept or look.spaces}
    word = words[0]
    return {
        "lines": word in {"pre", "pre-wrap", "pre-line", "break-spaces"},
        "spaces": word in {"pre", "pre-wrap", "break-spaces"},
    }


def _is_closed(style: Declarations) -> bool:
    """Tell whether an element has no room and hides what does not fit."""
    if "hidden" not in style.get("overflow", ""):
        return False
    rooms = ("max-height", "height", "max-width", "width")
    return any(_pixels(style.get(room, "")) == 0 for room in rooms)


def _is_far_away(style: Declarations) -> bool:
    places = [style.get("text-indent", "")]
    if style.get("position") in {"absolute", "fixed"}:
        places += [style.get("left", ""), style.get("top", ""), style.get("right", "")]
    return any((_pixels(place) or 0) <= FAR_AWAY for place in places)


def _number(value: str) -> float | None:
    written = _NUMBER.match(value)
    try:
        return float(written[1]) if written else None
    except ValueError:
        return None


def _pixels(value: str) -> float | None:
    """Return a length in pixels, roughly; None where *value* is none, or depends on the page."""
    written = _NUMBER.fullmatch(value)
    number = _number(value)
    if written is None or number is None:
        return None
    if written[2] in {"", "px", "pt"}:
        return number
    if written[2] in {"em", "rem", "pc"}:
        return number * 16
    return 0.0 if number == 0 else None
