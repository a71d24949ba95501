"""Finding a customer: by address, by name, by ticket, and what bad input gets."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.support.customers import ADDRESS, NAME, TICKET, listed, settle, snapshot, submitted
from tests.support.pages import missing
from thulium_portal.audit.models import AuditEntry
from thulium_portal.privacy import customers
from thulium_portal.privacy.customers import Customer, IdentifierKind
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.replies.drafts import Text

pytestmark = pytest.mark.django_db

GROUPS = [
    "replies",
    "tickets",
    "reminders",
    "files",
    "attempts",
    "questions",
    "proposals",
    "reviews",
    "record",
]


def look(client, words, **more):
    return client.post("/privacy/", {"q": words} | more)


@pytest.mark.parametrize(
    "words", [ADDRESS, ADDRESS.upper(), NAME, "kvarkowna zuzanna", f"#{TICKET}", str(TICKET)]
)
def test_everything_held_is_listed_by_kind_with_an_extract(world, as_adam, words):
    page = look(as_adam, words).content.decode()
    for name in GROUPS:
        assert f'data-group="{name}"' in page, name
    assert not missing(
        page, "Kvarkowy temat", f"/replies/{world.reply.uuid}/", "kvark.pdf", "Kvark bez powitania."
    )


def test_texts_for_several_tickets_are_listed_with_the_address_alone(world, as_adam):
    page = look(as_adam, ADDRESS).content.decode()
    assert not missing(page, 'data-group="bulk"', "też kvark")
    assert 'data-group="bulk"' not in look(as_adam, str(TICKET)).content.decode()


def test_a_name_of_several_customers_asks_which(world, as_adam, anna):
    settle(submitted(anna, snapshot(5, "z@inny.example", "Zuzanna Bor"), Text("<p>x</p>")))
    page = look(as_adam, "zuzanna").content.decode()
    assert "Kto to jest?" in page
    assert ADDRESS in page
    assert "z@inny.example" in page
    chosen = look(as_adam, "z@inny.example", kind="address").content.decode()
    assert 'data-group="replies"' in chosen
    assert ADDRESS not in chosen


def test_a_customer_is_known_by_their_tickets_alone(as_adam):
    listed(7, "Łucja Żak", "l.zak@przyklad.example", "Gdzie paczka")
    listed(8, "Łukasz Żaczek", "", "Gdzie paczka")
    listed(9, "Jan Lis", "jan@przyklad.example", "Żaluzje")
    page = look(as_adam, "lucja zak").content.decode()
    assert not missing(page, 'data-group="tickets"', "l.zak@przyklad.example", "numery zgłoszeń")
    both = look(as_adam, "żak").content.decode()
    assert 'data-group="tickets"' in both
    assert [one.words for one in customers.alike("żac")] == ["Łukasz Żaczek"]
    assert not missing(look(as_adam, "#9").content.decode(), "Żaluzje", "Jan Lis")


def test_what_was_looked_for_is_listed_too(world, as_adam):
    page = look(as_adam, ADDRESS).content.decode()
    assert not missing(page, "zuzanna kvark przy", "Kvark · Ewa Kot", "Moja · Ewa Kot")
    assert "Inni" not in page


def test_one_customer_with_two_spellings_is_one(world, anna):
    settle(submitted(anna, snapshot(5, ADDRESS.lower(), ""), Text("<p>x</p>")))
    assert [(one.words.casefold(), one.replies) for one in customers.alike("kvark")] == [
        (ADDRESS.casefold(), 5 - 1)
    ]
    assert len(DataInventory(Customer(IdentifierKind.ADDRESS, ADDRESS)).replies) == 5


def test_the_search_is_recorded_as_erasable_text(world, as_adam, adam):
    look(as_adam, ADDRESS)
    entry = AuditEntry.objects.filter(action="customer.searched").first()
    assert entry.actor == adam
    assert entry.contents.get().data == ADDRESS
    assert "kvark" not in entry.record.lower()


def test_the_same_search_is_recorded_once_in_five_minutes(world, as_adam, ewa):
    for _ in range(3):
        look(as_adam, ADDRESS)
    entries = AuditEntry.objects.filter(action="customer.searched", contents__data=ADDRESS)
    assert entries.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        look(as_adam, ADDRESS)
    assert entries.count() == 2


def test_looking_in_vain_is_recorded_without_the_words(as_adam):
    page = look(as_adam, "nikt@przyklad.example").content.decode()
    assert not missing(page, "nie przechowuje niczego", 'value="nikt@przyklad.example"')
    entry = AuditEntry.objects.get(action="customer.searched")
    assert not entry.contents.exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "Wpisz adres e-mail"), ("ab", "co najmniej trzy litery"),
        ("@.", "co najmniej trzy litery"), ("---", "co najmniej trzy litery"), ("x" * 321, "320"),
    ],
)  # fmt: skip
def test_what_finds_nobody_or_everybody_is_said_kindly(as_adam, words, complaint):
    answer = look(as_adam, words)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert complaint in page
    assert f'value="{words}"' in page or not words


@pytest.mark.parametrize(
    "sent", [{"q": "Zuza", "kind": "ticket"}, {"q": ADDRESS, "kind": "soul"}, {"q": "9" * 19}]
)
def test_a_form_edited_by_hand_is_never_an_error(as_adam, sent):
    assert as_adam.post("/privacy/", sent).status_code in {200, 422}


def test_what_is_not_settled_is_told_before_anybody_types(world, as_adam, anna):
    waiting = submitted(anna, snapshot(), Text("<p>kvark czeka</p>"))
    page = look(as_adam, ADDRESS).content.decode()
    assert not missing(page, "Nie można tego jeszcze usunąć", f"/replies/{waiting.uuid}/")


def test_a_canned_response_with_the_address_is_left_to_people(world, as_adam, version):
    body = f"<p>Napisz na {ADDRESS}.</p>"
    type(version.current).objects.filter(pk=version.current.pk).update(body=body)
    page = look(as_adam, ADDRESS).content.decode()
    assert not missing(page, f"/canned/{version.pk}/", "Do poprawienia ręcznie")


@pytest.mark.parametrize("words", ["Kvarkówn*", ADDRESS, "zuzanna kvark*"])
def test_a_stop_rule_that_looks_for_the_customer_is_left_to_people(
    world, as_adam, make_rule, words
):
    rule = make_rule(words, on=False)
    make_rule("odszkodowan*\nz*", on=False)
    page = look(as_adam, ADDRESS)
    assert [item.url for item in page.context["stop_rules"]] == [f"/stop-rules/{rule.pk}/edit/"]
    assert not missing(page.content.decode(), f"/stop-rules/{rule.pk}/edit/")


def test_what_the_record_keeps_of_such_a_rule_is_erased(world, as_adam, make_rule, adam):
    make_rule(ADDRESS, on=False)
    found = DataInventory(Customer(IdentifierKind.ADDRESS, ADDRESS))
    assert "stop_rule.created" in {entry.action for entry in found.entries}


def test_the_first_page_tells_how_long_things_are_kept(as_adam, settings):
    settings.RETENTION_TEXTS_DAYS = 365
    page = as_adam.get("/privacy/").content.decode()
    assert not missing(page, "365 dni", "bezterminowo")


def test_the_audit_leads_there_for_administrators_only(as_ewa, as_adam):
    assert "/privacy/" in as_adam.get("/audit/").content.decode()
    assert "/privacy/" not in as_ewa.get("/audit/").content.decode()


def test_a_long_list_is_cut_and_says_so(world, as_adam, anna):
    for number in range(55):
        settle(submitted(anna, snapshot(), Text(f"<p>kvark {number}</p>")))
    page = look(as_adam, ADDRESS).content.decode()
    assert "i jeszcze 9" in page
