"""What the logs look like, and what none may hold: keys in links, lines that a visitor forged."""

import logging
import re
from typing import Any

MOMENT = "%Y-%m-%dT%H:%M:%S%z"
"""How every log tells the time, with its distance from UTC."""
_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), *range(0x2028, 0x202F))
}

_KEY = re.compile(r"(/accounts/(?:invitation|password/reset/key)/)[^/\s\"']+")


class KeysLeftOut(logging.Filter):
    """Writes paths without the keys in them, whoever logs a path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let *record* pass, with the sentence it comes to instead of its parts."""
        sentence = record.getMessage()
        if "/accounts/" in sentence:
            record.msg, record.args = _KEY.sub(r"\1…", sentence), None
        return True


class OneLine(logging.Formatter):
    """Writes one line for each record, whatever is in it; only a stack trace has more, indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).translate(_CONTROLS)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return "\n".join(f"    {line}" for line in super().formatException(ei).splitlines())


CONFIGURATION = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "thulium_portal.site.logs.OneLine",
            "format": "{asctime} {levelname} {name}: {message}",
            "datefmt": MOMENT,
            "style": "{",
        }
    },
    "filters": {"keys_left_out": {"()": "thulium_portal.site.logs.KeysLeftOut"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["keys_left_out"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # It would tell of every passkey that signs in.
        "fido2": {"level": "WARNING"},
    },
}
