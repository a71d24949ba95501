"""Static files: which of the packages' files are collected, and how they are named."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PortalStaticFilesConfig(StaticFilesConfig):
    """Leaves out django-htmx's version 4 files and extensions.

    They are unused, and a JSDoc comment in one looks to collectstatic like an import that fails.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "ht*x-4*", "hx-*"]


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names, also inside JavaScript modules' import lines, so no import map is needed."""

    support_js_module_import_aggregation = True
    # Each pass carries a changed name one module further; the longest chain of imports has eleven.
    max_post_process_passes = 30
