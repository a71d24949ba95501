"""Canned responses: reusable texts, their history, and what people did with them."""

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from thulium_portal.storage.models import FileLink


class CannedResponse(models.Model):
    """A reusable answer.

    What it says lives in its versions; this row says how it is found and used.
    """

    class State(models.TextChoices):
        """Its place in the workflow; only live ones are offered in the composer."""

        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for approval")
        LIVE = "live", _("Live")
        ARCHIVED = "archived", _("Archived")

    class Scope(models.TextChoices):
        """To whom it is offered."""

        SHARED = "shared", _("Shared with everyone")
        TEAM = "team", _("Team")
        PERSONAL = "personal", _("Only mine")

    title = models.CharField(_("title"), max_length=120)
    shortcut = models.SlugField(_("shortcut"), max_length=40, blank=True, allow_unicode=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.SHARED)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    keywords = models.CharField(_("keywords"), max_length=300, blank=True)
    use_when = models.CharField(_("use when…"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LIVE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="canned_responses"
    )
    owner_name = models.CharField(
        max_length=150,
        blank=True,
        help_text="user name of the owner a file gave, while nobody here has it",
    )
    current = models.ForeignKey(
        "CannedResponseVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    variant_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="variants",
        help_text="the first text of a family that says the same in several languages",
    )
    status_after = models.CharField(
        max_length=40, blank=True, help_text="id of a ticket status in Thulium; empty leaves it"
    )
    status_after_name = models.CharField(max_length=120, blank=True)
    decision_note = models.CharField(
        _("note"), max_length=300, blank=True, help_text="why it was sent back to its author"
    )
    submitted_at = models.DateTimeField(
        null=True, editable=False, help_text="since when it has waited for approval"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="who approved it or sent it back last",
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    used_count = models.PositiveIntegerField(default=0, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    # What searching reads: words without accents, each after a space, so that " zwro" finds one.
    folded_title = models.CharField(max_length=400, editable=False)
    folded_shortcut = models.CharField(max_length=120, default="", editable=False)
    folded_keywords = models.CharField(max_length=1200, default="", editable=False)
    folded_use_when = models.CharField(max_length=600, default="", editable=False)
    folded_text = models.TextField(default="", editable=False)
    # The stems of the same words, each between spaces: by them another form of a word is ranked.
    title_stems = models.CharField(max_length=400, default="", editable=False)
    keyword_stems = models.CharField(max_length=1200, default="", editable=False)
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


class CannedQueue(models.Model):
    """A Thulium queue whose tickets a team's canned response is offered for."""

    response = models.ForeignKey(CannedResponse, on_delete=models.CASCADE, related_name="queues")
    queue_id = models.BigIntegerField()
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "queue_id"]
        constraints = [
            models.UniqueConstraint(fields=["response", "queue_id"], name="canned_queue_unique")
        ]

    def __str__(self) -> str:
        return self.name or str(self.queue_id)


class CannedFile(FileLink):
    """A file that travels with a canned response; kept for every version that names it."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class CannedResponseVersion(models.Model):
    """What a canned response said from one saving to the next; never changed once stored."""

    response = models.ForeignKey(CannedResponse, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    placeholders = models.JSONField(default=dict, help_text="name → fallback, in order of use")
    details = models.JSONField(default=dict, help_text="shortcut, category and the like, as saved")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(
        max_length=150, blank=True, help_text="who wrote it where a file brought it from"
    )
    written_at = models.DateTimeField(
        null=True, help_text="when it was saved where a file brought it from"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    files = models.ManyToManyField(CannedFile, related_name="versions", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="canned_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def must_keep(self) -> tuple[str, ...]:
        """The passages that a reply keeps word for word, or says why not."""
        return tuple(self.details.get("must_keep", ()))

    @property
    def meant(self) -> tuple[str, ...]:
        """The wordings that look left over and that its author said belong there."""
        return tuple(self.details.get("meant", ()))

    @property
    def status_after(self) -> tuple[str, str]:
        """Id and name of the status that a ticket gets after a reply; empty leaves it."""
        kept = self.details
        return str(kept.get("status_after_id", "")), str(kept.get("status_after", ""))


class Favourite(models.Model):
    """A canned response that a person keeps at hand."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites"
    )
    response = models.ForeignKey(
        CannedResponse, on_delete=models.CASCADE, related_name="favourites"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "response"], name="canned_favourite_unique")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ★ {self.response_id}"


class CannedUse(models.Model):
    """A reply that was submitted with a canned response in it; one row for each of the two."""

    reply_uuid = models.UUIDField()
    response = models.ForeignKey(CannedResponse, on_delete=models.PROTECT, related_name="uses")
    version = models.ForeignKey(CannedResponseVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ticket_id = models.BigIntegerField()
    queue_id = models.BigIntegerField(null=True)
    changed_percent = models.PositiveSmallIntegerField(
        null=True, help_text="words the person changed before sending, of 100"
    )
    compared_at = models.DateTimeField(
        null=True, help_text="when the share was computed, or found to be too much work"
    )
    question = models.TextField(
        blank=True, help_text="folded words of the customer's message it answered; erasable"
    )
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["reply_uuid", "response"], name="canned_use_unique")
        ]
        indexes = [
            models.Index(fields=["response", "-used_at"], name="canned_use_of_response"),
            models.Index(fields=["person", "-used_at"], name="canned_use_of_person"),
            models.Index(fields=["queue_id", "-used_at"], name="canned_use_of_queue"),
            models.Index(
                fields=["id"],
                condition=models.Q(compared_at__isnull=True),
                name="canned_use_to_compare",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply_uuid} ← {self.response_id}"


class EmptySearch(models.Model):
    """Words that found no canned response, counted by day; nobody's name is kept with them."""

    day = models.DateField()
    words = models.CharField(max_length=60)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "words"]
        verbose_name_plural = "empty searches"
        constraints = [
            models.UniqueConstraint(fields=["day", "words"], name="canned_empty_search_unique")
        ]

    def __str__(self) -> str:
        return self.words


class Proposal(models.Model):
    """A change to a canned response that a person suggests and a manager decides.

    It comes from a real reply, or is a whole new version that the owner wrote of a live text: that
    one has ``details``, as a version has, and files.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Waiting for a decision")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("a proposal", "Taken back")

    response = models.ForeignKey(CannedResponse, on_delete=models.PROTECT, related_name="proposals")
    based_on = models.ForeignKey(CannedResponseVersion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    body = models.TextField()
    details = models.JSONField(
        default=dict, blank=True, help_text="of a new version: shortcut, category and the like"
    )
    files = models.ManyToManyField(CannedFile, related_name="proposals", blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reply_uuid = models.UUIDField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="canned_proposals"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    version = models.OneToOneField(
        CannedResponseVersion, on_delete=models.PROTECT, null=True, related_name="proposal"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="canned_proposal_state")]

    def __str__(self) -> str:
        return f"{self.response_id} by {self.author_id}: {self.state}"

    @property
    def is_new_version(self) -> bool:
        """Tell whether it is a whole new version rather than an edit made in a reply."""
        return bool(self.details)


class Recall(models.Model):
    """A faulty version: out of use, and everyone who received it gets a correction."""

    version = models.OneToOneField(
        CannedResponseVersion, on_delete=models.PROTECT, related_name="recall"
    )
    reason = models.CharField(max_length=300)
    correction = models.TextField(blank=True, help_text="HTML each customer's draft starts from")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    get_absolute_url: Callable[[], str]
    """The page of who received it; given by ``ABSOLUTE_URL_OVERRIDES`` of the settings."""

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.reason}"
