"""Error pages, health answers, and what they must not tell."""

import json
import logging
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from thulium_portal.site import views

TYPED = "<p>Dzień dobry</p><ul><li>raz &amp; dwa</li></ul><script>x</script>"


def request_by(user, **data):
    request = RequestFactory().post("/tickets/1234/", data)
    request.user = user
    return request


@pytest.fixture
def anyone():
    return request_by(AnonymousUser())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "status", "polish", "english"),
    [
        (views.bad_request, 400, "Nie udało się odczytać tego adresu", "could not be read"),
        (views.permission_denied, 403, "dla innych ról", "is for other roles"),
        (views.page_not_found, 404, "Nie ma takiej strony", "There is no such page"),
    ],
)
def test_an_error_page_speaks_the_readers_language(anyone, view, status, polish, english):
    for language, words in (("pl", polish), ("en", english)):
        with translation.override(language):
            answer = view(anyone, Exception("secret-detail"))
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert "secret-detail" not in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("pl", "Coś zepsuło się po naszej stronie"), ("en", "Something broke")]
)
def test_a_fault_page_needs_no_database_and_names_its_reference(anyone, caplog, language, words):
    with translation.override(language), caplog.at_level(logging.ERROR):
        answer = views.server_error(anyone)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert words in page
    (reference,) = re.findall(r"<strong>([0-9a-f]{8})</strong>", page)
    assert reference in caplog.text


@pytest.mark.django_db
def test_a_refused_form_gives_its_text_back_as_plain_words(anna):
    answer = views.csrf_failure(request_by(anna, body=TYPED))
    page = answer.content.decode()
    assert answer.status_code == 403
    # A browser leaves out the first line break of a text field.
    shown = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert shown is not None
    assert shown[1].split("\n") == ["Dzień dobry", "", "- raz &amp; dwa"]


@pytest.mark.django_db
def test_a_refused_plain_text_comes_back_to_the_letter(anna):
    request = request_by(anna, body="od <anna@x.pl>", body_type="PLAIN")
    assert "od &lt;anna@x.pl&gt;" in views.csrf_failure(request).content.decode()


@pytest.mark.django_db
def test_a_refused_form_of_a_stranger_is_not_echoed():
    page = views.csrf_failure(request_by(AnonymousUser(), body="foreign words")).content.decode()
    assert "foreign words" not in page
    assert "<textarea" not in page


def test_the_portal_says_it_is_alive_without_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "alive"})


def test_browsers_asking_for_an_icon_at_the_root_are_led_to_it(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (301, "/static/img/favicon.svg")


@pytest.mark.parametrize("path", ["/healthz", "/favicon.ico"])
def test_only_reading_is_answered(client, path):
    assert client.post(path).status_code == 405
