"""The append-only record. Only ``audit.services`` writes here; the database refuses changes."""

from typing import Any, Never

from django.conf import settings
from django.db import models


class AuditImmutableError(Exception):
    """Raised by any attempt to change or delete what the record holds."""


class AppendOnlyQuerySet(models.QuerySet["AuditEntry"]):
    """Rows that can be read and added, never changed."""

    def update(self, **kwargs: Any) -> Never:
        raise AuditImmutableError("audit entries are never changed")

    def delete(self) -> Never:
        raise AuditImmutableError("audit entries are never deleted")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise AuditImmutableError("audit entries are never changed")


class AuditEntry(models.Model):
    """One thing that happened.

    ``record`` holds the exact canonical JSON that ``hash`` covers; the other columns repeat parts
    of it for searching and are compared with it by ``verify_audit``. It holds internal ids, states
    and digests, never message text or personal data: those are in :class:`AuditContent`.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    ticket_id = models.BigIntegerField(null=True, db_index=True)
    state = models.CharField(max_length=20, blank=True)
    record = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "sequence"], name="audit_subject"),
            models.Index(fields=["actor", "-sequence"], name="audit_actor"),
            models.Index(fields=["action", "-sequence"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a stored row."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise AuditImmutableError("audit entries are never deleted")


class AuditContent(models.Model):
    """Erasable text that an entry commits to by a salted digest (``chain.commitment``)."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="contents")
    field = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=32)
    data = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "field"], name="audit_content_unique")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field}"


class AuditHead(models.Model):
    """The one row that says where the chain ends; locking it makes the sequence gap-free."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return str(self.sequence)


class Checkpoint(models.Model):
    """A signed statement that the chain had this hash at this sequence (Ed25519)."""

    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    statement = models.TextField()
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.key_id}"


class TimeStamp(models.Model):
    """An authority's word (RFC 3161) that a checkpoint, with its signature, was there at a time.

    The record holds an entry of each with the token's digest, so that none can vanish unnoticed.
    """

    # PostgreSQL would not let the protection of a table be lifted to which another one refers.
    checkpoint = models.OneToOneField(
        Checkpoint, on_delete=models.PROTECT, related_name="time_stamp", db_constraint=False
    )
    imprint = models.CharField(max_length=64, unique=True, help_text="checkpoints.link, in hex")
    token = models.BinaryField()
    at = models.DateTimeField(help_text="by the authority's clock")

    class Meta:
        ordering = ["-checkpoint_id"]

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.at}"


class VerificationState(models.Model):
    """How far the record was found to hold, so that a check can go on from there."""

    class Kind(models.TextChoices):
        """The check that a state belongs to."""

        WHOLE = "whole", "a check of everything that is under way"
        RECENT = "recent", "the newest check that found everything in order"

    kind = models.CharField(primary_key=True, max_length=10, choices=Kind.choices)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    missing = models.JSONField(default=dict, help_text="entry → texts gone, not yet explained")
    erased = models.JSONField(default=list, help_text="entries whose erasure was recorded so far")
    beside = models.JSONField(default=list, help_text="faults of lines found so far: entry, code")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}"


class ReviewRow(models.Model):
    """One line of the review page: a reply as the record last knew it.

    A search index over the entries, compared with them and rebuilt from them at will.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)
    ticket_id = models.BigIntegerField(null=True)
    queue_id = models.BigIntegerField(null=True, help_text="the queue it was written in, if known")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    agent_login = models.CharField(max_length=150, blank=True)
    customer = models.CharField(max_length=300, blank=True)
    recipient = models.CharField(
        max_length=320, blank=True, db_default="", help_text="the customer's address"
    )
    excerpt = models.CharField(max_length=300, blank=True)
    canned_id = models.BigIntegerField(null=True)
    canned_title = models.CharField(max_length=120, blank=True)
    canned_version = models.PositiveIntegerField(null=True)
    changed_percent = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    opened_sequence = models.BigIntegerField(unique=True)
    latest_sequence = models.BigIntegerField()

    class Meta:
        ordering = ["-opened_sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], name="review_subject_unique"
            )
        ]
        indexes = [
            models.Index(fields=["actor", "-opened_sequence"], name="review_actor"),
            models.Index(fields=["ticket_id", "-opened_sequence"], name="review_ticket"),
            models.Index(fields=["state", "-opened_sequence"], name="review_state"),
            models.Index(fields=["opened_at"], name="review_opened_at"),
            models.Index(fields=["agent_login", "-opened_sequence"], name="review_login"),
            models.Index(fields=["canned_id", "-opened_sequence"], name="review_canned"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"


class Repeat(models.Model):
    """How often one person did what has an entry already, since that entry was written."""

    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, blank=True, help_text="what tells entries of it apart")
    whose = models.BigIntegerField(default=0, help_text="id of the person, 0 for all strangers")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveBigIntegerField(default=0)
    places = models.JSONField(default=dict, help_text="name of a page → how often of these")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "kind", "whose"], name="audit_repeat_unique")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.whose} ×{self.count}"
