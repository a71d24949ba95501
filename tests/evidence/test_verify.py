"""A package of a real run, checked by a stranger; whatever is changed in it is found."""

import ast
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.packages import (
    NAME,
    PDF,
    lines_of,
    numbers,
    put_lines,
    sign_anew,
    unpack,
    verify,
)
from tests.support.pages import missing
from tests.support.record import note
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import checkpoint, erase
from thulium_portal.audit.signing import current_key
from thulium_portal.evidence import package as packing
from thulium_portal.evidence import verify as script
from thulium_portal.evidence.scope import Scope
from thulium_portal.lib import proof
from thulium_portal.replies import attachments
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.decisions.approval import Changed
from thulium_portal.replies.models import Attachment
from thulium_portal.replies.states import State
from thulium_portal.storage.services import store

pytestmark = pytest.mark.django_db

SHA256 = hashlib.sha256(PDF).hexdigest()


def test_a_package_of_a_real_run_holds(unpacked):
    verdict = verify(unpacked, "--key", current_key().fingerprint)
    assert verdict.fits, verdict.text
    assert verdict.text.endswith("THE PACKAGE HOLDS.\n")
    names = [line.split(":")[0] for line in verdict.lines("OK")]
    assert names == ["files", "manifest", "checkpoints", "entries", "attachments"]
    assert not missing(verdict.text, "ticket 1234", "PROVEN", "NOT PROVEN")


def test_the_zip_can_be_checked_as_it_came(unpacked):
    verdict = verify(unpacked, unpacked.with_suffix(".zip"))
    assert (verdict.code, verdict.lines("BAD")) == (3, [])


def test_without_a_key_nothing_is_called_proven_and_what_to_compare_comes_first(unpacked):
    verdict = verify(unpacked)
    lines = verdict.text.splitlines()
    assert verdict.code == 3
    assert lines[0].startswith("COMPARE FIRST")
    assert lines[1].strip() == current_key().fingerprint
    assert lines[-1] == script.UNPROVEN
    assert "HOLDS" not in verdict.text
    assert "\nPROVEN" not in verdict.text


def test_everything_of_the_ticket_is_there_in_full(unpacked):
    full = [json.loads(line["record"]) for line in lines_of(unpacked) if "contents" in line]
    steps = ["submitted", "claimed", "sending", "sent"]
    assert [said["action"] for said in full] == [f"reply.{step}" for step in steps]
    texts = {text["field"]: text["data"] for text in lines_of(unpacked)[1]["contents"]}
    assert "paczka wyszła dzisiaj" in texts["body"]
    assert texts["file_names"] == NAME
    assert (unpacked / "files" / f"{SHA256}.pdf").read_bytes() == PDF


def test_to_whom_it_went_is_there_and_cannot_be_changed(unpacked):
    lines = lines_of(unpacked)
    told = {
        json.loads(line["record"])["action"]: text
        for line in lines
        for text in line.get("contents", [])
        if text["field"] == "recipient"
    }
    assert {action: text["data"] for action, text in told.items()} == {
        "reply.submitted": "",  # nobody had read the ticket yet
        "reply.sending": "maria@example.org",
    }
    for text in told.values():
        true, text["data"] = text["data"], "jan@example.org"
        put_lines(unpacked, lines)
        sign_anew(unpacked)
        (bad,) = verify(unpacked).lines("BAD")
        assert bad.endswith("was changed: recipient")
        text["data"] = true


def test_what_only_joins_the_entries_has_no_texts(unpacked):
    others = [line for line in lines_of(unpacked) if "contents" not in line]
    assert len(others) >= 3
    assert {tuple(line) for line in others} == {("hash", "record")}


def test_the_right_key_is_recognised_however_it_is_written(unpacked):
    fingerprint = current_key().fingerprint
    for spelling in (fingerprint, fingerprint.replace(" ", "").upper()):
        verdict = verify(unpacked, "--key", spelling)
        assert verdict.fits
        assert "COMPARE" not in verdict.text


def test_another_key_is_not(unpacked):
    verdict = verify(unpacked, "--key", "0123 4567 89ab cdef 0123 4567 89ab cdef")
    assert verdict.code == 1
    assert current_key().fingerprint in verdict.lines("BAD")[0]
    assert "PROVEN" not in verdict.text


def test_a_period_is_there_in_full_whoever_looked(package, answered):
    verdict = verify(unpack(package(Scope(since=answered.submitted_at.date()))))
    assert verdict.fits, verdict.text
    count = AuditEntry.objects.count()
    assert f"{count} of these {count} entries" in verdict.text


def test_a_reply_that_still_waits_is_in_the_package_with_its_file_and_its_rule(
    package, submit, make_rule, ewa
):
    rule = make_rule("paczk*", effect="second_person", sentence="Ofertę sprawdza druga osoba.")
    stored = store(SimpleUploadedFile(NAME, PDF))
    waiting = submit(files=[stored], for_approval=True, approval_note="Pierwsza taka.").reply
    assert waiting.state == State.UNAPPROVED
    folder = unpack(package())
    verdict = verify(folder)
    assert verdict.fits, verdict.text
    [asked] = [line for line in lines_of(folder) if "contents" in line]
    record = json.loads(asked["record"])
    assert (record["action"], record["facts"]["approval_reasons"]) == (
        "reply.approval_requested",
        [rule.code],
    )
    texts = {text["field"]: text["data"] for text in asked["contents"]}
    assert texts["stop_rules"] == f"{rule.code} Ofertę sprawdza druga osoba."
    assert texts["approval_note"] == "Pierwsza taka."
    assert (folder / "files" / f"{SHA256}.pdf").read_bytes() == PDF
    # Another person's text leaves: the package tells both, and who approved.
    approval.approve(waiting, actor=ewa, changed=Changed("<p>Paczka jutro.</p>"))
    folder = unpack(package())
    assert verify(folder).fits
    full = [line for line in lines_of(folder) if "contents" in line]
    bodies = [text["data"] for line in full for text in line["contents"] if text["field"] == "body"]
    assert bodies == [texts["body"], "<p>Paczka jutro.</p>"]


def test_an_erased_text_is_told_and_the_rest_holds(package, answered, ewa):
    (opening,) = numbers("reply.submitted")[:1]
    erase([opening], actor=ewa, basis="RODO 17")
    verdict = verify(unpack(package()))
    assert verdict.fits
    assert f"body of entry {opening}" in verdict.lines("GONE")
    assert f"customer of entry {opening}" in verdict.lines("GONE")


@pytest.mark.parametrize("fate", ["gone", "changed", "erased"])
def test_a_file_that_is_no_longer_what_was_sent_is_named(fate, package, answered, data_dir):
    path = data_dir / "attachments" / answered.attachments.get().file.path
    if fate == "gone":
        path.unlink()
    elif fate == "changed":
        path.write_bytes(b"%PDF-1.4 something else")
    else:
        attachments.erase([answered.pk])
    folder = unpack(package())
    verdict = verify(folder)
    assert verdict.fits
    assert f"gone: {SHA256}" in verdict.text
    assert not (folder / "files").exists()


def test_a_file_that_another_reply_still_has_is_there(package, submit, answered, monkeypatch):
    stored = store(SimpleUploadedFile(NAME, PDF))
    submit(files=[stored])
    attachments.erase([answered.pk])
    monkeypatch.setattr(packing, "PAGE", 2)
    folder = unpack(package())
    assert Attachment.objects.filter(file__sha256=SHA256, file__path="").exists()
    assert verify(folder).fits
    assert (folder / "files" / f"{SHA256}.pdf").read_bytes() == PDF


def test_keys_may_have_been_changed_meanwhile(package, answered, settings):
    settings.AUDIT_SIGNING_KEY_FALLBACKS = [settings.AUDIT_SIGNING_KEY]
    checkpoint()
    settings.AUDIT_SIGNING_KEY = "another-" + "k" * 50
    note()
    folder = unpack(package())
    verdict = verify(folder, "--key", current_key().fingerprint)
    assert verdict.fits, verdict.text
    statements = [line["statement"] for line in lines_of(folder, "checkpoints.jsonl")]
    assert len({json.loads(statement)["key"] for statement in statements}) == 2


def test_the_script_is_short_and_runs_on_old_pythons_with_nothing_installed():
    for path in (Path(script.__file__), *Path(proof.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        others = [node for node in imports if not getattr(node, "level", 0)]
        names = {getattr(node, "module", None) or node.names[0].name for node in others}
        assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)
    source = Path(script.__file__).read_text(encoding="utf-8")
    code = source.split('"""', 2)[2].splitlines()
    assert len([line for line in code if line.strip()]) < 310


# --- whatever a stranger's copy may have suffered on its way ---


@pytest.fixture
def holds(monkeypatch, capsys):
    """Return a function that runs the script in this process: many times, quickly."""

    def holds(path: Path) -> bool:
        monkeypatch.setattr(sys, "argv", ["verify.py", str(path)])
        code = script.main()
        assert ("DOES NOT HOLD" in capsys.readouterr().out) == (code == 1)
        return code in {0, 3}

    return holds


def test_a_flipped_bit_is_found_wherever_it_is(unpacked, holds):
    tried = 0
    for path in sorted(path for path in unpacked.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for place in sorted({*range(0, len(whole), len(whole) // 12 + 1), len(whole) - 1}):
            spoiled = bytearray(whole)
            spoiled[place] ^= (0x01, 0x20, 0x80)[place % 3]
            path.write_bytes(spoiled)
            assert not holds(unpacked), f"{path.name}, byte {place}"
            tried += 1
        path.write_bytes(whole)
    assert tried > 80
    assert holds(unpacked)


def test_each_digit_of_the_signature_counts(unpacked, holds):
    path = unpacked / "manifest.sig"
    signature = path.read_text()
    for place, digit in enumerate(signature):
        path.write_text(signature[:place] + digit.swapcase() + signature[place + 1 :])
        assert holds(unpacked) == digit.isdigit()


def test_a_spoiled_zip_gives_the_same_files_or_is_found(unpacked, holds):
    whole = unpacked.with_suffix(".zip").read_bytes()
    path = unpacked.with_name("spoiled.zip")
    found = 0
    for place in range(0, len(whole), len(whole) // 150):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x10
        path.write_bytes(spoiled)
        found += not holds(path)
    # What is not found lies in the ZIP's own fields, such as times, that hold nothing of ours.
    assert found > 100
    path.write_bytes(whole[: len(whole) // 2])
    assert not holds(path)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "keys.json", "entries.jsonl",
                                  "checkpoints.jsonl", "README.txt", "verify.py"])  # fmt: skip
def test_a_missing_file_is_found(name, unpacked, holds):
    (unpacked / name).unlink()
    assert not holds(unpacked)


def test_an_added_file_is_found_unless_a_file_manager_left_it(unpacked):
    (unpacked / ".DS_Store").write_bytes(b"x")
    assert verify(unpacked).fits
    (unpacked / "files" / "umowa.pdf").write_bytes(b"%PDF")
    verdict = verify(unpacked)
    assert verdict.lines("BAD") == ["files: files/umowa.pdf does not belong to the package"]


def test_what_is_no_package_is_told(unpacked, holds):
    assert not holds(unpacked / "README.txt")
    assert not holds(unpacked / "nowhere.zip")
    (unpacked / "manifest.json").write_text("[]")
    assert not holds(unpacked)


# --- what only somebody with the portal's key could try: each check stands by itself ---


@contextmanager
def rewritten(folder: Path, name: str = "entries.jsonl") -> Iterator[list[dict[str, Any]]]:
    """Let the lines of a file of the package be changed, and write them back."""
    lines = lines_of(folder, name)
    yield lines
    put_lines(folder, lines, name)


def number_of(line: dict[str, Any]) -> int:
    return json.loads(line["record"])["seq"]


def first_bad(folder: Path, **changes: Any) -> str:
    """Sign what the manifest now says, and return the first thing the script finds."""
    sign_anew(folder, **changes)
    verdict = verify(folder)
    assert verdict.code == 1
    assert "PROVEN" not in verdict.text
    return verdict.lines("BAD")[0]


def test_signing_anew_is_done_as_the_portal_does(unpacked):
    sign_anew(unpacked)
    assert verify(unpacked).fits


def test_a_removed_entry_is_found(unpacked):
    with rewritten(unpacked) as lines:
        number = number_of(lines.pop(3))
    assert first_bad(unpacked) == f"entries: entry {number} is missing or out of its place"


def test_entries_in_another_order_are_found(unpacked):
    with rewritten(unpacked) as lines:
        number = number_of(lines[3])
        lines[3], lines[4] = lines[4], lines[3]
    assert first_bad(unpacked) == f"entries: entry {number} is missing or out of its place"


@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1)], ids=["first", "last"])
def test_a_cut_end_is_found(cut, unpacked):
    with rewritten(unpacked) as lines:
        lines[:] = lines[cut]
    assert "which the manifest names" in first_bad(unpacked)


def test_an_end_that_no_checkpoint_confirms_is_found(unpacked):
    with rewritten(unpacked) as lines:
        lines.pop()
    last = number_of(lines[-1])
    assert first_bad(unpacked, last=last) == f"entries: no checkpoint confirms entry {last}"


def changed(line: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an entry that says something else, written and hashed as the portal would."""
    said = json.loads(line["record"]) | changes
    record = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(b"portal-audit-v1\n" + record.encode()).hexdigest()
    return line | {"record": record, "hash": digest}


def test_a_changed_entry_is_named(unpacked):
    with rewritten(unpacked) as lines:
        lines[2]["record"] = lines[2]["record"].replace('"state":"', '"state":"x')
    assert first_bad(unpacked).startswith(f"entries: entry {number_of(lines[2])} was changed")


def test_a_changed_entry_with_its_hash_breaks_the_next_one(unpacked):
    with rewritten(unpacked) as lines:
        lines[2] = changed(lines[2], state="x")
    told = f"entries: entry {number_of(lines[3])} does not follow from the entry before it"
    assert first_bad(unpacked) == told


def test_a_chain_made_anew_contradicts_its_checkpoint(unpacked):
    with rewritten(unpacked) as lines:
        lines[2] = changed(lines[2], state="x")
        for place in range(3, len(lines)):
            lines[place] = changed(lines[place], prev=lines[place - 1]["hash"])
    told = f"entry {number_of(lines[-1])} is not the one that its signed checkpoint speaks of"
    assert first_bad(unpacked) == f"entries: {told}"


def test_another_spelling_of_an_entry_is_found(unpacked):
    with rewritten(unpacked) as lines:
        lines[1]["record"] = lines[1]["record"].replace('{"', '{ "', 1)
    assert "was changed" in first_bad(unpacked)


def test_a_changed_text_is_found(unpacked):
    with rewritten(unpacked) as lines:
        text = next(text for text in lines[1]["contents"] if text["field"] == "body")
        text["data"] = text["data"].replace("dzisiaj", "wczoraj")
    told = f"entries: a text of entry {number_of(lines[1])} was changed: body"
    assert first_bad(unpacked) == told


def test_texts_that_changed_places_are_found(unpacked):
    with rewritten(unpacked) as lines:
        contents = {text["field"]: text for text in lines[1]["contents"]}
        body, plain = contents["body"], contents["body_text"]
        body["data"], plain["data"] = plain["data"], body["data"]
    assert "a text of entry" in first_bad(unpacked)


def test_a_text_that_was_never_recorded_is_found(unpacked):
    with rewritten(unpacked) as lines:
        lines[1]["contents"].append({"field": "note", "salt": "00", "data": "Zgoda klienta."})
    assert first_bad(unpacked).endswith("was changed: note")


def test_a_text_left_out_is_found(unpacked):
    with rewritten(unpacked) as lines:
        lines[1]["contents"].pop()
    assert first_bad(unpacked).startswith("entries: the manifest counts")


def test_an_entry_of_the_ticket_without_its_texts_is_found(unpacked):
    with rewritten(unpacked) as lines:
        del lines[1]["contents"]
    assert "ought to be here in full" in first_bad(unpacked)


@pytest.mark.parametrize("line", ["[]", "{}", '{"record": 5}', '{"record": "x"}', "nonsense"])
def test_an_entry_nobody_can_read_is_named(line, unpacked):
    path = unpacked / "entries.jsonl"
    first, second, *others = path.read_text().splitlines()
    path.write_text("\n".join([first, line, *others]) + "\n")
    number = json.loads(json.loads(second)["record"])["seq"]
    assert first_bad(unpacked) == f"entries: entry {number} cannot be read"


def test_a_checkpoint_of_another_key_is_found(unpacked):
    key = Ed25519PrivateKey.generate()
    with rewritten(unpacked, "checkpoints.jsonl") as lines:
        lines[0]["signature"] = key.sign(lines[0]["statement"].encode()).hex()
    assert "is not signed by a key of the portal" in first_bad(unpacked)


def test_a_changed_checkpoint_is_found(unpacked):
    with rewritten(unpacked, "checkpoints.jsonl") as lines:
        lines[-1]["statement"] = lines[-1]["statement"].replace('"at":"20', '"at":"19')
    assert "is not signed by a key of the portal" in first_bad(unpacked)


def test_a_checkpoint_left_out_is_found(package, answered):
    note()
    checkpoint()
    note()
    folder = unpack(package())
    lines = lines_of(folder, "checkpoints.jsonl")
    assert len(lines) == 3
    put_lines(folder, [lines[0], lines[2]], "checkpoints.jsonl")
    assert "is missing" in first_bad(folder)
    put_lines(folder, lines[:2], "checkpoints.jsonl")
    assert first_bad(folder) == "checkpoints: the newest is not the one that the manifest names"


def test_another_file_under_a_known_name_is_found(unpacked):
    (unpacked / "files" / f"{SHA256}.pdf").write_bytes(b"%PDF-1.4 something else")
    assert first_bad(unpacked).endswith("is not a file that the entries tell of")


def test_a_file_nobody_sent_is_found(unpacked):
    other = b"%PDF-1.4 something else"
    (unpacked / "files" / f"{hashlib.sha256(other).hexdigest()}.pdf").write_bytes(other)
    assert first_bad(unpacked).endswith("is not a file that the entries tell of")


def test_a_file_left_out_is_found(unpacked):
    shutil.rmtree(unpacked / "files")
    assert SHA256 in first_bad(unpacked)


def test_a_package_of_another_portal_has_another_key(unpacked, settings):
    """Everything signed anew by somebody who made a key of their own: the fingerprint tells."""
    fingerprint = current_key().fingerprint
    settings.AUDIT_SIGNING_KEY = "a-forger-" + "f" * 50
    key = {"id": current_key().id, "public": current_key().public_hex}
    (unpacked / "keys.json").write_text(json.dumps([key]))
    assert first_bad(unpacked, key=key["id"]).startswith("checkpoints: ")
    assert verify(unpacked, "--key", fingerprint).code == 1


def test_an_entry_somebody_changed_in_the_database_is_named(package, answered, tamper):
    number = numbers(Action.REPLY_CLAIMED)[0]
    with tamper() as sql:
        sql(
            "UPDATE audit_auditentry SET record = replace(record, 'claimed', 'sending')"
            " WHERE sequence = %s",
            number,
        )
    verdict = verify(unpack(package()))
    assert verdict.code == 1
    assert verdict.lines("BAD")[0].startswith(f"entries: entry {number} was changed")
