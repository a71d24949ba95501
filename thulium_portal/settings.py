"""The one settings file; `.env` and the environment are read here and nowhere else.

Names and defaults are those of ``.env.example``; secrets may lie in files (``<name>_FILE``).
"""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.roles import Permission, Role
from thulium_portal.audit import signing
from thulium_portal.environment import Environment, portal_url, require_whole_sign_on
from thulium_portal.lib.file_endings import USUAL_ENDINGS
from thulium_portal.lib.html.mail_frame import MAIL_FRAME_STYLE_HASH
from thulium_portal.lib.key_strength import require_strong_keys
from thulium_portal.site import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

# Thulium; without an address the portal runs in practice mode against its own stand-in.
THULIUM_URL = env.thulium_url("THULIUM_URL")
PRACTICE_MODE = not THULIUM_URL
PRACTICE_PORT = env.number("PRACTICE_PORT", 8801, least=1, most=65535)
PRACTICE_API_USER = "practice"
PRACTICE_API_PASSWORD = "ćwiczenie-żółw"  # noqa: S105 - opens nothing but the stand-in
if PRACTICE_MODE:
    THULIUM_URL = f"http://127.0.0.1:{PRACTICE_PORT}"
    THULIUM_API_USER, THULIUM_API_PASSWORD = PRACTICE_API_USER, PRACTICE_API_PASSWORD
else:
    THULIUM_API_USER = env.text("THULIUM_API_USER")
    THULIUM_API_PASSWORD = env.secret("THULIUM_API_PASSWORD")
    if not THULIUM_API_USER or not THULIUM_API_PASSWORD:
        raise ImproperlyConfigured(
            "THULIUM_URL is set but THULIUM_API_USER or THULIUM_API_PASSWORD is empty; "
            "write both into .env (Thulium: Administration, Users, API users)."
        )
THULIUM_CONNECT_TIMEOUT = env.seconds("THULIUM_CONNECT_TIMEOUT", 5)
THULIUM_READ_TIMEOUT = env.seconds("THULIUM_READ_TIMEOUT", 30)
THULIUM_CA_FILE = env.text("THULIUM_CA_FILE")
THULIUM_TIME_ZONE = env.time_zone("THULIUM_TIME_ZONE", "Europe/Warsaw")
# The practice Thulium reads notes from the field that every message has for them.
THULIUM_COMMENT_FIELD = env.text("THULIUM_COMMENT_FIELD") or ("comment" if PRACTICE_MODE else "")
THULIUM_ADDS_SIGNATURE = env.flag("THULIUM_ADDS_SIGNATURE", default=False)
THULIUM_TICKET_LINK = env.ticket_link("THULIUM_TICKET_LINK")

WEBHOOK_PASSWORD = env.secret("WEBHOOK_PASSWORD")

# Secrets
SECRET_KEY = env.secret("SECRET_KEY")
if not SECRET_KEY and PRACTICE_MODE:
    SECRET_KEY = "practice-mode-only-" + hashlib.sha256(str(BASE_DIR).encode()).hexdigest()
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or shorter than 32 characters; `make run` writes a fresh one into "
        ".env, or put 50 random characters there yourself."
    )
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS")
AUDIT_SIGNING_KEY = env.secret("AUDIT_SIGNING_KEY")
if not AUDIT_SIGNING_KEY:
    if not PRACTICE_MODE:
        raise ImproperlyConfigured(
            "AUDIT_SIGNING_KEY is missing; it signs the audit record. Put 50 random characters "
            "of its own into .env and keep a copy."
        )
    AUDIT_SIGNING_KEY = hashlib.sha256(b"audit-signing:" + SECRET_KEY.encode()).hexdigest()
AUDIT_SIGNING_KEY_FALLBACKS = env.secrets("AUDIT_SIGNING_KEY_FALLBACKS")
AUDIT_REVOKED_KEYS = env.revoked_keys("AUDIT_REVOKED_KEYS")
if signing.id_of(AUDIT_SIGNING_KEY) in AUDIT_REVOKED_KEYS:
    raise ImproperlyConfigured("AUDIT_REVOKED_KEYS names the key in use; change that one first.")
# An authority of time stamps (RFC 3161); without an address none are asked for.
TIMESTAMP_URL = env.authority_url("TIMESTAMP_URL")
TIMESTAMP_CA_FILE = env.certificates_file("TIMESTAMP_CA_FILE")
if TIMESTAMP_URL and not TIMESTAMP_CA_FILE:
    raise ImproperlyConfigured(
        "TIMESTAMP_URL is set but TIMESTAMP_CA_FILE is empty; write the path of a file with the "
        "authority's certificates there, by which its time stamps are checked."
    )
if not PRACTICE_MODE:
    require_strong_keys(SECRET_KEY=SECRET_KEY, AUDIT_SIGNING_KEY=AUDIT_SIGNING_KEY)

DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

# Serving
MONITORING_TOKEN = env.long_secret("MONITORING_TOKEN")
PORT = env.number("PORT", 8000, least=1, most=65535)

# Data
DATA_DIR = BASE_DIR / env.text("DATA_DIR", "data")
DATABASES = {
    "default": env.database(
        "DATABASE_URL", f"sqlite:///{DATA_DIR}/portal.sqlite3", base_dir=BASE_DIR
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MAX_ATTACHMENT_MB = env.number("MAX_ATTACHMENT_MB", 25, least=1, most=25)
MAX_ATTACHMENTS = 10
MAX_REPLY_MB = env.number("MAX_REPLY_MB", 25, least=1, most=250)
ATTACHMENT_TYPES = env.endings("ATTACHMENT_TYPES", USUAL_ENDINGS)
CLAMD_ADDRESS = env.socket_address("CLAMD_ADDRESS")
MAX_BODY_CHARACTERS = 200_000
# Of one request: its texts, its fields, and all of it, files included.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 100
MAX_REQUEST_BYTES = (MAX_ATTACHMENT_MB * MAX_ATTACHMENTS + 16) * 1024 * 1024
MAX_STRANGERS_REQUEST_BYTES = 256 * 1024

# Replies
UNDO_SECONDS = env.number("UNDO_SECONDS", 30, least=0, most=600)
DELIVERIES_AT_ONCE = env.number("DELIVERIES_AT_ONCE", 8, least=1, most=64)

# Retention, in days after a reply was settled or an access happened; 0 keeps for ever.
RETENTION_TEXTS_DAYS = env.number("RETENTION_TEXTS_DAYS", 0, least=0, most=36500)
RETENTION_FILES_DAYS = env.number("RETENTION_FILES_DAYS", 0, least=0, most=36500)
RETENTION_ACCESS_DAYS = env.number("RETENTION_ACCESS_DAYS", 0, least=0, most=36500)
# In days after the last change of a closed ticket that the lists know.
RETENTION_TICKETS_DAYS = env.number("RETENTION_TICKETS_DAYS", 90, least=0, most=36500)

# People
AUTH_USER_MODEL = "accounts.User"
# Single sign-on with one OpenID Connect provider; without an issuer there is none.
OIDC_ISSUER = env.issuer("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.secret("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME")
OIDC_AGENT_LOGIN_CLAIM = env.text("OIDC_AGENT_LOGIN_CLAIM", "preferred_username")
PASSWORD_SIGN_IN = env.flag("PASSWORD_SIGN_IN", default=True)
require_whole_sign_on(
    OIDC_NAME,
    passwords=PASSWORD_SIGN_IN,
    OIDC_ISSUER=OIDC_ISSUER,
    OIDC_CLIENT_ID=OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET=OIDC_CLIENT_SECRET,
)
OIDC_NAME = OIDC_NAME or urlsplit(OIDC_ISSUER).hostname or ""
AUTHENTICATION_BACKENDS = ["thulium_portal.accounts.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "thulium_portal.accounts.passwords.validation.LongestValidator"},
    {"NAME": "thulium_portal.accounts.passwords.validation.VarietyValidator"},
    {"NAME": "thulium_portal.accounts.passwords.validation.KnownWordsValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
# Pages of higher floors: where a person's day begins, who received a recalled text.
ABSOLUTE_URL_OVERRIDES = {
    "accounts.user": lambda person: reverse(
        "desk:index" if person.may(Permission.READ_TICKETS) else "review:index"
    ),
    "canned.recall": lambda recall: reverse("replies:recall", args=[recall.pk]),
}

INSTALLED_APPS = [
    "thulium_portal.site",
    "thulium_portal.storage",
    "thulium_portal.audit",
    "thulium_portal.accounts",
    "thulium_portal.tickets",
    "thulium_portal.canned",
    "thulium_portal.stop_rules",
    "thulium_portal.signatures",
    "thulium_portal.notes",
    "thulium_portal.replies",
    "thulium_portal.bulk",
    "thulium_portal.desk",
    "thulium_portal.handover",
    "thulium_portal.command",
    "thulium_portal.review",
    "thulium_portal.reports",
    "thulium_portal.evidence",
    "thulium_portal.quality",
    "thulium_portal.privacy",
    "thulium_portal.operations",
    "thulium_portal.practice",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.forms",
    "thulium_portal.site.staticfiles.PortalStaticFilesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "js_asset",
    "lucide",
]

MIDDLEWARE = [
    "thulium_portal.site.proxies.TrustedProxyMiddleware",
    "thulium_portal.site.middleware.PermissionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "thulium_portal.site.middleware.NoStoreMiddleware",
    "thulium_portal.site.middleware.CompressPagesMiddleware",
    "thulium_portal.audit.middleware.RequestIdMiddleware",
    "thulium_portal.site.middleware.NoNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "thulium_portal.accounts.sessions.middleware.SessionLimitsMiddleware",
    "thulium_portal.accounts.middleware.PersonLocaleMiddleware",
    "thulium_portal.accounts.middleware.PortalLoginRequiredMiddleware",
    "thulium_portal.accounts.passwords.middleware.FirstPasswordMiddleware",
    "thulium_portal.accounts.second_factor.middleware.SecondFactorMiddleware",
    "thulium_portal.tickets.middleware.ReachMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "thulium_portal.accounts.door.DoorMiddleware",
    "thulium_portal.accounts.pace.middleware.PaceMiddleware",
    "thulium_portal.site.middleware.LeadBackMiddleware",
]

ROOT_URLCONF = "thulium_portal.urls"
WSGI_APPLICATION = "thulium_portal.wsgi.application"
CSRF_FAILURE_VIEW = "thulium_portal.site.views.csrf_failure"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "thulium_portal.site.context_processors.page",
                "thulium_portal.accounts.people.context_processors.for_administrators",
                "thulium_portal.replies.views.context_processors.line_banner",
                "thulium_portal.replies.views.context_processors.undo_bar",
                "thulium_portal.replies.views.context_processors.to_approve",
                "thulium_portal.canned.context_processors.waiting",
                "thulium_portal.review.context_processors.broken_record",
            ],
            "builtins": ["thulium_portal.site.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Languages
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "pl", ["pl", "en"])
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Warsaw")
USE_TZ = True
FORMAT_MODULE_PATH = ["thulium_portal.site.formats"]

# Sign-in (django-allauth)
ACCOUNT_ADAPTER = "thulium_portal.accounts.sign_in.adapter.PortalAccountAdapter"
ACCOUNT_FORMS = {"login": "thulium_portal.accounts.sign_in.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
SOCIALACCOUNT_ADAPTER = "thulium_portal.accounts.single_sign_on.adapter.SignOnAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_RATE_LIMITS = {
    # Passwords and codes have limits of their own, in accounts/guesses.py.
    "login": None,
    "login_failed": None,
    # Mails to one person, and from one address, which an office may share.
    "reset_password": "20/m/ip,5/h/key",
}

# Second factor (django-allauth)
REQUIRE_SECOND_FACTOR = env.some_of("REQUIRE_SECOND_FACTOR", Role.values)
MFA_ADAPTER = "thulium_portal.accounts.second_factor.adapter.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}

CACHES = {
    "default": {
        # In the database, so that sign-in limits count across all web processes.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Room for many names tried at once: what is crowded out is not counted any more.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Static files and uploads
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # What replies and canned responses bring; another store comes by naming its class here.
    "default": {"BACKEND": "thulium_portal.storage.backends.DurableStorage"},
    "staticfiles": {"BACKEND": "thulium_portal.site.staticfiles.PortalStaticFilesStorage"},
}

# Security
HTTPS = env.flag("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
# Programs are refused instead: what they send would have gone unprotected before being led on.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$", r"^hooks/"]
# Whose word on visitors is believed: read in site/proxies.py, and nowhere else.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers take “__Host-” over HTTPS only and from this very host, not from a neighbour.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "portal_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "portal_csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "portal_language"
# What a page says next may name a customer: it stays here.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Carries no session: it shows that a person has signed in here before.
BROWSER_COOKIE_NAME = "__Host-browser" if HTTPS else "portal_browser"
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 10, least=1, most=168) * 3600
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_MINUTES", 30, least=5, most=1440) * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # No inline style but the frames' own, by its hash: a frame inherits this policy.
        "style-src": [SELF, MAIL_FRAME_STYLE_HASH],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Mail. Links in mails begin with the portal's own address, whatever a request claims its host is.
PORTAL_URL = portal_url(ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, https=HTTPS, port=PORT)
_mail_server = env.mail_server("EMAIL_URL")
MAIL_OFFERED = bool(_mail_server.host)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_OFFERED else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail_server.host, _mail_server.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail_server.user, _mail_server.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_server.tls, _mail_server.ssl
EMAIL_TIMEOUT = 10
EMAIL_FROM = DEFAULT_FROM_EMAIL = env.sender("EMAIL_FROM", EMAIL_HOST_USER, PORTAL_URL)
ALERT_EMAILS = env.addresses("ALERT_EMAILS")

LOGGING = logs.CONFIGURATION
