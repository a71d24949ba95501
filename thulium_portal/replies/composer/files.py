"""The files that the composer's page lists, each ticked or not."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.canned.models import CannedFile
from thulium_portal.replies.composer.forms import ComposeForm, is_uuid
from thulium_portal.replies.models import Attachment, Reply


@dataclass(frozen=True)
class ListedFile:
    """A file on the page; one that does not stay was unticked."""

    uuid: uuid.UUID
    name: str
    size: int
    stays: bool = True


def kept(form: ComposeForm, draft: Reply | None) -> list[ListedFile]:
    """Return the files of the draft, and those of other drafts that the form keeps."""
    files = {file.uuid: file for file in draft.attachments.all()} if draft else {}
    if not form.is_bound or "keep_files" not in form.cleaned_data:
        return [_listed(file) for file in files.values()]
    seen = set(form.cleaned_data.get("seen_files") or ())
    files |= form.kept_files
    return [
        _listed(file, stays=name in form.kept_files or name not in seen)
        for name, file in files.items()
    ]


def offered(form: ComposeForm, draft: Reply | None, person: User) -> list[ListedFile]:
    """Return the files of canned responses that may go with the text.

    Those the form names; for a draft, those it had ticked and those of its canned response.
    """
    named = _uuids(form["canned_files"].value() or [])
    if named or form.is_bound:
        return [_listed(file) for file in canned_attachments.to_send(named, actor=person)]
    if draft is None:
        return []
    ticked = draft.canned_files
    files = list(draft.canned_version.files.all()) if draft.canned_version else []
    files += canned_attachments.to_send(_uuids(ticked or []), actor=person)
    known = set(draft.attachments.values_list("file", flat=True))
    return [
        _listed(file, stays=ticked is None or str(file.uuid) in ticked)
        for file in dict.fromkeys(files)
        if file.file_id not in known
    ]


def _listed(file: Attachment | CannedFile, *, stays: bool = True) -> ListedFile:
    return ListedFile(file.uuid, file.name, file.size, stays)


def _uuids(values: Iterable[object]) -> list[uuid.UUID]:
    return [uuid.UUID(value) for value in map(str, values) if is_uuid(value)]
