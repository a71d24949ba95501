from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from thulium_portal import gateway
from thulium_portal.accounts import agent_logins
from thulium_portal.accounts.agent_check import LoginStatus, check_agent_login
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.thulium import NotFound, Reason, ThuliumError, WrongCredentials

_MENDS = {
    Reason.CERTIFICATE: "its certificate could not be verified; check THULIUM_URL",
    Reason.REDIRECTED: "it answers with a redirection; check THULIUM_URL",
    Reason.UNEXPECTED_ANSWER: "what answers there is not Thulium's API; check THULIUM_URL",
    Reason.TIMED_OUT: "it did not answer in time; check THULIUM_URL and the network",
}

_WORDS = {
    LoginStatus.ACTIVE: "",
    LoginStatus.INACTIVE: ": inactive in Thulium; activate it there",
    LoginStatus.UNKNOWN: ": unknown in Thulium; correct it under People",
    LoginStatus.CANNOT_TELL: ": could not be asked; try again",
}


class Command(BaseCommand):
    help = "Tries Thulium's address, the API user and every configured agent login."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fine = self._address_and_credentials() and self._logins()
        except DatabaseError as error:
            raise CommandError(
                "The database, where agent logins are kept, could not be used. Start the portal "
                "once (“make run”), which prepares it, and check DATABASE_URL."
            ) from error
        if not fine:
            raise SystemExit(1)

    def _address_and_credentials(self) -> bool:
        where = settings.THULIUM_URL
        try:
            gateway.thulium_client().get_agent(_any_login())
        except NotFound:
            pass
        except WrongCredentials as error:
            self._say(True, f"address {where}")
            what = "lacks a right" if error.reason is Reason.NO_RIGHT else "was refused"
            mend = "THULIUM_API_USER and THULIUM_API_PASSWORD"
            self._say(False, f"credentials: the API user {what}; check {mend}")
            return False
        except ThuliumError as error:
            mend = _MENDS.get(
                error.reason, "it cannot be reached; check THULIUM_URL and the network"
            )
            self._say(False, f"address {where}: {mend}")
            return False
        self._say(True, f"address {where}")
        self._say(True, "credentials")
        return True

    def _logins(self) -> bool:
        profiles = AgentProfile.objects.filter(user__is_active=True).select_related("user")
        fine = [self._login(profile) for profile in profiles.order_by("login")]
        if not fine:
            self.stdout.write("     no agent logins yet; add them under People or by add_staff")
        return all(fine)

    def _login(self, profile: AgentProfile) -> bool:
        check = check_agent_login(profile.login)
        agent_logins.keep_check(profile, check)
        fine = check.status is LoginStatus.ACTIVE
        self._say(fine, f"agent {profile.login} ({profile.user.username}){_WORDS[check.status]}")
        return fine

    def _say(self, fine: bool, words: str) -> None:
        self.stdout.write(f"{'ok  ' if fine else 'FAIL'} {words}")


def _any_login() -> str:
    known = AgentProfile.objects.values_list("login", flat=True).first()
    return known or "connection.test"
