"""What a fresh clone gets: keys of its own, and one sentence where something is missing."""

import re
import stat
import sys

import pytest

from thulium_portal import bootstrap


@pytest.fixture
def env_file(tmp_path):
    return tmp_path / ".env"


def values(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"\w+=", line))


def test_the_file_lists_every_setting_and_holds_two_fresh_keys(env_file):
    assert bootstrap.write_env_file(env_file) is True
    written = values(env_file.read_text())
    example = values((bootstrap.ROOT / ".env.example").read_text())
    keys = {name: written.pop(name) for name in ("SECRET_KEY", "AUDIT_SIGNING_KEY")}
    assert all(len(key) >= 60 for key in keys.values())
    assert len(set(keys.values())) == 2
    assert written == {name: value for name, value in example.items() if name not in keys}


def test_only_the_owner_may_read_it(env_file):
    bootstrap.write_env_file(env_file)
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600


def test_no_two_installations_share_a_key(tmp_path):
    bootstrap.write_env_file(tmp_path / "one")
    bootstrap.write_env_file(tmp_path / "two")
    assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()


def test_a_file_that_is_there_is_left_alone(env_file):
    env_file.write_text("SECRET_KEY=mine\n")
    assert bootstrap.write_env_file(env_file) is False
    assert env_file.read_text() == "SECRET_KEY=mine\n"


def test_an_older_python_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(bootstrap.SetupProblem, match=r"this is Python 3\.9, and 3\.11 or newer"):
        bootstrap.require_python()


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone in which nothing was installed yet; what would be run is written down."""
    for name in (bootstrap.RUN, bootstrap.DEV):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    runs = []

    def run(python, *arguments: str) -> int:
        runs.append(" ".join(arguments))
        if arguments[:2] == ("-m", "venv"):
            (tmp_path / ".venv" / "bin").mkdir(parents=True)
            (tmp_path / ".venv" / "bin" / "python").touch()
        return 0

    monkeypatch.setattr(bootstrap, "_run", run)
    return tmp_path, runs


def test_packages_are_installed_once_and_pinned(clone):
    _, runs = clone
    bootstrap.install_packages(bootstrap.RUN)
    bootstrap.install_packages(bootstrap.RUN)
    assert runs[0].startswith("-m venv ")
    assert [run.split("-r ")[1] for run in runs[1:]] == ["requirements.lock"]


def test_what_tests_need_includes_what_running_needs(clone):
    _, runs = clone
    bootstrap.install_packages(bootstrap.DEV)
    bootstrap.install_packages(bootstrap.RUN)
    assert [run.split("-r ")[1] for run in runs[1:]] == ["requirements-dev.lock"]


def test_changed_lists_are_installed_again(clone):
    root, runs = clone
    bootstrap.install_packages(bootstrap.RUN)
    (root / "requirements.lock").write_text("django==5.2.20")
    bootstrap.install_packages(bootstrap.RUN)
    assert len(runs) == 3


def test_a_missing_venv_module_is_told_with_its_mend(clone, monkeypatch):
    monkeypatch.setattr(bootstrap, "_run", lambda *_: 1)
    with pytest.raises(bootstrap.SetupProblem, match="apt-get install python3-venv"):
        bootstrap.install_packages(bootstrap.RUN)


def test_packages_that_did_not_install_are_not_marked_as_installed(clone, monkeypatch):
    root, _ = clone
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    monkeypatch.setattr(bootstrap, "_run", lambda *_: 1)
    with pytest.raises(bootstrap.SetupProblem, match="could not install"):
        bootstrap.install_packages(bootstrap.RUN)
    assert list(root.glob(".venv/.installed-*")) == []
