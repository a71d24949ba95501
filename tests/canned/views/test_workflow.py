"""The buttons of a text's life as people press them, and what each page then says."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.utils import timezone

from tests.support.pages import missing
from thulium_portal.canned import services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText

TEXT = ResponseText(title="Zwrot", body="<p>tekst</p>", scope="shared")


@pytest.fixture
def draft(anna):
    """Return a draft that Anna wrote for everyone."""
    return services.create_response(TEXT, actor=anna)


def state(response: CannedResponse) -> str:
    response.refresh_from_db()
    return response.state


def told(page: HttpResponse) -> list[str]:
    return [message.level_tag for message in get_messages(page.wsgi_request)]


def buttons(page: HttpResponse, response: CannedResponse) -> set[str]:
    """Return the names of the moves that the page offers."""
    text = page.content.decode()
    names = "submit withdraw approve send-back publish rework archive bring-back delete reviewed"
    return {name for name in names.split() if f'action="/canned/{response.pk}/{name}/"' in text}


def test_a_text_goes_from_its_author_to_approval_and_into_use(as_anna, as_ewa, draft):
    page = as_anna.get(f"/canned/{draft.pk}/")
    assert buttons(page, draft) == {"submit", "delete"}
    page = as_anna.post(f"/canned/{draft.pk}/submit/")
    assert (page.headers["Location"], told(page)) == (f"/canned/{draft.pk}/", ["success"])
    assert buttons(as_anna.get(f"/canned/{draft.pk}/"), draft) == {"withdraw"}

    home = as_ewa.get("/canned/", {"state": "waiting"})
    assert [row.pk for row, _excerpt in home.context["rows"]] == [draft.pk]
    assert 'title="Czeka na zatwierdzenie"> 1 <' in " ".join(home.content.decode().split())
    page = as_ewa.get(f"/canned/{draft.pk}/")
    assert buttons(page, draft) == {"approve", "send-back"}
    as_ewa.post(f"/canned/{draft.pk}/approve/", {"seen_version": "1"})
    assert state(draft) == "live"
    assert "Ewa Kot" in as_anna.get(f"/canned/{draft.pk}/").content.decode()
    assert "Czeka na zatwierdzenie" not in as_ewa.get("/canned/").content.decode()


def test_the_author_reads_why_a_text_came_back(anna, as_anna, as_ewa, draft):
    workflow.submit(draft, actor=anna)
    note = {"note": "Bez <b>„niestety”</b>."}
    as_ewa.post(f"/canned/{draft.pk}/send-back/", note)
    for address in ("/canned/", f"/canned/{draft.pk}/"):
        text = as_anna.get(address).content.decode()
        assert not missing(text, "Bez &lt;b&gt;„niestety”&lt;/b&gt;.", "Ewa Kot")
    assert "niestety" not in as_ewa.get("/canned/").content.decode()


def test_the_author_reads_for_some_days_that_a_text_was_approved(anna, ewa, as_anna, as_ewa, draft):
    workflow.submit(draft, actor=anna)
    workflow.approve(draft, seen_version=1, actor=ewa)
    assert as_anna.get("/canned/").context["library"].approved == [draft]
    assert as_ewa.get("/canned/").context["library"].approved == []
    CannedResponse.objects.update(decided_at=timezone.now() - timedelta(days=4))
    assert as_anna.get("/canned/").context["library"].approved == []


def test_returning_without_a_note_changes_nothing(anna, as_ewa, draft):
    workflow.submit(draft, actor=anna)
    page = as_ewa.post(f"/canned/{draft.pk}/send-back/", {"note": " "})
    assert (told(page), state(draft)) == (["error"], "waiting")


def test_a_note_that_came_too_late_is_given_back(anna, ewa, as_ewa, draft):
    workflow.withdraw(workflow.submit(draft, actor=anna), actor=anna)
    workflow.publish(draft, actor=ewa)
    page = as_ewa.post(f"/canned/{draft.pk}/send-back/", {"note": "Bez <b>niestety</b>."})
    assert (told(page), state(draft)) == (["warning"], "live")
    shown = as_ewa.get(f"/canned/{draft.pk}/").content.decode()
    assert "<q>Bez &lt;b&gt;niestety&lt;/b&gt;.</q>" in shown


@pytest.mark.parametrize("seen", ["2", "", "x", "²"])
def test_what_was_not_read_is_not_approved(anna, as_ewa, draft, seen):
    workflow.submit(draft, actor=anna)
    page = as_ewa.post(f"/canned/{draft.pk}/approve/", {"seen_version": seen})
    assert (told(page), state(draft)) == (["warning"], "waiting")


def test_the_author_takes_a_waiting_text_back(anna, as_anna, draft):
    workflow.submit(draft, actor=anna)
    as_anna.post(f"/canned/{draft.pk}/withdraw/")
    assert state(draft) == "draft"


def test_a_supervisor_publishes_reworks_and_archives(as_ewa, draft):
    publish, rework = f"/canned/{draft.pk}/publish/", f"/canned/{draft.pk}/rework/"
    archive, bring_back = f"/canned/{draft.pk}/archive/", f"/canned/{draft.pk}/bring-back/"
    states = []
    for address in (publish, rework, publish, archive, bring_back, archive, rework):
        as_ewa.post(address)
        states.append(state(draft))
    assert states == ["live", "draft", "live", "archived", "live", "archived", "draft"]


def test_a_move_that_came_too_late_is_told(anna, as_ewa, draft):
    page = as_ewa.post(f"/canned/{draft.pk}/bring-back/")
    assert (told(page), state(draft)) == (["warning"], "draft")


def test_a_draft_is_deleted_and_the_library_says_so(as_anna, draft):
    page = as_anna.post(f"/canned/{draft.pk}/delete/")
    assert (page.headers["Location"], told(page)) == ("/canned/", ["success"])
    assert not CannedResponse.objects.exists()


def test_what_is_in_use_is_not_deleted(as_ewa, draft):
    CannedResponse.objects.update(used_count=1)
    assert "delete" not in buttons(as_ewa.get(f"/canned/{draft.pk}/"), draft)
    page = as_ewa.post(f"/canned/{draft.pk}/delete/")
    assert (page.headers["Location"], told(page)) == (f"/canned/{draft.pk}/", ["warning"])
    assert CannedResponse.objects.exists()


def test_somebody_elses_draft_is_not_there_for_a_colleague(as_nowy, draft):
    assert as_nowy.get(f"/canned/{draft.pk}/").status_code == 404
    for move in ("submit", "withdraw", "publish", "archive", "bring-back", "delete", "reviewed"):
        assert as_nowy.post(f"/canned/{draft.pk}/{move}/").status_code == 404


@pytest.fixture
def due(anna, ewa):
    """Return a live text of Anna's that was to be read again by yesterday."""
    response = services.create_response(TEXT, actor=ewa)
    yesterday = timezone.localdate() - timedelta(days=1)
    CannedResponse.objects.update(owner=anna, review_by=yesterday)
    return response


@pytest.mark.parametrize(("who", "reminded"), [("anna", True), ("ewa", True), ("nowy", False)])
def test_owner_and_supervisors_are_reminded(who, reminded, sign_in, due, request):
    client = sign_in(request.getfixturevalue(who))
    assert ("/canned/?due=1" in client.get("/canned/").content.decode()) is reminded
    page = client.get("/canned/", {"due": "1"})
    assert [row.pk for row, _excerpt in page.context["rows"]] == [due.pk] * reminded
    assert ("reviewed" in buttons(client.get(f"/canned/{due.pk}/"), due)) is reminded


def test_the_owner_says_it_is_still_right(anna, as_anna, due):
    day = timezone.localdate() + timedelta(days=90)
    address = f"/canned/{due.pk}/reviewed/"
    page = as_anna.post(address, {"review_by": day.isoformat(), "seen_version": "1"})
    due.refresh_from_db()
    assert (told(page), due.review_by) == (["success"], day)
    newest = due.versions.select_related("author").latest("number")
    assert (newest.number, newest.author, newest.body) == (2, anna, TEXT.body)
    assert "/canned/?due=1" not in as_anna.get("/canned/").content.decode()


@pytest.mark.parametrize("day", ["2020-01-01", "jutro"])
def test_a_day_that_reminds_of_nothing_is_refused(as_anna, due, day):
    address = f"/canned/{due.pk}/reviewed/"
    page = as_anna.post(address, {"review_by": day, "seen_version": "1"})
    assert told(page) == ["error"]
    assert due.versions.count() == 1


def test_a_review_of_an_old_version_is_told(as_anna, due):
    address = f"/canned/{due.pk}/reviewed/"
    page = as_anna.post(address, {"review_by": "", "seen_version": "0"})
    assert told(page) == ["warning"]
    assert due.versions.count() == 1


def test_a_colleague_cannot_vouch_for_it(as_nowy, due):
    address = f"/canned/{due.pk}/reviewed/"
    assert as_nowy.post(address, {"review_by": "", "seen_version": "1"}).status_code == 403
