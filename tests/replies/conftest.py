"""Shorthands for replies: submit one, let the worker do what is due."""

import uuid
from collections.abc import Callable

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.demo.canned import load_demo_responses
from thulium_portal.operations.worker import Worker
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Submission, Submitted
from thulium_portal.tickets.snapshot import Snapshot

BODY = "<p>Dzień dobry, paczka wyszła dzisiaj i dotrze jutro do południa.</p>"


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path) -> None:
    """Keep one test's watermark from another's database."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def no_undo_time(settings) -> None:
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
        key: uuid.UUID | None = None,
        actor: User | None = None,
        seen: int | None = None,
        **given,
    ) -> Submitted:
        submission = Submission(
            key=key or uuid.uuid4(),
            text=Text(body, body_type),
            snapshot=Snapshot(ticket_id, subject="Gdzie jest moja paczka?", last_message_id=seen),
            **given,
        )
        return services.submit(submission, actor=actor or anna)

    return submit


@pytest.fixture
def work() -> Callable[[], int]:
    """Return a function that does what is due now, as ``deliver --once`` does."""
    return Worker(at_once=1).run_once


def fresh(reply: Reply) -> Reply:
    """Return the row as it is now."""
    return Reply.objects.get(pk=reply.pk)


@pytest.fixture
def demo_responses(ewa: User) -> int:
    """Store the demo canned responses."""
    return load_demo_responses(ewa)
