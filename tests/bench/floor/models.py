"""The one row that a form of the floor stores."""

from django.conf import settings
from django.db import models


class Note(models.Model):
    """A text somebody sent."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.body


class Ticket(models.Model):
    """As much of a ticket as a row of the desk shows."""

    subject = models.CharField(max_length=500)
    customer_name = models.CharField(max_length=300)
    customer_email = models.CharField(max_length=320)
    queue_name = models.CharField(max_length=200)
    status_name = models.CharField(max_length=120)
    agent_login = models.CharField(max_length=150)
    changed_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agent_login", "waiting_since"], name="floor_of_agent")]

    def __str__(self) -> str:
        return self.subject
