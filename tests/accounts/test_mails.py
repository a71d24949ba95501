"""Mails leave through a real mail server, in the receiver's language; no failure breaks a page."""

from pathlib import Path

import pytest
from django.db import transaction

from tests.factories import make_person
from tests.support import mail_server as servers
from tests.support.certificates import Authority
from tests.support.mail_server import PASSWORD, USER, mail_server
from thulium_portal.accounts import mails
from thulium_portal.accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("olga&1", email="olga@sklep.example")


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("pl", "Twoje hasło do Portalu odpowiedzi zostało zmienione", "ktoś inny"),
        ("en", "Your password for the Reply Portal was changed", "somebody else"),
    ],
)
def test_a_mail_speaks_the_language_of_its_receiver(person, settings, language, subject, words):
    person.language = language
    with mail_server(settings) as server:
        assert mails.send(person, "password_changed", {})
    (mail,) = server.received
    assert mail["Subject"].strip() == subject
    assert (mail["To"], mail["From"]) == ("olga@sklep.example", f"Portal <{USER}>")
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert words in text
    assert "olga&1" in text
    assert settings.PORTAL_URL in text


def test_a_mail_waits_for_the_commit_and_goes_with_a_rollback(person, settings, transactional_db):
    with mail_server(settings) as server:
        with transaction.atomic():
            mails.send_later([person], "password_changed", {})
            mails.wait()
            assert server.received == []
        mails.wait()
        assert len(server.received) == 1
        with transaction.atomic():
            mails.send_later([person], "password_changed", {})
            transaction.set_rollback(True)
        mails.wait()
        assert len(server.received) == 1


def test_every_administrator_is_told_and_nobody_else(settings, transactional_db):
    for name, role, is_active in (
        ("adam", Role.ADMINISTRATOR, True),
        ("ewa", Role.SUPERVISOR, True),
        ("dawna", Role.ADMINISTRATOR, False),
        ("bez", Role.ADMINISTRATOR, True),
    ):
        email = "" if name == "bez" else f"{name}@sklep.example"
        make_person(name, role=role, is_active=is_active, email=email)
    with mail_server(settings) as server:
        mails.mail_administrators("password_changed", {})
        mails.wait()
    assert [mail["To"] for mail in server.received] == ["adam@sklep.example"]


def test_the_connection_is_encrypted_and_the_certificate_checked(
    person, settings, tmp_path, monkeypatch
):
    authority = Authority(tmp_path)
    with mail_server(settings, tls=authority.context()) as server:
        assert not mails.send(person, "password_changed", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
        assert mails.send(person, "password_changed", {})
    assert len(server.received) == 1


def _down(settings, _folder: Path):
    servers.use(settings, servers.free_port())


def _without_tls(settings, _folder: Path):
    settings.EMAIL_USE_TLS = True


def _wrong_password(settings, _folder: Path):
    settings.EMAIL_HOST_PASSWORD = "zle-haslo-9"


def _wrong_host(settings, _folder: Path):
    settings.EMAIL_HOST = "a..b"


@pytest.mark.parametrize("fault", [_down, _without_tls, _wrong_password, _wrong_host])
def test_a_failure_is_told_and_breaks_nothing(person, settings, tmp_path, caplog, fault):
    with mail_server(settings) as server:
        fault(settings, tmp_path)
        assert not mails.send(person, "password_changed", {})
    assert server.received == []
    assert "A mail could not be sent" in caplog.text
    for secret in (PASSWORD, settings.EMAIL_HOST_PASSWORD, person.email):
        assert secret not in caplog.text


def test_without_a_mail_server_or_an_address_nothing_is_tried(person, settings):
    assert not mails.send(person, "password_changed", {})
    with mail_server(settings) as server:
        person.email = ""
        assert not mails.send(person, "password_changed", {})
    assert server.received == []
