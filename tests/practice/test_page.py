import json
import re

import pytest

from thulium_portal.practice import page
from thulium_portal.practice.faults import KINDS

WORDS = {
    "pl": ("Co otrzymali klienci", "Co ma pójść nie tak", "Napisz jako klient"),
    "en": ("What customers received", "What goes wrong next", "Write as the customer"),
}


def show(caller, path="/?lang=en", **headers):
    return caller.call("GET", path, headers=headers, entry=None)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_page_speaks_both_languages(caller, language):
    got = show(caller, f"/?lang={language}")
    assert got.status == 200
    assert f'<html lang="{language}">' in got.text
    for words in WORDS[language]:
        assert words in got.text
    for kind in KINDS:
        assert f'name="kind" value="{kind}"' in got.text


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("en-GB,en;q=0.9", "en"),
        ("de", "pl"),
        ("", "pl"),
        ("en;q=high", "pl"),
    ],
)
def test_the_browser_chooses_the_language_and_polish_is_first(caller, accepts, language):
    assert f'<html lang="{language}">' in show(caller, "/", **{"Accept-Language": accepts}).text


def test_the_page_needs_no_password_and_allows_nothing_from_elsewhere(caller):
    got = show(caller)
    policy = got.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script>|\son\w+=|\sstyle=|https?://(?!www\.w3\.org/2000/svg)", got.text)


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/tokens.css", "text/css; charset=utf-8"),
        ("/buttons.css", "text/css; charset=utf-8"),
        ("/practice.css", "text/css; charset=utf-8"),
        ("/practice.js", "text/javascript; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
    ],
)
def test_the_page_serves_its_own_files(caller, path, content_type):
    got = show(caller, path)
    assert (got.status, got.headers["Content-Type"]) == (200, content_type)
    assert path in show(caller).text


def test_nothing_is_received_at_first(caller):
    assert "Nothing yet" in show(caller).text


def test_a_received_reply_is_shown_as_text(caller):
    token = caller.upload(b"x" * 2048, "<b>cennik</b>.pdf").json["token"]
    caller.reply(body="<p>Paczka <b>jutro</b>.</p><script>alert(1)</script>", attachments=[token])
    text = show(caller).text
    assert "Paczka jutro." in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert "&lt;b&gt;cennik&lt;/b&gt;.pdf" in text
    assert "2.0\xa0KB" in text
    assert "anna.nowak" in text
    assert "Maria Wiśniewska · maria@example.org" in text


def test_a_plain_reply_keeps_its_angle_brackets(caller):
    caller.reply(body="5 < 6\nAnna <Nowak>", body_type="PLAIN")
    assert "5 &lt; 6\nAnna &lt;Nowak&gt;" in show(caller).text


def test_the_newest_conversation_is_on_top(caller):
    for ticket_id, body in ((1234, "pierwsza"), (1230, "druga"), (1234, "trzecia")):
        caller.reply(ticket_id, body=body, body_type="PLAIN")
    shown = re.findall(r'class="words" dir="auto">(\w+)<', show(caller).text)
    assert shown == ["trzecia", "pierwsza", "druga"]


def test_the_live_part_is_the_list_alone(caller):
    caller.reply(body="nowa", body_type="PLAIN")
    got = show(caller, "/live?lang=pl")
    assert got.status == 200
    assert "nowa" in got.text
    assert "<html" not in got.text


def test_a_fault_is_chosen_on_the_page(caller, practice):
    got = caller.post_form("/faults?lang=en", kind="refused", times="2")
    assert got.status == 303
    assert got.headers["Location"] == "/?lang=en&done=fault#done"
    text = show(caller, "/?lang=en&done=fault").text
    assert "Set. It happens to the next reply sent from the portal." in text
    assert "the next 2 replies" in text
    assert [caller.reply().status for _ in range(3)] == [400, 400, 200]
    assert "the next 2 replies" not in show(caller).text


def test_the_list_of_tickets_fails_where_that_was_chosen(caller):
    got = caller.post_form("/faults?lang=en", kind="server_error", times="10", area="list")
    assert got.headers["Location"] == "/?lang=en&done=list_fault#done"
    assert "the next 10 readings of the list" in show(caller).text
    assert caller.get("/api/tickets").status == 500
    assert caller.reply().status == 200
    assert caller.get("/api/tickets/1234").status == 200
    assert "the next 9 readings of the list" in show(caller).text


def test_thulium_goes_down_and_comes_back_from_the_page(caller):
    caller.post_form("/faults?lang=en", kind="down")
    assert "Every call from the portal is dropped" in show(caller).text
    with pytest.raises(ConnectionError):
        caller.reply()
    assert caller.post_form("/recover?lang=en").status == 303
    assert caller.reply().status == 200


@pytest.mark.parametrize(
    "fields",
    [{}, {"kind": "meteor"}, {"kind": "slow", "times": "99"}, {"kind": "slow", "area": "reads"}],
)
def test_an_unknown_choice_is_explained(caller, practice, fields):
    got = caller.post_form("/faults?lang=en", **fields)
    assert got.status == 422
    assert "Choose a fault." in got.text
    assert practice.faults.planned() == []


def test_one_writes_as_the_customer(caller):
    got = caller.post_form(
        "/mail?lang=pl", ticket="1230", text="Hello,\r\n\r\n<b>still</b>\nwaiting"
    )
    assert got.status == 303
    newest = caller.get("/api/tickets/1230").json["messages"][0]
    assert newest["type"] == "MAIL"
    assert newest["body"] == "<p>Hello,</p><p>&lt;b&gt;still&lt;/b&gt;<br>waiting</p>"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"ticket": "1230", "text": "  "}, "Write a few words."),
        ({"ticket": "1230", "text": "x" * (page.MAX_LETTERS + 1)}, "Make it shorter."),
        ({"ticket": "1225", "text": "merged"}, "Choose a ticket."),
        ({"ticket": "1218", "text": "no address"}, "Choose a ticket."),
        ({"ticket": "7", "text": "unknown"}, "Choose a ticket."),
        ({"ticket": "²", "text": "odd"}, "Choose a ticket."),
        ({"text": "none"}, "Choose a ticket."),
    ],
)
def test_a_wrong_mail_is_explained_and_kept(caller, fields, error):
    before = count_messages(caller)
    got = caller.post_form("/mail?lang=en", **fields)
    assert got.status == 422
    assert error in got.text
    assert 'aria-invalid="true"' in got.text
    assert f">{fields['text'].strip()}</textarea>" in got.text
    assert count_messages(caller) == before


def count_messages(caller):
    rows = caller.get("/api/tickets").json["result"]
    return sum(len(caller.get(f"/api/tickets/{row['ticket_id']}").json["messages"]) for row in rows)


def test_merged_and_telephone_tickets_are_not_offered(caller):
    offered = re.findall(r'<option value="(1\d{3})"', show(caller).text)
    assert offered == [*sorted(set(offered) - {"1226"}, reverse=True), "1226"], "closed ones last"
    assert "1234" in offered
    assert not {"1225", "1218"} & set(offered)


def test_one_begins_again_from_the_page(caller, practice):
    caller.reply()
    practice.fail_next("refused")
    assert caller.post_form("/reset?lang=pl").status == 303
    assert practice.received() == []
    assert caller.reply().status == 200


ELSEWHERE = [
    {"Origin": "https://example.net"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", ["/faults", "/recover", "/mail", "/reset"])
def test_a_form_from_elsewhere_changes_nothing(caller, practice, path, headers):
    caller.reply()
    practice.fail_next("refused")
    got = caller.post_form(f"{path}?lang=en", headers, kind="down", ticket="1234", text="intruder")
    assert got.status == 403
    assert "This form came from another page" in got.text
    assert not practice.faults.down
    assert len(practice.faults.planned()) == 1
    assert len(practice.received()) == 1
    assert "intruder" not in json.dumps(caller.get("/api/tickets/1234").json)


def test_a_form_from_nowhere_is_refused_and_one_from_this_page_passes(caller):
    bare = caller.call("POST", "/recover", b"", entry=None)
    assert bare.status == 403
    own = caller.call("POST", "/recover", b"", {"Sec-Fetch-Site": "same-origin"}, entry=None)
    assert own.status == 303


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/../settings.py", 404),
        ("GET", "/reset", 405),
        ("DELETE", "/", 405),
        ("HEAD", "/", 200),
    ],
)
def test_other_addresses_and_methods(caller, method, path, status):
    got = caller.call(method, path, entry=None)
    assert got.status == status
    assert (method == "HEAD") == (got.content == b"")


def test_an_endless_form_is_refused(caller):
    got = caller.post_form("/mail?lang=en", ticket="1234", text="x" * (page.MAX_FORM + 1))
    assert got.status == 413
    assert "That is too long" in got.text
