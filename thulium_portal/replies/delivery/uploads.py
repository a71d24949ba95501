"""Handing the files of a reply to Thulium just before the call, since its tokens live 24 hours."""

from datetime import timedelta

from django.utils import timezone

from thulium_portal.replies.delivery.claims import Stopped
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.thulium import Reason, ThuliumClient, ThuliumError

TOKEN_IS_FRESH = timedelta(hours=20)
_REFUSALS = frozenset({Reason.REFUSED, Reason.TOO_LARGE})


def upload_attachments(reply: Reply, client: ThuliumClient) -> list[str]:
    """Return one token for each file of *reply*, uploading what has no fresh unused one.

    Raises :class:`Stopped` for a file that is gone, changed or refused, and ``ThuliumError``
    where the line failed; in no case is a reply sent without its files.
    """
    return [_token(attachment, client) for attachment in reply.attachments.all()]


def forget_tokens(reply: Reply) -> None:
    """Make the next attempt upload again: a token that was in a call is never used twice."""
    reply.attachments.update(token="", token_at=None)


def _token(attachment: Attachment, client: ThuliumClient) -> str:
    now = timezone.now()
    if attachment.token and attachment.token_at and now - attachment.token_at < TOKEN_IS_FRESH:
        return attachment.token
    try:
        with attachment.file.open() as stream:
            uploaded = client.upload_temporary_file(attachment.name, stream, attachment.size)
    except OSError as error:
        raise Stopped(State.BLOCKED, "file_missing", attachment.name) from error
    except ThuliumError as error:
        if error.reason in _REFUSALS:
            raise Stopped(State.BLOCKED, "file_refused", attachment.name) from error
        raise
    if uploaded.size != attachment.size:
        raise Stopped(State.BLOCKED, "file_cut", attachment.name)
    Attachment.objects.filter(pk=attachment.pk).update(token=uploaded.token, token_at=now)
    return uploaded.token
