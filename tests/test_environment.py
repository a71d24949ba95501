"""A wrong setting ends the start with one sentence that names it and says how to mend it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from thulium_portal.audit.signing import id_of
from thulium_portal.environment import Environment, MailServer, portal_url

ROOT = Path(__file__).parents[1]
KEYS = {
    "SECRET_KEY": "x7Kp2vQm9ZtR4wLs8YbN3cHf6JdG5aTe1UoXiVnPqMkB",
    "AUDIT_SIGNING_KEY": "R8sW2nLq5VzK7mXc4TbY9pHd3GfJ6aEu1QoZiMvNtBkC",
}
USER = {"THULIUM_API_USER": "api", "THULIUM_API_PASSWORD": "sekret-żółw"}
SIGN_ON = {
    "OIDC_ISSUER": "https://login.example.org/realms/sklep",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "sekret-żółw",
}
IN_USE = id_of(KEYS["AUDIT_SIGNING_KEY"])
STAMPS = {
    "TIMESTAMP_URL": "https://tsa.example.org/tsr",
    "TIMESTAMP_CA_FILE": str(ROOT / "tests/cases/timestamps/rsa.pem"),
}
REAL = {"THULIUM_URL": "https://sklep.thulium.com"} | USER | KEYS


def _start(given: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Start from *given* alone, whatever .env says: an empty value stands for a missing one."""
    names = ("SECRET_KEY", "AUDIT_SIGNING_KEY", "THULIUM_URL", *USER, "DATABASE_URL", "DEBUG")
    bare = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **dict.fromkeys(names, "")}
    code = (
        "import sys\n"
        "from django.core.exceptions import ImproperlyConfigured\n"
        "try:\n    import thulium_portal.settings\n"
        "except ImproperlyConfigured as error:\n    sys.exit(f'said: {error}')\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=bare | given,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"THULIUM_URL": "https://sklep.thulium.com"} | KEYS, "THULIUM_API_USER"),
        (REAL | {"SECRET_KEY": ""}, "SECRET_KEY"),
        (REAL | {"SECRET_KEY": "krótki"}, "SECRET_KEY"),
        (REAL | {"AUDIT_SIGNING_KEY": ""}, "AUDIT_SIGNING_KEY"),
        (REAL | {"SECRET_KEY": "s" * 60}, "SECRET_KEY can be guessed"),
        (REAL | {"AUDIT_SIGNING_KEY": "thulium-audit-" * 4}, "AUDIT_SIGNING_KEY can be guessed"),
        (REAL | {"AUDIT_SIGNING_KEY": KEYS["SECRET_KEY"]}, "are the same"),
        ({"MONITORING_TOKEN": "x" * 31}, "MONITORING_TOKEN"),
        ({"UNDO_SECONDS": "pół"}, "UNDO_SECONDS"),
        ({"UNDO_SECONDS": "-1"}, "UNDO_SECONDS"),
        ({"MAX_ATTACHMENT_MB": "26"}, "MAX_ATTACHMENT_MB"),
        ({"THULIUM_CONNECT_TIMEOUT": "0"}, "THULIUM_CONNECT_TIMEOUT"),
        ({"THULIUM_READ_TIMEOUT": "abc"}, "THULIUM_READ_TIMEOUT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:sekret-poczty@db:pięć/x"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "postgres://u:sekret-poczty@db:99999/x"}, "DATABASE_URL cannot be read"),
        ({"DEBUG": "może"}, "DEBUG"),
        ({"LANGUAGE_CODE": "de"}, "LANGUAGE_CODE"),
        ({"TIME_ZONE": "Mars/Base"}, "TIME_ZONE"),
        ({"CSRF_TRUSTED_ORIGINS": "portal.example.org"}, "CSRF_TRUSTED_ORIGINS"),
        ({"TRUSTED_PROXIES": "127.0.0.1, localhost"}, "“localhost”"),
        ({"TRUSTED_PROXIES": "10.1.2.3/16"}, "“10.1.2.3/16”"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES"),
        ({"SESSION_IDLE_MINUTES": "0"}, "SESSION_IDLE_MINUTES"),
        ({"SESSION_HOURS": "dobę"}, "SESSION_HOURS"),
        ({"REQUIRE_SECOND_FACTOR": "administrator, kierownik"}, "“kierownik”"),
        ({"THULIUM_TICKET_LINK": "https://sklep.thulium.com/"}, "THULIUM_TICKET_LINK"),
        (SIGN_ON | {"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
        (SIGN_ON | {"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_NAME": "Konto firmowe"}, "OIDC_ISSUER and OIDC_CLIENT_ID"),
        (SIGN_ON | {"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER"),
        (SIGN_ON | {"OIDC_ISSUER": "login.example.org"}, "OIDC_ISSUER"),
        (SIGN_ON | {"OIDC_ISSUER": "https://login.example.org/?realm=x"}, "OIDC_ISSUER"),
        (SIGN_ON | {"OIDC_ISSUER": "https://user:sekret-żółw@login.example.org"}, "OIDC_ISSUER"),
        ({"PASSWORD_SIGN_IN": "False"}, "PASSWORD_SIGN_IN"),
        ({"AUDIT_REVOKED_KEYS": "5fe5 2358:12"}, "“5fe5 2358:12”"),
        ({"AUDIT_REVOKED_KEYS": "5fe52358a2ccbc6a"}, "AUDIT_REVOKED_KEYS holds"),
        (REAL | {"AUDIT_REVOKED_KEYS": f"{IN_USE}:5"}, "names the key in use"),
        ({"TIMESTAMP_URL": "https://tsa.example.org/tsr"}, "TIMESTAMP_CA_FILE is empty"),
        (STAMPS | {"TIMESTAMP_URL": "tsa.example.org"}, "TIMESTAMP_URL must be an address"),
        (STAMPS | {"TIMESTAMP_URL": "http://u:sekret-poczty@tsa.example.org"}, "with https"),
        (STAMPS | {"TIMESTAMP_CA_FILE": "/nowhere.pem"}, "“/nowhere.pem”"),
        (STAMPS | {"TIMESTAMP_CA_FILE": __file__}, "holds no certificates"),
        ({"EMAIL_URL": "poczta.example.org"}, "EMAIL_URL"),
        ({"EMAIL_URL": "filemail:///tmp/x"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://u:sekret-poczty@host:abc/"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://u:sekret-poczty@host:25/"}, "?tls=True"),
        ({"EMAIL_URL": "smtp://u:sekret-poczty@host/?tls=perhaps"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://u:sekret-poczty@host/?speed=9"}, "speed"),
        ({"EMAIL_URL": "smtps://u:sekret-poczty-ż@host/"}, "EMAIL_URL"),
        ({"EMAIL_FROM": "nobody"}, "EMAIL_FROM"),
        ({"ALERT_EMAILS": "a@b.example, c"}, "ALERT_EMAILS"),
    ],
)
def test_a_wrong_or_missing_value_is_one_sentence_that_names_it(given, named, tmp_path):
    start = _start(given, tmp_path)
    assert start.returncode == 1
    assert start.stderr.startswith("said: ")
    assert named in start.stderr
    assert len(start.stderr.splitlines()) == 1
    assert not {"sekret-żółw", "sekret-poczty"} & set(re.findall(r"[\w-]+", start.stderr))


SECRETS = (
    "SECRET_KEY",
    "AUDIT_SIGNING_KEY",
    "SECRET_KEY_FALLBACKS",
    "AUDIT_SIGNING_KEY_FALLBACKS",
    "THULIUM_API_PASSWORD",
    "WEBHOOK_PASSWORD",
    "MONITORING_TOKEN",
    "TIMESTAMP_URL",
    "DATABASE_URL",
    "EMAIL_URL",
    "OIDC_CLIENT_SECRET",
)
SPOILT = {
    "missing": (None, "not there"),
    "empty": (b" \n", "an empty file"),
    "not-utf-8": (b"sekret-\xf3\xb3w" * 9, "not UTF-8"),
    "two-lines": (b"sekret-poczty\nsekret-poczty\n", "more than one line"),
    "nul": (b"sekret-poczty\0", "a sign that cannot be seen"),
    "a-hard-space": ("sekret\u00a0poczty".encode(), "a sign that cannot be seen"),
    "endless": (b"sekret-poczty-" * 5000, "more than one line"),
}


def _refused(given: dict[str, str], folder: Path, *named: str) -> None:
    start = _start(given, folder)
    assert start.returncode == 1
    assert start.stderr.startswith("said: ")
    assert len(start.stderr.splitlines()) == 1
    assert [words for words in named if words not in start.stderr] == []
    assert "sekret" not in start.stderr


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_secrets_file_that_cannot_be_taken_is_one_sentence(spoilt, tmp_path):
    held, named = SPOILT[spoilt]
    path = tmp_path / "sekret"
    if held is not None:
        path.write_bytes(held)
    _refused({"SECRET_KEY_FILE": str(path)}, tmp_path, "SECRET_KEY_FILE", named)


def test_a_folder_a_pipe_and_a_path_no_system_takes_are_refused(tmp_path):
    _refused({"EMAIL_URL_FILE": str(tmp_path)}, tmp_path, "EMAIL_URL_FILE names a folder")
    os.mkfifo(tmp_path / "pipe")
    _refused({"EMAIL_URL_FILE": str(tmp_path / "pipe")}, tmp_path, "no ordinary file")
    # As when somebody wrote the secret itself where its path belongs.
    _refused({"SECRET_KEY_FILE": "sekret-" * 60}, tmp_path, "SECRET_KEY_FILE", "cannot be read")


def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path, monkeypatch):
    """The system's own refusal, met also by a superuser, who may read everything."""
    path = tmp_path / "sekret"
    path.write_text("sekret-poczty", encoding="utf-8")

    def refuse(*given, **more):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="chown") as refused:
        Environment(tmp_path / "none.env").secret("SECRET_KEY")
    assert refused.value.__cause__ is None
    assert "sekret" not in str(refused.value)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_both_here_and_in_a_file_is_refused(name, tmp_path):
    path = tmp_path / "held"
    path.write_text("sekret-poczty", encoding="utf-8")
    given = {name: "sekret-żółw", f"{name}_FILE": str(path)}
    _refused(REAL | given, tmp_path, f"{name} and {name}_FILE are both set")


def test_secrets_come_from_their_files(tmp_path, monkeypatch):
    held = {
        **REAL,
        "DATABASE_URL": "postgres://portal:tajne%40@db.example.org:5432/portal",
        "EMAIL_URL": "smtps://portal:tajne@mail.example.org",
        "OIDC_CLIENT_SECRET": "sekret-żółw",
        "AUDIT_SIGNING_KEY_FALLBACKS": "pierwszy-klucz, drugi-klucz",
    }
    plain = SIGN_ON | {"THULIUM_URL": held.pop("THULIUM_URL"), "THULIUM_API_USER": "api"}
    del held["THULIUM_API_USER"], plain["OIDC_CLIENT_SECRET"]
    for name, value in held.items():
        # As editors on Windows leave it: a mark in front and a line's end behind.
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + value.encode() + b"\r\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in held}
    start = _start(plain | files, tmp_path)
    assert (start.returncode, start.stderr) == (0, "")
    for name in held:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", name)
    environment = Environment(tmp_path / ".env")
    assert environment.secret("OIDC_CLIENT_SECRET") == "sekret-żółw"
    assert environment.secrets("AUDIT_SIGNING_KEY_FALLBACKS") == ["pierwszy-klucz", "drugi-klucz"]
    assert environment.database("DATABASE_URL", "", base_dir=tmp_path)["PASSWORD"] == "tajne@"
    assert environment.mail_server("EMAIL_URL").password == "tajne"


def test_every_secret_that_may_lie_in_a_file_is_told():
    """The three places agree: the settings, their example, and the page for operators."""
    settings = (ROOT / "thulium_portal/settings.py").read_text(encoding="utf-8")
    readers = "secret|secrets|long_secret|database|mail_server|authority_url"
    assert set(re.findall(rf'env\.(?:{readers})\(\s*"(\w+)"', settings)) == set(SECRETS)
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in SECRETS if f"{name}_FILE" not in example] == []
    assert [name for name in SECRETS if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        REAL,
        REAL | {"THULIUM_URL": "http://127.0.0.1:9/api/"},
        REAL | SIGN_ON | {"PASSWORD_SIGN_IN": "False"},
        SIGN_ON | {"OIDC_ISSUER": "http://localhost:9400"},
        STAMPS,
        {"AUDIT_REVOKED_KEYS": "5fe52358a2ccbc6a:1234, 0011223344556677:9"},
        STAMPS | {"TIMESTAMP_URL": "https://user:password@tsa.example.org/tsr"},
        STAMPS | {"TIMESTAMP_URL": ""},
        SIGN_ON | {"OIDC_ISSUER": "https://a.example.org/.well-known/openid-configuration"},
    ],
)
def test_what_is_right_starts(given, tmp_path):
    start = _start(given, tmp_path)
    assert (start.returncode, start.stderr) == (0, "")


@pytest.mark.parametrize(
    "address",
    [
        "sklep.thulium.com",
        "http://sklep.thulium.com",
        "https://sklep.thulium.com.evil.example",
        "https://evil.example/.thulium.com",
        "https://user@sklep.thulium.com",
        "https://sklep.thulium.com@evil.example",
        "https://evil.example#.thulium.com",
        "https://evil.example\\@sklep.thulium.com",
        "https://sklep.thulium.com:8443",
        "https://sklep.thulium.com.",
        "https://thulium.com",
        "https://a.b.thulium.com",
        "https://sklep.thulium.com/?x=1",
        "https://sklep.thulium.com:abc",
        "ftp://sklep.thulium.com",
        "https://10.0.0.1",
    ],
)
def test_customers_texts_go_to_thulium_or_nowhere(address, tmp_path):
    start = _start(REAL | {"THULIUM_URL": address}, tmp_path)
    assert start.returncode == 1
    assert "THULIUM_URL" in start.stderr


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://sklep.thulium.com/", "https://sklep.thulium.com"),
        ("https://sklep.thulium.com/api", "https://sklep.thulium.com"),
        ("https://sklep.thulium.com/api/", "https://sklep.thulium.com"),
        ("http://localhost:8801", "http://localhost:8801"),
        ("http://[::1]:8801", "http://[::1]:8801"),
        ("", ""),
    ],
)
def test_an_address_is_taken_with_or_without_its_api(monkeypatch, tmp_path, given, address):
    monkeypatch.setenv("THULIUM_URL", given)
    assert Environment(tmp_path / "none").thulium_url("THULIUM_URL") == address


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer()),
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025)),
        ("smtp://mail.example.org", MailServer("mail.example.org", 25)),
        ("smtp://u:p@h/?tls=True", MailServer("h", 587, "u", "p", tls=True)),
        (
            "smtp+tls://a%40b.example:p%23%2B@h",
            MailServer("h", 587, "a@b.example", "p#+", tls=True),
        ),
        ("smtp+ssl://u:p@h", MailServer("h", 465, "u", "p", ssl=True)),
        ("smtps://u:$p@h:465", MailServer("h", 465, "u", "$p", ssl=True)),
    ],
)
def test_a_mail_server_is_read_as_django_environ_writes_it(monkeypatch, tmp_path, url, server):
    monkeypatch.setenv("EMAIL_URL", url)
    assert Environment(tmp_path / "none").mail_server("EMAIL_URL") == server


@pytest.mark.parametrize(
    ("given", "user", "sender"),
    [
        ("Portal <p@firma.example>", "u@x.example", "Portal <p@firma.example>"),
        ("", "u@x.example", "u@x.example"),
        ("", "mailer", "portal@portal.firma.example"),
    ],
)
def test_a_sender_need_not_be_named(monkeypatch, tmp_path, given, user, sender):
    monkeypatch.setenv("EMAIL_FROM", given)
    url = "https://portal.firma.example:8443"
    assert Environment(tmp_path / "none").sender("EMAIL_FROM", user, url) == sender


@pytest.mark.parametrize(
    ("hosts", "origins", "https", "url"),
    [
        (
            ["a.example"],
            ["https://*.example", "https://b.example:444/"],
            True,
            "https://b.example:444",
        ),
        (["*.example", ".example", "a.example"], [], True, "https://a.example"),
        (["localhost", "127.0.0.1"], [], False, "http://localhost:8000"),
        (["*"], [], True, "https://localhost"),
    ],
)
def test_links_lead_to_the_host_of_the_settings(hosts, origins, https, url):
    assert portal_url(hosts, origins, https=https, port=8000) == url
