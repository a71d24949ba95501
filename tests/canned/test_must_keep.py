"""Passages that must stay: found whatever the spaces, missed when a word is another."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.canned import must_keep, services
from thulium_portal.canned.validation import ResponseText

LAW = "Masz 14 dni na odstąpienie od umowy."


def test_a_passage_is_a_line_and_each_stands_once():
    typed = f"  {LAW} \n\n{LAW}\r\nDruga   linia\n"
    assert must_keep.passages(typed) == (LAW, "Druga linia")


@pytest.mark.parametrize(
    "text",
    [
        LAW,
        "Dzień dobry.\n\nMasz 14\xa0dni na\nodstąpienie od umowy.\n\nPozdrawiam",
        f"> cytat\n{LAW} Prosimy o kontakt.",
    ],
)
def test_spaces_and_neighbours_make_no_difference(text):
    assert must_keep.missing([LAW], text) == []


def test_quotation_marks_may_change_their_shape():
    assert must_keep.missing(['regulamin "Zwroty"'], "nasz regulamin „Zwroty” mówi") == []


@pytest.mark.parametrize(
    "text", ["", "Masz 30 dni na odstąpienie od umowy.", "Masz 14 dni na odstąpienie."]
)
def test_another_word_is_another_passage(text):
    assert must_keep.missing([LAW], text) == [LAW]


def test_a_placeholder_cannot_stay_word_for_word():
    assert must_keep.with_placeholders([LAW, "Witaj {{customer}}"]) == ["Witaj {{customer}}"]


@given(st.text(), st.text(), st.text())
def test_a_passage_put_into_any_text_is_found(before, typed, after):
    for passage in must_keep.passages(typed):
        assert must_keep.missing([passage], f"{before} {passage} {after}") == []


BODY = f"<p>Dzień dobry {{{{ klient | Państwo }}}},</p><p><b>Masz 14 dni</b> {LAW[12:]}</p>"


@pytest.mark.django_db
def test_a_version_keeps_its_passages_and_brings_them_back(ewa, make):
    response = make("Zwrot", BODY, must_keep=(LAW,))
    assert response.current.must_keep == (LAW,)
    other = ResponseText(title="Zwrot", body="<p>Zapraszamy</p>")
    services.revise(response, other, seen_version=1, actor=ewa)
    response.refresh_from_db()
    assert response.current.must_keep == ()
    services.restore_version(response, 1, seen_version=2, actor=ewa)
    response.refresh_from_db()
    assert response.current.must_keep == (LAW,)


@pytest.mark.django_db
def test_only_the_passages_make_a_new_version(ewa, make):
    response = make("Zwrot", BODY)
    kept = ResponseText(title="Zwrot", body=BODY, must_keep=(LAW,))
    stored = services.revise(response, kept, seen_version=1, actor=ewa)
    assert (stored.current.number, stored.current.must_keep) == (2, (LAW,))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("passage", "words"),
    [("Masz 30 dni", "Tekst nie zawiera „Masz 30 dni”"), ("{{ klient }}", "zawiera pole")],
)
def test_a_passage_that_cannot_stay_is_named(make, passage, words):
    with pytest.raises(ValidationError) as refused:
        make("Zwrot", BODY, must_keep=(passage,))
    assert words in refused.value.message_dict["must_keep"][0]


@pytest.mark.django_db
def test_the_author_writes_them_a_line_each(as_ewa):
    form = {"title": "Zwrot", "body": BODY, "body_type": "HTML", "language": "pl"}
    refused = as_ewa.post("/canned/new/", form | {"must_keep": "Nie ma tego"})
    assert refused.status_code == 422
    assert "Nie ma tego" in refused.content.decode()
    saved = as_ewa.post("/canned/new/", form | {"must_keep": f"{LAW}\n"}, follow=True)
    assert LAW in saved.content.decode()
    form = as_ewa.get(saved.redirect_chain[-1][0] + "edit/").context["form"]
    assert form["must_keep"].value() == LAW
