"""System checks of the record's protection."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error
from django.db import connections

from thulium_portal.audit import triggers


def check_triggers(
    *, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Refuse a database whose record is not protected; one without the tables yet is let be.

    A check for deployment, since ``migrate``, which mends the protection, runs all others first.
    """
    return [
        Error(
            f"The audit record is unprotected: {', '.join(missing)} missing or changed.",
            hint=(
                "Find out who changed the database and run verify_audit; then "
                "“python manage.py migrate” puts the protection back."
            ),
            id="audit.E001",
        )
        for alias in databases or []
        if triggers.tables_exist(connections[alias])
        if (missing := triggers.faults(connections[alias]))
    ]
