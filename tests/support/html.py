"""HTML as strangers' programs write it, by chance."""

from random import Random
from typing import Any

_TAGS = (
    *("p", "div", "br", "hr", "h2", "h5", "pre", "blockquote", "ul", "ol", "li", "table"),
    *("tr", "td", "th", "tbody", "thead", "tfoot", "caption", "b", "strong", "em", "i"),
    *("u", "s", "del", "span", "a", "code", "sub", "sup", "font", "q", "img", "section"),
    *("dd", "dl", "form", "button", "o:p", "center"),
)
_SAID = (
    *("", "", "", ' style="font-weight:bold"', ' style="font-weight:normal"'),
    *(' style="color:red"', ' href="https://x.pl/a b"', ' href="www.x.pl"', ' href="/x"'),
    *(' start="3"', ' type="a"', ' colspan="2"', ' value="7"', ' style="font-style:italic"'),
    *(' style="text-decoration:underline"', ' style="white-space:pre-wrap"'),
    *(" style='mso-list:l0 level2'", ' style="vertical-align:super"'),
)
_WORDS = ("{} ", " {} ", "\n {}  ", " {}&nbsp;")


def soup(chance: Random) -> str:
    """Return HTML with words w1, w2, …, spaces between them, and tags in any order."""
    pieces = []
    for number in range(chance.randint(1, 25)):
        kind = chance.random()
        if kind < 0.35:
            pieces.append(chance.choice(_WORDS).format(f"w{number}"))
        elif kind < 0.75:
            pieces.append(f"<{chance.choice(_TAGS)}{chance.choice(_SAID)}>")
        else:
            pieces.append(f"</{chance.choice(_TAGS)}>")
    return "".join(pieces)


_MARKS = (
    *({"type": "bold"}, {"type": "italic"}, {"type": "underline"}, {"type": "strike"}),
    *({"type": "subscript"}, {"type": "superscript"}, {"type": "code"}),
    {"type": "link", "attrs": {"href": 'https://x.pl/?a=1&b="2"'}},
    {"type": "link", "attrs": {"href": "mailto:anna@example.org"}},
)
_TEXTS = ("Dzień dobry", "a  b", " c", "d ", "&lt;e> & f", "g\xa0h", '"i"', "199,00 zł", "🙂", " ")
Json = dict[str, Any]


def document(chance: Random) -> Json:
    """Return a document as the editor keeps it, by chance; every part of our markup comes up."""
    return {"type": "doc", "content": _blocks(chance, 3)}


def _blocks(chance: Random, depth: int) -> list[Json]:
    return [_block(chance, depth) for _ in range(chance.randint(1, 3))]


def _block(chance: Random, depth: int) -> Json:
    kind = chance.choice(("p", "p", "p", "h", "pre", "hr", "ul", "ol", "quote", "table"))
    if kind == "p" or depth == 0:
        return _paragraph(chance)
    if kind == "h":
        return {
            "type": "heading",
            "attrs": {"level": chance.randint(1, 6)},
            "content": _line(chance),
        }
    if kind == "pre":
        text = {"type": "text", "text": "a\n  b  \n\nc " + chance.choice(_TEXTS).strip()}
        return {"type": "codeBlock", "content": [text]}
    if kind == "hr":
        return {"type": "horizontalRule"}
    if kind == "quote":
        return {"type": "blockquote", "content": _blocks(chance, depth - 1)}
    return _table(chance, depth) if kind == "table" else _list(chance, kind, depth)


def _list(chance: Random, kind: str, depth: int) -> Json:
    attrs = {"start": chance.choice((1, 1, 3)), "type": chance.choice((None, "a", "A", "i", "I"))}
    items = []
    for _ in range(chance.randint(1, 3)):
        more = _blocks(chance, depth - 1) if chance.random() < 0.3 else []
        item: Json = {"type": "listItem", "content": [_paragraph(chance), *more]}
        if kind == "ol" and chance.random() < 0.2:
            item["attrs"] = {"value": chance.randint(-3, 20)}
        items.append(item)
    if kind == "ul":
        return {"type": "bulletList", "content": items}
    return {"type": "orderedList", "attrs": attrs, "content": items}


def _table(chance: Random, depth: int) -> Json:
    columns = chance.randint(1, 3)
    rows = [
        {
            "type": "tableRow",
            "attrs": {"section": section},
            "content": [
                {
                    "type": "tableHeader" if section == "thead" else "tableCell",
                    "content": _blocks(chance, depth - 1)
                    if chance.random() < 0.2
                    else [_paragraph(chance)],
                }
                for _ in range(columns)
            ],
        }
        for section in chance.choice((("tbody",), ("thead", "tbody"), ("tbody", "tbody", "tfoot")))
    ]
    if columns > 1 and chance.random() < 0.3:
        del rows[-1]["content"][1:]
        rows[-1]["content"][0]["attrs"] = {"colspan": columns}
    return {"type": "table", "content": rows}


def _paragraph(chance: Random) -> Json:
    bare = chance.choice((None, True, False))
    return {"type": "paragraph", "attrs": {"bare": bare}, "content": _line(chance)}


def _line(chance: Random) -> list[Json]:
    line: list[Json] = []
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
        if chance.random() < 0.15:
            line.append({"type": "hardBreak"})
            continue
        marks = chance.sample(_MARKS, chance.choice((0, 0, 1, 2)))
        if sum(mark["type"] == "link" for mark in marks) > 1:
            marks = []
        line.append({"type": "text", "text": chance.choice(_TEXTS), "marks": marks})
    return line
