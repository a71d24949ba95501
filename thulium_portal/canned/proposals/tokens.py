"""HTML as a row of tags, words and signs, each with the space before it."""

import itertools
import re
from dataclasses import dataclass, replace
from html import escape, unescape

_PIECE = re.compile(r"(?:\s|&nbsp;)+|<[^<>]*>|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|\w+|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_REL = re.compile(r'\srel="[^"]*"')
_ALIKE = {"b": "strong", "i": "em", "strike": "s", "del": "s"}
_INLINE = frozenset(
    {"a", "strong", "em", "u", "s", "sub", "sup", "code", "span", "br"}  # after _ALIKE
)


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, a word or a sign: ``key`` is what it is compared by, ``raw`` its HTML."""

    key: str
    raw: str
    space: str = ""
    """The white space before it, as HTML."""

    @property
    def is_tag(self) -> bool:
        return len(self.key) > 1 and self.key[0] == "<"

    @property
    def is_word(self) -> bool:
        return self.key[0].isalnum() or self.key[0] == "_"

    @property
    def name(self) -> str:
        """The name of the element that the tag begins or ends."""
        return self.key.strip("</>").partition(" ")[0]

    @property
    def parts_blocks(self) -> bool:
        """Tell whether it is a tag before which a paragraph, an item or a cell ends."""
        return self.is_tag and self.name not in _INLINE

    @property
    def starts_line(self) -> bool:
        return "\n" in self.space


def tokens_of(html: str) -> tuple[list[Token], str]:
    """Return the tokens of *html*, and the white space behind the last one."""
    found: list[Token] = []
    space = ""
    for piece in _PIECE.finditer(html):
        raw = piece[0]
        if raw[0].isspace() or raw.startswith("&nbsp;"):
            space = raw
            continue
        found.append(Token(_key(raw), raw, space))
        space = ""
    return found, space


def tokens_of_text(text: str) -> list[Token]:
    """Return the tokens of plain text."""
    return tokens_of(escape(text, quote=False))[0]


def split_at(token: Token, *places: int) -> list[Token]:
    """Return a word cut at these places into words without space between them."""
    edges = [0, *(place for place in places if 0 < place < len(token.raw)), len(token.raw)]
    words = [token.raw[start:end] for start, end in itertools.pairwise(edges)]
    first, *rest = (Token(word, word) for word in words)
    return [replace(first, space=token.space), *rest]


def _key(raw: str) -> str:
    tag = _TAG.fullmatch(raw)
    if tag is None:
        return unescape(raw)
    name = tag[2].lower()
    attributes = "" if tag[1] else _REL.sub("", tag[3]).rstrip("/ ")
    return f"<{tag[1]}{_ALIKE.get(name, name)}{attributes}>"
