"""“Before you send”: what guards doubt, shown at one place, let pass by a click and recorded."""

import json
import logging
import uuid

import pytest

from tests.support.replies import composed
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards import doubts

pytestmark = pytest.mark.django_db
PAST = "2020-01-01T10:00"


@pytest.fixture
def guard(monkeypatch):
    """Let guards be exactly those that are given."""

    def use(*guards):
        monkeypatch.setattr(doubts, "ALL", guards)

    return use


def greeting(_situation):
    yield Complaint("greeting", "body", "“Pani Barbaro” to kto inny?", "Pani Barbaro")


def attachment(_situation):
    yield Complaint("attachment", "attachments", "Nie ma pliku.", "w załączniku")


def second(_situation):
    yield Complaint("rule:7", "body", "Zapytaj kogoś.", needs_second_person=True)


def failing(_situation):
    raise ValueError("Barbara Nowak, ul. Lipowa 3")


def send(client, **given):
    return client.post("/tickets/1234/", composed(**given))


def title(html):
    return " ".join(html.partition("<title>")[2].partition("</title>")[0].split())


def opening():
    return AuditEntry.objects.filter(action="reply.submitted").latest("sequence")


def facts_told():
    return json.loads(opening().record)["facts"]


def test_each_doubt_is_said_once_with_its_place_and_a_way_past_it(guard, as_anna, thulium):
    guard(greeting, attachment)
    page = send(as_anna)
    assert page.status_code == 422
    html = page.content.decode()
    assert html.count("Nie ma pliku.") == html.count("“Pani Barbaro” to kto inny?") == 1
    for code in ("greeting", "attachment"):
        assert html.count(f'data-guard="{code}"') == 1
    assert 'value="greeting:Pani Barbaro"' in html
    assert 'data-words="Pani Barbaro"' in html
    assert title(html).startswith("Zanim wyślesz: ")
    assert html.count("data-error-summary") == 1
    assert not Reply.objects.exists()


def test_ticked_doubts_let_the_reply_go_and_stand_in_the_record(guard, as_anna, thulium):
    guard(greeting, attachment)
    passed = ["attachment", "greeting:Pani Barbaro"]
    assert send(as_anna, confirm=passed).status_code == 302
    reply = Reply.objects.get()
    assert sorted(reply.confirmed) == ["attachment:w załączniku", "greeting:Pani Barbaro"]
    facts = facts_told()
    assert facts["let_pass"] == ["attachment", "greeting"]
    assert "Barbaro" not in str(facts)


def test_what_nobody_asked_is_not_kept_as_let_pass(guard, as_anna, thulium):
    guard(greeting)
    codes = ["greeting", "attachment", "rule:9", "newer_message:4", "greeting:Panie Adamie"]
    assert send(as_anna, confirm=codes).status_code == 302
    assert Reply.objects.get().confirmed == ["greeting:Pani Barbaro"]
    assert facts_told()["let_pass"] == ["greeting"]


def test_a_tick_stays_where_the_form_comes_back_for_something_else(guard, as_anna, thulium):
    guard(greeting, attachment)
    page = send(as_anna, confirm="greeting:Pani Barbaro", send_at=PAST)
    html = page.content.decode()
    assert page.status_code == 422
    assert 'data-guard="attachment"' in html
    assert 'data-guard="greeting"' not in html
    ticked = html.partition('value="greeting:Pani Barbaro"')[2].partition(">")[0]
    assert "checked" in ticked
    assert title(html).startswith("Błąd: ")
    assert html.count('<h2 id="before-sending-title">Zanim wyślesz</h2>') == 1
    assert html.count("data-error-summary") == 1
    again = send(as_anna, confirm="greeting:Pani Barbaro")
    assert [doubt.code for doubt in again.context["form"].passed_doubts] == ["greeting"]


def test_what_needs_a_second_person_has_no_tick(guard, as_anna, thulium):
    guard(second)
    html = send(as_anna).content.decode()
    assert html.count('data-guard="rule:7"') == 1
    assert 'value="rule:7"' not in html


def test_a_guard_that_fails_holds_nothing_up_and_says_nothing_of_the_customer(
    guard, as_anna, thulium, caplog
):
    guard(failing, attachment)
    with caplog.at_level(logging.WARNING):
        assert send(as_anna, confirm="attachment").status_code == 302
    facts = facts_told()
    assert facts["guard_failed"] == ["failing"]
    assert facts["let_pass"] == ["attachment"]
    [line] = [one for one in caplog.records if "guard" in one.getMessage()]
    assert "ValueError at test_doubts.py:" in line.getMessage()
    assert "Barbara" not in caplog.text
    assert line.exc_info is None


def test_a_reply_that_nothing_is_doubted_of_has_no_such_facts(guard, as_anna, thulium):
    guard()
    assert send(as_anna, submission_key=str(uuid.uuid4())).status_code == 302
    assert not {"let_pass", "guard_failed"} & facts_told().keys()


def test_what_was_let_pass_is_told_on_its_page_and_in_the_record(
    guard, as_anna, as_ewa, thulium, make_rule
):
    rule = make_rule()
    guard(attachment, failing, lambda _situation: [Complaint(rule.code, "body", "Pytanie?")])
    assert send(as_anna, confirm=["attachment", rule.code]).status_code == 302
    page = as_anna.get(f"/replies/{Reply.objects.get().uuid}/").content.decode()
    record = as_ewa.get(f"/audit/{opening().sequence}/").content.decode()
    for html in (page, record):
        assert "W odpowiedzi jest mowa o załączniku, a nie ma żadnego pliku." in html
        assert "Reguła: Pytanie?" in html
    assert "Sprawdzenie zawiodło: failing." in record
