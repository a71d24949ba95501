"""Addresses edited by hand: whatever they ask for, a page answers, never an error of ours."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.record import submitted
from thulium_portal.review.forms import FilterForm

pytestmark = pytest.mark.django_db

NAMES = [*FilterForm.base_fields, "view", "before", "after", "format"]
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers().map(str),
    st.dates().map(str),
    st.sampled_from(["events", "kept", "pending", "csv", "jsonl", "anna", "0", "-1", "²", "٣"]),
)
ADDRESSES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6).map(urlencode)
BYTES = st.tuples(st.sampled_from(NAMES), st.binary(max_size=12)).map(
    lambda pair: f"{pair[0]}={quote(pair[1])}"
)
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def client(as_ewa):
    return as_ewa


@MANY
@given(address=st.one_of(ADDRESSES, BYTES))
def test_any_address_of_the_list_is_answered_with_a_page(client, address):
    assert client.get(f"/audit/?{address}").status_code == 200


@MANY
@given(address=st.one_of(ADDRESSES, BYTES))
def test_any_address_of_an_export_is_answered_whole(client, address):
    answer: Any = client.get(f"/audit/export/?{address}")
    assert answer.status_code in {200, 302}
    if answer.streaming:
        assert isinstance(b"".join(answer.streaming_content), bytes)


@pytest.mark.parametrize(
    "words", ["!!! ??? ...", "'\"", '"', "* AND (", "%_\\", "Κύριε", "お客様", "أهلا", "🙂"]
)
def test_words_of_no_reply_lead_to_the_way_back(words, client, anna):
    submitted(anna)
    answer = client.get("/audit/", {"q": words})
    assert answer.status_code == 200
    assert answer.context["page"].rows == []
    assert 'class="btn btn-quiet" href="/audit/"' in answer.content.decode()


def test_ten_thousand_characters_are_refused_in_words(client):
    answer = client.get("/audit/", {"q": "ż" * 10_000})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["q"]
