"""A person's starred texts."""

from thulium_portal.accounts.models import User
from thulium_portal.canned.access import visible_to
from thulium_portal.canned.models import CannedResponse, Favourite


def star(response: CannedResponse, *, actor: User) -> None:
    """Keep *response* at hand; raises ``CannedResponse.DoesNotExist`` for one out of sight."""
    seen = visible_to(actor).get(pk=response.pk)
    Favourite.objects.get_or_create(person=actor, response=seen)


def unstar(response: CannedResponse, *, actor: User) -> None:
    """Let it go again."""
    Favourite.objects.filter(person=actor, response=response).delete()
