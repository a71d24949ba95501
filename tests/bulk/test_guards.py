"""Guards in bulk replies: asked once for all where the text tells, else ticket by ticket."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.bulk.conftest import BODY, draft, item, page, places, send
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.bulk.models import BulkReply
from thulium_portal.practice import shop
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards import doubts
from thulium_portal.replies.states import State
from thulium_portal.stop_rules.models import StopRule

pytestmark = pytest.mark.django_db
OF_THE_RULE = "Czy to ustalone?"


def only_1233(situation):
    if situation.snapshot.ticket_id == 1233:
        yield Complaint("other_customer", "body", "To zamówienie innego klienta.", "ZK/1")


@pytest.fixture
def of_a_ticket(monkeypatch):
    monkeypatch.setattr(doubts, "ALL", (*doubts.ALL, only_1233))


def listed(client, bulk):
    return {row.item.ticket_id: row for row in client.get(page(bulk)).context["rows"]}


def test_what_the_text_itself_tells_is_asked_once_for_all(as_anna, begin, make_rule, work):
    rule = make_rule(words="sklep", sentence=OF_THE_RULE)
    as_anna.post(reverse("bulk:index"), {"ticket": ["1234", "1229"]})
    bulk = BulkReply.objects.latest("pk")
    fields = {"body": BODY, "body_type": "HTML"}
    refused = as_anna.post(page(bulk, "text"), fields)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert html.count(f'data-guard="{rule.code}"') == html.count(OF_THE_RULE) == 1
    assert as_anna.post(page(bulk, "text"), fields | {"confirm": rule.code}).status_code == 302
    work()
    assert set(places(as_anna, bulk).values()) == {"going"}
    send(as_anna, bulk)
    work()
    assert {tuple(reply.confirmed) for reply in Reply.objects.all()} == {(rule.code,)}


@pytest.mark.usefixtures("of_a_ticket")
def test_what_one_ticket_tells_stays_on_the_list_until_it_is_let_pass(as_anna, begin, work):
    bulk = begin(1234, 1233)
    work()
    assert places(as_anna, bulk) == {1234: "going", 1233: "not_ready"}
    assert "To zamówienie innego klienta." in as_anna.get(page(bulk)).content.decode()
    doubted = draft(bulk, 1233)
    composer = as_anna.get(f"/tickets/1233/?draft={doubted.uuid}").context["form"]
    saved = as_anna.post(
        reverse("replies:autosave", args=[1233]),
        {
            **{name: str(composer[name].value()) for name in ("submission_key", "snapshot")},
            "revision": str(doubted.draft_revision),
            "body": doubted.body + "<p>Zgadza się.</p>",
            "body_type": "HTML",
            "confirm": "other_customer:ZK/1",
        },
    )
    assert saved.status_code == 200
    assert places(as_anna, bulk)[1233] == "going"
    send(as_anna, bulk)
    work()
    assert Reply.objects.get(ticket_id=1233).confirmed == ["other_customer:ZK/1"]
    assert not Reply.objects.filter(state=State.DRAFT).exists()


@pytest.mark.usefixtures("of_a_ticket")
def test_a_doubted_ticket_can_be_left_out(as_anna, begin, work):
    bulk = begin(1234, 1233)
    work()
    out = {"item": item(bulk, 1233).pk, "out": "1"}
    as_anna.post(page(bulk, "leave_out"), out)
    send(as_anna, bulk)
    work()
    assert [reply.ticket_id for reply in Reply.objects.exclude(submitted_at=None)] == [1234]


def test_what_needs_a_second_person_stays_with_its_words(as_anna, begin, make_rule, work):
    make_rule(words="sklep", sentence=OF_THE_RULE, effect=StopRule.Effect.SECOND_PERSON)
    bulk = begin(1234)
    work()
    [row] = listed(as_anna, bulk).values()
    assert (row.place, list(row.complaints)) == ("not_ready", [OF_THE_RULE])


def test_a_closed_ticket_that_was_put_back_in_is_not_asked_about_again(
    as_anna, begin, thulium, work
):
    thulium.change_ticket(1233, status=shop.CLOSED)
    bulk = begin(1234, 1233)
    work()
    assert places(as_anna, bulk)[1233] == "left_out"
    as_anna.post(page(bulk, "leave_out"), {"item": item(bulk, 1233).pk, "out": "0"})
    send(as_anna, bulk)
    work()
    assert Reply.objects.get(ticket_id=1233).confirmed == ["ticket_closed"]


def test_an_inactive_login_is_asked_about_once(as_anna, anna, begin, work):
    AgentProfile.objects.filter(user=anna).update(
        active_in_thulium=False, checked_at=timezone.now()
    )
    as_anna.post(reverse("bulk:index"), {"ticket": ["1234"]})
    bulk = BulkReply.objects.latest("pk")
    fields = {"body": BODY, "body_type": "HTML"}
    html = as_anna.post(page(bulk, "text"), fields).content.decode()
    assert html.count('data-guard="agent_inactive"') == 1
    passed = fields | {"confirm": "agent_inactive"}
    assert as_anna.post(page(bulk, "text"), passed).status_code == 302
    work()
    assert places(as_anna, bulk) == {1234: "going"}


def test_guards_of_changed_rows_ask_no_ticket_by_itself(
    as_anna, begin, make_rule, work, django_assert_max_num_queries
):
    make_rule(words="nieistniejące")
    bulk = begin(1234, 1233, 1229)
    work()

    def asked(table):
        with django_assert_max_num_queries(500) as queries:
            listed(as_anna, bulk)
        return sum(f'FROM "{table}"' in one["sql"] for one in queries.captured_queries)

    before = asked("stop_rules_stoprule"), asked("tickets_knownticket")
    Reply.objects.update(draft_revision=9)
    assert all(row.is_changed for row in listed(as_anna, bulk).values())
    after = asked("stop_rules_stoprule"), asked("tickets_knownticket")
    assert after == (before[0] + 1, before[1])
