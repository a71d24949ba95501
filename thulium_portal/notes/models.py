"""Internal notes: what people write on a ticket for their team, never for the customer."""

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

LONGEST_TEXT = 20_000
"""Characters of a note that is put on a ticket; what is kept here may be longer."""


class Note(models.Model):
    """A note from its first letter to Thulium: one row, called for once at most."""

    class State(models.TextChoices):
        """How far it has come. ``saving`` is stored before the call, so a crash leaves a doubt."""

        DRAFT = "draft", pgettext_lazy("internal note", "Being written")
        SAVING = "saving", pgettext_lazy("internal note", "Being saved")
        SAVED = "saved", pgettext_lazy("internal note", "Saved")
        UNKNOWN = "unknown", pgettext_lazy("internal note", "Not known whether saved")
        REFUSED = "refused", pgettext_lazy("internal note", "Not saved")

    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="the form's one-time key")
    ticket_id = models.BigIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes"
    )
    agent_login = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(max_length=40, blank=True)
    last_seen_id = models.BigIntegerField(
        null=True, blank=True, help_text="the newest message just before the call"
    )
    message_id = models.BigIntegerField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["ticket_id", "author", "-id"], name="note_of_ticket"),
            models.Index(fields=["settled_at"], name="note_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.ticket_id}"

    @property
    def mark(self) -> str:
        """Return the digest by which a form tells which words of this note it has seen."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def in_doubt(self) -> bool:
        """Tell whether nobody knows yet if it was saved."""
        return self.state in {self.State.SAVING, self.State.UNKNOWN}
