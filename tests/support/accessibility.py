"""What somebody could not read, reach or understand on a page, as a browser draws it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
NARROW = ((360, 740), (720, 450))
"""A phone, and a desk's window of 1440 by 900 at 200 %."""
_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
# Text that its own box cuts off; an ellipsis says so, and what only a screen reader reads is meant.
_CUT = """() => [...document.querySelectorAll("main *, dialog[open] *")].filter((part) => {
  const style = getComputedStyle(part);
  const isHidden = style.clipPath !== "none" || style.visibility === "hidden";
  const says = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
  if (isHidden || says || part.matches("textarea, select, input, iframe, svg *")) return false;
  const cutsX = ["hidden", "clip"].includes(style.overflowX);
  const cutsY = ["hidden", "clip"].includes(style.overflowY);
  return (cutsX && part.scrollWidth > part.clientWidth + 1)
    || (cutsY && part.scrollHeight > part.clientHeight + 1);
}).map((part) => part.outerHTML.slice(0, 120))"""


def faults(page: Page) -> list[str]:
    """Return what axe finds on *page*, and whether it is wider than its window."""
    # Behind an open window nothing can be reached, so only the window is read.
    place = "dialog[open]" if page.locator("dialog[open]").count() else None
    found = [
        f"{fault['id']}: {node['target']}"
        for fault in Axe().run(page, context=place, options=_RULES).response["violations"]
        for node in fault["nodes"]
    ]
    return [*found, "too wide"] if page.evaluate(_TOO_WIDE) else found


def faults_of_space(page: Page) -> list[str]:
    """Return what does not fit a phone's window or one at 200 %, with WCAG 1.4.12's spacing.

    The window has its own size and the text its own spacing again afterwards.
    """
    size = page.viewport_size
    found = []
    page.evaluate(_SPACING)
    for width, height in NARROW:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"too wide at {width} px"] if page.evaluate(_TOO_WIDE) else []
        found += [f"cut at {width} px: {part}" for part in page.evaluate(_CUT)]
    page.evaluate("document.adoptedStyleSheets = []")
    if size:
        page.set_viewport_size(size)
    return found


# A date typed by half is left to the browser where it may be empty and scripts may be missing.
_BUBBLES = """() => [...document.forms].filter((form) => form.method === "post" && !form.noValidate)
  .flatMap((form) => [...form.elements])
  .filter((field) => field.required || field.pattern || ["email", "url"].includes(field.type))
  .map((field) => field.name)"""


def bubbles(page: Page) -> list[str]:
    """Return the fields that the browser would refuse, in words and a language of its own."""
    return [f"refused by the browser: {name}" for name in page.evaluate(_BUBBLES)]
