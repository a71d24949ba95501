"""HTML as strangers' programs write it, by chance."""

from random import Random

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
