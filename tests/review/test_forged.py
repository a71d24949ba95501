"""What is not as recorded is marked where it is shown, and no export carries it."""

import json
import re
from typing import Any

import pytest

from tests.support.record import note, submitted
from thulium_portal.audit.review_index import WORDS
from thulium_portal.audit.verification_runs import check_recent, check_record

pytestmark = pytest.mark.django_db
FALSE = "Lista pokazuje o wpisie 1 coś innego, niż zapisano."


def exported(answer: Any) -> list[Any]:
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


@pytest.fixture
def forged(anna: Any, tamper: Any) -> None:
    submitted(anna)
    submitted(anna, ticket_id=77)
    with tamper() as sql:
        sql("UPDATE audit_reviewrow SET excerpt = 'Zwrócimy 900 zł' WHERE opened_sequence = 1")


def test_the_list_marks_a_forged_line_and_no_other(as_ewa, forged):
    text = as_ewa.get("/audit/").text
    assert text.count(FALSE) == 1
    assert text.count("niż zapisano") == 1


def test_an_export_leaves_a_forged_line_out_and_says_so(as_ewa, forged):
    line, end = exported(as_ewa.get("/audit/export/?format=jsonl"))
    assert line["ticket"] == 77
    assert end == {"end": True, "lines": 1, "left_out": [1]}


def test_the_end_of_a_table_names_what_was_left_out(as_ewa, forged):
    answer = as_ewa.get("/audit/export/?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "POMINIĘTO, bo różnią się od zapisanych: 1 (wpisy 1)." in text
    assert "900" not in text


def test_a_line_found_by_a_word_nobody_wrote_is_marked(as_ewa, anna):
    submitted(anna)
    WORDS.put([(1, "maria", "odszkodowanie")])
    text = as_ewa.get("/audit/?q=odszkodowanie").text
    assert "Wyszukiwarka zna inne słowa wpisu 1, niż zapisano." in text


def test_events_that_were_changed_are_marked_and_left_out(as_ewa, tamper):
    note()
    note()
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'sent' WHERE sequence = 1")
    assert "Wpis 1 pokazuje" in as_ewa.get("/audit/?view=events").text
    *lines, end = exported(as_ewa.get("/audit/export/?view=events&format=jsonl"))
    assert 1 not in [line["sequence"] for line in lines]
    assert end["left_out"] == [1]


def test_the_badge_claims_what_was_checked_and_when(as_ewa, anna):
    submitted(anna)
    note()
    check_record(actor=None)
    assert "sprawdzono wszystkie 2 wpisy" in badge(as_ewa)
    assert "nowe do" not in badge(as_ewa)
    note()
    assert check_recent().broken is None
    assert "sprawdzono wszystkie 2 wpisy" in badge(as_ewa)
    assert re.search(r"nowe do\s+\d", badge(as_ewa))


def badge(client: Any) -> str:
    text = client.get("/audit/").text
    return " ".join(re.sub("<[^>]*>", "", text[text.index("Rejestr nienaruszony") :][:800]).split())
