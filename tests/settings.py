"""The portal's settings, made fast and sealed from the machine's own configuration."""

import os
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="portal-tests-")
os.environ.update(
    {
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "THULIUM_URL": "",
        "DATA_DIR": _data,
        "LANGUAGE_CODE": "pl",
        "TIME_ZONE": "Europe/Warsaw",
        "UNDO_SECONDS": "30",
        "DEBUG": "False",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    }
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_data}/tests.sqlite3")

from thulium_portal.settings import *  # noqa: E402, F403
from thulium_portal.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the worker's threads and processes are to see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_data) / "tests.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
