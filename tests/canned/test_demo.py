"""The demo texts: readable by the grammar, complete, loaded once."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from thulium_portal.accounts.models import User
from thulium_portal.canned import services
from thulium_portal.canned.demo import DEMO_RESPONSES, load_demo_responses
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.placeholders import check, leftovers, parse, render
from thulium_portal.canned.services import ResponseText
from thulium_portal.lib.html import clean_reply_html

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
}


@pytest.mark.parametrize("text", DEMO_RESPONSES, ids=lambda text: text.shortcut)
def test_a_demo_text_may_be_saved_as_it_is(text: ResponseText) -> None:
    assert check(text.body) == []
    assert clean_reply_html(text.body) == text.body
    assert all((text.title, text.shortcut, text.category, text.keywords, text.use_when))


@pytest.mark.parametrize("text", DEMO_RESPONSES, ids=lambda text: text.shortcut)
def test_a_demo_text_leaves_only_its_questions_open(text: ResponseText) -> None:
    asked = [name.removeprefix("ask: ") for name in parse(text.body).fallbacks if "ask: " in name]
    rendered = render(text.body, EVERYTHING)
    assert list(rendered.unfilled) == asked
    assert list(leftovers(rendered.html)) == asked


@pytest.mark.parametrize("text", DEMO_RESPONSES, ids=lambda text: text.shortcut)
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
    services.archive(archived, actor=ewa)
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
