"""Several who decide of one waiting reply at the same moment: one decision stands, whole."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from tests.factories import make_person
from tests.support.replies import BODY, fresh
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.verification import verify
from thulium_portal.replies import services
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.decisions.approval import Changed
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.submission import Submission
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[Reply], object]
OTHER = "<p>Jutro rano.</p>"


@pytest.fixture
def piotr(db: None) -> User:
    return make_person("piotr", role=Role.SUPERVISOR)


@pytest.fixture
def waiting(anna: User, ewa: User) -> Reply:
    submission = Submission(uuid.uuid4(), Text(BODY), Snapshot(1234))
    return approval.ask(submission, actor=anna).reply


def at_once(reply: Reply, *acts: Act) -> list[str]:
    """Let all *acts* begin on what each read of *reply* before; return what became of each."""
    start = threading.Barrier(len(acts))

    def do(act: Act) -> str:
        try:
            mine = Reply.objects.select_related("author").get(pk=reply.pk)
            start.wait()
            act(mine)
        except StateConflict:
            return "late"
        except PermissionDenied:
            return "refused"
        else:
            return "won"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def decided(reply: Reply) -> list[str]:
    """Return the entries that decided of *reply*."""
    rows = AuditEntry.objects.filter(subject_id=str(reply.uuid)).order_by("sequence")
    return [each for each in rows.values_list("action", flat=True) if each not in BEFORE]


BEFORE = ("reply.approval_requested",)


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_approve_at_once_one_does(waiting, ewa, piotr, attempt):
    outcomes = at_once(
        waiting,
        lambda mine: approval.approve(mine, actor=ewa),
        lambda mine: approval.approve(mine, actor=piotr, changed=Changed(OTHER)),
    )
    assert sorted(outcomes) == ["late", "won"]
    now, is_ewas = fresh(waiting), outcomes[0] == "won"
    assert decided(waiting) == ["reply.approved"]
    assert now.approved_by == (ewa if is_ewas else piotr)
    assert (now.body, now.written_body) == ((BODY, "") if is_ewas else (OTHER, BODY))
    entry = AuditEntry.objects.get(subject_id=str(waiting.uuid), action="reply.approved")
    assert entry.actor == now.approved_by


@pytest.mark.parametrize("attempt", range(3))
def test_of_approving_sending_back_and_taking_back_one_stands(
    waiting, anna, ewa, piotr, attempt, settings
):
    settings.UNDO_SECONDS = 60
    approve, send_back, take_back = at_once(
        waiting,
        lambda mine: approval.approve(mine, actor=ewa),
        lambda mine: approval.send_back(mine, "Nie tak.", actor=piotr),
        lambda mine: services.undo(mine, actor=anna),
    )
    now, drafts = fresh(waiting), Reply.objects.filter(state=State.DRAFT)
    # Who takes back a reply that was approved a moment ago undoes it, as any on its way.
    if approve == "won":
        assert send_back == "late"
        undone = ["reply.cancelled"] if take_back == "won" else []
        assert decided(waiting) == ["reply.approved", *undone]
        assert now.state == (State.CANCELLED if undone else State.PENDING)
    else:
        assert sorted([send_back, take_back]) == ["late", "won"]
        by_colleague = send_back == "won"
        assert decided(waiting) == ["reply.approval_refused" if by_colleague else "reply.cancelled"]
        assert (now.state, now.approved_by) == (State.CANCELLED, None)
        assert drafts.get().sent_back_by == (piotr if by_colleague else None)
    assert drafts.count() == (now.state == State.CANCELLED)
    assert [draft.body for draft in drafts] == [BODY] * drafts.count()
    assert verify().broken is None


@pytest.mark.parametrize(("act", "note"), [("approve", ()), ("send_back", ("Nie tak.",))])
def test_who_was_switched_off_meanwhile_decides_nothing(waiting, ewa, piotr, act, note):
    """The person is as they were when their request began."""
    before = User.objects.get(pk=piotr.pk)
    User.objects.filter(pk=piotr.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        getattr(approval, act)(fresh(waiting), *note, actor=before)
    assert decided(waiting) == []
    assert fresh(waiting).state == State.UNAPPROVED
    approval.approve(fresh(waiting), actor=ewa)
    assert fresh(waiting).approved_by == ewa


def test_an_approver_who_loses_the_role_meanwhile_decides_nothing(waiting, piotr):
    before = User.objects.get(pk=piotr.pk)
    User.objects.filter(pk=piotr.pk).update(role=Role.AGENT)
    with pytest.raises(PermissionDenied):
        approval.approve(fresh(waiting), actor=before)
    assert fresh(waiting).state == State.UNAPPROVED
