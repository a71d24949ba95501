"""Long Excel files: begun by a click, made by a process of their own, watched, kept for a day."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.support.pages import missing
from tests.support.record import submitted
from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.review import views
from thulium_portal.review.exports import jobs, tables
from thulium_portal.review.models import ExportJob

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def launched(monkeypatch):
    """Keep the processes from starting; the numbers of those that would have."""
    numbers: list[int] = []
    monkeypatch.setattr(jobs, "_launch", lambda job: numbers.append(job.pk))
    return numbers


@pytest.fixture
def begin(as_ewa, launched, django_capture_on_commit_callbacks):
    """Return a function that asks for a file and gives the address it leads to."""

    def begin(filters: str = "") -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = as_ewa.post("/audit/exports/start/", {"filters": filters})
        return str(answer["Location"])

    return begin


def test_too_much_to_wait_for_is_offered_as_a_job(as_ewa, anna, monkeypatch):
    monkeypatch.setattr(views, "MOST_XLSX_LINES", 1)
    submitted(anna)
    submitted(anna)
    page = as_ewa.get("/audit/export/?format=xlsx&person=anna").content.decode()
    assert not missing(page, 'action="/audit/exports/start/"', 'value="person=anna"')
    assert not AuditEntry.objects.filter(action=Action.AUDIT_EXPORTED).exists()


def test_the_file_holds_what_the_filters_show_and_the_export_is_recorded(
    as_ewa, anna, ewa, begin, launched
):
    submitted(anna, ticket_id=11)
    submitted(ewa, ticket_id=12)
    address = begin("person=anna&unknown=1")
    job = ExportJob.objects.get()
    assert (address, launched) == (f"/audit/exports/{job.pk}/", [job.pk])
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.actor, entry.sequence) == ("audit.exported", ewa, job.sequence)
    assert "Plik powstaje" in as_ewa.get(address).content.decode()
    call_command("build_export", str(job.pk))
    page = as_ewa.get(address).content.decode()
    assert not missing(page, "Plik jest gotowy", f"{address}file/")
    raw = b"".join(as_ewa.get(f"/audit/exports/{job.pk}/file/").streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
    header, line, end = sheet.to_python()
    assert header[0] == str(tables.REPLIES.columns["sequence"])
    assert line[4] == 11.0
    assert end[0] == "Koniec eksportu. Wierszy: 1."


def test_the_page_polls_until_the_file_is_there(as_ewa, anna, begin):
    address = begin()
    fragment = as_ewa.get(address, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "<html" not in fragment.content.decode()
    jobs.build(ExportJob.objects.get().pk)
    assert as_ewa.get(address, headers={"HX-Request": "true"}).status_code == 286


def test_progress_is_told_while_it_is_made(as_ewa, anna, begin, monkeypatch):
    monkeypatch.setattr(tables, "JOINED", 2)
    for ticket_id in range(5):
        submitted(anna, ticket_id=ticket_id)
    address = begin()
    pages: list[str] = []
    look = jobs._require_permission_and_room

    def seen(job: ExportJob) -> None:
        look(job)
        pages.append(as_ewa.get(address).content.decode())

    monkeypatch.setattr(jobs, "_require_permission_and_room", seen)
    jobs.build(ExportJob.objects.get().pk)
    assert ['value="2"' in page for page in pages] == [False, False, True]
    assert all('max="5"' in page for page in pages)


def test_only_the_person_who_asked_sees_it(as_ewa, begin, as_adam):
    address = begin()
    jobs.build(ExportJob.objects.get().pk)
    assert as_adam.get(address).status_code == 404
    assert as_adam.get(f"{address}file/").status_code == 404


def test_one_at_a_time(begin):
    begin()
    assert begin("ticket=5") == "/audit/?ticket=5"
    assert ExportJob.objects.count() == 1


def test_a_full_disk_is_told_before_and_noticed_while(as_ewa, anna, begin, monkeypatch):
    submitted(anna)
    address = begin()
    monkeypatch.setattr(jobs, "LEAST_FREE_BYTES", 10**18)
    jobs.build(ExportJob.objects.get().pk)
    assert "Eksport zatrzymano" in as_ewa.get(address).content.decode()
    assert as_ewa.get(f"{address}file/").status_code == 404
    assert begin() == "/audit/"
    assert "brakuje miejsca" in as_ewa.get("/audit/").content.decode()


def test_who_may_no_more_gets_no_file(ewa, anna, begin):
    submitted(anna)
    begin()
    User.objects.filter(pk=ewa.pk).update(role="agent")
    job = ExportJob.objects.get()
    jobs.build(job.pk)
    job.refresh_from_db()
    assert job.state == ExportJob.State.STOPPED
    assert not list(jobs.path_of(job).parent.glob(f"{job.pk}.*"))


def test_a_failure_leaves_no_file_that_looks_whole(as_ewa, anna, begin, monkeypatch):
    submitted(anna)
    address = begin()
    monkeypatch.setattr(tables, "_texts", lambda sequences: 1 / 0)
    job = ExportJob.objects.get()
    with pytest.raises(ZeroDivisionError):
        jobs.build(job.pk)
    assert "Zacznij jeszcze raz" in as_ewa.get(address).content.decode()
    assert not list(jobs.path_of(job).parent.glob(f"{job.pk}.*"))


def test_a_process_that_died_is_noticed(as_ewa, begin):
    address = begin()
    ExportJob.objects.update(touched_at=timezone.now() - timedelta(minutes=3), state="running")
    assert "Zacznij jeszcze raz" in as_ewa.get(address).content.decode()
    assert begin().startswith("/audit/exports/")


def test_after_a_day_the_file_is_gone(begin):
    begin()
    job = ExportJob.objects.get()
    jobs.build(job.pk)
    assert jobs.clear() == 0
    ExportJob.objects.update(created_at=timezone.now() - jobs.KEPT_FOR)
    assert jobs.clear() == 1
    assert not jobs.path_of(job).exists()


def test_what_was_erased_meanwhile_is_in_no_file(anna, begin, monkeypatch):
    submitted(anna)
    begin()
    job = ExportJob.objects.get()
    write = tables.xlsx

    def write_and_discard(*given: Any) -> None:
        write(*given)
        assert jobs.discard() == 1

    monkeypatch.setattr(tables, "xlsx", write_and_discard)
    jobs.build(job.pk)
    assert not list(jobs.path_of(job).parent.glob(f"{job.pk}.*"))
    assert jobs.discard() == 0


@pytest.mark.parametrize("filters", ["since=x", "person=nikt", "\0", "x" * 9000])
def test_filters_that_make_no_sense_begin_nothing(as_ewa, begin, filters):
    assert as_ewa.get(begin(filters)).status_code == 200


def test_the_words_searched_for_are_kept_as_erasable_text(begin):
    begin("q=Wiśniewska")
    entry = AuditEntry.objects.get(action="audit.exported")
    assert "niewska" not in entry.record
    assert json.loads(entry.record)["facts"]["format"] == "xlsx"
