"""What leaves for Thulium is the documented request, field for field."""

import base64
import io
import json

import pytest

from tests.support.fault_server import FaultServer, answering
from tests.support.pages import shown
from thulium_portal.thulium import ThuliumClient, Verdict

USER, PASSWORD = "api_user", "zażółć gęślą: jaźń"


def _client(server: FaultServer) -> ThuliumClient:
    return ThuliumClient(server.url, USER, PASSWORD, connect_timeout=2, read_timeout=2)


def _send(server: FaultServer, **given: object):
    fields = {"body": "<p>Cześć</p>", "body_type": "HTML", "agent_login": "testowy.agent17"}
    return _client(server).send_agent_response(1234, **(fields | given))


def test_a_reply_is_the_documented_request():
    with answering() as server:
        assert _send(server).verdict is Verdict.SENT
        [request] = server.requests
    assert (request.method, request.path) == ("POST", "/api/tickets/1234/agent_response")
    assert request.header("Content-Type") == ["application/json; charset=utf-8"]
    assert request.header("Accept") == ["application/json"]
    assert request.header("Content-Length") == [str(len(request.body))]
    assert json.loads(request.body) == {
        "body": "<p>Cześć</p>",
        "body_type": "HTML",
        "user_login": "testowy.agent17",
    }


def test_date_and_attachments_are_there_only_where_used():
    with answering() as server:
        _send(server, date="2014-07-14 12:34", attachments=["61527075253ba62a76ca5c"])
        told = json.loads(server.requests[0].body)
    assert told == {
        "body": "<p>Cześć</p>",
        "body_type": "HTML",
        "user_login": "testowy.agent17",
        "date": "2014-07-14 12:34",
        "attachments": ["61527075253ba62a76ca5c"],
    }


def test_polish_letters_go_as_utf8():
    with answering() as server:
        _send(server, body="Zażółć gęślą jaźń 🐢")
        assert "Zażółć gęślą jaźń 🐢".encode() in server.requests[0].body


def test_credentials_go_as_utf8():
    with answering() as server:
        _send(server)
        [given] = server.requests[0].header("Authorization")
    assert given == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def test_one_send_is_one_connection():
    with answering() as server:
        _send(server)
        request = server.requests[0]
    assert request.header("Connection") == ["close"]
    assert request.header("Accept-Encoding") == ["identity"]


def test_an_api_at_the_end_of_the_address_is_accepted():
    with answering() as server:
        client = ThuliumClient(f"{server.url}/api/", "a", "b", connect_timeout=2, read_timeout=2)
        client.send_agent_response(7, body="x", body_type="PLAIN", agent_login="a")
        assert server.requests[0].path == "/api/tickets/7/agent_response"


def test_the_environments_proxy_and_netrc_are_not_obeyed(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stolen password stolen")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering() as server:
        assert _send(server).verdict is Verdict.SENT
        assert "stolen" not in str(server.requests[0].headers)


def test_a_file_goes_as_raw_bytes_with_its_name_in_the_address():
    answer = {"filename": "cennik żółty & inne.pdf", "token": "0a1b2c", "size": "5"}
    with answering(answer) as server:
        uploaded = _client(server).upload_temporary_file(
            "cennik żółty & inne.pdf", io.BytesIO(b"12345"), 5
        )
        [request] = server.requests
    assert (uploaded.token, uploaded.size) == ("0a1b2c", 5)
    assert request.method == "POST"
    assert request.path == (
        "/api/temporary_files?filename=cennik+%C5%BC%C3%B3%C5%82ty+%26+inne.pdf"
    )
    assert request.header("Content-Type") == ["application/octet-stream"]
    assert request.header("Content-Length") == ["5"]
    assert request.header("Transfer-Encoding") == []
    assert request.body == b"12345"


@pytest.mark.parametrize("login", ["anna.nowak", "anna nowak", "a/../b", "ż?x=1#y"])
def test_an_agent_login_cannot_leave_its_place_in_the_address(login):
    answer = {"agent_id": "1", "login": login, "name": "Anna", "surname": "Nowak", "active": True}
    with answering(answer) as server:
        assert _client(server).get_agent(login).login == login
        path = server.requests[0].path
    assert path.startswith("/api/agents/")
    assert path.count("/") == 3
    assert not shown(path, "?", "#")
