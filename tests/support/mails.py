"""Mails made by chance from a seed, as no one person writes them, and what is read in them."""

import random
from dataclasses import dataclass, field

WORDS = (
    *(
        "zażółć",
        "gęślą",
        "jaźń",
        "Łódź",
        "zamówienie",
        "nr",
        "12/2026",
        "19,99",
        "zł",
        "—",
    ),
    *(
        "„cytat”",
        "50%",
        "C++",
        "a_b",
        "x=1",
        "e-mail",
        "👍",
        "שלום",
        "مرحبا",
        "Привіт",
    ),
    *(
        "naïve",
        "10–12",
        "§",
        "½",
        "²",
        "…",
        "@firma",
        "#5",
        "{x}",
        "[y]",
        "~",
        "^",
        "|",
    ),
)
ESCAPED = ("&lt;", "&gt;", "&amp;", "&quot;", "&#39;", "&oacute;", "&#x142;", "&copy;", "&hellip;")
AS_READ = ("<", ">", "&", '"', "'", "ó", "ł", "©", "…")
INLINE = (
    *(
        "b",
        "i",
        "u",
        "em",
        "strong",
        "span",
        "font",
        "s",
        "strike",
        "del",
        "ins",
        "small",
    ),
    *(
        "big",
        "sub",
        "sup",
        "code",
        "tt",
        "samp",
        "kbd",
        "var",
        "cite",
        "dfn",
        "abbr",
        "q",
    ),
    *(
        "label",
        "bdi",
        "bdo",
        "mark",
        "o:p",
        "acronym",
        "time",
        "data",
        "output",
    ),
)
BLOCKS = (
    *(
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h6",
        "center",
        "address",
        "article",
        "aside",
    ),
    *(
        "section",
        "header",
        "footer",
        "main",
        "nav",
        "figure",
        "figcaption",
        "blockquote",
    ),
    *(
        "fieldset",
        "legend",
        "details",
        "summary",
        "pre",
        "dialog",
        "hgroup",
    ),
)
STYLES = (
    "color:red",
    "COLOR: #1F497D",
    "background:yellow",
    "font-size:11pt",
    "text-decoration:line-through",
    "white-space:pre-wrap",
    "white-space:nowrap;color:rgb(1,2,3)",
    "direction:rtl",
    "margin:0;padding:0",
    "mso-hide:all",
    "max-height:0",
    "opacity:.5",
    "overflow:hidden",
    "font-family:'Times New Roman',serif;background:url(https://x.example/a.png)",
    "color",
    ";;:",
)
HIDING = ("display:none", "visibility:hidden", "font-size:0")
HIDING_BLOCKS = ("max-height:0;overflow:hidden", "height:0px; overflow:hidden")
SILENT = (
    "<!-- komentarz -->",
    "<!--[if mso]><p>tylko outlook</p><![endif]-->",
    "<![if !supportLists]>",
    "<![endif]>",
    "<style>p{color:red}</style>",
    "<script>alert(1)</script>",
    "<title>tytuł</title>",
    '<meta charset="utf-8">',
    '<link rel="stylesheet" href="x.css">',
    "<xml><o:PixelsPerInch>96</o:PixelsPerInch></xml>",
    '<img src="https://x.example/1.gif" width="1" height="1">',
    '<input type="hidden" value="x">',
    "<?xml version='1.0'?>",
    "</niczego>",
    "<br>",
    "<BR/>",
    "\n",
    "   ",
    "&nbsp;",
    "<wbr>",
)


@dataclass
class GeneratedMail:
    """The body of a mail, and what a reader sees of it, without blanks."""

    chance: random.Random
    body: str = ""
    read: str = ""
    _depth: int = 0
    _hidden: int = 0
    _open: list[str] = field(default_factory=list)

    def html(self) -> "GeneratedMail":
        self.body += self.chance.choice(
            ["", "<html><body>", '<!DOCTYPE html>\n<HTML><BODY dir="rtl">', "<html><head></head>"]
        )
        for _time in range(self.chance.randint(1, 6)):
            self._block()
        return self

    def text(self) -> "GeneratedMail":
        lines = []
        for _time in range(self.chance.randint(1, 12)):
            words = self.chance.choices([*WORDS, "<jan@example.org>", "<", ">", "<3", "&lt;"], k=4)
            quote = self.chance.choice(["", "", "", "> ", ">> ", ">", "\t", "   "])
            lines.append(quote + self.chance.choice([" ", "\t", "    "]).join(words))
        self.body = self.chance.choice(["\n", "\r\n", "\n\n"]).join(lines)
        self.read = "".join(self.body.split())
        return self

    def _words(self) -> None:
        for _time in range(self.chance.randint(0, 3)):
            if self.chance.random() < 0.2:
                place = self.chance.randrange(len(ESCAPED))
                written, read = ESCAPED[place], AS_READ[place]
            else:
                written = read = self.chance.choice(WORDS)
            self.body += written + self.chance.choice([" ", "", "\n"])
            self.read += "" if self._hidden else read

    def _attributes(self) -> str:
        chosen = self.chance.random()
        if self._hidden:
            return ""  # a size or a visibility of its own would show it again
        if chosen < 0.3:
            return f' style="{self.chance.choice(STYLES)}"'
        if chosen < 0.4:
            return self.chance.choice(
                [
                    ' class="x"',
                    " dir=rtl",
                    ' lang="pl"',
                    ' color="red"',
                    " id=a",
                    " data-x='1'",
                    " b",
                ]
            )
        return ""

    def _inline(self) -> None:
        for _time in range(self.chance.randint(1, 4)):
            self._words()
            if self._depth < 7 and self.chance.random() < 0.5:
                self._depth += 1
                self._element(self.chance.choice(INLINE), self._inline)
                self._depth -= 1
            if self.chance.random() < 0.2:
                self.body += self.chance.choice(SILENT)

    def _element(self, tag: str, inside: object) -> None:
        written = tag.upper() if self.chance.random() < 0.1 else tag
        attributes = self._attributes()
        hides = self.chance.random() < 0.04
        if hides:
            ways = HIDING + HIDING_BLOCKS if tag in BLOCKS else HIDING
            attributes = f' style="{self.chance.choice(ways)}"'
            self._hidden += 1
        self.body += f"<{written}{attributes}>"
        inside()
        self.body += f"</{written}>"
        self._hidden -= hides

    def _block(self) -> None:
        chosen = self.chance.random()
        if self._depth > 5 or chosen < 0.3:
            self._inline()
        elif chosen < 0.65:
            tag = self.chance.choice(BLOCKS)
            no_blocks = tag in {"p", "h1", "h2", "h3", "h6", "pre", "summary", "legend"}
            self._nested(tag, self._inline if no_blocks else self._block)
        elif chosen < 0.75:
            self._nested(self.chance.choice(["ul", "ol"]), self._items)
        elif chosen < 0.85:
            self._nested("table", self._rows)
        elif chosen < 0.9:
            self.body += '<a href="https://x.example/a">'
            self.body += "x.example</a>"
            self.read += "" if self._hidden else "x.example"
        else:
            self._misnested()

    def _nested(self, tag: str, inside: object) -> None:
        self._depth += 1
        self._element(tag, inside)
        self._depth -= 1

    def _items(self) -> None:
        for _time in range(self.chance.randint(1, 3)):
            self.body += "<li>"
            self._block()
            self.body += self.chance.choice(["</li>", ""])

    def _rows(self) -> None:
        for _time in range(self.chance.randint(1, 3)):
            self.body += "<tr>\n"
            for _cell in range(self.chance.randint(1, 3)):
                self.body += self.chance.choice(
                    ["<td>", '<td bgcolor="#ffff00">', "<th colspan=2>"]
                )
                self._block()
                self.body += self.chance.choice(["</td>", ""])
            self.body += "</tr>"

    def _misnested(self) -> None:
        self.body += "<b><i>"
        self._words()
        self.body += "</b>"
        self._words()
        self.body += "</i><p><u>"
        self._words()
        self.body += "<p></u>"
        self._words()
        self.body += "</p>"
