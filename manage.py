#!/usr/bin/env python3
"""Django's command-line entry, with start-up errors told in one sentence."""

import os
import sys


def main() -> None:
    """Run one management command; a wrong setting ends it with a sentence, not a stack trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Reply Portal did not start: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
