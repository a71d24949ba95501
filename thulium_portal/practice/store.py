"""The practice Thulium's memory: one SQLite file, and one folder of uploaded files."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from thulium_portal.practice import shop
from thulium_portal.practice.seeds import Seed, first_told, hand_made, stamp, story_of

FILE_LIFE = 24 * 3600
"""Seconds an uploaded file waits for its reply."""

DEMO, WIRE, PANEL, PERSON, OUTSIDE = "demo", "wire", "panel", "person", "outside"
"""Where a message came from: the demo, a reply over the API, an agent in the panel, the practice
page, a customer's answer over the API."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ticket (
    ticket_id INTEGER PRIMARY KEY, sender TEXT NOT NULL, customer_id INTEGER,
    queue INTEGER NOT NULL, subject TEXT NOT NULL, source TEXT NOT NULL,
    status TEXT NOT NULL, sub_status TEXT NOT NULL, category TEXT NOT NULL,
    login TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    closed_at TEXT NOT NULL, responded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS message (
    message_id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL, type TEXT NOT NULL,
    login TEXT NOT NULL, body TEXT NOT NULL, body_type TEXT NOT NULL, comment TEXT NOT NULL,
    system_comment TEXT NOT NULL, created_at TEXT NOT NULL, origin TEXT NOT NULL,
    arrived_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_of_ticket ON message (ticket_id, message_id);
CREATE INDEX IF NOT EXISTS message_by_origin ON message (origin, message_id);
CREATE TABLE IF NOT EXISTS merged (ticket_id INTEGER PRIMARY KEY, other INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS file (
    token TEXT PRIMARY KEY, filename TEXT NOT NULL, size INTEGER NOT NULL, uploaded REAL NOT NULL,
    message_id INTEGER, position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS file_of_message ON file (message_id, position);
"""

CONDITIONS = {
    "date_from": "updated_at >= ?",
    "date_to": "updated_at <= ?",
    "create_date_from": "created_at >= ?",
    "create_date_to": "created_at <= ?",
    "customer_id": "customer_id = ?",
    "ticket_queue_id": "queue = ?",
    "user_login": "login = ?",
    "status_id[]": "status IN (SELECT value FROM json_each(?))",
}
"""What the list of tickets can be narrowed by: the API's name, and the SQL it means."""

Row = dict[str, Any]


class UsedToken(Exception):
    """The file of this token went with another reply, or stands twice in one."""


class Store:
    """Everything that changes; safe to use from any thread of one process."""

    def __init__(self, directory: Path, *, lived_in: bool = False) -> None:
        self._lived_in, self._told_at = lived_in, local_now()
        if lived_in:
            self._told_at = first_told(directory, self._told_at)
        self.files = directory / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            directory / "thulium.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)
        self._freshen()
        self.forget_old_files()

    def close(self) -> None:
        """Close the file; nothing works afterwards."""
        with self._lock:
            self._db.close()

    def reset(self) -> None:
        """Forget everything and begin again with the demo's tickets, fresh as of now.

        What was answered in the story stays where it was when the story was first told.
        """
        now = local_now()
        seeds = [*hand_made(now), *(story_of(self._told_at, now) if self._lived_in else ())]
        with self._transaction():
            for table in ("message", "ticket", "merged", "file", "meta"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
            for seed in seeds:
                self._add_seed(seed)
            for name, moment in (("fresh_on", now.date()), ("told_at", self._told_at)):
                self._insert("meta", name=name, value=moment.isoformat())
        for path in self.files.iterdir():
            path.unlink()

    def ticket(self, ticket_id: int) -> Row | None:
        """Return one ticket, or None; the number of a merged one leads to the other."""
        return self._one(
            "SELECT * FROM ticket WHERE ticket_id ="
            " coalesce((SELECT other FROM merged WHERE ticket_id = ?1), ?1)",
            ticket_id,
        )

    def tickets(
        self, *, limit: int, offset: int, wanted: Sequence[tuple[str, Any]] = ()
    ) -> tuple[int, list[Row]]:
        """Return how many tickets are *wanted*, and a page of them, last changed first.

        *wanted* are conditions of :data:`CONDITIONS` with their values; all of them must hold.
        """
        conditions = "".join(f" AND {CONDITIONS[name]}" for name, _ in wanted)
        values = [value for _, value in wanted]
        found = f"FROM ticket WHERE 1 {conditions}"
        count = self._one(f"SELECT count(*) AS n {found}", *values) or {}
        order = "ORDER BY updated_at DESC, ticket_id DESC LIMIT ? OFFSET ?"
        return int(count["n"]), self._all(f"SELECT * {found} {order}", *values, limit, offset)

    def messages(self, ticket_id: int) -> list[Row]:
        """Return the messages of a ticket as the API tells them, newest first."""
        rows = self._all(
            "SELECT message_id, login AS user_login, type, body, comment, system_comment,"
            " created_at FROM message WHERE ticket_id = ?"
            " ORDER BY created_at DESC, message_id DESC",
            ticket_id,
        )
        for row in rows:
            row["attachments"] = [file["token"] for file in self.files_of(row["message_id"])]
        return rows

    def received(self, ticket_id: int | None = None) -> list[Row]:
        """Return the replies that came over the wire, in order of arrival, with their files."""
        rows = self._all(
            "SELECT * FROM message WHERE origin = ?1 AND (?2 IS NULL OR ticket_id = ?2)"
            " ORDER BY message_id",
            *(WIRE, ticket_id),
        )
        for row in rows:
            row["user_login"] = row.pop("login")
            row["attachments"] = self.files_of(row["message_id"])
        return rows

    def files_of(self, message_id: int) -> list[Row]:
        """Return token, filename and size (bytes) of a message's attachments."""
        return self._all(
            "SELECT token, filename, size FROM file WHERE message_id = ? ORDER BY position",
            message_id,
        )

    def add_reply(
        self,
        ticket: Row,
        *,
        origin: str = WIRE,
        date: str = "",
        tokens: Sequence[str] = (),
        **content: str,
    ) -> int:
        """Store an agent's reply and return its message number; *content* as ``_add_message``.

        Raises UsedToken when another reply took one of the files first.
        """
        now, ticket_id = stamp(local_now()), ticket["ticket_id"]
        told = _status_change(ticket["status"], shop.WAITING)
        with self._transaction():
            message_id = self._add_message(
                ticket_id, "REPLY", date or now, origin, system_comment=told, **content
            )
            self._attach(message_id, tokens)
            self._db.execute(
                "UPDATE ticket SET status = ?, sub_status = '', closed_at = '', updated_at = ?,"
                " login = CASE login WHEN '' THEN ? ELSE login END,"
                " responded_at = CASE responded_at WHEN '' THEN ? ELSE responded_at END"
                " WHERE ticket_id = ?",
                [shop.WAITING, now, content["login"], now, ticket_id],
            )
        return message_id

    def add_comment(self, ticket_id: int, comment: str, login: str) -> int:
        """Store an agent's internal note and return its message number."""
        now = stamp(local_now())
        with self._transaction():
            self._db.execute(
                "UPDATE ticket SET updated_at = ? WHERE ticket_id = ?", [now, ticket_id]
            )
            return self._add_message(ticket_id, "COMMENT", now, PANEL, comment=comment, login=login)

    def add_mail(
        self, ticket_id: int, body: str, *, origin: str = PERSON, date: str = "", **content: str
    ) -> int:
        """Store what a customer wrote and return its message number; *content* as for a reply."""
        now = stamp(local_now())
        with self._transaction():
            self._db.execute(
                "UPDATE ticket SET status = ?, sub_status = '', closed_at = '', updated_at = ?"
                " WHERE ticket_id = ?",
                [shop.NEW, now, ticket_id],
            )
            return self._add_message(ticket_id, "MAIL", date or now, origin, body=body, **content)

    def set_status(self, ticket: Row, status: str) -> None:
        """Give a ticket a status; the conversation tells of a change."""
        told = _status_change(ticket["status"], status)
        if not told:
            return
        now = stamp(local_now())
        with self._transaction():
            self._add_message(ticket["ticket_id"], "COMMENT", now, PANEL, system_comment=told)
            self._db.execute(
                "UPDATE ticket SET status = ?, sub_status = '', updated_at = ?,"
                " closed_at = CASE WHEN ? = ? THEN ? ELSE '' END WHERE ticket_id = ?",
                [status, now, status, shop.CLOSED, now, ticket["ticket_id"]],
            )

    def assign(self, ticket: Row, login: str) -> None:
        """Give a ticket to an agent; the conversation tells of a change."""
        if ticket["login"] == login:
            return
        now = stamp(local_now())
        told = f"Zmiana agenta z [{_agent(ticket['login'])}] na [{_agent(login)}]"
        with self._transaction():
            self._add_message(ticket["ticket_id"], "COMMENT", now, PANEL, system_comment=told)
            self._db.execute(
                "UPDATE ticket SET login = ?, updated_at = ? WHERE ticket_id = ?",
                [login, now, ticket["ticket_id"]],
            )

    def change(self, ticket_id: int, **columns: Any) -> None:
        """Give columns of a ticket new values; their names come from tests only."""
        now = stamp(local_now())
        for name, value in {**columns, "updated_at": now}.items():
            query = f"UPDATE ticket SET {name} = ? WHERE ticket_id = ?"  # noqa: S608
            with self._transaction():
                self._db.execute(query, [value, ticket_id])

    def merge(self, ticket_id: int, into: int) -> None:
        """Let the number of one ticket lead to another, which gets its messages."""
        with self._transaction():
            self._db.execute(
                "UPDATE message SET ticket_id = ? WHERE ticket_id = ?", [into, ticket_id]
            )
            self._insert("merged", ticket_id=ticket_id, other=into)

    def add_file(self, token: str, filename: str, size: int) -> None:
        """Remember an uploaded file of *size* bytes that lies in ``files`` under its token."""
        with self._transaction():
            self._insert("file", token=token, filename=filename, size=size, uploaded=time.time())

    def waiting_file(self, token: str) -> Row | None:
        """Return an uploaded file that no message holds and that has not expired, or None."""
        return self._one(
            "SELECT * FROM file WHERE token = ? AND message_id IS NULL AND uploaded > ?",
            token,
            time.time() - FILE_LIFE,
        )

    def forget_old_files(self) -> None:
        """Delete uploads that outlived their day."""
        with self._transaction():
            old = self._all(
                "SELECT token FROM file WHERE message_id IS NULL AND uploaded <= ?",
                time.time() - FILE_LIFE,
            )
            for row in old:
                self._db.execute("DELETE FROM file WHERE token = ?", [row["token"]])
                (self.files / row["token"]).unlink(missing_ok=True)

    def _attach(self, message_id: int, tokens: Sequence[str]) -> None:
        for position, token in enumerate(tokens):
            taken = self._db.execute(
                "UPDATE file SET message_id = ?, position = ?"
                " WHERE token = ? AND message_id IS NULL",
                [message_id, position, token],
            )
            if taken.rowcount != 1:
                raise UsedToken(token)

    def _add_message(
        self,
        ticket_id: int,
        kind: str,
        created_at: str,
        origin: str,
        message_id: int | None = None,
        /,
        **content: str,
    ) -> int:
        """Add a message; *content* holds what is not blank: login, body, its type, comments."""
        blank = {"login": "", "body": "", "body_type": "HTML", "comment": "", "system_comment": ""}
        return self._insert(
            "message",
            message_id=message_id,
            ticket_id=ticket_id,
            type=kind,
            created_at=created_at,
            origin=origin,
            arrived_at=local_now().isoformat(timespec="seconds"),
            **blank | content,
        )

    def _insert(self, table: str, **values: Any) -> int:
        """Add a row and return its number; names come from this module only."""
        query = f"INSERT INTO {table} ({', '.join(values)}) VALUES (:{', :'.join(values)})"  # noqa: S608
        return self._db.execute(query, values).lastrowid or 0

    def _add_seed(self, seed: Seed) -> None:
        self._insert("ticket", **seed.ticket)
        for message in seed.messages:
            content = {
                name: message[name] for name in ("login", "body", "comment", "system_comment")
            }
            number = self._add_message(
                seed.ticket["ticket_id"],
                message["type"],
                message["created_at"],
                DEMO,
                message["message_id"],
                **content,
            )
            for position, token in enumerate(message["files"]):
                place = {"message_id": number, "position": position}
                self._insert("file", token=token, filename=token, size=0, uploaded=0, **place)

    def _freshen(self) -> None:
        """Begin with the demo, and again on a new day or with the story told anew to the portal.

        Not where somebody has practised on it.
        """
        known = {row["name"]: row["value"] for row in self._all("SELECT * FROM meta")}
        touched = self._one("SELECT 1 FROM message WHERE origin != ? LIMIT 1", DEMO)
        is_today = known.get("fresh_on") == local_now().date().isoformat()
        is_same = not self._lived_in or known.get("told_at") == self._told_at.isoformat()
        if not known or not (touched or (is_today and is_same)):
            self.reset()

    def _one(self, query: str, *values: Any) -> Row | None:
        rows = self._all(query, *values)
        return rows[0] if rows else None

    def _all(self, query: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._db.execute(query, values)]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def local_now() -> datetime:
    """Return the time on this Thulium's own clock."""
    return datetime.now(shop.ZONE)


def _status_change(old: str, new: str) -> str:
    if old == new:
        return ""
    return f"Zmiana statusu z [{shop.STATUSES[old]}] na [{shop.STATUSES[new]}]"


def _agent(login: str) -> str:
    agent = shop.AGENTS.get(login)
    return f"{agent['name']} {agent['surname']}" if agent else "brak"
