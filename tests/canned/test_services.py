"""Writing canned responses: versions, conflicts, the archive, and what the record is told."""

import hashlib
import json
from dataclasses import replace
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import translation

from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import audit_facts, services, validation, workflow
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import usable_by
from thulium_portal.canned.services import ChangedMeanwhile
from thulium_portal.canned.validation import ResponseText

TEXT = ResponseText(
    title="Paczka opóźniona",
    body="<p>Dzień dobry, paczka {{ wpisz: numer }} jedzie.</p><p>{{ podpis }}</p>",
    shortcut="opoznienie",
    category="Dostawy",
    keywords="kurier",
    use_when="Paczka jest spóźniona.",
)


@pytest.fixture
def response(ewa):
    return services.create_response(TEXT, actor=ewa)


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(subject_kind="canned").order_by("sequence"))


def contents(entry: AuditEntry) -> dict[str, str]:
    return dict(entry.contents.values_list("field", "data"))


def test_a_new_response_is_live_and_has_its_first_version(ewa, response):
    response.refresh_from_db()
    version = response.current
    assert (response.state, response.owner, version.number) == ("live", ewa, 1)
    assert (version.title, version.body, version.author) == (TEXT.title, TEXT.body, ewa)
    assert version.placeholders == {"ask: numer": "", "my_signature": ""}
    assert version.details["category"] == "Dostawy"
    assert ResponseText.of(response) == TEXT


def test_each_change_is_a_version_and_the_old_ones_stay(ewa, adam, response):
    text = replace(TEXT, title="Nowy")
    services.revise(response, text, seen_version=1, note=" krócej\n", actor=adam)
    history = response.versions.values_list("number", "title", "author", "note")
    assert list(history) == [(2, "Nowy", adam.pk, "krócej"), (1, TEXT.title, ewa.pk, "")]


@pytest.mark.parametrize("field", ["title", "body", "shortcut", "category", "keywords", "use_when"])
def test_a_change_of_any_field_is_a_version(ewa, response, field):
    value = "<p>inna</p>" if field == "body" else "inna"
    stored = services.revise(response, replace(TEXT, **{field: value}), seen_version=1, actor=ewa)
    assert stored.current.number == 2


def test_saving_without_a_change_makes_no_version_and_no_entry(ewa, response):
    before = len(entries())
    same = replace(TEXT, title="  Paczka  opóźniona ")
    services.revise(response, same, seen_version=1, actor=ewa)
    assert response.versions.count() == 1
    assert len(entries()) == before


def test_a_text_is_cleaned_before_it_is_stored(ewa):
    text = replace(TEXT, body='<p onclick="x()">a</p><script>alert(1)</script><img src=x>')
    stored = services.create_response(text, actor=ewa)
    assert stored.current.body == "<p>a</p>"


def test_everything_to_mend_is_told_at_once(ewa, response):
    wrong = ResponseText(title=" ", body="<p>{{ klient }} {{ x y }}</p>", shortcut="OPOZNIENIE")
    with pytest.raises(ValidationError) as caught:
        services.create_response(wrong, actor=ewa)
    told = caught.value.message_dict
    assert sorted(told) == ["body", "shortcut", "title"]
    assert len(told["body"]) == 2
    assert "<mark>{{ klient }}</mark>" in told["body"][0]


@pytest.mark.parametrize("body", ["", "<p></p>", "<p>&nbsp;<br></p>", "<img src=x>"])
def test_an_empty_text_is_refused(ewa, body):
    with pytest.raises(ValidationError) as caught:
        services.create_response(replace(TEXT, body=body), actor=ewa)
    assert list(caught.value.message_dict) == ["body"]


def test_a_text_beyond_the_limit_is_refused(ewa, settings):
    settings.MAX_BODY_CHARACTERS = 20
    with pytest.raises(ValidationError, match="20"):
        services.create_response(replace(TEXT, body="<p>" + "a" * 20 + "</p>"), actor=ewa)


def test_a_marked_fault_escapes_what_the_author_wrote(ewa):
    body = "<p>&lt;b&gt; {{ &lt;script&gt; }}</p>"
    with pytest.raises(ValidationError) as caught:
        services.create_response(replace(TEXT, body=body), actor=ewa)
    (sentence,) = caught.value.message_dict["body"]
    assert "<mark>{{ &lt;script&gt; }}</mark>" in sentence
    assert "<script>" not in sentence


def test_a_response_may_keep_its_own_shortcut_and_many_have_none(ewa, response):
    services.revise(response, replace(TEXT, title="Nowy"), seen_version=1, actor=ewa)
    for _again in range(2):
        services.create_response(replace(TEXT, shortcut=""), actor=ewa)
    assert CannedResponse.objects.count() == 3


def test_a_shortcut_taken_at_the_last_moment_is_told_kindly(ewa, response, monkeypatch):
    monkeypatch.setattr(validation, "is_shortcut_taken", lambda *_given: False)
    with pytest.raises(ValidationError) as caught:
        services.create_response(TEXT, actor=ewa)
    assert list(caught.value.message_dict) == ["shortcut"]
    assert CannedResponse.objects.count() == 1


def test_another_broken_rule_of_the_database_is_not_called_a_shortcut(ewa, monkeypatch):
    broken = Mock(side_effect=IntegrityError("something else"))
    response = services.create_response(TEXT, actor=ewa)
    monkeypatch.setattr(CannedResponseVersion.objects, "create", broken)
    with pytest.raises(IntegrityError, match="something else"):
        services.create_response(replace(TEXT, shortcut="inny"), actor=ewa)
    with pytest.raises(IntegrityError, match="something else"):
        services.revise(response, replace(TEXT, title="Nowy"), seen_version=1, actor=ewa)


def test_the_second_of_two_editors_is_stopped_and_told_of_the_first(ewa, adam, response):
    services.revise(response, replace(TEXT, title="Ewy"), seen_version=1, actor=ewa)
    with pytest.raises(ChangedMeanwhile) as caught:
        services.revise(response, replace(TEXT, title="Adama"), seen_version=1, actor=adam)
    assert (caught.value.newest.number, caught.value.newest.author) == (2, ewa)
    assert response.versions.count() == 2


def test_the_second_editor_with_the_same_text_is_not_bothered(ewa, adam, response):
    same = replace(TEXT, title="Tak samo")
    services.revise(response, same, seen_version=1, actor=ewa)
    services.revise(response, same, seen_version=1, actor=adam)
    assert response.versions.count() == 2


def test_an_earlier_text_comes_back_as_a_new_version(ewa, response):
    changed = replace(TEXT, title="Nowy", body="<p>nowa</p>", keywords="inne")
    services.revise(response, changed, seen_version=1, actor=ewa)
    response.refresh_from_db()
    with translation.override("en"):
        stored = services.restore_version(response, 1, seen_version=2, actor=ewa)
    assert ResponseText.of(stored) == replace(TEXT, keywords="inne")
    assert (stored.current.number, stored.current.note) == (3, "Text of version 1 brought back")
    assert response.versions.count() == 3


def test_bringing_back_a_text_respects_a_newer_version(ewa, response):
    services.revise(response, replace(TEXT, title="Drugi"), seen_version=1, actor=ewa)
    services.revise(response, replace(TEXT, title="Trzeci"), seen_version=2, actor=ewa)
    response.refresh_from_db()
    with pytest.raises(ChangedMeanwhile):
        services.restore_version(response, 1, seen_version=2, actor=ewa)


def test_an_archived_response_is_not_offered_until_it_is_brought_back(ewa, anna, response):
    workflow.archive(response, actor=ewa)
    assert not usable_by(anna).exists()
    workflow.bring_back(response, actor=ewa)
    assert usable_by(anna).get() == response


def test_the_record_is_told_of_every_change(ewa, response):
    services.revise(response, replace(TEXT, body="<p>nowa</p>"), seen_version=1, actor=ewa)
    workflow.archive(response, actor=ewa)
    created, revised, archived = entries()
    actions = [entry.action for entry in (created, revised, archived)]
    assert actions == ["canned.created", "canned.revised", "canned.state_changed"]
    assert {entry.actor for entry in (created, revised, archived)} == {ewa}
    assert (created.state, archived.state) == ("live", "archived")
    facts = json.loads(revised.record)["facts"]
    assert (facts["canned_id"], facts["canned_version"]) == (response.pk, 2)
    assert facts["body_sha256"] == hashlib.sha256(b"<p>nowa</p>").hexdigest()
    assert contents(revised) == {"title": TEXT.title, "body": "<p>nowa</p>"}
    assert TEXT.title not in revised.record


def test_what_cannot_be_recorded_is_not_stored(ewa, response, monkeypatch):
    monkeypatch.setattr(audit_facts, "record", Mock(side_effect=RuntimeError("no record")))
    with pytest.raises(RuntimeError):
        services.revise(response, replace(TEXT, title="Nowy"), seen_version=1, actor=ewa)
    response.refresh_from_db()
    assert response.title == TEXT.title
    assert response.versions.count() == 1


def test_an_agent_leaves_what_everyone_uses_as_it_is(anna, response):
    for act in (
        lambda: services.revise(response, replace(TEXT, title="x"), seen_version=1, actor=anna),
        lambda: services.restore_version(response, 1, seen_version=1, actor=anna),
        lambda: workflow.archive(response, actor=anna),
        lambda: workflow.bring_back(response, actor=anna),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert response.versions.count() == 1
