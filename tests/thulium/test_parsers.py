"""The door for Thulium's JSON: whatever comes, a typed noun goes in, or it is refused."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.told import case
from thulium_portal.thulium import (
    Habits,
    MessageKind,
    OtherTicket,
    Ticket,
    UnexpectedAnswer,
    agents,
    parsers,
)
from thulium_portal.thulium.decoder import MOST_VALUES, decoded
from thulium_portal.thulium.moments import moment
from thulium_portal.thulium.text import address, clean, line, number, size

WARSAW = ZoneInfo("Europe/Warsaw")
HABITS = Habits(WARSAW)
PLAIN = json.loads(case("iso_date"))
MAIL = PLAIN["messages"][0]


def ticket(told: object) -> Ticket:
    """Read ticket 1 as the client does, from bytes or from what JSON makes of them."""
    data = decoded(told) if isinstance(told, bytes) else told
    return parsers.ticket(data, 1, HABITS)


def with_messages(*messages: object) -> Ticket:
    return ticket(PLAIN | {"messages": list(messages)})


# Texts


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Paczka \ud83d", "Paczka \ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("😀", "😀"),
        ("a\x00b\x01c\x1bd\x7fe", "abcde"),
        ("a\tb\nc\r\nd\re", "a\tb\nc\nd\ne"),
        ("od 2 \x96 3 szt. \x84tak\x94", "od 2 – 3 szt. „tak”"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
    ],
)
def test_a_text_is_cleaned(told, words):
    assert clean(told) == words
    assert clean(words) == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Faktura\u202efdp.exe", "Fakturafdp.exe"),
        ("\u2066Zwrot\u2069", "Zwrot"),
        ("  dwie\n\nlinie\t ", "dwie linie"),
        ("x" * 600, "x" * 499 + "…"),
        (17, "17"),
        (1.5, "1.5"),
        (None, ""),
        ([], ""),
        ({}, ""),
        (False, ""),
        (True, ""),
        (["x"], ""),
        ({"a": 1}, ""),
        (float("inf"), ""),
    ],
)
def test_a_short_text_is_one_line(told, words):
    assert line(told, 500) == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Reklamacja &amp; zwrot", "Reklamacja & zwrot"),
        ("&quot;Dom&quot; &amp; Ogr&oacute;d", '"Dom" & Ogród'),
        ("Zam&#243;wienie &lt;3", "Zamówienie <3"),
        ("&amp;amp;", "&amp;"),
        ("Kowalski & Syn", "Kowalski & Syn"),
        ("R&D &amp; produkcja", "R&D &amp; produkcja"),
        ("a < b &amp; c", "a < b &amp; c"),
        ("100% &copy", "100% &copy"),
        ("&#8238;&amp;x", "&x"),
        ("&#0;&amp;", "\ufffd&"),
    ],
)
def test_what_is_escaped_throughout_is_read_once(told, words):
    assert line(told, 500) == words


def test_whether_a_system_escapes_can_be_known():
    assert line("&amp;", 9, escaped=False) == "&amp;"
    assert line("R&D &amp; x", 9, escaped=True) == "R&D & x"
    told = PLAIN | {"subject": "Reklamacja &amp; zwrot"}
    assert parsers.ticket(told, 1, Habits(WARSAW, escapes=False)).subject.endswith("&amp; zwrot")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("&quot;Maria&quot; &lt;maria@example.org&gt;", "maria@example.org"),
        ("Maria\u202e <maria@example.org>", "maria@example.org"),
        ("@", "@"),
        ("a@", "a@"),
        ("a" * 900 + "@b", "a" * 319 + "…"),
        ({"email": "x"}, ""),
        ('"jan@old.example" <jan@example.org>', "jan@example.org"),
        ("jan@example.org, ewa@example.org", "jan@example.org"),
        ("jan@example.org\r\nBcc: ewa@example.org", "jan@example.org"),
    ],
)
def test_an_address_of_any_kind(told, found):
    assert ticket(PLAIN | {"from": told}).customer_email == found


def test_a_long_sender_costs_no_time():
    assert address("a" * 1_000_000) == "a" * 1_000_000
    assert line(address(line("x@" * 2_000_000, 1000)), 320)


# Numbers


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (1, 1),
        ("1", 1),
        (" 007 ", 7),
        (2**63 - 1, 2**63 - 1),
        (str(2**63 - 1), 2**63 - 1),
        (902.0, 902),
        (2**63, None),
        (0, None),
        (-1, None),
        ("-1", None),
        ("1.0", None),
        (1.5, None),
        (1e300, None),
        (float("nan"), None),
        (True, None),
        (None, None),
        ("", None),
        ("٣", None),
        ("²", None),
        ("9" * 5000, None),
        ("0" * 5000, None),
        ([1], None),
    ],
    ids=lambda told: repr(told)[:20],
)
def test_an_id(told, found):
    assert number(told) == found


def test_a_size_may_be_nought():
    assert (size(0), size("0"), size(""), size(-1)) == (0, 0, None, None)


# Times


@pytest.mark.parametrize(
    ("told", "local"),
    [
        ("2026-11-20 09:15", "2026-11-20 09:15:00"),
        ("2026-11-20 9:15", "2026-11-20 09:15:00"),
        ("2026-11-20 09:15:30", "2026-11-20 09:15:30"),
        ("2026-11-20T09:15:00", "2026-11-20 09:15:00"),
        ("2026-11-20T09:15:00+01:00", "2026-11-20 09:15:00"),
        ("2026-11-20T08:15:00Z", "2026-11-20 09:15:00"),
        ("2026-11-20 08:15:00 UTC", "2026-11-20 09:15:00"),
        ("2026-11-20 09:15 CET", "2026-11-20 09:15:00"),
        ("2026-11-20 09:15:00 Europe/Warsaw", "2026-11-20 09:15:00"),
        ("2026-11-20T03:15:00-0500", "2026-11-20 09:15:00"),
        ("2026-11-20 10:15:00 +02:00", "2026-11-20 09:15:00"),
        ("2026-11-20T08:15:00.250Z", "2026-11-20 09:15:00.250000"),
        ("2026-11-20", "2026-11-20 00:00:00"),
        ("20261120T091500", "2026-11-20 09:15:00"),
        ("20261120", "2026-11-20 00:00:00"),
        ("20261120091500", "2026-11-20 09:15:00"),
        ("20.11.2026 09:15", "2026-11-20 09:15:00"),
        ("20.11.2026 9:15", "2026-11-20 09:15:00"),
        ("1.2.2026, 09:15:30", "2026-02-01 09:15:30"),
        ("20-11-2026 09:15", "2026-11-20 09:15:00"),
        ("2026/11/20 09:15", "2026-11-20 09:15:00"),
        ("2026/1/2", "2026-01-02 00:00:00"),
        ("Fri, 20 Nov 2026 09:15:00 +0100", "2026-11-20 09:15:00"),
        (1795162500, "2026-11-20 09:15:00"),
        ("1795162500", "2026-11-20 09:15:00"),
        (1795162500.0, "2026-11-20 09:15:00"),
        (1795162500000, "2026-11-20 09:15:00"),
        ("1795162500250", "2026-11-20 09:15:00.250000"),
        (
            {"date": "2026-11-20 09:15:00.000000", "timezone_type": 3, "timezone": "Europe/Warsaw"},
            "2026-11-20 09:15:00",
        ),
        (
            {"date": "2026-11-20 08:15:00", "timezone_type": 2, "timezone": "Z"},
            "2026-11-20 09:15:00",
        ),
        (
            {"date": "2026-11-20 10:15:00.000000", "timezone_type": 1, "timezone": "+02:00"},
            "2026-11-20 09:15:00",
        ),
        ({"date": "2026-11-20 09:15:00"}, "2026-11-20 09:15:00"),
        ("2026-07-01T07:15:00Z", "2026-07-01 09:15:00"),
    ],
    ids=repr,
)
def test_a_time_in_any_common_form(told, local):
    assert str(moment(told, WARSAW)) == local


@pytest.mark.parametrize(
    "told",
    ["", None, "wczoraj", "0000-00-00 00:00:00", "2026-13-40 99:99", "11/12/2026", 0, 12, -5, True,
     1e300, float("nan"), 10**18, "9" * 5000, "0001-01-01T00:00:00+23:59", "9999-12-31 23:59:59Z",
     [], {}, {"date": {}}, {"date": "2026-11-20", "timezone": "../../etc/passwd"},
     {"date": "2026-11-20", "timezone": "Nowhere/Land"}, {"date": "2026-11-20", "timezone": "+99"},
     "2026-11-20 09:15 Europe/Nowhere", "\ud800"],
    ids=lambda told: repr(told)[:30],
)  # fmt: skip
def test_no_time(told):
    assert moment(told, WARSAW) is None


def test_the_hour_that_autumn_has_twice_keeps_its_order():
    first, second = "2026-10-25T00:50:00Z", "2026-10-25T01:10:00Z"
    told = [MAIL | {"message_id": 2, "created_at": first}, MAIL | {"created_at": second}]
    assert [message.id for message in with_messages(*told).messages] == [2, 101]


# Messages


def test_half_a_sign_is_replaced():
    assert ticket(case("lone_surrogate")).subject == "Paczka \ufffd"


def test_one_broken_message_hides_no_other():
    found = ticket(case("one_broken_message"))
    assert [message.kind for message in found.messages] == [
        MessageKind.MAIL,
        MessageKind.UNREADABLE,
    ]
    assert (found.message_ids, found.unnumbered, found.last_message_id) == ((101,), 1, 101)
    assert str(found.messages[1].created_at) == "2026-11-20 09:15:00"


@pytest.mark.parametrize(
    "told",
    [None, 7, "x", [], {}, [[]], {"message_id": []}, {"message_id": True}, {"message_id": "9" * 99},
     MAIL | {"body": ["x"]}, MAIL | {"comment": {"a": 1}}, MAIL | {"system_comment": True}],
    ids=lambda told: repr(told)[:30],
)  # fmt: skip
def test_what_is_no_message(told):
    found = with_messages(told, MAIL | {"message_id": 7})
    kinds = {message.kind for message in found.messages}
    assert kinds == {MessageKind.MAIL, MessageKind.UNREADABLE}


def test_a_key_told_twice_makes_its_object_unreadable():
    twice = b'{"message_id": 1, "message_id": 2, "type": "MAIL", "body": "x"}'
    told = json.dumps(PLAIN).encode().replace(b'"messages": [', b'"messages": [' + twice + b", ")
    assert [message.kind for message in ticket(told).messages].count(MessageKind.UNREADABLE) == 1


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"type": "CHAT", "body": "x"}, MessageKind.OTHER),
        ({"type": "", "body": "", "attachments": ["a"]}, MessageKind.OTHER),
        ({"type": "SYSTEM", "body": "", "system_comment": "Zmiana"}, MessageKind.SYSTEM),
        ({"type": "SYSTEM", "body": "x", "system_comment": "Zmiana"}, MessageKind.OTHER),
        ({"type": "UNREADABLE", "body": "x"}, MessageKind.OTHER),
        ({"type": "COMMENT", "body": "", "comment": "x"}, MessageKind.COMMENT),
        ({"type": " mail "}, MessageKind.MAIL),
    ],
)
def test_a_kind_of_message(told, kind):
    assert with_messages(MAIL | told).messages[0].kind is kind


@pytest.mark.parametrize(
    ("told", "files"),
    [
        ("abc", []),
        (7, []),
        ([], []),
        (["a", None, "", "b"], [("a", ""), ("b", "")]),
        ({"0": "a", "2": "b"}, [("a", ""), ("b", "")]),
        ([{"token": "a", "name": "x.pdf"}], [("a", "x.pdf")]),
        ([{"id": 7, "filename": "x.pdf", "name": "y"}], [("7", "x.pdf")]),
        ([{"filename": "x.pdf"}, {"size": 1}, {"name": ["x"]}], [("x.pdf", "x.pdf")]),
        ({"token": "a", "name": "x.pdf"}, [("a", "x.pdf")]),
        ([{"token": "a", "name": "x\0\u202efdp.exe\n"}], [("a", "xfdp.exe")]),
        ([{"token": "a", "name": "n" * 10_000}], [("a", "n" * 254 + "…")]),
        ([{"token": "a", "name": {"b": 1}}], [("a", "")]),
    ],
)
def test_files_are_counted_from_lists_and_named_where_a_name_is_told(told, files):
    (read,) = with_messages(MAIL | {"attachments": told}).messages
    assert [(file.token, file.name) for file in read.attachments] == files


def test_no_files_are_counted_from_the_letters_of_a_text():
    assert ticket(case("attachments_string")).messages[0].attachments == ()


def test_the_order_goes_by_number_where_a_time_cannot_be_read():
    told = [MAIL | {"message_id": 3}, MAIL | {"message_id": 2, "created_at": "wczoraj"}, MAIL]
    assert [message.id for message in with_messages(*told).messages] == [2, 3, 101]


def test_the_same_message_twice_is_one_and_two_under_one_number_are_two():
    found = with_messages(MAIL, MAIL, MAIL | {"body": "inna"})
    assert [message.id for message in found.messages] == [101, 101]
    assert found.message_ids == (101,)


def test_one_message_in_the_place_of_a_list():
    assert ticket(PLAIN | {"messages": MAIL}).message_ids == (101,)


# Tickets and other nouns


@pytest.mark.parametrize("told", [2, "2", 10**9])
def test_another_tickets_answer_is_refused(told):
    with pytest.raises(OtherTicket) as raised:
        ticket(PLAIN | {"ticket_id": told})
    assert raised.value.ticket_id == int(told)


def test_a_list_of_one_ticket_is_that_ticket():
    assert ticket([PLAIN]) == ticket(PLAIN)


@pytest.mark.parametrize(
    ("told", "closed", "merged"),
    [
        ({"closed_at": None}, False, False),
        ({"closed_at": ""}, False, False),
        ({"closed_at": "0000-00-00 00:00:00"}, False, False),
        ({"closed_at": "2026-11-21 10:00"}, True, False),
        ({"closed_at": {"date": "2026-11-21 10:00:00.000000"}}, True, False),
        ({"closed_at": "niedawno"}, True, False),
        ({"full_status_name": "Zamknięte"}, True, False),
        ({"full_status_name": "Zamknięte - zwrot"}, True, False),
        ({"full_status_name": "Zamknięte częściowo"}, False, False),
        ({"full_status_name": "Połączone"}, False, True),
    ],
)
def test_a_ticket_is_closed_or_merged(told, closed, merged):
    found = ticket(PLAIN | told)
    assert (found.is_closed, found.is_merged) == (closed, merged)


def test_answers_for_somebody_else_are_refused():
    with pytest.raises(UnexpectedAnswer):
        parsers.customer({"customer_id": 2, "name": "Jan"}, 1, HABITS)
    with pytest.raises(UnexpectedAnswer):
        agents.agent({"agent_id": 2, "login": "ewa"}, "anna", HABITS)
    assert agents.agent([{"agent_id": 2, "login": "Anna"}], "anna", HABITS).login == "Anna"


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ([{"id": 1, "name": "Nowe"}], ["Nowe"]),
        ({"count": 1, "result": [{"status_id": "1", "name": "Nowe"}]}, ["Nowe"]),
        ({"result": {"1": {"id": 1, "name": "Nowe"}}}, ["Nowe"]),
        ({"1": {"id": 1, "name": "Nowe"}, "2": {"id": 2, "name": "W toku"}}, ["Nowe", "W toku"]),
        ([None, 7, {}, {"id": [], "name": "x"}, {"id": 1, "name": "Nowe &amp; pilne"}],
         ["Nowe & pilne"]),
        ([], []),
        ({"result": []}, []),
    ],
    ids=repr,
)  # fmt: skip
def test_statuses_in_any_list(told, names):
    assert [status.name for status in parsers.ticket_statuses(told, HABITS)] == names


@pytest.mark.parametrize("told", [None, 7, "x", True, {"count": 3}])
def test_no_statuses(told):
    with pytest.raises(UnexpectedAnswer):
        parsers.ticket_statuses(told, HABITS)


@pytest.mark.parametrize("token", ["t" * 201, "", None, ["a"], {"a": 1}, True])
def test_a_token_that_cannot_be_kept(token):
    with pytest.raises(UnexpectedAnswer):
        parsers.temporary_file({"filename": "a", "token": token, "size": 1})


# Any JSON at all


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=20,
)
FIELDS = sorted(PLAIN)
MESSAGE_FIELDS = sorted(MAIL)


def fits(found: Ticket) -> bool:
    """Tell whether a database and a page can hold all that is in *found*."""
    repr(found).encode()
    short = [found.subject, found.customer_email, found.queue_name, found.status_name]
    bounds = [500, 320, 200, 120]
    assert all(len(words) <= most for words, most in zip(short, bounds, strict=True))
    numbers = [*found.message_ids, found.id, found.customer_id or 1, found.queue_id or 1]
    assert all(0 < one < 2**63 for one in numbers)
    assert "\x00" not in "".join([*short, *(one.body + one.comment for one in found.messages)])
    return True


@given(JSON)
def test_any_json_is_a_noun_or_refused(told):
    for parse in (
        lambda: parsers.ticket(told, 1, HABITS),
        lambda: agents.agent(told, "anna", HABITS),
        lambda: agents.agent_page(told, HABITS),
        lambda: parsers.customer(told, 1, HABITS),
        lambda: parsers.temporary_file(told),
        lambda: parsers.ticket_statuses(told, HABITS),
    ):
        try:
            parse()
        except UnexpectedAnswer:
            continue


@given(st.sampled_from(FIELDS), JSON)
def test_a_ticket_with_one_field_of_anything(name, told):
    try:
        assert fits(ticket(PLAIN | {name: told}))
    except UnexpectedAnswer:
        assert name in {"ticket_id", "messages"}


@given(st.sampled_from(MESSAGE_FIELDS), JSON)
def test_a_message_with_one_field_of_anything(name, told):
    found = with_messages(MAIL | {name: told}, MAIL | {"message_id": 7})
    assert fits(found)
    assert 7 in found.message_ids


@given(st.binary(max_size=60) | JSON.map(lambda told: json.dumps(told).encode()))
def test_any_bytes_are_json_or_not(body):
    try:
        decoded(body)
    except ValueError:
        return


@pytest.mark.parametrize(
    "body",
    [b"[" * 1_000_000, b'{"a":' * 500_000, b"[{}" + b",{}" * MOST_VALUES + b"]",
     b'"' + b"\\" * 1_000_000, b'"' * 999_999, b"9" * 1_000_000 + b"x"],
    ids=lambda body: repr(body[:8]),
)  # fmt: skip
def test_hostile_json_is_refused_at_once(body):
    began = datetime.now(UTC)
    with pytest.raises(ValueError):
        decoded(body)
    assert (datetime.now(UTC) - began).total_seconds() < 3


def test_numbers_without_end_are_not_read():
    assert decoded(b"[" + b"9" * 5000 + b"," + b"1." + b"3" * 5000 + b", NaN, 1e999]")[:1] == [
        "9" * 5000
    ]
