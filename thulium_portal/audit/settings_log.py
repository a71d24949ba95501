"""What the record knows of the portal's settings: every change of them, never a secret."""

import hashlib
import hmac
import json

from django.conf import settings
from django.db import transaction

from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import record
from thulium_portal.audit.signing import current_key

_SHOWN = (
    "AUDIT_REVOKED_KEYS",
    *("ALLOWED_HOSTS", "DEBUG", "DELIVERIES_AT_ONCE", "HTTPS", "LANGUAGE_CODE"),
    *("EMAIL_HOST", "EMAIL_PORT"),
    *("MAX_ATTACHMENT_MB", "MAX_ATTACHMENTS", "MAX_REPLY_MB", "PRACTICE_MODE"),
    *("OIDC_AGENT_LOGIN_CLAIM", "OIDC_CLIENT_ID", "OIDC_ISSUER", "OIDC_NAME", "PASSWORD_SIGN_IN"),
    *("RETENTION_ACCESS_DAYS", "RETENTION_FILES_DAYS", "RETENTION_TEXTS_DAYS"),
    "RETENTION_TICKETS_DAYS",
    *("THULIUM_ADDS_SIGNATURE", "THULIUM_COMMENT_FIELD"),
    *("THULIUM_TIME_ZONE", "THULIUM_URL"),
    *("SESSION_COOKIE_AGE", "SESSION_IDLE_SECONDS", "TIME_ZONE", "TIMESTAMP_CA_FILE"),
    "UNDO_SECONDS",
)
_SETS = ("ATTACHMENT_TYPES", "REQUIRE_SECOND_FACTOR")
_SECRET = (
    *("MONITORING_TOKEN", "OIDC_CLIENT_SECRET", "SECRET_KEY", "THULIUM_API_USER"),
    # An address may hold a password.
    *("THULIUM_API_PASSWORD", "TIMESTAMP_URL", "WEBHOOK_PASSWORD"),
    # Addresses are people's, and the chain keeps what it holds for ever.
    *("ALERT_EMAILS", "EMAIL_FROM", "EMAIL_HOST_PASSWORD", "EMAIL_HOST_USER"),
)


def record_settings() -> AuditEntry | None:
    """Record the settings if they are not those recorded last; returns the entry, if there is one.

    Of a secret only a fingerprint is kept, by the signing key: it tells that the secret changed (or
    the key did, whose own change shows as ``AUDIT_SIGNING_KEY``).
    """
    now, before = _settings(), _recorded()
    if now == before:
        return None
    gone = [f"{name}={value}" for name, value in before.items() if now.get(name) != value]
    with transaction.atomic():
        return record(
            Action.SETTINGS_CHANGED,
            actor=None,
            facts={
                "settings": [f"{name}={value}" for name, value in now.items()],
                "before": gone,
            },
        )


def _settings() -> dict[str, str]:
    shown = {name: str(getattr(settings, name)) for name in _SHOWN}
    for name in _SETS:
        shown[name] = ",".join(sorted(getattr(settings, name)))
    secret = {name: _fingerprint(str(getattr(settings, name))) for name in _SECRET}
    return shown | secret | {"AUDIT_SIGNING_KEY": current_key().id}


def _fingerprint(value: str) -> str:
    key = settings.AUDIT_SIGNING_KEY.encode()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:12]


def _recorded() -> dict[str, str]:
    entry = AuditEntry.objects.filter(action=Action.SETTINGS_CHANGED).first()
    lines = json.loads(entry.record)["facts"]["settings"] if entry else []
    return dict(line.split("=", 1) for line in lines)
