"""Every way of tampering that the documents list, done by somebody who owns the database.

``docs/evidence.md`` holds the table of them; each is found, and named as the table says.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from tests.support.record import moved, note, submitted
from thulium_portal.audit import checkpoints
from thulium_portal.audit.actions import Action
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditEntry, ReviewRow, VerificationState
from thulium_portal.audit.review_index import WORDS, matching
from thulium_portal.audit.services import checkpoint, erase
from thulium_portal.audit.verification import verify
from thulium_portal.audit.verification_runs import check_recent, check_record, rebuild_list
from thulium_portal.lib.full_text import Word
from thulium_portal.review.presenters import standing

pytestmark = pytest.mark.django_db
Sql = Callable[..., None]
TABLE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"
FORGED_LINE = (
    "INSERT INTO audit_reviewrow (subject_kind, subject_id, agent_login, customer, excerpt,"
    " canned_title, state, reason, opened_at, opened_sequence, latest_sequence)"
    " VALUES ('reply', 'nobody', 'anna.nowak', 'Jan Kot', 'Zwrócimy 900 zł', '', 'confirmed', '',"
    " '2026-11-23 10:00:00+00', {0}, {0})"
)


def line(change: str) -> Callable[[Sql], None]:
    return lambda sql: sql(f"UPDATE audit_reviewrow SET {change} WHERE opened_sequence = 1")


def run(*statements: str) -> Callable[[Sql], None]:
    def change(sql: Sql) -> None:
        for statement in statements:
            sql(statement)

    return change


def words(head: str, rest: str) -> Callable[[Sql], None]:
    return lambda _sql: WORDS.put([(1, head, rest)])


def cut_tail(sql: Sql) -> None:
    sql("DELETE FROM audit_auditcontent WHERE entry_id >= 5")
    sql("DELETE FROM audit_auditentry WHERE sequence >= 5")
    sql("UPDATE audit_audithead SET sequence = 4,"
        " hash = (SELECT hash FROM audit_auditentry WHERE sequence = 4)")  # fmt: skip


def forge_file(_sql: Sql) -> None:
    text = checkpoints.path().read_text()
    checkpoints.path().write_text(re.sub(r'"hash\\":\\"..', r'"hash\\":\\"zz', text))


def cut_tail_between_checkpoints(sql: Sql) -> None:
    note()
    note()
    sql("DELETE FROM audit_auditentry WHERE sequence >= 6")
    note()  # people go on working
    connection.check_constraints()  # PostgreSQL alters no table that has checks pending


Way = tuple[str, Callable[[Sql], None], RecordFault, int]
WAYS: list[Way] = [
    ("customer of a line", line("customer = 'Jan Kot'"), RecordFault.LINE, 1),
    ("address of a line", line("recipient = 'jan@example.org'"), RecordFault.LINE, 1),
    ("text of a line", line("excerpt = 'Zwrócimy 900 zł'"), RecordFault.LINE, 1),
    ("outcome of a line", line("state = 'confirmed'"), RecordFault.LINE, 1),
    ("reason of a line", line("reason = 'refused'"), RecordFault.LINE, 1),
    ("ticket of a line", line("ticket_id = 99"), RecordFault.LINE, 1),
    ("queue of a line", line("queue_id = 99"), RecordFault.LINE, 1),
    ("author of a line", line("actor_id = NULL"), RecordFault.LINE, 1),
    ("agent login of a line", line("agent_login = 'ewa.kot'"), RecordFault.LINE, 1),
    ("time of a line", line("opened_at = '2020-01-01 10:00:00+00'"), RecordFault.LINE, 1),
    ("canned response of a line", line("canned_id = 8"), RecordFault.LINE, 1),
    ("title of a line's canned response", line("canned_title = 'Zwrot'"), RecordFault.LINE, 1),
    ("version of a line's canned response", line("canned_version = 3"), RecordFault.LINE, 1),
    ("share changed of a line", line("changed_percent = 0"), RecordFault.LINE, 1),
    ("place of a line", line("opened_sequence = 3"), RecordFault.LINE, 3),
    ("last entry of a line", line("latest_sequence = 1"), RecordFault.LINE, 1),
    (
        "line removed",
        run("DELETE FROM audit_reviewrow WHERE opened_sequence = 1"),
        RecordFault.LINE_MISSING,
        1,
    ),
    ("line invented", run(FORGED_LINE.format(3)), RecordFault.LINE_INVENTED, 3),
    (
        "line invented behind the end",
        run(FORGED_LINE.format(900)),
        RecordFault.LINE_INVENTED,
        900,
    ),
    (
        "line of another kind",
        run(FORGED_LINE.format(3).replace("'reply'", "'canned'")),
        RecordFault.LINE_INVENTED,
        3,
    ),
    (
        "line moved to another reply",
        line("subject_id = 'nobody'"),
        RecordFault.LINE_MISSING,
        1,
    ),
    ("word added", words("maria", "paczka odszkodowanie"), RecordFault.WORDS, 1),
    ("words emptied", words("", ""), RecordFault.WORDS, 1),
    ("words removed", lambda _sql: WORDS.forget([1]), RecordFault.WORDS, 1),
    ("words invented", lambda _sql: WORDS.put([(3, "jan", "zwrot")]), RecordFault.WORDS, 3),
    (
        "record of an entry",
        run(
            "UPDATE audit_auditentry SET record = replace(record, '1234', '1235')"
            " WHERE sequence = 1"
        ),
        RecordFault.HASH,
        1,
    ),
    (
        "column of an entry",
        run("UPDATE audit_auditentry SET state = 'rejected' WHERE sequence = 2"),
        RecordFault.COLUMNS,
        2,
    ),
    (
        "hash of an entry",
        run("UPDATE audit_auditentry SET hash = 'ab' WHERE sequence = 2"),
        RecordFault.HASH,
        2,
    ),
    (
        "entry removed",
        run("DELETE FROM audit_auditentry WHERE sequence = 3"),
        RecordFault.GAP,
        3,
    ),
    (
        "text of an entry",
        run("UPDATE audit_auditcontent SET data = 'Nie' WHERE field = 'body'"),
        RecordFault.TEXT,
        1,
    ),
    (
        "text of an entry removed",
        run("DELETE FROM audit_auditcontent WHERE field = 'body'"),
        RecordFault.TEXT_MISSING,
        1,
    ),
    ("tail cut off", cut_tail, RecordFault.CUT, 5),
    (
        "tail cut off, checkpoints as well",
        lambda sql: [cut_tail(sql), sql("DELETE FROM audit_checkpoint")],
        RecordFault.CUT,
        5,
    ),
    (
        "hash of the head",
        run("UPDATE audit_audithead SET hash = 'ab'"),
        RecordFault.HEAD,
        5,
    ),
    ("head set back", run("UPDATE audit_audithead SET sequence = 2"), RecordFault.HEAD, 5),
    ("head removed", run("DELETE FROM audit_audithead"), RecordFault.HEAD, 5),
    (
        "tail cut off since the last checkpoint, then gone on with",
        cut_tail_between_checkpoints,
        RecordFault.LOST,
        6,
    ),
    ("file of checkpoints removed", lambda _sql: checkpoints.path().unlink(), RecordFault.FILE, 5),
    (
        "signature of a checkpoint",
        run("UPDATE audit_checkpoint SET signature = replace(signature, 'a', 'b')"),
        RecordFault.SIGNATURE,
        5,
    ),
    (
        "columns of a checkpoint",
        run("UPDATE audit_checkpoint SET sequence = 4"),
        RecordFault.CHECKPOINT,
        5,
    ),
    ("statement in the file of checkpoints", forge_file, RecordFault.SIGNATURE, 5),
]
IDS = [way[0] for way in WAYS]


@pytest.fixture
def kept(anna: Any) -> list[AuditEntry]:
    """A record of five entries: a reply, what became of it, two others, and its comparison."""
    opened = submitted(anna)
    moved(opened, Action.REPLY_SENDING, "sending")
    made = [opened, note(), note()]
    moved(opened, Action.REPLY_COMPARED, "", changed_percent=21)
    checkpoint()
    assert verify().broken is None
    return made


@pytest.mark.parametrize(("change", "fault", "entry"), [way[1:] for way in WAYS], ids=IDS)
def test_each_way_of_tampering_is_found_by_name(change, fault, entry, kept, tamper):
    with tamper() as sql:
        change(sql)
    report = verify()
    assert Broken(entry, fault) in [report.broken, *report.beside]


def test_the_document_lists_these_ways_and_no_others():
    text = TABLE.read_text().split("<!-- tampering -->")[1].split("<!-- /tampering -->")[0]
    assert text.strip() == table()


def table() -> str:
    rows = ["| what was tampered with | what the check says |", "| --- | --- |"]
    with translation.override("en"):
        rows += [f"| {name} | {Broken(entry, fault)} |" for name, _change, fault, entry in WAYS]
    return "\n".join(rows)


BESIDE = {fault for fault in RecordFault if fault.name.startswith(("LINE", "WORDS"))}


@pytest.mark.parametrize("name", [way[0] for way in WAYS if way[2] in BESIDE])
def test_the_list_is_put_right_from_the_record(name, kept, tamper, capsys):
    [way] = [way for way in WAYS if way[0] == name]
    before = list(ReviewRow.objects.values())
    with tamper() as sql:
        way[1](sql)
    call_command("rebuild_review")
    assert capsys.readouterr().out.count("entry") >= 1
    after = list(ReviewRow.objects.values())
    assert [{**row, "id": 0} for row in after] == [{**row, "id": 0} for row in before]
    assert matching(ReviewRow.objects.all(), [Word("lodzi")]).count() == 1
    assert verify().broken is None


def test_what_is_new_is_compared_by_the_check_of_a_quarter_of_an_hour(kept, anna, tamper):
    check_record(actor=None)
    other = submitted(anna)
    report = check_recent()
    assert report is not None
    assert report.broken is None
    with tamper() as sql:
        sql("UPDATE audit_reviewrow SET state = 'confirmed' WHERE opened_sequence = %s",
            other.sequence)  # fmt: skip
    report = check_recent()
    assert report is not None
    assert report.broken == Broken(other.sequence, RecordFault.LINE)


def test_lines_that_begin_and_end_on_different_pages_hold(anna, monkeypatch):
    monkeypatch.setattr("thulium_portal.audit.verification.PAGE", 2)
    replies = [submitted(anna, ticket_id=number) for number in (1, 2, 3)]
    for action, state in ((Action.REPLY_SENDING, "sending"), (Action.REPLY_CONFIRMED, "confirmed")):
        for entry in replies:
            moved(entry, action, state)
    assert verify().broken is None


def test_an_erased_reply_holds_without_words_and_not_with_them(kept, adam):
    erase([1], actor=adam, basis="RODO")
    assert verify().broken is None
    WORDS.put([(1, "maria", "paczka")])
    assert verify().broken == Broken(1, RecordFault.WORDS)


def test_what_an_interrupted_check_found_is_told_at_its_end(kept, monkeypatch, tamper):
    monkeypatch.setattr("thulium_portal.audit.verification.PAGE", 2)
    with tamper() as sql:
        line("state = 'rejected'")(sql)

    def stop(_more: int) -> None:
        raise KeyboardInterrupt

    stops = iter([lambda: None, lambda: stop(0)])
    with pytest.raises(KeyboardInterrupt):
        check_record(actor=None, progress=lambda _more: next(stops)())
    with tamper() as sql:
        sql("UPDATE audit_reviewrow SET state = 'sending'")
    assert check_record(actor=None, resume=True).broken == Broken(1, RecordFault.LINE)


def test_what_was_mended_since_a_check_was_interrupted_is_told_no_more(kept, monkeypatch, tamper):
    monkeypatch.setattr("thulium_portal.audit.verification.PAGE", 2)
    with tamper() as sql:
        line("customer = 'Jan Kot'")(sql)

    def stop(_more: int) -> None:
        raise KeyboardInterrupt

    stops = iter([lambda: None, lambda: stop(0)])
    with pytest.raises(KeyboardInterrupt):
        check_record(actor=None, progress=lambda _more: next(stops)())
    state = VerificationState.objects.get(kind="whole")
    assert state.beside == [[1, RecordFault.LINE]]
    state.beside.append([2, RecordFault.LOST])
    state.save()
    assert rebuild_list(actor=None) == [Broken(1, RecordFault.LINE)]
    # What was lost stays told: nothing puts it right.
    assert check_record(actor=None, resume=True).beside == [Broken(2, RecordFault.LOST)]


def test_the_command_names_what_is_shown_wrongly(kept, tamper, capsys):
    with tamper() as sql:
        line("customer = 'Jan Kot'")(sql)
        sql(FORGED_LINE.format(3))
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    told = capsys.readouterr().err
    assert "The list shows something else of entry 1 than was recorded." in told
    assert "The list shows an entry 3 that tells of no reply." in told
    assert "rebuild_review" in told


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_audithead SET hash = 'ab'",
        "UPDATE audit_audithead SET sequence = 2",
        "UPDATE audit_audithead SET sequence = 900",
        "DELETE FROM audit_audithead",
    ],
)
def test_people_go_on_working_behind_a_torn_head_and_the_record_says_so(change, kept, anna, tamper):
    with tamper() as sql:
        sql(change)
    made = submitted(anna)
    assert made.sequence == 7
    found = standing()
    assert found is not None
    assert not found.holds
    with translation.override("en"):
        assert str(Broken(5, RecordFault.HEAD)) == standing().sentence
    report = verify()
    lost = [Broken(6, RecordFault.LOST)] if "900" in change else []
    assert report.beside == lost
    assert report.broken == (lost[0] if lost else None)


def test_a_torn_head_is_never_signed(kept, tamper):
    with tamper() as sql:
        sql("UPDATE audit_audithead SET sequence = 900, hash = 'ab'")
    signed = checkpoint()
    assert signed is not None
    assert AuditEntry.objects.filter(sequence=signed.sequence, hash=signed.hash).exists()
