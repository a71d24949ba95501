"""People keep their own signatures, supervisors those of the office."""

import pytest

from thulium_portal.audit.models import AuditEntry
from thulium_portal.signatures.models import StandingText

pytestmark = pytest.mark.django_db

NEW = "/signatures/new/"


def posted(body="<p>Pozdrawiam <b>Anna</b></p>", **given):
    return {"kind": "signature", "body": body, "body_type": "HTML"} | given


def test_a_person_keeps_one_of_their_own(as_anna, anna):
    assert as_anna.get(NEW).status_code == 200
    answer = as_anna.post(NEW, posted(language="pl"))
    assert answer["Location"] == "/signatures/"
    row = StandingText.objects.get()
    assert (row.person, row.kind, row.language) == (anna, "signature", "pl")
    assert row.body == "<p>Pozdrawiam <strong>Anna</strong></p>"
    entry = AuditEntry.objects.get(action="signature.changed")
    assert "Pozdrawiam" not in entry.record
    assert "Pozdrawiam" in entry.contents.get(field="body").data
    assert "Pozdrawiam <strong>Anna</strong>" in as_anna.get("/signatures/").content.decode()


def test_it_can_be_changed_and_removed(as_anna, keep):
    row = keep("<p>Anna</p>", own=True)
    page = as_anna.get(f"/signatures/{row.pk}/")
    assert page.context["form"]["body"].value() == "<p>Anna</p>"
    as_anna.post(f"/signatures/{row.pk}/", posted("Anna N.", body_type="PLAIN"))
    assert StandingText.objects.get().body == "<p>Anna N.</p>"
    assert as_anna.post(f"/signatures/{row.pk}/remove/")["Location"] == "/signatures/"
    assert not StandingText.objects.exists()
    assert AuditEntry.objects.filter(action="signature.changed").count() == 3


def test_the_office_s_are_supervisors_business(as_anna, as_ewa, keep):
    row = keep("<p>biuro</p>")
    given = posted(whose="office", queue="", kind="opening")
    assert as_anna.get(f"{NEW}?whose=office").status_code == 403
    assert as_anna.post(NEW, given).status_code == 403
    assert as_anna.get(f"/signatures/{row.pk}/").status_code == 404
    assert as_anna.post(f"/signatures/{row.pk}/remove/").status_code == 404
    assert as_ewa.post(NEW, given).status_code == 302
    assert StandingText.objects.get(kind="opening").person is None
    assert "biuro" in as_anna.get("/signatures/").content.decode()


def test_nobody_reaches_another_persons(as_adam, keep):
    row = keep("<p>Anny</p>", own=True)
    assert as_adam.get(f"/signatures/{row.pk}/").status_code == 404
    assert "Anny" not in as_adam.get("/signatures/").content.decode()


def test_an_agent_sets_no_opening(as_anna):
    page = as_anna.post(NEW, posted(kind="opening"))
    assert page.status_code == 422
    assert not StandingText.objects.exists()


def test_a_second_one_for_the_same_place_is_refused_and_kept_on_the_page(as_anna, keep):
    keep("<p>Anna</p>", own=True)
    page = as_anna.post(NEW, posted("<p>druga</p>"))
    assert page.status_code == 422
    assert page.context["form"]["body"].value() == "<p>druga</p>"
    assert StandingText.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p> </p>",
        "<p>{{ wpisz: numer }}</p>",
        "<p>{{ my_signature }}</p>",
        "<p>{{ nieznane }}</p>",
        "<p>{{ my_name</p>",
        "<p>" + "x" * 5_000 + "</p>",
    ],
)
def test_what_cannot_stand_around_a_reply_is_refused_with_every_word(as_anna, body):
    page = as_anna.post(NEW, posted(body))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"body"}
    assert page.context["form"]["body"].value() == body
    assert not StandingText.objects.exists()


def test_the_sample_shows_it_for_a_made_up_customer(as_ewa):
    given = {"body": "Dzień dobry {{ greeting }},", "body_type": "PLAIN", "language": "pl"}
    page = as_ewa.post("/signatures/preview/", given)
    assert "Dzień dobry Pani Mario," in page.content.decode()
