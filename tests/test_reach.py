"""Narrowed to queues: nothing of another queue's tickets and replies is shown or done, on any page.

Complete by construction: every route of the site map is asked with the numbers of what is not the
person's to see, and is to tell nothing of it.
"""

import itertools
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.factories import make_person
from tests.support.people import change
from tests.support.replies import composed, fresh, in_state
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.bulk import services as bulk
from thulium_portal.canned import recalls
from thulium_portal.command.results import find
from thulium_portal.desk import assignment
from thulium_portal.handover.inventory import Inventory
from thulium_portal.quality import services as quality
from thulium_portal.replies import drafts, services, worklist
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.services import store
from thulium_portal.tickets import reading, reminders
from thulium_portal.tickets.index.intake import put_words
from thulium_portal.tickets.models import KnownQueue, KnownTicket, Presence
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

TICKET, OTHER = 1234, 1229
CUSTOMER, WRITTEN, FILE = "Wiśniewska", "neutrinowe", "gluon"
SECRETS = (CUSTOMER, WRITTEN, FILE)
ASKED = "?q=tajemnica&who=all&list=all&format=jsonl"


@pytest.fixture
def queues(thulium, adam) -> tuple[int, int]:
    """The queue of the ticket that is not to be seen, and another one."""
    secret = reading.load_snapshot(TICKET, adam)
    other = reading.load_snapshot(OTHER, adam)
    assert secret.queue_id != other.queue_id
    row = KnownTicket.objects.get(pk=TICKET)
    row.subject, row.customer_name = "Tajemnica paczki", f"Maria {CUSTOMER}"
    row.waiting_since, row.agent_login = timezone.now() - timedelta(days=9), ""
    row.save()
    put_words([row])
    return secret.queue_id, other.queue_id


@pytest.fixture
def snapshot(queues) -> Snapshot:
    return Snapshot(
        TICKET,
        subject="Tajemnica paczki",
        customer_name=f"Maria {CUSTOMER}",
        queue_id=queues[0],
        queue_name="Tajna",
    )


@pytest.fixture
def secret(submit, make, anna, ewa, adam, snapshot) -> dict[str, object]:
    """One thing of each kind about the ticket, all Anna's."""
    body = f"<p>Ta paczka ma {WRITTEN} właściwości.</p>"
    file = store(SimpleUploadedFile(f"{FILE}.pdf", b"%PDF-1.4 gluon"))
    response = make("Paczka", "<p>Ta paczka ma właściwości.</p>")
    text = Text(body, canned_response=response, canned_version=response.current)

    def reply(state: State, **fields: object) -> Reply:
        made = submit(text=text, snapshot=snapshot, files=[file]).reply
        return in_state(made, state, queue_id=snapshot.queue_id, **fields)

    states = (State.UNAPPROVED, State.BLOCKED, State.CONFIRMED)
    found: dict[str, object] = {state.value: reply(state) for state in states}
    saved = drafts.save(Text(body), snapshot=snapshot, key=uuid.uuid4(), revision=0, actor=anna)
    quality.assess(found["confirmed"], verdict="good", note=WRITTEN, actor=adam)
    recalls.recall(response.current, reason="x", correction="<p>y</p>", actor=ewa)
    reminders.begin(anna, TICKET, reminders.today(anna), newest=1)
    bulk.create([TICKET], actor=anna)
    return found | {"draft": saved.draft}


def addresses(secret: dict[str, object], anna: User) -> Iterator[tuple[str, str]]:
    """Yield name and address of every route, with the numbers of all that is secret."""
    replies = [one for one in secret.values() if isinstance(one, Reply)]
    sequences = AuditEntry.objects.exclude(ticket_id=None).values_list("sequence", flat=True)
    values = {
        "ticket_id": [TICKET],
        "message_id": [1, 2],
        "uuid": [one.uuid for one in replies],
        "file": [replies[0].attachments.get().uuid],
        "sequence": list(sequences[:3]),
        "number": [1],
        "pk": [1, anna.pk],
    }
    values["uuid"] += values["file"]
    yield from _below(get_resolver(), "", "/", values)


def _below(resolver, namespace, prefix, values) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        names = list(entry.pattern.converters)
        for chosen in itertools.product(*(values.get(name, ["1"]) for name in names)):
            path = str(entry.pattern)
            for name, value in zip(names, chosen, strict=True):
                converter = type(entry.pattern.converters[name]).__name__
                kind = converter.removesuffix("Converter").lower().replace("string", "str")
                path = path.replace(f"<{kind}:{name}>", str(value))
            if isinstance(entry, URLPattern):
                yield f"{namespace}{entry.name}", prefix + path
            elif isinstance(entry, URLResolver):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from _below(entry, inner, prefix + path, values)


def text_of(answer) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    text = b"".join(parts).decode(errors="replace")
    if file := getattr(answer, "file_to_stream", None):
        file.close()
    return text


def told(client: Client, person: User, secret, anna) -> set[str]:
    """Return the routes that tell *person* anything of what is secret, by GET and then by POST."""
    posted = composed(act="take_over", all="1", verdict="good", q="tajemnica")
    # The lists first: they tell what was known of a ticket before a page read it anew.
    lists = ("desk:", "command:")
    asked = sorted(addresses(secret, anna), key=lambda each: not each[0].startswith(lists))
    routes = set()
    for method, (name, path) in itertools.product(("GET", "POST"), asked):
        is_of_something = any(letter.isdigit() for letter in path)
        if name in {"account_logout", "account_login"} or not (method == "GET" or is_of_something):
            continue
        answer = client.get(path + ASKED) if method == "GET" else client.post(path, posted)
        assert answer.status_code < 500, name
        text = text_of(answer)
        if any(word in text for word in SECRETS):
            routes.add(name)
        if "_auth_user_id" not in client.session:
            client.force_login(person)
    return routes


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.AUDITOR])
def test_no_page_tells_anything_of_another_queues_ticket(role, secret, queues, anna, thulium):
    person = make_person("zosia", name="Zosia Mała", role=role, agent_login="zosia.mala")
    change(person, queues=[queues[1]])
    person.refresh_from_db()
    circuit_breaker.pulse()
    before = list(Reply.objects.order_by("pk").values("pk", "state", "author", "dismissed_at"))
    client = Client()
    client.force_login(person)
    assert told(client, person, secret, anna) == set()
    mine = Reply.objects.filter(author=person).values_list("ticket_id", flat=True)
    assert TICKET not in set(mine)
    after = Reply.objects.exclude(author=person).order_by("pk")
    assert list(after.values("pk", "state", "author", "dismissed_at")) == before
    assert not Presence.objects.filter(person=person, ticket_id=TICKET).exists()
    assert thulium.received(TICKET) == []


@pytest.mark.timeout(300)
def test_the_same_question_is_answered_to_who_works_in_that_queue(secret, queues, anna, thulium):
    person = make_person("zosia", name="Zosia Mała", role=Role.SUPERVISOR, agent_login="zosia.mala")
    change(person, queues=[queues[0]])
    person.refresh_from_db()
    circuit_breaker.pulse()
    client = Client()
    client.force_login(person)
    assert told(client, person, secret, anna) >= {
        *("desk:index", "command:search", "replies:index", "replies:show", "replies:compose"),
        *("replies:shown", "replies:approvals", "replies:approval", "replies:recall"),
        *("replies:attachment", "review:index", "review:show", "review:export", "quality:given"),
        *("handover:show", "handover:draft"),
    }


# What the sweep cannot ask


@pytest.fixture
def zosia(queues) -> User:
    """An agent who works in the other queue alone."""
    return change(make_person("zosia", agent_login="zosia.mala"), queues=[queues[1]])


def test_a_ticket_that_the_index_does_not_know_is_read_first(sign_in, zosia, queues):
    KnownTicket.objects.all().delete()
    client = sign_in(zosia)
    assert client.get(f"/tickets/{TICKET}/pulse/").status_code == 404
    assert client.get(f"/tickets/{OTHER}/pulse/").status_code == 200
    assert KnownTicket.objects.get(pk=TICKET).queue_id == queues[0]


def test_a_ticket_that_moved_goes_out_of_sight_and_comes_into_it(sign_in, zosia, queues, thulium):
    client = sign_in(zosia)
    assert client.get(f"/tickets/{OTHER}/").status_code == 200
    thulium.change_ticket(OTHER, queue=queues[0])
    # The index has not heard of it yet: what is read decides.
    page = client.get(f"/tickets/{OTHER}/")
    assert page.status_code == 404
    assert page.context["ticket"] is None
    assert client.post(f"/tickets/{OTHER}/draft/", composed()).status_code == 404
    thulium.change_ticket(OTHER, queue=queues[1])
    reading.load_snapshot(OTHER, User())
    assert client.get(f"/tickets/{OTHER}/").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("pl", "nie ma w Twoich kolejkach"), ("en", "is not in your queues")]
)
def test_the_page_says_why_and_the_record_notes_it(sign_in, zosia, language, words):
    User.objects.filter(pk=zosia.pk).update(language=language)
    answer = sign_in(User.objects.get(pk=zosia.pk)).get(f"/tickets/{TICKET}/")
    assert answer.status_code == 404
    assert words in answer.content.decode()
    entry = AuditEntry.objects.get(action="access.denied")
    assert (entry.actor, entry.ticket_id) == (zosia, TICKET)


def test_own_replies_stay_in_sight_wherever_their_ticket_went(sign_in, zosia, submit, queues):
    snapshot = Snapshot(OTHER, queue_id=queues[1])
    reply = submit(ticket_id=OTHER, snapshot=snapshot, actor=zosia).reply
    Reply.objects.filter(pk=reply.pk).update(queue_id=queues[0])
    KnownTicket.objects.filter(pk=OTHER).update(queue_id=queues[0])
    client = sign_in(zosia)
    assert client.get(f"/replies/{reply.uuid}/").status_code == 200
    assert str(reply.uuid) in client.get("/replies/").content.decode()
    assert client.get(f"/tickets/{OTHER}/").status_code == 404


def test_the_services_refuse_what_the_pages_do_not_offer(
    zosia, submit, snapshot, secret, queues, ewa, anna
):
    ewa = change(ewa, queues=[queues[1]])
    reply = secret["unapproved"]
    acts = [
        lambda: submit(snapshot=snapshot, actor=zosia),
        lambda: submit(snapshot=Snapshot(TICKET), actor=zosia),
        lambda: services.take_back(secret["blocked"], actor=ewa),
        lambda: approval.approve(reply, actor=ewa),
        lambda: quality.assess(secret["blocked"], verdict="good", note="", actor=ewa),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert assignment.take(TICKET, actor=zosia).outcome is assignment.Outcome.GONE
    assert ewa not in approval.approvers(besides=anna, queue_id=queues[0])
    assert not approval.waiting_for(ewa).exists()
    assert Inventory(anna, ewa).groups == []
    assert Inventory(anna, ewa).reminders == []
    assert TICKET not in {ticket.pk for ticket in Inventory(anna, ewa).tickets}


def test_lists_counts_and_the_next_ticket_are_of_ones_queues(zosia, queues, known_to_wait):
    known_to_wait(TICKET, queues[0], days=3)
    known_to_wait(OTHER, queues[1], days=1)
    assert worklist.next_ticket(zosia) == OTHER
    assert worklist.waiting(zosia).number == 1
    assert find(zosia, str(TICKET)).tickets == []
    change(zosia, queues=[])
    assert worklist.next_ticket(User.objects.get(pk=zosia.pk)) == TICKET


@pytest.fixture
def known_to_wait(zosia):
    def known_to_wait(ticket_id: int, queue: int, days: int) -> None:
        since = timezone.now() - timedelta(days=days)
        rows = KnownTicket.objects.filter(pk=ticket_id)
        rows.update(agent_login="zosia.mala", waiting_since=since, queue_id=queue, is_open=True)

    return known_to_wait


def test_a_bulk_reply_leaves_another_queues_ticket_out(zosia, work, no_undo_time):
    begun = bulk.create([TICKET, OTHER], actor=zosia)
    bulk.save_text(begun, Text("<p>Dzień dobry, paczka dotrze jutro.</p>"), actor=zosia)
    bulk.prepare(begun, {}, actor=zosia)
    for _step in range(4):
        type(begun).objects.update(due_at=timezone.now())
        work()
    states = dict(begun.items.values_list("ticket_id", "problem"))
    assert states == {TICKET: "not_found", OTHER: ""}


def test_an_administrator_is_never_narrowed(adam, queues):
    change(adam, queues=[queues[1]])
    assert User.objects.get(pk=adam.pk).narrowed_to is None


def test_queues_are_set_on_the_persons_page_by_their_names(as_adam, nowy, queues):
    page = as_adam.get(f"/people/{nowy.pk}/")
    name = KnownQueue.objects.get(queue_id=queues[1]).name
    assert name in page.content.decode()
    form = {each: page.context["form"][each].value() or "" for each in page.context["form"].fields}
    as_adam.post(f"/people/{nowy.pk}/", form | {"queues": [queues[1]], "is_active": "on"})
    assert User.objects.get(pk=nowy.pk).queues == [queues[1]]
    entry = AuditEntry.objects.get(action="person.changed")
    assert f'"after":"[{queues[1]}]"' in entry.record
    chosen = as_adam.get(f"/people/{nowy.pk}/").content.decode()
    assert f'value="{queues[1]}" checked' in chosen


def test_the_line_of_a_reply_knows_its_queue_and_the_record_stays_whole(secret, queues, ewa):
    assert set(ReviewRow.objects.values_list("queue_id", flat=True)) == {queues[0]}
    assert fresh(secret["confirmed"]).queue_id == queues[0]
