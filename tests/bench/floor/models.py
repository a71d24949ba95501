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
