"""Nothing unfilled is sent: what is refused, where it is marked, and what a person may let pass."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.support.replies import composed, fresh
from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.canned import recalls
from thulium_portal.canned import services as canned
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.leftovers import braces, leftovers
from thulium_portal.replies import services
from thulium_portal.replies.decisions.stopped import send_anyway
from thulium_portal.replies.delivery import outbox
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import Complaint, NotReady
from thulium_portal.replies.readiness.rules import Outgoing
from thulium_portal.replies.services import Outcome, Submission
from thulium_portal.replies.states import State
from thulium_portal.storage.services import NamedFile, store
from thulium_portal.tickets import reading
from thulium_portal.tickets.snapshot import Snapshot

URL = "/tickets/1234/"
PROMISE = "Na zwrot masz 14 dni."
PDF = b"%PDF-1.4"


def about(body: str, *confirmed: str) -> list[Complaint]:
    """Return what the rules say of a plain text with neither canned response nor files."""
    text = Text(body, BodyType.PLAIN, confirmed=confirmed)
    return rules.complaints(Outgoing(text))


def test_the_place_is_marked_and_escaped():
    [complaint] = about("Dzień dobry, <b> [numer] & już")
    assert "&lt;b&gt; <mark>[numer]</mark> &amp; już" in complaint.message


@given(st.text(alphabet="[]{}X_. \n<&aN:/", max_size=60))
def test_whatever_is_meant_passes(text):
    places = [*leftovers(text), *(found.place for found in braces(text))]
    meant = [rules.unfinished_code(place.words) for place in places]
    assert {complaint.code for complaint in about(text, *meant)} <= {"empty"}


@pytest.fixture
def send(as_anna, thulium):
    """Return a function that sends a text from the composer."""

    def send(body: str, **given):
        return as_anna.post(URL, composed(body, **given))

    return send


@pytest.mark.django_db
@pytest.mark.parametrize("body_type", ["HTML", "PLAIN"])
@pytest.mark.parametrize("left", ["[numer]", "XXX", "___", "{{ numer }}", "numer }}", "{{ numer"])
def test_a_leftover_is_refused_and_the_text_is_kept(send, left, body_type):
    page = send(f"Zamówienie {left} jest w drodze.", body_type=body_type)
    assert page.status_code == 422
    assert left in page.context["form"]["body"].value()
    assert page.context["form"].errors["body"]
    assert not Reply.objects.exists()


@pytest.mark.django_db
def test_one_deliberate_confirmation_lets_a_literal_pass(send):
    body = "<p>Jak w przypisie [strona], firma XXX.</p>"
    page = send(body).content.decode()
    assert 'name="asked" value="[strona]&#10;XXX"' in page
    assert 'data-guard="leftover"' in page
    assert send(body, confirm="leftover", asked="[strona]\r\nXXX").status_code == 302
    reply = Reply.objects.get()
    assert reply.body == body
    assert reply.confirmed == ["unfinished:[strona]", "unfinished:XXX"]


@pytest.mark.django_db
def test_only_what_stands_in_the_text_is_kept_as_confirmed(send):
    codes = ["unfinished:[strona]", "unfinished:PESEL 44051401359"]
    assert send("<p>Jak w przypisie [strona].</p>", confirm=codes).status_code == 302
    assert Reply.objects.get().confirmed == ["unfinished:[strona]"]


@pytest.mark.django_db
@pytest.mark.parametrize("left", ["{{ numer }}", "numer }}", "[numer]"])
def test_a_confirmation_lets_nothing_else_pass(send, left):
    given = {"confirm": "leftover", "asked": f"[strona]\n{left.strip('[]{} ')}"}
    page = send(f"<p>Jak w przypisie [strona], {left}.</p>", **given)
    assert page.status_code == 422
    assert 'data-guard="leftover"' in page.content.decode()
    assert not Reply.objects.exists()


@pytest.mark.django_db
def test_a_script_that_names_nothing_lets_all_pass_but_our_blanks(send):
    assert send("<p>[strona] {imie} {{ imie }}</p>", confirm="leftover").status_code == 302
    assert send("<p>[strona] {{ imię klienta }}</p>", confirm="leftover").status_code == 422


EXAMPLES = [
    ("<p>Wpisz {{ user.id }} w szablonie.</p>", ["{{ user.id }}"]),
    ("<pre><code>{{ page_title }}</code></pre>", ["{{ page_title }}"]),
    ("<p>{{#each items}} {{this}} {{/each}}</p>", ["{{#each items}}", "{{this}}", "{{/each}}"]),
    ("<p>style={{ color: 'red' }}</p>", ["{{ color: 'red' }}"]),
    ('<p>{"a": {"b": {"c": 1}}}</p>', ["}}}"]),
    ("<p>Zacznij od {{ i zamknij }}.</p>", ["{{ i zamknij }}"]),
    ("<p>Puste {{ }} i {{{ html }}}</p>", ["{{ }}", "{{{ html }}}"]),
    ("<p>Na końcu wiersza {{</p><p>a potem }}</p>", ["{{", "}}"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "places"), EXAMPLES)
@pytest.mark.parametrize("body_type", ["HTML", "PLAIN"])
def test_an_example_with_braces_is_sent_by_one_click(send, body, places, body_type):
    if body_type == "PLAIN":
        body = re.sub("<[^>]*>", "\n", body)
    page = send(body, body_type=body_type)
    assert page.status_code == 422
    assert 'data-guard="leftover"' in page.content.decode()
    assert page.context["form"].doubtful == tuple(places)
    given = {"confirm": "leftover", "asked": "\r\n".join(places)}
    assert send(body, body_type=body_type, **given).status_code == 302
    assert Reply.objects.get().confirmed == [rules.unfinished_code(words) for words in places]


OURS = [
    "{{ customer_name }}",
    "{{ imię klienta | Panie }}",
    "{{ wpisz: kwota }}",
    "{{ forms: Pan / Pani / Państwo }}",
    "{{ kwota }}",
    "{{ <b>kwota</b> }}",
    "{{ kwota jest w drodze",
    "{{ customer_name jest w drodze",
    "już kwota }}",
    '<a href="https://sklep.example/%7B%7B%20nr%20%7D%7D">tu</a>',
]


@pytest.mark.django_db
@pytest.mark.parametrize("left", OURS)
def test_a_blank_of_ours_is_never_let_pass(send, make, left):
    response = make("Zwrot", "<p>Oddamy {{ wpisz: kwota }} jutro.</p>")
    started = {"canned_response": response.pk, "canned_version": response.current.pk}
    codes = ["leftover", rules.unfinished_code(left)]
    page = send(f"<p>Oddamy {left}.</p>", confirm=codes, **started)
    assert page.status_code == 422
    assert page.context["form"].doubtful == ()
    assert 'data-guard="leftover"' in page.content.decode()
    assert not Reply.objects.exists()


@pytest.mark.django_db
def test_what_no_canned_text_asks_for_may_be_meant(send):
    """The same words that are a blank beside the canned text that asks for them."""
    page = send("<p>Oddamy {{ kwota }}.</p>")
    assert page.context["form"].doubtful == ("{{ kwota }}",)


@pytest.mark.django_db
def test_braces_the_customer_wrote_are_not_asked_about(send):
    body = "<blockquote><p>szablon {{ pole }} nie działa</p></blockquote><p>Poprawione.</p>"
    assert send(body).status_code == 302


@pytest.mark.django_db
def test_what_was_let_pass_is_kept_with_the_draft(as_anna, thulium):
    given = composed("<p>Jak w przypisie [strona].</p>", confirm="leftover", asked="[strona]")
    assert as_anna.post(f"{URL}draft/", given).json()["saved"]
    form = as_anna.get(URL).context["form"]
    assert (form.doubtful, form.is_meant) == (("[strona]",), True)


@pytest.mark.django_db
def test_what_the_author_of_a_canned_text_meant_is_not_asked_again(send, make, ewa):
    response = make("Instrukcja", "<p>Kod XXX i [nazwa].</p>", meant=("XXX", "[nazwa]"))
    started = {"canned_response": response.pk, "canned_version": response.current.pk}
    page = send("<p>Kod XXX i [nazwa], [numer].</p>", **started)
    assert page.context["form"].doubtful == ("[numer]",)
    assert send("<p>Kod XXX i [nazwa].</p>", inserted=[response.current.pk]).status_code == 302


# The service asks as the form does, and the worker once more before a reply leaves.


@pytest.fixture
def response(make):
    return make("Zwrot", f"<p>{PROMISE}</p>", must_keep=(PROMISE,))


@pytest.fixture
def from_response(response):
    """A text that is just what its canned response says."""
    return Text(f"<p>{PROMISE}</p>", canned_response=response, canned_version=response.current)


def submission(text: Text, **given) -> Submission:
    return Submission(uuid.uuid4(), text, Snapshot(1234), **given)


@pytest.fixture
def refusal(anna):
    """Return a function that tells by which rules a submission is refused."""

    def refusal(text: Text, **given) -> set[str]:
        with pytest.raises(NotReady) as refused:
            services.submit(submission(text, **given), actor=anna)
        assert not Reply.objects.exclude(state=State.DRAFT).exists()
        return {complaint.code for complaint in refused.value.complaints}

    return refusal


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p> </p>", "empty"),
        ("<p>Zamówienie {{ ticket_number }}</p>", "leftover"),
        ("<p>numer }}</p>", "unfinished"),
        ("<p>Zamówienie [numer]</p>", "unfinished"),
        (f"<p>{'a' * 200_001}</p>", "too_long"),
    ],
)
def test_the_service_refuses_what_the_form_refuses(refusal, body, code):
    assert refusal(Text(body)) == {code}


@pytest.mark.django_db
def test_the_service_lets_pass_what_the_person_let_pass(anna):
    text = Text("<p>Jak w przypisie [strona]</p>", confirmed=(rules.unfinished_code("[strona]"),))
    assert services.submit(submission(text), actor=anna).reply.state == State.PENDING


@pytest.mark.django_db
def test_the_service_wants_a_reason_for_a_changed_passage(refusal, anna, from_response):
    changed = replace(from_response, body="<p>Na zwrot masz 41 dni.</p>")
    assert refusal(changed) == {"must_keep"}
    reasoned = replace(changed, keep_reason="Zgoda kierownika.")
    assert services.submit(submission(reasoned), actor=anna).reply.keep_reason


@pytest.mark.django_db
def test_the_service_refuses_a_recalled_text(refusal, anna, ewa, from_response):
    recall(from_response, ewa)
    assert refusal(from_response) == {"recalled"}
    codes = rules.recalled_codes([from_response.canned_version.pk])
    seen = replace(from_response, confirmed=tuple(codes))
    assert services.submit(submission(seen), actor=anna).reply.state == State.PENDING


@pytest.mark.django_db
def test_the_service_refuses_a_status_nobody_offered(refusal, from_response):
    assert refusal(replace(from_response, status_after=("4", "Zamknięte"))) == {"status"}


@pytest.mark.django_db
def test_the_service_counts_the_files_and_looks_for_them(refusal, settings):
    settings.MAX_ATTACHMENTS = 1
    files = [stored("a.pdf"), stored("b.pdf")]
    assert refusal(Text("<p>Proszę</p>"), files=files) == {"too_many_files"}
    assert refusal(Text("<p>Proszę</p>"), files=[stored("program.exe")]) == {"file_forbidden"}
    lose(files[0])
    assert refusal(Text("<p>Proszę</p>"), files=files[:1]) == {"file_missing"}


@pytest.mark.django_db
def test_the_same_press_again_is_no_new_reply_whatever_was_recalled_since(anna, ewa, from_response):
    pressed = submission(from_response)
    first = services.submit(pressed, actor=anna)
    recall(from_response, ewa)
    again = services.submit(pressed, actor=anna)
    assert (again.outcome, again.reply) == (Outcome.SAME, first.reply)


@pytest.fixture
def planned(anna, thulium, time_machine, work):
    """Return a function that plans a reply for tomorrow; and one that lets tomorrow come."""
    now = timezone.now()
    time_machine.move_to(now, tick=False)

    def plan(text: Text, **given) -> Reply:
        seen = reading.load(1234, User()).snapshot
        later = now + timedelta(days=1)
        planned = Submission(uuid.uuid4(), text, seen, send_at=later, **given)
        return services.submit(planned, actor=anna).reply

    def tomorrow() -> None:
        time_machine.move_to(now + timedelta(days=1, seconds=1), tick=False)
        work()

    return plan, tomorrow


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("put_in_later", [False, True])
def test_a_planned_reply_whose_text_was_recalled_stops_and_says_why(
    planned, sign_in, anna, ewa, from_response, thulium, put_in_later, work
):
    plan, tomorrow = planned
    version = from_response.canned_version
    inserted = Text(from_response.body, inserted=(version.pk,))
    reply = plan(inserted if put_in_later else from_response)
    recall(from_response, ewa)
    tomorrow()
    stopped = fresh(reply)
    assert (stopped.state, stopped.reason) == (State.BLOCKED, "recalled")
    assert thulium.received() == []
    client = sign_in(anna)
    page = client.get(f"/replies/{reply.uuid}/").content.decode()
    assert "Termin jest inny." in page
    assert stopped in Reply.objects.filter(author=anna).needing_attention()
    # The author decides: it leaves as it is, and is not stopped for the same recall again.
    assert client.post(f"/replies/{reply.uuid}/send-anyway/").status_code == 302
    work()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}
    assert len(thulium.received()) == 1


@pytest.mark.django_db(transaction=True)
def test_letting_a_recall_pass_lets_no_unseen_message_pass(
    planned, anna, ewa, from_response, thulium, work
):
    plan, tomorrow = planned
    reply = plan(from_response)
    recall(from_response, ewa)
    thulium.write_as_customer(1234, "Proszę anulować zamówienie!")
    tomorrow()
    send_anyway(fresh(reply), actor=anna)
    work()
    stopped = fresh(reply)
    assert (stopped.state, stopped.reason) == (State.BLOCKED, "customer_wrote")
    send_anyway(stopped, actor=anna)
    work()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["customer_wrote", "recalled"])
def test_letting_a_message_or_a_recall_pass_lets_no_later_recall_pass(
    planned, anna, ewa, make, from_response, thulium, time_machine, work, first
):
    plan, tomorrow = planned
    other = make("Powitanie", "<p>Dzień dobry</p>")
    reply = plan(replace(from_response, inserted=(other.current.pk,)))
    if first == "recalled":
        recall(from_response, ewa)
    else:
        thulium.write_as_customer(1234, "A jednak.")
    tomorrow()
    assert fresh(reply).reason == first
    time_machine.shift(60)
    later = replace(from_response, canned_version=other.current)
    recall(later, ewa)
    send_anyway(fresh(reply), actor=anna)
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "recalled")


@pytest.mark.django_db(transaction=True)
def test_a_recall_that_was_let_pass_does_not_stop_the_reply_later(planned, ewa, from_response):
    plan, tomorrow = planned
    recall(from_response, ewa)
    codes = rules.recalled_codes([from_response.canned_version.pk])
    reply = plan(replace(from_response, confirmed=tuple(codes)))
    tomorrow()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}


@pytest.mark.django_db(transaction=True)
def test_a_planned_reply_whose_file_was_lost_stops_and_names_it(planned, thulium, anna, sign_in):
    plan, tomorrow = planned
    file = stored("umowa żółw.pdf")
    reply = plan(Text("<p>Proszę, umowa w załączniku.</p>"), files=[file])
    lose(file)
    tomorrow()
    stopped = fresh(reply)
    assert (stopped.state, stopped.reason) == (State.BLOCKED, "file_missing")
    assert stopped.reason_detail == "umowa żółw.pdf"
    assert thulium.received() == []
    page = sign_in(anna).get(f"/replies/{reply.uuid}/").content.decode()
    assert "send-anyway" not in page  # it could lead nowhere; the text can be taken back
    assert "take-back" in page


@pytest.mark.django_db(transaction=True)
def test_a_file_that_only_the_canned_response_lost_since_stops_nothing(
    planned, anna, ewa, response, from_response
):
    plan, tomorrow = planned
    reply = plan(from_response)
    files, _errors = canned_attachments.store([SimpleUploadedFile("a.pdf", PDF)], actor=ewa)
    text = replace(ResponseText.of(response), files=tuple(file.pk for file in files))
    canned.revise(response, text, seen_version=1, actor=ewa)
    default_storage.delete(files[0].file.path)
    tomorrow()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}


@pytest.mark.django_db(transaction=True)
def test_a_recall_while_the_files_are_uploaded_stops_the_reply(
    planned, ewa, from_response, thulium, monkeypatch
):
    plan, tomorrow = planned
    reply = plan(from_response, files=[stored("a.pdf")])
    upload = outbox.upload_attachments

    def slowly(*args):
        recall(from_response, ewa)
        return upload(*args)

    monkeypatch.setattr(outbox, "upload_attachments", slowly)
    tomorrow()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "recalled")
    assert thulium.received() == []


@pytest.mark.django_db
def test_an_unknown_kind_of_text_is_refused_and_the_text_kept(send):
    page = send("<p>Dzień dobry</p>", body_type="X")
    assert page.status_code == 422
    assert "Dzień dobry" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_any_other_rule_stops_it_with_its_own_sentence(planned, thulium, settings):
    plan, tomorrow = planned
    reply = plan(Text("<p>Proszę</p>"), files=[stored("a.pdf"), stored("b.pdf")])
    settings.MAX_ATTACHMENTS = 1
    tomorrow()
    stopped = fresh(reply)
    assert (stopped.state, stopped.reason) == (State.BLOCKED, "not_ready")
    assert stopped.reason_detail.startswith("Z jedną odpowiedzią")
    assert thulium.received() == []


def recall(text: Text, person: User) -> None:
    told = {"reason": "Termin jest inny.", "correction": "<p>14 dni.</p>"}
    recalls.recall(text.canned_version, **told, actor=person)


def stored(name: str) -> NamedFile:
    return store(SimpleUploadedFile(name, PDF))


def lose(file: NamedFile) -> None:
    default_storage.delete(file.file.path)
