"""Plain builders of rows that many tests need."""

import os
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.services import SWEEP_AFTER

PASSWORD = "tajne-hasło-testów"


def make_person(
    username: str,
    *,
    name: str = "",
    role: Role = Role.AGENT,
    agent_login: str = "",
    language: str = "pl",
    **given: object,
) -> User:
    """Store a person who signs in with :data:`PASSWORD`."""
    person = User.objects.create_user(
        username, PASSWORD, name=name or username, role=role, language=language, **given
    )
    if agent_login:
        AgentProfile.objects.create(user=person, login=agent_login)
    return person


def make_old(file: StoredFile) -> None:
    """Let *file* be so old that it is swept where nothing refers to it."""
    then = timezone.now() - SWEEP_AFTER - timedelta(minutes=1)
    StoredFile.objects.filter(pk=file.pk).update(created_at=then)
    os.utime(default_storage.path(file.path), (then.timestamp(), then.timestamp()))
