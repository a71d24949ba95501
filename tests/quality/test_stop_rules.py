"""Stop rules by their pages: written, tried, switched on and off, and what they did."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.pages import missing
from tests.support.replies import fresh, in_state
from thulium_portal.quality.stop_rules import trial as trials
from thulium_portal.quality.stop_rules.outcomes import outcomes
from thulium_portal.quality.stop_rules.trial import Trial
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.states import State
from thulium_portal.stop_rules.models import RuleStop, StopRule
from thulium_portal.tickets.models import KnownQueue
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db
BODY = "<p>Wypłacimy Państwu odszkodowanie.</p>"
FIELDS = {
    "name": "Odszkodowania",
    "words": "odszkodowan*",
    "audience": "everyone",
    "attached": "",
    "timing": "",
    "effect": "ask",
    "sentence": "Czy to uzgodnione?",
}


@pytest.fixture
def past(submit):
    """Return a function that stores submitted replies with some bodies, the first one first."""

    def past(*bodies: str, **given) -> list[Reply]:
        begin = Reply.objects.count() + 5000
        return [
            submit(body=body, ticket_id=begin + number, **given).reply
            for number, body in enumerate(bodies)
        ]

    return past


def tried(client, rule: StopRule) -> str:
    """Try *rule* to the end, as its page does, and return the page."""
    address = f"/stop-rules/{rule.pk}/trial/"
    for _step in range(2 * trials.LAST):
        client.post(address, headers={"HX-Request": "true"})
        rule.refresh_from_db()
        if Trial.of(rule).is_over:
            return client.get(address).content.decode()
    raise AssertionError("the trial does not end")


def test_a_rule_is_written_tried_and_switched_on(as_ewa, past):
    past("<p>Dzień dobry.</p>", BODY, "<p>Do widzenia.</p>", "<p>ODSZKODOWANIA nie będzie</p>")
    answer = as_ewa.post("/stop-rules/new/", FIELDS)
    rule = StopRule.objects.get()
    assert answer.headers["Location"] == f"/stop-rules/{rule.pk}/trial/"
    assert (
        'data-rule-trial="running"' in as_ewa.get(f"/stop-rules/{rule.pk}/trial/").content.decode()
    )
    page = tried(as_ewa, rule)
    assert not missing(
        page, 'data-rule-trial="over"', "ODSZKODOWANIA", "odszkodowanie", "/replies/"
    )
    assert page.count("data-hit") == 2
    answer = as_ewa.post(f"/stop-rules/{rule.pk}/start/", {"is_meant": "on"}, follow=True)
    assert answer.redirect_chain == [(f"/stop-rules/{rule.pk}/", 302)]
    assert fresh_rule(rule).is_active
    as_ewa.post(f"/stop-rules/{rule.pk}/stop/")
    assert not fresh_rule(rule).is_active


def fresh_rule(rule: StopRule) -> StopRule:
    return StopRule.objects.get(pk=rule.pk)


def test_a_rule_that_would_stop_everything_is_started_by_those_alone_who_say_so(as_ewa, past):
    past(*["<p>Dzień dobry.</p>"] * 9)
    as_ewa.post("/stop-rules/new/", FIELDS | {"words": "dzień"})
    rule = StopRule.objects.get()
    assert "data-rule-warning" in tried(as_ewa, rule)
    answer = as_ewa.post(f"/stop-rules/{rule.pk}/start/")
    assert answer.status_code == 422
    assert answer.context["form"].errors["is_meant"]
    assert not fresh_rule(rule).is_active
    as_ewa.post(f"/stop-rules/{rule.pk}/start/", {"is_meant": "on"})
    assert fresh_rule(rule).is_active


def test_a_rule_without_a_trial_leads_to_it(as_ewa, make_rule):
    rule = make_rule(on=False)
    answer = as_ewa.post(f"/stop-rules/{rule.pk}/start/", {"is_meant": "on"})
    assert answer.headers["Location"] == f"/stop-rules/{rule.pk}/trial/"
    assert not fresh_rule(rule).is_active


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"sentence": " "}, "sentence"),
        ({"sentence": "x" * 301}, "sentence"),
        ({"words": "odszkodowan*\n*kod"}, "words"),
        ({"words": "ko*d"}, "words"),
        ({"words": "%%%"}, "words"),
        ({"words": "a " * 9}, "words"),
        ({"words": "\n".join(f"słowo{n}" for n in range(101))}, "words"),
        ({"words": "ż" * 5001}, "words"),
        ({"queues": "77"}, "queues"),
        ({"audience": "chosen"}, "people"),
        ({"audience": "chosen", "people": "x"}, "people"),
        ({"audience": "new"}, "new_for"),
        ({"audience": "new", "new_for": "-1"}, "new_for"),
        ({"audience": "new", "new_for": "9" * 30}, "new_for"),
        ({"audience": "nobody"}, "audience"),
        ({"attached": "larger"}, "larger_than_mb"),
        ({"attached": "larger", "larger_than_mb": "wiele"}, "larger_than_mb"),
        ({"attached": "kind"}, "file_kinds"),
        ({"attached": "kind", "file_kinds": "exe"}, "file_kinds"),
        ({"effect": "explode"}, "effect"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(as_ewa, given, field):
    answer = as_ewa.post("/stop-rules/new/", FIELDS | given)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {field}
    for name, value in (FIELDS | given).items():
        assert form[name].value() in (value, [value])
    assert not StopRule.objects.exists()


def test_what_belongs_to_a_choice_not_made_is_forgotten_and_refuses_nothing(as_ewa, anna):
    more = {"new_for": "viele", "larger_than_mb": "-4", "people": str(anna.pk), "new_unit": "days"}
    assert as_ewa.post("/stop-rules/new/", FIELDS | more).status_code == 302
    rule = StopRule.objects.get()
    assert (rule.new_for, rule.larger_than_mb, rule.people) == (None, None, [])


def test_all_conditions_are_kept_and_come_back_into_the_form(as_ewa, anna):
    KnownQueue.objects.create(queue_id=5, name="Reklamacje")
    given = FIELDS | {
        "queues": ["5"],
        "audience": "chosen",
        "people": [str(anna.pk)],
        "attached": "kind",
        "file_kinds": ["pdf", "spreadsheet"],
        "timing": "planned",
        "effect": "second_person",
    }
    as_ewa.post("/stop-rules/new/", given)
    rule = StopRule.objects.get()
    assert (rule.queues, rule.people) == ({"5": "Reklamacje"}, [anna.pk])
    KnownQueue.objects.all().delete()
    form = as_ewa.get(f"/stop-rules/{rule.pk}/edit/").context["form"]
    assert {name: form[name].value() for name in given} == given
    page = as_ewa.get("/stop-rules/").content.decode()
    assert not missing(page, "Reklamacje", "Anna Nowak", "PDF", "Czy to uzgodnione?")
    form = {name: form[name].value() or "" for name in form.fields}
    assert as_ewa.post(f"/stop-rules/{rule.pk}/edit/", form).status_code == 302
    assert fresh_rule(rule).version == 1


def test_another_supervisors_change_is_not_overwritten_unseen(as_ewa, as_adam, make_rule):
    rule = make_rule()
    mine = as_ewa.get(f"/stop-rules/{rule.pk}/edit/").context["form"]["seen"].value()
    theirs = FIELDS | {"sentence": "Ich zdanie?", "seen": str(mine)}
    as_adam.post(f"/stop-rules/{rule.pk}/edit/", theirs)
    answer = as_ewa.post(f"/stop-rules/{rule.pk}/edit/", FIELDS | {"name": "Moja", "seen": mine})
    assert answer.status_code == 422
    assert fresh_rule(rule).sentence == "Ich zdanie?"
    again = {"name": "Moja", "seen": answer.context["seen"]}
    assert as_ewa.post(f"/stop-rules/{rule.pk}/edit/", FIELDS | again).status_code == 302
    assert fresh_rule(rule).name == "Moja"


def test_a_changed_rule_is_off_and_says_so(as_ewa, make_rule):
    rule = make_rule()
    answer = as_ewa.post(f"/stop-rules/{rule.pk}/edit/", FIELDS | {"words": "ugod*"}, follow=True)
    assert not fresh_rule(rule).is_active
    assert "Reguła jest wyłączona" in answer.content.decode()


def test_a_rule_that_another_version_stored_is_written_anew(as_ewa, make_rule):
    rule = make_rule(on=False)
    StopRule.objects.filter(pk=rule.pk).update(words="*kod*", trial={"is_over": True})
    answer = as_ewa.post(f"/stop-rules/{rule.pk}/start/", {"is_meant": "on"})
    assert answer.headers["Location"] == f"/stop-rules/{rule.pk}/edit/"
    for page in ("", f"{rule.pk}/", f"{rule.pk}/edit/", f"{rule.pk}/trial/"):
        assert as_ewa.get(f"/stop-rules/{page}").status_code == 200


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("odszkodowanie", [("odszkodowanie", "odszkodowan*")]),
        ("paczka\nodszkodowan*\nzwrot pieniędzy", [("paczka", "paczk*")]),
        ("prawnik", [("prawnik", "prawnik*")]),
        ("sąd\nRODO\nZK/2026/118\n118", []),
    ],
)
def test_a_word_without_its_other_forms_is_pointed_out(as_ewa, make_rule, words, expected):
    rule = make_rule(words, on=False)
    tried(as_ewa, rule)
    page = as_ewa.get(f"/stop-rules/{rule.pk}/trial/")
    assert page.context["wider"] == expected
    assert ("data-rule-wider" in page.content.decode()) == bool(expected)


# The trial


def test_the_trial_looks_at_what_was_submitted_and_may_be_seen(as_ewa, past, make_rule, anna):
    kept, erased, _other = past(BODY, BODY, "<p>Nic.</p>")
    Reply.objects.filter(pk=erased.pk).update(erased_at=timezone.now(), body="")
    draft = Reply.objects.create(
        author=anna, ticket_id=1, body=BODY, submission_key=kept.uuid, draft_revision=1
    )
    rule = make_rule(on=False)
    tried(as_ewa, rule)
    trial = Trial.of(rule)
    assert (trial.tried, trial.erased, trial.hits) == (2, 1, [kept.pk])
    assert draft.pk not in trial.hits


def test_the_trial_takes_the_last_500_and_no_more(as_ewa, past, make_rule, monkeypatch):
    monkeypatch.setattr(trials, "LAST", 30)
    replies = past(*[BODY] * 33)
    rule = make_rule(on=False)
    tried(as_ewa, rule)
    assert Trial.of(rule).hits == [reply.pk for reply in reversed(replies)][:30]


def test_the_trial_goes_on_where_its_moment_ended(as_ewa, past, make_rule, monkeypatch):
    monkeypatch.setattr(trials, "A_MOMENT", -1)
    replies = past(*[BODY] * 4)
    rule = make_rule(on=False)
    address = f"/stop-rules/{rule.pk}/trial/"
    page = as_ewa.post(address, headers={"HX-Request": "true"}).content.decode()
    assert not missing(
        page, 'data-rule-trial="running"', 'hx-trigger="load, every 5s"', 'value="1"'
    )
    tried(as_ewa, rule)
    assert Trial.of(rule).hits == [reply.pk for reply in reversed(replies)]
    monkeypatch.undo()
    as_ewa.post(address, {"again": "yes"})
    assert Trial.of(fresh_rule(rule)).tried == 4


def test_the_trial_knows_how_new_people_were_then(as_ewa, past, make_rule, anna):
    replies = [in_state(reply, State.CONFIRMED) for reply in past(*["<p>Nic.</p>"] * 5)]
    rule = make_rule("", on=False, audience="new", new_for=2, new_unit="replies")
    tried(as_ewa, rule)
    assert Trial.of(rule).hits == [replies[1].pk, replies[0].pk]
    anna.date_joined = timezone.now() - timedelta(days=50)
    anna.save()
    Reply.objects.filter(pk=replies[0].pk).update(submitted_at=timezone.now() - timedelta(days=30))
    by_days = make_rule("", on=False, audience="new", new_for=30, new_unit="days")
    tried(as_ewa, by_days)
    assert Trial.of(by_days).hits == [replies[0].pk]


def test_no_text_of_a_customer_is_kept_with_the_rule(as_ewa, past, make_rule):
    past("<p>Pan Kowalski dostanie odszkodowanie.</p>")
    rule = make_rule("Kowalsk*", on=False)
    tried(as_ewa, rule)
    assert Trial.of(rule).stopped == 1
    assert "Kowalski" not in str(fresh_rule(rule).trial)


def test_a_trial_that_cannot_be_read_begins_anew(as_ewa, past, make_rule):
    past(BODY)
    rule = make_rule(on=False)
    StopRule.objects.filter(pk=rule.pk).update(trial={"of_another": "version"})
    tried(as_ewa, fresh_rule(rule))
    assert Trial.of(fresh_rule(rule)).stopped == 1


# What it did


def test_the_page_tells_what_became_of_the_replies_it_stopped(as_ewa, ewa, submit, make_rule):
    rule = make_rule()
    snapshot = Snapshot(1234)
    keys = []
    for number in range(3):
        with pytest.raises(NotReady) as stopped:
            submit(body=BODY, key=(key := number_key(number)))
        assert stopped.value.complaints
        keys.append(key)
    passed = submit(key=keys[0], text=Text(BODY, confirmed=(rule.code,)), snapshot=snapshot).reply
    submit(key=keys[1], body="<p>Bez tego słowa.</p>", ticket_id=1235)
    assert RuleStop.objects.count() == 3
    found = outcomes(rule, ewa)
    assert found.total == 3
    assert {str(became): number for became, number in found.counts} == {
        "passed": 1,
        "changed": 1,
        "not_sent": 1,
    }
    page = as_ewa.get(f"/stop-rules/{rule.pk}/").content.decode()
    assert not missing(page, 'data-rule-stopped="3"', f"/replies/{passed.uuid}/")


def test_the_page_tells_who_waits_for_a_second_person_and_who_was_approved(
    as_ewa, ewa, submit, make_rule
):
    rule = make_rule(effect=StopRule.Effect.SECOND_PERSON)
    with pytest.raises(NotReady):
        submit(body=BODY, key=number_key(1))
    reply = submit(body=BODY, key=number_key(1), for_approval=True).reply
    assert reply.approval_reasons == [rule.code]
    assert [became.value for became, _number in outcomes(rule, ewa).counts] == ["waiting"]
    approval.approve(fresh(reply), actor=ewa)
    assert [became.value for became, _number in outcomes(rule, ewa).counts] == ["approved"]
    page = as_ewa.get(f"/stop-rules/{rule.pk}/").content.decode()
    assert not missing(page, 'data-became="approved"', f"/replies/{reply.uuid}/")


def number_key(number: int) -> uuid.UUID:
    return uuid.UUID(int=number + 1)


@pytest.mark.parametrize("code", ["rule:", "rule:x", "rule:" + "9" * 40, "rule:-1", "rule:99"])
def test_a_made_up_code_is_noted_nowhere(submit, code):
    submit(text=Text("<p>Dzień dobry.</p>", confirmed=(code,)))
    assert not RuleStop.objects.exists()


@pytest.mark.parametrize("number", ["0", "9" * 30])
@pytest.mark.parametrize("page", ["", "edit/", "trial/"])
def test_a_number_of_no_rule_is_not_found(as_ewa, number, page):
    assert as_ewa.get(f"/stop-rules/{number}/{page}").status_code == 404
