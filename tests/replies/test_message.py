"""The page of one message, whole."""

import pytest

from tests.support.pages import missing

pytestmark = pytest.mark.django_db


def test_a_cut_message_leads_to_all_of_it(as_anna, thulium):
    number = thulium.receive_mail(1234, "linia tekstu\n" * 20_000 + "ostatnia linia")
    page = as_anna.get("/tickets/1234/")
    address = f"/tickets/1234/messages/{number}/"
    assert not missing(page, f'href="{address}"')
    assert "ostatnia linia" not in page.content.decode()
    assert not missing(as_anna.get(f"{address}?part=2"), "ostatnia linia")


def test_a_mail_with_a_form_shows_whole_in_its_frame(as_anna, thulium):
    number = thulium.receive_mail(1234, "<p>całe zdanie</p>" * 8_000 + "<b>ostatnie</b>")
    page = as_anna.get(f"/tickets/1234/messages/{number}/")
    assert not missing(page, "&lt;b&gt;ostatnie&lt;/b&gt;", "data-mail-frame")


def test_there_is_no_page_for_a_message_of_another_ticket(as_anna, thulium):
    number = thulium.receive_mail(1235, "x")
    assert as_anna.get(f"/tickets/1234/messages/{number}/").status_code == 404
    assert as_anna.get(f"/tickets/1234/messages/{10**30}/").status_code == 404


def test_a_ticket_that_cannot_be_read_says_so(as_anna, thulium):
    assert as_anna.get("/tickets/999999/messages/1/").status_code == 404
