"""A reply as the customer would get it, told before it leaves; nothing of it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thulium_portal.lib.html.mail_frame import mail_frame
from thulium_portal.replies.composer.forms import ComposeForm
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType
from thulium_portal.replies.readiness import rules
from thulium_portal.tickets.snapshot import Snapshot


@dataclass(frozen=True)
class NamedSize:
    """A file that would go along."""

    name: str
    size: int


@dataclass(frozen=True)
class Preview:
    """What would leave; ``text`` is None where the text is over every limit."""

    text: Text | None
    snapshot: Snapshot
    files: Sequence[NamedSize]
    send_at: datetime | None
    complaints: Sequence[str]
    """What keeps the reply from leaving, in the words that sending it would say."""

    @property
    def is_plain(self) -> bool:
        """Whether the text is sent as it was typed, without any formatting."""
        return self.text is not None and self.text.body_type == BodyType.PLAIN

    @property
    def frame(self) -> str:
        """The document that shows formatted text, apart from the page and without its looks."""
        return mail_frame(self.text.body) if self.text and not self.is_plain else ""

    @property
    def status_name(self) -> str:
        """The status the ticket gets afterwards; empty leaves it as it is."""
        return self.text.status_after[1] if self.text else ""


def preview(form: ComposeForm) -> Preview:
    """Return what *form*, as posted, would send, with all that stands in the way."""
    if form.is_valid():
        form.complain(rules.complaints(form.outgoing()))
    sentences = [str(words) for errors in form.errors.values() for words in errors]
    text = None if form.safe_body is None else form.text()
    return Preview(
        text,
        form.snapshot_read(),
        _files(form),
        form.cleaned_data.get("send_at"),
        list(dict.fromkeys(sentences)),
    )


def _files(form: ComposeForm) -> list[NamedSize]:
    """Return each file once: those of canned responses, of the draft, and those just chosen."""
    given = [(link.name, link.file.sha256, link.file.size) for link in form.shared_files]
    given += [(link.name, link.file.sha256, link.file.size) for link in form.kept_files.values()]
    stored = {(name, digest): NamedSize(name, size or 0) for name, digest, size in given}
    chosen = form.files.getlist("attachments")
    return [*stored.values(), *(NamedSize(file.name or "", file.size or 0) for file in chosen)]
