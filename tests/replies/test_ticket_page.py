"""The ticket page beside the composer: who the customer is, their other tickets, their files."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.support.customers import listed
from tests.support.pages import missing, shown
from thulium_portal.accounts.models import User
from thulium_portal.lib.html.plain_text import bare_text
from thulium_portal.practice.store import Store
from thulium_portal.replies.composer.customer import MOST_SHOWN, known_customer
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import reading
from thulium_portal.tickets.conversation import MOST_FILES, TicketView
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"
MARIA = "maria@example.org"
NOW = timezone.now()


def ticket(number: int = 1234) -> TicketView:
    view = reading.load(number, User())
    assert isinstance(view, TicketView)
    return view


def of_maria(number: int, subject: str = "Zwrot", **more: Any) -> KnownTicket:
    known = {"customer_id": ticket().customer_id, "changed_at": NOW, "status_name": "Zamknięte"}
    return listed(number, "Maria Wiśniewska", MARIA, subject, **{**known, **more})


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes Thulium tell these files of every mail."""
    told = Store.messages

    def tell(*files: Any) -> None:
        def messages(store: Store, ticket_id: int) -> list[dict[str, Any]]:
            rows = told(store, ticket_id)
            for row in rows:
                row["attachments"] = list(files) if row["type"] == "MAIL" else []
            return rows

        monkeypatch.setattr(Store, "messages", messages)

    return tell


# The customer


def test_the_other_tickets_of_the_customer_open_ones_first_then_the_newest(as_anna, thulium):
    of_maria(1102, "Zwrot butów", is_open=False, changed_at=NOW - timedelta(days=1))
    of_maria(987, "Faktura", is_open=False)
    of_maria(1240, "Reklamacja", status_name="W realizacji", changed_at=NOW - timedelta(days=9))
    listed(1300, "Jan", "jan@example.org", "Cudze", customer_id=1)
    page = as_anna.get(URL)
    known = page.context["customer"]
    assert [row.pk for row in known.others] == [1240, 987, 1102]
    assert known.count == 3
    assert not missing(page, "#1240", "Reklamacja", "W realizacji", 'href="/tickets/987/"')
    assert not shown(page, "Cudze", "Wszystkie (")


def test_more_of_them_are_counted_and_lead_to_the_desk(as_anna, thulium):
    for number in range(2000, 2000 + MOST_SHOWN + 2):
        of_maria(number)
    page = as_anna.get(URL)
    assert len(page.context["customer"].others) == MOST_SHOWN
    assert not missing(page, "Wszystkie (7)", "/?list=all&amp;q=maria%40example.org")


def test_when_one_was_answered_last_is_told(as_anna, thulium):
    of_maria(1102, answered_at=datetime(2026, 11, 12, 10, tzinfo=UTC))
    assert not missing(
        bare_text(as_anna.get(URL).content.decode()), "ostatnia odpowiedź: 12.11.2026"
    )


def test_a_customer_without_a_number_is_known_by_the_address_however_written(thulium):
    listed(501, "Maria", "Maria@Example.org", "Jej")
    listed(502, "Marian", "maria@example.org.pl", "Nie jej")
    view = ticket()
    unnumbered = type(view)(**{**vars(view), "customer_id": None})
    assert [row.pk for row in known_customer(unnumbered, User()).others] == [501]
    nobody = type(view)(**{**vars(view), "customer_id": None, "customer_email": ""})
    assert known_customer(nobody, User()).others == ()


def test_since_when_they_are_known_is_the_oldest_ticket_the_portal_knows(as_anna, thulium):
    assert not shown(as_anna.get(URL), "pierwsze znane zgłoszenie")
    of_maria(77, created_at=datetime(2024, 3, 5, 9, tzinfo=UTC))
    assert not missing(as_anna.get(URL), "pierwsze znane zgłoszenie: 5 marca 2024")


def test_an_unassigned_ticket_can_be_taken_by_whoever_may_send(as_anna, as_nowy, as_ewa, thulium):
    take = 'action="/tickets/1234/take/"'
    assert not missing(as_anna.get(URL), "Nikt jeszcze nie wziął tego zgłoszenia.", take)
    assert not missing(as_ewa.get(URL), take)
    assert not shown(as_nowy.get(URL), take)
    assigned = next(each for each in (1218, 1219, 1220, 1221) if ticket(each).agent_login)
    assert not shown(as_anna.get(f"/tickets/{assigned}/"), "/take/")


def test_the_head_says_which_of_how_many_it_is_and_leads_on(as_anna, as_nowy, thulium):
    assert not missing(as_anna.get(URL), 'href="/next/?after=1234" data-next')
    as_anna.post(f"{URL}take/")
    for number, since in ((31, NOW - timedelta(days=90)), (33, NOW)):
        listed(number, "x", "", "x", agent_login="anna.nowak", waiting_since=since)
    page = as_anna.get(URL)
    assert page.context["position"] == ("2", "3")
    assert not missing(page, "2 z 3")
    assert not shown(as_nowy.get(URL), "data-next>")


def test_what_is_known_of_the_customer_costs_no_query_more_for_more_tickets(
    thulium, django_assert_num_queries
):
    view = ticket()
    for number in range(3000, 3050):
        of_maria(number)
    with django_assert_num_queries(1):
        known_customer(view, User())


# Their files


def test_files_are_named_where_thulium_names_them_and_lead_there(as_anna, thulium, settings, files):
    settings.THULIUM_TICKET_LINK = "https://panel.example.org/t/{id}"
    files("a1b2", {"token": "c3d4", "filename": "zrzut-ekranu.png"})
    page = as_anna.get(URL)
    assert not missing(page, "Plik 1", "zrzut-ekranu.png", "Pliki klienta")
    assert not shown(page, "a1b2", "c3d4")
    chips = page.content.decode().split('class="pill file-chip" ')[1:]
    assert chips
    assert all(chip.startswith('href="https://panel.example.org/t/1234"') for chip in chips)


def test_without_a_link_to_the_panel_plain_words_say_where_the_files_are(as_anna, thulium, files):
    files({"token": "c3d4", "name": "umowa.pdf"})
    page = as_anna.get(URL)
    assert not missing(page, "w Thulium", "Portal nie pobiera plików: są w zgłoszeniu w Thulium.")
    assert '<span class="pill file-chip">' in page.content.decode()


def test_a_hostile_name_is_shown_and_does_no_harm(as_anna, thulium, files):
    files(
        {"token": "1", "name": "a\0\u202egnp.exe"},
        {"token": "2", "name": "<img src=x onerror=alert(1)>"},
        {"token": "3", "name": "n" * 10_000},
    )
    page = as_anna.get(URL).content.decode()
    assert not missing(page, "<bdi>agnp.exe</bdi>", "&lt;img src=x onerror", "n" * 254 + "…")
    assert not shown(page, "<img src=x", "n" * 255, "\0", "\u202e")


def test_of_very_many_files_the_rest_is_counted(as_anna, thulium, files):
    files(*({"token": str(number), "name": f"plik-{number}.png"} for number in range(1, 900)))
    page = as_anna.get(URL)
    assert not missing(page, f"plik-{MOST_FILES}.png", f"i jeszcze {899 - MOST_FILES} plików")
    assert not shown(page, f"plik-{MOST_FILES + 1}.png")


# The conversation


def test_the_first_unread_is_the_first_since_the_newest_reply_unless_it_is_the_last(thulium):
    thulium.reply_in_panel(1234, "anna.nowak", "<p>Tak</p>")
    assert ticket().first_unread is None
    first = thulium.receive_mail(1234, "<p>Raz</p>")
    assert ticket().first_unread is None
    thulium.receive_mail(1234, "<p>Dwa</p>")
    assert ticket().first_unread == first


def test_a_reply_that_was_confirmed_says_which_message_it_is(as_anna, submit, thulium):
    number = thulium.reply_in_panel(1234, "anna.nowak", "<p>Tak</p>")
    reply = submit().reply
    Reply.objects.filter(pk=reply.pk).update(
        state=State.CONFIRMED, matched_message_id=number, settled_at=NOW, wire_at=NOW
    )
    assert not missing(as_anna.get(URL), f"Potwierdzone, wiadomość {number}")
