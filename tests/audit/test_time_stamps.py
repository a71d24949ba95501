"""Time stamps on checkpoints, by a real authority that may fail and lie in every way."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from tests.support.record import note
from tests.support.time_authority import TimeAuthority, running
from thulium_portal import gateway
from thulium_portal.audit import time_authority, time_stamps
from thulium_portal.audit.actions import Action
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditEntry, Checkpoint, TimeStamp
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.time_authority import NoTimeStamp, fetch, stamp_days
from thulium_portal.audit.verification import verify
from thulium_portal.audit.verification_runs import check_recent, check_record
from thulium_portal.operations.housekeeping import Housekeeping

pytestmark = pytest.mark.django_db

IMPRINT = "ab" * 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return where the authority lies, with the certificate to trust in root.pem."""
    folder: Path = tmp_path_factory.mktemp("authority")
    TimeAuthority().save(folder)
    return folder


@pytest.fixture(scope="module")
def server(folder) -> Iterator[str]:
    with running(folder) as address:
        yield address


@pytest.fixture
def authority(folder, server, settings) -> str:
    """Let the portal ask the authority; return its address."""
    settings.TIMESTAMP_URL, settings.TIMESTAMP_CA_FILE = f"{server}/", str(folder / "root.pem")
    return server


@pytest.fixture
def stamped(authority) -> TimeStamp:
    """Return the time stamp of a record's only checkpoint."""
    note()
    checkpoint()
    assert stamp_days() == 1
    return TimeStamp.objects.get()


def test_the_first_checkpoint_is_stamped_at_once_and_recorded(stamped):
    assert stamped.imprint == time_stamps.imprint_of(stamped.checkpoint)
    assert abs(timezone.now() - stamped.at) < timedelta(minutes=1)
    entry = AuditEntry.objects.get(action=Action.RECORD_STAMPED)
    assert f'"imprint":"{stamped.imprint}"' in entry.record
    report = verify()
    assert (report.broken, report.time_stamps) == (None, 1)


def test_each_day_that_is_over_gets_one_for_its_last_checkpoint(stamped):
    now = timezone.now()
    for hours in (1, 24, 25, 48):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            note()
            checkpoint()
    with time_machine.travel(now + timedelta(hours=49), tick=False):
        due = time_stamps.due(timezone.now())
    newest = Checkpoint.objects.values_list("pk", flat=True)
    days = {timezone.localdate(each.at) for each in due}
    assert len(due) == len(days) in {2, 3}
    assert newest[0] not in [each.pk for each in due] or len(due) == 3


def test_housekeeping_asks_and_tries_again_after_the_authority_was_down(authority, settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    note()
    Housekeeping().run_if_due()
    assert not TimeStamp.objects.exists()
    assert len(time_stamps.due(timezone.now())) == 1
    settings.TIMESTAMP_URL = f"{authority}/"
    Housekeeping().run_if_due()
    assert TimeStamp.objects.count() == 1
    assert verify().broken is None


def test_without_an_authority_nothing_is_asked(settings):
    assert not settings.TIMESTAMP_URL
    note()
    checkpoint()
    assert stamp_days() == 0
    assert verify().broken is None


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ("nonce", "another request"),
        ("imprint", "something else"),
        ("refuse", "status 02 not today"),
        ("huge", "broken_off"),
        ("slow", "timed_out"),
        ("error", "broken_off"),
        ("moved", "broken_off"),
        ("words", "cut off"),
    ],
)
def test_an_authority_that_fails_or_lies_gives_no_time_stamp(
    lie, words, authority, settings, monkeypatch
):
    settings.TIMESTAMP_URL = f"{authority}/{lie}"
    monkeypatch.setattr(gateway, "TIME_STAMP_SECONDS", 0.5 if lie == "slow" else 10.0)
    with pytest.raises(NoTimeStamp, match=words):
        fetch(IMPRINT)
    note()
    checkpoint()
    assert stamp_days() == 0
    assert not TimeStamp.objects.exists()


def test_an_authority_nobody_trusts_gives_no_time_stamp(authority, settings, tmp_path):
    settings.TIMESTAMP_CA_FILE = str(tmp_path / "other.pem")
    Path(settings.TIMESTAMP_CA_FILE).write_text(TimeAuthority().pem)
    with pytest.raises(NoTimeStamp, match="vouches"):
        fetch(IMPRINT)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM audit_timestamp", RecordFault.TIME_STAMP_GONE),
        ("UPDATE audit_timestamp SET imprint = 'ab'", RecordFault.TIME_STAMP_GONE),
        ("UPDATE audit_timestamp SET at = '2020-01-01 00:00:00+00:00'", RecordFault.TIME_STAMP),
    ],
    ids=["deleted", "of something else", "earlier"],
)
def test_a_time_stamp_somebody_changed_is_found(statement, problem, stamped, tamper):
    with tamper() as sql:
        sql(statement)
    assert verify().broken == Broken(1, problem)


def test_a_bit_of_a_time_stamp_that_proves_nothing_is_missed_as_well(stamped):
    """The record holds the digest of the whole token, so every byte of it counts."""
    token = bytearray(stamped.token)
    for place in (0, 28, len(token) // 2, len(token) - 1):
        spoiled = bytes(token[:place]) + bytes([token[place] ^ 1]) + bytes(token[place + 1 :])
        TimeStamp.objects.update(token=spoiled)
        assert verify().broken == Broken(1, RecordFault.TIME_STAMP)
    TimeStamp.objects.update(token=bytes(token))
    assert verify().broken is None


def test_a_later_time_stamp_in_its_place_is_found(stamped, folder):
    """Even a good one: the authority gave another when the record says it did."""
    fresh, stamp = fetch(stamped.imprint)
    TimeStamp.objects.update(token=fresh, at=time_stamps.moment(stamp))
    assert verify().broken == Broken(1, RecordFault.TIME_STAMP)


def test_a_time_stamp_the_record_knows_nothing_of_is_found(stamped, authority):
    note()
    made = checkpoint()
    imprint = time_stamps.imprint_of(made)
    token, stamp = fetch(imprint)
    TimeStamp.objects.create(
        checkpoint=made, imprint=imprint, token=token, at=time_stamps.moment(stamp)
    )
    assert verify().broken == Broken(made.sequence, RecordFault.TIME_STAMP)


def test_the_time_stamp_of_an_authority_nobody_trusts_any_more_is_found(
    stamped, settings, tmp_path
):
    settings.TIMESTAMP_CA_FILE = str(tmp_path / "other.pem")
    Path(settings.TIMESTAMP_CA_FILE).write_text(TimeAuthority().pem)
    assert verify().broken == Broken(1, RecordFault.TIME_STAMP)


def test_the_quarterly_check_looks_at_what_is_new(stamped, tamper):
    assert check_record(actor=None).broken is None
    assert check_recent().broken is None
    with tamper() as sql:
        sql("DELETE FROM audit_timestamp")
    assert verify().broken == Broken(1, RecordFault.TIME_STAMP_GONE)


def test_two_workers_keep_one(stamped):
    token, stamp = fetch(stamped.imprint)
    assert not time_authority._keep(stamped.checkpoint, token, stamp)
    assert TimeStamp.objects.count() == 1
    assert AuditEntry.objects.filter(action=Action.RECORD_STAMPED).count() == 1


def test_verify_audit_counts_them(stamped, capsys):
    call_command("verify_audit")
    assert "Time stamps of the authority: 1, all hold." in capsys.readouterr().out


def test_verify_audit_tells_which_days_wait(authority, settings, capsys):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    note()
    checkpoint()
    assert stamp_days() == 0
    call_command("verify_audit")
    assert "wait for a time stamp of the authority: 1." in capsys.readouterr().out
