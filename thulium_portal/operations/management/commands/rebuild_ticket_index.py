"""``manage.py rebuild_ticket_index``: list Thulium's tickets anew."""

import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.tickets.index import rebuild
from thulium_portal.tickets.index.follower import Follower
from thulium_portal.tickets.index.state import age
from thulium_portal.tickets.models import KnownTicket


class Command(BaseCommand):
    help = (
        "Forgets what the lists know of tickets and lets the worker list them all anew, the newest "
        "first. Replies, drafts and reminders are not touched."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget, and at a terminal show how far the worker has come; Ctrl-C ends the looking."""
        total = KnownTicket.objects.filter(erased_at=None).count()
        with tqdm(total=total, unit=" tickets", desc="Forgetting", disable=None) as bar:
            dropped = rebuild.begin_anew(bar.update)
        is_followed = circuit_breaker.worker_is_alive(circuit_breaker.status())
        if is_followed:
            then = "The worker lists them anew, newest first, a hundred every ten seconds or so."
        else:
            then = "No worker is running; start one: manage.py deliver."
        self.stdout.write(f"{dropped} tickets forgotten. {then}")
        if is_followed and sys.stderr.isatty():
            try:
                _follow()
            except KeyboardInterrupt:
                self.stdout.write("The worker goes on by itself.")


def _follow() -> None:
    """Show how far the list has come until it is whole, ready to go on for a worker that ends."""
    with tqdm(unit=" tickets", desc="Listing", file=sys.stderr) as bar:

        def is_whole() -> bool:
            known = age()
            is_done = known.listed_at is not None and not known.is_filling
            bar.total = known.total or bar.total
            bar.set_postfix_str(known.problem or "")
            # Once all are listed the count begins anew; the bar stays full.
            bar.update((bar.total or bar.n) - bar.n if is_done else known.done - bar.n)
            return is_done

        Follower().run(threading.Event(), is_whole)
