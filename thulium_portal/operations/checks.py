"""The one list of checks that ``doctor``, ``/status/`` and ``/readyz`` go by.

Each check looks at what is known here, which costs Thulium and others nothing. ``probes`` adds what
is asked of others, for ``doctor`` alone. No finding holds a secret or a word of a customer.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core import checks as django_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from thulium_portal import __version__
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.lib.times import duration, moment
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.review.presenters import standing

LEAST_FREE_BYTES = 1024**3
LONGEST_WAIT = timedelta(minutes=10)
"""How long a due reply may wait before somebody should look."""
CLOCK_SLACK = timedelta(minutes=2)
RECORD_CHECKED_WITHIN = BACKUP_WITHIN = timedelta(days=2)


class Level(StrEnum):
    """How a check came out; only ``FAILS`` needs a human."""

    FINE = "fine"
    NOTE = "note"
    FAILS = "fails"


@dataclass(frozen=True)
class Finding:
    """What a check found, in the reader's language: a state, and what to do about it."""

    level: Level
    words: str
    mend: str = ""


@dataclass(frozen=True)
class Check:
    """One line of the list; ``name`` is what machines call it."""

    name: str
    label: str | Promise
    look: Callable[[], Finding]
    needs_database: bool = True


@dataclass(frozen=True)
class Result:
    """A check with what it found."""

    name: str
    label: str | Promise
    finding: Finding


def results(find: Callable[[Check], Finding] | None = None) -> Iterator[Result]:
    """Yield the result of each check as *find* finds it, by looking where none is given.

    Never raises for what a check meets. Where the database is away, nothing else waits for it.
    """
    is_away = False
    for check in CHECKS:
        if is_away and check.needs_database:
            found = _untold()
        else:
            found = find(check) if find else found_by(check.look)
        is_away = is_away or (check.name == "database" and found.level is Level.FAILS)
        yield Result(check.name, check.label, found)


def fails(name: str) -> bool:
    """Tell whether the check called *name* fails. Raises ``DatabaseError``."""
    look = next(check.look for check in CHECKS if check.name == name)
    return look().level is Level.FAILS


def found_by(look: Callable[[], Finding]) -> Finding:
    """Return what *look* finds; a database or disk that refuses is a finding as well."""
    try:
        return look()
    except DatabaseError:
        return _untold()
    except OSError as error:
        mend = _("Look at the data folder (DATA_DIR) and the rights on it.")
        return Finding(
            Level.FAILS, _("the system refused: %(why)s") % {"why": error.strerror}, mend
        )


def _untold() -> Finding:
    words = _("cannot be told while the database does not answer as it should")
    return Finding(Level.NOTE, words)


def _fine(words: str) -> Finding:
    return Finding(Level.FINE, words)


def _version() -> Finding:
    return _fine(__version__)


def _settings() -> Finding:
    messages = django_checks.run_checks(include_deployment_checks=not settings.PRACTICE_MODE)
    serious = [message for message in messages if message.level >= django_checks.ERROR]
    ours = [message for message in messages if str(message.id).startswith(("site.", "accounts."))]
    if serious:
        return Finding(Level.FAILS, str(serious[0].msg), str(serious[0].hint or ""))
    if ours:
        return Finding(Level.NOTE, str(ours[0].msg), str(ours[0].hint or ""))
    if settings.PRACTICE_MODE:
        return _fine(_("practice mode: nothing reaches customers"))
    return _fine(_("whole"))


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        mend = _("Check DATABASE_URL, and that the database runs.")
        return Finding(Level.FAILS, _("does not answer"), mend)
    return _fine(_("answers (%(kind)s)") % {"kind": connection.display_name})


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    foreign = executor.loader.applied_migrations.keys() - executor.loader.graph.nodes.keys()
    ours = {app.split(".")[-1] for app in settings.INSTALLED_APPS}
    if any(app in ours for app, _name in foreign):
        mend = _("Start the newer version of the portal, or restore a backup of this one.")
        return Finding(Level.FAILS, _("the database is of a newer version"), mend)
    of_cache = settings.CACHES["default"].get("LOCATION")
    if waiting or (of_cache and of_cache not in connection.introspection.table_names()):
        mend = _("Run “manage.py prepare”.")
        return Finding(Level.FAILS, _("the database is not up to date"), mend)
    return _fine(_("up to date"))


def _disk() -> Finding:
    usage = shutil.disk_usage(settings.DATA_DIR)
    words = _("%(free)s GB free") % {"free": number_format(usage.free / 1024**3, 1)}
    if usage.free < LEAST_FREE_BYTES:
        return Finding(
            Level.FAILS, words, _("Make room on the disk of the data folder (DATA_DIR).")
        )
    return _fine(words)


def _clock() -> Finding:
    """The clock against what has happened already, and against the database's own."""
    now = timezone.now()
    newest = AuditEntry.objects.order_by("-sequence").values_list("at", flat=True).first()
    mend = _("Set the clock of this computer, by NTP for example; undo times go by it.")
    if newest is not None and newest > now + CLOCK_SLACK:
        return Finding(Level.FAILS, _("behind: the record knows of later things"), mend)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
        if abs(there - now) > CLOCK_SLACK:
            return Finding(Level.FAILS, _("differs from the database's"), mend)
    return _fine(moment(now))


def _storage() -> Finding:
    folder = Path(settings.DATA_DIR)
    probe = folder / f".check-{timezone.now().timestamp()}"
    try:
        probe.touch(mode=0o600)
    finally:
        probe.unlink(missing_ok=True)
    return _fine(_("can be written"))


def _thulium() -> Finding:
    known = circuit_breaker.status()
    if known.down_since:
        words = _("cannot be reached since %(when)s") % {"when": moment(known.down_since)}
        mend = _("Replies wait and leave by themselves. “manage.py check_thulium” tells the cause.")
        return Finding(Level.FAILS, words, mend)
    if known.pause_until and known.pause_until > timezone.now():
        words = _("asked to be left in peace until %(when)s") % {"when": moment(known.pause_until)}
        return Finding(Level.NOTE, words)
    return _fine(_("answers, as far as the worker has met it"))


def _sending() -> Finding:
    known = circuit_breaker.status()
    if known.held_since:
        words = _("on hold since %(when)s") % {"when": moment(known.held_since)}
        return Finding(Level.FAILS, words, _("Release it under Replies once you know why."))
    return _fine(_("open"))


def _queue() -> Finding:
    now = timezone.now()
    due = Reply.objects.filter(state=State.PENDING, not_before__lte=now)
    found = due.aggregate(count=Count("id"), oldest=Min("not_before"))
    if not found["count"]:
        return _fine(_("no reply waits to leave"))
    waited = now - found["oldest"]
    words = ngettext(
        "%(count)s reply waits to leave, the oldest for %(age)s",
        "%(count)s replies wait to leave, the oldest for %(age)s",
        found["count"],
    ) % {"count": found["count"], "age": duration(waited)}
    if waited > LONGEST_WAIT:
        return Finding(Level.FAILS, words, _("Look at Thulium and at the worker."))
    return _fine(words)


def _agent_logins() -> Finding:
    active = AgentProfile.objects.filter(user__is_active=True)
    refused = active.filter(active_in_thulium=False).count()
    if refused:
        words = ngettext(
            "%(count)s login is not active in Thulium",
            "%(count)s logins are not active in Thulium",
            refused,
        ) % {"count": refused}
        mend = _(
            "Activate it there, or correct it under People; “manage.py check_thulium” lists all."
        )
        return Finding(Level.FAILS, words, mend)
    if not active.exists():
        return Finding(Level.NOTE, _("none yet"), _("Enter them under People."))
    return _fine(_("none that Thulium refuses"))


def _worker() -> Finding:
    known = circuit_breaker.status()
    if circuit_breaker.worker_is_alive(known):
        return _fine(_("runs"))
    mend = _("Start “manage.py deliver”; until then replies wait safely.")
    if known.worker_seen_at is None:
        return Finding(Level.FAILS, _("was never seen"), mend)
    seen = {"when": moment(known.worker_seen_at)}
    return Finding(Level.FAILS, _("was last seen at %(when)s") % seen, mend)


def _mail() -> Finding:
    if settings.MAIL_OFFERED:
        return _fine(_("is set up"))
    return Finding(
        Level.NOTE, _("is not set up"), _("Set EMAIL_URL, if the portal is to send mail.")
    )


def _single_sign_on() -> Finding:
    return _fine(_("is set up") if settings.OIDC_ISSUER else _("is not used"))


def _record() -> Finding:
    found = standing()
    if found is None:
        return Finding(
            Level.NOTE, _("was never checked whole"), _("The worker does so every night.")
        )
    words = _("last checked whole: %(when)s") % {"when": moment(found.at)}
    if not found.holds:
        mend = _("Run “manage.py verify_audit” and keep a copy of the database as it is now.")
        return Finding(Level.FAILS, _("is not intact; %(words)s") % {"words": words}, mend)
    if timezone.now() - found.at > RECORD_CHECKED_WITHIN:
        return Finding(
            Level.FAILS, words, _("The worker checks it every night; see that one runs.")
        )
    return _fine(_("intact; %(words)s") % {"words": words})


def _backup() -> Finding:
    made = AuditEntry.objects.filter(action=Action.BACKUP_MADE).order_by("-sequence")
    at = made.values_list("at", flat=True).first()
    mend = _("Run “manage.py backup” every night, and keep its file elsewhere.")
    if at is None:
        return Finding(Level.NOTE, _("when one was last made is not known"), mend)
    words = _("last made: %(when)s") % {"when": moment(at)}
    if timezone.now() - at > BACKUP_WITHIN:
        return Finding(Level.FAILS, words, mend)
    return _fine(words)


CHECKS = (
    Check("version", gettext_lazy("Version"), _version, needs_database=False),
    Check("database", gettext_lazy("Database"), _database, needs_database=False),
    Check("settings", gettext_lazy("Settings"), _settings),
    Check("migrations", gettext_lazy("Tables"), _migrations),
    Check("disk", gettext_lazy("Disk"), _disk, needs_database=False),
    Check("clock", gettext_lazy("Clock"), _clock),
    Check("storage", gettext_lazy("Data folder"), _storage, needs_database=False),
    Check("thulium", gettext_lazy("Thulium"), _thulium),
    Check("agent_logins", gettext_lazy("Agent logins"), _agent_logins),
    Check("worker", gettext_lazy("Worker"), _worker),
    Check("sending", gettext_lazy("Sending"), _sending),
    Check("queue", gettext_lazy("Queue"), _queue),
    Check("mail", gettext_lazy("Mail"), _mail, needs_database=False),
    Check("single_sign_on", gettext_lazy("Single sign-on"), _single_sign_on, needs_database=False),
    Check("record", gettext_lazy("Audit record"), _record),
    Check("backup", gettext_lazy("Backup"), _backup),
)
"""In the order of causes: what stands above explains what fails below."""
