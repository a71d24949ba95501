"""Imported once, by the process that forks the laboratory's others: Django, and all they need.

The real settings are used, since a laboratory that ran on its own would prove nothing. No
connection is opened here; each fork says in ``portal.enter`` which database it works on.
"""

import functools
import os
import ssl
import tempfile
from importlib import import_module

import certifi
import django

_UNUSED = tempfile.mkdtemp(prefix="faults-")
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "thulium_portal.settings",
        "SECRET_KEY": "laboratory-x7Kp2vQm9ZtR4wLs8YbN3cHf6JdG5aTe1U",
        "AUDIT_SIGNING_KEY": "laboratory-R8sW2nLq5VzK7mXc4TbY9pHd3GfJ6aEu1Q",
        "DATA_DIR": _UNUSED,
        "DATABASE_URL": f"sqlite:///{_UNUSED}/unused.sqlite3",
        "THULIUM_URL": "http://127.0.0.1:9",
        "THULIUM_API_USER": "laboratory",
        "THULIUM_API_PASSWORD": "żółw-laboratorium",
        "DEBUG": "False",
        "HTTPS": "False",
        "UNDO_SECONDS": "0",
    }
)

django.setup()
# Reading the world's root certificates costs a new process more than everything else it does.
ssl.create_default_context = functools.cache(ssl.create_default_context)
ssl.create_default_context(cafile=certifi.where())
for _module in (
    "django.core.management.commands.migrate",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "pytest",
    "tests.faults.naive",
    "tests.faults.oracle",
    "tests.faults.people",
    "tests.faults.points",
    "tests.faults.trial",
    "tests.faults.workers",
):
    import_module(_module)

assert all(
    connection.connection is None for connection in django.db.connections.all(initialized_only=True)
), "a connection was opened before the fork"
