"""What no log may hold: the keys in links that let somebody choose a password."""

import logging
import re

_KEY = re.compile(r"(/accounts/(?:invitation|password/reset/key)/)[^/\s\"']+")


class KeysLeftOut(logging.Filter):
    """Writes paths without the keys in them, whoever logs a path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let *record* pass, with the sentence it comes to instead of its parts."""
        sentence = record.getMessage()
        if "/accounts/" in sentence:
            record.msg, record.args = _KEY.sub(r"\1…", sentence), None
        return True
