"""The demo texts: readable by the grammar, complete, loaded once."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import library, services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.placeholders import working_days
from thulium_portal.canned.placeholders.parser import check, leftovers, parse
from thulium_portal.canned.placeholders.render import render
from thulium_portal.canned.search import near_duplicates
from thulium_portal.canned.validation import ResponseText
from thulium_portal.demo.loader import (
    DEMO_RESPONSES,
    STORIES,
    load_demo_responses,
    load_demo_stories,
)
from thulium_portal.lib.html.sanitize import clean_reply_html

TEXTS = [*DEMO_RESPONSES, *(story.response_text() for story in STORIES)]
EVERYTHING = {
    "customer_name": "Maria Wiśniewska",
    "customer_first_name": "Maria",
    "customer_email": "maria@example.org",
    "ticket_number": "1234",
    "ticket_subject": "Gdzie jest moja paczka?",
    "queue_name": "Sklep",
    "my_name": "Anna Nowak",
    "my_first_name": "Anna",
    "my_signature": "Anna Nowak\nSklep",
    "today": "23 listopada 2026",
    **working_days.dates(date(2026, 11, 23)),
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.shortcut)
def test_a_demo_text_may_be_saved_as_it_is(text: ResponseText) -> None:
    assert check(text.body) == []
    assert clean_reply_html(text.body) == text.body
    assert all((text.title, text.shortcut, text.category, text.keywords, text.use_when))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.shortcut)
def test_a_demo_text_leaves_only_its_questions_open(text: ResponseText) -> None:
    asked = [name.removeprefix("ask: ") for name in parse(text.body).fallbacks if "ask: " in name]
    rendered = render(text.body, EVERYTHING)
    assert list(rendered.unfilled) == asked
    assert list(leftovers(rendered.html)) == asked


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.shortcut)
def test_a_demo_text_reads_well_when_the_customer_is_unknown(text: ResponseText) -> None:
    html = render(text.body, {"my_name": "Anna Nowak"}).html
    plain = re.sub(r"<[^>]*>", " ", html)
    assert not re.search(r" [,.!?]|  \w|„”|\(\)", re.sub(r"\s+", " ", plain.strip()))


def test_both_languages_have_texts() -> None:
    assert {text.language for text in DEMO_RESPONSES} == {"pl", "en"}
    assert len({text.shortcut for text in DEMO_RESPONSES}) == len(DEMO_RESPONSES) >= 12


def test_loading_twice_makes_no_second_copy(ewa: User) -> None:
    assert load_demo_responses(ewa) == len(DEMO_RESPONSES)
    assert load_demo_responses(ewa) == 0
    assert CannedResponse.objects.count() == len(DEMO_RESPONSES)


def test_loading_again_leaves_archived_and_renamed_texts_alone(ewa: User) -> None:
    load_demo_responses(ewa)
    archived, renamed = CannedResponse.objects.all()[:2]
    workflow.archive(archived, actor=ewa)
    text = ResponseText.of(renamed)
    services.revise(
        renamed,
        ResponseText(title="Inny tytuł", body=text.body, shortcut=text.shortcut),
        seen_version=1,
        actor=ewa,
    )
    assert load_demo_responses(ewa) == 0


def test_an_agent_cannot_load_them(anna: User) -> None:
    with pytest.raises(PermissionDenied):
        load_demo_responses(anna)


@pytest.fixture
def lived_in(anna: User, ewa: User, adam: User) -> dict[str, User]:
    """Load the library with its stories and return the people in them."""
    piotr = make_person("piotr", name="Piotr Zieliński")
    people = {person.username: person for person in (anna, piotr, ewa, adam)}
    load_demo_responses(ewa)
    assert load_demo_stories(people) == len(STORIES)
    return people


def test_the_stories_show_every_scope_and_state(lived_in: dict[str, User]) -> None:
    kept = set(CannedResponse.objects.values_list("scope", "state"))
    wanted = {("shared", state) for state in CannedResponse.State.values}
    assert kept == wanted | {("team", "live"), ("personal", "live")}
    anna, ewa, piotr = (lived_in[name] for name in ("anna", "ewa", "piotr"))
    assert library.waiting_for(ewa) == 2
    assert [draft.shortcut for draft in library.sent_back_to(anna)] == ["brak-towaru"]
    assert [text.shortcut for text in library.due_for(piotr)] == ["korekta"]
    assert CannedResponse.objects.get(shortcut="sledzenie").versions.count() == 3


def test_no_two_demo_texts_are_alike(lived_in: dict[str, User]) -> None:
    for response in library.visible_to(lived_in["ewa"]):
        text = ResponseText.of(response)
        alike = near_duplicates.nearest(lived_in["ewa"], text)
        assert alike.complete
        assert alike.found is None or alike.found.response == response


def test_telling_the_stories_again_changes_nothing(lived_in: dict[str, User]) -> None:
    waiting = CannedResponse.objects.filter(state="waiting")[0]
    services.restore_version(
        CannedResponse.objects.get(shortcut="sledzenie"), 1, seen_version=3, actor=lived_in["ewa"]
    )
    before = AuditEntry.objects.count()
    assert load_demo_stories(lived_in) == 0
    assert AuditEntry.objects.count() == before
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_stories_of_people_who_are_gone_are_not_told(ewa: User) -> None:
    load_demo_responses(ewa)
    assert load_demo_stories({"ewa": ewa}) == 1
    assert load_demo_stories({}) == 0
