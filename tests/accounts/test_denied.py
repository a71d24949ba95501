"""Asking for what one's role does not hold, or for what is another's."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from tests.factories import PASSWORD
from tests.routes import SAMPLES, routes
from thulium_portal.audit.models import AuditEntry, Repeat
from thulium_portal.bulk.models import BulkReply
from thulium_portal.canned.models import CannedResponse
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.signatures.models import StandingText
from thulium_portal.storage import services as storage

pytestmark = pytest.mark.django_db


def test_a_page_of_other_roles_is_refused_kindly_and_recorded(as_anna, anna, told):
    page = as_anna.get("/people/?q=secret-words")
    assert page.status_code == 403
    assert "dla innych ról" in page.content.decode()
    assert told() == [("access.denied", {"method": "GET"})]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject_kind, entry.subject_id) == (anna, "page", "people:index")
    assert "secret-words" not in entry.record


def test_an_act_of_other_roles_is_recorded_as_well(as_ewa, told):
    assert as_ewa.post("/people/check-login/", {"agent_login": "x"}).status_code == 403
    assert told() == [("access.denied", {"method": "POST"})]


def test_what_does_not_exist_is_no_denied_access(as_adam, told):
    assert as_adam.get("/people/12345/").status_code == 404
    assert as_adam.get(f"/replies/{uuid.uuid4()}/").status_code == 404
    assert as_adam.get("/nowhere/").status_code == 404
    assert told() == []


def test_two_hundred_denied_requests_are_one_entry_and_a_count(as_anna, anna, told):
    for _ in range(200):
        as_anna.get("/people/")
    assert told() == [("access.denied", {"method": "GET"})]
    assert Repeat.objects.get().count == 199


def test_a_refusal_is_answered_where_the_record_cannot_be_written(as_anna, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("thulium_portal.audit.repeats.record", broken)
    assert as_anna.get("/people/").status_code == 403
    assert "could not be recorded" in caplog.text


# What is another's


@pytest.fixture
def hers(ewa, submit):
    """Return the id of something of each kind that is Ewa's, and nobody's business."""
    reply = submit(actor=ewa).reply
    draft = Reply.objects.create(submission_key=uuid.uuid4(), author=ewa, ticket_id=1234)
    stored = storage.store(SimpleUploadedFile("umowa.txt", b"tajne"))
    attachment = Attachment.objects.create(reply=draft, name="umowa.txt", file=stored.file)
    bulk = BulkReply.objects.create(author=ewa)
    signature = StandingText.objects.create(person=ewa, changed_by=ewa, body="x")
    personal = CannedResponse.objects.create(owner=ewa, scope=CannedResponse.Scope.PERSONAL)
    return {
        "reply": str(reply.uuid),
        "draft": str(draft.uuid),
        "file": str(attachment.uuid),
        "bulk": str(bulk.uuid),
        "signature": str(signature.pk),
        "canned": str(personal.pk),
    }


KINDS = {
    "replies:attachment": "file",
    "replies:remove_file": "file",
    "replies:dismiss_note": "draft",
    "replies:": "reply",
    "bulk:": "bulk",
    "signatures:": "signature",
    "canned:": "canned",
    "quality:": "reply",
}
"""What the id in an address names, by the name of the view or the beginning of it."""
OF_NOBODY = {
    "canned:proposal", "canned:decide", "canned:withdraw_proposal", "canned:file",
    "replies:recall", "replies:message", "quality:acknowledge",
}  # fmt: skip
"""Their ids name what everybody may read, or what no other test of this file makes."""


def _kind(name: str) -> str:
    return next((kind for begin, kind in KINDS.items() if name.startswith(begin)), "")


NAMED = [
    route.name
    for route, other in zip(routes(), routes(SAMPLES | {"int": "7", "uuid": "u"}), strict=True)
    if route.path != other.path and _kind(route.name) and route.name not in OF_NOBODY
    if "/tickets/" not in route.path or route.name == "replies:remove_file"
]


@pytest.mark.parametrize("name", NAMED)
def test_what_is_anothers_is_refused_and_recorded(name, hers, as_anna, anna, thulium):
    whose = hers[_kind(name)]
    samples = SAMPLES | ({"int": whose} if whose.isdigit() else {"uuid": whose})
    path = next(route.path for route in routes(samples) if route.name == name)
    answers = {method: as_anna.generic(method, path).status_code for method in ("GET", "POST")}
    assert set(answers.values()) <= {403, 404, 405}, answers
    entry = AuditEntry.objects.get(action="access.denied")
    assert (entry.actor, entry.subject_id) == (anna, name[:40])
    thing = json.loads(entry.record)["facts"].get("thing", whose)
    assert thing.endswith(whose)


@pytest.mark.parametrize("act", ["discard", "bring-back"])
def test_another_persons_draft_named_in_a_form_is_refused_and_recorded(act, hers, as_anna, told):
    answer = as_anna.post(f"/tickets/1234/{act}/", {"draft": hers["draft"]})
    assert answer.status_code == 404
    assert told()[-1][1] == {"method": "POST", "thing": f"reply {hers['draft']}"}
    assert Reply.objects.get(uuid=hers["draft"]).state == State.DRAFT


def test_ones_own_that_is_gone_is_no_denied_access(as_anna, anna, submit, told):
    reply = submit().reply
    before = told()
    assert as_anna.post(f"/replies/{reply.uuid}/dismiss-note/").status_code == 404
    assert told() == before


# Forms and passwords


def test_a_form_without_a_token_is_recorded(anna, told):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)
    assert strict.post("/accounts/profile/", {"name": "X"}).status_code == 403
    assert told() == [("access.form_refused", {"fault": "no_cookie"})]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject_id) == (anna, "accounts:profile")


def test_a_form_of_another_site_is_recorded_without_its_address(db, told):
    strict = Client(enforce_csrf_checks=True)
    for number in range(30):
        headers = {"Origin": f"https://evil{number}.example"}
        assert strict.post("/accounts/login/", {"login": "x"}, headers=headers).status_code == 403
    assert told() == [("access.form_refused", {"fault": "origin"})]
    assert "evil" not in AuditEntry.objects.get().record
    assert Repeat.objects.get().count == 29


def test_a_wrong_current_password_is_recorded(as_anna, anna, told):
    new = {"password1": "zielona-łąka-w-maju", "password2": "zielona-łąka-w-maju"}
    for old in ("nie-to-hasło", "nie-to-hasło-też"):
        assert as_anna.post("/accounts/password/", {"oldpassword": old, **new}).status_code == 422
    assert told() == [("person.password_mistyped", {})]
    assert AuditEntry.objects.get().actor == anna
    short = {"oldpassword": PASSWORD, "password1": "x", "password2": "x"}
    assert as_anna.post("/accounts/password/", short).status_code == 422
    assert as_anna.post("/accounts/password/", {}).status_code == 422
    assert Repeat.objects.get().count == 1
