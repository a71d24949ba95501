"""One text for several tickets: what was written, and how far each ticket is.

What leaves are ordinary replies. Customers' data stand in those and nowhere here, unless somebody
typed them into the text: ``body``, ``answers``, the files and the sentences in ``complaints`` are
erased a month after the last reply left (``services.forget_old``).
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.replies.models import Reply
from thulium_portal.storage.models import FileLink

MOST_TRIES = 3
"""So often a step on a ticket is begun, or an answer read that cannot be understood."""


class BulkReply(models.Model):
    """A text that one person sends to several tickets, as a reply of its own to each."""

    class State(models.TextChoices):
        """What its author, or the worker, has to do with it now."""

        WRITING = "writing"
        PREPARING = "preparing"
        CHECKING = "checking"
        SENDING = "sending"
        DONE = "done"
        DISCARDED = "discarded"

    TEXT_COLUMNS = (
        *("body", "canned_response", "canned_version", "keep_reason", "inserted", "confirmed"),
        *("status_after", "status_after_name", "canned_files"),
    )

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_replies"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.WRITING)
    body = models.TextField(
        blank=True, help_text="HTML with placeholders, filled for each ticket by itself"
    )
    canned_response = models.ForeignKey(
        CannedResponse, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    canned_version = models.ForeignKey(
        CannedResponseVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    canned_files = models.JSONField(
        default=list, blank=True, help_text="ids of canned responses' files that are ticked"
    )
    inserted = models.JSONField(
        default=list, blank=True, help_text="ids of every canned version put into the text"
    )
    confirmed = models.JSONField(
        default=list, blank=True, help_text="codes of what its author let pass (readiness)"
    )
    keep_reason = models.CharField(max_length=300, blank=True)
    status_after = models.CharField(max_length=40, blank=True)
    status_after_name = models.CharField(max_length=120, blank=True)
    answers = models.JSONField(
        default=dict, blank=True, help_text="question of the text → answer, the same for all"
    )

    due_at = models.DateTimeField(
        null=True, blank=True, help_text="when a worker does the next step; empty: nothing to do"
    )
    problem = models.CharField(
        max_length=40, blank=True, help_text="why it does not get on, or was stopped"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "bulk replies"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="bulk_due"),
            models.Index(fields=["author", "state"], name="bulk_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    def columns(self, *names: str) -> dict[str, Any]:
        """Return the named columns with their values."""
        return {name: getattr(self, name) for name in names}


class BulkFile(FileLink):
    """A file that goes with each of the replies."""

    bulk = models.ForeignKey(BulkReply, on_delete=models.PROTECT, related_name="files")


class BulkItem(models.Model):
    """One ticket of a bulk reply; what became of it once it was sent, its ``reply`` tells."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        READY = "ready"
        UNUSABLE = "unusable"
        QUEUED = "queued"
        SUBMITTED = "submitted"

    bulk = models.ForeignKey(BulkReply, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    ticket_id = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    key = models.UUIDField(default=uuid.uuid4, help_text="one-time key of its draft")
    reply = models.OneToOneField(
        Reply, on_delete=models.PROTECT, null=True, blank=True, related_name="bulk_item"
    )
    filled_revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="the draft as it was filled; a later one was changed"
    )
    sent_revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="the draft as its author saw it when they pressed Send"
    )
    shown_message_id = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="newest message at the first reading, or when its author opened it from the list",
    )
    language = models.CharField(
        max_length=8, blank=True, help_text="the customer's, as far as it was recognised"
    )
    is_left_out = models.BooleanField(default=False)
    complaints = models.JSONField(
        default=list, blank=True, help_text="sentences on why it cannot leave as it was filled"
    )
    problem = models.CharField(
        max_length=40, blank=True, help_text="why there is no draft, or it was not sent"
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="readings that failed in turn")
    begun = models.PositiveSmallIntegerField(
        default=0, help_text="steps in turn that were begun on it and did not end"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "ticket_id"], name="bulk_ticket_once"),
            models.UniqueConstraint(fields=["key"], name="bulk_item_key_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.ticket_id}"
