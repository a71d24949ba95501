"""Stop rules: what supervisors want a second look at before it leaves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST_NAME = 120
LONGEST_SENTENCE = 300
LONGEST_WORDS = 5_000
RULE = "rule:"
"""What the code of a rule begins with, among the doubts about a reply."""


class StopRuleQuerySet(models.QuerySet["StopRule"]):
    """Ways to look at stop rules; writing is the services' alone."""

    def for_sending(self) -> "StopRuleQuerySet":
        """Return those switched on, with no more than what is asked of a reply."""
        return self.filter(is_active=True).only(*StopRule.CONDITIONS, "sentence", "effect")


class StopRule(models.Model):
    """Conditions that a reply meets all of, and the sentence its author then reads.

    Never deleted, only switched off: the record and the replies it stopped name it.
    """

    CONDITIONS = (
        *("words", "queues", "audience", "people", "new_for", "new_unit"),
        *("files", "larger_than_mb", "file_kinds", "timing"),
    )
    """What decides which replies it stops."""

    class Audience(models.TextChoices):
        """Whose replies it looks at."""

        EVERYONE = "everyone", pgettext_lazy("stop rule", "Everyone")
        CHOSEN = "chosen", pgettext_lazy("stop rule", "Chosen people")
        NEW = "new", pgettext_lazy("stop rule", "New people")

    class Unit(models.TextChoices):
        """What is counted while somebody is new."""

        DAYS = "days", pgettext_lazy("stop rule", "days in the portal")
        REPLIES = "replies", pgettext_lazy("stop rule", "replies sent")

    class Files(models.TextChoices):
        """Which files a reply has to have."""

        WITH = "with", pgettext_lazy("stop rule", "With any file")
        WITHOUT = "without", pgettext_lazy("stop rule", "Without a file")
        LARGER = "larger", pgettext_lazy("stop rule", "With a file larger than")
        KIND = "kind", pgettext_lazy("stop rule", "With a file of a kind")

    class Timing(models.TextChoices):
        """When a reply is to leave."""

        IMMEDIATE = "immediate", pgettext_lazy("stop rule", "Replies sent at once")
        PLANNED = "planned", pgettext_lazy("stop rule", "Replies sent later")

    class Effect(models.TextChoices):
        """What happens to a reply that fits."""

        ASK = "ask", pgettext_lazy("stop rule", "Ask: the author may send it all the same")
        SECOND_PERSON = (
            "second_person",
            pgettext_lazy("stop rule", "A second person has to approve it"),
        )

    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    words = models.TextField(
        _("words and phrases"), max_length=LONGEST_WORDS, blank=True, help_text="one a line"
    )
    queues = models.JSONField(default=dict, blank=True, help_text="id of a queue → its name")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYONE)
    people = models.JSONField(default=list, blank=True, help_text="primary keys of chosen people")
    new_for = models.PositiveIntegerField(null=True, blank=True)
    new_unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.DAYS)
    files = models.CharField(max_length=10, choices=Files.choices, blank=True)
    larger_than_mb = models.PositiveIntegerField(null=True, blank=True)
    file_kinds = models.JSONField(default=list, blank=True, help_text="names of kinds (file_kinds)")
    timing = models.CharField(max_length=10, choices=Timing.choices, blank=True)
    sentence = models.CharField(_("what its author reads"), max_length=LONGEST_SENTENCE)
    effect = models.CharField(max_length=15, choices=Effect.choices, default=Effect.ASK)

    is_active = models.BooleanField(default=False)
    version = models.PositiveIntegerField(
        default=1, help_text="counts what decides which replies it stops, as it was changed"
    )
    trial = models.JSONField(
        default=dict, blank=True, help_text="how far it was tried, see trial; no texts"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was last switched on"
    )

    objects = StopRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "name", "pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(is_active=True), name="stop_rule_active")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """What names it among the doubts about a reply."""
        return f"{RULE}{self.pk}"

    @property
    def needs_second_person(self) -> bool:
        """Whether the author alone cannot let a reply pass."""
        return self.effect == self.Effect.SECOND_PERSON

    @property
    def asks_experience(self) -> bool:
        """Whether it has to be told how many replies the author has sent before."""
        return self.audience == self.Audience.NEW and self.new_unit == self.Unit.REPLIES


class RuleStop(models.Model):
    """A reply that a rule stopped, once for all times it was sent under its key.

    What became of it is told by the reply of that key: let pass, approved, changed, or none yet.
    """

    rule = models.ForeignKey(StopRule, on_delete=models.PROTECT, related_name="stops")
    submission_key = models.UUIDField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "submission_key"], name="rule_stop_once")
        ]
        indexes = [models.Index(fields=["rule", "-id"], name="rule_stop_newest")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.submission_key}"
