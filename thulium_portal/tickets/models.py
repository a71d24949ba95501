"""What is stored of Thulium's tickets between two readings: a cache, never the truth."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from thulium_portal.thulium import tells_merged


class KnownQueue(models.Model):
    """A queue of Thulium that a ticket was seen in; authors choose their team's among these."""

    queue_id = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name", "queue_id"]

    def __str__(self) -> str:
        return self.name or str(self.queue_id)


class KnownTicket(models.Model):
    """What the lists need of one ticket of Thulium, as last read; can be dropped at any time."""

    ticket_id = models.BigIntegerField(primary_key=True)
    subject = models.CharField(max_length=500, blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    customer_name = models.CharField(max_length=300, blank=True)
    customer_email = models.CharField(max_length=320, blank=True)
    queue_id = models.BigIntegerField(null=True, blank=True)
    queue_name = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=40, blank=True, help_text="where it came from (API)")
    status_name = models.CharField(max_length=120, blank=True)
    agent_login = models.CharField(
        max_length=150, blank=True, help_text="whose it is, case folded; empty where nobody's"
    )
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="Thulium's updated_at, to the minute"
    )

    last_message_id = models.BigIntegerField(null=True, blank=True)
    last_written_id = models.BigIntegerField(
        null=True, blank=True, help_text="the newest mail or reply, which the next three tell of"
    )
    last_kind = models.CharField(max_length=12, blank=True)
    last_by = models.CharField(
        max_length=150, blank=True, help_text="agent login of who wrote last, case folded"
    )
    last_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="when the customer wrote what nobody has answered yet"
    )
    answered_at = models.DateTimeField(null=True, blank=True, help_text="the last reply")
    files_waiting = models.PositiveIntegerField(
        default=0, help_text="files of the customer since the last reply"
    )
    language = models.CharField(max_length=8, blank=True)

    read_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was last read whole; empty: only listed so far"
    )
    read_due_at = models.DateTimeField(
        null=True, blank=True, help_text="when to read it again; empty: what is known is current"
    )
    read_rank = models.PositiveSmallIntegerField(
        default=3, help_text="of those to be read, the lower ones first"
    )
    change_seen_at = models.DateTimeField(
        null=True, blank=True, help_text="when its newest change was first seen"
    )
    failures = models.PositiveSmallIntegerField(default=0, help_text="readings that failed in turn")
    listed_at = models.DateTimeField(null=True, blank=True, help_text="when the list last held it")
    listed_change = models.DateTimeField(
        null=True, blank=True, help_text="its last change as the list last told it"
    )
    customer_read_at = models.DateTimeField(
        null=True, blank=True, help_text="when Thulium was last asked for the customer's name"
    )
    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="whose it is was erased then, and nothing has changed since",
    )

    class Meta:
        ordering = ["ticket_id"]
        indexes = [
            models.Index(
                fields=["agent_login", "waiting_since"],
                condition=Q(is_open=True),
                name="ticket_of_agent",
            ),
            models.Index(fields=["-changed_at"], condition=Q(is_open=True), name="ticket_open"),
            models.Index(
                fields=["queue_id", "-changed_at"],
                condition=Q(is_open=True),
                name="ticket_of_queue",
            ),
            models.Index(
                fields=["queue_id", "waiting_since"],
                condition=Q(is_open=True, waiting_since__isnull=False),
                name="ticket_waits_in_queue",
            ),
            models.Index(
                fields=["read_rank", "read_due_at"],
                condition=Q(read_due_at__isnull=False),
                name="ticket_due",
            ),
            models.Index(
                fields=["read_rank", "customer_id"],
                condition=Q(customer_read_at=None, customer_id__isnull=False),
                name="ticket_unnamed",
            ),
            models.Index(fields=["customer_id"], name="ticket_of_customer"),
            models.Index(fields=["customer_email"], name="ticket_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.subject}"

    @property
    def is_merged(self) -> bool:
        """Tell whether it was merged into another ticket; into which, no list tells."""
        return not self.is_open and tells_merged(self.status_name)


class TicketIndex(models.Model):
    """How far Thulium's list has been followed, shared by all workers; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    claimed_by = models.CharField(max_length=100, blank=True)
    claimed_until = models.DateTimeField(
        null=True, blank=True, help_text="one process at a time follows the list"
    )
    generation = models.PositiveIntegerField(
        default=0, help_text="how often it was begun anew; what was read before is not stored"
    )
    newest = models.DateTimeField(
        null=True, blank=True, help_text="the newest change of a pass that was finished"
    )
    recent = models.JSONField(default=dict, help_text="the pass through the changes, where it is")
    whole = models.JSONField(default=dict, help_text="the pass through all tickets, where it is")
    listed_at = models.DateTimeField(
        null=True, blank=True, help_text="when the last pass that came to its end had begun"
    )
    whole_at = models.DateTimeField(
        null=True, blank=True, help_text="when all tickets were last listed"
    )
    next_call_at = models.DateTimeField(
        null=True, blank=True, help_text="before then the list is not asked for"
    )
    minute_began = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0, help_text="calls of the minute under way")
    problem = models.CharField(max_length=40, blank=True, help_text="why it cannot be followed")
    problem_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="ticket_index_is_one")]

    def __str__(self) -> str:
        return self.problem or "current"


class Presence(models.Model):
    """That a person has a ticket before them; gone within a minute, removed within a day."""

    ticket_id = models.BigIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences"
    )
    seen_at = models.DateTimeField()
    wrote_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket_id", "person"], name="presence_once")
        ]
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.ticket_id}"


class Reminder(models.Model):
    """That a person wants to see a ticket again unless its customer answers before a day."""

    ticket_id = models.BigIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    due_on = models.DateField()
    last_message_id = models.BigIntegerField(
        null=True, blank=True, help_text="the newest message when it was set"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket_id", "person"], name="reminder_once")
        ]
        indexes = [models.Index(fields=["person", "due_on"], name="reminder_of_person")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.due_on}"
