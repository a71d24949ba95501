"""The desk asks for the newest of what a person wrote, never for all they ever wrote."""

import pytest
from django.db import connection

from tests.support.plans import plan_of

pytestmark = pytest.mark.django_db

SORTED = ("TEMP B-TREE FOR ORDER BY", "Sort")


def test_the_newest_replies_are_read_from_their_end(as_anna, submit):
    submit()
    plan = plan_of(lambda: as_anna.get("/"), 'ORDER BY "replies_reply"."submitted_at" DESC')
    assert "reply_sent_lately" in plan
    assert not [word for word in SORTED if word in plan], plan


def test_what_needs_attention_is_found_by_its_state(as_anna, submit):
    submit()
    words = ("'rejected'", 'ORDER BY "replies_reply"."updated_at" DESC')
    assert "reply_of_author" in plan_of(lambda: as_anna.get("/"), *words)


def test_of_recalled_texts_no_reply_is_read_that_holds_none(as_anna, submit):
    submit()
    plan = plan_of(lambda: as_anna.get("/"), 'FROM "canned_recall"', '"canned_canneduse"')
    assert "replies_reply_corrects_id" in plan
    # PostgreSQL decides by how many they are which of the two is asked first.
    assert connection.vendor == "postgresql" or "(uuid=?" in plan, plan
