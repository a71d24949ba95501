"""Each ticket gets its own draft, and the check list says what is unusual before anything goes."""

import pytest
from django.urls import reverse

from tests.bulk.conftest import draft, item, page, places
from thulium_portal.bulk import preparation
from thulium_portal.bulk.models import BulkReply
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = pytest.mark.django_db


def test_one_text_is_filled_for_each_customer(begin, as_anna, work):
    bulk = begin()
    assert bulk.state == "preparing"
    work()
    assert places(as_anna, bulk) == {1234: "going", 1233: "going", 1229: "going"}
    assert "Pani Mario" in draft(bulk, 1234).body
    bodies = {reply.body for reply in Reply.objects.all()}
    assert len(bodies) > 1
    assert all("{{" not in body for body in bodies)
    assert draft(bulk, 1234).seen["message_ids"]


def test_what_is_closed_merged_or_not_there_is_left_out_and_says_why(begin, as_anna, work):
    bulk = begin(1234, 1226, 999_999)
    work()
    assert places(as_anna, bulk) == {1234: "going", 1226: "left_out", 999_999: "unusable"}
    html = as_anna.get(page(bulk)).content.decode()
    assert "Zgłoszenie jest zamknięte." in html
    assert "W Thulium nie ma zgłoszenia o tym numerze" in html
    as_anna.post(page(bulk, "leave_out"), {"item": item(bulk, 1226).pk, "out": "0"})
    assert places(as_anna, bulk)[1226] == "going"
    as_anna.post(page(bulk, "leave_out"), {"item": item(bulk, 1234).pk, "out": "1"})
    assert places(as_anna, bulk)[1234] == "left_out"


def test_thulium_being_down_is_said_and_it_goes_on_later(begin, as_anna, thulium, work):
    bulk = begin()
    thulium.fail_next("down", times=100)
    work()
    html = as_anna.get(page(bulk, "live")).content.decode()
    assert "Nie można teraz połączyć się z Thulium" in html
    assert places(as_anna, bulk) == dict.fromkeys((1234, 1233, 1229), "waiting")
    thulium.recover()
    BulkReply.objects.update(due_at="2026-01-01T00:00Z")
    work()
    assert set(places(as_anna, bulk).values()) == {"going"}
    bulk.refresh_from_db()
    assert (bulk.state, bulk.problem) == ("checking", "")


def test_no_ticket_is_read_while_thulium_asks_to_be_left_alone(begin, as_anna, work):
    bulk = begin(1234)
    circuit_breaker.pause(60)
    work()
    assert places(as_anna, bulk) == {1234: "waiting"}
    circuit_breaker.record_success()
    BulkReply.objects.update(due_at="2026-01-01T00:00Z")
    work()
    assert places(as_anna, bulk) == {1234: "going"}


def test_one_can_go_on_without_tickets_that_could_not_be_read(begin, as_anna, thulium, work):
    bulk = begin()
    thulium.fail_next("down", times=100)
    work()
    as_anna.post(page(bulk, "go_on"))
    assert set(places(as_anna, bulk).values()) == {"unusable"}
    thulium.recover()
    unread = as_anna.get(page(bulk)).context["unread"]
    as_anna.post(page(bulk, "read_again"), {"item": [row.item.pk for row in unread]})
    work()
    assert set(places(as_anna, bulk).values()) == {"going"}


def test_a_colleagues_open_reply_another_draft_and_news_are_told(
    begin, as_anna, ewa, submit, thulium, work
):
    submit(ticket_id=1233, actor=ewa)
    as_anna.post(
        reverse("replies:autosave", args=[1234]), {"body": "<p>Mój</p>", "submission_key": ""}
    )
    bulk = begin()
    work()
    html = as_anna.get(page(bulk)).content.decode()
    assert "Inna odpowiedź w tym zgłoszeniu" in html
    assert "Masz inny szkic w tym zgłoszeniu." in html
    assert places(as_anna, bulk) == {1234: "going", 1233: "left_out", 1229: "going"}


def test_a_question_is_answered_once_for_all(begin, as_anna, work):
    bulk = begin(1234, 1233, body="<p>Wracamy o {{ wpisz: godzina }}.</p>")
    assert bulk.state == "writing"
    refused = as_anna.post(page(bulk, "questions"), {"ask_0": ""})
    assert refused.status_code == 422
    as_anna.post(page(bulk, "questions"), {"ask_0": "14:00"})
    work()
    assert {reply.body for reply in Reply.objects.all()} == {"<p>Wracamy o 14:00.</p>"}


def test_a_draft_changed_by_hand_is_marked_and_keeps_its_text(begin, as_anna, work):
    bulk = begin(1234, 1233)
    work()
    own = draft(bulk, 1234)
    as_anna.post(
        reverse("replies:autosave", args=[1234]),
        {
            "body": "<p>Tylko dla Pani Marii.</p>",
            "submission_key": str(own.submission_key),
            "revision": own.draft_revision,
        },
    )
    assert "Zmieniona przez Ciebie" in as_anna.get(page(bulk)).content.decode()
    as_anna.post(page(bulk, "write_again"))
    assert as_anna.get(page(bulk)).url == page(bulk, "text")
    as_anna.post(page(bulk, "text"), {"body": "<p>Już działa.</p>", "body_type": "HTML"})
    work()
    assert draft(bulk, 1234).body == "<p>Tylko dla Pani Marii.</p>"
    assert draft(bulk, 1233).body == "<p>Już działa.</p>"
    assert Reply.objects.filter(state=State.DRAFT).count() == 2


def test_a_discarded_bulk_reply_leaves_no_drafts_but_those_written_by_hand(begin, as_anna, work):
    bulk = begin(1234, 1233)
    work()
    own = draft(bulk, 1234)
    as_anna.post(
        reverse("replies:autosave", args=[1234]),
        {"body": "<p>Mój.</p>", "submission_key": str(own.submission_key), "revision": 1},
    )
    as_anna.post(page(bulk, "discard"))
    work()
    assert [reply.body for reply in Reply.objects.filter(state=State.DRAFT)] == ["<p>Mój.</p>"]
    bulk.refresh_from_db()
    assert (bulk.state, bulk.due_at) == ("discarded", None)


def test_a_ticket_that_fails_over_and_over_does_not_hold_up_the_others(
    begin, as_anna, work, monkeypatch
):
    bulk = begin()
    fill = preparation.fill

    def fail_for_one(bulk, snapshot):
        if snapshot.ticket_id == 1234:
            raise ZeroDivisionError
        return fill(bulk, snapshot)

    monkeypatch.setattr(preparation, "fill", fail_for_one)
    for _try in range(3):
        BulkReply.objects.update(due_at="2026-01-01T00:00Z")
        with pytest.raises(ZeroDivisionError):
            work()
    BulkReply.objects.update(due_at="2026-01-01T00:00Z")
    work()
    assert places(as_anna, bulk) == {1234: "unusable", 1233: "going", 1229: "going"}
    assert "Odpowiedz na nie osobno." in as_anna.get(page(bulk)).content.decode()


def test_what_came_meanwhile_is_to_be_opened_however_often_it_is_read(
    begin, as_anna, thulium, work
):
    bulk = begin(1234, 1233)
    work()
    one = {"item": item(bulk, 1234).pk}
    thulium.write_as_customer(1234, "Jednak dziękuję, już działa")
    as_anna.post(page(bulk, "read_again"), one)
    work()
    assert places(as_anna, bulk) == {1234: "not_ready", 1233: "going"}
    as_anna.post(page(bulk, "read_again"), one)
    work()
    html = as_anna.get(page(bulk)).content.decode()
    assert "Najpierw je otwórz i przeczytaj." in html
    opened = as_anna.post(page(bulk, "open"), one, follow=True)
    assert "Jednak dziękuję, już działa" in opened.content.decode()
    assert places(as_anna, bulk) == {1234: "going", 1233: "going"}
