"""The pages of approval: asking in the composer, the list, the page of one reply, and its words."""

import re
import uuid
from html import escape as html_escape

import pytest
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from tests.factories import make_person
from tests.support.pages import missing
from tests.support.replies import BODY, composed, fresh
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.canned import recalls
from thulium_portal.privacy.customers import Customer, IdentifierKind
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.replies import erasure
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.decisions.approval import Changed
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.review.presenters import story_of
from thulium_portal.stop_rules.models import StopRule

pytestmark = pytest.mark.django_db
SENTENCE = "Oferty dla sieci sprawdza druga osoba."


@pytest.fixture
def second_person(make_rule):
    """Return what stores a rule that wants a second person for replies with *words*."""

    def second_person(words: str = "paczk*") -> StopRule:
        effect = StopRule.Effect.SECOND_PERSON
        return make_rule(words, name="Oferty", sentence=SENTENCE, effect=effect)

    return second_person


@pytest.fixture
def rule(second_person):
    """Return such a rule, which stops the replies of these tests."""
    return second_person()


@pytest.fixture
def ask(client, anna, ewa, thulium):
    """Return what posts the composer's form of ticket 1234 as anna, asking for approval."""

    def ask(body: str = BODY, **given: object) -> Reply:
        client.force_login(anna)
        address = reverse("replies:compose", args=[1234])
        page = client.get(address).content.decode()
        snapshot = re.search(r'name="snapshot" value="([^"]*)"', page).group(1)
        form = composed(body, approval="ask", snapshot=snapshot, **given)
        answer = client.post(address, form)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return Reply.objects.exclude(state=State.DRAFT).latest("pk")

    return ask


def page_of(client, person: User, name: str, *args: object) -> str:
    client.force_login(person)
    answer = client.get(reverse(f"replies:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client, person: User, reply: Reply, name: str = "replies:approval", **form: object):
    client.force_login(person)
    return client.post(reverse(name, args=[reply.uuid]), form, follow=True)


def shown_on(html: str) -> str:
    return re.search(r'name="shown" value="([^"]*)"', html).group(1)


def test_a_rule_turns_send_into_asking(client, anna, ewa, rule, thulium):
    client.force_login(anna)
    address = reverse("replies:compose", args=[1234])
    form = composed()
    refused = client.post(address, form)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert SENTENCE in html
    assert 'name="approval" value="ask"' in html
    assert "Ewa Kot" in html
    answer = client.post(address, form | {"approval": "ask", "approval_note": "Duży klient"})
    reply = Reply.objects.get(submission_key=form["submission_key"])
    assert answer["Location"] == reverse("replies:show", args=[reply.uuid])
    assert (reply.state, reply.approval_reasons) == (State.UNAPPROVED, [rule.code])
    assert reply.approval_note == "Duży klient"


def test_other_questions_are_answered_first_and_the_note_comes_back(client, anna, rule, thulium):
    client.force_login(anna)
    form = composed("<p>paczka dla {{customer.name}}</p>", approval="ask", approval_note="Zerknij")
    answer = client.post(reverse("replies:compose", args=[1234]), form)
    assert answer.status_code == 422
    assert "Zerknij" in answer.content.decode()
    assert not Reply.objects.exists()


def test_too_long_a_note_is_refused_in_words(client, anna, ewa, thulium):
    client.force_login(anna)
    form = composed(approval="ask", approval_note="x" * 301)
    answer = client.post(reverse("replies:compose", args=[1234]), form)
    assert answer.status_code == 422
    assert "x" * 301 in answer.content.decode()


def test_approval_is_offered_only_where_a_rule_asks_for_it(client, anna, second_person, thulium):
    assert 'id="wish-note"' not in page_of(client, anna, "compose", 1234)
    second_person("faktura*")
    assert 'id="wish-note"' in page_of(client, anna, "compose", 1234)


def test_the_approver_reads_what_its_author_let_pass(client, ask, ewa):
    reply = ask()
    Reply.objects.filter(pk=reply.pk).update(confirmed=["greeting:Janie", "large_file"])
    html = page_of(client, ewa, "approval", reply.uuid)
    told = re.search(r"<div data-let-pass>(.*?)</div>", html, re.DOTALL).group(1)
    assert re.findall(r"<li>(.*?)</li>", told) == ["Powitanie nie pasuje do klienta."]
    Reply.objects.filter(pk=reply.pk).update(confirmed=["large_file"])
    assert "data-let-pass" not in page_of(client, ewa, "approval", reply.uuid)


def test_its_author_is_told_who_may_approve_it(client, ask, anna):
    reply = ask(approval_note="Pierwsza taka oferta")
    html = page_of(client, anna, "show", reply.uuid)
    assert "Ewa Kot" in html
    assert "Pierwsza taka oferta" in html
    assert 'data-reply-state="unapproved"' in html
    assert reverse("replies:undo", args=[reply.uuid]) in html
    assert reverse("replies:approval", args=[reply.uuid]) not in html


def test_the_author_is_told_where_nobody_may_approve_it_any_more(client, ask, anna, ewa):
    reply = ask()
    User.objects.filter(pk=ewa.pk).update(role=Role.AGENT)
    assert "Ewa Kot" not in page_of(client, anna, "show", reply.uuid).split("reply-status")[1]
    make_person("adam", name="Adam Lis", role=Role.ADMINISTRATOR)
    assert "Adam Lis" in page_of(client, anna, "show", reply.uuid)


def test_who_may_approve_finds_it_from_every_page_and_the_desk(client, ask, ewa, anna):
    reply = ask()
    client.force_login(ewa)
    desk = client.get(reverse("desk:index")).content.decode()
    assert "data-to-approve" in desk
    assert "nav-count" in desk
    listed = page_of(client, ewa, "approvals")
    assert reverse("replies:approval", args=[reply.uuid]) in listed
    client.force_login(anna)
    assert "data-to-approve" not in client.get(reverse("desk:index")).content.decode()
    assert client.get(reverse("replies:approvals")).status_code == 403


def test_it_is_approved_as_it_is(client, ask, ewa):
    reply = ask()
    html = page_of(client, ewa, "approval", reply.uuid)
    assert "anna.nowak" in html
    decide(client, ewa, reply, shown=shown_on(html))
    assert (fresh(reply).state, fresh(reply).approved_by) == (State.PENDING, ewa)


def test_it_is_approved_with_another_text_that_is_made_safe(client, ask, anna, ewa):
    reply = ask()
    client.force_login(ewa)
    html = client.get(reverse("replies:approval", args=[reply.uuid]) + "?change").content.decode()
    assert "data-editor" in html
    text = "<p>Paczka dotrze <script>x()</script>pojutrze.</p>"
    decide(client, ewa, reply, shown=shown_on(html), body=text)
    assert (fresh(reply).body, fresh(reply).state) == ("<p>Paczka dotrze pojutrze.</p>", "pending")
    shown = page_of(client, anna, "show", reply.uuid)
    assert "<ins>" in shown
    assert "Ewa Kot" in shown


def test_a_changed_text_with_a_blank_comes_back_as_it_was_typed(client, ask, ewa):
    reply = ask()
    answer = decide(client, ewa, reply, body="<p>Dzień dobry {{customer.name}}</p>")
    assert answer.status_code == 422
    assert "customer.name" in answer.content.decode()
    assert (fresh(reply).state, fresh(reply).body) == (State.UNAPPROVED, BODY)


@pytest.fixture
def recalled(ask, make, ewa):
    """A waiting reply whose canned response was recalled since."""
    response = make("Zwrot", "<p>Na zwrot masz 14 dni.</p>")
    started = {"canned_response": response.pk, "canned_version": response.current.pk}
    reply = ask("<p>Na zwrot masz 14 dni.</p>", **started)
    told = {"reason": "Termin jest inny.", "correction": "<p>30 dni.</p>"}
    recalls.recall(response.current, **told, actor=ewa)
    return reply


@pytest.mark.parametrize("body", ["<p>Na zwrot masz 30 dni.</p>", "<p>Na zwrot masz 14 dni.</p>"])
def test_a_text_recalled_while_it_waits_is_read_changed_and_approved(client, recalled, ewa, body):
    """Or left as it is, where who approves says that it is right; never without a word."""
    html = page_of(client, ewa, "approval", recalled.uuid)
    assert "Termin jest inny." in html
    assert decide(client, ewa, recalled).status_code == 422
    html = client.get(reverse("replies:approval", args=[recalled.uuid]) + "?change").content
    [code] = re.findall(rb'name="confirm" value="(recalled:\d+)"', html)
    refused = decide(client, ewa, recalled, body=body)
    assert refused.status_code == 422
    assert missing(refused, "Termin jest inny.", code.decode(), html_escape(body)) == []
    decide(client, ewa, recalled, body=body, confirm=code.decode(), shown=shown_on(html.decode()))
    now = fresh(recalled)
    assert (now.state, now.body, now.confirmed) == (State.PENDING, body, [code.decode()])


def test_a_text_recalled_while_it_waits_can_be_sent_back(client, recalled, ewa, anna):
    decide(client, ewa, recalled, "replies:send_back", note="Tekst wycofano.")
    draft = Reply.objects.get(state=State.DRAFT)
    assert (draft.author, draft.approval_note) == (anna, "Tekst wycofano.")


def test_codes_that_let_nothing_pass_are_not_kept(client, ask, ewa):
    reply = ask()
    given = ["PESEL 44051401359", "greeting:" + "x" * 500, "unfinished:[strona]"]
    decide(client, ewa, reply, body=BODY, confirm=given)
    assert fresh(reply).confirmed == ["unfinished:[strona]"]


@pytest.mark.parametrize("body", ["<p>" * 5000, "x" * 2_000_000, ""])
def test_a_text_over_every_limit_is_refused_in_words(client, ask, ewa, body):
    reply = ask()
    answer = decide(client, ewa, reply, body=body)
    assert answer.status_code in {413, 422}
    assert fresh(reply).state == State.UNAPPROVED


def test_it_is_sent_back_with_a_note_that_its_author_reads(client, ask, anna, ewa):
    reply = ask()
    refused = decide(client, ewa, reply, "replies:send_back", note="  ")
    assert not missing(refused, "data-error-summary", "autofocus")
    assert refused.status_code == 422
    decide(client, ewa, reply, "replies:send_back", note="Cena jest netto.")
    draft = Reply.objects.get(state=State.DRAFT)
    client.force_login(anna)
    assert "Cena jest netto." in client.get(reverse("desk:index")).content.decode()
    assert "Cena jest netto." in page_of(client, anna, "compose", 1234)
    assert "Cena jest netto." in page_of(client, anna, "show", reply.uuid)
    client.post(reverse("replies:dismiss_note", args=[draft.uuid]))
    assert "Cena jest netto." not in page_of(client, anna, "compose", 1234)


def test_nobody_hides_the_note_on_anothers_draft(client, ask, ewa):
    approval.send_back(ask(), "Cena jest netto.", actor=ewa)
    draft = Reply.objects.get(state=State.DRAFT)
    client.force_login(ewa)
    assert client.post(reverse("replies:dismiss_note", args=[draft.uuid])).status_code == 404
    assert fresh(draft).approval_note == "Cena jest netto."


@pytest.mark.parametrize("how", ["approved", "sent back", "taken back"])
def test_who_comes_second_is_told_who_decided(client, ask, anna, ewa, how):
    reply, piotr = ask(), make_person("piotr", name="Piotr Wrona", role=Role.SUPERVISOR)
    page = page_of(client, piotr, "approval", reply.uuid)
    if how == "approved":
        decide(client, ewa, reply)
    elif how == "sent back":
        decide(client, ewa, reply, "replies:send_back", note="Nie tak.")
    else:
        decide(client, anna, reply, "replies:undo")
    for name, form in (("approval", {"shown": shown_on(page)}), ("send_back", {"note": "x"})):
        told = decide(client, piotr, reply, f"replies:{name}", **form).content.decode()
        assert ("Ewa Kot" in told) is (how != "taken back")
    assert fresh(reply).approved_by_id in {None, ewa.pk}


def test_the_author_with_the_right_is_led_away_from_their_own(client, ask, anna):
    reply = ask()
    User.objects.filter(pk=anna.pk).update(role=Role.ADMINISTRATOR)
    author = User.objects.get(pk=anna.pk)
    decide(client, author, reply)
    decide(client, author, reply, "replies:send_back", note="x")
    assert fresh(reply).state == State.UNAPPROVED


def test_what_is_new_on_the_ticket_is_shown_and_then_counts_as_seen(client, ask, ewa, thulium):
    reply = ask()
    thulium.write_as_customer(1234, "Już nieaktualne, dziękuję.")
    html = page_of(client, ewa, "approval", reply.uuid)
    assert "data-news" in html
    assert 'data-guard="newer_message"' in html
    decide(client, ewa, reply, shown=shown_on(html))
    passed = fresh(reply).changes["passed"]
    assert [one["kind"] for one in passed] == ["customer_wrote"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_undo_time")
@pytest.mark.parametrize("is_shown", [True, False])
def test_the_worker_compares_with_what_the_approver_was_shown(
    client, ask, ewa, thulium, work, is_shown
):
    reply = ask()
    if is_shown:
        thulium.write_as_customer(1234, "Już nieaktualne, dziękuję.")
    html = page_of(client, ewa, "approval", reply.uuid)
    if not is_shown:
        thulium.write_as_customer(1234, "Już nieaktualne, dziękuję.")
    decide(client, ewa, reply, shown=shown_on(html))
    work()
    if is_shown:
        assert fresh(reply).state in {State.SENT, State.CONFIRMED}
        assert [each["user_login"] for each in thulium.received(1234)] == ["anna.nowak"]
    else:
        assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "customer_wrote")
        assert thulium.received(1234) == []


def test_a_colleagues_reply_sent_meanwhile_is_shown(client, ask, ewa, thulium):
    reply = ask()
    thulium.reply_in_panel(1234, "piotr.zielinski", "<p>Odpisałem już.</p>")
    html = page_of(client, ewa, "approval", reply.uuid)
    assert "data-news" in html


def test_a_ticket_that_cannot_be_read_adds_nothing(client, ask, ewa, settings):
    reply = ask()
    seen = fresh(reply).seen
    settings.THULIUM_URL = "http://127.0.0.1:9"
    html = page_of(client, ewa, "approval", reply.uuid)
    decide(client, ewa, reply, shown=shown_on(html))
    assert (fresh(reply).state, fresh(reply).seen) == (State.PENDING, seen)


def test_the_review_names_the_author_and_who_approved_another_text(client, ask, anna, ewa):
    reply = ask(approval_note="Pierwsza taka oferta")
    approval.approve(reply, actor=ewa, changed=Changed("<p>Paczka dotrze pojutrze.</p>"))
    row = ReviewRow.objects.get(subject_id=str(reply.uuid))
    assert (row.actor, row.state) == (anna, "pending")
    assert "pojutrze" in row.excerpt
    client.force_login(ewa)
    html = client.get(reverse("review:show", args=[row.opened_sequence])).content.decode()
    assert "Pierwsza taka oferta" in html
    assert "approver-title" in html
    story = story_of(AuditEntry.objects.get(pk=row.opened_sequence))
    assert (story.written.who, story.opening.who) == ("Anna Nowak", "Ewa Kot")


def test_a_waiting_reply_is_found_and_not_erased_before_it_is_decided(ask, ewa):
    reply = ask()
    customer = Customer(IdentifierKind.ADDRESS, reply.customer_email)
    assert reply in DataInventory(customer).replies
    assert reply in DataInventory(customer).unsettled
    with pytest.raises(erasure.Unsettled), transaction.atomic():
        erasure.erase_texts([reply.pk], actor=None)
    approval.approve(reply, actor=ewa, changed=Changed("<p>Paczka dotrze pojutrze.</p>"))
    Reply.objects.filter(pk=reply.pk).update(state=State.CANCELLED)
    with transaction.atomic():
        erasure.erase_texts([reply.pk], actor=None)
    gone = fresh(reply)
    assert (gone.body, gone.written_body, gone.approval_note) == ("", "", "")


def test_desk_and_list_count_what_waits_in_polish_too(ask, client, ewa):
    for _one in range(2):
        Reply.objects.filter(pk=ask().pk).update(submission_key=uuid.uuid4())
        Reply.objects.update(ticket_id=F("ticket_id") + 1)
    client.force_login(ewa)
    for address in ("/", "/replies/"):
        assert missing(client.get(address), "2 odpowiedzi czekają na Twoje zatwierdzenie") == []
