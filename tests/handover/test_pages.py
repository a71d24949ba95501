"""The page of what somebody has not finished: told before they go, dealt with there, in words."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from tests.support.people import switch_off
from tests.support.replies import BODY, fresh, in_state
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import drafts
from thulium_portal.replies.decisions import departure
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import reminders
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(submit, anna) -> dict[str, Reply]:
    """What Anna has not finished: a draft, a planned reply, one not confirmed, a reminder."""
    snapshot = Snapshot(1235, subject="Reklamacja kurtki")
    saved = drafts.save(Text(BODY), snapshot=snapshot, key=uuid.uuid4(), revision=0, actor=anna)
    assert saved.draft
    reminders.begin(anna, 1229, reminders.today(anna) + timedelta(days=3), newest=7)
    return {
        "draft": saved.draft,
        "planned": submit(send_at=timezone.now() + timedelta(days=1)).reply,
        "unknown": in_state(submit(ticket_id=1233).reply, State.UNKNOWN),
    }


def text_of(answer) -> str:
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.parametrize(
    ("language", "words", "after"),
    [
        (
            "pl",
            ["Co zostałoby po tej osobie", "Szkice: 1", "Przypomnienia: 1"],
            ("1 odpowiedź jest wstrzymana", "Przekaż niedokończone sprawy"),
        ),
        (
            "en",
            ["What they would leave behind", "Drafts: 1", "Reminders: 1"],
            ("1 reply is on hold", "Hand over what is unfinished"),
        ),
    ],
)
def test_the_form_tells_before_and_leads_on_after(
    as_adam, adam, anna, left, language, words, after
):
    User.objects.filter(pk=adam.pk).update(language=language)
    page = as_adam.get(f"/people/{anna.pk}/")
    for each in words:
        assert each in text_of(page)
    assert f"/handover/{anna.pk}/" in page.content.decode()
    form = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    form = {name: value for name, value in form.items() if value}
    form |= {"is_active": "", "confirmation": anna.agent_login}
    answer = as_adam.post(f"/people/{anna.pk}/", form, follow=True)
    assert answer.redirect_chain == [(f"/people/{anna.pk}/?left=1", 302)]
    held, decision = after
    assert held in text_of(answer)
    told = answer.content.decode().partition("data-switched-off")[2].partition("<form")[0]
    assert f"/handover/{anna.pk}/" in told
    assert decision in told
    assert fresh(left["planned"]).state == State.HELD


def test_everything_is_listed_and_each_opens(as_ewa, left, anna):
    KnownTicket.objects.create(pk=77, agent_login="anna.nowak", subject="Zwrot pieniędzy")
    page = as_ewa.get(f"/handover/{anna.pk}/")
    html = page.content.decode()
    for reply in (left["planned"], left["unknown"]):
        assert f'href="/replies/{reply.uuid}/"' in html
        assert as_ewa.get(f"/replies/{reply.uuid}/").status_code == 200
    assert "Zwrot pieniędzy" in html
    assert f'value="{left["unknown"].uuid}"' not in html
    draft = as_ewa.get(f"/handover/drafts/{left['draft'].uuid}/")
    assert "paczka wyszła dzisiaj" in text_of(draft)
    entry = AuditEntry.objects.get(action="draft.opened")
    assert entry.subject_id == str(left["draft"].uuid)


def test_the_chosen_goes_to_the_chosen_colleague(as_ewa, left, anna, adam, as_adam):
    chosen = {"reply": str(left["draft"].uuid), "to": adam.pk, "act": "take_over"}
    answer = as_ewa.post(f"/handover/{anna.pk}/", chosen, follow=True)
    assert "Przekazano 1 pozycję: Adam Lis." in text_of(answer)
    (draft,) = Reply.objects.drafts_of(adam)
    assert draft.taken_over_from == left["draft"]
    assert fresh(left["planned"]).state == State.PENDING
    desk = as_adam.get("/")
    assert "Przejęta odpowiedź, autor: Anna Nowak" in text_of(desk)
    ticket = as_adam.get(f"/tickets/1235/?draft={draft.uuid}")
    assert "Przejęty tekst, autor: Anna Nowak" in text_of(ticket)
    old = as_adam.get(f"/replies/{left['draft'].uuid}/")
    assert "Przekazano: Adam Lis." in text_of(old)


def test_all_of_it_goes_at_once_what_moved_on_stays(as_ewa, left, anna, ewa, monkeypatch):
    real = departure.take_over

    def as_it_is_claimed(reply, **given):
        if reply.pk == left["planned"].pk:
            Reply.objects.filter(pk=reply.pk).update(
                state=State.CLAIMED, claim=uuid.uuid4(), lease_until=timezone.now()
            )
        return real(reply, **given)

    monkeypatch.setattr(departure, "take_over", as_it_is_claimed)
    answer = as_ewa.post(f"/handover/{anna.pk}/", {"all": "1", "to": ewa.pk}, follow=True)
    assert "Przekazano 2 pozycje: Ewa Kot." in text_of(answer)
    assert "Stan 1 odpowiedzi zmienił się w międzyczasie" in text_of(answer)
    assert fresh(left["planned"]).state == State.CLAIMED
    assert reminders.of(ewa).count() == 1


def test_discarding_asks_for_a_reason_and_keeps_what_was_ticked(as_ewa, left, anna):
    chosen = {"reply": str(left["draft"].uuid), "act": "discard", "why": " "}
    answer = as_ewa.post(f"/handover/{anna.pk}/", chosen)
    assert answer.status_code == 422
    assert "Podaj powód – zostanie zapisany w rejestrze." in text_of(answer)
    assert re.search(rf'value="{left["draft"].uuid}"[^>]*checked', answer.content.decode())
    as_ewa.post(f"/handover/{anna.pk}/", chosen | {"why": "Klientka zadzwoniła"})
    assert fresh(left["draft"]).state == State.CANCELLED
    entry = AuditEntry.objects.get(action="draft.discarded")
    assert entry.contents.get(field="reason_detail").data == "Klientka zadzwoniła"


@pytest.mark.parametrize(
    "posted",
    [
        {"act": "take_over"},
        {"all": "1", "act": "take_over"},
        {"all": "1", "act": "take_over", "to": "anna"},
        {"all": "1", "act": "take_over", "to": "999999"},
        {"reply": "nie-ma", "reminder": "\0", "to": "1", "act": "discard", "why": "x"},
    ],
)
def test_nothing_happens_where_something_is_missing(as_ewa, left, anna, posted):
    if posted.get("to") == "anna":
        posted = posted | {"to": anna.pk}
    assert as_ewa.post(f"/handover/{anna.pk}/", posted).status_code == 422
    assert fresh(left["draft"]).state == State.DRAFT


def test_what_was_left_behind_is_told_on_the_desk_until_it_is_dealt_with(
    as_ewa, as_anna, left, anna, ewa
):
    assert "/handover/" not in as_ewa.get("/").content.decode()
    switch_off(anna)
    assert f"/handover/{anna.pk}/" in as_ewa.get("/").content.decode()
    page = as_ewa.get(f"/replies/{left['planned'].uuid}/").content.decode()
    assert f"/handover/{anna.pk}/" in page
    assert [one.person for one in as_ewa.get("/handover/").context["people"]] == [anna]
    as_ewa.post(f"/handover/{anna.pk}/", {"all": "1", "to": ewa.pk})
    Reply.objects.filter(pk=left["unknown"].pk).update(state=State.CONFIRMED)
    assert "/handover/" not in as_ewa.get("/").content.decode()


def test_a_draft_of_nobody_and_a_reply_are_no_drafts_to_read(as_ewa, left):
    for number in (uuid.UUID(int=1), left["planned"].uuid):
        assert as_ewa.get(f"/handover/drafts/{number}/").status_code == 404
