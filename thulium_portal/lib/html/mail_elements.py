"""What each tag of a mail becomes in what the portal shows of it."""

from html import escape

from thulium_portal.lib.html.mail_styles import Declarations
from thulium_portal.lib.html.markup import TAGS

_KNOWN_TAGS = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big "
    "blink blockquote body br button canvas caption center cite code col colgroup data datalist dd "
    "del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form "
    "frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label "
    "legend li link listing main map mark marquee math menu meta meter nav nobr noembed noframes "
    "noscript object ol optgroup option output p param picture plaintext pre progress q rp rt ruby "
    "s samp script search section select small source span strike strong style sub summary sup "
    "svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr "
    "xmp"
)
KNOWN_TAGS = frozenset(_KNOWN_TAGS.split())
"""Every tag that HTML knows or has known."""

WRITTEN_TAGS = TAGS | {
    *("div", "dl", "dt", "dd", "caption", "span", "b", "i", "ins", "small", "mark", "kbd", "samp"),
    *("tt", "q", "cite", "abbr", "bdi", "bdo", "ruby", "rt", "rp"),
}
"""What a shown mail may hold: our own list of markup and more."""

_AS_DIV = {
    *("address", "article", "aside", "center", "details", "dialog", "fieldset", "figcaption"),
    *("figure", "footer", "form", "header", "hgroup", "legend", "main", "nav", "optgroup"),
    *("search", "section", "summary", "marquee"),
}
_AS_FIELD = {"option", "button", "textarea"}
WRITTEN_AS = {
    **{tag: tag for tag in WRITTEN_TAGS - {"s", "mark", "span"}},
    **dict.fromkeys(_AS_DIV, "div"),
    **dict.fromkeys(("dir", "menu"), "ul"),
    **dict.fromkeys(_AS_FIELD, "field"),
    **dict.fromkeys(("span", "font"), "span"),
    "listing": "pre",
    "label": "label",
}
"""What is written for a tag; others leave their text alone."""

NEW_LINE = (
    {"br", "hr", "li", "tr", "p", "div", "table", "td", "th", "pre", "blockquote"}
    | _AS_DIV
    | {
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd", "option", "input"),
    }
)
"""Where a new line begins in a text that is read without a parser."""

VOID = {"br", "hr", "img", "input", "wbr"}
INLINE = {
    *("a", "span", "font", "b", "strong", "i", "em", "u", "ins", "sub", "sup", "small", "code"),
    *("kbd", "samp", "tt", "q", "cite", "abbr", "bdi", "bdo", "ruby", "rt", "rp", "label", "field"),
}
NO_TEXT_INSIDE = {
    *("table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl", "dir", "menu", "select"),
    *("optgroup", "colgroup", "xml"),
}
"""Where blanks between tags mean nothing."""

DROPPED_WITH_CONTENT = {
    *("script", "style", "title", "template", "noscript", "svg", "math", "iframe", "noembed"),
    *("noframes", "datalist"),
}
_UNREAD_TAGS = {
    *("html", "head", "body", "frameset", "frame", "xmp", "plaintext"),
    *("area", "base", "basefont", "bgsound", "col", "embed", "link", "meta", "param", "source"),
    "track",
}
READ_TAGS = (KNOWN_TAGS | {"xml", "o:p"}) - DROPPED_WITH_CONTENT - _UNREAD_TAGS
"""What the first cleaning leaves for us to read."""
READ_ATTRIBUTES = {
    "*": {"style", "class", "id", "hidden", "dir", "lang", "bgcolor"},
    "a": {"href"},
    "font": {"color"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "value", "checked", "alt"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "type"},
    "optgroup": {"label"},
    "table": {"border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
READ_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data", "file", "blob", "content"}


WRITTEN_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
WRITTEN_CLASSES = {
    "mark": {"red", "yellow", "green", "blue", "purple"},
    "span": {"pre", "field", "picture"},
    "table": {"data"},
    "div": {"text", "columns"},
}

_LIST_TYPES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "decimal": "1",
    "disc": "disc",
    "circle": "circle",
    "square": "square",
    "none": "none",
}
_INDENT = {"0 0 0 40px", "0px 0px 0px 40px"}
_QUOTE_CLASSES = {
    *("yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra"),
    *("outlookmessageheader",),
}
_QUOTE_IDS = {
    *("mail-editor-reference-message-container", "olk_src_body_section", "yahoo_quoted"),
    *("isforwardcontent", "isreplycontent"),
}
_ATTRIBUTION_CLASSES = {"gmail_attr", "moz-cite-prefix"}
_HISTORY_IDS = {"divrplyfwdmsg", "appendonsend"}


def is_quote(tag: str, attributes: dict[str, str], style: Declarations) -> bool:
    """Tell whether an element holds what somebody else wrote before.

    Gmail indents by a ``blockquote`` without a border; that is the writer's own text.
    """
    if tag == "blockquote" and attributes.get("type") != "cite":
        borderless = style.get("border", "").startswith(("none", "0"))
        if borderless and style.get("margin", "") in _INDENT:
            return False
    return tag == "blockquote" or bool(
        _names(attributes.get("class", "")) & _QUOTE_CLASSES
        or _names(attributes.get("id", "")) & _QUOTE_IDS
    )


def attributes_quote(attributes: dict[str, str]) -> bool:
    """Tell whether a mail program marked an element as the line above a quote."""
    return bool(_names(attributes.get("class", "")) & _ATTRIBUTION_CLASSES)


def opens_history(attributes: dict[str, str]) -> bool:
    """Tell whether a mail program marked by an element that history begins here."""
    return bool(_names(attributes.get("id", "")) & _HISTORY_IDS)


def _names(value: str) -> set[str]:
    """Return the words of *value*, without the ``x_`` that forwarding puts before each."""
    return {_renamed(word) for word in value[:200].lower().split()}


def _renamed(word: str) -> str:
    while word.startswith("x_"):
        word = word[2:]
    return word


def kept_attributes(written: str, attributes: dict[str, str], style: Declarations) -> str:
    """Return the attributes, with a blank before each, that a shown element keeps."""
    direction = style.get("direction") or attributes.get("dir", "").lower()
    kept = {"dir": direction} if direction in {"ltr", "rtl", "auto"} else {}
    for name in WRITTEN_ATTRIBUTES.get(written, set()) | {"lang"}:
        if name in attributes:
            kept[name] = attributes[name]
    if written in {"ol", "ul", "li"}:
        words = f"{style.get('list-style-type', '')} {style.get('list-style', '')}".split()
        named = next((_LIST_TYPES[word] for word in words if word in _LIST_TYPES), None)
        kept |= {"type": named} if named else {}
    return "".join(f' {name}="{escape(value)}"' for name, value in sorted(kept.items()))
