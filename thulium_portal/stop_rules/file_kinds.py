"""Kinds of files as people tell them apart: by what they are opened with."""

from django.db import models
from django.utils.translation import pgettext_lazy

from thulium_portal.storage.validation import ending


class FileKind(models.TextChoices):
    """A kind that a stop rule can name; what fits none is another one."""

    PDF = "pdf", pgettext_lazy("kind of file", "PDF")
    SPREADSHEET = "spreadsheet", pgettext_lazy("kind of file", "Spreadsheet")
    DOCUMENT = "document", pgettext_lazy("kind of file", "Document (Word and the like)")
    PICTURE = "picture", pgettext_lazy("kind of file", "Picture")
    ARCHIVE = "archive", pgettext_lazy("kind of file", "Archive (ZIP and the like)")
    OTHER = "other", pgettext_lazy("kind of file", "Any other kind")


_ENDINGS = {
    FileKind.PDF: ("pdf",),
    FileKind.SPREADSHEET: (
        *("xls", "xlsx", "xlsm", "xlsb", "xlt", "xltx", "xltm"),
        *("ods", "csv", "tsv", "numbers"),
    ),
    FileKind.DOCUMENT: (
        *("doc", "docx", "docm", "dot", "dotx", "dotm", "odt", "rtf", "txt", "md", "pages"),
        *("ppt", "pptx", "pptm", "pps", "ppsx", "odp", "key"),
    ),
    FileKind.PICTURE: (
        *("jpg", "jpeg", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif"),
        *("avif", "svg"),
    ),
    FileKind.ARCHIVE: ("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz"),
}
_KINDS = {last: kind for kind, endings in _ENDINGS.items() for last in endings}


def kind_of(name: str) -> FileKind:
    """Return the kind of a file by the ending of its *name*, as a system that opens it does."""
    return _KINDS.get(ending(name), FileKind.OTHER)
