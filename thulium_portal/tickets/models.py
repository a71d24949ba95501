"""What is stored of Thulium's tickets between two readings."""

from django.db import models


class KnownQueue(models.Model):
    """A queue of Thulium that a ticket was seen in; authors choose their team's among these."""

    queue_id = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name", "queue_id"]

    def __str__(self) -> str:
        return self.name or str(self.queue_id)
