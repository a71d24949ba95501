"""A database as 0.1.0 left it: its migrations, and a row of every kind in every table.

What 0.1.0 wrote is written out here, hashes and signatures of the record included. None of it comes
from today's code, so that it stays what it was while that code goes on.
"""

import hashlib
import hmac
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps as installed
from django.apps.registry import Apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from thulium_portal.lib.full_text import WordIndex

MIGRATIONS = {
    "accounts": "0001_initial",
    "audit": "0001_initial",
    "canned": "0001_initial",
    "privacy": "0001_initial",
    "quality": "0001_initial",
    "replies": "0001_initial",
    "review": "0001_initial",
    "storage": "0001_initial",
    "tickets": "0001_initial",
}
"""The newest migration of each app in 0.1.0."""
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BODY = "<p>Dzień dobry Pani Mario,</p><p>paczka jedzie do Łodzi.</p>"


def make(folder: Path) -> Apps:
    """Build and fill the database that ``connection`` leads to; return the models of then.

    *folder* gets what lay in ``DATA_DIR`` beside it.
    """
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    ours = {app.label for app in installed.get_app_configs() if app.name.startswith("thulium_")}
    executor.migrate([*MIGRATIONS.items(), *(leaf for leaf in leaves if leaf[0] not in ours)])
    apps: Apps = executor.loader.project_state(list(MIGRATIONS.items())).apps
    filler = Filler(apps, folder)
    filler.people()
    filler.library()
    filler.replies()
    filler.reviewers()
    Record(apps, filler.anna, folder).write(filler.sent)
    return apps


class Filler:
    """Puts rows into the tables; what later rows refer to is kept by name."""

    def __init__(self, apps: Apps, folder: Path) -> None:
        self._apps, self._folder = apps, folder

    def add(self, label: str, **values: Any) -> Any:
        return self._apps.get_model(label)._default_manager.create(**values)

    def people(self) -> None:
        people = [("anna", "agent"), ("ewa", "supervisor"), ("adam", "administrator")]
        self.anna, self.ewa, self.adam = (
            self.add(
                "accounts.User",
                username=name,
                name=f"{name.title()} Żółw",
                email=f"{name}@example.org",
                role=role,
                password=f"argon2$of-{name}",
                time_zone="Europe/Warsaw",
                signature="Pozdrawiam",
            )
            for name, role in people
        )
        self.add("accounts.User", username="byly", is_active=False)
        self.add(
            "accounts.AgentProfile",
            user=self.anna,
            login="anna.nowak",
            name_in_thulium="Anna Nowak",
            checked_at=NOON,
            active_in_thulium=True,
        )
        self.add("accounts.AgentProfile", user=self.ewa, login="Ewa.Kot")
        self.add("tickets.KnownQueue", queue_id=4, name="Reklamacje")

    def library(self) -> None:
        self.parcel = self.response("Paczka opóźniona", state="live", shortcut="paczka")
        self.response("Parcel delayed", state="waiting", language="en", variant_of=self.parcel)
        self.response("Szkic", state="draft", scope="personal", owner=self.anna, shortcut="moje")
        self.response("Stary tekst", state="archived", scope="team")
        file = self.file("canned.CannedFile", name="regulamin.pdf", author=self.ewa)
        self.first, self.second = (
            self.add(
                "canned.CannedResponseVersion",
                response=self.parcel,
                number=number,
                title=self.parcel.title,
                body=f"<p>{{{{ Powitanie }}}}</p><p>wersja {number}</p>",
                placeholders={"Powitanie": ""},
                details={"must_keep": ["14 dni"], "status_after_id": "7"},
                author=self.ewa,
                note="jaśniej",
            )
            for number in (1, 2)
        )
        self.second.files.add(file)
        self.parcel.current = self.second
        self.parcel.save()
        self.add("canned.CannedQueue", response=self.parcel, queue_id=4, name="Reklamacje")
        self.add("canned.Favourite", person=self.anna, response=self.parcel)
        self.add("canned.EmptySearch", day=date(2026, 11, 26), words="zwrot kosztow", times=3)
        proposal = {"response": self.parcel, "based_on": self.first, "author": self.anna}
        decided = {
            "decided_by": self.ewa,
            "decided_at": NOON,
            "answer": "Dobre",
            "state": "accepted",
        }
        self.add("canned.Proposal", title="Paczka", body="<p>krócej</p>", **proposal)
        self.add(
            "canned.Proposal", title="Paczka", body=BODY, version=self.second, **proposal, **decided
        )
        self.add(
            "canned.Recall",
            version=self.first,
            reason="zły termin",
            correction=BODY,
            person=self.ewa,
        )

    def response(self, title: str, **values: Any) -> Any:
        common = {"owner": self.ewa, "category": "Dostawa / Paczki", "keywords": "kurier, termin"}
        folded = {"folded_title": f" {title.lower()}", "folded_text": " paczka jedzie"}
        life = {"use_when": "gdy pyta", "status_after": "7", "decided_by": self.adam}
        values = {**common, **folded, **life, "decided_at": NOON, **values}
        return self.add("canned.CannedResponse", title=title, **values)

    def file(self, label: str, **values: Any) -> Any:
        """Store a file beside the database, the row that tells of it, and a link to that."""
        content = values["name"].encode()
        digest = hashlib.sha256(content).hexdigest()
        folder = self._folder / "attachments" / digest[:2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / digest).write_bytes(content)
        stored = self.add(
            "storage.StoredFile",
            path=f"{digest[:2]}/{digest}",
            size=len(content),
            content_type="application/pdf",
            sha256=digest,
        )
        return self.add(label, file=stored, **values)

    def replies(self) -> None:
        claim = {"claim": uuid.uuid4(), "lease_until": NOON + timedelta(minutes=2)}
        self.reply(1, "draft", submitted_at=None, not_before=None, agent_login="")
        self.reply(2, "pending", scheduled=True, not_before=NOON + timedelta(days=1))
        self.reply(3, "claimed", **claim)
        self.reply(4, "sending", wire_at=NOON, **claim)
        self.sent = self.reply(5, "sent", next_check_at=NOON, inserted=[self.second.pk])
        confirmed = self.reply(6, "confirmed", matched_message_id=77, status_due_at=NOON)
        lost = self.reply(7, "superseded", reason="asked_again")
        self.reply(7, "unknown", resend_of=lost, checks=2, seen_ids=[70, 71])
        for state in ("not_found", "rejected", "blocked", "held", "cancelled"):
            self.reply(8, state, reason="connection", reason_detail="zerwane", dismissed_at=NOON)
        self.reply(9, "confirmed", body="", erased_at=NOON, erased_by=self.adam)
        self.reply(6, "draft", corrects=confirmed, no_correction_by=self.ewa)
        self.file("replies.Attachment", reply=self.sent, name="faktura żółw.pdf", token="t-1")
        self.add(
            "replies.DeliveryAttempt",
            reply=self.sent,
            number=1,
            claim=uuid.uuid4(),
            worker="host:1",
            started_at=NOON,
            wire_at=NOON,
            ended_at=NOON,
            verdict="accepted",
            http_status=201,
            seen_ids=[70],
        )
        self.add("replies.TicketRead", reply=self.sent, at=NOON, valid=True, candidates=[72])
        self.add("replies.ThuliumConnection", id=1, failures=2, ticket_ids=[5], system="localhost")
        self.add(
            "canned.CannedUse",
            reply_uuid=self.sent.uuid,
            response=self.parcel,
            version=self.second,
            person=self.anna,
            ticket_id=5,
            queue_id=4,
            changed_percent=18,
            question=" gdzie paczka",
            used_at=NOON,
        )

    def reply(self, ticket_id: int, state: str, **values: Any) -> Any:
        submitted = {"submitted_at": NOON, "not_before": NOON, "agent_login": "anna.nowak"}
        canned = {"canned_response": self.parcel, "canned_version": self.second}
        text = {"body": BODY, "body_sha256": "ab" * 32, "canned_text": BODY, "keep_reason": "skrót"}
        customer = {"customer_name": "Maria Wiśniewska", "customer_email": "maria@example.org"}
        ticket = {"ticket_subject": "Gdzie jest paczka?", "queue_id": 4, "queue_name": "Reklamacje"}
        return self.add(
            "replies.Reply",
            ticket_id=ticket_id,
            state=state,
            author=self.anna,
            submission_key=uuid.uuid4(),
            **{**submitted, **canned, **text, **customer, **ticket, **values},
        )

    def reviewers(self) -> None:
        self.add(
            "quality.Assessment",
            reply=self.sent,
            risks=["changed"],
            verdict="improve",
            note="Brakuje terminu.",
            assessor=self.ewa,
            acknowledged_at=NOON,
            answer="Dopiszę.",
        )
        hold = {"reason": "sąd", "placed_by": self.adam}
        self.add("privacy.LegalHold", customer="maria@example.org", **hold)
        self.add("privacy.LegalHold", ticket_id=5, lifted_by=self.ewa, lifted_at=NOON, **hold)
        self.add("review.SavedView", person=self.ewa, name="Moje", query="state=sent&q=paczka")
        self.add(
            "review.ExportJob",
            person=self.ewa,
            query="q=paczka",
            language="pl",
            sequence=3,
            state="ready",
            lines=2,
            total=2,
            touched_at=NOON,
        )


class Record:
    """Writes the record in the form of 0.1.0: a chain of entries, and signed checkpoints."""

    def __init__(self, apps: Apps, actor: Any, folder: Path) -> None:
        self._apps, self._actor, self._file = apps, actor, folder / "audit-checkpoints.jsonl"
        self._sequence, self._hash, self._link = 0, "0" * 64, "0" * 64

    def write(self, reply: Any) -> None:
        """Tell of *reply*: submitted, sent, its texts of another one erased."""
        subject = {"kind": "reply", "id": str(reply.uuid)}
        signed_in = {"kind": "person", "id": str(self._actor.pk)}
        self.entry("person.signed_in", signed_in, content={"address": "10.0.0.1"})
        self.checkpoint()
        texts = {
            "body": BODY,
            "body_text": "paczka jedzie do Łodzi.",
            "customer": "Maria Wiśniewska",
            "canned_title": "Paczka opóźniona",
        }
        facts = {
            "agent_login": "anna.nowak",
            "attachments": ["cd" * 32],
            "canned_id": 1,
            "canned_version": 2,
            "changed_percent": 18,
        }
        self.entry("reply.submitted", subject, reply.ticket_id, "pending", facts, texts)
        self.entry("reply.sent", subject, reply.ticket_id, "sent", {"reason": ""})
        self.model("AuditContent").filter(entry_id=1).delete()
        erased = {"sequences": [1], "texts": 1}
        self.entry(
            "content.erased", {"kind": "", "id": ""}, facts=erased, content={"basis": "RODO"}
        )
        self.checkpoint()
        self.model("AuditHead").create(id=1, sequence=self._sequence, hash=self._hash)
        self.model("VerificationState").create(
            kind="recent", sequence=self._sequence, hash=self._hash, at=NOON
        )
        self.model("ReviewRow").create(
            subject_kind="reply",
            subject_id=str(reply.uuid),
            ticket_id=reply.ticket_id,
            actor=self._actor,
            agent_login="anna.nowak",
            customer="Maria Wiśniewska",
            excerpt="paczka jedzie do Łodzi.",
            canned_id=1,
            canned_title="Paczka opóźniona",
            canned_version=2,
            changed_percent=18,
            state="sent",
            opened_at=NOON + timedelta(seconds=1),
            opened_sequence=2,
            latest_sequence=3,
        )
        head = f"maria wisniewska person{self._actor.pk}x canned1x"
        said = "paczka jedzie do lodzi. maria wisniewska paczka opozniona"
        WordIndex("audit_words").put([(2, head, said)])

    def model(self, name: str) -> Any:
        return self._apps.get_model("audit", name)._default_manager

    def entry(
        self,
        action: str,
        subject: dict[str, str],
        ticket_id: int | None = None,
        state: str = "",
        facts: dict[str, Any] | None = None,
        content: dict[str, str] | None = None,
    ) -> None:
        content = content or {}
        actor = {"id": self._actor.pk, "username": "anna", "role": "agent", "kind": "user"}
        at = NOON + timedelta(seconds=self._sequence)
        salt = bytes(range(32))
        record = self.canonical(
            {
                "v": 1,
                "chain": "portal",
                "seq": self._sequence + 1,
                "prev": self._hash,
                "at": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z",
                "actor": actor,
                "action": action,
                "subject": subject,
                "ticket": ticket_id,
                "state": state,
                "facts": facts or {},
                "commit": {name: self.commitment(salt, name, content[name]) for name in content},
                "node": "host",
                "request": "",
            }
        )
        before, self._sequence = self._hash, self._sequence + 1
        self._hash = hashlib.sha256(b"portal-audit-v1\n" + record.encode()).hexdigest()
        entry = self.model("AuditEntry").create(
            sequence=self._sequence,
            at=at,
            actor=self._actor,
            action=action,
            subject_kind=subject["kind"],
            subject_id=subject["id"],
            ticket_id=ticket_id,
            state=state,
            record=record,
            previous_hash=before,
            hash=self._hash,
        )
        for name, data in content.items():
            self.model("AuditContent").create(entry=entry, field=name, salt=salt, data=data)

    def checkpoint(self) -> None:
        purpose = b"portal-audit-checkpoint-v1"
        secret = settings.AUDIT_SIGNING_KEY.encode()
        seed = HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        key_id = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]
        told = {"chain": "portal", "seq": self._sequence, "hash": self._hash, "key": key_id}
        statement = self.canonical(
            {**told, "at": f"{NOON:%Y-%m-%dT%H:%M:%S.%f}Z", "prev": self._link}
        )
        signature = key.sign(statement.encode()).hex()
        self.model("Checkpoint").create(
            sequence=self._sequence,
            hash=self._hash,
            at=NOON,
            key_id=key_id,
            statement=statement,
            signature=signature,
        )
        line = json.dumps({"statement": statement, "signature": signature})
        with self._file.open("a") as file:
            file.write(f"{line}\n")
        self._link = hashlib.sha256(f"{statement}\n{signature}".encode()).hexdigest()

    @staticmethod
    def canonical(record: dict[str, Any]) -> str:
        return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @staticmethod
    def commitment(salt: bytes, field: str, data: str) -> str:
        raw = data.encode()
        message = b"%s\n%d\n%s" % (field.encode(), len(raw), raw)
        return hmac.new(salt, message, hashlib.sha256).hexdigest()
