r"""Check an evidence package of the reply portal. Needs Python 3.9 or newer and nothing else.

    python3 verify.py [PACKAGE] [--key FINGERPRINT] [--authority FINGERPRINT]

PACKAGE is the ZIP file or the folder it was unpacked to; left out, the folder of this script. The
fingerprint of the portal's key, and that of the certificate of the authority of time stamps, are to
be learnt by another way than the package came. Exit status: 0 the package holds, 1 it does not, 3
it fits together but nothing is proven, for no key was named.

What is hashed and signed, and how, is told byte by byte in docs/evidence.md of the portal's source.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import importlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parent
AUTHORITY = "timestamp-authority.pem"


class Bad(Exception):
    """What does not hold, in a sentence."""


class Package:
    """The files of a package, in a ZIP or in a folder, and what was found in them."""

    def __init__(self, path: Path) -> None:
        self.path, self.zip = path, None if path.is_dir() else zipfile.ZipFile(path)
        self.claims: dict[str, Any] = json.loads(self.read("manifest.json"))
        self.keys: dict[str, bytes] = {}
        self.revoked: dict[str, int | None] = {}
        self.heirs: dict[str, str] = {}
        for key in json.loads(self.read("keys.json")):
            public = bytes.fromhex(key["public"])
            identity = hashlib.sha256(public).hexdigest()[:16]
            self.keys[identity], self.revoked[identity] = public, key.get("revoked_from")
        self.digests: dict[str, str] = {}
        self.marks: dict[int, str] = {}
        self.erased: list[str] = []
        self.attached: set[str] = set()
        self.links: dict[str, int] = {}
        self.times: list[tuple[str, str]] = []
        self.authorities: dict[str, str] = {}
        self.entries = self.full = self.texts = self.first = self.last = 0
        self.hash = self.begins = self.ends = ""

    def names(self) -> list[str]:
        if self.zip:
            return [name for name in self.zip.namelist() if not name.endswith("/")]
        files = [path.relative_to(self.path) for path in self.path.rglob("*") if path.is_file()]
        return [path.as_posix() for path in files if not path.name.startswith(".")]

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")

    def read(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read()

    def digest(self, name: str) -> str:
        total = hashlib.sha256()
        with self.open(name) as file:
            for piece in iter(lambda: file.read(1 << 16), b""):
                total.update(piece)
        return total.hexdigest()


def check_files(package: Package) -> str:
    """Check that the files are those of the manifest, no more and no fewer."""
    there, known = package.names(), package.claims["files"]
    optional = {"manifest.tst"} & set(there) if AUTHORITY in known else set()
    for name in sorted(set(there) ^ {*known, "manifest.json", "manifest.sig", *optional}):
        raise Bad(f"{name} {'does not belong to the package' if name in there else 'is missing'}")
    if len(there) != len(set(there)):
        raise Bad("a name is in the package twice")
    for name, expected in known.items():
        package.digests[name] = package.digest(name)
        if package.digests[name] != expected:
            raise Bad(f"{name} is not the file that the portal packed")
    return f"{len(known)}, each as the manifest says"


def check_manifest(package: Package) -> str:
    """Check the portal's signature of the manifest."""
    message = b"portal-evidence-v1\n" + package.read("manifest.json")
    text, key = package.read("manifest.sig").decode(), package.keys.get(package.claims["key"], b"")
    signature = bytes.fromhex(text)
    if signature.hex() != text or not proof("ed25519").is_signed(key, message, signature):
        raise Bad("not signed by the key it names, so it was changed")
    if package.revoked.get(package.claims["key"]) is not None:
        raise Bad("signed by a key that was revoked")
    return f"signed by the key {package.claims['key']} at {package.claims['made_at']}"


def check_checkpoints(package: Package) -> str:
    """Check the checkpoints' signatures, and that each follows from the one before it."""
    link, newest = "", ["nothing"]
    for raw in package.read("checkpoints.jsonl").splitlines():
        stored = json.loads(raw)
        statement, signature = stored["statement"], stored["signature"]
        mark = json.loads(statement)
        key = package.keys.get(mark["key"], b"")
        if not proof("ed25519").is_signed(key, statement.encode(), bytes.fromhex(signature)):
            raise Bad(f"that of entry {mark['seq']} is not signed by a key of the portal")
        if link and mark["prev"] != link:
            raise Bad(f"one before that of entry {mark['seq']} is missing")
        if "former" in mark:
            check_handover(package, mark)
        link = hashlib.sha256(f"{statement}\n{signature}".encode()).hexdigest()
        package.links[link] = mark["seq"]
        package.marks[mark["seq"]] = mark["hash"]
        newest = [mark["seq"], mark["hash"], mark["key"]]
    if newest != [*package.claims["head"], package.claims["key"]]:
        raise Bad("the newest is not the one that the manifest names")
    return f"{len(package.marks)}, signed, each following from the one before it"


def check_handover(package: Package, mark: dict[str, Any]) -> None:
    """Check that the former key signed its successor's first checkpoint as well."""
    former, told = mark["former"], {name: mark[name] for name in mark if name != "former"}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key, signature = package.keys.get(former["key"], b""), bytes.fromhex(former["signature"])
    if not proof("ed25519").is_signed(key, b"portal-key-handover-v1\n" + text.encode(), signature):
        raise Bad(f"that of entry {mark['seq']} was not signed by the former key")
    revoked = package.revoked[former["key"]]
    if revoked is None or mark["seq"] < revoked:
        package.heirs[former["key"]] = mark["key"]


def check_times(package: Package) -> str:
    """Check each time stamp: its imprint, its signature, the way to a certificate trusted."""
    anchors = proof("certificates").from_pem(package.read(AUTHORITY).decode("ascii", "replace"))
    found, own = [], "the package itself has none"
    for raw in package.read("timestamps.jsonl").splitlines():
        stored = json.loads(raw)
        if stored["imprint"] not in package.links:
            raise Bad("one is of something else than a checkpoint of the package")
        told = f"entries up to {package.links[stored['imprint']]}"
        found.append((told, base64.b64decode(stored["token"]), stored["imprint"]))
    if "manifest.tst" in package.names():
        both = package.read("manifest.json") + b"\n" + package.read("manifest.sig")
        imprint, own = hashlib.sha256(both).hexdigest(), "that of the package among them"
        found.append(("the package", package.read("manifest.tst"), imprint))
    for told, token, imprint in found:
        try:
            stamp = proof("timestamps").checked(token, bytes.fromhex(imprint), anchors)
        except proof("der").Unreadable as error:
            raise Bad(f"that of {told} is false: {error}") from None
        package.times.append((told, stamp.time))
        package.authorities[stamp.anchor] = stamp.authority
    return f"{len(found)}, {own}"


def proof(name: str) -> Any:
    """Return a module of the folder that lies beside this script, or in the portal's source."""
    sys.dont_write_bytecode = True  # the folder of the package stays as it is
    for folder in (HERE, HERE.parent / "lib"):
        if (folder / "proof" / f"{name}.py").is_file():
            if str(folder) not in sys.path:
                sys.path.insert(0, str(folder))
            return importlib.import_module(f"proof.{name}")
    raise Bad("the folder proof must lie beside this script: unpack the whole package")


def check_entries(package: Package) -> str:
    """Check that entry follows from entry up to a checkpoint, and that the texts are theirs."""
    claims = package.claims
    with package.open("entries.jsonl") as lines:
        for raw in lines:
            try:
                check_entry(package, json.loads(raw))
            except (ValueError, KeyError, TypeError, AttributeError):
                seq = package.last + 1 if package.entries else claims["first"]
                raise Bad(f"entry {seq} cannot be read") from None
    if (package.first, package.last) != (claims["first"], claims["last"]):
        raise Bad(f"not entries {claims['first']} to {claims['last']}, which the manifest names")
    if package.marks.get(package.last) != package.hash:
        raise Bad(f"no checkpoint confirms entry {package.last}")
    found = [package.entries, package.full, package.texts, len(package.erased)]
    if found != claims["counts"]:
        raise Bad(f"the manifest counts {claims['counts']}, there are {found}")
    return f"{package.entries}, from {package.first} to {package.last}, none missing, none changed"


def check_entry(package: Package, line: dict[str, Any]) -> None:
    """Check one entry against the one before it, its checkpoint and what was asked for."""
    record, entry = line["record"], json.loads(line["record"])
    seq, digest = entry["seq"], hashlib.sha256(b"portal-audit-v1\n" + record.encode()).hexdigest()
    written = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if package.entries and seq != package.last + 1:
        raise Bad(f"entry {package.last + 1} is missing or out of its place")
    if digest != line["hash"] or written != record:
        raise Bad(f"entry {seq} was changed: its content no longer gives its hash")
    if entry["prev"] != (package.hash or ("0" * 64 if seq == 1 else entry["prev"])):
        raise Bad(f"entry {seq} does not follow from the entry before it")
    if package.marks.get(seq, digest) != digest:
        raise Bad(f"entry {seq} is not the one that its signed checkpoint speaks of")
    if is_asked_for(entry, package.claims["asked"]) != ("contents" in line):
        raise Bad(f"entry {seq} ought to be here in full, or ought not to be")
    if "contents" in line:
        check_texts(package, entry, line["contents"])
    package.first, package.begins = package.first or seq, package.begins or entry["at"]
    package.last, package.hash, package.ends = seq, digest, entry["at"]
    package.entries += 1


def is_asked_for(entry: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Tell whether an entry is asked for; looking at the record is no part of a ticket's story."""
    ticket, since, until = asked["ticket"], asked["since"] or "", asked["until"] or "9"
    own = ticket is None or (entry["ticket"] == ticket and not entry["action"].startswith("audit."))
    return bool(own and since <= entry["at"] < until)


def check_texts(package: Package, entry: dict[str, Any], texts: list[dict[str, str]]) -> None:
    """Check the texts kept with an entry, and note which of them are gone.

    To whom a reply went is one of them, the recipient, and proven as its words are.
    """
    promised = dict(entry["commit"])
    for text in texts:
        field, data, salt = text["field"], text["data"].encode(), bytes.fromhex(text["salt"])
        message = b"%s\n%d\n%s" % (field.encode(), len(data), data)
        if promised.pop(field, "") != hmac.new(salt, message, hashlib.sha256).hexdigest():
            raise Bad(f"a text of entry {entry['seq']} was changed: {field}")
    package.full, package.texts = package.full + 1, package.texts + len(texts)
    package.erased += [f"{field} of entry {entry['seq']}" for field in promised]
    package.attached.update(entry["facts"].get("attachments") or [])


def check_attachments(package: Package) -> str:
    """Check that the attached files are those the entries tell of."""
    given = {name: name[6:].split(".")[0] for name in package.digests if name.startswith("files/")}
    for name, digest in given.items():
        if package.digests[name] != digest or digest not in package.attached:
            raise Bad(f"{name} is not a file that the entries tell of")
    absent, named = sorted(package.attached - set(given.values())), package.claims["absent"]
    if absent != named:
        raise Bad(f"the portal packed all files but {named}, missing are {absent}")
    return f"{len(given)}, each the one recorded" + "".join(f"; gone: {name}" for name in absent)


PROVEN = """
{head}
- entries {p.first} ({p.begins}) to {p.last} ({p.ends}) stood in
  the record exactly so, in this order, when the portal signed them;
- {p.full} of these {p.entries} entries belong to what was asked for ({asked}); none of
  them was left out, and their texts, recipients and files are the recorded ones, but for those
  that are gone.
NOT PROVEN:
- what was recorded before entry {p.first} or after entry {p.last};
- that the portal's clock was right, and that Thulium told the portal the truth;
- that the holder of the key keeps only one record: compare the newest checkpoint with a copy
  kept elsewhere, entry {claims[head][0]} with the hash
  {claims[head][1]}.
"""
COMPARE = """COMPARE FIRST: this package says it is signed by the key
    {key}
Nothing of what follows proves anything before you know that this is the portal's key: a forger
could have made all of it. Ask the owner of the portal by telephone, not by answering the message
that brought the package, and run this again with --key and what you were told.
"""
UNPROVEN = "THE PACKAGE FITS TOGETHER. NOTHING IS PROVEN YET: COMPARE THE KEY."


def holds(package: Package) -> bool:
    """Run the checks, say what came of each, and tell whether all went well."""
    good = True
    checks = [check_files, check_manifest, check_checkpoints, check_entries, check_attachments]
    if AUTHORITY in package.claims["files"]:
        checks.insert(3, check_times)
    for check in checks:
        name = check.__name__[6:]
        if check is check_attachments and not good:
            break
        try:
            print(f"OK   {name}: {check(package)}")
        except Exception as error:  # noqa: BLE001 - whatever a forger may have written
            reason = error if isinstance(error, Bad) else f"cannot be read ({error})"
            print(f"BAD  {name}: {reason}")
            good = False
    for text in package.erased:
        print(f"GONE {text}")
    return good


def grouped(digits: str) -> str:
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def fingerprint(package: Package) -> str:
    """Return the first 32 digits of the SHA-256 of the key that the manifest names."""
    return hashlib.sha256(package.keys[package.claims["key"]]).hexdigest()[:32]


def has_inherited(package: Package, trusted: str) -> bool:
    """Tell whether the key with that fingerprint handed over, by way of others, to the newest."""
    is_it = {hashlib.sha256(public).hexdigest()[:32]: key for key, public in package.keys.items()}
    here = is_it.get(trusted, "")
    while here in package.heirs:
        here = package.heirs.pop(here)
    return bool(here == package.claims["key"])


def plain(fingerprint: str) -> str:
    """Return a fingerprint as computers write it: no blanks or colons, small letters."""
    return "".join(fingerprint.lower().replace(":", " ").split())


def explain(package: Package, trusted: str, authorities: list[str]) -> bool:
    """Say what a package that holds proves; tell whether what was named is what is there."""
    key, head = fingerprint(package), "PROVEN, with the key that you named:"
    if trusted and plain(trusted) != key and has_inherited(package, plain(trusted)):
        head = f"PROVEN, with the key that you named; it handed over to {grouped(key)}:"
    elif trusted and plain(trusted) != key:
        print(f"BAD  key: the package is signed by {grouped(key)}, not by the key you named")
        return False
    strange = set(package.authorities) - {plain(each) for each in authorities}
    if authorities and (strange or not package.times):
        print("BAD  times: no time stamps by the certificate you named" + "".join(
            f", but by {each}" for each in sorted(strange)))  # fmt: skip
        return False
    asked = ", ".join(f"{name} {value}" for name, value in package.claims["asked"].items() if value)
    if not trusted:
        head = f"ONCE YOU KNOW that the key is {grouped(key)}, this is proven:"
    print(PROVEN.format(p=package, claims=package.claims, head=head, asked=asked))
    if package.times:
        named = "that you named" if authorities else "ONCE COMPARED with what it publishes"
        for anchor, name in sorted(package.authorities.items()):
            print(f"TIME by the authority {name}, certificate {named}:\n  SHA-256 {anchor}")
        for told, time in (package.times[0], *package.times[1:][-2:]):
            print(f"- {told} existed at {time}")
    return True


def main() -> int:
    """Say in plain words whether the package holds; return the exit status."""
    parser = argparse.ArgumentParser(description="Check an evidence package of the reply portal.")
    parser.add_argument("package", nargs="?", type=Path, default=HERE)
    parser.add_argument("--key", default="", help="fingerprint of the portal's signing key")
    told = "SHA-256 of the certificate of an authority of time stamps"
    parser.add_argument("--authority", action="append", default=[], help=told)
    given = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        package = Package(given.package)
        if not given.key:
            print(COMPARE.format(key=grouped(fingerprint(package))))
        good = holds(package) and explain(package, given.key, given.authority)
    except Exception as error:  # noqa: BLE001 - the same
        print(f"BAD  package: cannot be read ({error})")
        good = False
    if good and not given.key:
        print(UNPROVEN)
        return 3
    print("THE PACKAGE HOLDS." if good else "THE PACKAGE DOES NOT HOLD.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
