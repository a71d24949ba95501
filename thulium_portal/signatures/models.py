"""Texts that stand around replies: signatures of people and of the office, openings, closings."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST_BODY = 5_000
TAKEN = _("There is one for this queue and language already. Change that one.")
TOO_MANY = _("There are too many already. Remove one you no longer need.")


class StandingText(models.Model):
    """A signature, or the words by which replies of a queue usually begin or end.

    A person's, or the office's where it is nobody's. Openings and closings are the office's.
    """

    class Kind(models.TextChoices):
        """Where it stands in a reply."""

        SIGNATURE = "signature", _("Signature")
        OPENING = "opening", pgettext_lazy("of a reply", "Opening")
        CLOSING = "closing", pgettext_lazy("of a reply", "Closing")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SIGNATURE)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="standing_texts",
        help_text="whose signature it is; empty: the office's",
    )
    queue_id = models.BigIntegerField(null=True, blank=True, help_text="empty: for all queues")
    queue_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True, help_text="empty: for any language")
    body = models.TextField(max_length=LONGEST_BODY)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "queue_name", "queue_id", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                "kind",
                Coalesce("person", 0),
                Coalesce("queue_id", models.Value(-1)),
                "language",
                name="standing_text_once",
                violation_error_message=TAKEN,
            ),
            models.CheckConstraint(
                condition=models.Q(kind="signature") | models.Q(person=None),
                name="standing_text_of_a_person_is_a_signature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
