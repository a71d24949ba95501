"""Export, import into an empty portal, export again: nothing is lost, nothing is changed."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.triggers import without_triggers
from thulium_portal.canned.models import CannedFile, CannedResponse, CannedResponseVersion
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.exporter import Export
from thulium_portal.demo.loader import load_demo_responses, load_demo_stories
from thulium_portal.tickets.models import KnownQueue

pytestmark = pytest.mark.django_db


def emptied() -> None:
    """Let the portal be one in which nobody has written anything yet."""
    with without_triggers():
        CannedResponse.objects.update(current=None, variant_of=None)
        for version in CannedResponseVersion.objects.all():
            version.files.clear()
        CannedResponseVersion.objects.all().delete()
        CannedResponse.objects.all().delete()
        CannedFile.objects.all().delete()
        KnownQueue.objects.all().delete()
    for person in User.objects.exclude(username="adam"):
        person.username = f"ktos-{person.pk}"
        person.save()


def written(kind: str, path: Path) -> Path:
    export = Export(None)
    if kind == "csv":
        path.write_bytes(b"".join(export.csv()))
    elif kind == "xlsx":
        export.write_xlsx(path)
    else:
        export.write_zip(path)
    return path


def imported(path: Path, actor: User) -> None:
    plan = importer.plan_of(path, actor=actor)
    assert [(row.number, row.faults) for row in plan.rows if row.faults] == []
    importer.apply(path, shown=plan.digest, name=path.name, actor=actor)


def texts_of(kind: str, path: Path) -> Any:
    if kind != "xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist() if "docProps" not in name}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip"])
def test_the_demo_library_comes_back_as_it_was(tmp_path, adam, kind):
    people = {"ewa": make_person("ewa", role=Role.SUPERVISOR)}
    people |= {name: make_person(name) for name in ("anna", "piotr")}
    load_demo_responses(people["ewa"])
    load_demo_stories(people)
    before = written(kind, tmp_path / f"a.{kind}")
    plan = importer.plan_of(before, actor=adam)
    assert {row.outcome.value for row in plan.rows} == {"unchanged"}
    emptied()
    imported(before, adam)
    after = written(kind, tmp_path / f"b.{kind}")
    assert texts_of(kind, after) == texts_of(kind, before)
