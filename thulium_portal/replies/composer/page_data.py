"""What the ticket page hands to its scripts: the words they show, and what they look for."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from thulium_portal.lib.leftovers import LEFTOVER_PATTERN
from thulium_portal.replies.composer.insertion import closing_of, plain
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import blanks, rules
from thulium_portal.tickets import blank_offers


def page_data(
    *,
    max_mb: int,
    meant: Iterable[str] = (),
    own_blanks: Iterable[str] | None = None,
    mentioned: str = "",
    closing: str = "",
) -> dict[str, Any]:
    """Return what ``static/js/portal.js`` reads as ``pageData``.

    ``words`` are in the reader's language, with ``{time}`` and ``{name}`` for the scripts to fill;
    ``unfinished`` is a regular expression that means the same to Python and to JavaScript,
    ``meant`` are wordings it finds that belong into the text all the same, ``own_blanks`` what the
    blanks are called that stop a Send before the portal is asked, None for all; ``quoted`` is the
    line above a quotation, by the language of the reply; ``mentioned`` is what the conversation
    names, kind and words, and ``blanks`` which kind the label of a blank asks for; ``closing`` is
    the line of the text that closes it, above which one goes on writing; ``files`` says which
    endings may be attached and how large a file may be.
    """
    return {
        "words": _composer_words() | _file_words(max_mb),
        "unfinished": LEFTOVER_PATTERN,
        "meant": sorted(meant),
        "own_blanks": None if own_blanks is None else sorted(own_blanks),
        "quoted": _quoted(),
        "mentioned": blank_offers.pairs(mentioned),
        "blanks": blank_offers.LABELS,
        "closing": closing,
        "files": {"types": sorted(settings.ATTACHMENT_TYPES), "max_mb": max_mb},
    }


def page_data_of(draft: Reply | None, *, mentioned: str) -> dict[str, Any]:
    """Return the data of a ticket's page, with what the canned texts in its *draft* mean and ask.

    Of what is put in later the page's scripts take note themselves.
    """
    text = Text.of(draft) if draft else Text("")
    used = rules.used_versions(text)
    return page_data(
        max_mb=settings.MAX_ATTACHMENT_MB,
        meant=rules.meant_by_authors(used) if used else (),
        own_blanks=blanks.labels_of(text.body, used),
        mentioned=mentioned,
        closing=closing_of(plain(text.body, text.body_type)),
    )


def _quoted() -> dict[str, dict[str, str]]:
    """Return the line above a quotation in each language a reply may be written in."""
    found = {
        "uk": {"dated": "{author} пише, {date}:", "undated": "{author} пише:"},
        "ru": {"dated": "{author} пишет, {date}:", "undated": "{author} пишет:"},
    }
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = {
                "dated": _("{author} writes, {date}:"),
                "undated": _("{author} writes:"),
            }
    return found


def _composer_words() -> dict[str, str]:
    return {
        "send": _("Send reply"),
        "send_later": _("Schedule for {when}"),
        "today": _("today"),
        "tomorrow": _("tomorrow"),
        "saturday": _("That is a Saturday."),
        "sunday": _("That is a Sunday."),
        "public_holiday": _("That is a public holiday."),
        "send_and_set": _("Send and set: {status}"),
        "send_later_and_set": _("Schedule for {when} and set: {status}"),
        "sending": _("Sending…"),
        "kept_here": _(
            "Not saved in the portal yet ({time}). The text is kept on this computer; "
            "saving is tried again by itself."
        ),
        "kept_copy": _(
            "A text from {time} that the portal had not saved is kept on this computer."
        ),
        "signed_out": _("You were signed out. Your text stays here."),
        "sign_in": _("Sign in in a new tab, then go on"),
        "no_preview": _("The portal did not answer, so there is no preview. Your text is kept."),
        "fill_in": _("Fill in: {name}"),
        "greeting_left_out": _("Greeting left out: it is already there"),
        "closing_left_out": _("Closing left out: it is already there"),
        "both_left_out": _("Greeting and closing left out: they are already there"),
        "mentioned": _("The conversation has {words}"),
        "insert": _("insert"),
        "look_again": _("Check: {name}"),
        "no_answer": _(
            "The portal did not answer, so we cannot tell whether it took the reply. Your text is "
            "kept. Send it again: it never makes the same reply twice."
        ),
    }


def _file_words(max_mb: int) -> dict[str, str]:
    too_large = _(
        "“{name}” is larger than %(max_mb)s MB, so it was not added. "
        "Make it smaller or send a link to it."
    )
    return {
        "remove": _("Remove {name}"),
        "cancel": _("Do not attach {name}"),
        "empty": _("“{name}” is empty, so it was not added."),
        "too_large": too_large % {"max_mb": max_mb},
        "no_ending": _(
            "“{name}” has no ending such as .pdf, so it was not added. Rename it and attach it "
            "again."
        ),
        "not_allowed": _(
            "“{name}” was not added: files that end in .{ending} are not on the list of what may "
            "be attached. Save it as PDF, pack it into a ZIP, or send a link to it."
        ),
        "not_taken": _("The portal did not take “{name}”. Make it smaller or send a link to it."),
        "uploading": _("{name} is being uploaded"),
        "upload_again": _("Not uploaded yet; the portal keeps trying."),
        "file_gone": _(
            "No longer here: it was removed in another window. Attach it again or remove it."
        ),
        "waits_for_files": _("The reply will be sent as soon as its files are uploaded."),
        "hold": _("Do not send yet"),
        "files_left": _(
            "Not sent: a file in the list is not attached. Remove it, or attach it again."
        ),
    }
