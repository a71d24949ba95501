"""``manage.py doctor``: one line a check, what to do where one fails, and nothing secret."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.support.mail_server import mail_server
from tests.support.record import note
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.operations import checks, probes
from thulium_portal.operations.checks import Finding, Level
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import ThuliumConnection

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def lines(language: str = "en") -> tuple[int, dict[str, str]]:
    """Return the exit code, and the lines by the English or Polish names of their checks."""
    out, code = StringIO(), 0
    try:
        call_command("doctor", language=language, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    told = [
        re.fullmatch(r"((?:ok  |note|FAIL) ([^:]+): .+)", line)
        for line in out.getvalue().splitlines()
    ]
    assert all(told), out.getvalue()
    return code, {line[2]: line[1] for line in told if line}


@pytest.fixture
def well(thulium) -> None:
    """A portal with a worker and a Thulium."""
    circuit_breaker.pulse()


def test_a_portal_that_is_well_has_no_failure(well):
    code, told = lines()
    assert (code, [line for line in told.values() if line.startswith("FAIL")]) == (0, [])
    assert len(told) == len(checks.CHECKS)
    assert told["Thulium"] == "ok   Thulium: answers and lets the portal in"
    assert told["Backup"].startswith("note Backup: when one was last made is not known")


def test_it_speaks_polish(well):
    code, told = lines("pl")
    assert code == 0
    assert told["Baza danych"].startswith("ok   Baza danych: odpowiada")
    assert told["Poczta"].startswith("note Poczta: nieustawiona → Ustaw EMAIL_URL")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("worker_seen_at", "Worker: was never seen → Start “manage.py deliver”"),
        ("held_since", "Sending: on hold since"),
    ],
)
def test_what_stands_still_fails_and_says_what_to_do(well, field, told):
    ThuliumConnection.objects.update(**{field: None if "seen" in field else timezone.now()})
    code, found = lines()
    assert code == 1
    assert found[told.partition(":")[0]].startswith(f"FAIL {told}")


def test_a_thulium_that_is_away_or_closed_is_told(well, settings):
    settings.THULIUM_API_PASSWORD = "sekret-poczty"
    code, found = lines()
    assert (code, found["Thulium"][:41]) == (1, "FAIL Thulium: does not let the portal in ")
    settings.THULIUM_URL = "http://127.0.0.1:9"
    code, found = lines()
    assert (code, found["Thulium"][:31]) == (1, "FAIL Thulium: does not answer →")
    assert "sekret" not in str(found)


def test_a_login_that_thulium_refuses_is_counted(well, anna):
    AgentProfile.objects.filter(user=anna).update(active_in_thulium=False)
    code, found = lines()
    assert (code, "1 login is not active" in found["Agent logins"]) == (1, True)
    assert anna.agent_profile.login not in str(found)


def test_a_full_disk_and_a_folder_that_is_gone_are_told(well, settings, monkeypatch, tmp_path):
    usage = namedtuple("usage", "total used free")(10, 9, 1)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _path: usage)
        code, found = lines()
    assert (code, "0.0 GB free → Make room" in found["Disk"]) == (1, True)
    settings.DATA_DIR = tmp_path / "gone"
    code, found = lines()
    assert (code, "DATA_DIR" in found["Data folder"]) == (1, True)


def test_a_clock_behind_the_record_and_an_old_backup_are_told(well, tamper):
    note()
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET at = %s", timezone.now() + timedelta(hours=1))
    assert "FAIL Clock: behind" in lines()[1]["Clock"]
    with tamper() as sql:
        days = timezone.now() - timedelta(days=3)
        sql("UPDATE audit_auditentry SET at = %s, action = 'backup.made'", days)
    assert "FAIL Backup: last made" in lines()[1]["Backup"]
    assert AuditEntry.objects.filter(action=Action.BACKUP_MADE).exists()


def test_the_mail_server_is_tried(well, settings):
    with mail_server(settings):
        assert lines()[1]["Mail"] == "ok   Mail: the mail server answers"
        settings.EMAIL_HOST_PASSWORD = "sekret-innej-poczty"
        code, found = lines()
        assert (code, found["Mail"].startswith("FAIL Mail: the mail server does not")) == (1, True)
        assert "sekret" not in str(found)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            settings.EMAIL_PORT = free.getsockname()[1]
            assert lines()[1]["Mail"].startswith("FAIL Mail: the mail server does not")


def test_single_sign_on_is_tried(well, provider):
    assert lines()[1]["Single sign-on"] == "ok   Single sign-on: the provider answers"
    provider.status["/.well-known/openid-configuration"] = "500 Broken"
    assert lines()[1]["Single sign-on"].startswith("FAIL Single sign-on: the provider does not")


def test_a_check_that_never_ends_is_ended(well, settings, monkeypatch):
    with mail_server(settings), socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        monkeypatch.setattr(probes, "MAIL_SECONDS", 0.2)
        assert "FAIL Mail: the mail server does not" in lines()[1]["Mail"]

        def listen() -> Finding:
            with socket.create_connection(silent.getsockname()) as line:
                line.recv(1)
            return Finding(Level.FINE, "heard")

        monkeypatch.setattr(probes, "SECONDS", 0.2)
        monkeypatch.setitem(probes.PROBES, "mail", listen)
        code, found = lines()
    assert (code, "no answer within" in found["Mail"]) == (1, True)


def test_without_its_database_it_still_ends_with_one_line_a_check(tmp_path):
    given = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/portal.sqlite3",
        "THULIUM_URL": "",
    }
    command = [sys.executable, "manage.py", "doctor", "--language", "en"]
    run = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "")
    assert "FAIL Database: does not answer → Check DATABASE_URL" in run.stdout
    assert run.stdout.count("\n") == len(checks.CHECKS)
    assert "note Worker: cannot be told" in run.stdout
