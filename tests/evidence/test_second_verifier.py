"""The script and a verifier written from the document alone agree, on good packages and spoiled."""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.second_verifier import refusal
from tests.support.packages import lines_of, put_lines, sign_anew, unpack, verify
from tests.support.record import note
from tests.support.time_authority import SERVER, TimeAuthority, running
from thulium_portal.audit.chain import canonical, digest
from thulium_portal.audit.services import checkpoint, erase
from thulium_portal.audit.signing import current_key, sign
from thulium_portal.audit.time_authority import stamp_days
from thulium_portal.evidence.scope import Scope

pytestmark = pytest.mark.django_db

Spoil = Callable[[Path, TimeAuthority], None]


@pytest.fixture(scope="module")
def served(request, tmp_path_factory) -> Iterator[tuple[Path, str, TimeAuthority]]:
    folder: Path = tmp_path_factory.mktemp("authority")
    authority = TimeAuthority(getattr(request, "param", "p256"))
    authority.save(folder)
    with running(folder) as address:
        yield folder, address, authority


@pytest.fixture
def authority(served, settings) -> TimeAuthority:
    folder, address, authority = served
    settings.TIMESTAMP_URL, settings.TIMESTAMP_CA_FILE = f"{address}/", str(folder / "root.pem")
    return authority


@pytest.fixture
def changed(authority, answered, settings) -> None:
    """Let the record bear a time stamp and a change of the key."""
    assert stamp_days() == 1
    settings.AUDIT_SIGNING_KEY_FALLBACKS = [settings.AUDIT_SIGNING_KEY]
    settings.AUDIT_SIGNING_KEY = "another-" + "k" * 50
    note()
    checkpoint()


def both(folder: Path, script: Path | None = None) -> tuple[bool, bool]:
    """Return whether the script, its own or that of another package, and the second one take it."""
    verdict = verify(script or folder, folder, "--key", current_key().fingerprint)
    assert verdict.code in {0, 1}
    return verdict.code == 0, refusal(folder) == ""


@pytest.mark.parametrize("served", ["rsa", "p256"], indirect=True)
def test_both_take_good_packages(changed, package, answered, ewa):
    days = Scope(since=answered.submitted_at.date())
    for scope in (Scope(ticket=1234), Scope(ticket=1235), days):
        folder = unpack(package(scope))
        assert refusal(folder) == ""
        assert both(folder) == (True, True)
    (folder / "manifest.tst").unlink()
    (folder / ".DS_Store").write_bytes(b"x")
    assert both(folder) == (True, True)
    erase([2], actor=ewa, basis="request")
    assert both(unpack(package())) == (True, True)


def test_both_take_a_package_without_time_stamps(answered, package):
    assert both(unpack(package())) == (True, True)


def test_both_find_each_flipped_bit_of_each_file(changed, package):
    folder = unpack(package())
    script = folder.with_name("whole")
    shutil.copytree(folder, script)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for place in (len(whole) // 3, len(whole) - 2):
            spoiled = bytearray(whole)
            spoiled[place] ^= 0x04
            path.write_bytes(spoiled)
            assert both(folder, script) == (False, False), (path.name, place)
        path.write_bytes(whole)
    assert both(folder) == (True, True)


def _lines(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Spoil:
    """Return what changes the lines of a file as only the holder of the key can."""

    def spoil(folder: Path, _authority: TimeAuthority) -> None:
        lines = lines_of(folder, name)
        change(lines)
        put_lines(folder, lines, name)
        sign_anew(folder)

    return spoil


def _manifest(**changes: Any) -> Spoil:
    return lambda folder, _authority: sign_anew(folder, **changes)


def _record(number: int, **changes: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Return what changes a record and gives it the hash that fits."""

    def change(lines: list[dict[str, Any]]) -> None:
        told = json.loads(lines[number]["record"]) | changes
        lines[number]["record"] = canonical(told)
        lines[number]["hash"] = digest(lines[number]["record"])

    return change


def _with_contents(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return next(line for line in lines if line.get("contents"))


def _text(**changes: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda lines: _with_contents(lines)["contents"][0].update(changes)


def _invented(lines: list[dict[str, Any]]) -> None:
    _with_contents(lines)["contents"].append({"field": "note", "salt": "00", "data": "x"})


def _checkpoint(last: int, **changes: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Return what changes a checkpoint's statement and signs it anew."""

    def change(lines: list[dict[str, Any]]) -> None:
        told = json.loads(lines[last]["statement"]) | changes
        lines[last]["statement"] = canonical(told)
        lines[last]["signature"] = sign(lines[last]["statement"])

    return change


def _stamp(of: str, **made: Any) -> Spoil:
    """Return what puts another token in the place of the record's or the manifest's."""

    def spoil(folder: Path, authority: TimeAuthority) -> None:
        liar = TimeAuthority(**made) if made else authority
        if made:
            (folder / "timestamp-authority.pem").write_text(liar.pem)
        lines = lines_of(folder, "timestamps.jsonl")
        imprint = bytes.fromhex(lines[0]["imprint"])
        if of == "other":
            imprint = hashlib.sha256(b"x").digest()
        lines[0]["token"] = base64.b64encode(liar.token(imprint)).decode()
        put_lines(folder, lines, "timestamps.jsonl")
        sign_anew(folder)
        if of != "manifest":
            (folder / "manifest.tst").unlink()

    return spoil


def _add_file(folder: Path, _authority: TimeAuthority) -> None:
    name = hashlib.sha256(b"%PDF").hexdigest()
    (folder / "files" / f"{name}.pdf").write_bytes(b"%PDF")
    sign_anew(folder)


def _strange_file(folder: Path, _authority: TimeAuthority) -> None:
    (folder / "umowa.pdf").write_bytes(b"%PDF")


def _rename_file(folder: Path, _authority: TimeAuthority) -> None:
    [path] = (folder / "files").iterdir()
    path.rename(path.with_name("0" * 64 + ".pdf"))
    sign_anew(folder)


def _lose_file(folder: Path, _authority: TimeAuthority) -> None:
    next((folder / "files").iterdir()).unlink()
    sign_anew(folder)


def _lose_script(folder: Path, _authority: TimeAuthority) -> None:
    (folder / "README.txt").unlink()


def _capitals(folder: Path, _authority: TimeAuthority) -> None:
    path = folder / "manifest.sig"
    path.write_text(path.read_text().upper())


def _revoke(folder: Path, _authority: TimeAuthority) -> None:
    keys = json.loads((folder / "keys.json").read_text())
    (folder / "keys.json").write_text(json.dumps([keys[0] | {"revoked_from": 1}, *keys[1:]]))
    sign_anew(folder)


def _lose_former_key(folder: Path, _authority: TimeAuthority) -> None:
    keys = json.loads((folder / "keys.json").read_text())
    (folder / "keys.json").write_text(json.dumps(keys[:1]))
    sign_anew(folder)


WAYS: dict[str, Spoil] = {
    "an entry left out": _lines("entries.jsonl", lambda lines: lines.pop(2)),
    "the first entry left out": _lines("entries.jsonl", lambda lines: lines.pop(0)),
    "the last entry left out": _lines("entries.jsonl", lambda lines: lines.pop()),
    "entries in another order": _lines("entries.jsonl", lambda lines: lines.reverse()),
    "an entry twice": _lines("entries.jsonl", lambda lines: lines.insert(1, lines[1])),
    "a record changed": _lines(
        "entries.jsonl",
        lambda lines: lines[1].update(record=lines[1]["record"].replace('"state":', '"stage":')),
    ),
    "a record changed with its hash": _lines("entries.jsonl", _record(1, state="sent")),
    "the last record changed with its hash": _lines("entries.jsonl", _record(-1, state="sent")),
    "a record spelt otherwise": _lines(
        "entries.jsonl",
        lambda lines: lines[1].update(
            record=" " + lines[1]["record"], hash=digest(" " + lines[1]["record"])
        ),
    ),
    "a text changed": _lines("entries.jsonl", _text(data="Zwracamy 900 zł.")),
    "a salt changed": _lines("entries.jsonl", _text(salt="ab" * 32)),
    "a text under another name": _lines("entries.jsonl", _text(field="customer_name")),
    "a text invented": _lines("entries.jsonl", _invented),
    "a text left out": _lines(
        "entries.jsonl", lambda lines: _with_contents(lines)["contents"].pop()
    ),
    "contents left out": _lines(
        "entries.jsonl", lambda lines: _with_contents(lines).pop("contents")
    ),
    "contents where none were asked for": _lines(
        "entries.jsonl", lambda lines: lines[0].update(contents=[])
    ),
    "a checkpoint left out": _lines("checkpoints.jsonl", lambda lines: lines.pop(1)),
    "the newest checkpoint left out": _lines("checkpoints.jsonl", lambda lines: lines.pop()),
    "a checkpoint of another hash": _lines("checkpoints.jsonl", _checkpoint(-1, hash="ab" * 32)),
    "a checkpoint of another place": _lines("checkpoints.jsonl", _checkpoint(-1, prev="ab" * 32)),
    "a checkpoint not signed": _lines(
        "checkpoints.jsonl", lambda lines: lines[0].update(signature="00" * 64)
    ),
    "a handover the former key did not sign": _lines(
        "checkpoints.jsonl",
        _checkpoint(-2, former={"key": current_key().id, "signature": "00" * 64}),
    ),
    "the former key left out": _lose_former_key,
    "a key that was revoked": _revoke,
    "another head": _manifest(head=[1, "ab" * 32]),
    "another ticket asked for": _manifest(asked={"ticket": 1235, "since": None, "until": None}),
    "another time asked for": _manifest(
        asked={"ticket": 1234, "since": "2030-01-01T00:00:00.000000Z", "until": None}
    ),
    "another first entry": _manifest(first=3),
    "another last entry": _manifest(last=3),
    "other counts": _manifest(counts=[1, 1, 1, 0]),
    "a file said to be absent": _manifest(absent=["ab" * 32]),
    "a key that is not there": _manifest(key="0" * 16),
    "a signature in capitals": _capitals,
    "a file nobody sent": _add_file,
    "a file beside the package": _strange_file,
    "a file under another name": _rename_file,
    "a file lost": _lose_file,
    "the guide lost": _lose_script,
    "a time stamp of something else": _stamp("other"),
    "a time stamp of a manifest before it was signed anew": _stamp("manifest"),
    "a time stamp for another purpose": _stamp("record", purposes=(SERVER,)),
    "a time stamp for a purpose not critical": _stamp("record", critical=False),
    "a time stamp by an expired certificate": _stamp("record", days=-1),
    "a time stamp under no authority": _stamp("record", middle_is_authority=False),
    "a time stamp of a checkpoint that is not there": _lines(
        "timestamps.jsonl", lambda lines: lines[0].update(imprint="ab" * 32)
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_both_find_what_the_holder_of_the_key_may_try(way, changed, authority, package):
    folder = unpack(package())
    WAYS[way](folder, authority)
    assert both(folder) == (False, False)


def test_both_take_what_the_holder_of_the_key_signs_anew_unchanged(changed, package):
    folder = unpack(package())
    sign_anew(folder)
    (folder / "manifest.tst").unlink()
    assert both(folder) == (True, True)
