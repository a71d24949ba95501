'''Replies as staff write them, right ones and wrong ones, for measuring the guards.

Each file here holds cases of one kind: those of ``right*.toml`` must leave without a question,
those of ``wrong*.toml`` must be asked about. Whoever writes a further file (``right_fresh.toml``,
``wrong_fresh.toml``) needs to know nothing of the guards; every ``*.toml`` of this folder is read.

A file is TOML, one table ``[[case]]`` for each reply::

    [[case]]
    about = "faktura obiecana, a pliku nie ma"   # one line, different in every case of the file
    expect = "attachment"                        # only in wrong*.toml: the guard that has to ask
    customer = "Barbara Nowak"                   # as Thulium's address book has it; may be empty
    email = "barbara.nowak@poczta.example"       # may be left out
    subject = "Faktura do zamówienia ZK/2026/118"
    mail = """Dzień dobry, proszę o fakturę. Barbara Nowak"""
    reply = """Dzień dobry Pani Barbaro,

    w załączniku przesyłam fakturę."""

``about``, ``reply`` and in wrong files ``expect`` are needed, everything else may be left out:

``first_name``
    where Thulium knows it to be something else than the first word of ``customer``.
``mail``
    what the customer wrote: one message, plain text or HTML. For more than one there is
    ``conversation``, a list of ``{by = "customer", text = "…"}``, oldest first, where ``by`` is
    *customer*, *us* (a reply of a colleague) or *note* (an internal note).
``reply``
    the text as it would leave: plain text, unless ``html = true``.
``files``
    how many files go with it, 0 unless given.
``canned``
    HTML of the canned response the reply began from, before anything was filled in.
``recent``
    what the same person sent to others today, a list of ``{customer = "…", email = "…",
    subject = "…", reply = "…"}``, the newest first.
``writer``
    who writes, *Anna Maj* unless given.
``now``
    what is known of the ticket by the time of sending, where it changed since it was read:
    ``{closed = true}``, ``{email = "other@poczta.example"}``, ``{newer = "customer"}`` or
    ``{newer = "colleague"}``; ``{inactive = true}`` tells that Thulium has switched off the login
    of who writes.

``expect`` is *attachment*, *greeting*, *other_customer*, *leftover*, *recipient_changed*,
*newer_message*, *ticket_closed* or *agent_inactive*. Every case stands alone; use addresses and
numbers that belong to nobody.
'''

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Said:
    """One message of a conversation."""

    by: str
    text: str


@dataclass(frozen=True)
class Case:
    """One reply, and all that is known around it; ``expect`` is empty for a right one."""

    about: str
    reply: str
    expect: str = ""
    customer: str = ""
    first_name: str = ""
    email: str = ""
    subject: str = ""
    mail: str = ""
    conversation: tuple[Said, ...] = ()
    html: bool = False
    files: int = 0
    canned: str = ""
    recent: tuple[Mapping[str, str], ...] = ()
    writer: str = "Anna Maj"
    now: Mapping[str, Any] = field(default_factory=dict)

    @property
    def messages(self) -> tuple[Said, ...]:
        """Return the whole conversation, oldest first."""
        return self.conversation or ((Said("customer", self.mail),) if self.mail else ())


def cases(kind: str) -> dict[str, Case]:
    """Return the cases of all files whose names begin with *kind*, by file and what they are of."""
    found: dict[str, Case] = {}
    for path in sorted(FOLDER.glob(f"{kind}*.toml")):
        for given in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            case = _case(given)
            name = f"{path.stem}: {case.about}"
            if name in found:
                raise ValueError(f"twice: {name}")
            if bool(case.expect) != kind.startswith("wrong"):
                raise ValueError(f"expect belongs to wrong replies, and to all of them: {name}")
            found[name] = case
    return found


def _case(given: dict[str, Any]) -> Case:
    conversation = tuple(Said(**message) for message in given.pop("conversation", ()))
    recent = tuple(given.pop("recent", ()))
    return Case(**given, conversation=conversation, recent=recent)
