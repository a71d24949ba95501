"""Where the cursor is: always seen, never behind anything, never caught, whatever the window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal
from thulium_portal.accounts.models import User
from thulium_portal.bulk import services as bulks
from thulium_portal.replies.drafts import Text
from thulium_portal.tickets import statuses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [(1440, 900), (1024, 768), (720, 450), (360, 740)]
MOST = 160
# The place in sight of what has the focus, and whether a line shows it there.
STOP = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const shown = at.closest(".status-box, .act, [data-command-head]") ?? at;
  const drawn = at.matches(".file-input") ? at.previousElementSibling : shown;
  const box = drawn.getBoundingClientRect();
  const parts = [...Array(40).keys()].map((part) => (part + 0.5) / 40);
  const points = [0.05, 0.5, 0.95].flatMap((x) => parts.map((y) => (
    [box.left + x * box.width, box.top + y * box.height])));
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (drawn.contains(top) || top.contains(drawn) && !top.contains(document.body)
      || top.closest("label")?.control === at);
  });
  const isLined = [drawn, at, at.parentElement].some((part) => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
      || style.boxShadow !== "none";
  });
  at.dataset.stop ??= String(window.stops = (window.stops ?? 0) + 1);
  const name = at.outerHTML.slice(0, 90).replace(/\\s+/g, " ");
  return { number: at.dataset.stop, name, seen, isLined };
}"""


def walk(page: Page, key: str) -> tuple[list[str], list[str]]:
    """Press *key* until the focus comes round; return what it stopped at and what is wrong."""
    stops, wrong = [], []
    seen: set[str] = set()
    for _press in range(MOST):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None:  # the end of the page, before its start
            continue
        if stop["number"] in seen:
            if stop["number"] == stops[0]:
                return stops, wrong
            wrong.append(f"caught at {stop['name']}")
            return stops, wrong
        seen.add(stop["number"])
        stops.append(stop["number"])
        wrong += [] if stop["seen"] else [f"hidden: {stop['name']}"]
        wrong += [] if stop["isLined"] else [f"no line: {stop['name']}"]
    return stops, [*wrong, "the focus never comes round"]


def both_ways(page: Page) -> list[str]:
    """Return what is wrong with the stops of Tab and of Shift+Tab; they must be the same ones."""
    there, wrong = walk(page, "Tab")
    page.evaluate("document.activeElement.blur()")
    back, wrong_back = walk(page, "Shift+Tab")
    assert len(there) > 5
    name = "number => document.querySelector(`[data-stop='${number}']`)?.outerHTML.slice(0, 120)"
    missed = [f"one way only: {page.evaluate(name, one)}" for one in set(there) ^ set(back)]
    return [*wrong, *wrong_back, *missed]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}")
def test_on_a_ticket(page: Page, portal: Portal, enter: Enter, anna: User, size, settings):
    settings.THULIUM_COMMENT_FIELD = "comment"
    statuses.learn()
    for number in range(6):
        portal.thulium.receive_mail(1234, f"<p>List <a href='https://x.pl/{number}'>x</a></p>" * 5)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    enter(anna).goto(f"{portal.url}/tickets/1234/")
    editor = page.locator(".editor-text")
    editor.wait_for(state="attached")
    page.keyboard.press("r")
    expect(editor).to_be_focused()
    for line in range(30):
        page.keyboard.insert_text(f"Wiersz {line}")
        page.keyboard.press("Enter")
    # Saving the draft brings one more stop, which must be there on the way back as well.
    expect(page.locator("[data-discard] button")).to_be_visible(timeout=15_000)
    page.evaluate("document.activeElement.blur()")
    assert both_ways(page) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("width", [1440, 360])
def test_on_pages_with_bars_that_stick(
    page: Page,
    portal: Portal,
    enter: Enter,
    ewa: User,
    width: int,
    make_rule: Callable[..., object],
):
    make_rule()
    bulk = bulks.create([1234, 1233], actor=ewa)
    bulks.save_text(bulk, Text("<p>Wracamy jutro.</p>"), actor=ewa)
    page.set_viewport_size({"width": width, "height": 740})
    enter(ewa)
    wrong = {}
    for path in ("/", "/bulk/", f"/bulk/{bulk.uuid}/text/", "/replies/approvals/", "/signatures/"):
        page.goto(portal.url + path)
        page.wait_for_load_state("networkidle")
        wrong[path] = both_ways(page)
    assert {path: found for path, found in wrong.items() if found} == {}


def test_the_command_box_holds_the_focus_and_gives_it_back(
    page: Page, portal: Portal, enter: Enter, anna: User
):
    enter(anna).goto(f"{portal.url}/tickets/1234/")
    editor = page.locator(".editor-text")
    editor.wait_for(state="attached")
    page.keyboard.press("r")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+k")
    for _press in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.querySelector('dialog[open]').contains(document.activeElement)"
        )
    page.keyboard.press("Escape")
    expect(editor).to_be_focused()
