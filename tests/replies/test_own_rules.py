"""Stop rules on the way of a reply: who is asked, who may let it pass, what is looked at."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.support.replies import composed, in_state
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.states import State
from thulium_portal.stop_rules import services as stop_rules
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.services import Terms
from thulium_portal.storage.services import store
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db
BODY = "<p>Dzień dobry, wypłacimy Państwu <b>odszko</b>dowanie.</p>"


def refused(submit, **given):
    with pytest.raises(NotReady) as stopped:
        submit(**{"body": BODY} | given)
    return stopped.value.complaints


def test_a_rule_asks_and_its_author_lets_the_reply_pass(submit, make_rule):
    rule = make_rule(sentence="Czy <b>uzgodnione</b> & podpisane?")
    [doubt] = refused(submit)
    assert (doubt.code, doubt.field, doubt.guard) == (f"rule:{rule.pk}", "body", f"rule:{rule.pk}")
    assert doubt.message == "Czy &lt;b&gt;uzgodnione&lt;/b&gt; &amp; podpisane?"
    passed = submit(text=Text(BODY, confirmed=(f"rule:{rule.pk}",))).reply
    assert passed.confirmed == [f"rule:{rule.pk}"]


def test_what_a_rule_said_is_shown_when_it_says_something_else(submit, make_rule, ewa, sign_in):
    rule = make_rule(sentence="Czy <b>uzgodnione</b> & podpisane?")
    reply = submit(text=Text(BODY, confirmed=(rule.code,))).reply
    terms = Terms(name="Inna", sentence="Coś innego.", words=rule.words)
    stop_rules.change(rule, terms, actor=ewa)
    entry = AuditEntry.objects.get(action="reply.submitted")
    assert entry.contents.get(field="stop_rules").data == (
        f"{rule.code} Czy <b>uzgodnione</b> & podpisane?"
    )
    told = "Czy &lt;b&gt;uzgodnione&lt;/b&gt; &amp; podpisane?"
    reader = sign_in(ewa)
    for address in (f"/audit/{entry.sequence}/", f"/replies/{reply.uuid}/"):
        page = reader.get(address).content.decode()
        assert told in page
        assert "Coś innego." not in page


def test_of_an_entry_whose_texts_are_erased_the_rule_is_named(submit, make_rule, ewa, sign_in):
    rule = make_rule(name="Odszkodowania")
    submit(text=Text(BODY, confirmed=(rule.code,)))
    entry = AuditEntry.objects.get(action="reply.submitted")
    entry.contents.all().delete()
    page = sign_in(ewa).get(f"/audit/{entry.sequence}/").content.decode()
    assert "Odszkodowania" in page
    assert f"{rule.code}<" not in page


def test_no_author_lets_pass_what_needs_a_second_person(submit, make_rule, as_anna, thulium):
    rule = make_rule(effect=StopRule.Effect.SECOND_PERSON)
    code = f"rule:{rule.pk}"
    [doubt] = refused(submit, text=Text(BODY, confirmed=(code, f"{code}:", "rule:")))
    assert doubt.needs_second_person
    page = as_anna.post("/tickets/1234/", composed(BODY, confirm=code))
    assert page.status_code != 302 or Reply.objects.get().state == State.UNAPPROVED
    assert not Reply.objects.filter(state=State.PENDING).exists()


def test_the_code_of_one_rule_lets_no_other_pass(submit, make_rule):
    first, second = make_rule(), make_rule("wypłac*")
    codes = {doubt.code for doubt in refused(submit)}
    assert codes == {first.code, second.code}
    [left] = refused(submit, text=Text(BODY, confirmed=(first.code,)))
    assert left.code == second.code


def test_a_rule_that_is_off_asks_nobody(submit, make_rule, ewa):
    make_rule(on=False)
    rule = make_rule()
    stop_rules.stop(rule, actor=ewa)
    assert submit(body=BODY).reply.state == State.PENDING


def test_a_rule_of_a_queue_looks_at_its_tickets_only(submit, make_rule):
    make_rule(queues={"5": "Reklamacje"})
    refused(submit, snapshot=Snapshot(1234, queue_id=5))
    assert submit(body=BODY, snapshot=Snapshot(1235, queue_id=6)).reply


def test_new_people_are_told_by_their_days_and_by_their_replies(submit, make_rule, anna):
    make_rule(audience="new", new_for=3, new_unit="days")
    refused(submit)
    anna.date_joined = timezone.now() - timedelta(days=3, minutes=1)
    anna.save()
    first = submit(body=BODY).reply
    make_rule(audience="new", new_for=1, new_unit="replies")
    refused(submit, ticket_id=1235)
    in_state(first, State.CONFIRMED)
    assert submit(body=BODY, ticket_id=1235).reply


def test_files_and_time_are_looked_at(submit, make_rule, as_anna, thulium):
    make_rule("", files="kind", file_kinds=["spreadsheet"], timing="planned")
    table = store(SimpleUploadedFile("ceny.csv", b"a;b"))
    later = timezone.now() + timedelta(days=1)
    refused(submit, files=[table], send_at=later)
    assert submit(files=[table], body=BODY).reply
    # Where something else is wrong as well, all is said at once.
    upload = SimpleUploadedFile("ceny.csv", b"a;b")
    fields = composed("Numer [numer]", attachments=upload, send_at="2099-01-01T10:00")
    page = as_anna.post("/tickets/1235/", fields | {"send_at": later.strftime("%Y-%m-%dT%H:%M")})
    assert page.status_code == 422
    assert [doubt.code for doubt in page.context["form"].doubts] == [StopRule.objects.get().code]


def test_what_rules_cost_does_not_grow_with_their_number(
    submit,
    make_rule,
    django_assert_max_num_queries,
):
    def queries(ticket_id: int) -> int:
        with django_assert_max_num_queries(200) as asked:
            submit(ticket_id=ticket_id)
        return len(asked)

    queries(3)  # what is remembered for good is asked for once
    none = queries(1)
    for number in range(12):
        make_rule(f"słowo{number}*", people=[1], audience="chosen")
    assert queries(2) == none


def test_a_broken_rule_holds_nothing_up(submit, make_rule):
    broken, whole = make_rule("ugod*"), make_rule()
    StopRule.objects.filter(pk=broken.pk).update(words="**", sentence="")
    [doubt] = refused(submit)
    assert doubt.code == whole.code


def test_the_key_of_a_refused_reply_can_be_used_again(submit, make_rule):
    rule, key = make_rule(), uuid.uuid4()
    refused(submit, key=key)
    assert submit(key=key, text=Text(BODY, confirmed=(rule.code,))).reply.submission_key == key
