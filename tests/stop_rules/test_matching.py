"""Conditions of a rule: all of them together, of its words any one."""

import logging

import pytest

from tests.support.worst_cases import is_slow
from thulium_portal.stop_rules.matching import Facts, NamedSize, fitting
from thulium_portal.stop_rules.models import StopRule

MB = 1024 * 1024
PDF, TABLE, LARGE = (
    NamedSize("umowa.PDF", 10),
    NamedSize("ceny.xlsx", 10),
    NamedSize("a.zip", 9 * MB),
)


def facts(words: str = "Wypłacimy odszkodowanie.", **given) -> Facts:
    return Facts(words, **{"queue_id": 5, "author_id": 7, "days_here": 100} | given)


def fits(given: dict, **of_reply) -> bool:
    return bool(fitting([StopRule(**{"words": "odszkodowan*"} | given)], facts(**of_reply)))


@pytest.mark.parametrize(
    ("given", "of_reply", "expected"),
    [
        ({}, {}, True),
        ({}, {"words": "Dzień dobry"}, False),
        ({"words": "ugod*\nodszkodowan*"}, {}, True),
        ({"words": ""}, {"words": "cokolwiek"}, True),
        ({"queues": {"5": "Reklamacje"}}, {}, True),
        ({"queues": {"6": "Sprzedaż", "5": "Reklamacje"}}, {}, True),
        ({"queues": {"6": "Sprzedaż"}}, {}, False),
        ({"queues": {"5": "Reklamacje"}}, {"queue_id": None}, False),
        ({"audience": "chosen", "people": [7]}, {}, True),
        ({"audience": "chosen", "people": [8]}, {}, False),
        ({"audience": "new", "new_unit": "days", "new_for": 30}, {"days_here": 29}, True),
        ({"audience": "new", "new_unit": "days", "new_for": 30}, {"days_here": 30}, False),
        ({"audience": "new", "new_unit": "replies", "new_for": 3}, {"sent_before": 2}, True),
        ({"audience": "new", "new_unit": "replies", "new_for": 3}, {"sent_before": 3}, False),
        ({"audience": "new", "new_unit": "replies", "new_for": 3}, {"sent_before": None}, False),
        ({"files": "with"}, {"files": [PDF]}, True),
        ({"files": "with"}, {}, False),
        ({"files": "without"}, {}, True),
        ({"files": "without"}, {"files": [PDF]}, False),
        ({"files": "larger", "larger_than_mb": 8}, {"files": [PDF, LARGE]}, True),
        ({"files": "larger", "larger_than_mb": 9}, {"files": [LARGE]}, False),
        ({"files": "kind", "file_kinds": ["pdf"]}, {"files": [PDF]}, True),
        ({"files": "kind", "file_kinds": ["spreadsheet"]}, {"files": [PDF, TABLE]}, True),
        ({"files": "kind", "file_kinds": ["picture"]}, {"files": [PDF, TABLE]}, False),
        ({"timing": "planned"}, {"is_planned": True}, True),
        ({"timing": "planned"}, {"is_planned": False}, False),
        ({"timing": "immediate"}, {"is_planned": False}, True),
        ({"queues": {"5": "x"}, "files": "with"}, {}, False),
    ],
)
def test_every_condition_has_to_hold(given, of_reply, expected):
    assert fits(given, **of_reply) is expected


def test_the_words_found_are_told_as_they_are_spelt():
    rule = StopRule(words="odszkodowan*\nzwrot* pieniędzy\nugod*")
    [fit] = fitting([rule], facts("Ugody nie ma; ODSZKODOWANIA i zwrotu pieniędzy też."))
    assert fit.words == ("Ugody", "ODSZKODOWANIA", "zwrotu pieniędzy")


def test_a_text_takes_no_longer_than_it_is_long_however_many_rules_look_at_it():
    wanted = "\n".join(f"{'a' * number}* raz a* b* dwa{number}" for number in range(1, 40))
    rules = [StopRule(pk=number, words=wanted) for number in range(20)]
    for seed in ("a b raz ", "raz dwa1 ", "aaaa", "ą́\u200b", "* "):
        assert not is_slow(
            lambda text: fitting(rules, facts(text)), lambda size, seed=seed: seed * (size // 3)
        ), seed


@pytest.mark.parametrize("seed", ["a b raz ", "dwa raz "])
def test_rules_take_no_longer_than_there_are_of_them(seed):
    def ask(lines: str) -> None:
        fitting([StopRule(words=line) for line in lines.split("\n")], facts(seed * 300))

    assert not is_slow(ask, lambda size: "\n".join(f"raz a* b{n}" for n in range(size // 10)))


def test_a_broken_rule_fails_alone_and_nothing_of_it_stands_in_the_log(caplog):
    broken = [
        StopRule(pk=1, words="Kowalsk**"),
        StopRule(pk=2, words="", audience="new", new_for="wiele"),
        StopRule(pk=3, words="", queues=7),
        StopRule(pk=4, words="odszkodowan*"),
    ]
    with caplog.at_level(logging.ERROR):
        fit = fitting(broken, facts("Wypłacimy odszkodowanie panu Kowalskiemu."))
    assert [each.rule.pk for each in fit] == [4]
    assert len(caplog.records) == 3
    assert "Kowalsk" not in caplog.text
