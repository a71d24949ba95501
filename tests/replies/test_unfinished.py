"""Nothing unfilled is sent: what is refused, where it is marked, and what a person may let pass."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.replies.composer.unfinished import complaints, stray_braces, unfinished
from thulium_portal.replies.models import Reply

URL = "/tickets/1234/"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zamówienie [numer] dotarło", ["[numer]"]),
        ("Jak w przypisie [1] i [1]", ["[1]"]),
        ("Pani XXX, paczka xxxx", ["XXX", "xxxx"]),
        ("do dnia ___ i ____", ["___", "____"]),
        ("[]", ["[]"]),
        ("model XXL i XX, a_b__c", []),
        ("https://sklep.example/[a]___XXX", []),
        ("tekst\n______________\nstopka", []),
        ("[otwarty nawias\nzamknięty niżej]", []),
    ],
)
def test_what_looks_unfinished_is_found(text: str, found: list[str]):
    assert [place.words for place in unfinished(text)] == found


@pytest.mark.parametrize(
    ("text", "count"), [("a }} b", 1), ("{{ a }}", 0), ("{{ a }} }}", 1), ("}", 0)]
)
def test_braces_that_close_nothing_are_found(text: str, count: int):
    assert len(stray_braces(text)) == count


def test_the_place_is_marked_and_escaped():
    [told] = complaints("Dzień dobry, <b> [numer] & już", [])
    assert "&lt;b&gt; <mark>[numer]</mark> &amp; już" in told


@given(st.text(alphabet="[]{}X_ \n<&a:/", max_size=60))
def test_whatever_is_meant_passes_and_braces_never_do(text: str):
    meant = [place.words for place in unfinished(text)]
    assert len(complaints(text, meant)) == len(stray_braces(text))


@pytest.fixture
def send(sign_in, anna, thulium):
    """Return a function that sends a text from the composer."""
    client = sign_in(anna)

    def send(body: str, **given):
        form = {"submission_key": str(uuid.uuid4()), "body": body, "body_type": "HTML"}
        return client.post(URL, form | given)

    return send


@pytest.mark.django_db
@pytest.mark.parametrize("body_type", ["HTML", "PLAIN"])
@pytest.mark.parametrize("left", ["[numer]", "XXX", "___", "{{ numer }}", "numer }}", "{{ numer"])
def test_a_leftover_is_refused_and_the_text_is_kept(send, left, body_type):
    page = send(f"Zamówienie {left} jest w drodze.", body_type=body_type)
    assert page.status_code == 422
    assert left in page.context["form"]["body"].value()
    assert page.context["form"].errors["body"]
    assert not Reply.objects.exists()


@pytest.mark.django_db
def test_one_deliberate_confirmation_lets_a_literal_pass(send):
    body = "<p>Jak w przypisie [1], firma XXX.</p>"
    page = send(body)
    assert 'value="[1]&#10;XXX"' in page.content.decode()
    assert send(body, meant="[1]\r\nXXX").status_code == 302
    assert Reply.objects.get().body == body


@pytest.mark.django_db
@pytest.mark.parametrize("left", ["{{ numer }}", "numer }}", "[numer]"])
def test_a_confirmation_lets_nothing_else_pass(send, left):
    page = send(f"<p>Jak w przypisie [1], {left}.</p>", meant=f"[1]\n{left.strip('[]')}")
    assert page.status_code == 422
    assert not Reply.objects.exists()
