"""Letters of a text file: its encoding, and the letters that were lost to a wrong one."""

import codecs
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(raw: bytes) -> str:
    """Return *raw* as text: UTF-8, UTF-16 or UTF-32 by their marks, else cp1250."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            if encoding == "utf-8":
                raw = raw[len(mark) :]
                break
            return raw.decode(encoding, "replace")
    unmarked = _unmarked_utf16(raw[:1000])
    if unmarked:
        return raw.decode(unmarked, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1250", "replace")


def garbled(text: str) -> str:
    """Return the piece of *text* in which letters were lost to a wrong encoding, or ""."""
    found = _GARBLED.search(text)
    if found is None:
        return ""
    return text[max(0, found.start() - 12) : found.end() + 12].strip()


def _unmarked_utf16(start: bytes) -> str:
    """Return the code of UTF-16 without a mark: every other byte of plain letters is zero."""
    high, low = start[1::2].count(0), start[0::2].count(0)
    pairs = len(start) // 2
    if pairs >= 4 and max(high, low) > pairs * 0.6 and min(high, low) == 0:
        return "utf-16-le" if high else "utf-16-be"
    return ""


_POLISH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ–—„”’…"


def _misread() -> Iterator[str]:
    """Yield what Polish letters become when their UTF-8 is read as a one-byte code."""
    for letter in _POLISH:
        for encoding in ("cp1250", "cp1252", "latin-1"):
            # A few of these bytes mean nothing in a code; then nobody could have saved them so.
            yield letter.encode().decode(encoding, "ignore")


# ISO 8859-2 read as cp1250 leaves signs inside words: “bł±d”, “¶wieto”.
_GARBLED = re.compile(
    "|".join(sorted({re.escape(lost) for lost in _misread() if len(lost) > 1}))
    + r"|�|(?<=[^\W\d_])[±¶ˇ¦¬˘]|(?<=[a-zęóćłńż])Ľ|(?<!\w)[±¶¦¬](?=[a-zęóćłńżś])"
)
