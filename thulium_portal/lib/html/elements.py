"""The elements of a text as the sanitiser takes them apart and puts them together again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape, unescape

DEEPEST = 60
"""Elements inside one another that are told apart; what is nested deeper keeps its words."""
_TOKEN = re.compile(r"<(/?)([^\s<>/]++)((?:\s[^\s<>=\"]++=\"[^\"<>]*+\")*+)\s*+>|([^<]++)")
_ATTRIBUTE = re.compile(r"\s([^\s<>=\"]++)=\"([^\"<>]*+)\"")
_VOID = frozenset({"br", "hr", "img", "input", "wbr"})


@dataclass
class Element:
    """An element of a text; ``""`` as tag is the text itself, or a run of words without a block."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)
    line: "list[Run]" = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """Words with the same marks; None for a line break."""

    text: str | None
    marks: tuple[str, ...] = ()


def read(html: str) -> Element:
    """Return the elements of *html*, which nh3 wrote: its form is exact."""
    root = Element("")
    path, too_deep = [root], 0
    for token in _TOKEN.finditer(html):
        closes, tag, attributes, text = token.groups()
        if text:
            path[-1].children.append(unescape(text))
        elif closes and too_deep:
            too_deep -= 1
        elif closes:
            path.pop()
        elif len(path) >= DEEPEST and tag not in _VOID:
            too_deep += 1
        else:
            pairs = ((name, unescape(value)) for name, value in _ATTRIBUTE.findall(attributes))
            element = Element(tag, dict(pairs))
            path[-1].children.append(element)
            if tag not in _VOID:
                path.append(element)
    return root


def trimmed(line: list[Run]) -> list[Run]:
    """Return *line* without spaces at the ends of its lines, and without a break that ends it."""
    kept: list[Run] = []
    for run in [*line, Run(None)]:
        while run.text is None and kept and (kept[-1].text or "").endswith(" "):
            last = kept.pop()
            if words := (last.text or "").rstrip(" "):
                kept.append(replace(last, text=words))
        kept.append(run)
    kept.pop()
    is_ended = len(kept) > 1 and kept[-1].text is None and kept[-2].text is not None
    return kept[:-1] if is_ended else kept


def _with_breaks_as_around(line: list[Run]) -> list[Run]:
    """Let each break look as the words around it do."""
    after: list[tuple[str, ...]] = []
    marks: tuple[str, ...] = ()
    for run in reversed(line):
        marks = marks if run.text is None else run.marks
        after.append(marks)
    made: list[Run] = []
    before: tuple[str, ...] = ()
    for run, following in zip(line, reversed(after), strict=True):
        if run.text is not None:
            before = run.marks
        shared = tuple(each for each in before if each in following)
        made.append(Run(None, shared) if run.text is None else run)
    return made


def written(element: Element) -> Iterator[str]:
    """Yield *element* as HTML, in pieces."""
    tag = element.tag
    shown = {name: value for name, value in element.attributes.items() if name != "made"}
    if tag:
        pairs = (f' {name}="{value}"' for name, value in sorted(shown.items()))
        yield f"<{tag}{''.join(pairs)}>"
    if tag == "hr":
        return
    yield from _written_line(element.line)
    for child in element.children:
        if isinstance(child, Element):
            yield from written(child)
    if tag:
        yield f"</{tag}>"


def _written_line(line: list[Run]) -> Iterator[str]:
    """Yield *line* with the marks that neighbours share opened once."""
    is_open: list[str] = []
    for run in [*_with_breaks_as_around(line), Run("")]:
        shared = 0
        for ours, theirs in zip(is_open, run.marks, strict=False):
            if ours != theirs:
                break
            shared += 1
        while len(is_open) > shared:
            yield f"</{is_open.pop().split(' ')[0]}>"
        for mark in run.marks[shared:]:
            is_open.append(mark)
            yield f"<{mark}>"
        yield "<br>" if run.text is None else escape(run.text, quote=False)
