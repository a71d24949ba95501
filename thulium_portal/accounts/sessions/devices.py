"""Browsers and systems as people call them, out of what a browser says of itself."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The first that is found counts: nearly all of them say that they are Safari or Chrome as well.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"), ("Samsung", "Samsung Internet")),
    *(("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome")),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "ChromeOS")),
    *(("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")),
)


@dataclass(frozen=True)
class Device:
    """What a session runs on."""

    browser: str | Promise
    system: str | Promise
    icon: str

    def __str__(self) -> str:
        return f"{self.browser}, {self.system}"


def device_of(user_agent: str) -> Device:
    """Return the device behind a ``User-Agent``, which anybody can make up."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    is_small = system == "iPhone" or (system == "Android" and "Mobile" in user_agent)
    is_tablet = system == "iPad" or (system == "Android" and not is_small)
    icon = "smartphone" if is_small else "tablet" if is_tablet else "monitor"
    return Device(browser or _("another browser"), system or _("another system"), icon)
