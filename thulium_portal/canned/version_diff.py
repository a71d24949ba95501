"""Two versions of a canned response word by word, and what else was changed with them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedFile, CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders.nodes import Literal
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.placeholders.preview import chip_in_full
from thulium_portal.lib.diff import Piece, diff
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.tickets import queues

# Signs of Unicode's private use, which no keyboard types.
_FIRST_SIGN = 0xF0000
_SIGN = re.compile("([\U000f0000-\U000ffffd])")


@dataclass(frozen=True)
class Detail:
    """Something beside title and text that two versions do not share, in the reader's words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side in words; ``details`` hold what differs beside title and text."""

    before: CannedResponseVersion
    after: CannedResponseVersion
    title: SafeString
    body: SafeString
    details: tuple[Detail, ...]
    compared: bool = True
    """Whether the texts were compared; else ``body`` is the later one, unmarked."""

    @property
    def same_words(self) -> bool:
        """Tell whether nothing differs but the form of the text, such as bold or lists."""
        marked = any("<ins>" in each or "<del>" in each for each in (self.title, self.body))
        return self.compared and not marked and not self.details


def compare(
    before: CannedResponseVersion,
    after: CannedResponseVersion,
    *,
    files: Iterable[CannedFile] | None = None,
) -> Comparison:
    """Return what was changed from one version to another, word by word.

    *files* are those of an *after* that is not stored yet.
    """
    chips: dict[SafeString, str] = {}
    earlier, later = (_with_signs(version.body, chips) for version in (before, after))
    titles, bodies = diff(before.title, after.title), diff(earlier, later)
    return Comparison(
        before,
        after,
        title=_marked(titles or [Piece("same", after.title)], {}),
        body=_marked(
            [Piece("same", later)] if bodies is None else bodies,
            {sign: chip for chip, sign in chips.items()},
        ),
        compared=bodies is not None,
        details=(*_details(before.details, after.details), *_files(before, after, files)),
    )


def _details(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Detail]:
    for name, (label, readable) in _labels().items():
        # Early versions do not say everything; what was not said was not changed.
        if name in before and name in after and before[name] != after[name]:
            yield Detail(label, readable(before[name]) or "–", readable(after[name]) or "–")


def _files(
    before: CannedResponseVersion,
    after: CannedResponseVersion,
    files: Iterable[CannedFile] | None,
) -> Iterator[Detail]:
    """Tell of files that came, went or were exchanged under the same name."""
    if not before.pk or (files is None and not after.pk):
        return
    earlier = set(before.files.all())
    later = set(after.files.all() if files is None else files)
    if earlier != later:
        yield Detail(_("Files"), _named(earlier - later) or "–", _named(later - earlier) or "–")


def _named(files: set[CannedFile]) -> str:
    return ", ".join(f"{file} ({filesizeformat(file.size)})" for file in sorted(files, key=str))


def _labels() -> dict[str, tuple[str, Callable[[Any], str]]]:
    """Return the label of each detail, and what makes its stored value readable."""
    return {
        "category": (_("Category"), str),
        "shortcut": (_("Shortcut"), str),
        "use_when": (_("Use when…"), str),
        "keywords": (_("Other words people search for"), str),
        "scope": (_("Who may use it"), lambda value: str(CannedResponse.Scope(value).label)),
        "queues": (_("Queues of the team"), _queues),
        "owner": (_("Owner"), lambda value: str(User.objects.filter(pk=value).first() or "")),
        "review_by": (_("Review by"), _day),
        "must_keep": (pgettext("a passage", "Must stay"), "; ".join),
        "status_after": (_("Status of the ticket afterwards"), str),
        "meant": (_("Left in on purpose"), "; ".join),
    }


def _queues(ids: list[int]) -> str:
    names = dict(queues.known())
    return ", ".join(names.get(queue_id, str(queue_id)) for queue_id in ids)


def _day(text: str) -> str:
    return formats.date_format(date.fromisoformat(text), "DATE_FORMAT") if text else ""


def _with_signs(body: str, chips: dict[SafeString, str]) -> str:
    """Return the text of *body* with a sign of its own for each placeholder.

    So a placeholder is compared as one word; *chips* learns which sign stands for which.
    """
    pieces = [
        _SIGN.sub("", part.html)
        if isinstance(part, Literal)
        else chips.setdefault(chip_in_full(part), chr(_FIRST_SIGN + len(chips)))
        for part in parts_of(body)
    ]
    return html_to_text("".join(pieces))


def _marked(pieces: list[Piece], chips: Mapping[str, SafeString]) -> SafeString:
    """Return the pieces with what was added and what was removed marked as such."""
    forms = {"same": "{}", "added": "<ins>{}</ins>", "removed": "<del>{}</del>"}
    marked = ((format_html(forms[piece.kind], _with_chips(piece.text, chips)),) for piece in pieces)
    return format_html_join("", "{}", marked)


def _with_chips(text: str, chips: Mapping[str, SafeString]) -> SafeString:
    return format_html_join("", "{}", ((chips.get(bit, bit),) for bit in _SIGN.split(text)))
