"""Settings under which the portal could not keep its promises are refused."""

import pytest
from django.db import connection

from thulium_portal.site import checks


def found(check) -> list[str]:
    return [message.id for message in check()]


@pytest.fixture
def options(monkeypatch):
    """The options of an SQLite as it should be, to spoil."""
    wanted = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        "transaction_mode": "IMMEDIATE",
    }
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", wanted)
    return wanted


def test_the_database_as_it_is_set_up_passes(options):
    assert found(checks.check_sqlite) == []


@pytest.mark.parametrize("pragma", ["synchronous=FULL", "journal_mode=WAL", "foreign_keys=ON"])
def test_a_forgetful_sqlite_is_refused(options, pragma):
    options["init_command"] = options["init_command"].replace(pragma, "synchronous=NORMAL")
    assert found(checks.check_sqlite) == ["site.E001"]


def test_a_deferred_transaction_is_refused(options):
    options["transaction_mode"] = "DEFERRED"
    assert found(checks.check_sqlite) == ["site.E002"]


@pytest.mark.parametrize(("practice", "expected"), [(True, []), (False, ["site.E003"])])
def test_debug_is_for_practice_only(settings, practice, expected):
    settings.DEBUG, settings.PRACTICE_MODE = True, practice
    assert found(checks.check_real_use) == expected


def test_short_keys_are_told(settings):
    settings.SECRET_KEY, settings.AUDIT_SIGNING_KEY = "s" * 49, "a" * 50
    assert found(checks.check_keys) == ["site.W001"]


@pytest.mark.parametrize(
    ("hosts", "https", "expected"),
    [
        (["localhost", "127.0.0.1"], False, []),
        (["portal.example.org"], True, []),
        (["localhost", "portal.example.org"], False, ["site.W003"]),
    ],
)
def test_other_computers_need_https(settings, hosts, https, expected):
    settings.ALLOWED_HOSTS, settings.HTTPS = hosts, https
    assert found(checks.check_https) == expected
