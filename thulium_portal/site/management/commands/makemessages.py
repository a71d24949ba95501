"""``manage.py makemessages``: Django's own, less what changes with every run."""

from pathlib import Path

from django.core.management.commands import makemessages

FLEETING = ('"POT-Creation-Date: ', '"Report-Msgid-Bugs-To: ')
"""Headers that would make each run a difference in version control."""


class Command(makemessages.Command):
    """Write catalogues in which two runs over the same texts are the same."""

    def write_po_file(self, potfile: str, locale: str) -> None:
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        path.write_text(
            without_fleeting_headers(path.read_text(encoding="utf-8")), encoding="utf-8"
        )


def without_fleeting_headers(catalogue: str) -> str:
    """Return the text of *catalogue* less the headers that say when and where it was collected."""
    lines = catalogue.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(FLEETING))
