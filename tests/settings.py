"""The portal's settings, made fast and sealed from the machine's own configuration."""

import os
import re
import tempfile
from pathlib import Path

_EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"
_data = tempfile.mkdtemp(prefix="portal-tests-")

# What is empty means the default, and .env fills only what is not there: nothing comes through.
os.environ.update(dict.fromkeys(re.findall(r"^(\w+)=", _EXAMPLE.read_text(), re.MULTILINE), ""))
os.environ.update(
    {
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "DATA_DIR": _data,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "DATABASE_URL": os.environ.get("TESTS_DATABASE_URL", ""),
    }
)

from thulium_portal.settings import *  # noqa: E402, F403
from thulium_portal.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STATIC_ROOT = Path(_data) / "static"
# Browsers get the files as they lie in the apps, looked up when asked for.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the worker's threads and processes are to see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_data) / "tests.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
