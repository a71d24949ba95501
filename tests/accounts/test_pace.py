"""What one person may do within a minute: each limit, its neighbours, the text that is kept."""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client

from tests.canned.views.test_editor import FIELDS
from tests.support.replies import composed
from thulium_portal import settings as production
from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.pace.limits import CANNED_EDITS, FILES, REPLIES, SEARCHES, Limit
from thulium_portal.accounts.pace.limits import REPLIES_TO_ONE_TICKET as TO_ONE
from thulium_portal.audit.models import AuditEntry, Repeat
from thulium_portal.audit.repeats import tell_counted
from thulium_portal.bulk.models import BulkItem, BulkReply
from thulium_portal.canned import services as canned
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.storage.models import StoredFile

pytestmark = pytest.mark.django_db

START = 1_800_000_000
URL = "/tickets/1234/"
FROM_SCRIPT = {"HX-Request": "true"}
WAIT = {"pl": "Poczekaj", "en": "Wait"}


@pytest.fixture(autouse=True)
def _still_clock(time_machine):
    time_machine.move_to(START, tick=False)


@pytest.fixture
def reach(submit) -> Callable[[Limit, User], None]:
    """Return a function after which a person has done as much as a limit allows."""

    def reach(limit: Limit, person: User) -> None:
        if limit in {REPLIES, TO_ONE}:
            for number in range(limit.most):
                submit(actor=person, ticket_id=1234 if limit is TO_ONE else 5000 + number)
            return
        token = limits.refused.set([])
        with suppress(limits.TooFast):
            for _ in range(limit.most):
                limits.count(limit, person)
        limits.refused.reset(token)

    return reach


def upload(client, **headers):
    fields = {"submission_key": str(uuid.uuid4()), "key": str(uuid.uuid4())}
    fields["file"] = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa")
    return client.post(f"{URL}files/", fields, headers=FROM_SCRIPT | headers)


ACTS: dict[str, tuple[Limit, str, Callable[[Client], object]]] = {
    "send": (REPLIES, "anna", lambda client: client.post(URL, composed())),
    "send to one": (TO_ONE, "anna", lambda client: client.post(URL, composed())),
    "ask for approval": (TO_ONE, "anna", lambda client: client.post(URL, composed(approval="ask"))),
    "write": (CANNED_EDITS, "ewa", lambda client: client.post("/canned/new/", FIELDS)),
    "upload": (FILES, "anna", upload),
    "attach": (
        FILES,
        "anna",
        lambda client: client.post(
            URL, composed(attachments=SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa"))
        ),
    ),
    "attach to a text": (
        FILES,
        "ewa",
        lambda client: client.post(
            "/canned/new/", FIELDS | {"files": SimpleUploadedFile("a.pdf", b"%PDF-1.4 a")}
        ),
    ),
    "pick": (SEARCHES, "anna", lambda client: client.post(f"{URL}canned/", {"q": "zwrot"})),
    "pick without scripts": (
        SEARCHES,
        "anna",
        lambda client: client.post(f"{URL}insert/", composed(q="zwrot")),
    ),
    "command": (SEARCHES, "anna", lambda client: client.get("/command/?q=zwrot")),
    "desk": (SEARCHES, "anna", lambda client: client.get("/?q=zwrot")),
    "review": (SEARCHES, "ewa", lambda client: client.get("/audit/?q=zwrot")),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_one_too_many_is_refused_kindly_until_the_minute_is_over(
    act, reach, request, sign_in, thulium, make_rule, time_machine
):
    limit, who, ask = ACTS[act]
    person = request.getfixturevalue(who)
    if "approval" in act:
        make_rule(effect="second_person")
    reach(limit, person)
    refused = ask(sign_in(person))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    page = refused.content.decode()
    assert "60 sekund" in page
    assert "Traceback" not in page
    time_machine.shift(59)
    assert ask(sign_in(person))["Retry-After"] == "1"
    time_machine.shift(1)
    assert ask(sign_in(person)).status_code in {200, 302}


@pytest.mark.parametrize("act", ACTS)
def test_a_colleague_is_not_hindered(act, reach, request, sign_in, thulium, make_rule, adam):
    limit, who, ask = ACTS[act]
    if "approval" in act:
        make_rule(effect="second_person")
    reach(limit, request.getfixturevalue(who))
    assert ask(sign_in(adam)).status_code in {200, 302}


def test_the_last_one_within_a_limit_is_sent(as_anna, anna, submit, thulium):
    for _ in range(TO_ONE.most - 1):
        submit()
    assert as_anna.post(URL, composed()).status_code == 302
    assert as_anna.post(URL, composed()).status_code == 429
    assert as_anna.post("/tickets/1235/", composed()).status_code == 302
    assert Reply.objects.filter(author=anna, ticket_id=1234).count() == TO_ONE.most


def test_one_limit_leaves_the_others_alone(as_anna, anna, reach, thulium):
    reach(SEARCHES, anna)
    assert upload(as_anna).status_code == 200
    assert as_anna.post(URL, composed()).status_code == 302
    reach(FILES, anna)
    assert as_anna.post(URL, composed()).status_code == 302


def test_a_second_press_of_the_same_send_leads_to_the_reply_it_made(as_anna, submit, thulium):
    for _ in range(TO_ONE.most - 1):
        submit()
    form = composed()
    first = as_anna.post(URL, form)
    again = as_anna.post(URL, form)
    assert (again.status_code, again["Location"]) == (302, first["Location"])


def test_a_second_press_with_a_file_leads_there_as_well(as_anna, anna, reach, thulium):
    def press(**other):
        file = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa")
        return as_anna.post(URL, form | {"attachments": file} | other)

    form = composed()
    first = press()
    reach(FILES, anna)
    again = press()
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert not AuditEntry.objects.filter(action="access.too_fast").exists()
    assert Attachment.objects.count() == StoredFile.objects.count() == 1
    other = press(body="Zupełnie inne słowa.")
    assert other.status_code == 429
    assert other.context["form"]["body"].value() == "Zupełnie inne słowa."


def test_sending_again_waits_for_nothing_since_it_replaces_what_was_counted(
    as_anna, reach, anna, submit, thulium
):
    missing = submit().reply
    Reply.objects.filter(pk=missing.pk).update(state="not_found")
    reach(TO_ONE, anna)
    path = f"/replies/{missing.uuid}/send-again/"
    shown = as_anna.get(path).context["shown"]
    form = {"submission_key": str(uuid.uuid4()), "checked": "yes", "shown": shown}
    answer = as_anna.post(path, form)
    assert answer.status_code == 302
    assert Reply.objects.get(pk=missing.pk).state == "superseded"


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("headers", [{}, FROM_SCRIPT], ids=["page", "script"])
def test_the_refused_reply_stays_in_its_form(as_anna, anna, reach, thulium, language, headers):
    anna.language = language
    anna.save()
    reach(TO_ONE, anna)
    body = "<p>Ważne zdanie, którego nikt nie napisze drugi raz.</p>"
    page = as_anna.post(URL, composed(body=body, body_type="HTML"), headers=headers)
    assert page.status_code == 429
    assert page.context["form"]["body"].value() == body
    words = page.content.decode()
    assert WAIT[language] in words
    assert "data-error-summary" in words


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_refused_canned_response_stays_in_its_form(as_ewa, ewa, reach, language, make):
    ewa.language = language
    ewa.save()
    response = make("Zwrot")
    reach(CANNED_EDITS, ewa)
    for path in ("/canned/new/", f"/canned/{response.pk}/edit/"):
        page = as_ewa.post(path, FIELDS | {"seen_version": 1})
        assert page.status_code == 429
        assert page.context["form"]["body"].value() == FIELDS["body"]
        assert page.context["form"]["keywords"].value() == FIELDS["keywords"]
        assert WAIT[language] in page.content.decode()
    assert CannedResponse.objects.count() == 1


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_page_without_a_form_of_its_own_gives_the_text_back(
    as_anna, anna, reach, thulium, language
):
    anna.language = language
    anna.save()
    reach(SEARCHES, anna)
    form = composed(q="zwrot", body="Pierwszy akapit", body_type="PLAIN")
    page = as_anna.post(f"{URL}insert/", form, headers={"Referer": f"http://testserver{URL}"})
    assert page.status_code == 429
    assert page.templates[0].name == "too_fast.html"
    assert page.context["typed"] == "Pierwszy akapit"
    assert f'href="{URL}"' in page.content.decode()
    assert WAIT[language] in page.content.decode()


def test_scripts_are_answered_in_the_form_they_read(as_anna, anna, reach, thulium):
    reach(SEARCHES, anna)
    reach(FILES, anna)
    for fragment in (
        as_anna.post(f"{URL}canned/", {"q": "zwrot"}, headers=FROM_SCRIPT),
        as_anna.get("/command/?q=zwrot", headers=FROM_SCRIPT),
    ):
        assert fragment.status_code == 429
        assert fragment.content.decode().startswith("<p ")
        assert "60 sekund" in fragment.content.decode()
    told = upload(as_anna, Accept="application/json")
    assert told.status_code == 429
    assert told.json()["saved"] is False
    assert "60 sekund" in told.json()["label"]


def test_nothing_is_left_of_refused_files(as_anna, anna, as_ewa, ewa, reach, thulium):
    reach(FILES, anna)
    reach(FILES, ewa)
    upload(as_anna)
    ACTS["attach"][2](as_anna)
    ACTS["attach to a text"][2](as_ewa)
    assert not StoredFile.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_tried_again_under_its_key_is_counted_once(as_anna, anna, thulium):
    fields = {"submission_key": str(uuid.uuid4()), "key": str(uuid.uuid4())}
    for _ in range(3):
        file = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa")
        answer = as_anna.post(f"{URL}files/", fields | {"file": file}, headers=FROM_SCRIPT)
        assert answer.status_code == 200
    assert limits._counts._all[("files", anna.pk)] == 1


# What is not limited


def test_commands_and_the_worker_go_at_their_own_pace(anna, ewa, submit):
    for number in range(REPLIES.most + 5):
        submit(ticket_id=5000 + number)
    for number in range(CANNED_EDITS.most + 5):
        canned.create_response(ResponseText(f"Tekst {number}", "<p>x</p>"), actor=ewa)


def test_what_a_bulk_reply_sends_is_not_counted(as_anna, anna, submit, thulium):
    bulk = BulkReply.objects.create(author=anna)
    for number in range(REPLIES.most):
        reply = submit(ticket_id=5000 + number).reply
        BulkItem.objects.create(bulk=bulk, ticket_id=reply.ticket_id, reply=reply, position=number)
    assert as_anna.post(URL, composed()).status_code == 302


def test_a_file_of_many_texts_is_imported_whole_at_any_time(as_ewa, ewa, reach):
    reach(CANNED_EDITS, ewa)
    rows = "".join(f"Tekst {number},<p>treść numer {number}</p>\n" for number in range(70))
    file = SimpleUploadedFile("canned.csv", f"title,body\n{rows}".encode())
    plan = as_ewa.post("/canned/import/", {"file": file}, follow=True)
    address, shown = plan.redirect_chain[-1][0], plan.context["plan"].digest
    assert as_ewa.post(address, {"shown": shown}).status_code == 302
    assert CannedResponse.objects.count() == 70


# The record


def test_a_person_who_exceeds_is_one_entry_and_a_count(as_anna, anna, reach, time_machine):
    reach(SEARCHES, anna)
    for _ in range(30):
        as_anna.get("/command/?q=tajne-slowo")
    entry = AuditEntry.objects.get(action="pace.exceeded")
    assert (entry.actor, entry.subject_id) == (anna, "command:search")
    assert json.loads(entry.record)["facts"] == {"limit": "searches"}
    assert "tajne" not in entry.record
    assert Repeat.objects.get(action="pace.exceeded").count == 29
    time_machine.shift(601)
    assert tell_counted() == 1
    assert AuditEntry.objects.filter(action="pace.exceeded").count() == 2


def test_a_reviewer_reads_what_was_too_much(as_anna, anna, as_ewa, ewa, reach):
    reach(SEARCHES, anna)
    as_anna.get("/command/?q=zwrot")
    ewa.language = "en"
    ewa.save()
    entry = AuditEntry.objects.get(action="pace.exceeded")
    page = as_ewa.get(f"/audit/{entry.sequence}/").content.decode()
    assert "Too much within a minute" in page
    assert "Searches: more than 300 within a minute." in page


def test_a_refusal_is_answered_where_the_record_cannot_be_written(
    as_anna, anna, reach, monkeypatch, caplog
):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("thulium_portal.audit.repeats.record", broken)
    reach(SEARCHES, anna)
    assert as_anna.get("/command/?q=zwrot").status_code == 429
    assert "could not be recorded" in caplog.text


def test_who_is_not_signed_in_meets_the_sign_in_not_a_limit(client):
    assert client.get("/command/?q=zwrot", headers=FROM_SCRIPT).status_code == 401


# Counting


def test_processes_learn_of_each_other_through_the_database(anna, settings):
    settings.CACHES = production.CACHES
    call_command("createcachetable")
    one, other = limits._Counts(), limits._Counts()
    minute = START // 60
    done = 0
    while one.add(SEARCHES, anna.pk, minute) and other.add(SEARCHES, anna.pk, minute):
        done += 2
    assert SEARCHES.most <= done + 1 <= SEARCHES.most * 1.2


def test_threads_of_a_process_are_counted_to_the_last(monkeypatch):
    monkeypatch.setattr(cache, "get", lambda name, default: default)
    monkeypatch.setattr(cache, "set", lambda *args: None)
    counts = limits._Counts()

    def tries(_number: int) -> int:
        return sum(counts.add(SEARCHES, 1, 7) for _ in range(100))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(tries, range(8))) == SEARCHES.most


def test_nothing_of_minutes_before_is_kept_in_memory(anna):
    counts = limits._Counts()
    for minute in range(5):
        for person in range(100):
            counts.add(SEARCHES, person, minute)
    assert len(counts._all) == 100


def test_what_was_sent_again_counts_for_nobody(reach, as_anna, anna, thulium):
    reach(TO_ONE, anna)
    first, second = Reply.objects.order_by("pk")[:2]
    Reply.objects.filter(pk=second.pk).update(resend_of=first)
    assert as_anna.post(URL, composed()).status_code == 302
    assert as_anna.post(URL, composed()).status_code == 429
