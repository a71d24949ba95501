"""What looks left over in a file is asked about in the plan, and remembered if it is let pass."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.importer import Wish
from thulium_portal.canned.validation import ResponseText

pytestmark = pytest.mark.django_db

BODY = "<p>Panie/Pani {customer_name}, termin ........</p>"
LEFT = ("Panie/Pani", "{customer_name}", "........")


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "szablony.csv"
    path.write_text(f"title;body\r\nZwrot;{BODY}\r\nCena;<p>19,99 zł, #1234</p>\r\n")
    return path


def test_the_plan_asks_about_each_place_and_about_nothing_ordinary(file, ewa):
    plan = importer.plan_of(file, actor=ewa)
    assert plan.asks
    assert [len(row.notes) for row in plan.rows] == [3, 0]
    assert "{customer_name}" in plan.rows[0].notes[1].sentence


@pytest.mark.parametrize(("wish", "meant"), [(Wish(), ()), (Wish(meant=True), LEFT)])
def test_what_is_let_pass_is_remembered_for_that_text_alone(file, ewa, wish, meant):
    shown = importer.plan_of(file, actor=ewa).digest
    importer.apply(file, shown=shown, name="szablony.csv", actor=ewa, wish=wish)
    stored = {each.title: each.current.meant for each in CannedResponse.objects.all()}
    assert stored == {"Zwrot": meant, "Cena": ()}


def test_what_was_meant_before_is_not_asked_about_again(file, ewa, make):
    make("Zwrot", "<p>Panie/Pani</p>", meant=("Panie/Pani",))
    assert importer.plan_of(file, actor=ewa).rows[0].parsed.left_over == LEFT[1:]
    shown = importer.plan_of(file, actor=ewa).digest
    importer.apply(file, shown=shown, name="a.csv", actor=ewa, wish=Wish(meant=True))
    stored = CannedResponse.objects.get(title="Zwrot")
    assert stored.current.meant == LEFT
    again = importer.plan_of(file, actor=ewa)
    assert not again.asks
    assert ResponseText.of(stored).meant is None


def test_one_tick_on_the_page_lets_all_of_it_pass(as_ewa, file):
    upload = SimpleUploadedFile("szablony.csv", file.read_bytes())
    page = as_ewa.post("/canned/import/", {"file": upload}, follow=True)
    words = page.content.decode()
    assert 'name="confirm"' in words
    given = {"shown": page.context["plan"].digest, "confirm": "leftover"}
    assert as_ewa.post(page.redirect_chain[-1][0], given).status_code == 302
    assert CannedResponse.objects.get(title="Zwrot").current.meant == LEFT


def test_the_command_lets_pass_what_it_is_told(file, ewa):
    call_command("import_canned", str(file), "--as", ewa.username, "--meant")
    assert CannedResponse.objects.get(title="Zwrot").current.meant == LEFT
