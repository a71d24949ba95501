"""A customer whose every word has “kvark” in it, and a search for what is left of them."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.lib.folding import fold
from thulium_portal.lib.stems import stems_of
from thulium_portal.privacy.customers import Customer, IdentifierKind
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Submission
from thulium_portal.replies.states import State
from thulium_portal.storage.services import NamedFile, store
from thulium_portal.tickets.index.intake import put_words
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

ADDRESS = "Zuzanna.Kvark@przyklad.example"
NAME = "Zuzanna Kvarkówna"
TICKET = 4321
CUSTOMER = Customer(IdentifierKind.ADDRESS, ADDRESS)
HELD_AS = {
    "address": CUSTOMER,
    "capitals": Customer(IdentifierKind.ADDRESS, ADDRESS.upper()),
    "ticket": Customer(IdentifierKind.TICKET, str(TICKET)),
}
"""By what the customer of :data:`TICKET` may be held."""


def snapshot(ticket_id: int = TICKET, email: str = ADDRESS, name: str = NAME) -> Snapshot:
    """What was known of the customer's ticket."""
    question = stems_of("kvarkowe pytanie o paczkę")
    subject = "Kvarkowy temat" if email == ADDRESS else "Temat"
    return Snapshot(
        ticket_id, subject, name, customer_email=email, question=question, last_message_id=1
    )


def stored(words: str, name: str = "kvark.pdf") -> NamedFile:
    return store(SimpleUploadedFile(name, words.encode()))


def submitted(author: User, known: Snapshot, text: Text, *files: NamedFile) -> Reply:
    submission = Submission(uuid.uuid4(), text, known, files=files)
    return services.submit(submission, actor=author).reply


def listed(number: int, name: str, email: str, subject: str, **more: Any) -> KnownTicket:
    """Let the index know a ticket, as if it had been read."""
    told = {"customer_name": name, "customer_email": email, "subject": subject, **more}
    row, _created = KnownTicket.objects.update_or_create(ticket_id=number, defaults=told)
    put_words([row])
    return row


def settle(reply: Reply, state: State = State.CONFIRMED) -> Reply:
    """Let a reply be settled, as the worker would have."""
    Reply.objects.filter(pk=reply.pk).update(
        state=state, settled_at=timezone.now(), wire_at=timezone.now(), next_check_at=None
    )
    reply.refresh_from_db()
    return reply


def places_with(word: str) -> list[str]:
    """Return where *word* stands in the database and the files, whatever its case and accents."""
    return [*_columns_with(word), *_files_with(word)]


def _columns_with(word: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = bytes(value).decode(errors="replace") if _is_raw(value) else str(value)
                    if word in fold(text):
                        yield f"{table}.{name}: {text[:60]}"


def _is_raw(value: object) -> bool:
    return isinstance(value, bytes | memoryview)


def _files_with(word: str) -> Iterator[str]:
    folder: Path = settings.DATA_DIR
    for path in folder.rglob("*"):
        if path.is_file() and word.encode() in path.read_bytes():
            yield str(path.relative_to(folder))
