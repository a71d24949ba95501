"""The owner of a live text writes a new version; it stays in use until somebody approves."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import make_person
from tests.support.pages import missing, shown
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import permissions, services, workflow
from thulium_portal.canned.models import CannedFile, CannedResponse, Proposal
from thulium_portal.canned.proposals import new_versions
from thulium_portal.canned.proposals import services as proposing
from thulium_portal.canned.proposals.services import AlreadyDecided
from thulium_portal.canned.validation import ResponseText
from thulium_portal.storage import services as storage

pytestmark = pytest.mark.django_db

TEXT = ResponseText("Zwrot", "<p>Na zwrot jest 14 dni.</p>", keywords="zwrot")
BETTER = replace(TEXT, title="Zwrot towaru", body="<p>Na zwrot jest 30 dni.</p>", keywords="oddać")


@pytest.fixture
def response(anna, ewa):
    """Return a live text of Anna's that a supervisor approved."""
    draft = services.create_response(TEXT, actor=anna)
    workflow.submit(draft, actor=anna)
    live = workflow.approve(draft, seen_version=1, actor=ewa)
    live.refresh_from_db()
    return live


def suggest(response, actor, text=BETTER, **given):
    return new_versions.suggest(response, text, **{"seen_version": 1} | given, actor=actor)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def form_of(client, response, **changes) -> dict[str, object]:
    form = client.get(f"/canned/{response.pk}/edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in fields.items() if value not in (None, "")} | changes


@pytest.mark.parametrize("who", ["owner", "colleague", "supervisor", "administrator"])
@pytest.mark.parametrize("state", CannedResponse.State)
@pytest.mark.parametrize("scope", ["shared", "personal"])
def test_the_owner_of_a_live_shared_text_alone_sends_versions_for_approval(
    anna, ewa, adam, response, who, state, scope
):
    people = {"owner": anna, "supervisor": ewa, "administrator": adam}
    person = people.get(who) or make_person("piotr", name="Piotr Zielony")
    CannedResponse.objects.filter(pk=response.pk).update(state=state, scope=scope)
    response.refresh_from_db()
    may = (who, state, scope) == ("owner", "live", "shared")
    assert permissions.may_suggest(person, response) == may
    if not may:
        with pytest.raises(PermissionDenied):
            suggest(response, person)
        assert not Proposal.objects.exists()
    else:
        assert suggest(response, person).state == "open"


def test_the_live_version_stays_in_use_until_a_supervisor_approves(
    as_anna, as_ewa, anna, ewa, response
):
    answer = as_anna.post(
        f"/canned/{response.pk}/edit/",
        form_of(as_anna, response, body=BETTER.body, title=BETTER.title, note="nowe prawo"),
        follow=True,
    )
    assert not missing(answer, "Przekazano do zatwierdzenia", "Nowa wersja czeka")
    response.refresh_from_db()
    assert (response.state, response.current.number, response.title) == ("live", 1, "Zwrot")
    assert permissions.usable_by(anna).get() == response
    proposal = Proposal.objects.get()
    page = as_ewa.get(f"/canned/proposals/{proposal.pk}/")
    assert not missing(page, "<del>14</del>", "<ins>30</ins>", "nowe prawo", "towaru")
    as_ewa.post(
        f"/canned/proposals/{proposal.pk}/decide/",
        {"body": proposal.body, "body_type": "HTML", "seen_version": 1, "decision": "accept"},
    )
    response.refresh_from_db()
    assert (response.current.number, response.title) == (2, "Zwrot towaru")
    assert response.current.body == BETTER.body
    assert response.current.note == "Propozycja: Anna Nowak: nowe prawo"
    assert response.owner == anna
    assert actions()[-3:] == ["canned.proposed", "canned.revised", "canned.proposal_accepted"]


def test_all_that_the_editor_holds_goes_with_it(anna, ewa, response):
    upload = SimpleUploadedFile("formularz.txt", b"tekst")
    file = CannedFile.objects.create(**vars(storage.store(upload)), author=anna)
    whole = replace(
        BETTER,
        shortcut="zwrot",
        use_when="gdy klient pyta o zwrot",
        review_by=date(2030, 1, 2),
        must_keep=("30 dni",),
        files=(file.pk,),
        status_after="7",
        status_after_name="Zamknięte",
    )
    made = suggest(response, anna, whole)
    assert proposing.text_of(made) == whole
    proposing.accept(made, body=made.body, seen_version=1, actor=ewa)
    response.refresh_from_db()
    assert ResponseText.of(response) == whole


def test_it_is_returned_with_words_and_sent_again(as_anna, as_ewa, anna, response):
    made = suggest(response, anna)
    address = f"/canned/proposals/{made.pk}/decide/"
    form = {"body": made.body, "body_type": "HTML", "seen_version": 1, "decision": "decline"}
    assert as_ewa.post(address, form).status_code == 422
    as_ewa.post(address, form | {"answer": "Dopisz, od kiedy."})
    for page in (f"/canned/{response.pk}/", f"/canned/?open={response.pk}"):
        assert not missing(as_anna.get(page), "Dopisz, od kiedy.", "Ewa Kot")
    start = as_anna.get(f"/canned/{response.pk}/edit/").context["form"]
    assert start["body"].value() == BETTER.body
    as_anna.post(
        f"/canned/{response.pk}/edit/",
        form_of(as_anna, response, body="<p>Na zwrot jest 30 dni od dziś.</p>"),
    )
    assert [each.state for each in Proposal.objects.order_by("id")] == ["declined", "open"]
    assert not shown(as_anna.get(f"/canned/{response.pk}/").content.decode(), "Dopisz, od kiedy.")


def test_a_second_one_takes_the_place_of_the_first(as_anna, anna, ewa, response):
    first = suggest(response, anna)
    second = suggest(response, anna, replace(BETTER, body="<p>Na zwrot jest 60 dni.</p>"))
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "open")
    with pytest.raises(AlreadyDecided):
        proposing.accept(first, body=first.body, seen_version=1, actor=ewa)
    start = as_anna.get(f"/canned/{response.pk}/edit/").context["form"]
    assert start["body"].value() == "<p>Na zwrot jest 60 dni.</p>"


def test_its_author_takes_it_back_and_nobody_else(as_anna, as_ewa, as_nowy, anna, response):
    made = suggest(response, anna)
    address = f"/canned/proposals/{made.pk}/withdraw/"
    assert as_nowy.post(address).status_code == 404
    assert as_ewa.post(address).status_code == 403
    assert as_anna.post(address).headers["Location"] == f"/canned/{response.pk}/"
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("withdrawn", anna)
    assert actions()[-1] == "canned.proposal_withdrawn"
    again = as_anna.post(address, follow=True)
    assert again.status_code == 200
    assert actions().count("canned.proposal_withdrawn") == 1
    start = as_anna.get(f"/canned/{response.pk}/edit/").context["form"]
    assert start["body"].value() == TEXT.body


def test_an_unchanged_text_is_not_sent(as_anna, anna, response):
    assert suggest(response, anna, TEXT) is None
    as_anna.post(f"/canned/{response.pk}/edit/", form_of(as_anna, response))
    assert not Proposal.objects.exists()


def test_a_text_changed_meanwhile_is_shown_beside_the_new_version(as_anna, anna, ewa, response):
    form = form_of(as_anna, response, body=BETTER.body)
    services.revise(response, replace(TEXT, body="<p>7 dni.</p>"), seen_version=1, actor=ewa)
    answer = as_anna.post(f"/canned/{response.pk}/edit/", form)
    assert answer.status_code == 409
    assert not missing(answer, "7 dni.")
    assert not Proposal.objects.exists()


def test_one_begun_before_the_text_changed_is_compared_with_it(as_anna, anna, ewa, response):
    suggest(response, anna)
    services.revise(response, replace(TEXT, body="<p>7 dni.</p>"), seen_version=1, actor=ewa)
    form = form_of(as_anna, response)
    assert as_anna.post(f"/canned/{response.pk}/edit/", form).status_code == 409


def test_a_text_in_use_does_not_become_personal(as_anna, anna, response):
    with pytest.raises(ValidationError):
        suggest(response, anna, replace(BETTER, scope="personal"))
    answer = as_anna.post(
        f"/canned/{response.pk}/edit/", form_of(as_anna, response, scope="personal")
    )
    assert answer.status_code == 422


def test_who_decides_and_who_wrote_it_see_that_it_waits(as_anna, as_ewa, as_nowy, anna, response):
    suggest(response, anna)
    for page in ("/canned/", f"/canned/{response.pk}/"):
        assert not missing(as_anna.get(page), "owa wersja czeka")
        assert not missing(as_ewa.get(page), "owa wersja czeka")
        assert "owa wersja czeka" not in as_nowy.get(page).content.decode()
    assert str(as_ewa.get("/canned/").context["canned_waiting"]) == "1"
    assert str(as_anna.get("/canned/").context["canned_waiting"]) == "0"


def test_accepting_what_the_text_says_already_changes_nothing(as_ewa, anna, response):
    made = suggest(response, anna)
    as_now = replace(BETTER, body=TEXT.body, title=TEXT.title, keywords=TEXT.keywords)
    Proposal.objects.filter(pk=made.pk).update(
        title=TEXT.title, details=made.details | {"keywords": as_now.keywords}
    )
    form = {"body": TEXT.body, "body_type": "HTML", "seen_version": 1, "decision": "accept"}
    assert as_ewa.post(f"/canned/proposals/{made.pk}/decide/", form).status_code == 422
    made.refresh_from_db()
    assert made.state == "open"
