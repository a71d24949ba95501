"""The list of replies and of events: what is shown, filtered, paged and explained."""

import re
import uuid
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from tests.support.pages import missing, shown
from tests.support.record import moved, note, submitted
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.verification_runs import check_record
from thulium_portal.replies import drafts
from thulium_portal.replies.models import Reply
from thulium_portal.review import views

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ewa, as_ewa):
    ewa.language = "en"
    ewa.save()
    return as_ewa


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/audit/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def tickets(text: str) -> list[int]:
    """The tickets of the rows shown, from top to bottom."""
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    numbers = re.findall(r'<td data-label="[^"]+">\s*(?:<a [^>]+>)?(\d+)(?:</a>)?\s*<small>', body)
    return [int(number) for number in numbers]


def links(text: str, rel: str) -> dict[str, list[str]]:
    """What the link *rel* keeps of the address."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    assert found
    return parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)


def test_the_permission_asked_for_by_name_is_the_real_one():
    assert Permission.REVIEW_AUDIT == Permission.REVIEW_AUDIT


def test_a_row_tells_who_to_whom_what_and_from_what(client, anna):
    entry = submitted(anna)
    moved(entry, Action.REPLY_CONFIRMED, "confirmed")
    text = page(client)
    for words in (
        "Anna Nowak",
        "anna.nowak",
        "1234",
        "Maria Wiśniewska",
        "Dzień dobry Pani Mario, paczka jedzie do Łodzi.",
        "Paczka opóźniona",
        'data-reply-state="confirmed"',
        f'href="/audit/{entry.sequence}/"',
    ):
        assert words in text
    assert re.search(r"version 4 · .*18.%|wersja 4 · .*18.?%", text, re.DOTALL)


def test_nothing_waiting_is_called_sent(client, anna):
    entry = submitted(anna)
    rows = page(client).partition("<thead>")[2]
    story = client.get(f"/audit/{entry.sequence}/").content.decode().partition("<h1>")[2]
    for whole in (rows, story):
        part = whole.partition("</main>")[0]
        assert not re.search(r"\bsent\b|\bwysłan[aoey]\b|\bwysłano\b", part, re.IGNORECASE)


def test_the_newest_reply_comes_first(client, anna):
    for ticket_id in (11, 12, 13):
        submitted(anna, ticket_id=ticket_id)
    assert tickets(page(client)) == [13, 12, 11]


def _to_zofia(author):
    return submitted(author, ticket_id=12, body_text="Zwrot", recipient="zofia@example.org")


def test_each_filter_narrows_the_list(client, anna, ewa):
    with time_machine.travel(datetime(2026, 11, 20, 22, 30, tzinfo=UTC), tick=False):
        submitted(anna, ticket_id=11)
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False):
        moved(_to_zofia(ewa), Action.REPLY_SENT, "sent")
    with time_machine.travel(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), tick=False):
        submitted(anna, ticket_id=13)
    expected = {
        "": [13, 12, 11],
        "?q=lodzi": [13, 11],
        "?q=ZWROT": [12],
        "?ticket=12": [12],
        "?ticket=%2312": [12],
        "?person=ewa": [12],
        "?person=EWA": [12],
        f"?person={anna.pk}": [13, 11],
        "?state=sent": [12],
        "?state=pending": [13, 11],
        "?since=2026-11-21": [13, 12],  # 23:30 UTC is past midnight in Warsaw
        "?until=2026-11-20": [11],
        "?since=2026-11-21&until=2026-11-21": [12],
        "?person=anna&since=2026-11-21": [13],
        "?q=&ticket=&person=&state=&since=&until=": [13, 12, 11],
        "?q=lodzi&state=rejected": [],
        "?q=lodzi&person=anna": [13, 11],
        "?q=lodzi&person=ewa": [],
        "?customer=wisniewska": [13, 12, 11],
        "?customer=paczka": [],
        "?customer=maria.w@example.org": [13, 11],
        "?customer=zofia@example.org": [12],
        "?customer=Wisniewska <zofia@EXAMPLE.org>": [12],
        "?q=zofia@example.org": [12],
        "?customer=mar&q=zwrot": [12],
        "?q=lodzi&canned=7": [13, 11],
        "?q=lodzi&canned=8": [],
        "?canned=7&version=4": [13, 12, 11],
        "?canned=7&version=5": [],
        "?login=Anna.Nowak": [13, 11],
        "?changed=light": [13, 12, 11],
        "?changed=heavy": [],
        "?changed=unchanged": [],
        "?changed=scratch": [],
        "?hour=0": [12],  # in Warsaw
        "?hour=13": [13],
        "?q=!!!": [],
    }
    assert {query: tickets(page(client, query)) for query in expected} == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"), ("since=23.11.2026", "since"), ("since=2026-02-30", "since"),
        ("since=0001-01-01", "since"), ("until=9999-12-31", "until"),
        ("since=2026-11-23&until=2026-11-22", "until"), ("person=nikt", "person"),
        ("person=99999999999999999999999", "person"), ("state=teleported", "state"),
        ("state=draft", "state"), ("ticket=abc", "ticket"), ("ticket=-5", "ticket"),
        ("ticket=99999999999999999999999", "ticket"),
        (f"customer={'x' * 201}", "customer"), ("canned=abc", "canned"),
        ("canned=9999999999", "canned"), ("version=-1", "version"), ("changed=much", "changed"),
        ("hour=24", "hour"), (f"q={'x' * 201}", "q"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("view", ["", "&view=events"])
def test_a_filter_that_makes_no_sense_is_explained_and_lists_nothing(
    query, field, view, client, anna
):
    submitted(anna)
    text = page(client, f"?{query}{view}")
    assert f'id="id_{field}_error"' in text
    assert text.partition("</main>")[0].count("field-error") == 1
    assert not shown(text, "<tbody>", "/audit/export/")


def test_events_are_found_by_what_only_their_replies_have(client, anna):
    submitted(anna, ticket_id=11, canned_id=7)
    moved(submitted(anna, ticket_id=12, canned_id=8), Action.REPLY_SENT, "sent")
    assert page(client, "?view=events&canned=8").count("<tr>") == 1 + 2
    assert page(client, "?view=events&canned=7&q=lodzi").count("<tr>") == 1 + 1


def test_a_page_of_words_is_filled_though_other_filters_leave_few(client, anna, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    for ticket_id in range(40):
        changed = 50 if ticket_id % 13 == 0 else 5
        submitted(anna, ticket_id=ticket_id, changed_percent=changed)
    first = page(client, "?q=lodzi&changed=heavy")
    assert tickets(first) == [39, 26]
    second = page(client, f"?q=lodzi&changed=heavy&before={links(first, 'next')['before'][0]}")
    assert tickets(second) == [13, 0]
    back = page(client, f"?q=lodzi&changed=heavy&after={links(second, 'prev')['after'][0]}")
    assert tickets(back) == [39, 26]


def test_a_wrong_filter_keeps_what_was_typed(client):
    text = page(client, "?q=łódź&ticket=<b>12&since=2026-11-23")
    assert not missing(text, 'value="łódź"', f'value="{escape("<b>12")}"', 'value="2026-11-23"')


def test_the_list_pages_by_key_and_keeps_its_filters(client, anna, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    for ticket_id in (11, 12, 13, 14, 15):
        submitted(anna, ticket_id=ticket_id)
    first = page(client, "?q=lodzi&person=anna")
    assert tickets(first) == [15, 14]
    assert 'rel="prev"' not in first
    asked = links(first, "next")
    assert (asked["q"], asked["person"]) == (["lodzi"], ["anna"])
    second = page(client, f"?q=lodzi&before={asked['before'][0]}")
    assert tickets(second) == [13, 12]
    third = page(client, f"?before={links(second, 'next')['before'][0]}")
    assert tickets(third) == [11]
    assert 'rel="next"' not in third
    back = page(client, f"?after={links(third, 'prev')['after'][0]}")
    assert tickets(back) == [13, 12]
    assert tickets(page(client, f"?after={links(back, 'prev')['after'][0]}")) == [15, 14]


@pytest.mark.parametrize("key", ["before=x", "before=-1", "after=99999999999999999999", "after=²"])
def test_a_nonsense_page_is_the_first_one(key, client, anna):
    submitted(anna, ticket_id=11)
    assert tickets(page(client, f"?{key}")) == [11]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client, anna, django_assert_max_num_queries
):
    for _ in range(12):
        submitted(anna)
    for view in ("", "?view=events"):
        with django_assert_max_num_queries(19):
            page(client, view)


def test_all_events_lists_entries_of_every_kind(client, adam, anna):
    note(Action.PERSON_CREATED, adam)
    entry = submitted(anna)
    moved(entry, Action.REPLY_REJECTED, "rejected", reason="refused", http_status=422)
    text = page(client, "?view=events")
    for sequence in (1, 2, 3):
        assert f'href="/audit/{sequence}/"' in text
    assert "422" in text
    narrowed = page(client, "?view=events&person=adam")
    assert f'href="/audit/{entry.sequence}/"' not in narrowed
    assert not missing(narrowed, 'href="/audit/1/"', 'name="view" value="events"')
    by_words = page(client, "?view=events&q=lodzi")
    assert 'href="/audit/3/"' in by_words
    assert 'href="/audit/1/"' not in by_words


def test_each_emptiness_is_told_apart(client):
    with translation.override("en"):
        pages = [page(client, query) for query in ("", "?q=x", "?since=x", "?view=events")]
    texts = [re.findall(r'class="empty">\s*<h2>\s*([^<]+?)\s*<', text)[0] for text in pages[:3]]
    assert len(set(texts)) == 3


def test_hostile_text_is_shown_as_text(client, anna):
    submitted(anna, body_text="<script>alert(1)</script>", customer="<img src=x>")
    text = page(client)
    assert not shown(text, "<script>alert", "<img src=x>")
    assert "&lt;script&gt;alert(1)" in text


def test_words_that_were_found_are_shown_where_they_stand_and_marked(client, anna):
    far = "Dzień dobry. " + "Sprawdzamy to. " * 60 + "Paczka jedzie do <b>Łodzi</b> i do Łódzkiego."
    submitted(anna, body_text=far)
    text = page(client, "?q=lodz+jedz")
    marked = re.findall(r"<mark>([^<]+)</mark>", text)
    assert marked == ["jedzie", "Łodzi", "Łódzkiego"]
    assert "do &lt;b&gt;<mark>Łodzi</mark>&lt;/b&gt;" in text
    assert "…" in text.partition('class="audit-excerpt"')[2].partition("<mark>")[0]
    in_subject = page(client, "?q=gdzie")
    assert not missing(in_subject, "Subject of the ticket: ")
    assert re.findall(r"<mark>([^<]+)</mark>", in_subject)
    assert "<mark>" not in page(client)


def test_a_discarded_draft_is_called_one_and_tells_its_words(client, anna, as_anna):
    key, body = uuid.uuid4(), "<p>Jednak nie teraz.</p>"
    draft = Reply.objects.create(ticket_id=1234, author=anna, body=body, submission_key=key)
    assert drafts.discard(draft, actor=anna)
    for query in ("", "?q=nie+teraz"):
        text = page(client, query)
        assert not missing(text, "Discarded draft", 'data-reply-state="cancelled"')
        assert "Jednak" in text
    entry = AuditEntry.objects.get(action=Action.DRAFT_DISCARDED)
    assert "Discarded draft" in page(client, f"{entry.pk}/")


def test_the_page_says_how_the_record_stood(client, adam, tamper):
    note()
    assert "pill-good" not in page(client)
    check_record(actor=adam)
    assert "pill-good" in page(client)
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'sent' WHERE sequence = 1")
    check_record(actor=adam)
    text = page(client)
    assert not missing(text, "notice-bad", "pill-bad")


def test_the_record_can_be_checked_from_the_page(client, ewa):
    note()
    answer = client.post("/audit/check/", follow=True)
    assert answer.redirect_chain == [("/audit/", 302)]
    assert "notice-good" in answer.content.decode()
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.actor) == (Action.AUDIT_VERIFIED, ewa)


def test_a_check_that_fails_says_so_at_once(client, tamper):
    note()
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'sent'")
    assert "notice-bad" in client.post("/audit/check/", follow=True).content.decode()


def test_a_very_long_record_is_not_checked_from_the_page(client, monkeypatch):
    monkeypatch.setattr(views, "MOST_CHECKED_AT_ONCE", 1)
    note()
    note()
    assert "verify_audit" in client.post("/audit/check/", follow=True).content.decode()
    assert not AuditEntry.objects.filter(action=Action.AUDIT_VERIFIED).exists()


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/audit/", "get"),
        ("/audit/1/", "get"),
        ("/audit/export/?format=csv", "get"),
        ("/audit/check/", "post"),
    ],
)
def test_only_reviewers_get_in(path, method, as_anna, as_adam):
    note()
    assert getattr(as_anna, method)(path).status_code == 403
    assert getattr(as_adam, method)(path).status_code in {200, 302}
    assert getattr(Client(), method)(path).status_code == 302
    other = "post" if method == "get" else "get"
    assert getattr(as_adam, other)(path).status_code == 405
