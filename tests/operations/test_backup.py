"""A backup holds what the rows name, and brings it back, whatever database it came from."""

import io
import json
import shutil
import tarfile
import threading

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections

from tests.support.record import note, submitted
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.audit.review_index import looked_for
from thulium_portal.audit.review_index import matching as lines_with
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.verification import verify
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.search.index import matching as texts_with
from thulium_portal.operations.backup import backups, contents, moves, restores
from thulium_portal.operations.backup.container import SEAL
from thulium_portal.operations.backup.databases import (
    SNAPSHOT,
    another,
    applied,
    apps_of,
    led_to,
    snapshot,
    sqlite_at,
)
from thulium_portal.operations.backup.problems import ArchiveProblem
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply, ThuliumConnection
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.services import store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path):
    """Return where the archive of a test is to lie."""
    return tmp_path / "portal.tar"


@pytest.fixture
def elsewhere(postgresql_url):
    """Return Django's settings of a new PostgreSQL database."""
    with psycopg.connect(postgresql_url, autocommit=True) as server:
        server.execute("CREATE DATABASE elsewhere")
        host = server.info.host
    yield {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "elsewhere",
        "USER": "postgres",
        "HOST": host,
        "OPTIONS": {},
    }
    with psycopg.connect(postgresql_url, autocommit=True) as server:
        server.execute("DROP DATABASE elsewhere WITH (FORCE)")


def told(config=None):
    """Return count and digest of every table's rows in the portal's database, or another."""
    with snapshot(config):
        apps = apps_of(applied(connections[SNAPSHOT]))
        return contents.count(apps, SNAPSHOT, lambda more: None).told()


def changed(archive, old, new):
    """Put *new* in the place of *old*, as long as it, in the bytes of the archive."""
    data = archive.read_bytes()
    assert data.count(old) == 1
    assert len(old) == len(new)
    archive.write_bytes(data.replace(old, new))


def test_a_session_that_has_ended_does_not_come_back(archive, as_anna):
    assert as_anna.get("/").status_code == 200
    backups.write(archive)
    restores.restore(archive)
    assert as_anna.get("/").status_code == 302


def test_everything_comes_back_as_it_was_and_sending_is_held(archive, anna, make, submit):
    names = ("umowa.pdf", "aneks.pdf")
    lost, kept = [store(SimpleUploadedFile(name, name.encode())).file for name in names]
    make("Dziękujemy za paczkę")
    submit()
    checkpoint()
    before = told()
    done = []
    made = backups.write(archive, lambda *so_far: done.append(so_far))
    assert (made.files, made.missing, done[-1][0]) == (2, [], made.rows + 2)
    assert AuditEntry.objects.first().action == "backup.made"
    default_storage.delete(lost.path)
    StoredFile.objects.all().delete()
    User.objects.create(username="później", name="Później")
    checkpoint()
    restores.restore(archive)
    assert list(StoredFile.objects.order_by("pk")) == [lost, kept]
    assert lost.is_whole()
    assert kept.is_whole()
    after = told()
    differing = {table for table in before if before[table] != after[table]}
    # The hold, and the two entries that tell of it and of the restore.
    assert differing == {"audit_auditentry", "audit_audithead", "replies_thuliumconnection"}
    assert verify().broken is None
    assert circuit_breaker.status().held_since
    assert AuditEntry.objects.first().action == "backup.restored"
    assert User.objects.create(username="nowsza", name="Nowsza").pk > anna.pk


def test_a_file_that_the_store_has_lost_is_named_and_the_rest_is_kept(archive):
    lost, kept = [store(SimpleUploadedFile(f"{n}.pdf", b"%PDF")).file for n in "ab"]
    default_storage.delete(lost.path)
    with pytest.raises(CommandError, match=lost.path):
        call_command("backup", archive, stdout=io.StringIO())
    with tarfile.open(archive) as members:
        names = members.getnames()
    assert f"attachments/{kept.path}" in names
    assert names[-1] == SEAL


def test_a_full_disk_leaves_no_half_archive(archive):
    archive.parent.joinpath("portal.tar.part").symlink_to("/dev/full")
    with pytest.raises(CommandError, match=r"No backup was made: .*space"):
        call_command("backup", archive, stdout=io.StringIO())
    assert list(archive.parent.glob("portal.tar*")) == []


def test_without_a_terminal_one_sentence_and_nothing_else(archive, anna, monkeypatch):
    backups.write(archive)
    monkeypatch.setattr("sys.stdin", io.StringIO("RESTORE\n"))
    with pytest.raises(CommandError, match="add --yes"):
        call_command("restore", archive)
    assert AuditEntry.objects.first().action == "backup.made"


def _cut(archive):
    archive.write_bytes(archive.read_bytes()[:-2000])


def _cut_in_the_middle(archive):
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2 // 512 * 512])


def _changed_row(archive):
    changed(archive, b"Anna Nowak", b"Hanna Nowa")


def _newer(archive):
    changed(archive, b'"format": 2', b'"format": 9')


def _with_a_path_that_leads_out(archive):
    changed_header(archive, name="../../etc/passwd")


def _with_a_link(archive):
    changed_header(archive, type=tarfile.SYMTYPE, linkname="/etc/passwd")


def _with_a_size_that_lies(archive):
    changed_header(archive, size=400 * 1024 * 1024)


def _with_a_size_beyond_all(archive):
    changed_header(archive, size=7 * 1024**3)


def changed_header(archive, **changes):
    """Change the header of the second member, with a right sum of its own."""
    data = bytearray(archive.read_bytes())
    first = tarfile.TarInfo.frombuf(data[:512], "ascii", "strict")
    place = 512 + -(-first.size // 512) * 512
    info = tarfile.TarInfo.frombuf(bytes(data[place : place + 512]), "ascii", "strict")
    for name, value in changes.items():
        setattr(info, name, value)
    data[place : place + 512] = info.tobuf(tarfile.USTAR_FORMAT)
    archive.write_bytes(data)


def _something_else(archive):
    archive.write_bytes(b"nothing of the kind" * 100)


def _empty(archive):
    archive.write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_cut, "ends too early"),
        (_cut_in_the_middle, "ends too early"),
        (_changed_row, "is not as it was made"),
        (_newer, "newer version"),
        (_with_a_path_that_leads_out, "which no backup of this portal does"),
        (_with_a_link, "which no backup of this portal does"),
        (_with_a_size_that_lies, "ends too early"),
        (_with_a_size_beyond_all, "which no backup of this portal does"),
        (_something_else, "is not a backup"),
        (_empty, "ends too early"),
    ],
)
def test_an_archive_that_is_not_whole_changes_nothing(spoil, words, archive, anna):
    backups.write(archive)
    before = told()
    spoil(archive)
    with pytest.raises(CommandError, match=f"Nothing was restored: .*{words}") as refusal:
        call_command("restore", archive, "--yes")
    assert "\n" not in str(refusal.value)
    assert told() == before


def test_an_archive_of_another_key_or_portal_is_refused(archive, anna, settings):
    ThuliumConnection.objects.create(instance="7d444840-9dc0-11d1-b245-5ffdce74fad2")
    note(actor=anna)
    backups.write(archive)
    key = settings.AUDIT_SIGNING_KEY
    settings.AUDIT_SIGNING_KEY = "another-" + key
    with pytest.raises(CommandError, match="another AUDIT_SIGNING_KEY"):
        call_command("restore", archive, "--yes")
    settings.AUDIT_SIGNING_KEY = key
    ThuliumConnection.objects.update(instance="7d444840-9dc0-11d1-b245-5ffdce74fad3")
    with pytest.raises(CommandError, match="is of another portal"):
        call_command("restore", archive, "--yes")
    assert AuditEntry.objects.first().action == "backup.made"


def test_a_record_that_does_not_hold_is_restored_only_where_that_is_asked(archive, anna, tamper):
    note(actor=anna)
    note(actor=anna)
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'inny' WHERE sequence = 2")
    backups.write(archive)
    User.objects.create(username="później", name="Później")
    with pytest.raises(CommandError, match=r"does not hold.*--broken-record"):
        call_command("restore", archive, "--yes")
    assert User.objects.filter(username="później").exists()
    call_command("restore", archive, "--yes", "--broken-record", stdout=io.StringIO())
    assert not User.objects.filter(username="później").exists()
    assert verify().broken.sequence == 2


def test_the_former_format_comes_back_as_well(archive, tmp_path, anna, submit):
    file = store(SimpleUploadedFile("umowa.pdf", b"%PDF")).file
    submit()
    checkpoint()
    before = told()
    _write_former(archive, tmp_path, file)
    default_storage.delete(file.path)
    User.objects.create(username="później", name="Później")
    restores.restore(archive)
    assert not User.objects.filter(username="później").exists()
    assert told()["accounts_user"] == before["accounts_user"]
    assert file.is_whole()
    assert verify().broken is None
    assert circuit_breaker.status().held_since


def _write_former(archive, tmp_path, file):
    """Write what backups were: a copy of the SQLite file, the checkpoints, the files."""
    database = tmp_path / "database.sqlite3"
    moves.move(sqlite_at(database))
    manifest = {
        "format": 1,
        "version": "0.1.0",
        "database": "sqlite",
        "taken_at": "2026-11-27T12:00:00+00:00",
        "audit_sequence": AuditEntry.objects.count(),
        "audit_hash": "",
    }
    with tarfile.open(archive, "w") as members:
        info = tarfile.TarInfo("manifest.json")
        data = json.dumps(manifest, indent=1).encode()
        info.size = len(data)
        members.addfile(info, io.BytesIO(data))
        members.add(database, database.name)
        members.add(tmp_path / "audit-checkpoints.jsonl", "audit-checkpoints.jsonl")
        members.add(tmp_path / "attachments" / file.path, f"attachments/{file.path}")
    database.unlink()


class _Busy(threading.Thread):
    """Somebody who works without a pause, until the block ends."""

    def __init__(self, person):
        super().__init__()
        self.person, self.done, self.stop, self.working = person, 0, False, threading.Event()

    def run(self):
        while not self.stop:
            submitted(self.person)
            self.done += 1
            self.working.set()
        connections.close_all()

    def __enter__(self):
        self.start()
        assert self.working.wait(20)
        return self

    def __exit__(self, *failure):
        self.stop = True
        self.join()


@pytest.mark.postgresql
def test_a_backup_under_load_goes_into_postgresql_and_back(
    archive, tmp_path, elsewhere, anna, make, submit
):
    make("Dziękujemy za paczkę")
    submit()
    store(SimpleUploadedFile("umowa.pdf", b"%PDF"))
    with _Busy(anna) as busy:
        backups.write(archive)
        assert busy.is_alive()
    sealed = _sealed_tables(archive)
    with led_to(another(elsewhere, "default")):
        restores.restore(archive)
        assert circuit_breaker.status().held_since
        assert verify().broken is None
        assert _found_by_words()
        entries = AuditEntry.objects.count()
    there = told(elsewhere)
    differing = {table for table in sealed if sealed[table] != there[table]}
    assert differing == {"audit_auditentry", "audit_audithead", "replies_thuliumconnection"}
    assert there["audit_auditentry"][0] == entries == sealed["audit_auditentry"][0] + 2
    back = tmp_path / "back.tar"
    with led_to(another(elsewhere, "default")):
        backups.write(back)
    restores.restore(back)
    assert _found_by_words()
    assert verify().broken is None
    assert told()["audit_auditcontent"] == there["audit_auditcontent"]


def _sealed_tables(archive):
    with tarfile.open(archive) as members:
        return json.loads(json.load(members.extractfile(SEAL))["statement"])["tables"]


def _found_by_words():
    """Tell whether a line of the review and a canned response are found by their words."""
    lines = lines_with(ReviewRow.objects.all(), looked_for({"q": "jedzie"}))
    return lines.exists() and texts_with(CannedResponse.objects.all(), "paczke").exists()


@pytest.mark.postgresql
def test_the_portal_moves_to_postgresql_and_back_to_a_file(tmp_path, elsewhere, anna, submit):
    reply = submit().reply
    before = told()
    moves.move(elsewhere)
    there = told(elsewhere)
    differing = {table for table in before if before[table] != there[table]}
    assert differing == {"audit_auditentry", "audit_audithead"}
    with led_to(another(elsewhere, "default")):
        assert verify().broken is None
        assert AuditEntry.objects.first().action == "database.moved"
        assert not circuit_breaker.status().held_since
        # Keys go on behind those that were given.
        assert User.objects.create(username="nowsza", name="Nowsza").pk > anna.pk
        assert Reply.objects.get().uuid == reply.uuid
        config = {**connection.settings_dict, "ENGINE": "django.db.backends.sqlite3"}
        target = tmp_path / "moved.sqlite3"
        moves.move({**config, "NAME": str(target), "OPTIONS": {}})
    assert told({"ENGINE": config["ENGINE"], "NAME": str(target), "OPTIONS": {}})[
        "accounts_user"
    ] == [2, told(elsewhere)["accounts_user"][1]]
    with pytest.raises(ArchiveProblem, match="a portal lives in that database"):
        moves.move(elsewhere)


def test_where_to_move_is_told_by_an_address_and_refused_without_its_password(capsys):
    with pytest.raises(CommandError, match="--to must begin") as refusal:
        call_command("move_database", "--to", "mysql://root:tajne@host/x")
    assert "tajne" not in str(refusal.value)
    unreachable = "postgres://portal:tajne@127.0.0.1:9/portal"
    with pytest.raises(CommandError, match="Nothing was moved") as refusal:
        call_command("move_database", "--to", unreachable)
    assert "tajne" not in str(refusal.value)


def test_a_store_that_takes_no_file_while_restoring_changes_nothing(archive, anna, monkeypatch):
    file = store(SimpleUploadedFile("umowa.pdf", b"%PDF")).file
    backups.write(archive)
    default_storage.delete(file.path)
    before = told()
    attachments = default_storage.base_location
    shutil.rmtree(attachments)
    attachments.write_text("not a folder")
    with pytest.raises(CommandError, match="Nothing was restored"):
        call_command("restore", archive, "--yes")
    assert told() == before
