"""What must not be erased for now, whoever asks and however old it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_CUSTOMER = 320
LONGEST_REASON = 300


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    """Ways to look at holds; writing is the services' alone."""

    def standing(self) -> "LegalHoldQuerySet":
        """Holds nobody has lifted."""
        return self.filter(lifted_at=None)


class LegalHold(models.Model):
    """A customer's data, or a ticket's, that is evidence: kept until somebody lifts the hold."""

    customer = models.CharField(
        max_length=LONGEST_CUSTOMER, blank=True, help_text="address, or name where none is known"
    )
    ticket_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=LONGEST_REASON)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(customer="") | Q(ticket_id__isnull=False) | Q(lifted_at__isnull=False),
                name="hold_standing_is_on_something",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"
