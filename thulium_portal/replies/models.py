"""Replies, their files, and every attempt to deliver them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.replies.querysets import ReplyRows
from thulium_portal.replies.states import IN_FLIGHT, UNSETTLED, WITHOUT_AUTHOR, State
from thulium_portal.storage.models import FileLink

WISH = "wish"
"""In a reply's ``approval_reasons``: its author wanted a colleague to look at it."""


class BodyType(models.TextChoices):
    """How Thulium is to read the text (API: ``body_type``)."""

    HTML = "HTML", _("Formatted text")
    PLAIN = "PLAIN", _("Plain text")


class ReplyQuerySet(ReplyRows["Reply"]):
    """Ways to look at replies; writing is the services' and the delivery's alone."""


class Reply(models.Model):
    """A text for a customer, from draft to proof: truth and delivery queue in one row."""

    TICKET_COLUMNS = (
        *("ticket_id", "ticket_subject", "customer_name", "customer_first_name"),
        *("customer_email", "queue_id", "queue_name"),
        *("last_seen_message_id", "waiting_since", "seen"),
    )
    """What was known of the ticket when the text was written."""
    TEXT_COLUMNS = (
        *("body", "body_type", "canned_response_id", "canned_version_id", "keep_reason"),
        *("inserted", "answers", "confirmed", "status_after", "status_after_name"),
        *("remind_after", "signature"),
    )
    """What the person wrote and chose."""
    APPROVAL_COLUMNS = ("approval_reasons", "approved_by_id", "approved_at", "written_body")
    """Why a colleague was asked, and who approved it."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    submission_key = models.UUIDField(unique=True)
    ticket_id = models.BigIntegerField()
    ticket_subject = models.CharField(max_length=500, blank=True)
    customer_name = models.CharField(max_length=300, blank=True)
    customer_first_name = models.CharField(max_length=300, blank=True)
    customer_email = models.CharField(max_length=320, blank=True)
    queue_id = models.BigIntegerField(null=True, blank=True)
    queue_name = models.CharField(max_length=200, blank=True)
    last_seen_message_id = models.BigIntegerField(null=True, blank=True)
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="when the customer wrote what nobody had answered yet"
    )
    seen = models.JSONField(
        default=dict, blank=True, help_text="what its author saw of the ticket (tickets.changes)"
    )
    changes = models.JSONField(
        default=dict,
        blank=True,
        help_text="what stopped it (named), its ticket then (now), what was let pass (passed)",
    )

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="replies"
    )
    agent_login = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    body_type = models.CharField(max_length=5, choices=BodyType.choices, default=BodyType.HTML)
    canned_response = models.ForeignKey(
        CannedResponse, on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    canned_version = models.ForeignKey(
        CannedResponseVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    canned_text = models.TextField(blank=True)
    inserted = models.JSONField(
        default=list, blank=True, help_text="ids of every canned version put into the text"
    )
    answers = models.JSONField(
        default=dict,
        blank=True,
        help_text="id of a version put in → how its questions were answered; erased with the text",
    )
    canned_files = models.JSONField(
        null=True, blank=True, help_text="ids of canned responses' files that a draft has ticked"
    )
    keep_reason = models.CharField(
        max_length=300, blank=True, help_text="why a must-keep passage was changed"
    )

    confirmed = models.JSONField(
        default=list, blank=True, help_text="codes of what its author let pass (readiness)"
    )

    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    draft_revision = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    scheduled = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    ignore_newer = models.BooleanField(default=False)
    pass_stopped = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    seen_ids = models.JSONField(default=list, blank=True)
    unnumbered = models.PositiveIntegerField(
        default=0, help_text="messages without a readable number just before the call"
    )
    wire_at = models.DateTimeField(null=True, blank=True)
    wire_end = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveIntegerField(default=0)
    valid_checks = models.PositiveIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)
    matched_message_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    reason_detail = models.CharField(max_length=300, blank=True)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        help_text="the reply with a recalled text that this one puts right",
    )
    no_correction_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who found that its recalled text needs no correction here",
    )
    status_after = models.CharField(
        max_length=40, blank=True, help_text="id of the status its ticket gets once it was sent"
    )
    status_after_name = models.CharField(max_length=120, blank=True)
    status_due_at = models.DateTimeField(
        null=True, blank=True, help_text="when to set that status; empty once that is settled"
    )
    status_tries = models.PositiveSmallIntegerField(default=0)
    status_reason = models.CharField(max_length=40, blank=True, help_text="why it was not set")
    signature = models.CharField(
        max_length=20, blank=True, help_text="which signature its draft gets; empty: the usual one"
    )
    typed_sha256 = models.CharField(
        max_length=64, blank=True, help_text="digest of what was typed, without the signature"
    )
    approval_reasons = models.JSONField(
        default=list, blank=True, help_text="why a colleague has to approve it: codes (readiness)"
    )
    approval_sentences = models.JSONField(
        default=dict, blank=True, help_text="code of a reason → what its rule said at that time"
    )
    approval_note = models.CharField(
        max_length=500, blank=True, help_text="what its author, or who sent it back, said of it"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    written_body = models.TextField(
        blank=True, help_text="what its author wrote, where who approved it changed the text"
    )
    sent_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who did not approve it; on its draft, whose note approval_note is",
    )
    remind_after = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days after sending to remind its author, unless answered"
    )
    taken_over_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_over_as",
        help_text="the reply of somebody else whose text it goes on with",
    )
    resend_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="resent_as"
    )
    dismissed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="when its texts were erased; what became of it stays"
    )
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who erased them; nobody where texts are kept for a limited time only",
    )

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "replies"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket_id"],
                condition=Q(state__in=[str(state) for state in IN_FLIGHT]),
                name="reply_one_in_flight_per_ticket",
            ),
            models.UniqueConstraint(
                fields=["ticket_id", "matched_message_id"],
                condition=Q(matched_message_id__isnull=False),
                name="reply_message_matched_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="reply_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(state=State.CANCELLED)
                | (
                    Q(not_before__isnull=False) & Q(submitted_at__isnull=False) & ~Q(agent_login="")
                ),
                name="reply_submitted_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "sending"])
                | (Q(claim__isnull=False) & Q(lease_until__isnull=False)),
                name="reply_in_hand_has_a_claim",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ticket_id", "id"],
                condition=Q(state__in=[str(state) for state in UNSETTLED]),
                name="reply_open_of_ticket",
            ),
            models.Index(
                fields=["not_before"], condition=Q(state="pending"), name="reply_pending_due"
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state="unapproved"),
                name="reply_to_approve",
            ),
            models.Index(
                fields=["submitted_at"], condition=~Q(keep_reason=""), name="reply_passage_changed"
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "sending"]),
                name="reply_lease",
            ),
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="reply_check_due",
            ),
            models.Index(
                fields=["status_due_at"],
                condition=Q(status_due_at__isnull=False),
                name="reply_status_due",
            ),
            models.Index(fields=["author", "state", "-updated_at"], name="reply_of_author"),
            models.Index(fields=["ticket_id", "-id"], name="reply_of_ticket"),
            models.Index(
                fields=["author", "submitted_at"],
                condition=Q(submitted_at__isnull=False),
                name="reply_sent_lately",
            ),
            models.Index(
                fields=["wire_at"], condition=Q(wire_at__isnull=False), name="reply_sent_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} → {self.ticket_id}"

    @property
    def newest_message_id(self) -> int | None:
        """The highest number among the messages it followed, and its own where that is known."""
        own = () if self.matched_message_id is None else (self.matched_message_id,)
        return max((*self.seen_ids, *own), default=None)

    @property
    def lacks_approval(self) -> bool:
        """Tell whether a colleague was asked to approve it and nobody has."""
        return bool(self.approval_reasons) and self.approved_at is None

    @property
    def is_left_behind(self) -> bool:
        """Tell whether it is on hold because its author may no longer send, or not to its queue."""
        return self.state == State.HELD and self.reason in WITHOUT_AUTHOR

    @property
    def is_planned(self) -> bool:
        """Tell whether it waits for a time its author chose, and nothing has been tried yet."""
        return self.state == State.PENDING and self.scheduled and not self.attempts

    def columns(self, *names: str) -> dict[str, Any]:
        """Return the named columns with their values, for another row."""
        return {name: getattr(self, name) for name in names}


class Attachment(FileLink):
    """A file of a reply, kept until long after it was sent; without a name once it was erased."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="attachments")
    token = models.CharField(max_length=200, blank=True)
    token_at = models.DateTimeField(null=True, blank=True)


class DeliveryAttempt(models.Model):
    """One passage through the claim: what was tried, what the wire told."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="delivery_attempts")
    number = models.PositiveIntegerField()
    claim = models.UUIDField()
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    wire_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    reason_detail = models.CharField(max_length=300, blank=True)
    seen_ids = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "number"], name="attempt_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} #{self.number}"


class TicketRead(models.Model):
    """What a reading of the ticket showed while an outcome was unknown: the proof, kept."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="ticket_reads")
    at = models.DateTimeField()
    valid = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True)
    message_ids = models.JSONField(default=list, blank=True)
    candidates = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.at:%H:%M:%S}"


class ThuliumConnection(models.Model):
    """What is known of the connection to Thulium, shared by all workers and pages; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    down_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0)
    ticket_ids = models.JSONField(default=list, blank=True)
    pause_until = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)
    worker_seen_at = models.DateTimeField(null=True, blank=True)
    nightly_at = models.DateTimeField(null=True, blank=True)
    held_reason = models.CharField(max_length=40, blank=True)
    instance = models.UUIDField(null=True, blank=True)
    system = models.CharField(
        max_length=253, blank=True, help_text="the Thulium these replies are for: its host name"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="line_is_one")]

    def __str__(self) -> str:
        return self.reason or "up"
