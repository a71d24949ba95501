"""Keys that change hands: both sign the handover; one that was revoked counts no more."""

import json

import pytest

from tests.support.record import note
from thulium_portal.audit import checkpoints
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import Checkpoint
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.signing import current_key
from thulium_portal.audit.verification import verify

pytestmark = pytest.mark.django_db

NEW = "another-" + "k" * 50


@pytest.fixture
def change_key(settings):
    """Return a function that does what an operator does who changes the key."""

    def change_key(secret: str = NEW, *, revoked_from: int | None = None) -> None:
        former = current_key().id
        settings.AUDIT_SIGNING_KEY_FALLBACKS = [
            settings.AUDIT_SIGNING_KEY,
            *settings.AUDIT_SIGNING_KEY_FALLBACKS,
        ]
        settings.AUDIT_SIGNING_KEY = secret
        if revoked_from is not None:
            settings.AUDIT_REVOKED_KEYS = {former: revoked_from}

    return change_key


def sign() -> Checkpoint:
    note()
    made = checkpoint()
    assert made
    return made


def test_the_first_checkpoint_of_a_new_key_is_signed_by_the_former_one_too(change_key):
    former = current_key().id
    sign()
    change_key()
    handover, later = json.loads(sign().statement), json.loads(sign().statement)
    assert (handover["key"], handover["former"]["key"]) == (current_key().id, former)
    assert "former" not in later
    assert verify().broken is None


def test_a_handover_the_former_key_did_not_sign_is_found(change_key, tamper):
    sign()
    change_key()
    made = sign()
    told = json.loads(made.statement)
    told["former"]["signature"] = current_key().private.sign(b"no handover").hex()
    statement = checkpoints.canonical(told)
    signature = current_key().private.sign(statement.encode()).hex()
    with tamper() as sql:
        sql(
            "UPDATE audit_checkpoint SET statement = %s, signature = %s WHERE id = %s",
            statement,
            signature,
            made.pk,
        )
    assert verify().broken == Broken(2, RecordFault.SIGNATURE)


def test_what_a_revoked_key_signed_last_proves_nothing(change_key):
    sign()
    sign()
    change_key(revoked_from=2)
    assert verify().broken == Broken(2, RecordFault.REVOKED)
    # The next checkpoint names the one before it, so the good key vouches for both.
    handover = json.loads(sign().statement)
    assert "former" not in handover
    assert verify().broken is None


def test_what_a_key_signed_before_it_was_revoked_counts(change_key):
    sign()
    change_key(revoked_from=2)
    assert verify().broken is None


def test_a_thief_who_signs_anew_with_a_revoked_key_is_found(change_key, settings, data_dir):
    """With write access to the database and the stolen key, behind the last good checkpoint."""
    sign()
    stolen = settings.AUDIT_SIGNING_KEY
    change_key(revoked_from=2)
    sign()
    assert verify().broken is None
    own, settings.AUDIT_SIGNING_KEY = settings.AUDIT_SIGNING_KEY, stolen
    sign()
    settings.AUDIT_SIGNING_KEY = own
    assert verify().broken == Broken(3, RecordFault.REVOKED)


def test_the_file_must_not_end_with_a_revoked_key_either(change_key, settings, tamper):
    sign()
    sign()
    change_key(revoked_from=2)
    with tamper() as sql:
        sql("DELETE FROM audit_checkpoint WHERE sequence = %s", 2)
    assert verify().broken == Broken(2, RecordFault.REVOKED)


def test_a_former_key_that_is_named_no_more_is_told(change_key, settings):
    sign()
    change_key()
    settings.AUDIT_SIGNING_KEY_FALLBACKS = []
    assert "former" not in json.loads(sign().statement)
    assert verify().broken == Broken(1, RecordFault.SIGNATURE)
