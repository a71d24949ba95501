"""What the review keeps for its readers: saved filters, and files being made."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportJob(models.Model):
    """An Excel file that is being made for a reviewer, and how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("About to begin")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    SILENT_FOR = timedelta(minutes=2)
    """A job that says nothing for so long has died."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="export_jobs"
    )
    query = models.TextField(help_text="the filters as the list's address holds them")
    language = models.CharField(max_length=5)
    sequence = models.BigIntegerField(help_text="the last entry it can hold: its own record")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    lines = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def state_now(self) -> str:
        """The state, which is failed where the process that makes the file has gone silent."""
        under_way = self.state in {self.State.WAITING, self.State.RUNNING}
        silent = timezone.now() - self.touched_at > self.SILENT_FOR
        return self.State.FAILED if under_way and silent else self.state

    @property
    def is_under_way(self) -> bool:
        """Whether the file is still to come."""
        return self.state_now in {self.State.WAITING, self.State.RUNNING}


class SavedView(models.Model):
    """Filters of the review list that a reviewer comes back to, by a name of their own.

    One that is shared is offered to everybody who reviews all queues; only its owner removes it.
    """

    LONGEST_NAME = 60

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.TextField(help_text="the filters as the list's address holds them")
    is_shared = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="review_saved_view_unique")
        ]

    def __str__(self) -> str:
        return self.name
