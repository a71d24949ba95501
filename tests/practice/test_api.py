import http.client
import json
import re
import socket
from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tests.practice.conftest import ENTRY
from thulium_portal.practice import api, request


def local_stamp(**back):
    moment = timezone.now().astimezone(ZoneInfo("Europe/Warsaw")) - timedelta(**back)
    return moment.strftime("%Y-%m-%d")


def test_a_reply_is_answered_with_an_empty_list_and_reaches_the_customer(caller, practice):
    got = caller.reply(body="<p>Paczka wyruszy jutro.</p>", body_type="HTML")
    assert (got.status, got.json) == (200, [])
    (received,) = practice.received(1234)
    assert received["body"] == "<p>Paczka wyruszy jutro.</p>"
    assert received["user_login"] == "anna.nowak"
    assert received["body_type"] == "HTML"
    assert practice.received(1233) == []


def test_a_reply_shows_on_the_ticket_as_the_newest_message(caller):
    before = {message["message_id"] for message in caller.get("/api/tickets/1234").json["messages"]}
    caller.reply(body="a < b", body_type="PLAIN")
    ticket = caller.get("/api/tickets/1234").json
    newest = ticket["messages"][0]
    assert newest["message_id"] not in before
    assert newest["type"] == "REPLY"
    assert newest["body"] == "a < b"
    assert newest["system_comment"] == "Zmiana statusu z [Nowe] na [Oczekuje na klienta]"
    assert ticket["full_status_name"] == "Oczekuje na klienta"
    assert ticket["user_login"] == "anna.nowak"
    assert ticket["updated_at"] == newest["created_at"]


def test_a_ticket_mixes_numbers_and_strings_as_documented(caller):
    ticket = caller.get("/api/tickets/1234").json
    for name in ("ticket_id", "customer_id", "ticket_queue_id"):
        assert isinstance(ticket[name], int), name
    for name in ("status_id", "substatus_id", "category_id", "user_login", "closed_at"):
        assert isinstance(ticket[name], str), name
    assert ticket["from"] == "maria@example.org"
    assert ticket["ticket_queue_name"] == "sklep@example.org"
    assert ticket["subject"] == "Gdzie jest moja paczka?"
    assert "custom_fields" not in ticket
    assert "custom_fields" in caller.get("/api/tickets/1234?include_custom_fields=true").json


def test_messages_are_newest_first_and_fresh(caller):
    messages = caller.get("/api/tickets/1234").json["messages"]
    assert [message["type"] for message in messages] == ["COMMENT", "MAIL", "REPLY", "MAIL"]
    assert messages[0]["created_at"] == f"{local_stamp(days=1)} 17:05"
    assert messages[-1]["created_at"] == f"{local_stamp(days=3)} 09:15"
    assert "<b>ZK/2026/118</b>" in messages[-1]["body"]
    assert [len(message["attachments"]) for message in messages] == [0, 0, 0, 1]


def test_no_demo_message_is_in_the_future(caller):
    now = timezone.now().astimezone(ZoneInfo("Europe/Warsaw")).strftime("%Y-%m-%d %H:%M")
    for row in caller.get("/api/tickets").json["result"]:
        for message in caller.get(f"/api/tickets/{row['ticket_id']}").json["messages"]:
            assert message["created_at"] <= now


def test_the_demo_holds_the_odd_tickets(caller):
    assert len(caller.get("/api/tickets/1229").json["messages"]) == 40
    assert "<script>" in caller.get("/api/tickets/1232").json["messages"][0]["body"]
    assert "\n> " in caller.get("/api/tickets/1231").json["messages"][0]["body"]
    assert caller.get("/api/tickets/1227").json["customer_id"] == ""
    nameless = caller.get("/api/tickets/1228").json["customer_id"]
    assert caller.get(f"/api/customers/{nameless}").json["name"] == ""
    assert (
        caller.get("/api/tickets/1224").json["full_status_name"] == "W realizacji - u przewoźnika"
    )
    assert caller.get("/api/tickets/1226").json["close_time"] == "52:50:00"


def test_a_reply_reopens_a_closed_ticket(caller):
    assert caller.get("/api/tickets/1226").json["full_status_name"] == "Zamknięte"
    assert caller.reply(1226).status == 200
    ticket = caller.get("/api/tickets/1226").json
    assert (ticket["full_status_name"], ticket["closed_at"]) == ("Oczekuje na klienta", "")


def test_a_given_date_is_kept(caller):
    assert caller.reply(date="2014-07-14 12:34").status == 200
    assert caller.get("/api/tickets/1234").json["messages"][-1]["created_at"] == "2014-07-14 12:34"


def test_tickets_are_listed_page_by_page(caller):
    everything = caller.get("/api/tickets").json
    assert everything["count"] == len(everything["result"]) == 17
    changed = [row["updated_at"] for row in everything["result"]]
    assert changed == sorted(changed, reverse=True)
    page = caller.get("/api/tickets?limit=5&offset=10").json
    assert page["count"] == 17
    assert page["result"] == everything["result"][10:15]
    assert caller.get("/api/tickets?limit=9999").json == everything


class TestList:
    """What ``GET tickets`` can be narrowed by."""

    def numbers(self, caller, **query):
        got = caller.get("/api/tickets?" + urlencode(query, doseq=True))
        assert got.status == 200
        assert got.json["count"] == len(got.json["result"])
        return [row["ticket_id"] for row in got.json["result"]]

    def test_by_when_it_changed_to_the_minute(self, caller):
        rows = caller.get("/api/tickets").json["result"]
        changed = [row["updated_at"] for row in rows]
        for moment in (changed[0], changed[5]):
            since = [row["ticket_id"] for row in rows if row["updated_at"] >= moment]
            until = [row["ticket_id"] for row in rows if row["updated_at"] <= moment]
            assert self.numbers(caller, date_from=moment) == since
            assert self.numbers(caller, date_to=moment) == until
            both = [number for number in since if number in until]
            assert self.numbers(caller, date_from=moment, date_to=moment) == both

    def test_by_a_day_the_whole_day_counts(self, caller):
        day = local_stamp(days=1)
        rows = caller.get("/api/tickets").json["result"]
        changed = {row["ticket_id"] for row in rows if row["updated_at"].startswith(day)}
        assert set(self.numbers(caller, date_from=day, date_to=day)) == changed != set()
        created = {row["ticket_id"] for row in rows if row["created_at"].startswith(day)}
        assert set(self.numbers(caller, create_date_from=day, create_date_to=day)) == created

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ({"customer_id": 52}, {1234, 1225}),
            ({"user_login": "ewa.kot"}, {1226, 1223}),
            ({"ticket_queue_id": 7}, {1230, 1223, 1219}),
            ({"ticket_queue_id": 7, "user_login": "ewa.kot"}, {1223}),
            ({"status_id[]": 6}, {1226}),
            ({"status_id[]": [4, 6]}, {1225, 1226}),
            ({"customer_id": 999}, set()),
            ({"date_from": "", "customer_id": "", "user_login": "jan.dawny"}, {1221}),
        ],
    )
    def test_by_what_it_is(self, caller, query, numbers):
        assert set(self.numbers(caller, **query)) == numbers

    def test_a_status_by_itself_is_answered_500(self, caller):
        assert caller.get("/api/tickets?status_id=1").status == 500

    @pytest.mark.parametrize("query", ["date_from=today", "create_date_to=2026-13-01"])
    def test_a_date_is_a_date(self, caller, query):
        assert caller.get(f"/api/tickets?{query}").status == 400

    def test_every_change_brings_a_ticket_to_the_top(self, caller, practice):
        assert caller.get("/api/tickets?limit=1").json["result"][0]["ticket_id"] == 1228
        change(caller, 1222, user_login="anna.nowak")
        assert caller.get("/api/tickets?limit=1").json["result"][0]["ticket_id"] == 1222
        practice.change_ticket(1223, status="5")
        assert caller.get("/api/tickets?limit=1").json["result"][0]["ticket_id"] == 1223
        practice.write_as_customer(1224, "Halo?")
        assert caller.get("/api/tickets?limit=1").json["result"][0]["ticket_id"] == 1224


def change(caller, ticket_id, **fields):
    return caller.call("PUT", f"/api/tickets/{ticket_id}", json.dumps(fields))


class TestChange:
    """``PUT tickets/:id``: both fields optional, null keeps."""

    def test_a_ticket_is_given_to_an_agent(self, caller, practice):
        got = change(caller, 1230, user_login="ewa.kot", status_id=None)
        assert (got.status, got.content) == (200, b"")
        ticket = caller.get("/api/tickets/1230").json
        assert (ticket["user_login"], ticket["full_status_name"]) == ("ewa.kot", "Nowe")
        newest = ticket["messages"][0]
        assert (newest["type"], newest["body"], newest["comment"]) == ("COMMENT", "", "")
        assert newest["system_comment"] == "Zmiana agenta z [brak] na [Ewa Kot]"
        assert ticket["updated_at"] == newest["created_at"]
        assert practice.received() == []

    def test_both_at_once_and_the_same_again_tells_nothing(self, caller):
        before = len(caller.get("/api/tickets/1230").json["messages"])
        for _ in range(2):
            assert change(caller, 1230, user_login="ewa.kot", status_id="5").status == 200
        ticket = caller.get("/api/tickets/1230").json
        assert (ticket["user_login"], ticket["full_status_name"]) == ("ewa.kot", "W realizacji")
        assert len(ticket["messages"]) == before + 2

    @pytest.mark.parametrize("fields", [{}, {"user_login": None, "status_id": None}])
    def test_nothing_named_keeps_everything(self, caller, fields):
        before = caller.get("/api/tickets/1230").json
        assert change(caller, 1230, **fields).status == 200
        assert caller.get("/api/tickets/1230").json == before

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"user_login": "nikt"}, "There is no agent with the login “nikt”."),
            ({"user_login": "jan.dawny"}, "The agent “jan.dawny” is not active."),
            ({"user_login": ""}, 'Field "user_login" cannot be empty.'),
            ({"user_login": "ewa.kot", "status_id": "77"}, "There is no status 77."),
            ({"user_login": "nikt", "status_id": "6"}, "There is no agent with the login “nikt”."),
        ],
    )
    def test_a_wrong_field_changes_nothing(self, caller, fields, error):
        before = caller.get("/api/tickets/1230").json
        got = change(caller, 1230, **fields)
        assert (got.status, got.error["message"]) == (400, error)
        assert caller.get("/api/tickets/1230").json == before


def test_a_customer_answers_over_the_api(caller, practice):
    fields = {"body": "Nadal <nic>", "body_type": "PLAIN"}
    got = caller.call("POST", "/api/tickets/1226/customer_response", json.dumps(fields))
    assert (got.status, got.content) == (200, b"")
    ticket = caller.get("/api/tickets/1226").json
    newest = ticket["messages"][0]
    assert (newest["type"], newest["body"], newest["user_login"]) == ("MAIL", "Nadal <nic>", "")
    assert (ticket["full_status_name"], ticket["closed_at"]) == ("Nowe", "")
    assert practice.received() == []
    got = caller.call("POST", "/api/tickets/1226/customer_response", '{"text": "x"}')
    assert got.error["message"] == 'Field "body" cannot be empty.'
    assert caller.call("POST", "/api/tickets/1225/customer_response", '{"body": "x"}').status == 400


def test_agents_can_be_read(caller):
    anna = caller.get("/api/agents/anna.nowak").json
    assert (anna["agent_id"], anna["name"], anna["surname"]) == (1, "Anna", "Nowak")
    assert anna["active"] is True
    assert caller.get("/api/agents/jan%2Edawny").json["active"] is False
    agents = caller.get("/api/agents").json
    assert agents["count"] == len(agents["result"]) == 5
    assert agents["result"][0]["agent_id"] == "1"
    page = caller.get("/api/agents?limit=2&offset=4").json
    assert (page["count"], [agent["login"] for agent in page["result"]]) == (5, ["jan.dawny"])


def test_customers_can_be_read(caller):
    maria = caller.get("/api/customers/52").json
    assert (maria["name"], maria["surname"]) == ("Maria", "Wiśniewska")
    assert "custom_fields" not in maria
    more = caller.get("/api/customers/52?include_custom_fields=true").json
    assert more["custom_fields"] == {"Numer umowy": None}


class TestFiles:
    def test_an_upload_travels_with_a_reply(self, caller, practice):
        content = bytes(range(256)) * 2000
        upload = caller.upload(content, "cennik żółty 2026.pdf").json
        assert upload["filename"] == "cennik żółty 2026.pdf"
        assert upload["size"] == len(content)
        assert re.fullmatch("[0-9a-f]{22}", upload["token"])
        assert caller.reply(attachments=[upload["token"]]).status == 200
        (received,) = practice.received(1234)
        assert received["attachments"] == [
            {"token": upload["token"], "filename": upload["filename"], "size": len(content)}
        ]
        assert practice.file_content(upload["token"]) == content
        newest = caller.get("/api/tickets/1234").json["messages"][0]
        assert newest["attachments"] == [upload["token"]]

    def test_files_keep_the_order_of_the_reply(self, caller, practice):
        tokens = [caller.upload(b"x", name).json["token"] for name in ("b", "a", "c")]
        caller.reply(attachments=tokens)
        assert [file["filename"] for file in practice.received()[0]["attachments"]] == [
            "b",
            "a",
            "c",
        ]

    def test_a_token_serves_one_reply(self, caller, practice):
        token = caller.upload().json["token"]
        assert caller.reply(attachments=[token]).status == 200
        assert caller.reply(attachments=[token]).status == 400
        assert len(practice.received()) == 1

    def test_a_token_given_twice_is_refused_whole(self, caller, practice):
        token = caller.upload().json["token"]
        assert caller.reply(attachments=[token, token]).status == 400
        assert practice.received() == []
        assert caller.get("/api/tickets/1234").json["full_status_name"] == "Nowe"

    def test_a_token_expires_after_a_day(self, caller, practice):
        token = caller.upload().json["token"]
        with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
            got = caller.reply(attachments=[token])
        assert got.status == 400
        assert token in got.error["message"]
        assert practice.received() == []

    def test_an_expired_file_is_deleted(self, caller, practice):
        token = caller.upload().json["token"]
        with time_machine.travel(timezone.now() + timedelta(hours=25)):
            caller.upload()
        with pytest.raises(FileNotFoundError):
            practice.file_content(token)

    def test_a_name_is_needed(self, caller):
        got = caller.call("POST", "/api/temporary_files", b"abc", {"Accept-Language": "pl"})
        assert got.status == 400
        assert got.error["message"] == 'Pole "filename" nie może być puste.'

    def test_a_file_of_exactly_the_limit_passes_and_one_byte_more_does_not(
        self, caller, practice, monkeypatch
    ):
        monkeypatch.setattr(request, "MAX_BYTES", 1000)
        assert caller.upload(b"x" * 1000).status == 200
        assert caller.upload(b"x" * 1001).status == 413

    def test_over_25_megabytes_is_refused_with_an_answer_one_can_read(self, caller):
        got = caller.upload(b"x" * (25 * 1024 * 1024 + 1))
        assert got.status == 413
        assert got.error["message"] == "The file or the content is over 25 MB."

    def test_an_upload_that_breaks_off_leaves_nothing(self, caller, practice, tmp_path):
        with socket.create_connection(("127.0.0.1", practice.port)) as line:
            line.sendall(
                b"POST /api/temporary_files?filename=a HTTP/1.1\r\nHost: localhost\r\n"
                b"Authorization: " + ENTRY.encode() + b"\r\nContent-Length: 10\r\n\r\nabc"
            )
            line.shutdown(socket.SHUT_WR)
            answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert list((practice._directory / "files").iterdir()) == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "polish", "english"),
        [
            ({"body": ""}, 'Pole "body" nie może być puste.', 'Field "body" cannot be empty.'),
            ({"body": None}, 'Pole "body" nie może być puste.', 'Field "body" cannot be empty.'),
            (
                {"body": {"html": "x"}},
                'Pole "body" musi być tekstem.',
                'Field "body" must be text.',
            ),
            (
                {"user_login": " "},
                'Pole "user_login" nie może być puste.',
                'Field "user_login" cannot be empty.',
            ),
            (
                {"user_login": "nikt"},
                "Nie ma agenta o loginie „nikt”.",
                "There is no agent with the login “nikt”.",
            ),
            (
                {"user_login": "jan.dawny"},
                "Agent „jan.dawny” jest nieaktywny.",
                "The agent “jan.dawny” is not active.",
            ),
            (
                {"body_type": "MARKDOWN"},
                'Pole "body_type" musi mieć wartość HTML lub PLAIN.',
                'Field "body_type" must be HTML or PLAIN.',
            ),
            (
                {"date": "jutro"},
                'Pole "date" musi mieć postać RRRR-MM-DD GG:MM.',
                'Field "date" must look like YYYY-MM-DD HH:MM.',
            ),
            (
                {"attachments": "abc"},
                'Pole "attachments" musi być tablicą tokenów.',
                'Field "attachments" must be an array of tokens.',
            ),
            (
                {"attachments": ["abc"]},
                "Plik tymczasowy abc nie istnieje lub wygasł.",
                "The temporary file abc does not exist or has expired.",
            ),
        ],
    )
    def test_a_wrong_field_is_named_in_both_languages(
        self, caller, practice, fields, polish, english
    ):
        for language, message in (("pl", polish), ("en-GB,pl;q=0.5", english)):
            got = caller.reply(language=language, **fields)
            assert got.status == 400
            assert got.error["message"] == message
            assert re.fullmatch("[0-9a-f]{13}", got.json["request_id"])
        assert practice.received() == []

    def test_english_is_spoken_where_no_language_is_asked_for(self, caller):
        assert caller.get("/api/tickets/1").error["message"] == "There is no ticket 1."

    @pytest.mark.parametrize("body", ["{", "", "[]", "7", "[" * 100_000])
    def test_what_is_no_json_object_is_refused(self, caller, body):
        got = caller.call("POST", "/api/tickets/1234/agent_response", body)
        assert got.status == 400
        assert got.error["message"] == "The content is not valid JSON."

    def test_a_missing_field_is_an_empty_one(self, caller):
        got = caller.call("POST", "/api/tickets/1234/agent_response", '{"message": "x"}')
        assert got.error["message"] == 'Field "body" cannot be empty.'

    def test_a_merged_ticket_refuses_replies(self, caller, practice):
        assert caller.get("/api/tickets/1225").json["full_status_name"] == "Połączone"
        got = caller.reply(1225)
        assert got.status == 400
        assert "1225" in got.error["message"]
        assert practice.received() == []

    def test_a_ticket_without_an_address_refuses_replies(self, caller, practice):
        got = caller.reply(1218)
        assert got.status == 400
        assert practice.received() == []

    @pytest.mark.parametrize(
        "path",
        [
            "/api/tickets/99",
            "/api/tickets/999999999999999999",
            "/api/tickets/9999999999999999999999",
            "/api/tickets/abc",
            "/api/agents/nikt",
            "/api/agents/a%2Fb",
            "/api/customers/1",
            "/api/webhooks",
            "/api/",
        ],
    )
    def test_unknown_things_are_404(self, caller, path):
        got = caller.get(path)
        assert got.status == 404
        assert got.error["message"]

    def test_a_reply_to_an_unknown_ticket_is_404(self, caller):
        assert caller.reply(99).status == 404

    @pytest.mark.parametrize(
        ("method", "path", "allow"),
        [
            ("GET", "/api/tickets/1234/agent_response", "POST"),
            ("DELETE", "/api/tickets/1234", "GET, PUT"),
            ("PUT", "/api/temporary_files", "POST"),
            ("BREW", "/api/agents", "GET"),
        ],
    )
    def test_other_methods_are_405(self, caller, method, path, allow):
        got = caller.call(method, path, b"")
        assert got.status == 405
        assert got.headers["Allow"] == allow
        assert method in got.error["message"]

    @pytest.mark.parametrize("query", ["limit=x", "offset=-1", "limit=9" + "9" * 30])
    def test_a_page_is_asked_for_in_numbers(self, caller, query):
        assert caller.get(f"/api/tickets?{query}").status == 400

    @pytest.mark.parametrize(
        "entry", [None, "Basic cHJhY3RpY2U6eA==", "Basic ***", "Basic", "Bearer cHJhY3RpY2U6eA=="]
    )
    def test_nobody_enters_without_the_password(self, caller, practice, entry):
        for method, path in (
            ("GET", "/api/tickets/1234"),
            ("GET", "/api/nothing"),
            ("POST", "/api/tickets/1234/agent_response"),
        ):
            got = caller.call(method, path, b"{}" if method == "POST" else None, entry=entry)
            assert got.status == 401
            assert got.error["message"] == "Wrong API user or password."
            assert got.headers["WWW-Authenticate"].startswith("Basic ")
        assert practice.received() == []

    def test_a_body_in_chunks_is_refused(self, caller, practice):
        line = http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)
        line.request(
            "POST",
            "/api/temporary_files?filename=a",
            iter([b"abc"]),
            {"Authorization": ENTRY},
            encode_chunked=True,
        )
        assert line.getresponse().status == 411
        line.close()

    def test_a_foreign_host_name_is_turned_away(self, caller):
        for path in ("/", "/api/tickets/1234"):
            got = caller.get(path, Host="tickets.example.net")
            assert got.status == 421
            assert b"Maria" not in got.content


def test_one_connection_serves_many_calls_even_after_refusals(practice):
    line = http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)
    line.connect()
    first = line.sock
    for path, status in (("/api/tickets/1234", 200), ("/api/tickets/1", 404)):
        line.request("GET", path, headers={"Authorization": ENTRY})
        answer = line.getresponse()
        answer.read()
        assert answer.status == status
    line.request("POST", "/api/tickets/1/agent_response", "x" * 5000, {"Authorization": ENTRY})
    answer = line.getresponse()
    answer.read()
    assert (answer.status, line.sock) == (404, first)
    line.request("GET", "/api/agents", headers={"Authorization": ENTRY})
    assert json.loads(line.getresponse().read())["count"] == 5
    line.close()


def test_every_route_says_which_area_of_faults_it_belongs_to():
    areas = {"agent_response", "temporary_files", "reads", "list"}
    assert {route.area for route in api.ROUTES} == areas
