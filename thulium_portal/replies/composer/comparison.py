"""Two drafts of one ticket beside each other: the words and the files they do not share."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from thulium_portal.lib.diff import Piece, diff
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.models import Attachment, Reply

_FORMS = {"same": "{}", "added": "<ins>{}</ins>", "removed": "<del>{}</del>"}


@dataclass(frozen=True)
class Comparison:
    """What the *newer* draft has that the *older* has not, and the other way round."""

    newer: Reply
    older: Reply
    words: SafeString | None
    """None where the texts are too long and too different to be compared."""
    is_same: bool
    newer_files: list[Attachment]
    older_files: list[Attachment]


def compare(newer: Reply, older: Reply) -> Comparison:
    """Return how the texts and files of two drafts differ."""
    pieces = diff(*(plain(draft.body, draft.body_type) for draft in (older, newer)))
    files = [{_same(file): file for file in draft.attachments.all()} for draft in (newer, older)]
    return Comparison(
        newer,
        older,
        None if pieces is None else format_html_join("", "{}", map(_marked, pieces)),
        pieces is not None and all(piece.kind == "same" for piece in pieces),
        [file for name, file in files[0].items() if name not in files[1]],
        [file for name, file in files[1].items() if name not in files[0]],
    )


def marked(older: str, newer: str) -> SafeString | None:
    """Return the words of two texts with what was taken out and put in marked.

    None where they are too long and too different to be compared.
    """
    pieces = diff(older, newer)
    return None if pieces is None else format_html_join("", "{}", map(_marked, pieces))


def _same(file: Attachment) -> tuple[str, str]:
    return file.name, file.file.sha256


def _marked(piece: Piece) -> tuple[SafeString]:
    return (format_html(_FORMS[piece.kind], piece.text),)
