"""Whatever is done to the record by somebody who owns the database is found, and where."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.support.record import note, submitted
from thulium_portal.audit import verification
from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import GENESIS, canonical, digest
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow, VerificationState
from thulium_portal.audit.services import Subject, checkpoint, erase
from thulium_portal.audit.verification import verify
from thulium_portal.audit.verification_runs import check_recent, check_record, interrupted_check
from thulium_portal.review.presenters import standing

pytestmark = pytest.mark.django_db

Tamper = Callable[[], Any]
MOVE = "UPDATE audit_auditentry SET sequence = %s WHERE sequence = %s"


@pytest.fixture
def entries(anna):
    return [submitted(anna), *[note(facts={"number": number}) for number in range(4)]]


def test_an_untouched_record_holds(entries):
    checkpoint()
    report = verify()
    assert report.broken is None
    assert (report.entries, report.head, report.checkpoints, report.erased) == (5, 5, 1, 0)


def test_an_empty_record_holds():
    assert verify().broken is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("record = replace(record, '\"number\":1', '\"number\":9')", RecordFault.HASH),
        ("hash = replace(hash, substr(hash, 1, 1), 'z')", RecordFault.HASH),
        ("previous_hash = repeat_of_a", RecordFault.LINK),
        ("state = 'sent'", RecordFault.COLUMNS),
        ("action = 'reply.sent'", RecordFault.COLUMNS),
        ("actor_id = (SELECT max(id) FROM accounts_user)", RecordFault.COLUMNS),
        ("ticket_id = 99", RecordFault.COLUMNS),
        ("at = '2020-01-01 10:00:00+00'", RecordFault.COLUMNS),
        ("subject_id = '7'", RecordFault.COLUMNS),
    ],
)
def test_a_changed_entry_is_found(change, problem, entries, tamper):
    change = change.replace("repeat_of_a", f"'{'a' * 64}'")
    with tamper() as sql:
        sql(f"UPDATE audit_auditentry SET {change} WHERE sequence = 3")
    assert verify().broken == Broken(3, problem)


def test_a_deleted_entry_is_found(entries, tamper):
    with tamper() as sql:
        sql("DELETE FROM audit_auditentry WHERE sequence = 3")
    assert verify().broken == Broken(3, RecordFault.GAP)


def test_a_deleted_first_entry_is_found(tamper):
    note()
    note()
    with tamper() as sql:
        sql("DELETE FROM audit_auditentry WHERE sequence = 1")
    assert verify().broken == Broken(1, RecordFault.GAP)


def test_swapped_entries_are_found(entries, tamper):
    with tamper() as sql:
        for values in [(99, 2), (2, 3), (3, 99)]:
            sql(MOVE, *values)
    assert verify().broken == Broken(2, RecordFault.LINK)


def test_an_inserted_entry_is_found(entries, tamper):
    with tamper() as sql:
        for number in (5, 4, 3):
            sql(MOVE, number + 1, number)
        sql(
            "INSERT INTO audit_auditentry (sequence, at, action, subject_kind, subject_id, state,"
            " record, previous_hash, hash) VALUES (3, '2026-11-23 10:00:00', 'reply.sent', '', '',"
            " '', '{}', %s, %s)",
            entries[1].hash,
            "ab" * 32,
        )
    assert verify().broken == Broken(3, RecordFault.HASH)


def test_a_tail_cut_off_is_found(entries, tamper):
    with tamper() as sql:
        sql("DELETE FROM audit_auditentry WHERE sequence > 3")
    assert verify().broken == Broken(4, RecordFault.GAP)


def cut_off_cleanly(sql: Callable[..., None], entries: list[AuditEntry]) -> None:
    sql("DELETE FROM audit_auditentry WHERE sequence > 3")
    sql("UPDATE audit_audithead SET sequence = 3, hash = %s", entries[2].hash)


def test_a_tail_cut_off_with_its_head_is_found_by_the_checkpoint(entries, tamper):
    checkpoint()
    with tamper() as sql:
        cut_off_cleanly(sql, entries)
    assert verify().broken == Broken(5, RecordFault.CUT)


def test_a_tail_cut_off_with_head_and_checkpoint_is_found_by_the_file(entries, tamper):
    checkpoint()
    with tamper() as sql:
        cut_off_cleanly(sql, entries)
        sql("DELETE FROM audit_checkpoint")
    assert verify().broken == Broken(5, RecordFault.CUT)


def rewrite(sql: Callable[..., None]) -> None:
    """Compute the whole chain anew around a changed second entry, as a clever forger would."""
    previous = GENESIS
    for entry in AuditEntry.objects.order_by("sequence"):
        text = entry.record.replace('"number":0', '"number":8')
        text = text.replace(f'"prev":"{entry.previous_hash}"', f'"prev":"{previous}"')
        values = (text, previous, digest(text), entry.sequence)
        sql(
            "UPDATE audit_auditentry SET record = %s, previous_hash = %s, hash = %s"
            " WHERE sequence = %s",
            *values,
        )
        previous = digest(text)
    sql("UPDATE audit_audithead SET hash = %s", previous)


def test_a_chain_computed_anew_is_found_by_the_checkpoint(entries, tamper):
    checkpoint()
    with tamper() as sql:
        rewrite(sql)
    assert verify().broken == Broken(5, RecordFault.CHECKPOINT)


def test_a_record_in_another_spelling_is_found(tamper):
    entry = note()
    loose = entry.record.replace('{"action":', '{ "action":')
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET record = %s, hash = %s", loose, digest(loose))
        sql("UPDATE audit_audithead SET hash = %s", digest(loose))
    assert verify().broken == Broken(1, RecordFault.FORM)


def test_a_record_of_an_unknown_chain_is_found(tamper):
    foreign = canonical({"v": 1, "chain": "elsewhere"})
    note()
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET record = %s, hash = %s", foreign, digest(foreign))
    assert verify().broken == Broken(1, RecordFault.FORM)


@pytest.mark.parametrize("part", ["facts", "commit"])
def test_a_record_with_a_part_of_another_kind_is_found(part, tamper):
    foreign = canonical(json.loads(note().record) | {part: ["x"]})
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET record = %s, hash = %s", foreign, digest(foreign))
        sql("UPDATE audit_audithead SET hash = %s", digest(foreign))
    assert verify().broken == Broken(1, RecordFault.FORM)


def test_a_changed_text_is_found(entries, tamper):
    with tamper() as sql:
        sql("UPDATE audit_auditcontent SET data = 'Nic nie obiecałam.' WHERE field = 'body'")
    assert verify().broken == Broken(1, RecordFault.TEXT)


def test_a_text_the_entry_never_knew_is_found(entries):
    AuditContent.objects.create(entry=entries[2], field="body", salt=b"x" * 32, data="Dopisane")
    assert verify().broken == Broken(3, RecordFault.TEXT)


def test_a_text_gone_without_an_erasure_is_found(entries):
    AuditContent.objects.filter(entry=entries[0], field="body").delete()
    assert verify().broken == Broken(1, RecordFault.TEXT_MISSING)


def test_an_erasure_leaves_the_record_whole_and_the_words_nowhere(entries, adam):
    assert erase([1], actor=adam, basis="Art. 17 RODO") == 9
    report = verify()
    assert (report.broken, report.erased) == (None, 9)
    row = ReviewRow.objects.get()
    assert (row.customer, row.recipient, row.excerpt, row.canned_title) == ("", "", "", "")
    entry = AuditEntry.objects.get(action=Action.CONTENT_ERASED)
    assert entry.actor == adam
    assert '"sequences":[1]' in entry.record


@pytest.mark.parametrize(
    "change", ["UPDATE audit_audithead SET hash = 'x'", "DELETE FROM audit_audithead"]
)
def test_a_changed_head_is_found(change, entries, tamper):
    with tamper() as sql:
        sql(change)
    assert verify().broken == Broken(5, RecordFault.HEAD)


def test_a_head_that_ran_away_is_found(entries, tamper):
    with tamper() as sql:
        sql("UPDATE audit_audithead SET sequence = 2")
    assert verify().broken == Broken(5, RecordFault.HEAD)


@pytest.mark.parametrize("run", [lambda: check_record(actor=None), check_recent])
@pytest.mark.parametrize("is_tampered", [False, True])
def test_what_is_erased_while_a_check_runs_is_no_fault(
    run, is_tampered, anna, adam, monkeypatch, tamper
):
    note()
    check_record(actor=None)
    first, second = submitted(anna), submitted(anna)
    ends = verification._ends

    def then_erased():
        found = ends()
        erase([first.sequence], actor=adam, basis="RODO 17")
        if is_tampered:
            with tamper():
                AuditContent.objects.filter(entry=second).delete()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(verification, "_ends", then_erased)
        found = run()
    wanted = Broken(second.sequence, RecordFault.TEXT_MISSING) if is_tampered else None
    assert found.broken == wanted
    assert verify().broken == wanted


def test_missing_protection_is_found(entries, monkeypatch):
    monkeypatch.setattr("thulium_portal.audit.triggers.faults", lambda connection: ["x"])
    assert verify().broken == Broken(5, RecordFault.TRIGGERS)


def test_many_pages_are_walked_and_told_of(monkeypatch):
    monkeypatch.setattr("thulium_portal.audit.verification.PAGE", 2)
    for number in range(5):
        note(content={"title": f"tekst {number}"})
    told: list[int] = []
    assert verify(told.append).entries == 5
    assert told == [2, 2, 1]


def test_the_check_is_recorded_with_its_result(entries, adam, tamper):
    check_record(actor=adam)
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.actor) == (Action.AUDIT_VERIFIED, adam)
    assert '"holds":true' in entry.record
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'sent' WHERE sequence = 2")
    check_record(actor=None)
    assert '"broken":2' in AuditEntry.objects.first().record


def test_an_interrupted_check_goes_on_and_finds_what_is_beyond(entries, monkeypatch, tamper):
    monkeypatch.setattr("thulium_portal.audit.verification.PAGE", 2)
    erase([1], actor=None, basis="RODO")

    def stop(_more: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_record(actor=None, progress=stop)
    assert interrupted_check() is None  # not one page was whole when it stopped
    stops = iter([lambda: None, lambda: None, lambda: stop(0)])
    with pytest.raises(KeyboardInterrupt):
        check_record(actor=None, progress=lambda _more: next(stops)())
    assert interrupted_check() == 4
    told: list[int] = []
    report = check_record(actor=None, progress=told.append, resume=True)
    assert (report.broken, report.entries, told) == (None, 6, [2])
    assert interrupted_check() is None


@pytest.mark.parametrize("is_tampered", [False, True])
def test_what_is_erased_while_a_check_goes_on_is_no_fault(
    is_tampered, entries, anna, adam, monkeypatch, tamper
):
    check_record(actor=None)
    first, second = submitted(anna), submitted(anna)
    before = AuditEntry.objects.get(sequence=first.sequence - 1)
    VerificationState.objects.create(
        kind="whole", sequence=before.sequence, hash=before.hash, at=timezone.now()
    )
    ends = verification._ends

    def then_erased():
        found = ends()
        erase([first.sequence], actor=adam, basis="RODO 17")
        if is_tampered:
            with tamper():
                AuditContent.objects.filter(entry=second).delete()
        return found

    monkeypatch.setattr(verification, "_ends", then_erased)
    report = check_record(actor=None, resume=True)
    wanted = Broken(second.sequence, RecordFault.TEXT_MISSING) if is_tampered else None
    assert report.broken == wanted


def test_a_check_that_goes_on_notices_that_its_ground_was_changed(entries, tamper):
    VerificationState.objects.create(kind="whole", sequence=3, hash="0" * 64, at=timezone.now())
    assert check_record(actor=None, resume=True).broken == Broken(3, RecordFault.HASH)


def test_what_is_new_is_checked_on_its_own(entries, tamper):
    assert check_recent() is None
    check_record(actor=None)
    checkpoint()
    assert standing().newest_at is None
    note()
    checkpoint()
    report = check_recent()
    assert (report.broken, report.entries, report.checkpoints) == (None, 7, 2)
    assert AuditEntry.objects.filter(action=Action.AUDIT_VERIFIED).count() == 1
    found = standing()
    assert found is not None
    # The badge claims of each what was looked at: all of five entries then, the others since.
    assert (found.entries, found.holds) == (5, True)
    assert found.newest_at > found.at
    note()
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'sent' WHERE sequence = 8")
    report = check_recent()
    assert report.broken == Broken(8, RecordFault.COLUMNS)
    assert not standing().holds


def test_a_tail_that_was_cut_is_found_by_the_check_of_what_is_new(entries, tamper):
    check_record(actor=None)
    note()
    check_recent()
    with tamper() as sql:
        sql("DELETE FROM audit_auditentry WHERE sequence >= 6")
        sql("UPDATE audit_audithead SET sequence = 5, hash ="
            " (SELECT hash FROM audit_auditentry WHERE sequence = 5)")  # fmt: skip
    report = check_recent()
    assert report.broken is not None


def test_the_sentence_of_each_problem_names_the_entry(settings):
    for problem in RecordFault:
        assert "1234567" in str(Broken(1234567, problem))


def test_entries_about_other_things_are_checked_alike(ewa):
    note(Action.PERSON_CREATED, ewa, subject=Subject("person", "5"), content={"name": "Jan"})
    assert verify().broken is None
