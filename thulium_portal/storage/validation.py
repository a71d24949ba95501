"""What may be attached: names made harmless; sizes, endings and real types checked.

Which endings may be sent is a setting. What a file really is was read from its bytes when it was
stored (:mod:`thulium_portal.storage.kinds`), so that everything here costs nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from thulium_portal.storage import kinds
from thulium_portal.storage.virus_scan import require_clean

MACRO_ENDINGS = frozenset(
    {
        *("docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam"),
        *("sldm", "odm"),
    }
)
"""Endings of documents that are made to carry macros."""
_TEXTS = frozenset({"txt", "csv", "tsv", "md", "log", "json", "eml", "ics", "vcf"})
_WEB = frozenset({"htm", "html", "xhtml", "xht", "svg", "mht", "mhtml"})
_OFFICE = ("application/zip", "application/vnd.", "application/x-ole", "application/epub")
_OLD_OFFICE = (*_OFFICE, "application/msword", "application/rtf", "text/")
_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["pdf"], ("application/pdf",)),
    **dict.fromkeys(
        ["jpg", "jpeg", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif"],
        ("image/", "video/quicktime", "video/mp4"),
    ),
    **dict.fromkeys(["docx", "dotx", "xlsx", "xltx", "pptx", "ppsx", "odt", "ods", "odp"], _OFFICE),
    **dict.fromkeys(["doc", "dot", "xls", "xlt", "ppt", "pps", "rtf"], _OLD_OFFICE),
    **dict.fromkeys(["zip"], ("application/zip", "application/vnd.", "application/epub")),
    **dict.fromkeys([*_TEXTS, "xml"], ("text/", "application/rtf", "application/postscript")),
}
"""What files with an ending may be; any other ending, and an unknown type, tells nothing."""
_NAMES_OF_KINDS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/x-rar-compressed": "rar",
    "application/x-7z-compressed": "7z",
    "application/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/heic": "heic",
}
DOUBTS = frozenset({"macro_file", "program_file", "unread_file"})
"""Codes, without the digest behind them, of what a person may let pass."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u115f\u1160\u2028\u2029\u3164\ufe00-\ufe0f\uffa0]")
_LONGEST_NAME = 150


@dataclass(frozen=True)
class Doubt:
    """Why a file is asked about before it is sent: ``code`` names it for this very content."""

    code: str
    message: str
    name: str


def clean_name(name: str) -> str:
    """Return *name* without path, control or direction characters; letters and spaces stay.

    A colon, behind which Windows would hide a second file, becomes a dash.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    seen = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cf", "Cs"})
    name = " ".join(_CONTROL.sub("", seen).replace(":", "-").split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and len(name) > _LONGEST_NAME:
        return f"{stem[: _LONGEST_NAME - 1 - len(extension[:40])]}.{extension[:40]}"
    return name[:_LONGEST_NAME] or pgettext("a file without a name", "file")


def ending(name: str) -> str:
    """Return the last ending of *name* in small letters, as a system that opens it sees it."""
    # Other signs that look like a dot or a letter count as what they look like.
    name = unicodedata.normalize("NFKC", name).strip(". ")
    stem, dot, last = name.rpartition(".")
    return last.strip().lower() if dot and stem.strip() else ""


def check(file: UploadedFile) -> None:
    """Refuse an upload that cannot go out, as :func:`check_kept` does, and an infected one."""
    name, size = clean_name(file.name or ""), file.size or 0
    check_size(name, size)
    check_kept(name, size, kinds.sniff(file))
    require_clean(name, file)


def check_size(name: str, size: int) -> None:
    """Refuse an empty file, and one larger than may go; *size* is in bytes."""
    if size == 0:
        raise ValidationError(
            _("The file “%(name)s” is empty. Choose another one or remove it."),
            params={"name": name},
        )
    if size > settings.MAX_ATTACHMENT_MB * 1024 * 1024:
        raise ValidationError(
            _("The file “%(name)s” is larger than %(limit)d MB. Make it smaller or send a link."),
            params={"name": name, "limit": settings.MAX_ATTACHMENT_MB},
        )


def check_together(sizes: Sequence[int]) -> None:
    """Refuse more files than may go with one reply, and more bytes than they may have in sum."""
    if len(sizes) > settings.MAX_ATTACHMENTS:
        raise too_many_files()
    if sum(sizes) > settings.MAX_REPLY_MB * 1024 * 1024:
        raise too_large_together(sum(sizes))


def too_many_files() -> ValidationError:
    """Return the refusal of more files than may go with one reply."""
    words = ngettext(
        "At most %(most)d file can go with one reply. Remove some.",
        "At most %(most)d files can go with one reply. Remove some.",
        settings.MAX_ATTACHMENTS,
    )
    return ValidationError(words, "too_many_files", {"most": settings.MAX_ATTACHMENTS})


def too_large_together(size: int) -> ValidationError:
    """Return the refusal of files that have *size* bytes in sum."""
    return ValidationError(
        _(
            "The files of this reply have %(sum)d MB together, %(most)d MB are allowed. "
            "Remove some, make them smaller, or send a link."
        ),
        code="files_too_large",
        params={"sum": -(-size // (1024 * 1024)), "most": settings.MAX_REPLY_MB},
    )


def check_kept(name: str, size: int, content_type: str) -> None:
    """Refuse a file that cannot go out, in a sentence that names it and says what to do.

    *size* is in bytes, *content_type* what its bytes tell. Raises
    :class:`django.core.exceptions.ValidationError`.
    """
    check_size(name, size)
    last, kind = ending(name), content_type.partition(";")[0]
    if sentence := _refusal(last, kind):
        raise ValidationError(
            sentence,
            params={"name": name, "ending": last, "kind": _NAMES_OF_KINDS.get(kind, kind)},
        )


def _refusal(last: str, kind: str) -> str:
    if not last:
        return _(
            "The name “%(name)s” has no ending such as .pdf. Rename the file and attach it again."
        )
    if last not in settings.ATTACHMENT_TYPES:
        return _(
            "“%(name)s” cannot be sent: files that end in .%(ending)s are not on the list of what "
            "may be attached. Save it as PDF, pack it into a ZIP, or send a link to it."
        )
    if kind == kinds.PROGRAM or (kind == kinds.MZ_TEXT and last not in _TEXTS):
        return _(
            "“%(name)s” is a program, whatever its name says, so it cannot be sent. "
            "Check where the file comes from."
        )
    if kind == kinds.WEB_PAGE and last not in _TEXTS | _WEB:
        return _(
            "“%(name)s” holds a web page or a drawing with code, which mail systems refuse. "
            "Save it as PDF and attach that."
        )
    expected = _KINDS.get(last, ())
    if expected and kind in _NAMES_OF_KINDS and not kind.startswith(expected):
        return _(
            "“%(name)s” ends in .%(ending)s but is a file of the kind %(kind)s. "
            "Rename it accordingly or save it anew, then attach it again."
        )
    return ""


class Content(Protocol):
    """What is known of bytes, in the store or on the way there."""

    @property
    def content_type(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def doubt(name: str, file: Content) -> Doubt | None:
    """Return why a file that may be sent is asked about first, None where nothing is."""
    content_type, sha256 = file.content_type, file.sha256
    if content_type.endswith(kinds.MACROS) or ending(name) in MACRO_ENDINGS:
        sentence = _(
            "“%(name)s” can carry macros, which many recipients' systems refuse. Save it without "
            "macros or as PDF; or say that it is to be sent as it is."
        )
        return Doubt(f"macro_file:{sha256}", sentence % {"name": name}, name)
    if content_type.endswith(kinds.PROGRAMS):
        sentence = _(
            "“%(name)s” has a program in it, which many recipients' systems refuse. Pack it anew "
            "without the program; or say that it is to be sent as it is."
        )
        return Doubt(f"program_file:{sha256}", sentence % {"name": name}, name)
    if content_type.endswith(kinds.UNSEEN):
        sentence = _(
            "“%(name)s” could not be looked through, it may be broken. Open it once to see; "
            "or say that it is to be sent as it is."
        )
        return Doubt(f"unread_file:{sha256}", sentence % {"name": name}, name)
    return None
