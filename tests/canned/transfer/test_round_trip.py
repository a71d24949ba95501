"""Export, import into an empty portal, export again: nothing is lost, nothing is changed."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.triggers import without_triggers
from thulium_portal.canned import attachments, services
from thulium_portal.canned.models import CannedFile, CannedResponse, CannedResponseVersion
from thulium_portal.canned.origins import Origin
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.exporter import Export
from thulium_portal.canned.transfer.importer import Wish
from thulium_portal.canned.validation import ResponseText
from thulium_portal.demo.loader import load_demo_responses, load_demo_stories
from thulium_portal.lib.spreadsheets import child, reader
from thulium_portal.storage.models import StoredFile
from thulium_portal.tickets import queues
from thulium_portal.tickets.models import KnownQueue

pytestmark = pytest.mark.django_db


def emptied() -> None:
    """Let the portal be one in which nobody has written anything yet."""
    connection.check_constraints()  # PostgreSQL alters no table while some are still to be checked
    with without_triggers():
        CannedResponse.objects.update(current=None, variant_of=None)
        for version in CannedResponseVersion.objects.all():
            version.files.clear()
        CannedResponseVersion.objects.all().delete()
        CannedResponse.objects.all().delete()
        CannedFile.objects.all().delete()
        KnownQueue.objects.all().delete()
        connection.check_constraints()
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


WORDS = st.text("aąłż XY-'=+@\"<>&;,|#()/1", max_size=12)
TITLES = st.sampled_from(["Zwrot", "zwrot", "Paczka (pl)", "=SUM(A1)", "'Cudzysłów", "Zwrot #2"])
BODIES = st.sampled_from(
    [
        "<p>Masz 14 dni na zwrot.</p>",
        "<p>Dzień dobry {{ klient | Szanowni Państwo }},</p><p>Masz 14 dni.</p>",
        "<table><tbody><tr><td>Rozmiar</td><td>14 dni</td></tr></tbody></table>",
        "Masz 14 dni, bez znaczników",
        "=1+1 i 14 dni",
        "<ol><li>a &lt;b@c.pl&gt;</li><li>14 dni</li></ol>",
        "<p>14 dni<br>– „tak” 😀</p>\n",
    ]
)
TEXTS = st.builds(
    dict,
    title=TITLES | WORDS.filter(str.strip),
    body=BODIES,
    shortcut=st.sampled_from(["", "", "zwrot", "paczka", "żółw"]),
    category=st.sampled_from(["", "Dostawy", "Dostawy / Kraj"]),
    language=st.sampled_from(["pl", "en"]),
    keywords=WORDS,
    use_when=WORDS,
    queues=st.sampled_from([(), (7,), (7, 12), (99,)]),
    review_by=st.sampled_from([None, date(2031, 2, 3)]),
    must_keep=st.sampled_from([(), ("14 dni",)]),
    status=st.sampled_from([("", ""), ("5", "Zamknięte (tak)"), ("new", "")]),
    state=st.sampled_from(["live", "draft", "waiting", "archived"]),
    owner=st.sampled_from(["ewa", "anna", "adam"]),
    family=st.integers(0, 3),
    revised=st.booleans(),
    with_file=st.sampled_from(["", "umowa.pdf", "cennik 2.pdf"]),
)


def made(known: dict[str, Any], people: dict[str, User], others: list[CannedResponse]) -> None:
    """Store a text as its description wants it; what the library refuses is left out."""
    files = ()
    if known["with_file"]:
        raw = SimpleUploadedFile(known["with_file"], b"%PDF-1.4 " + known["body"].encode())
        stored, _errors = attachments.store([raw], actor=people["adam"])
        files = (stored[0].pk,)
    code, name = known["status"]
    text = ResponseText(
        **{key: known[key] for key in ("title", "body", "category", "language", "keywords")},
        **{key: known[key] for key in ("use_when", "queues", "review_by", "must_keep")},
        shortcut=""
        if any(each.shortcut == known["shortcut"] for each in others)
        else known["shortcut"],
        scope="team" if known["queues"] else "shared",
        owner_id=people[known["owner"]].pk,
        status_after=code,
        status_after_name=name,
        files=files,
    )
    origin = Origin(known["state"])
    other = others[known["family"]] if known["family"] < len(others) else None
    response = services.create_response(
        text, origin=origin, variant_of=other, note="Pierwsza", actor=people["adam"]
    )
    if known["revised"]:
        longer = replace(text, body=f"{text.body}<p>Dopisek</p>", files=())
        services.revise(response, longer, seen_version=1, note="Druga", actor=people["adam"])
    others.append(CannedResponse.objects.get(pk=response.pk))


@pytest.fixture
def read_here(monkeypatch):
    """Read tables in this process: hundreds of examples would start thousands of others."""

    def answers(path, *details, most_bytes=0):
        with path.open("rb") as file:
            yield from map(list, child.answers(file, *details))

    monkeypatch.setattr(reader, "_answers", answers)


@pytest.mark.usefixtures("db", "read_here")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip"])
@settings(max_examples=15, phases=(Phase.generate,))
@given(library=st.lists(TEXTS, min_size=1, max_size=6))
def test_any_library_comes_back_as_it_was(tmp_path_factory, kind, library):
    tmp_path = tmp_path_factory.mktemp("library")
    with transaction.atomic():
        people = {name: make_person(name, role=Role.SUPERVISOR) for name in ("ewa", "anna")}
        people["adam"] = make_person("adam", role=Role.ADMINISTRATOR)
        queues.remember(7, "Zwroty; reklamacje, inne")
        queues.remember(12, "Serwis (2)")
        others: list[CannedResponse] = []
        for known in library:
            made(known if kind == "zip" else known | {"with_file": ""}, people, others)
        before = written(kind, tmp_path / f"a.{kind}")
        plan = importer.plan_of(before, actor=people["adam"])
        assert [(row.outcome.value, row.changes, row.faults) for row in plan.rows] == [
            ("unchanged", (), ())
        ] * len(library)
        emptied()
        imported(before, people["adam"])
        assert texts_of(kind, written(kind, tmp_path / f"b.{kind}")) == texts_of(kind, before)
        transaction.set_rollback(True)


def content(version: CannedResponseVersion) -> bytes:
    with version.files.get().file.open() as file:
        return bytes(file.read())


def test_files_and_earlier_versions_come_along(tmp_path, adam, make):
    pdf = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa")
    other = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 inna umowa")
    (first, second), _errors = attachments.store([pdf, other], actor=adam)
    make("Umowa", "<p>Pierwsza treść</p>", actor=adam, files=(first.pk,))
    response = CannedResponse.objects.get()
    text = replace(ResponseText.of(response), body="<p>Druga treść</p>", files=(second.pk,))
    services.revise(response, text, seen_version=1, note="Nowa umowa", actor=adam)
    before = written("zip", tmp_path / "a.zip")
    emptied()
    imported(before, adam)
    response = CannedResponse.objects.get()
    assert response.current.number == 2
    assert content(response.current) == b"%PDF-1.4 inna umowa"
    assert content(response.versions.get(number=1)) == b"%PDF-1.4 umowa"
    assert response.versions.get(number=1).body == "<p>Pierwsza treść</p>"
    assert response.current.note == "Nowa umowa"
    assert written("zip", tmp_path / "b.zip").read_bytes() == before.read_bytes()


def test_several_files_of_several_versions_come_back_in_one_order(tmp_path, adam, make):
    names = ("cennik.pdf", "umowa.pdf", "umowa.pdf", "aneks.pdf")
    raw = [SimpleUploadedFile(name, b"%PDF-1.4 " + bytes([65 + n])) for n, name in enumerate(names)]
    files, _errors = attachments.store(raw, actor=adam)
    ids = [file.pk for file in files]
    make("Umowa", "<p>a</p>", actor=adam, files=tuple(ids[:3]))
    response = CannedResponse.objects.get()
    text = replace(ResponseText.of(response), body="<p>b</p>", files=tuple(ids[1:]))
    services.revise(response, text, seen_version=1, actor=adam)
    before = written("zip", tmp_path / "a.zip")
    emptied()
    imported(before, adam)
    assert written("zip", tmp_path / "b.zip").read_bytes() == before.read_bytes()


def test_a_changed_file_of_the_archive_replaces_the_one_of_the_library(tmp_path, adam, make):
    (file,), _errors = attachments.store([SimpleUploadedFile("a.pdf", b"%PDF-1.4 1")], actor=adam)
    make("Umowa", "<p>a</p>", actor=adam, files=(file.pk,))
    path = written("zip", tmp_path / "a.zip")
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["files/a.pdf"] = b"%PDF-1.4 2"
    with zipfile.ZipFile(path, "w") as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)
    plan = importer.plan_of(path, actor=adam)
    assert plan.rows[0].changes == ("files",)
    imported(path, adam)
    assert content(CannedResponse.objects.get().current) == b"%PDF-1.4 2"


def test_a_file_that_may_not_go_refuses_its_row_and_leaves_nothing_behind(tmp_path, adam):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("canned.csv", "title;body;files\nA;b;wirus.exe\nC;d;\n")
        packed.writestr("files/wirus.exe", b"MZ" + b"\0" * 100)
    plan = importer.plan_of(path, actor=adam)
    assert [fault.column for fault in plan.rows[0].faults] == ["files"]
    wish = Wish(leave_out_refused=True)
    importer.apply(path, shown=plan.digest, name="a.zip", actor=adam, wish=wish)
    assert not StoredFile.objects.exists()
    assert CannedResponse.objects.get().title == "C"


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path, adam):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("canned.csv", "title;body;files\nA;b;../../evil.pdf\n")
        packed.writestr("files/../../evil.pdf", b"%PDF-1.4")
    imported(path, adam)
    assert CannedResponse.objects.get().current.files.get().name == "evil.pdf"
    assert [file.name for file in tmp_path.parent.rglob("evil.pdf")] == []


def test_the_author_of_an_earlier_version_is_whoever_brought_it(tmp_path, adam, ewa, make):
    make("Umowa", "<p>a</p>", actor=ewa)
    path = written("zip", tmp_path / "a.zip")
    emptied()
    imported(path, adam)
    response = CannedResponse.objects.get()
    assert (response.current.author, response.current.author_name) == (adam, "ewa")
    assert (response.owner, response.owner_name) == (adam, "ewa")


def test_an_owner_given_later_takes_the_name_away(tmp_path, adam, ewa, make):
    path = tmp_path / "a.csv"
    path.write_text("title;body;owner\nA;b;nieznany\n")
    imported(path, adam)
    response = CannedResponse.objects.get()
    assert (response.owner, response.owner_name) == (adam, "nieznany")
    text = replace(ResponseText.of(response), owner_id=ewa.pk)
    services.revise(response, text, seen_version=1, actor=adam)
    assert CannedResponse.objects.get().owner_name == ""


def test_the_commands_carry_a_library(tmp_path, adam, make, capsys):
    make("Zwrot")
    call_command("export_canned", str(tmp_path / "a.zip"))
    emptied()
    call_command("import_canned", str(tmp_path / "a.zip"))
    call_command("export_canned", str(tmp_path / "b.zip"))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert "1 created" in capsys.readouterr().out
