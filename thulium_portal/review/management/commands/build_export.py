"""``manage.py build_export``: the process that makes one Excel file a reviewer asked for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from thulium_portal.review.exports import jobs


class Command(BaseCommand):
    help = "Build the Excel file of an export that was asked for on the audit page."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the key of the export's row."""
        parser.add_argument("pk", type=int)

    def handle(self, *args: Any, pk: int, **options: Any) -> None:
        jobs.build(pk)
