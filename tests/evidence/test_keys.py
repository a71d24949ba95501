"""Packages after the key was changed or revoked."""

import json

import pytest

from tests.support.packages import lines_of, put_lines, sign_anew, unpack, verify
from tests.support.record import note
from thulium_portal.audit.chain import canonical
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.signing import current_key, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(answered, settings) -> str:
    """Change the key after a checkpoint; return the former fingerprint."""
    former = current_key().fingerprint
    checkpoint()
    settings.AUDIT_SIGNING_KEY_FALLBACKS = [settings.AUDIT_SIGNING_KEY]
    settings.AUDIT_SIGNING_KEY = "another-" + "k" * 50
    note()
    checkpoint()
    return former


def test_who_noted_the_former_key_is_led_to_the_new_one(changed, package):
    folder = unpack(package())
    verdict = verify(folder, "--key", changed)
    assert verdict.code == 0, verdict.text
    assert f"handed over to {current_key().fingerprint}" in verdict.text
    assert verify(folder, "--key", current_key().fingerprint).code == 0


def test_a_revoked_key_hands_over_to_nobody(changed, package, settings):
    settings.AUDIT_REVOKED_KEYS = {changed.replace(" ", "")[:16]: 1}
    folder = unpack(package())
    assert json.loads((folder / "keys.json").read_text())[1]["revoked_from"] == 1
    assert verify(folder, "--key", changed).code == 1
    assert verify(folder, "--key", current_key().fingerprint).code == 0


def test_a_handover_without_the_former_key_is_found(changed, package):
    folder = unpack(package())
    lines = lines_of(folder, "checkpoints.jsonl")
    told = json.loads(lines[-2]["statement"])
    told["former"]["signature"] = "00" * 64
    statement = canonical(told)
    lines = [*lines[:-2], {"statement": statement, "signature": sign(statement)}]
    put_lines(folder, lines, "checkpoints.jsonl")
    sign_anew(folder, head=[told["seq"], told["hash"]])
    verdict = verify(folder, "--key", current_key().fingerprint)
    assert verdict.code == 1
    assert f"checkpoints: that of entry {told['seq']} was not signed by the former key" in (
        verdict.lines("BAD")
    )


def test_a_package_signed_by_a_revoked_key_does_not_hold(answered, package):
    folder = unpack(package())
    keys = json.loads((folder / "keys.json").read_text())
    keys[0]["revoked_from"] = 5
    (folder / "keys.json").write_text(json.dumps(keys))
    sign_anew(folder)
    verdict = verify(folder, "--key", current_key().fingerprint)
    assert verdict.lines("BAD") == ["manifest: signed by a key that was revoked"]


def test_the_page_tells_which_key_was_revoked(changed, as_ewa, settings):
    settings.AUDIT_REVOKED_KEYS = {changed.replace(" ", "")[:16]: 12}
    text = as_ewa.get("/audit/evidence/").content.decode()
    assert "unieważniony od wpisu 12" in text
