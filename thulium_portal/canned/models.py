"""Canned responses: reusable texts and their history."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class CannedResponse(models.Model):
    """A reusable answer.

    What it says lives in its versions; this row says how it is found and used.
    """

    class State(models.TextChoices):
        """Where a text is in its life; only live ones are offered in the composer."""

        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for approval")
        LIVE = "live", _("Live")
        ARCHIVED = "archived", _("Archived")

    class Scope(models.TextChoices):
        """Who is offered a text."""

        SHARED = "shared", _("Shared with everyone")
        TEAM = "team", _("Team")
        PERSONAL = "personal", _("Only mine")

    title = models.CharField(_("title"), max_length=120)
    shortcut = models.SlugField(_("shortcut"), max_length=40, blank=True, allow_unicode=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.SHARED)
    queue_ids = models.JSONField(default=list, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    keywords = models.CharField(_("keywords"), max_length=300, blank=True)
    use_when = models.CharField(_("use when…"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LIVE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="canned_responses"
    )
    current = models.ForeignKey(
        "CannedResponseVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    # What searching reads: words without accents, each after a space, so that " zwro" finds one.
    folded_title = models.CharField(max_length=400, editable=False)
    folded_shortcut = models.CharField(max_length=120, default="", editable=False)
    folded_keywords = models.CharField(max_length=1200, default="", editable=False)
    folded_use_when = models.CharField(max_length=600, default="", editable=False)
    folded_text = models.TextField(default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["folded_title", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("shortcut"),
                condition=~models.Q(shortcut="") & ~models.Q(scope="personal"),
                name="canned_shortcut_unique",
            ),
            models.UniqueConstraint(
                Lower("shortcut"),
                "owner",
                condition=~models.Q(shortcut="") & models.Q(scope="personal"),
                name="canned_personal_shortcut_unique",
            ),
        ]
        indexes = [models.Index(fields=["state", "folded_title", "id"], name="canned_state_title")]

    def __str__(self) -> str:
        return self.title


class CannedResponseVersion(models.Model):
    """One saved text of a canned response; never changed once stored."""

    response = models.ForeignKey(CannedResponse, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    placeholders = models.JSONField(default=dict, help_text="name → fallback, in order of use")
    details = models.JSONField(default=dict, help_text="shortcut, category and the like, as saved")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="canned_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"
