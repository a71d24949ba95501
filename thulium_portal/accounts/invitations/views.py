"""The page of an invitation: its person chooses a password and is signed in."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpResponse

from thulium_portal.accounts.invitations import services
from thulium_portal.accounts.models import User
from thulium_portal.accounts.passwords.forms import NewPasswordForm
from thulium_portal.accounts.passwords.links import PasswordByLink


class AcceptInvitation(PasswordByLink):
    """A first password of one's own, then the desk; a second factor comes in between if needed."""

    kind = "invitation"
    form_url = "account_accept_invitation"

    def token(self, key: str) -> str | None:
        invitation = services.find_by_key(key)
        return invitation.key_digest if invitation else None

    def holder(self, token: str) -> User | None:
        invitation = services.find(token)
        return invitation.person if invitation else None

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Use the invitation; whoever else was signed in here is signed out."""
        password = form.cleaned_data["password"]
        try:
            person = services.accept(self.request.session[self.kind], password)
        except services.InvitationOver:
            return self.over()
        if self.request.user.is_authenticated:
            get_adapter().logout(self.request)
        self.request.session.pop(self.kind, None)
        answer: HttpResponse = perform_password_login(
            self.request, {"username": person.username}, Login(user=person)
        )
        return answer


accept = AcceptInvitation.as_view()
