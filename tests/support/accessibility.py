"""What somebody could not read, reach or understand on a page, as a browser draws it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """Return what axe finds on *page*, and whether it is wider than its window."""
    found = [
        f"{fault['id']}: {node['target']}"
        for fault in Axe().run(page, options=_RULES).response["violations"]
        for node in fault["nodes"]
    ]
    return [*found, "too wide"] if page.evaluate(_TOO_WIDE) else found
