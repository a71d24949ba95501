"""The one list of markup: what a text of ours may be made of.

The sanitiser, the editor in the browser, imports, previews, the record and comparisons all go by
it, so that what one of them holds all hold. ``tests/lib/test_markup.py`` compares the list with
what the editor's schema and nh3 really hold.
"""

from typing import Any

TEXT_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre")
"""Blocks that hold words, and no other block."""
CONTAINERS = ("blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "td", "th")
MARKS = ("a", "strong", "em", "u", "s", "sub", "sup", "code")
"""What stretches of words may be, outermost first."""
TAGS = frozenset((*TEXT_BLOCKS, *CONTAINERS, *MARKS, "br", "hr"))
ATTRIBUTES = {
    "a": frozenset({"href"}),
    "ol": frozenset({"start", "type"}),
    "li": frozenset({"value"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
}
LIST_TYPES = {
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "1": "decimal",
}
"""How the items of a numbered list are counted: HTML's name and the style sheet's."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LINK_REL = "noopener noreferrer"

SAME_AS = {
    "b": "strong",
    "i": "em",
    "strike": "s",
    "del": "s",
    "ins": "u",
    "tt": "code",
    "kbd": "code",
    "samp": "code",
    "dir": "ul",
    "menu": "ul",
    "listing": "pre",
    "xmp": "pre",
}
"""Other names of what is on the list; they are written by the name that is."""

LINES = frozenset(
    {
        *("address", "article", "aside", "button", "caption", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("header", "hgroup", "legend", "main", "nav", "optgroup", "option", "section"),
        *("select", "summary", "textarea"),
    }
)
"""Blocks that are not on the list: their words stand on lines of their own."""
UNWRAPPED = frozenset(
    {
        *("abbr", "acronym", "big", "bdi", "bdo", "cite", "dfn", "font", "img", "input", "label"),
        *("mark", "q", "small", "span"),
    }
)
"""Read for what they say of words (styles, quotation marks), and not kept."""
DROPPED_WITH_CONTENT = frozenset(
    {
        *("script", "style", "title", "template", "noscript", "svg", "math", "iframe"),
        *("noembed", "noframes", "audio", "video", "canvas", "datalist"),
    }
)
"""Never words."""


def as_data() -> dict[str, Any]:
    """Return the list for the scripts of the editor; ``static/js/markup.js`` reads it."""
    return {
        "tags": sorted(TAGS),
        "text_blocks": TEXT_BLOCKS,
        "marks": MARKS,
        "attributes": {tag: sorted(names) for tag, names in ATTRIBUTES.items()},
        "list_types": LIST_TYPES,
        "schemes": sorted(SCHEMES),
        "rel": LINK_REL,
        "same_as": SAME_AS,
        "lines": sorted(LINES),
        "unwrapped": sorted(UNWRAPPED),
        "dropped": sorted(DROPPED_WITH_CONTENT),
    }
