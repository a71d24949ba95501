import http.client
import time

import pytest

from tests.practice.conftest import ENTRY, Caller
from thulium_portal.practice import faults
from thulium_portal.practice.server import PracticeThulium

CUT = (ConnectionError, http.client.RemoteDisconnected)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("refused", 400), ("wrong_password", 401), ("busy", 429), ("server_error", 500)],
)
def test_a_planned_refusal_comes_once_in_the_documented_shape(caller, practice, kind, status):
    practice.fail_next(kind)
    got = caller.reply()
    assert got.status == status
    assert got.error["message"]
    assert practice.received() == []
    assert caller.reply().status == 200
    assert len(practice.received()) == 1


def test_busy_says_when_to_try_again(caller, practice):
    practice.fail_next("busy")
    assert caller.reply().headers["Retry-After"] == "5"


def test_html_comes_with_200_and_nothing_is_sent(caller, practice):
    practice.fail_next("html")
    got = caller.reply()
    assert got.status == 200
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    assert got.content.startswith(b"<!doctype html>")
    assert practice.received() == []


def test_broken_before_cuts_and_sends_nothing(caller, practice):
    practice.fail_next("broken_before")
    with pytest.raises(CUT):
        caller.reply()
    assert practice.received() == []


def test_broken_after_sends_and_cuts(caller, practice):
    practice.fail_next("broken_after")
    with pytest.raises(CUT):
        caller.reply()
    assert len(practice.received()) == 1


def test_slow_sends_and_answers_late():
    thulium = PracticeThulium()
    thulium.slow_seconds = 0.4
    with thulium:
        thulium.fail_next("slow")
        start = time.monotonic()
        assert Caller(thulium).reply().json == []
        assert time.monotonic() - start >= 0.4
        assert len(thulium.received()) == 1


def test_stopping_does_not_wait_for_a_slow_answer(practice):
    practice.slow_seconds = 60
    practice.fail_next("slow")
    line = http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)
    line.request(
        "POST",
        "/api/tickets/1234/agent_response",
        '{"body": "x", "user_login": "ewa.kot"}',
        {"Authorization": ENTRY},
    )
    start = time.monotonic()
    practice.stop()
    assert time.monotonic() - start < 30
    line.close()


def test_down_drops_every_call_until_switched_off(caller, practice):
    practice.fail_next("down")
    for call in (caller.reply, caller.upload, lambda: caller.get("/api/tickets/1234")):
        for _ in range(2):
            with pytest.raises(CUT):
                call()
    assert practice.received() == []
    assert caller.get("/").status == 200
    practice.recover()
    assert caller.get("/api/tickets/1234").status == 200


def test_faults_concern_replies_unless_told_otherwise(caller, practice):
    practice.fail_next("server_error")
    assert caller.get("/api/tickets/1234").status == 200
    assert caller.upload().status == 200
    assert caller.reply().status == 500


@pytest.mark.parametrize(
    ("area", "statuses"),
    [
        (faults.UPLOADS, (200, 500, 200)),
        (faults.READS, (500, 200, 200)),
        (faults.LISTS, (200, 200, 200, 500)),
        (faults.EVERYTHING, (500, 200, 200)),
    ],
)
def test_another_area_can_fail(caller, practice, area, statuses):
    practice.fail_next("server_error", on=area)
    calls = (
        lambda: caller.get("/api/agents"),
        caller.upload,
        caller.reply,
        lambda: caller.get("/api/tickets"),
    )
    assert tuple(call().status for call in calls[: len(statuses)]) == statuses


def test_faults_come_in_the_order_they_were_planned(caller, practice):
    practice.fail_next("busy", 2)
    practice.fail_next("refused")
    assert [caller.reply().status for _ in range(4)] == [429, 429, 400, 200]


def test_a_wrong_password_uses_up_no_fault(caller, practice):
    practice.fail_next("server_error")
    assert caller.call("POST", "/api/tickets/1234/agent_response", b"{}", entry=None).status == 401
    assert caller.reply().status == 500


@pytest.mark.parametrize(
    ("kind", "times", "area"), [("meteor", 1, "all"), ("slow", 0, "all"), ("slow", 1, "everywhere")]
)
def test_an_unknown_fault_is_an_error(practice, kind, times, area):
    with pytest.raises(ValueError, match="No such fault"):
        practice.fail_next(kind, times, on=area)
