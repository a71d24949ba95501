"""Times to send later: working days, holidays, the person's own zone; kept with a draft."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from tests.support.pages import missing
from tests.support.replies import composed
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import planned_times, services
from thulium_portal.replies.models import Reply

WARSAW = ZoneInfo("Europe/Warsaw")
URL = "/tickets/1234/"


def offered(*when: int, zone: ZoneInfo = WARSAW) -> list[tuple[str, str]]:
    with translation.override("en"):
        found = planned_times.presets(datetime(*when, tzinfo=zone), zone)
        return [(each.name, each.value) for each in found]


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        (
            (2026, 11, 25, 10, 2),
            [
                ("In two hours", "2026-11-25T12:05"),
                ("Tomorrow", "2026-11-26T08:00"),
                ("Monday", "2026-11-30T08:00"),
            ],
        ),
        (
            (2026, 11, 27, 10, 0),
            [("In two hours", "2026-11-27T12:00"), ("Monday", "2026-11-30T08:00")],
        ),
        (
            (2026, 11, 29, 10, 0),
            [("In two hours", "2026-11-29T12:00"), ("Tomorrow", "2026-11-30T08:00")],
        ),
        (
            (2026, 11, 10, 23, 30),
            [
                ("In two hours", "2026-11-11T01:30"),
                ("Next working day", "2026-11-12T08:00"),
                ("Monday", "2026-11-16T08:00"),
            ],
        ),
        (
            (2027, 3, 25, 9, 0),
            [
                ("In two hours", "2027-03-25T11:00"),
                ("Tomorrow", "2027-03-26T08:00"),
                ("After Monday", "2027-03-30T08:00"),
            ],
        ),
        (
            (2026, 12, 24, 9, 0),
            [("In two hours", "2026-12-24T11:00"), ("Monday", "2026-12-28T08:00")],
        ),
    ],
)
def test_the_offered_times_leave_out_days_nobody_works_on(when, wanted):
    assert offered(*when) == wanted


def test_what_was_skipped_is_told():
    def skipped(*when: int) -> list[str]:
        return [
            each.skipped for each in planned_times.presets(datetime(*when, tzinfo=WARSAW), WARSAW)
        ]

    with translation.override("pl"):
        assert skipped(2026, 11, 10, 9) == ["", "11 listopada to święto", ""]
        assert skipped(2026, 11, 27, 9) == ["", "28 listopada to sobota"]
        assert planned_times.presets(datetime(2026, 11, 27, 9, tzinfo=WARSAW), WARSAW)[1].words == (
            "pon., 30 listopada, 8:00"
        )
        assert planned_times.off_words(date(2026, 11, 29)) == "29 listopada to niedziela"
        assert planned_times.off_words(date(2026, 11, 30)) == ""


def test_the_hours_are_those_of_the_persons_zone():
    lisbon = ZoneInfo("Europe/Lisbon")
    now = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    values = {zone: planned_times.presets(now, zone)[1].value for zone in (WARSAW, lisbon)}
    assert values == {WARSAW: "2026-11-27T08:00", lisbon: "2026-11-26T08:00"}


def test_two_hours_stay_two_hours_when_the_clocks_go_forward():
    assert offered(2027, 3, 28, 1, 0)[0] == ("In two hours", "2027-03-28T04:00")


def test_holidays_are_told_for_as_long_as_a_reply_may_be_planned():
    told = planned_times.holidays_ahead(date(2026, 11, 27))
    assert {"2026-12-25", "2027-01-06", "2027-05-03", "2027-11-11"} <= set(told)
    assert "2026-11-11" not in told


@pytest.fixture
def later(anna) -> str:
    """Return a time to come, as the form has it."""
    when = timezone.localtime(timezone.now(), anna.zone) + timedelta(days=2)
    return when.strftime("%Y-%m-%dT08:00")


@pytest.mark.django_db
def test_a_chosen_time_is_kept_with_the_draft_and_sends_nothing(as_anna, later, thulium):
    as_anna.post(f"{URL}draft/", composed(send_at=later))
    draft = Reply.objects.get()
    assert (draft.state, draft.scheduled) == ("draft", True)
    page = as_anna.get(URL)
    assert page.context["form"]["send_at"].value() == later
    as_anna.post(
        f"{URL}draft/",
        composed(submission_key=str(draft.submission_key), revision=draft.draft_revision),
    )
    assert as_anna.get(URL).context["form"]["send_at"].value() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["2020-01-01T08:00", "jutro", "2099-01-01T08:00"])
def test_a_time_that_cannot_be_does_not_keep_a_draft_from_being_saved(as_anna, typed, thulium):
    answer = as_anna.post(f"{URL}draft/", composed(send_at=typed))
    assert answer.json()["saved"] is True
    assert Reply.objects.get().scheduled is False


@pytest.mark.django_db
def test_a_time_that_has_passed_meanwhile_is_not_brought_back(as_anna, later, thulium):
    as_anna.post(f"{URL}draft/", composed(send_at=later))
    Reply.objects.update(not_before=timezone.now() - timedelta(minutes=1))
    assert as_anna.get(URL).context["form"]["send_at"].value() == ""


@pytest.mark.django_db
def test_undoing_a_planned_reply_brings_its_time_back(as_anna, anna, later, thulium):
    as_anna.post(URL, composed(send_at=later))
    draft = services.undo(Reply.objects.get(), actor=anna)
    assert as_anna.get(f"{URL}?draft={draft.uuid}").context["form"]["send_at"].value() == later


@pytest.mark.django_db
def test_a_refused_form_keeps_the_chosen_time(as_anna, later, thulium):
    page = as_anna.post(URL, composed("", send_at=later))
    assert page.status_code == 422
    assert page.context["form"]["send_at"].value() == later


@pytest.mark.django_db
def test_without_scripts_one_press_plans_a_reply(as_anna, anna, later, thulium):
    page = as_anna.get(URL).content.decode()
    assert not missing(page, "Za dwie godziny", 'name="send_at"', "data-send-at")
    as_anna.post(URL, composed(send_at=["", later]))
    reply = Reply.objects.get()
    assert reply.scheduled
    assert timezone.localtime(reply.not_before, anna.zone).strftime("%H:%M") == "08:00"


@pytest.mark.django_db
def test_the_replys_page_offers_the_same_times_and_names_a_day_off(
    as_anna, anna, submit, time_machine
):
    time_machine.move_to("2026-11-25T09:00:00+00:00")
    reply = submit().reply
    services.reschedule(reply, datetime(2026, 11, 29, 8, tzinfo=WARSAW), actor=anna)
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert not missing(page, "Poniedziałek", "2026-11-30T08:00", "29 listopada to niedziela")
    as_anna.post(f"/replies/{reply.uuid}/reschedule/", {"send_at": "2026-11-30T08:00"})
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert "29 listopada to niedziela" not in page


def test_a_planned_reply_is_called_so_wherever_it_is_listed(as_anna, as_ewa, submit, make, thulium):
    at = timezone.localtime() + timedelta(days=1)
    reply = submit(ticket_id=1234, send_at=at).reply
    words = f"Zaplanowano na jutro, {at.hour}:{at:%M}"
    for client, address in ((as_anna, "/replies/"), (as_anna, URL), (as_ewa, "/audit/")):
        page = " ".join(client.get(address).content.decode().split())
        assert words in page, address
    entry = AuditEntry.objects.get(action=Action.REPLY_SUBMITTED, subject_id=str(reply.uuid))
    told = as_ewa.get(f"/audit/{entry.sequence}/").content.decode()
    assert f"Zaplanowano na {date_format(at, 'DATE_FORMAT')}, godz. {at.hour}:{at:%M}." in told


def test_a_reply_that_only_waits_to_be_undone_or_tried_again_is_not_called_planned(
    as_anna, as_ewa, submit, thulium
):
    reply = submit(ticket_id=1234).reply
    planned = submit(ticket_id=1233, send_at=timezone.now() + timedelta(days=1)).reply
    Reply.objects.filter(pk=planned.pk).update(attempts=1)
    entry = AuditEntry.objects.get(action=Action.REPLY_SUBMITTED, subject_id=str(reply.uuid))
    addresses = ((as_anna, "/replies/"), (as_ewa, "/audit/"), (as_ewa, f"/audit/{entry.sequence}/"))
    for client, address in addresses:
        page = client.get(address)
        assert page.status_code == 200
        assert "Zaplanowano" not in page.content.decode()
