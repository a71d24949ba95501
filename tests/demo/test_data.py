"""The demo's data files: each known to the last key, each word in the language it claims."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from thulium_portal.demo import reader
from thulium_portal.demo.loader import DEMO_RESPONSES, STORIES, DemoResponse, LibraryFile
from thulium_portal.demo.past import PastFile
from thulium_portal.demo.people import PeopleFile
from thulium_portal.demo.reader import DemoDataError, read_data
from thulium_portal.demo.stop_rules import RulesFile
from thulium_portal.demo.texts import ConversationsFile
from thulium_portal.lib.language_detection import language_of
from thulium_portal.practice import shop
from thulium_portal.practice.text import words_of

FOLDER = Path(reader.__file__).parent / "data"
FILES = {
    "canned.toml": LibraryFile,
    "conversations.toml": ConversationsFile,
    "past.toml": PastFile,
    "people.toml": PeopleFile,
    "queues.toml": dict[str, int],
    "shop.toml": shop.ShopFile,
    "stop_rules.toml": RulesFile,
    "tickets.toml": shop.TicketsFile,
}
TEXTS = [*DEMO_RESPONSES, *(story.response_text() for story in STORIES)]


@dataclass(frozen=True)
class Entry:
    name: str
    ago: shop.Ago | None = None
    number: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entries:
    entries: tuple[Entry, ...] = ()
    response: DemoResponse | None = None
    message: shop.Message | None = None
    ticket: shop.Ticket | None = None


TICKET = 'ticket = { id = 1, subject = "a", messages = [], '
RESPONSE = (
    'response = { title = "a", shortcut = "a", category = "a", keywords = "a", use_when = "a", '
)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Put the reader's folder elsewhere, and return a function that writes its file."""
    monkeypatch.setattr(reader, "_FOLDER", tmp_path)
    reader.read_text.cache_clear()
    yield (tmp_path / "some.toml").write_text
    reader.read_text.cache_clear()


def test_every_data_file_is_read_and_nothing_in_it_is_unknown():
    mails = {f"mails/{message.body_file}" for message in _messages() if message.body_file}
    assert {
        str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()
    } == FILES.keys() | mails | {"faktura.pdf"}
    for name, kind in FILES.items():
        read_data(kind, name)


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"queues.toml"}))
def test_an_unknown_key_is_refused_in_every_file(write, name):
    write(f'surprise = "x"\n{(FOLDER / name).read_text()}')
    with pytest.raises(DemoDataError, match=r"^some\.toml: unknown key surprise$"):
        read_data(FILES[name], "some.toml")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("entries = \n", r"some\.toml: Invalid value .*line 1"),
        ("entries = 1", "some.toml, entries: 1 is not of type tuple"),
        ("[[entries]]\nnumber = 1", r"entries, entry 1 \(1\): missing key name"),
        ('[[entries]]\nname = "a"\nnane = "b"', r"entries, entry 1 \(a\): unknown key nane"),
        ('[[entries]]\nname = "a"\nnumber = true', r"\(a\), number: True is not of type int"),
        ("[[entries]]\nname = 1", "name: 1 is not of type str"),
        ('[[entries]]\nname = "a"\nmarks = [1]', "marks, entry 1: 1 is not of type str"),
        ('[[entries]]\nname = "a"\nago = "1d"', "ago: “1d” is no time like 25m or 3d 09:15"),
        ('[[entries]]\nname = "a"\nago = "1d 24:00"', "ago: “1d 24:00” is no time"),
        ('[[entries]]\nname = "a"\nago = "0d 12:00"', "ago: “0d 12:00” is no time"),
        ('message = { kind = "FAX", ago = "1m" }', "message, kind: 'FAX' is not a valid Kind"),
        ('message = { kind = "MAIL", ago = "1m", login = "x" }', "message: “x” is not known"),
        (
            'message = { kind = "MAIL", ago = "1m", body_file = "no.html" }',
            "message: mails/no.html: No such file",
        ),
        (TICKET + 'queue = "Sklep" }', "ticket: “Sklep” is not known"),
        (TICKET + 'queue = "Zwroty", status = "Nowy" }', "ticket: “Nowy” is not known"),
        (TICKET + 'queue = "Zwroty", login = "ewa" }', "ticket: “ewa” is not known"),
        (TICKET + 'queue = "Zwroty", customer = 1 }', "ticket: “1” is not known"),
        (RESPONSE.rstrip(", ") + "}", "response: either text or html is needed"),
        (RESPONSE + 'text = "a", html = "b" }', "response: either text or html is needed"),
        (RESPONSE + 'text = "a", queues = ["Sklep"] }', "response: unknown queue Sklep"),
        (RESPONSE + 'text = "a", scope = "all" }', "response, scope: 'all' is not a valid .*Scope"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(write, content, error):
    write(content)
    with pytest.raises(DemoDataError, match=error):
        read_data(Entries, "some.toml")


def test_a_missing_file_is_told(write):
    with pytest.raises(DemoDataError, match=r"^some\.toml: No such file"):
        read_data(Entries, "some.toml")


def test_a_language_without_a_letter_is_refused(write):
    text = (FOLDER / "canned.toml").read_text()
    write(text.replace('language = "en"', 'language = "de"', 1))
    with pytest.raises(DemoDataError, match="no letter for the language of “Delayed parcel"):
        read_data(LibraryFile, "some.toml")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.shortcut)
def test_a_canned_response_keeps_to_its_language(text):
    words = words_of(re.sub(r"{{.*?}}", "", text.body))
    assert language_of(words) == text.language
    beside = {language_of(part) for part in (text.title, text.keywords, text.use_when)}
    assert beside <= {"", text.language}
    foreign = r"[ąćęłńóśźż]|wpisz:|formy:" if text.language == "en" else r"ask:|forms:|{{[^}]*_"
    assert not re.search(foreign, text.body)


@pytest.mark.parametrize("ticket", shop.TICKETS, ids=lambda ticket: str(ticket.id))
def test_a_ticket_keeps_to_the_language_of_its_queue(ticket):
    language = "en" if ticket.queue == "English orders" else "pl"
    told = [words_of(message.content) for message in ticket.messages]
    noted = [message.comment for message in ticket.messages]
    # Customers from Ukraine may write to any queue, and are answered in its language.
    found = {language_of(words) for words in (ticket.subject, *told, *noted)} - {"", "uk"}
    assert found <= {language}
    assert language_of("\n".join(told + noted)) in {language, "uk"}


def _messages():
    return (message for ticket in shop.TICKETS for message in ticket.messages)
