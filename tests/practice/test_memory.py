import threading
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.practice.conftest import Caller
from thulium_portal.demo import story
from thulium_portal.practice.server import PracticeThulium


def test_replies_and_files_survive_a_restart(tmp_path):
    with PracticeThulium(tmp_path) as first:
        caller = Caller(first)
        used = caller.upload(b"one", "one.txt").json["token"]
        waiting = caller.upload(b"two", "two.txt").json["token"]
        caller.reply(body="Pierwsza", attachments=[used])
        number = first.received()[0]["message_id"]
    with PracticeThulium(tmp_path) as second:
        assert [row["message_id"] for row in second.received()] == [number]
        assert second.file_content(used) == b"one"
        caller = Caller(second)
        assert caller.reply(body="Druga", attachments=[waiting]).status == 200
        assert second.received()[1]["message_id"] > number
        assert caller.get("/api/tickets/1234").json["messages"][1]["body"] == "Pierwsza"


def test_the_same_object_comes_back_on_the_same_port(practice):
    port = practice.port
    Caller(practice).reply()
    practice.stop()
    with pytest.raises(ConnectionRefusedError):
        Caller(practice).reply()
    practice.start()
    assert practice.port == port
    assert Caller(practice).reply().status == 200
    assert len(practice.received()) == 2


def test_stopping_twice_is_no_error(practice):
    practice.stop()
    practice.stop()


def test_a_taken_port_is_an_error(practice, tmp_path):
    with pytest.raises(OSError, match="in use"):
        PracticeThulium(tmp_path, practice.port).start()


def test_an_untouched_demo_is_fresh_again_the_next_day(tmp_path):
    with PracticeThulium(tmp_path) as thulium:
        before = Caller(thulium).get("/api/tickets/1234").json["updated_at"]
    with (
        time_machine.travel(timezone.now() + timedelta(days=2)),
        PracticeThulium(tmp_path) as later,
    ):
        assert Caller(later).get("/api/tickets/1234").json["updated_at"] > before


def test_what_was_answered_in_the_story_stays_where_it_was(tmp_path):
    def changed(ticket_id, thulium):
        return Caller(thulium).get(f"/api/tickets/{ticket_id}").json["updated_at"]

    with PracticeThulium(tmp_path, lived_in=True) as thulium:
        answered, waiting = changed(1100, thulium), changed(1260, thulium)
        thulium.reset()
        assert changed(1100, thulium) == answered
    with (
        time_machine.travel(timezone.now() + timedelta(days=2)),
        PracticeThulium(tmp_path, lived_in=True) as later,
    ):
        assert changed(1100, later) == answered
        assert changed(1260, later) > waiting


def test_the_story_is_the_one_told_to_the_portal(tmp_path):
    with PracticeThulium(tmp_path, lived_in=True) as thulium:
        before = Caller(thulium).get("/api/tickets/1100").json["updated_at"]
    story.keep_told_at(tmp_path, timezone.now() - timedelta(days=8))
    with PracticeThulium(tmp_path, lived_in=True) as thulium:
        assert Caller(thulium).get("/api/tickets/1100").json["updated_at"] < before


def test_what_was_practised_stays_the_next_day(tmp_path):
    with PracticeThulium(tmp_path) as thulium:
        Caller(thulium).reply()
    with (
        time_machine.travel(timezone.now() + timedelta(days=2)),
        PracticeThulium(tmp_path) as later,
    ):
        assert len(later.received()) == 1


def test_reset_brings_back_the_first_day(caller, practice):
    token = caller.upload().json["token"]
    caller.reply(attachments=[token])
    practice.fail_next("down")
    practice.reset()
    assert practice.received() == []
    ticket = caller.get("/api/tickets/1234").json
    assert (len(ticket["messages"]), ticket["full_status_name"]) == (4, "Nowe")
    with pytest.raises(FileNotFoundError):
        practice.file_content(token)


def test_message_numbers_are_never_given_twice(caller, practice):
    caller.reply()
    number = practice.received()[0]["message_id"]
    practice.reset()
    caller.reply()
    assert practice.received()[0]["message_id"] > number


def test_a_customer_can_write_first(caller, practice):
    number = practice.write_as_customer(1226, "Jeszcze jedno <pytanie>")
    ticket = caller.get("/api/tickets/1226").json
    newest = ticket["messages"][0]
    assert (newest["message_id"], newest["type"], newest["user_login"]) == (number, "MAIL", "")
    assert newest["body"] == "<p>Jeszcze jedno &lt;pytanie&gt;</p>"
    assert (ticket["full_status_name"], ticket["closed_at"]) == ("Nowe", "")
    assert practice.received() == []


def test_a_colleague_can_answer_in_the_panel(caller, practice):
    number = practice.reply_in_panel(1234, "piotr.zielinski", "<p>Już odpisałem.</p>")
    newest = caller.get("/api/tickets/1234").json["messages"][0]
    assert (newest["message_id"], newest["type"]) == (number, "REPLY")
    assert newest["user_login"] == "piotr.zielinski"
    assert practice.received() == []


def test_many_replies_at_once_are_all_kept_once(practice):
    def send(number):
        assert Caller(practice).reply(body=f"Odpowiedź {number}").json == []

    threads = [threading.Thread(target=send, args=[number]) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies = sorted(row["body"] for row in practice.received(1234))
    assert bodies == sorted(f"Odpowiedź {number}" for number in range(24))


def test_two_replies_racing_for_one_file_do_not_both_get_it(practice):
    token = Caller(practice).upload().json["token"]
    statuses = []

    def send():
        statuses.append(Caller(practice).reply(attachments=[token]).status)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [400] * 7
    assert len(practice.received()) == 1
