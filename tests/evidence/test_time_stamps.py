"""Packages with time stamps of a real authority, checked offline by a bare Python."""

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.packages import lines_of, put_lines, sign_anew, unpack, verify
from tests.support.pages import missing
from tests.support.record import note
from tests.support.time_authority import SERVER, TimeAuthority, running
from thulium_portal.audit.models import TimeStamp
from thulium_portal.audit.signing import current_key
from thulium_portal.audit.time_authority import stamp_days

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Run an authority; return its folder, address and itself."""
    folder: Path = tmp_path_factory.mktemp("authority")
    authority = TimeAuthority()
    authority.save(folder)
    with running(folder) as address:
        yield folder, address, authority


@pytest.fixture
def authority(served, settings) -> TimeAuthority:
    folder, address, authority = served
    settings.TIMESTAMP_URL, settings.TIMESTAMP_CA_FILE = f"{address}/", str(folder / "root.pem")
    return authority


@pytest.fixture
def stamped(authority, answered, package) -> Path:
    """Return the folder of a package with a time stamp of its own and one of the record."""
    assert stamp_days() == 1
    return unpack(package())


def root_of(authority: TimeAuthority) -> str:
    return hashlib.sha256(authority.root.public_bytes(Encoding.DER)).hexdigest()


def test_a_stranger_checks_the_time_offline_with_nothing_installed(stamped, authority):
    key = ("--key", current_key().fingerprint)
    verdict = verify(stamped, *key, "--authority", root_of(authority))
    assert verdict.code == 0, verdict.text
    assert "times: 2, that of the package among them" in verdict.text
    assert not missing(verdict.text, "TIME by the authority Test clock", "that you named")
    row = TimeStamp.objects.get()
    at = row.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert f"- entries up to {row.checkpoint.sequence} existed at {at}" in verdict.text
    assert "- the package existed at 20" in verdict.text
    # The folder is as it was: checked once more it still holds.
    assert verify(stamped, *key).code == 0


def test_without_the_certificate_named_the_time_is_to_be_compared(stamped, authority):
    verdict = verify(stamped, "--key", current_key().fingerprint)
    assert verdict.code == 0
    assert "certificate ONCE COMPARED with what it publishes" in verdict.text
    assert root_of(authority) in verdict.text


def test_the_zip_is_checked_as_it_came_too(stamped):
    verdict = verify(stamped, stamped.with_suffix(".zip"))
    assert (verdict.code, verdict.lines("BAD")) == (3, [])


def test_another_authority_than_the_one_named_is_told(stamped, authority):
    verdict = verify(stamped, "--authority", "ab" * 32)
    assert verdict.code == 1
    assert root_of(authority) in verdict.lines("BAD")[0]


def test_an_authority_that_is_down_leaves_a_package_without(
    authority, answered, package, settings, as_ewa, ewa
):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    verdict = verify(unpack(package()))
    assert verdict.fits
    assert "times: 0, the package itself has none" in verdict.text
    response = as_ewa.get("/audit/evidence/download/?ticket=1234")
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"
    text = as_ewa.get("/audit/evidence/").content.decode()
    assert not missing(text, "Pakiet nie ma własnego znacznika czasu", "Urząd jeszcze nie odpow")


def test_the_page_shows_authority_and_newest_time_stamp(authority, answered, as_ewa):
    assert stamp_days() == 1
    text = as_ewa.get("/audit/evidence/").content.decode()
    assert not missing(text, "Znaczniki czasu", "Test clock root")
    root = root_of(authority)
    assert " ".join(root[place : place + 4] for place in range(0, 64, 4)) in text
    assert "jeszcze nie odpow" not in text


def bad(folder: Path) -> str:
    verdict = verify(folder)
    assert verdict.code == 1, verdict.text
    return verdict.lines("BAD")[0]


def test_no_bit_of_the_time_stamp_that_says_something_may_change(stamped):
    path = stamped / "manifest.tst"
    whole = path.read_bytes()
    for place in range(60, len(whole), len(whole) // 12):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert bad(stamped).startswith("times: ")
    path.write_bytes(b"")
    assert bad(stamped).startswith("times: that of the package is false")


def test_the_time_stamp_of_another_package_does_not_fit(stamped, package):
    other = (stamped / "manifest.tst").read_bytes()
    folder = unpack(package())
    (folder / "manifest.tst").write_bytes(other)
    assert "that of the package is false: it is the time stamp of something else" in bad(folder)


def test_a_manifest_signed_anew_loses_its_time(stamped):
    """Who holds the key can sign another manifest, not move it into the past."""
    sign_anew(stamped, made_at="2020-01-01T00:00:00.000000Z")
    assert "time stamp of something else" in bad(stamped)


def test_the_time_stamp_of_a_checkpoint_that_is_not_there_is_found(stamped, authority):
    [line] = lines_of(stamped, "timestamps.jsonl")
    token = authority.token(hashlib.sha256(b"x").digest())
    strange = {
        "imprint": hashlib.sha256(b"x").hexdigest(),
        "token": base64.b64encode(token).decode(),
    }
    put_lines(stamped, [line, strange], "timestamps.jsonl")
    (stamped / "manifest.tst").unlink()
    sign_anew(stamped)
    assert "something else than a checkpoint" in bad(stamped)


@pytest.mark.parametrize(
    "made", [{"purposes": (SERVER,)}, {"days": -1}], ids=["purpose", "expired"]
)
def test_a_time_stamp_by_a_certificate_that_may_not_is_found(made, stamped):
    liar = TimeAuthority(**made)
    (stamped / "timestamp-authority.pem").write_text(liar.pem)
    [line] = lines_of(stamped, "timestamps.jsonl")
    token = liar.token(bytes.fromhex(line["imprint"]))
    put_lines(stamped, [line | {"token": base64.b64encode(token).decode()}], "timestamps.jsonl")
    (stamped / "manifest.tst").unlink()
    sign_anew(stamped)
    assert "is false" in bad(stamped)


def test_an_authority_of_the_forgers_own_shows_by_its_certificate(stamped, authority):
    forger = TimeAuthority()
    (stamped / "timestamp-authority.pem").write_text(forger.pem)
    put_lines(stamped, [], "timestamps.jsonl")
    sign_anew(stamped)
    both = (
        (stamped / "manifest.json").read_bytes() + b"\n" + (stamped / "manifest.sig").read_bytes()
    )
    (stamped / "manifest.tst").write_bytes(forger.token(hashlib.sha256(both).digest()))
    assert verify(stamped).fits
    assert verify(stamped, "--authority", root_of(authority)).code == 1


def test_a_time_stamp_where_none_belongs_is_an_added_file(answered, package):
    folder = unpack(package())
    (folder / "manifest.tst").write_bytes(b"x")
    assert bad(folder) == "files: manifest.tst does not belong to the package"


def test_without_its_folder_the_script_says_what_is_missing(stamped, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "verify.py").write_bytes((stamped / "verify.py").read_bytes())
    verdict = verify(alone, stamped.with_suffix(".zip"))
    assert verdict.code == 1
    assert "the folder proof must lie beside this script" in verdict.lines("BAD")[0]


def test_an_audit_of_nothing_has_no_authority(answered, package):
    note()
    assert not (unpack(package()) / "timestamps.jsonl").exists()
