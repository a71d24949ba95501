"""What may be attached: names made harmless, sizes and kinds checked as files arrive."""

import re
import unicodedata
from typing import IO

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

FORBIDDEN = frozenset(
    {
        *("ade", "adp", "apk", "app", "appx", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg"),
        *("exe", "hta", "ins", "iso", "isp", "jar", "jnlp", "js", "jse", "lib", "lnk", "mde"),
        *("msc", "msi", "msix", "msp", "mst", "nsh", "pif", "ps1", "reg", "scr", "sct", "sh"),
        *("svg", "svgz", "sys", "vb", "vbe", "vbs", "vxd", "wsc", "wsf", "wsh", "htm", "html"),
        *("xhtml", "xht", "mht", "mhtml", "xml", "xsl"),
    }
)
"""Extensions that mail systems refuse or that run when opened."""
_FORBIDDEN_TYPES = frozenset({"application/x-msdownload", "application/x-executable"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_name(name: str) -> str:
    """Return *name* without path, control or direction characters; letters and spaces stay."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = " ".join(_CONTROL.sub("", name).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and len(name) > 150:
        return f"{stem[: 149 - len(extension)]}.{extension[:40]}"
    return name[:150] or "plik"


def check(file: UploadedFile) -> None:
    """Refuse an upload that cannot go out, as :func:`check_kept` does."""
    check_kept(clean_name(file.name or ""), file.size or 0, sniff(file))


def check_kept(name: str, size: int, content_type: str) -> None:
    """Refuse a file that cannot go out, in a sentence that names it.

    *size* is in bytes, *content_type* what its first bytes tell. Raises
    :class:`django.core.exceptions.ValidationError`.
    """
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
    extensions = {part.lower() for part in name.split(".")[1:]}
    if FORBIDDEN & extensions or content_type in _FORBIDDEN_TYPES:
        raise ValidationError(
            _(
                "Files of the kind of “%(name)s” cannot be sent, since they can carry programs. "
                "Send a PDF, a picture or a document instead."
            ),
            params={"name": name},
        )


def sniff(file: IO[bytes] | UploadedFile) -> str:
    """Return the content type that the first bytes tell, not the one that was claimed."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    kind = filetype.guess(head)
    return str(kind.mime) if kind else "application/octet-stream"
