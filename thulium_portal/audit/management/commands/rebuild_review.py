"""``manage.py rebuild_review``: the lines of the review anew from the record."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation
from tqdm import tqdm

from thulium_portal.audit import context, verification_runs
from thulium_portal.audit.management.commands.verify_audit import MOST_TOLD
from thulium_portal.audit.models import ReviewRow


class Command(BaseCommand):
    help = "Compare the lines and words of the review with the record, and put them right from it."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was wrong and is right now; people go on working meanwhile."""
        total = ReviewRow.objects.count()
        bar = tqdm(total=total, unit=" replies", desc="Comparing", file=sys.stderr)
        with translation.override("en"), context.from_shell(), bar:
            mended = verification_runs.rebuild_list(actor=None, progress=bar.update)
            sentences = [str(broken) for broken in mended]
        for sentence in sentences[:MOST_TOLD]:
            self.stdout.write(sentence)
        if len(sentences) > MOST_TOLD:
            self.stdout.write(f"Further ones: {len(sentences) - MOST_TOLD}")
        self.stdout.write(
            f"Put right: {len(sentences)}. Check everything with: verify_audit"
            if sentences
            else "The list and the search were as the record says."
        )
