"""People and their agent logins."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.roles import PERMISSIONS, Permission, Role, roles_with

Rows = TypeVar("Rows", bound=models.QuerySet[Any])
TAKEN_USERNAME = _("Somebody already signs in with this user name. Choose another.")
TAKEN_LOGIN = _("Somebody already sends under this agent login. Each person needs their own.")


class UserManager(BaseUserManager["User"]):
    """Makes and finds people by user name, whatever the case it is typed in."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person; the services module is the only caller outside tests."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with that user name, upper and lower case being the same."""
        return self.get(username__iexact=self.model.normalize_username(username or ""))

    def who_may(self, permission: Permission) -> models.QuerySet["User"]:
        """Return the active people whose role holds *permission*."""
        return self.filter(is_active=True, role__in=roles_with(permission))


class User(AbstractBaseUser):
    """A person who signs in. Never deleted: history names them; leaving means ``is_active`` off."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": TAKEN_USERNAME},
    )
    name = models.CharField(_("first and last name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    signature = models.TextField(_("signature"), max_length=2000, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(default=False)
    """Somebody else chose the present password, so its owner has to choose another first."""
    sessions_ended = models.PositiveIntegerField(default=0)
    """How often all sessions were ended; what was signed in before stays out for ever."""
    queues = models.JSONField(default=list, blank=True)
    """Thulium's numbers of the queues this person is narrowed to; empty means all."""
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    get_absolute_url: Callable[[], str]
    """The page their day begins on; see ``ABSOLUTE_URL_OVERRIDES``."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message=TAKEN_USERNAME,
            )
        ]
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name()

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return one spelling for all that look alike: no capitals, no lettering variants.

        SQLite would tell “Łucja” from “łucja”.
        """
        return unicodedata.normalize("NFKC", username).lower()

    @staticmethod
    def normalize_password(password: str) -> str:
        """Return one spelling for all that look alike, whichever keyboard they come from."""
        return unicodedata.normalize("NFKC", password)

    def set_password(self, raw_password: str | None) -> None:
        """Keep a hash of the password's one spelling."""
        super().set_password(raw_password and self.normalize_password(raw_password))

    def has_password(self, typed: str) -> bool:
        """Tell whether *typed* is this person's password; older hashes are of what was typed."""
        spellings = dict.fromkeys((self.normalize_password(typed), typed))
        return any(self.check_password(spelling) for spelling in spellings)

    def get_full_name(self) -> str:
        """Return the name people know this person by."""
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name().split(" ")[0]

    def get_session_auth_hash(self) -> str:
        """Return what every session of this person holds: none of before an end lives again."""
        return self._numbered(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._numbered, super().get_session_auth_fallback_hash())

    def _numbered(self, session_hash: str) -> str:
        return f"{session_hash}.{self.sessions_ended}"

    def has_usable_password(self) -> bool:
        """Whether a password opens the portal for this person; switched off, none does."""
        return settings.PASSWORD_SIGN_IN and super().has_usable_password()

    def may(self, permission: Permission) -> bool:
        """Tell whether this person's role holds *permission*; inactive people may nothing."""
        return self.is_active and permission in PERMISSIONS.get(self.role, frozenset())

    @property
    def narrowed_to(self) -> frozenset[int] | None:
        """Thulium's numbers of the only queues they work in; None for all, as administrators do."""
        if not self.queues or self.role == Role.ADMINISTRATOR:
            return None
        return frozenset(self.queues)

    def works_in(self, queue_id: int | None) -> bool:
        """Tell whether tickets of a queue are theirs to see."""
        return self.narrowed_to is None or queue_id in self.narrowed_to

    def in_reach(self, rows: Rows) -> Rows:
        """Return those of *rows*, which have a ``queue_id``, that are theirs to see."""
        return rows if self.narrowed_to is None else rows.filter(queue_id__in=self.narrowed_to)

    @property
    def agent_login(self) -> str:
        """The Thulium login this person sends under, or an empty string."""
        profile = getattr(self, "agent_profile", None)
        return profile.login if profile else ""

    @property
    def reads_only(self) -> bool:
        """Whether their role sends nothing, whatever their agent login."""
        return self.role not in roles_with(Permission.SEND_REPLIES)

    @property
    def can_send(self) -> bool:
        """Whether this person may send replies, and has an agent login to send them under."""
        return self.may(Permission.SEND_REPLIES) and bool(self.agent_login)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this person reads and writes times."""
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)


class AgentProfile(models.Model):
    """The Thulium agent a person sends as: Thulium's ``user_login``."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="agent_profile")
    login = models.CharField(_("agent login"), max_length=150)
    name_in_thulium = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    active_in_thulium = models.BooleanField(null=True, blank=True)
    email_in_thulium = models.CharField(max_length=320, blank=True)
    has_own_address = models.BooleanField(
        null=True, blank=True, help_text="whether that address was the person's when last compared"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("login"), name="agent_login_unique", violation_error_message=TAKEN_LOGIN
            )
        ]

    def __str__(self) -> str:
        return self.login

    def record_check(self, check: AgentCheck) -> None:
        """Take over the result of a check, not saved yet; one that cannot tell leaves it open."""
        is_known = check.status is not LoginStatus.CANNOT_TELL
        self.name_in_thulium = check.name
        if check.status is not LoginStatus.UNKNOWN:
            self.email_in_thulium = check.email
        self.checked_at = timezone.now() if is_known else None
        self.active_in_thulium = check.status is LoginStatus.ACTIVE if is_known else None


class AdministratorNotice(models.Model):
    """Something that every administrator is to know, as the record calls it."""

    action = models.CharField(max_length=40)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    read_by = models.ManyToManyField(User, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.person_id}"


class Invitation(models.Model):
    """A person's way in before they have a password: one link, for one use, for a while."""

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="invitation")
    key_digest = models.CharField(max_length=64, unique=True)
    """The key itself stands in the link alone."""
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="invitations_made"
    )
    made_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField()
    was_mailed = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person)

    @property
    def is_open(self) -> bool:
        """Whether the link still leads to a password."""
        return self.used_at is None and timezone.now() < self.valid_until
