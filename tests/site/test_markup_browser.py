"""The editor in a real browser holds what our list of markup holds, and gives back what it got."""

import random
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.site import composer_pages
from tests.site.composer_pages import Portal
from tests.support.html import document, soup
from thulium_portal.lib.html import markup
from thulium_portal.lib.html.sanitize import clean, clean_reply_html

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.site.composer_pages"),
]

MODULES = """
  const { editorOf } = await import("/static/js/editor.js");
  const { contentOf, htmlOf } = await import("/static/js/schema.js");
  const { canonical } = await import("/static/js/canonical.js");
  const { written } = await import("/static/js/elements.js");
  const textarea = document.querySelector("textarea[data-editor]");
  const editor = editorOf(textarea);
"""


@pytest.fixture
def screen(page, live_server, monkeypatch):
    monkeypatch.setattr(composer_pages, "portal", Portal())
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    yield page
    assert complaints == []


def run(screen, script: str, given: Any = None) -> Any:
    return screen.evaluate(f"async (given) => {{ {MODULES} {script} }}", given)


# The one list


def test_the_schema_of_the_editor_is_our_list(screen):
    held = run(
        screen,
        """
        const { schema } = editor.state;
        const specs = [...Object.values(schema.nodes), ...Object.values(schema.marks)];
        const tags = {};
        const draw = (spec, made, attrs) => {
          const dom = spec.spec.toDOM?.(made);
          const walk = (part) => {
            if (!Array.isArray(part) || typeof part[0] !== "string") return;
            tags[part[0]] = [...new Set([...(tags[part[0]] ?? []), ...attrs])].sort();
            part.slice(1).forEach(walk);
          };
          walk(dom);
        };
        for (const type of specs) {
          const attrs = Object.keys(type.spec.attrs ?? {})
            .filter((name) => !["bare", "level", "section"].includes(name));
          for (const level of type.name === "heading" ? [1, 2, 3, 4, 5, 6] : [1]) {
            const made = type.isText || type.name === "doc" ? null
              : type.create(type.name === "heading" ? { level } : null);
            if (made) draw(type, made, attrs);
          }
        }
        return tags;
        """,
    )
    # Rows know their section; a row of each is written with it.
    held |= {"thead": [], "tfoot": []}
    assert set(held) == markup.TAGS
    for tag in markup.TAGS - {"a", "table"}:
        assert set(held[tag]) == markup.ATTRIBUTES.get(tag, frozenset()), tag


def test_what_the_list_holds_passes_the_server_and_the_editor(screen):
    every = (
        "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6><p>g<br>h</p><pre>i\n  j</pre>"
        "<blockquote><p>k</p><blockquote>l</blockquote></blockquote><hr>"
        '<ul><li>m<ol start="3" type="a"><li value="7">n</li><li><p>o</p></li></ol></li></ul>'
        '<table><thead><tr><th colspan="2">p</th></tr></thead>'
        '<tbody><tr><td>q</td><td rowspan="2">r</td></tr><tr><td></td></tr></tbody>'
        "<tfoot><tr><td>s</td><td><p>t</p><p>u</p></td></tr></tfoot></table>"
        '<p><a href="https://x.pl" rel="noopener noreferrer">v</a><strong>w</strong><em>x</em>'
        "<u>y</u><s>z</s><sub>1</sub><sup>2</sup><code>3</code></p><p><br></p><p>4</p>"
    )
    used = set(re.findall(r"<([a-z0-9]+)", every))
    assert used == markup.TAGS
    assert clean_reply_html(every) == every
    assert through_the_editor(screen, [every]) == [every.replace(' rel="noopener noreferrer"', "")]


def test_a_list_counts_in_the_editor_as_it_will_for_the_customer(screen):
    run(screen, """editor.commands.setContent('<ol type="a" start="3"><li>x</li></ol>');""")
    shown = screen.locator(".editor-text ol").evaluate(
        "list => [list.type, list.start, getComputedStyle(list).listStyleType]"
    )
    assert shown == ["a", 3, "lower-alpha"]


def test_items_are_written_and_left_by_enter(screen):
    screen.locator(".editor-text").focus()
    screen.keyboard.press("Control+Shift+8")
    for words in ("raz", "dwa", "", "trzy"):
        screen.keyboard.type(words)
        if words != "trzy":
            screen.keyboard.press("Enter")
    assert screen.locator("[name=body]").input_value() == (
        "<ul><li><p>raz</p></li><li><p>dwa</p></li></ul><p>trzy</p>"
    )


def test_a_text_that_was_changed_and_changed_back_is_the_text_that_came(screen):
    came = "<div>raz</div><div>dwa</div><table><tr><td>x</td></tr></table>"
    body = screen.locator("[name=body]")
    body.evaluate(
        "(area, html) => area.dispatchEvent(new CustomEvent('editor:replace', {detail: {html}}))",
        came,
    )
    assert body.input_value() == came
    screen.locator(".editor-text").focus()
    screen.keyboard.press("Control+Home")
    screen.keyboard.type("!")
    assert body.input_value() == (
        "<p>!raz<br>dwa</p><table><tbody><tr><td>x</td></tr></tbody></table>"
    )
    screen.keyboard.press("Backspace")
    assert body.input_value() == came


# There and back


def through_the_editor(screen, texts: list[str]) -> list[str]:
    """Return what the editor makes of *texts* when it writes them anew."""
    return run(
        screen,
        """
        return given.map((text) => {
          editor.commands.setContent(contentOf(text).html, { emitUpdate: false });
          return htmlOf(editor.state.doc);
        });
        """,
        texts,
    )


@pytest.mark.timeout(300)
def test_2000_documents_come_back_from_the_wire_as_they_left_the_editor(screen):
    chance = random.Random(10)
    made = run(
        screen,
        """
        return given.map((json) => {
          editor.commands.setContent(json, { emitUpdate: false });
          return htmlOf(editor.state.doc);
        });
        """,
        [document(chance) for _ in range(2000)],
    )
    assert sum(map(len, made)) > 400_000
    on_the_wire = [clean_reply_html(text) for text in made]
    plain = [text.replace(' rel="noopener noreferrer"', "") for text in on_the_wire]
    for text, sent in zip(made, plain, strict=True):
        assert sent == text
    for text, again in zip(made, through_the_editor(screen, on_the_wire), strict=True):
        assert again == text


@pytest.mark.timeout(300)
def test_what_the_server_makes_of_strange_html_is_what_the_editor_makes_of_it(screen):
    chance = random.Random(11)
    texts = [soup(chance) for _ in range(2000)]
    seen = run(
        screen,
        """
        return given.map((text) => {
          const { tree, lost } = canonical(text);
          return [written(tree), [...lost].sort()];
        });
        """,
        texts,
    )
    for text, (html, lost) in zip(texts, seen, strict=True):
        ours = clean(text)
        assert html == ours.html.replace(' rel="noopener noreferrer"', ""), text
        assert lost == sorted(ours.lost), text


@pytest.mark.timeout(300)
def test_library_texts_keep_all_that_shows_when_the_editor_writes_them_anew(screen):
    chance = random.Random(12)
    texts = [clean_reply_html(soup(chance)) for _ in range(1000)]
    plain = [text.replace(' rel="noopener noreferrer"', "") for text in texts]
    changed = [
        (text, again)
        for text, again in zip(plain, through_the_editor(screen, texts), strict=True)
        if _visible(text) != _visible(again)
    ]
    assert changed == []


def _visible(html: str) -> list[str]:
    return re.findall(
        r"w\d+|<(?:table|tr|td|th|li|ol|ul|blockquote|pre|h\d|hr|strong|em|u|s|a)\b", html
    )
