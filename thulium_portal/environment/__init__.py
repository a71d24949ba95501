"""Reads and checks the environment, so that a wrong value is one sentence at start-up.

``values`` knows the kinds of values and reads secrets from files, ``mail`` mail servers, and
``reader`` what the rest means. Here stand the names that the settings need.
"""

from thulium_portal.environment.mail import MailServer
from thulium_portal.environment.reader import Environment, portal_url, require_whole_sign_on

__all__ = ["Environment", "MailServer", "portal_url", "require_whole_sign_on"]
