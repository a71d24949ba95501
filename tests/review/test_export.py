"""Exports: the same filters, safe cells, streamed, and recorded before the first byte."""

import csv
import hashlib
import hmac
import io
import json
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from python_calamine import CalamineWorkbook

from tests.support.record import BODY, moved, note, submitted
from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.review.exports import tables

pytestmark = pytest.mark.django_db


ADDRESS = "maria.w@example.org"


def body(answer: Any) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)


def rows(answer: HttpResponse) -> list[list[str]]:
    raw = body(answer)
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert lines[-1][0] == f"Koniec eksportu. Wierszy: {len(lines) - 2}."
    return lines[:-1]


def test_a_csv_holds_a_line_for_each_reply(as_ewa, anna):
    entry = submitted(anna)
    moved(entry, Action.REPLY_CONFIRMED, "confirmed")
    answer = as_ewa.get("/audit/export/?format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-replies-')
    header, line = rows(answer)
    assert len(header) == len(line) == 14
    assert line[0] == "1"
    assert line[2:6] == ["Anna Nowak", "anna.nowak", "1234", "Maria Wiśniewska"]
    assert (header[6], line[6]) == ("Adres klienta", ADDRESS)
    assert line[7] == "Dzień dobry Pani Mario,\n\npaczka jedzie do Łodzi."
    assert line[8:11] == ["Paczka opóźniona", "4", "18"]
    assert line[12:] == [entry.subject_id, entry.hash]


def test_times_are_in_the_readers_zone(as_ewa, anna):
    entry = submitted(anna)
    written = rows(as_ewa.get("/audit/export/?format=csv"))[1][1]
    local = entry.at.astimezone(anna.zone)
    assert written == local.strftime("%Y-%m-%d %H:%M:%S")


def test_the_filters_are_those_of_the_list(as_ewa, anna, ewa):
    submitted(anna, ticket_id=11)
    submitted(ewa, ticket_id=12)
    lines = rows(as_ewa.get("/audit/export/?format=csv&person=ewa&q=lodzi"))[1:]
    assert [line[4] for line in lines] == ["12"]


def test_a_formula_of_a_customer_stays_text(as_ewa, anna):
    submitted(anna, customer='=HYPERLINK("http://evil.example")', body_text="+48 123")
    line = rows(as_ewa.get("/audit/export/?format=csv"))[1]
    assert (line[5], line[7]) == ('\'=HYPERLINK("http://evil.example")', "'+48 123")


def test_an_excel_file_holds_the_same(as_ewa, anna):
    entry = submitted(anna, customer="=1+1")
    answer = as_ewa.get("/audit/export/?format=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body(answer))).get_sheet_by_index(0)
    _header, line, end = sheet.to_python()
    assert end[0] == "Koniec eksportu. Wierszy: 1."
    assert isinstance(line[1], datetime)
    assert (line[2:7], line[13]) == (
        ["Anna Nowak", "anna.nowak", 1234.0, "=1+1", ADDRESS],
        entry.hash,
    )


def test_json_lines_hold_names_that_do_not_depend_on_the_language(as_ewa, anna):
    entry = submitted(anna)
    line, end = body(as_ewa.get("/audit/export/?format=jsonl")).splitlines()
    assert json.loads(end) == {"end": True, "lines": 1}
    said = json.loads(line)
    assert (said["sequence"], said["hash"], said["state"]) == (1, entry.hash, "pending")
    assert said["at"] == json.loads(entry.record)["at"]
    assert said["text"].endswith("Łodzi.")
    assert said["recipient"] == ADDRESS


def test_events_in_json_lines_can_be_verified_without_the_portal(as_ewa, anna):
    submitted(anna)
    note()
    lines = [
        json.loads(line)
        for line in body(as_ewa.get("/audit/export/?format=jsonl&view=events")).splitlines()
    ][:-1]
    assert [line["action"] for line in lines[-1:]] == ["audit.exported"]
    previous = "0" * 64
    for line in lines:
        record = line["record"].encode()
        assert hashlib.sha256(b"portal-audit-v1\n" + record).hexdigest() == line["hash"]
        assert line["previous_hash"] == json.loads(record)["prev"] == previous
        previous = line["hash"]
    kept = lines[0]["content"]["body"]
    message = b"body\n%d\n%s" % (len(BODY.encode()), kept["data"].encode())
    promised = hmac.new(bytes.fromhex(kept["salt"]), message, hashlib.sha256).hexdigest()
    assert json.loads(lines[0]["record"])["commit"]["body"] == promised


def test_an_export_is_recorded_before_the_first_byte(as_ewa, ewa):
    note()
    answer = as_ewa.get("/audit/export/?format=csv&q=Wiśniewska&ticket=12&since=2026-11-01")
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.actor, entry.ticket_id) == (Action.AUDIT_EXPORTED, ewa, 12)
    facts = json.loads(entry.record)["facts"]
    assert facts == {"format": "csv", "table": "replies", "since": "2026-11-01", "person": None}
    assert "niewska" not in entry.record
    assert AuditContent.objects.get(entry=entry, field="query").data == "Wiśniewska"
    assert answer["X-Audit-Head"] == f"{entry.sequence} {entry.hash}"
    assert f"-{entry.sequence}.csv" in answer["Content-Disposition"]
    assert len(rows(answer)) == 1


def test_an_export_ends_where_it_was_recorded(as_ewa):
    note()
    answer = as_ewa.get("/audit/export/?format=csv&view=events")
    note()
    assert [line[0] for line in rows(answer)[1:]] == ["1", "2"]


def test_headings_are_in_the_readers_language(as_ewa, ewa, sign_in):
    header = rows(as_ewa.get("/audit/export/?format=csv"))[0]
    assert header == [str(heading) for heading in tables.REPLIES.columns.values()]


@pytest.mark.parametrize("query", ["format=csv&since=x", "format=doc", "", "format=CSV"])
def test_what_makes_no_sense_leads_back_to_the_list(query, as_ewa):
    answer = as_ewa.get(f"/audit/export/?{query}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/audit/")
    assert not AuditEntry.objects.exists()
    assert as_ewa.get(answer["Location"]).status_code == 200


def test_a_long_export_is_read_page_by_page(as_ewa, anna, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", 2)
    for ticket_id in (11, 12, 13, 14, 15):
        submitted(anna, ticket_id=ticket_id)
    lines = rows(as_ewa.get("/audit/export/?format=csv"))[1:]
    assert [line[4] for line in lines] == ["11", "12", "13", "14", "15"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_lines_leave_in_pieces_and_none_is_lost(kind, as_ewa, anna, monkeypatch):
    for ticket_id in (11, 12, 13, 14, 15):
        submitted(anna, ticket_id=ticket_id)
    address = f"/audit/export/?format={kind}"
    monkeypatch.setattr(tables, "JOINED", 1)
    singly = list(as_ewa.get(address).streaming_content)
    monkeypatch.setattr(tables, "JOINED", 4)
    pieces = list(as_ewa.get(address).streaming_content)
    assert b"".join(pieces) == b"".join(singly)
    assert (len(singly), len(pieces)) == ((7, 3) if kind == "csv" else (6, 3))


def test_an_export_that_outlives_the_sign_in_says_that_it_is_not_whole(as_ewa, anna, monkeypatch):
    monkeypatch.setattr(tables, "JOINED", 2)
    for ticket_id in range(5):
        submitted(anna, ticket_id=ticket_id)
    answer = as_ewa.get("/audit/export/?format=csv")
    pieces = iter(answer.streaming_content)
    first = next(pieces)
    as_ewa.logout()
    rest = b"".join(pieces).decode()
    assert first.count(b"\r\n") == 2
    assert rest.endswith('"";""\r\n')
    assert "EKSPORT PRZERWANO W TYM MIEJSCU" in rest
    assert "Koniec eksportu" not in rest


def test_a_person_who_may_no_more_gets_no_more(as_ewa, anna, ewa, monkeypatch):
    monkeypatch.setattr(tables, "JOINED", 2)
    for ticket_id in range(5):
        submitted(anna, ticket_id=ticket_id)
    pieces = iter(as_ewa.get("/audit/export/?format=jsonl").streaming_content)
    next(pieces)
    User.objects.filter(pk=ewa.pk).update(role="agent")
    assert json.loads(b"".join(pieces).splitlines()[-1]) == {"end": False, "lines": 2}


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_export_that_fails_midway_is_marked_and_cut(kind, as_ewa, anna, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", 2)
    for ticket_id in range(5):
        submitted(anna, ticket_id=ticket_id)
    pieces = iter(as_ewa.get(f"/audit/export/?format={kind}").streaming_content)
    texts = tables._texts
    calls = iter(range(9))

    def fail(sequences: Any) -> Any:
        if next(calls):
            raise OSError("the disk is gone")
        return texts(sequences)

    monkeypatch.setattr(tables, "_texts", fail)
    got: list[bytes] = []
    with pytest.raises(OSError, match="disk"):
        got.extend(pieces)
    last = got[-1].splitlines()[-1]
    assert b"PRZERWANO" in last if kind == "csv" else json.loads(last)["end"] is False
