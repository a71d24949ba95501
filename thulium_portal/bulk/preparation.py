"""Making the drafts of a bulk reply: each ticket is read, and the text filled for its customer."""

from dataclasses import dataclass

from thulium_portal.bulk import checklist
from thulium_portal.bulk.labels import LEAVES_OUT
from thulium_portal.bulk.models import MOST_TRIES, BulkItem, BulkReply
from thulium_portal.canned import variants
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import offered_to
from thulium_portal.canned.placeholders import forms
from thulium_portal.canned.placeholders.forms import Answers
from thulium_portal.canned.placeholders.greeting import address
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies import attachments, drafts
from thulium_portal.replies.drafts import Files, Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.situation import Origin
from thulium_portal.replies.states import State
from thulium_portal.signatures.services import placeholder_values, signed_as_usual
from thulium_portal.storage import services as storage
from thulium_portal.tickets import reading
from thulium_portal.tickets.reading import TicketProblem
from thulium_portal.tickets.snapshot import Snapshot

_FOR_GOOD = frozenset({"not_found", "merged"})


@dataclass(frozen=True)
class Filled:
    """The text as one customer gets it, and the ids of its canned response's files."""

    text: Text
    canned_files: list[str]


def prepare_next(bulk: BulkReply) -> bool:
    """Read the next ticket of *bulk* and make its draft; the list is whole after the last.

    Returns False where Thulium cannot be asked now; ``problem`` says why.
    """
    # One that failed is tried again after all the others.
    waiting = bulk.items.filter(state=BulkItem.State.WAITING).order_by("begun", "tries", "position")
    item = waiting.select_related("reply").first()
    if item is None:
        states = BulkReply.State
        ready = BulkReply.objects.filter(pk=bulk.pk, state=states.PREPARING)
        ready.update(state=states.CHECKING, due_at=None, problem="")
        return True
    if item.begun >= MOST_TRIES:
        _update(item, state=BulkItem.State.UNUSABLE, problem="failed", is_left_out=True)
        return True
    _update(item, begun=item.begun + 1)
    found = reading.load_snapshot(item.ticket_id, bulk.author)
    if isinstance(found, TicketProblem):
        return _failed(bulk, item, found.kind)
    _tell(bulk, "")
    if item.reply is None or item.reply.state == State.DRAFT:
        _make_draft(bulk, item, found)
    else:
        _update(item, state=BulkItem.State.READY)
    return True


def _failed(bulk: BulkReply, item: BulkItem, problem: str) -> bool:
    tries = item.tries + 1
    if problem in _FOR_GOOD:
        _update(item, state=BulkItem.State.UNUSABLE, problem=problem, is_left_out=True)
        return True
    if problem == "unexpected" and tries >= MOST_TRIES:
        _update(item, state=BulkItem.State.UNUSABLE, problem="unreadable", is_left_out=True)
        return True
    _update(item, tries=tries)
    _tell(bulk, problem)
    return False


def _make_draft(bulk: BulkReply, item: BulkItem, snapshot: Snapshot) -> None:
    """Make the draft of *item*, or fill it anew; one changed by hand keeps its text."""
    known = drafts.under(item.key, bulk.author).first()
    is_first = item.reply is None
    filled, is_changed = fill(bulk, snapshot), False
    if known is not None and not is_first and known.draft_revision != item.filled_revision:
        filled, is_changed = Filled(Text.of(known), known.canned_files or []), True
    saved = drafts.save(
        filled.text,
        snapshot=snapshot,
        key=item.key,
        revision=known.draft_revision if known else 0,
        actor=bulk.author,
        files=Files(canned=filled.canned_files),
    )
    draft = saved.draft
    if draft is None:
        _update(item, state=BulkItem.State.UNUSABLE, problem="empty", is_left_out=True)
        return
    if saved.apart:
        # Its author writes on it at this very moment: theirs stays, and is looked at next time.
        drafts.discard(draft, actor=bulk.author)
        _failed(bulk, item, "unexpected")
        return
    if not is_changed:
        _give_files(bulk, draft)
    draft.author = bulk.author
    answered = checklist.answered([item.ticket_id], besides=[draft.pk])
    doubts = checklist.doubts_at_reading(draft, is_answered=bool(answered))
    _update(
        item,
        state=BulkItem.State.READY,
        reply=draft,
        filled_revision=0 if is_changed else draft.draft_revision,
        shown_message_id=_shown(item, known, snapshot),
        language=snapshot.language,
        complaints=checklist.readiness(draft, Origin(bulk.author, snapshot)),
        is_left_out=not LEAVES_OUT.isdisjoint(doubts) if is_first else item.is_left_out,
        problem="",
        tries=0,
    )


def _shown(item: BulkItem, known: Reply | None, snapshot: Snapshot) -> int:
    """Return the newest message that counts as shown: reading a ticket again shows nothing."""
    if item.shown_message_id is not None:
        return item.shown_message_id
    return (known.last_seen_message_id if known else snapshot.last_message_id) or 0


def _give_files(bulk: BulkReply, draft: Reply) -> None:
    files = list(bulk.files.all())
    stay = {(link.name, link.file.sha256) for link in files}
    gone = [link for link in draft.attachments.all() if (link.name, link.file.sha256) not in stay]
    for link in gone:
        link.delete()
    storage.discard({link.file for link in gone})
    attachments.attach(draft, files)


def fill(bulk: BulkReply, snapshot: Snapshot) -> Filled:
    """Return the text of *bulk* for one ticket, in the customer's language where there is one.

    The customer is addressed as their name tells; where it does not, neutrally.
    """
    response, version, body = bulk.canned_response, bulk.canned_version, bulk.body
    variant = _variant(bulk, snapshot)
    ticked, status = list(bulk.canned_files), (bulk.status_after, bulk.status_after_name)
    if variant is not None and variant.current is not None:
        follows = status[0] in _statuses_of(bulk)
        response, version, body = variant, variant.current, variant.current.body
        ticked = [str(file.uuid) for file in version.files.all()] if ticked else []
        if follows:
            status = (variant.status_after, variant.status_after_name)
    language = response.language if response else bulk.author.language
    values = placeholder_values(snapshot, bulk.author, language)
    guess = address(values["customer_first_name"], language).guess
    answers = Answers(address=str(guess), answers=bulk.answers)
    filled = forms.fill(body, values, answers, language).html
    text = Text(
        body=signed_as_usual(filled, snapshot, bulk.author, language=language),
        canned_response=response,
        canned_version=version,
        keep_reason=bulk.keep_reason,
        inserted=_inserted(bulk, version),
        answers={str(version.pk): answers} if version else {},
        confirmed=tuple(bulk.confirmed),
        status_after=status,
    )
    return Filled(text, ticked)


def _inserted(bulk: BulkReply, version: CannedResponseVersion | None) -> tuple[int, ...]:
    """Return the versions in the text, that of a variant in the place of the one it stands for."""
    named = set(bulk.inserted) - {bulk.canned_version_id}
    return tuple(sorted({*named, *([version.pk] if version else [])}))


def _variant(bulk: BulkReply, snapshot: Snapshot) -> CannedResponse | None:
    """Return the canned response in the customer's language, where the text is still its own."""
    response, version = bulk.canned_response, bulk.canned_version
    if response is None or version is None or not snapshot.language:
        return None
    if html_to_text(bulk.body) != html_to_text(version.body):
        return None
    among = offered_to(bulk.author, queue_id=snapshot.queue_id)
    return variants.in_language([response], snapshot.language, among=among).get(response.pk)


def _statuses_of(bulk: BulkReply) -> set[str]:
    """Return the statuses that the canned response of *bulk* sets; the person may choose others."""
    response, version = bulk.canned_response, bulk.canned_version
    now = response.status_after if response else ""
    return {now, version.status_after[0] if version else ""} - {""}


def _update(item: BulkItem, **values: object) -> None:
    """Change *item* where it still waits: meanwhile its author may have gone on without it."""
    waiting = BulkItem.objects.filter(pk=item.pk, state=BulkItem.State.WAITING)
    waiting.update(**({"begun": 0} | values))


def _tell(bulk: BulkReply, problem: str) -> None:
    if bulk.problem != problem:
        preparing = BulkReply.objects.filter(pk=bulk.pk, state=BulkReply.State.PREPARING)
        preparing.update(problem=problem)
