"""A person reads one language and writes another: the customer gets dates in that of the text."""

import pytest
from django.test import Client

from tests.support.replies import composed, in_state
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"
BODY = "<p>{{ today }}; {{ in_1_working_days }}; {{ in_30_working_days }}</p>"
MONTHS = {
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
    "listopada grudnia",
    "en": "January February March April May June July August September October November December",
}
BOTH = pytest.mark.parametrize(("own", "language"), [("pl", "en"), ("en", "pl")])


@pytest.fixture
def reading(sign_in, anna):
    """Return a function that signs Anna in with the portal in a language."""

    def reading(language: str, person: User = anna) -> Client:
        person.language = language
        person.save()
        return sign_in(person)

    return reading


def tells(text: str, language: str) -> bool:
    """Tell whether every month named in *text* is named in *language*, at least one."""
    named = {code: any(month in text for month in MONTHS[code].split()) for code in MONTHS}
    return named == {code: code == language for code in MONTHS}


@BOTH
def test_the_picker_and_the_inserted_text(own, language, reading, make, thulium):
    response = make("Termin", BODY, language=language)
    client = reading(own)
    snapshot = client.get(URL).context["form"]["snapshot"].value()
    found = client.post(f"{URL}canned/", {"q": "termin", "snapshot": snapshot})
    assert [tells(pick.html, language) for pick in found.context["results"]] == [True]
    form = composed("", insert=str(response.pk), snapshot=snapshot)
    page = client.post(f"{URL}insert/", form)
    assert tells(page.context["form"]["body"].value(), language)


@BOTH
def test_texts_of_two_languages_in_one_list(own, language, reading, make, thulium):
    for code in (own, language):
        make(f"Termin {code}", BODY, language=code)
    client = reading(own)
    snapshot = client.get(URL).context["form"]["snapshot"].value()
    found = client.post(f"{URL}canned/", {"q": "termin", "snapshot": snapshot}).context["results"]
    assert {pick.response.language for pick in found} == {"pl", "en"}
    assert all(tells(pick.html, pick.response.language) for pick in found)


@BOTH
def test_a_text_with_questions(own, language, reading, make, thulium):
    body = f"{BODY}<p>{{{{ ask: d | date }}}} {{{{ ask: a | amount }}}}</p>"
    response = make("Termin", body, language=language)
    client = reading(own)
    snapshot = client.get(URL).context["form"]["snapshot"].value()
    answers = {"answered": "1", "ask_0": "2026-11-24", "ask_1": "1234.50"}
    form = {"insert": str(response.pk), "snapshot": snapshot} | answers
    html = client.post(f"{URL}fill-in/", form).json()["html"]
    assert tells(html, language)
    assert ("zł" in html, "PLN" in html) == (language == "pl", language == "en")


@BOTH
def test_the_preview_of_a_text_being_written(own, language, reading, ewa):
    form = {"body": BODY, "body_type": "HTML", "language": language}
    page = reading(own, ewa).post("/signatures/canned-sample/", form)
    assert tells(page.content.decode(), language)


def test_the_preview_of_a_text_in_no_known_language_is_in_the_readers(reading, ewa):
    form = {"body": BODY, "body_type": "HTML", "language": "../x"}
    page = reading("en", ewa).post("/signatures/canned-sample/", form)
    assert tells(page.content.decode(), "en")


@BOTH
def test_what_a_sent_text_is_compared_with(own, language, reading, make, thulium):
    response = make("Termin", BODY, language=language)
    client = reading(own)
    snapshot = client.get(URL).context["form"]["snapshot"].value()
    used = {"canned_response": response.pk, "canned_version": response.current_id}
    form = composed("<p>ok</p>", snapshot=snapshot, **used)
    assert client.post(URL, form).status_code == 302
    assert tells(Reply.objects.get().canned_text, language)


@BOTH
def test_a_correction(own, language, reading, make, submit, as_ewa, thulium):
    response = make("Termin", "<p>30</p>", language=language)
    client = reading(own)
    snapshot = client.get(URL).context["form"]["snapshot"].value()
    used = {"canned_response": response.pk, "canned_version": response.current_id}
    client.post(URL, composed("<p>ok</p>", snapshot=snapshot, **used))
    sent = in_state(Reply.objects.get(), State.CONFIRMED)
    recall = {"reason": "Termin jest inny.", "correction": BODY[3:-4]}
    as_ewa.post(f"/canned/{response.pk}/versions/1/recall/", recall)
    client.post(f"/replies/{sent.uuid}/correct/")
    assert tells(Reply.objects.get(corrects=sent).body, language)
