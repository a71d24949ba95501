"""Finds the person of a session."""

from django.contrib.auth.backends import ModelBackend

from thulium_portal.accounts.models import User


class PersonBackend(ModelBackend):
    """Django's own, with the agent login read along: every page shows it."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, if they may still sign in."""
        person = User.objects.select_related("agent_profile").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
