"""A bulk reply is its author's alone, and theirs only while they may send."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests.bulk.conftest import BODY, page, send
from tests.support.people import change
from thulium_portal.bulk import services
from thulium_portal.bulk.models import BulkItem, BulkReply
from thulium_portal.replies.drafts import Text

pytestmark = pytest.mark.django_db

SHOWS = ("bulk:show", "bulk:text", "bulk:questions", "bulk:live")
ACTS = (
    *("bulk:text", "bulk:picker", "bulk:insert", "bulk:questions", "bulk:write_again"),
    "bulk:open",
    *("bulk:leave_out", "bulk:read_again", "bulk:go_on", "bulk:send", "bulk:undo", "bulk:discard"),
)


@pytest.mark.parametrize("person", ["ewa", "adam", "nowy"])
def test_nobody_else_sees_or_touches_it(begin, work, sign_in, request, person):
    bulk = begin()
    work()
    client = sign_in(request.getfixturevalue(person))
    for name in SHOWS:
        assert client.get(reverse(name, args=[bulk.uuid])).status_code == 404, name
    for name in ACTS:
        assert client.post(reverse(name, args=[bulk.uuid])).status_code == 404, name
    assert str(bulk.uuid) not in client.get(reverse("bulk:index")).content.decode()
    bulk.refresh_from_db()
    assert bulk.state == "checking"


def test_who_cannot_send_begins_none(as_nowy):
    page = as_nowy.get(reverse("bulk:index")).content.decode()
    assert "login agenta" in page
    assert "<textarea" not in page
    assert as_nowy.post(reverse("bulk:index"), {"ticket": ["1234"]}).status_code == 403
    assert not BulkReply.objects.exists()


@pytest.mark.parametrize("person", ["ewa", "adam", "nowy"])
def test_every_act_asks_who_may(anna, request, person):
    bulk = services.create([1234], actor=anna)
    other = request.getfixturevalue(person)
    acts = [
        lambda: services.save_text(bulk, Text(BODY), actor=other),
        lambda: services.prepare(bulk, {}, actor=other),
        lambda: services.write_again(bulk, actor=other),
        lambda: services.leave_out(bulk, 1, out=True, actor=other),
        lambda: services.open_ticket(bulk, 1, actor=other),
        lambda: services.read_again(bulk, [1], actor=other),
        lambda: services.go_on_without(bulk, actor=other),
        lambda: services.discard(bulk, actor=other),
        lambda: services.start(bulk, seen="", actor=other),
        lambda: services.stop_and_undo(bulk, actor=other),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_who_lost_the_agent_login_acts_no_more(begin, work, as_anna, anna):
    bulk = begin()
    work()
    anna.agent_profile.delete()
    assert as_anna.post(reverse("bulk:send", args=[bulk.uuid])).status_code == 403
    assert (
        'id="send-all"' not in as_anna.get(reverse("bulk:show", args=[bulk.uuid])).content.decode()
    )


@pytest.mark.parametrize("name", [*SHOWS, *ACTS])
def test_whatever_state_it_is_in_its_author_reads_words(begin, work, as_anna, name):
    bulk = begin()
    work()
    shows = name in SHOWS
    for state in BulkReply.State:
        BulkReply.objects.update(state=state, started_at=None, erased_at=None)
        number = bulk.items.first().pk
        fields = {"item": number, "out": "1", "body": BODY, "body_type": "HTML", "ask_0": "1"}
        for ask in [as_anna.get] if shows else [as_anna.post]:
            answer = ask(reverse(name, args=[bulk.uuid]), fields, follow=True)
            assert answer.status_code in {200, 286}, (state, answer.status_code)


def test_how_a_text_joins_is_told_to_its_author_alone(begin, sign_in, ewa):
    bulk = begin()
    answer = sign_in(ewa).post(reverse("bulk:join", args=[bulk.uuid]), {"insert": "1"})
    assert answer.status_code == 404


def test_who_is_narrowed_meanwhile_reads_why_nothing_went_and_keeps_the_drafts(
    begin, work, as_anna, anna, adam, thulium, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    bulk = begin()
    work()
    send(as_anna, bulk)
    change(anna, actor=adam, queues=[99])
    time_machine.shift(120)
    for _step in range(5):
        work()
    told = set(bulk.items.values_list("state", "problem", "begun"))
    assert told == {(BulkItem.State.UNUSABLE, "not_allowed", 0)}
    assert "Porozmawiaj z kierownikiem" in as_anna.get(page(bulk)).content.decode()
    assert {each.reply.state for each in bulk.items.select_related("reply")} == {"draft"}
    assert thulium.received() == []
