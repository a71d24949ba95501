"""What a supervisor found in a reply, and what its author says to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply

LONGEST_NOTE = 1000


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Ways to look at assessments; writing is the services' alone."""

    def unread_by(self, author: User) -> "AssessmentQuerySet":
        """What this author has not acknowledged yet, oldest first."""
        return self.filter(reply__author=author, acknowledged_at=None).order_by("id")


class Assessment(models.Model):
    """One reply, looked at by somebody else than its author."""

    class Verdict(models.TextChoices):
        GOOD = "good", _("Good")
        IMPROVE = "improve", _("Could be better")

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="assessment")
    risks = models.JSONField(default=list, help_text="why it was chosen: names of risks")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments"
    )
    assessed_at = models.DateTimeField(auto_now_add=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=LONGEST_NOTE, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="improve") | ~Q(note=""),
                name="assessment_says_what_to_improve",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(acknowledged_at__isnull=False),
                name="assessment_answered_is_acknowledged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.verdict}"
