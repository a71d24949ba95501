"""A text that an approver changed: list, search and export tell the one that leaves."""

import unicodedata
import uuid

import pytest

from tests.support.record import submitted
from thulium_portal.audit.models import ReviewRow
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.decisions.approval import Changed
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.submission import Submission
from thulium_portal.review.exports import tables
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(anna, ewa):
    """A reply whose text an approver changed."""
    reply = approval.ask(
        Submission(
            key=uuid.uuid4(),
            text=Text("<p>Paczka dotrze jutro, oddamy 500 zł.</p>"),
            snapshot=Snapshot(1234, subject="Paczka", customer_email="m@example.org"),
        ),
        actor=anna,
        note="",
    ).reply
    approval.approve(reply, actor=ewa, changed=Changed("<p>Paczka dotrze pojutrze.</p>"))


def excerpt(page: str) -> str:
    return page.partition('class="audit-excerpt"')[2].partition("</a>")[0]


def test_a_search_shows_the_text_that_leaves(changed, as_ewa):
    found = excerpt(as_ewa.get("/audit/?q=paczka").content.decode())
    assert "<mark>Paczka</mark> dotrze pojutrze." in found
    assert "500" not in found


def test_an_export_holds_the_text_that_leaves(changed):
    (line,) = tables.REPLIES.lines(list(ReviewRow.objects.all()))
    assert line["text"] == "Paczka dotrze pojutrze."


def test_words_whose_accents_stand_apart_are_marked(anna, as_ewa):
    submitted(anna, body_text=unicodedata.normalize("NFD", "Jedziemy do Żółwi."))
    page = as_ewa.get("/audit/?q=zolwi").content.decode()
    assert unicodedata.normalize("NFD", "<mark>Żółwi</mark>") in page


@pytest.mark.parametrize(
    "query",
    [
        "maria.w@example.org.",
        '"maria.w@example.org"',
        "[maria.w@example.org]",
        "maria.w@example.org:",
    ],
)
def test_an_address_is_found_as_people_copy_it(anna, as_ewa, query):
    submitted(anna)
    assert len(as_ewa.get("/audit/", {"customer": query}).context["page"].rows) == 1


@pytest.mark.parametrize("query", ["ŻANETA@ŁÓDŹ.PL", "żaneta@łódź.pl", "zaneta"])
def test_an_address_with_accents_is_found(anna, as_ewa, query):
    submitted(anna, customer="Ż", recipient="Żaneta@łódź.pl")
    assert len(as_ewa.get("/audit/", {"customer": query}).context["page"].rows) == 1
