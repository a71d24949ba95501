"""Preparing puts everything in place, is safe to repeat, and keeps practice from real customers."""

import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.demo import past
from thulium_portal.demo.loader import DEMO_RESPONSES, STORIES
from thulium_portal.demo.people import DEMO_PEOPLE
from thulium_portal.site import setup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings, tmp_path) -> Path:
    """Few static files, and folders that do not exist yet."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "one.css").write_text("body {}")
    settings.STATICFILES_DIRS = [tmp_path / "given"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.DATA_DIR = tmp_path / "new" / "data"
    return tmp_path


@pytest.fixture(autouse=True)
def _no_past(monkeypatch):
    """Tell nobody's past, which takes seconds; it has tests of its own."""
    monkeypatch.setattr(past, "is_to_be_told", lambda: False)


def steps() -> list[str]:
    return [step.split(":")[0] for step in setup.prepare()]


def test_the_data_folder_is_its_owners_alone(settings):
    steps()
    assert stat.S_IMODE(settings.DATA_DIR.stat().st_mode) == 0o700


def test_demo_people_and_texts_are_there_in_practice_mode():
    steps()
    assert set(User.objects.values_list("username", flat=True)) == {
        person.username for person in DEMO_PEOPLE
    }
    assert CannedResponse.objects.count() == len(DEMO_RESPONSES) + len(STORIES)
    for person in DEMO_PEOPLE:
        assert User.objects.get(username=person.username).agent_login == person.agent_login


def test_a_second_time_there_is_nothing_to_do():
    steps()
    User.objects.filter(username="anna").update(name="Anna Zmieniona")
    assert steps() == []
    assert User.objects.get(username="anna").name == "Anna Zmieniona"
    assert User.objects.count() == len(DEMO_PEOPLE)


def test_static_files_are_collected_again_only_when_one_changed(settings, place):
    assert steps() == ["Static files", "Practice mode"]
    assert (Path(settings.STATIC_ROOT) / "one.css").read_text() == "body {}"
    assert steps() == []
    (place / "given" / "one.css").write_text("body { margin: 0 }")
    assert steps() == ["Static files"]
    assert "margin" in (Path(settings.STATIC_ROOT) / "one.css").read_text()


def test_real_use_loads_no_demo(settings):
    settings.PRACTICE_MODE = False
    steps()
    assert not User.objects.exists()


def test_practice_data_does_not_meet_real_customers(settings):
    steps()
    settings.PRACTICE_MODE = False
    with pytest.raises(setup.PracticeData, match="used to practise"):
        steps()
    with pytest.raises(CommandError, match=r"^Reply Portal did not start: this database was used"):
        call_command("prepare")


def test_a_real_person_of_the_same_name_is_no_practice(settings):
    make_person("anna")
    settings.PRACTICE_MODE = False
    steps()


def test_demo_people_are_refused_outside_of_practice_mode(settings):
    settings.PRACTICE_MODE = False
    with pytest.raises(CommandError, match="practice mode only"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(settings, place):
    (place / "file").touch()
    settings.DATA_DIR = place / "file" / "data"
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("prepare")
