"""What placeholders are filled with for one ticket and one person."""

from django.utils import timezone, translation
from django.utils.formats import date_format

from thulium_portal.accounts.models import User
from thulium_portal.canned.placeholders import working_days
from thulium_portal.canned.placeholders.person_names import first_name, full_name
from thulium_portal.tickets.snapshot import Snapshot


def placeholder_values(snapshot: Snapshot, user: User, language: str) -> dict[str, str]:
    """Return what placeholders are filled with for this ticket and this person; "" is unknown.

    Dates are written in *language*, that of the text they go into, whoever reads it now.
    """
    today = timezone.localdate(timezone=user.zone)
    with translation.override(language):
        days = {"today": date_format(today, "DATE_FORMAT"), **working_days.dates(today)}
    return {
        "customer_name": full_name(snapshot.customer_name),
        "customer_first_name": first_name(snapshot.customer_first_name),
        "customer_email": snapshot.customer_email,
        "ticket_number": str(snapshot.ticket_id),
        "ticket_subject": snapshot.subject,
        "queue_name": snapshot.queue_name,
        "my_name": user.get_full_name(),
        "my_first_name": user.get_short_name(),
        "my_signature": user.signature,
        **days,
    }
