"""What every administrator is to know: it stays on their pages until each has read it."""

from collections.abc import Mapping
from functools import partial

from django.db.models import QuerySet

from thulium_portal.accounts.labels import notice_sentences
from thulium_portal.accounts.mails import mail_administrators
from thulium_portal.accounts.models import AdministratorNotice, User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact


def tell_administrators(
    action: Action, person: User, *, actor: User | None, facts: Mapping[str, Fact]
) -> None:
    """Let every administrator know of *action* on *person*; in the transaction it tells of.

    By mail as well, where mail is offered.
    """
    notice = AdministratorNotice.objects.create(
        action=action, person=person, actor=actor, facts=dict(facts)
    )
    # Asked for as each mail is written, in the language of its reader.
    mail_administrators("agent_login", {"sentences": partial(notice_sentences, notice)})


def unread_by(reader: User) -> QuerySet[AdministratorNotice]:
    """Return what *reader* has not read yet, the newest first; nothing but for administrators."""
    if not reader.may(Permission.MANAGE_PEOPLE):
        return AdministratorNotice.objects.none()
    notices = AdministratorNotice.objects.filter(at__gte=reader.date_joined).exclude(read_by=reader)
    return notices.select_related("person", "actor")


def mark_read(number: int, reader: User) -> None:
    """Remember that *reader* has read a notice, if they had it to read."""
    for notice in unread_by(reader).filter(pk=number):
        notice.read_by.add(reader)


def forget_read() -> None:
    """Remove what every administrator has read; the record tells of it all the same."""
    administrators = User.objects.who_may(Permission.MANAGE_PEOPLE)
    for notice in AdministratorNotice.objects.all():
        readers = administrators.filter(date_joined__lte=notice.at)
        if not readers.exclude(pk__in=notice.read_by.all()).exists():
            notice.delete()
