"""Who makes, changes and switches stop rules, and what the record tells of it."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.stop_rules import services
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.phrases import BadLine
from thulium_portal.stop_rules.services import Terms

pytestmark = pytest.mark.django_db
TERMS = Terms("Odszkodowanie", "Uzgodnione z przełożonym?", words="odszkodowan*")
TRIED = {"is_over": True, "tried": 100, "stopped": 3}


def entries() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="stop_rule.").order_by("sequence")
    return list(found.values_list("action", flat=True))


def told(action: str) -> dict[str, object]:
    """Return the facts of the one entry of *action*."""
    return json.loads(AuditEntry.objects.get(action=action).record)["facts"]


@pytest.mark.parametrize("person", ["anna", "nowy"])
def test_agents_may_nothing(person, ewa, request):
    agent, rule = request.getfixturevalue(person), services.create(TERMS, actor=ewa)
    for act in (
        lambda: services.create(TERMS, actor=agent),
        lambda: services.change(rule, TERMS, actor=agent),
        lambda: services.keep_trial(rule, TRIED, actor=agent),
        lambda: services.start(rule, actor=agent, is_meant=True),
        lambda: services.stop(rule, actor=agent),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert entries() == ["stop_rule.created"]


@pytest.mark.parametrize("person", ["ewa", "adam"])
def test_supervisors_and_administrators_make_change_start_and_stop(person, request):
    boss = request.getfixturevalue(person)
    rule = services.create(TERMS, actor=boss)
    assert not rule.is_active
    services.keep_trial(rule, TRIED, actor=boss)
    services.start(rule, actor=boss)
    services.start(rule, actor=boss)
    rule.refresh_from_db()
    assert rule.is_active
    assert rule.started_at is not None
    services.stop(rule, actor=boss)
    services.stop(rule, actor=boss)
    assert entries() == ["stop_rule.created", "stop_rule.started", "stop_rule.stopped"]
    assert not StopRule.objects.for_sending().exists()


def test_a_rule_that_was_not_tried_as_it_is_does_not_start(ewa):
    rule = services.create(TERMS, actor=ewa)
    for trial in ({}, {"is_over": False, "tried": 12}):
        services.keep_trial(rule, trial, actor=ewa)
        with pytest.raises(services.NotTried):
            services.start(rule, actor=ewa, is_meant=True)


@pytest.mark.parametrize(
    "given",
    [
        {"words": ""},
        {"words": "odszkodowan*\na"},
        {"words": "od*"},
        {"words": "dzień", "trial": {"is_over": True, "tried": 100, "stopped": 26}},
    ],
)
def test_a_rule_that_would_stop_everything_starts_only_if_that_is_meant(given, ewa):
    trial = given.pop("trial", TRIED)
    rule = services.create(Terms("Wszystko", "Na pewno?", **given), actor=ewa)
    services.keep_trial(rule, trial, actor=ewa)
    with pytest.raises(services.TooBroad):
        services.start(rule, actor=ewa)
    services.start(rule, actor=ewa, is_meant=True)
    assert told("stop_rule.started")["despite_warning"] is True


def test_a_share_of_few_replies_says_nothing(ewa):
    rule = services.create(TERMS, actor=ewa)
    services.keep_trial(rule, {"is_over": True, "tried": 2, "stopped": 2}, actor=ewa)
    services.start(rule, actor=ewa)
    assert told("stop_rule.started")["despite_warning"] is False


def test_what_stops_other_replies_than_before_is_off_until_it_was_tried(make_rule, ewa):
    rule = make_rule()
    services.change(rule, Terms("Nowa nazwa", "Inne zdanie?", words=rule.words), actor=ewa)
    rule.refresh_from_db()
    assert (rule.name, rule.is_active, rule.version) == ("Nowa nazwa", True, 1)
    services.change(rule, Terms("Nowa nazwa", "Inne zdanie?", words="ugod*"), actor=ewa)
    rule.refresh_from_db()
    assert (rule.is_active, rule.version, rule.trial) == (False, 2, {})
    assert entries()[-2:] == ["stop_rule.changed", "stop_rule.stopped"]


def test_a_trial_of_another_version_is_not_kept(make_rule, ewa):
    rule = make_rule(on=False)
    stale = StopRule.objects.get(pk=rule.pk)
    services.change(rule, Terms("Inna", "Zdanie?", words="ugod*"), actor=ewa)
    assert not services.keep_trial(stale, TRIED, actor=ewa)
    assert StopRule.objects.get(pk=rule.pk).trial == {}


def test_the_record_holds_what_was_typed_apart_from_the_facts(make_rule, ewa):
    rule = make_rule("Kowalsk*", on=False)
    services.change(rule, Terms("Odszkodowanie", "Uzgodnione?", words="Nowak*"), actor=ewa)
    entry = AuditEntry.objects.get(action="stop_rule.changed")
    assert told("stop_rule.changed")["changed"] == ["words"]
    content = dict(AuditContent.objects.filter(entry=entry).values_list("field", "data"))
    assert (content["words_before"], content["words"]) == ("Kowalsk*", "Nowak*")
    assert "Kowalsk" not in entry.record
    assert "Nowak" not in entry.record


def test_a_change_that_changes_nothing_leaves_no_entry(make_rule, ewa):
    rule = make_rule(on=False)
    services.change(rule, Terms("Odszkodowanie", "Uzgodnione?", words="odszkodowan*"), actor=ewa)
    assert entries() == ["stop_rule.created"]


def test_a_page_that_is_older_than_the_rule_changes_nothing(make_rule, ewa, adam):
    rule = make_rule(on=False)
    seen = services.stamp(rule)
    services.change(rule, Terms("Odszkodowanie", "Inne?", words=rule.words), actor=adam)
    with pytest.raises(services.ChangedMeanwhile):
        services.change(rule, Terms("Moja", "Moje?", words=""), actor=ewa, seen=seen - 1)
    assert StopRule.objects.get(pk=rule.pk).sentence == "Inne?"


def test_words_that_cannot_be_found_are_refused(ewa):
    with pytest.raises(BadLine):
        services.create(Terms("Zła", "Zdanie?", words="*kod"), actor=ewa)
    assert not StopRule.objects.exists()
