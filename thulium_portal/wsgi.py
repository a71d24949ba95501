"""The web server's way in."""

import logging
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from thulium_portal.site.logs import KeysLeftOut

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"Reply Portal did not start: {error}")

logging.getLogger("gunicorn.access").addFilter(KeysLeftOut())
