"""What a file really is, read from its bytes: its type, and whether it carries programs.

Everything is bounded: the first bytes, the directory of an archive up to a limit, and one pass over
the rest for two fixed words. Nothing is unpacked.
"""

import struct
from collections.abc import Iterator
from itertools import takewhile
from typing import IO

import filetype

UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
WEB_PAGE = "text/html"
TEXT = "text/plain"
XML = "text/xml"
MZ_TEXT = "text/x-mz"
"""Words that begin as a program for Windows does: harmless under the name of a text alone."""
MACROS = ";holds=macros"
PROGRAMS = ";holds=programs"
UNSEEN = ";holds=unseen"
"""What may follow a content type: macros, programs, or more than anybody looks through."""

PROGRAM_ENDINGS = frozenset(
    {
        *("apk", "app", "appx", "bat", "chm", "cmd", "com", "cpl", "deb", "dll", "dmg", "exe"),
        *("hta", "img", "iso", "jar", "jnlp", "js", "jse", "lnk", "msc", "msi", "msix", "msp"),
        *("pif", "ps1", "psm1", "reg", "rpm", "scf", "scr", "sct", "sh", "sys", "url", "vb"),
        *("vbe", "vbs", "vhd", "vhdx", "wsc", "wsf", "wsh", "xll"),
    }
)
"""Endings of files that run when they are opened."""

_HEAD = 4096
_XML_HEAD = 65_536
_CHUNK = 1 << 20
_MOST_ENTRIES = 5000
_LARGEST_DIRECTORY = 2 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_VBA = "_VBA_PROJECT".encode("utf-16-le")
_PROGRAM_HEADS = (
    *(b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"),
    *(b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"dex\n", b"\x00asm"),
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a shortcut of Windows
)
_PROGRAM_TYPES = frozenset(
    {
        *("application/x-msdownload", PROGRAM, "application/x-google-chrome-extension"),
        *("application/x-deb", "application/x-rpm", "application/x-shockwave-flash"),
    }
)
_WEAK_TYPES = frozenset({"application/x-msdownload", "image/bmp"})
"""Told by two letters with which a text may begin: “MZ”, “BM”."""
_WEB_ELEMENTS = frozenset({"html", "svg", "script", "body", "head", "iframe", "meta"})
_WEB_NAMESPACES = tuple(
    f"http://www.w3.org/{name}".encode(encoding)
    for name in ("1999/xhtml", "2000/svg")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_BEGINNINGS = (
    *((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")),
    *((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")),
)


def sniff(file: IO[bytes]) -> str:
    """Return the content type that the bytes tell, not the one that was claimed."""
    file.seek(0)
    head = file.read(_XML_HEAD)
    found = _kind(file, head)
    file.seek(0)
    return found


def _kind(file: IO[bytes], head: bytes) -> str:
    if head.startswith(_PROGRAM_HEADS) or _is_script(head):
        return PROGRAM
    guessed = filetype.guess(head[:_HEAD])
    mime = str(guessed.mime) if guessed else ""
    words = _words(head)
    if words is not None and (not mime or mime in _WEAK_TYPES):
        return _text(file, head, words)
    if mime in _PROGRAM_TYPES:
        return PROGRAM
    if head.startswith(b"PK"):
        return _archive(file, mime or "application/zip")
    if head.startswith(_OLE):
        found = _finds(file, (_VBA,))
        return (mime or "application/x-ole-storage") + (MACROS if found else "")
    return mime or UNKNOWN


def _is_script(head: bytes) -> bool:
    return head.startswith(b"#!") and head[2:16].lstrip(b" ").startswith(b"/")


def _words(head: bytes) -> str | None:
    """Return *head* as text, None where it is none."""
    for mark, encoding in _BEGINNINGS:
        if head.startswith(mark):
            return head.decode(encoding, "replace").lstrip("\ufeff")
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head[:_HEAD]):
        return None
    return head.decode("utf-8", "replace")


def _text(file: IO[bytes], head: bytes, words: str) -> str:
    if head.startswith(b"MZ"):
        return MZ_TEXT
    is_xml = words.lstrip()[:5].lower() == "<?xml"
    element = _first_element(words)
    if element in _WEB_ELEMENTS:
        return WEB_PAGE
    if not is_xml:
        return TEXT
    if _finds(file, _WEB_NAMESPACES):
        return WEB_PAGE
    return XML if element else XML + UNSEEN


def _first_element(words: str) -> str:
    """Return the local name, in small letters, of the element *words* begin with; "" for none."""
    at = 0
    while words[at : at + 1].isspace() or words.startswith(("<?", "<!"), at):
        if words[at].isspace():
            at += 1
            continue
        if words[at : at + 9].lower() == "<!doctype" and _names_html(words[at + 9 : at + 20]):
            return "html"
        at = _end_of_declaration(words, at)
        if at < 0:
            return ""
    return _name_of_tag(words[at : at + 80])


def _names_html(words: str) -> bool:
    return words.lower().lstrip().startswith("html")


def _end_of_declaration(words: str, at: int) -> int:
    """Return where what begins at *at* is over: a comment, an instruction, a document type."""
    for beginning, end in (("<?", "?>"), ("<!--", "-->")):
        if words.startswith(beginning, at):
            found = words.find(end, at)
            return found + len(end) if found >= 0 else -1
    return _end_of_doctype(words, at) + 1 or -1


def _name_of_tag(words: str) -> str:
    if not words.startswith("<"):
        return ""
    name = "".join(takewhile(lambda sign: sign.isalnum() or sign in "_-.:", words[1:]))
    return name.rpartition(":")[2].lower()


def _end_of_doctype(words: str, at: int) -> int:
    """Return where a document type ends; its own part stands in square brackets."""
    end = words.find(">", at)
    inner = words.find("[", at, end) if end >= 0 else words.find("[", at)
    if inner < 0:
        return end
    closed = words.find("]", inner)
    return words.find(">", closed) if closed >= 0 else -1


def _archive(file: IO[bytes], mime: str) -> str:
    """Return the type of a ZIP, with what the names in its directory tell."""
    names = zip_names(file)
    if names is None:
        return mime + UNSEEN
    lowered = [name.lower() for name in names]
    if "[content_types].xml" in lowered:
        mime = _office_type(lowered) or mime
        has_macros = any(name.rsplit("/", 1)[-1] == "vbaproject.bin" for name in lowered)
        return mime + (MACROS if has_macros else "")
    if lowered[:1] == ["mimetype"]:
        has_macros = any(name.startswith(("basic/", "scripts/")) for name in lowered)
        return mime + (MACROS if has_macros else "")
    endings = {name.rstrip(" ./").rpartition(".")[2] for name in lowered}
    return mime + (PROGRAMS if endings & PROGRAM_ENDINGS else "")


def _office_type(names: list[str]) -> str:
    kinds = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet"}
    kinds["ppt/"] = "presentationml.presentation"
    for folder, kind in kinds.items():
        if any(name.startswith(folder) for name in names):
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return ""


def zip_names(file: IO[bytes]) -> list[str] | None:
    """Return the names in the directory of a ZIP; None where it is broken, or too long to read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return None
    entries, length, _start = struct.unpack("<HII", tail[at + 10 : at + 20])
    if entries > _MOST_ENTRIES or length > _LARGEST_DIRECTORY:
        return None
    # Where the directory really lies: bytes may stand before the archive.
    begin = size - len(tail) + at - length
    if begin < 0:
        return None
    file.seek(begin)
    return _entries(file.read(length), entries)


def _entries(directory: bytes, most: int) -> list[str] | None:
    names, at = [], 0
    for _number in range(most):
        if directory[at : at + 4] != b"PK\x01\x02" or len(directory) < at + 46:
            return None
        name, extra, comment = struct.unpack("<HHH", directory[at + 28 : at + 34])
        names.append(directory[at + 46 : at + 46 + name].decode("utf-8", "replace"))
        at += 46 + name + extra + comment
    return names


def _finds(file: IO[bytes], wanted: tuple[bytes, ...]) -> bool:
    longest = max(map(len, wanted))
    kept = b""
    for chunk in _chunks(file):
        piece = kept + chunk
        if any(word in piece for word in wanted):
            return True
        kept = piece[-longest:]
    return False


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk
