"""A Thulium that misbehaves at every point of the wire and keeps the ledger of what it processed.

Raw sockets, one request per connection, no Django and nothing of the portal's. Which fault a call
meets depends on the seed, the ticket and the how-many-th call of that ticket it is, and on nothing
else, so that a seed replays whatever order the workers run in.
"""

import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection

from tests.faults.misbehaviour import ANSWERS, PROCESSED, Behaviour, Fault, ReadFault, http, rewrite
from tests.faults.wire import (
    answer,
    read_body,
    read_head,
    read_request,
    wait_for_the_other_end,
)

WORD = re.compile(r"\bw[0-9a-f]{12}\b")
"""The unique word by which the ledger tells one reply from another."""
NO_SUCH_TICKET = 9_000_000
_TICKET = re.compile(r"/api/tickets/(\d+)(/agent_response)?(?:\?|$)")


@dataclass
class Message:
    """A message of a ticket; ``at`` is the server's monotonic clock."""

    id: int
    type: str
    body: str
    user_login: str
    at: float
    attachments: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Processed:
    """One line of the ledger: a reply that a customer has."""

    word: str
    ticket_id: int
    message_id: int
    attachments: int


@dataclass
class Ledger:
    """What the server saw, for the oracle."""

    processed: list[Processed] = field(default_factory=list)
    posts: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def copies(self) -> Counter[str]:
        """Return how often each word was processed."""
        return Counter(line.word for line in self.processed)


class Thulium:
    """The server; use as a context manager, or :func:`serve` in a process of its own."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self._lock = threading.Lock()
        self._ledger = Ledger()
        self._tickets: dict[int, list[Message]] = {}
        self._calls: Counter[tuple[str, int]] = Counter()
        self._next_message = 900
        self._forced: deque[Fault] = deque()
        self._forced_reads: deque[ReadFault] = deque()
        self._late: list[Callable[[], None]] = []
        self._hold_late = False
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)

    # The outside: the test's own hands

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Thulium":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._listener.close()

    def force(self, *faults: Fault) -> None:
        """Let the next POSTs of replies meet exactly these faults."""
        with self._lock:
            self._forced.extend(faults)

    def force_reads(self, *faults: ReadFault) -> None:
        """Let the next readings of tickets meet exactly these faults."""
        with self._lock:
            self._forced_reads.extend(faults)

    def forget_forced(self) -> None:
        """Take back the faults that no call has met."""
        with self._lock:
            self._forced.clear()
            self._forced_reads.clear()

    def hold_late(self) -> None:
        """Keep late processing back until :meth:`process_late`."""
        self._hold_late = True

    def late_waiting(self) -> int:
        """Return how many replies are held back."""
        return len(self._late)

    def process_late(self) -> int:
        """Process what was held back, and return how many replies that were."""
        with self._lock:
            waiting, self._late = self._late, []
        for process in waiting:
            process()
        return len(waiting)

    def forget_late(self) -> None:
        """Lose for good what was held back."""
        with self._lock:
            self._late = []

    def ledger(self) -> Ledger:
        """Return a copy of the ledger."""
        with self._lock:
            kept = self._ledger
            return Ledger(list(kept.processed), kept.posts, Counter(kept.faults))

    def posts(self) -> int:
        """Return how many POSTs of replies have come."""
        return self._ledger.posts

    def add_mail(self, ticket_id: int) -> int:
        """Let the customer of *ticket_id* write, and return the message's number."""
        with self._lock:
            return self._add(ticket_id, "MAIL", "<p>Halo?</p>", "", []).id

    def messages(self, ticket_id: int) -> list[Message]:
        """Return the messages of a ticket as the server holds them."""
        with self._lock:
            return list(self._messages(ticket_id))

    # The wire

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection, time.monotonic()), daemon=True
            ).start()

    def _serve(self, connection: socket.socket, accepted: float) -> None:
        with connection:
            connection.settimeout(10)
            try:
                start = connection.recv(2048, socket.MSG_PEEK)
                if not start:
                    return
                method, path = start.split(b"\r\n", 1)[0].decode("latin-1").split(" ")[:2]
                self._route(connection, accepted, method, path)
            except (OSError, ValueError):
                return

    def _route(self, connection: socket.socket, accepted: float, method: str, path: str) -> None:
        found = _TICKET.match(path)
        if found and found[2] and method == "POST":
            self._agent_response(connection, accepted, int(found[1]))
        elif found and method == "GET":
            read_request(connection)
            self._ticket(connection, int(found[1]))
        elif path.startswith("/api/temporary_files"):
            self._temporary_file(connection)
        elif path.startswith("/api/customers/"):
            read_request(connection)
            answer(connection, {"customer_id": 52, "name": "Maria", "surname": "Wiśniewska"})
        else:
            read_request(connection)
            answer(connection, {"errors": [{"message": "Nie ma takiego zasobu."}]}, status=404)

    def _nth(self, kind: str, ticket_id: int) -> random.Random:
        """Return the dice of this call: the same for every run of the same seed."""
        self._calls[kind, ticket_id] += 1
        return random.Random(
            f"{self.behaviour.seed}/{kind}/{ticket_id}/{self._calls[kind, ticket_id]}"
        )

    # POST tickets/:id/agent_response

    def _agent_response(self, connection: socket.socket, accepted: float, ticket_id: int) -> None:
        with self._lock:
            dice = self._nth("post", ticket_id)
            fault = self._forced.popleft() if self._forced else self._draw(dice)
            self._ledger.posts += 1
            self._ledger.faults[fault] += 1
        if fault is Fault.CUT_UNREAD:
            return
        head = read_head(connection)
        if fault is Fault.CUT_HEADERS:
            return
        body = read_body(connection, head)
        process = partial(self._process, ticket_id, body, dice, accepted)
        if fault in PROCESSED and fault is not Fault.LATE:
            process()
        if fault is Fault.LATE:
            self._process_late(process, dice)
        time.sleep(dice.uniform(0, self.behaviour.slowness))
        self._respond(connection, fault)

    def _draw(self, dice: random.Random) -> Fault:
        if dice.random() >= self.behaviour.post_faults:
            return Fault.NONE
        return dice.choice([fault for fault in Fault if fault is not Fault.NONE])

    def _process(self, ticket_id: int, body: bytes, dice: random.Random, accepted: float) -> None:
        """Send the reply to the customer, unless the request has grown too old meanwhile."""
        said = json.loads(body)
        word = WORD.search(said["body"])
        tokens = list(said.get("attachments", ()))
        with self._lock:
            if not self._hold_late and (
                time.monotonic() - accepted > self.behaviour.longest_request
            ):
                self._ledger.faults["too_old_to_process"] += 1
                return
            stored = rewrite(said["body"], said["body_type"], dice)
            message = self._add(ticket_id, "REPLY", stored, said["user_login"], tokens)
            self._ledger.processed.append(
                Processed(word[0] if word else "", ticket_id, message.id, len(tokens))
            )

    def _process_late(self, process: Callable[[], None], dice: random.Random) -> None:
        if self._hold_late:
            with self._lock:
                self._late.append(process)
            return
        timer = threading.Timer(dice.uniform(0.02, self.behaviour.late), process)
        timer.daemon = True
        timer.start()

    def _respond(self, connection: socket.socket, fault: Fault) -> None:
        if fault in {Fault.RESET_LOST, Fault.RESET_DONE}:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif fault in {Fault.STALL_LOST, Fault.STALL_DONE}:
            wait_for_the_other_end(connection, self.behaviour.stall)
        elif fault is Fault.DRIP:
            self._drip(connection)
        elif fault in ANSWERS:
            connection.sendall(ANSWERS[fault])

    def _drip(self, connection: socket.socket) -> None:
        for byte in ANSWERS[Fault.NONE]:
            connection.sendall(bytes([byte]))
            if self._stopping.wait(self.behaviour.drip):
                return

    # GET tickets/:id

    def _ticket(self, connection: socket.socket, ticket_id: int) -> None:
        if ticket_id >= NO_SUCH_TICKET:
            answer(connection, {"errors": [{"message": "Brak zgłoszenia."}]}, status=404)
            return
        with self._lock:
            dice = self._nth("get", ticket_id)
            fault = self._draw_reading(dice)
            if dice.random() < self.behaviour.customer_writes:
                self._add(ticket_id, "MAIL", "<p>I co dalej?</p>", "", [])
            messages = self._shown(self._messages(ticket_id), fault, dice)
        if fault is ReadFault.ERROR:
            answer(connection, {"errors": [{"message": "Błąd"}]}, status=500)
        elif fault is ReadFault.HTML:
            connection.sendall(ANSWERS[Fault.HTML])
        elif fault is ReadFault.CUT:
            connection.sendall(http(200, _ticket_json(ticket_id, messages))[:-20])
        else:
            connection.sendall(http(200, _ticket_json(ticket_id, messages)))

    def _draw_reading(self, dice: random.Random) -> ReadFault:
        if self._forced_reads:
            return self._forced_reads.popleft()
        if dice.random() >= self.behaviour.get_faults:
            return ReadFault.NONE
        return dice.choice([fault for fault in ReadFault if fault is not ReadFault.NONE])

    def _shown(
        self, messages: list[Message], fault: ReadFault, dice: random.Random
    ) -> list[Message]:
        if fault is ReadFault.LAGGING:
            horizon = time.monotonic() - dice.uniform(0, self.behaviour.lag)
            return messages[:1] + [message for message in messages[1:] if message.at < horizon]
        if fault is ReadFault.INCOMPLETE:
            return messages[dice.randint(1, len(messages)) :]
        return list(messages)

    # POST temporary_files

    def _temporary_file(self, connection: socket.socket) -> None:
        body = read_request(connection)
        with self._lock:
            dice = self._nth("upload", 0)
        if dice.random() < self.behaviour.upload_faults:
            if dice.random() < 0.5:
                answer(connection, {}, status=500)
            return
        token = f"{dice.getrandbits(88):022x}"
        answer(connection, {"filename": "plik.pdf", "token": token, "size": len(body)})

    # Storage; the lock is held

    def _messages(self, ticket_id: int) -> list[Message]:
        if ticket_id not in self._tickets:
            self._tickets[ticket_id] = []
            self._add(ticket_id, "MAIL", "<p>Gdzie jest moja paczka?</p>", "", [])
        return self._tickets[ticket_id]

    def _add(
        self, ticket_id: int, kind: str, body: str, login: str, tokens: Iterable[str]
    ) -> Message:
        messages = self._tickets.setdefault(ticket_id, []) if kind == "MAIL" else None
        messages = self._messages(ticket_id) if messages is None else messages
        self._next_message += 1
        message = Message(self._next_message, kind, body, login, time.monotonic(), list(tokens))
        messages.append(message)
        return message


def _ticket_json(ticket_id: int, messages: list[Message]) -> bytes:
    rows = [
        {
            "message_id": message.id if message.id % 2 else str(message.id),
            "user_login": message.user_login,
            "type": message.type,
            "body": message.body,
            "comment": "",
            "system_comment": "",
            "created_at": "2026-11-23 10:00",
            "attachments": message.attachments,
        }
        for message in reversed(messages)
    ]
    return json.dumps(
        {
            "ticket_id": ticket_id,
            "from": "maria@example.org",
            "subject": "Gdzie jest moja paczka?",
            "ticket_queue_name": "sklep@example.org",
            "ticket_queue_id": 3,
            "customer_id": 52,
            "status_id": "1",
            "full_status_name": "Nowe",
            "user_login": "",
            "created_at": "2026-11-23 09:00",
            "updated_at": "2026-11-23 10:00",
            "closed_at": "",
            "messages": rows,
        }
    ).encode()


def serve(behaviour: Behaviour, pipe: Connection) -> None:
    """Run a server in this process; *pipe* gives its address, then answers to calls by name."""
    with Thulium(behaviour) as thulium:
        pipe.send(thulium.url)
        while True:
            try:
                name, arguments = pipe.recv()
            except EOFError:
                return
            pipe.send(getattr(thulium, name)(*arguments))
