"""The questions of a canned response: what is asked, refused, and how the answers are written."""

import json

import pytest

from tests.support.replies import composed
from thulium_portal.canned.models import CannedResponse
from thulium_portal.replies.models import Reply

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"
BODY = (
    "<p>{{ powitanie | Dzień dobry }},</p>"
    "<p>{{ forma: czekał Pan / czekała Pani / sprawa czekała }} do {{ wpisz: dzień | data }}, "
    "zwrot {{ wpisz: kwota | kwota }} {{ wpisz: sposób | wybór: przelewem; na kartę }}"
    "{{ wpisz: uwaga | nieobowiązkowe }}.</p>"
)
ANSWERS = {
    "answered": "1",
    "address": "she",
    "ask_0": "2026-11-24",
    "ask_1": "1234,5",
    "ask_2": "przelewem",
    "ask_3": "",
}


@pytest.fixture
def ask(as_anna, make, thulium):
    """Return a function that asks for the form of one canned response, or answers it."""
    response = make("Zwrot", BODY, language="pl")
    snapshot = as_anna.get(URL).context["form"]["snapshot"].value()

    def ask(**answers):
        sent = {"insert": str(response.pk), "snapshot": snapshot} | answers
        return as_anna.post(f"{URL}fill-in/", sent)

    return ask


def test_each_question_is_asked_once_in_the_authors_words(ask):
    page = ask()
    assert page.status_code == 200
    labels = [str(field.label) for field in page.context["form"]]
    assert labels == ["Jak zwrócić się do klienta", "Dzień", "Kwota", "Sposób", "Uwaga"]


def test_the_form_the_name_suggests_is_shown_and_can_be_changed(ask):
    field = ask().context["form"]["address"]
    assert field.initial == "she"
    assert field.field.choices == [
        ("he", "Szanowny Panie"),
        ("she", "Pani Mario"),
        ("", "Dzień dobry (neutralnie)"),
    ]


def test_the_neutral_form_of_a_verb_alone_is_not_offered_as_a_greeting(as_anna, make, thulium):
    response = make("Bez powitania", BODY.partition("</p>")[2], language="pl")
    snapshot = as_anna.get(URL).context["form"]["snapshot"].value()
    page = as_anna.post(f"{URL}fill-in/", {"insert": str(response.pk), "snapshot": snapshot})
    assert page.context["form"].fields["address"].choices[-1] == ("", "neutralnie (Państwo)")


@pytest.mark.parametrize(
    ("address", "greeting", "form"),
    [
        ("she", "Pani Mario", "czekała Pani"),
        ("he", "Szanowny Panie", "czekał Pan"),
        ("", "Dzień dobry", "sprawa czekała"),
    ],
)
def test_the_answers_are_written_as_poles_write_them(ask, address, greeting, form):
    answer = ask(**ANSWERS | {"address": address})
    assert answer.status_code == 200
    assert " ".join(answer.json()["html"].split()) == (
        f"<p>{greeting},</p><p>{form} do 24 listopada 2026, zwrot 1 234,50 zł przelewem.</p>"
    )


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("ask_0", ""), ("ask_0", "jutro"), ("ask_1", "dużo"), ("ask_1", ""), ("ask_2", "gotówką"),
        ("ask_3", "x" * 501), ("address", "they"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_beside_its_question(ask, name, answer):
    page = ask(**ANSWERS | {name: answer})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [name]


def test_an_answer_is_never_read_as_html_or_as_a_placeholder(ask):
    html = ask(**ANSWERS | {"ask_3": "<b>{{ mój podpis }}"}).json()["html"]
    assert "&lt;b&gt;{ { mój podpis } }" in html


@pytest.mark.parametrize("number", ["", "999999", "x"])
def test_a_text_that_is_not_there_asks_nothing(ask, number):
    assert ask(insert=number).status_code == 404


def test_the_picker_tells_which_texts_ask(as_anna, make, thulium):
    make("Pyta", "<p>{{ wpisz: co }}</p>")
    make("Nie pyta", "<p>{{ klient | x }}</p>")
    page = as_anna.post(f"{URL}canned/", {"q": "pyta"})
    asks = {result.response.title: result.asks for result in page.context["results"]}
    assert asks == {"Pyta": True, "Nie pyta": False}


def test_the_answers_go_with_the_draft_and_the_reply(as_anna, anna, ask, thulium):
    told = ask(**ANSWERS).json()
    known = json.dumps({str(told["version"]): told["answers"]})
    form = composed(told["html"], canned_response=CannedResponse.objects.get().pk, answers=known)
    form |= {"snapshot": as_anna.get(URL).context["form"]["snapshot"].value()}
    as_anna.post(f"{URL}draft/", form | {"revision": 0})
    assert json.loads(as_anna.get(URL).context["form"]["answers"].value()) == json.loads(known)
    as_anna.post(URL, form)
    reply = Reply.objects.get()
    assert reply.state == "pending"
    assert reply.answers == json.loads(known)
    assert reply.canned_text == told["html"]
    assert "{{" not in reply.canned_text


@pytest.mark.parametrize(
    "answers",
    [
        *("[", "7", "[]", '{"x": 1}', '{"1": {}}', '{"1": {"address": "he"}}', "1" * 60_000),
        '{"1": {"address": "they", "answers": {}}}',
        '{"1": {"address": ["he"], "answers": {}}}',
        '{"1": {"address": "he", "answers": {"a": 1}}}',
        '{"1": {"address": "he", "answers": {"a": "%s"}}}' % ("x" * 501),
        "[" * 40_000,
    ],
)
def test_answers_that_are_none_keep_no_reply_from_leaving(as_anna, thulium, answers):
    assert as_anna.post(URL, composed(answers=answers)).status_code == 302
    assert Reply.objects.get().answers == {}
