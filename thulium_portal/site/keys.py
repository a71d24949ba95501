"""The keys of the portal: the one list that people read under ``?`` and the scripts go by.

The page hands it to ``static/js/keys.js``, which knows no key of its own. Keys without Ctrl or Alt
can be switched off on a computer; what the ``editor`` itself does with a key is only told.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Way(NamedTuple):
    """One way to press a shortcut, as keys in their order."""

    keys: tuple[str, ...]
    combo: str


@dataclass(frozen=True)
class Shortcut:
    """What keys do. Combos: ``n`` alone, ``Ctrl+Enter`` together, ``g d`` one after the other."""

    name: str
    label: str | Promise
    combos: tuple[str, ...]
    by_editor: bool = False
    """Whether the editor or the list in focus acts, and the scripts' own registry does not."""

    @property
    def ways(self) -> list[Way]:
        return [Way(tuple(combo.replace("+", " ").split()), combo) for combo in self.combos]

    @property
    def is_single(self) -> bool:
        """Tell whether it is among those that can be switched off."""
        return not self.by_editor and not any("+" in combo for combo in self.combos)


SHORTCUTS = (
    Shortcut("command", _("Search and commands, from anywhere"), ("Ctrl+K",)),
    Shortcut("send", _("Send the reply"), ("Ctrl+Enter",)),
    Shortcut("send_then_next", _("Send it and go to the next ticket"), ("Ctrl+Shift+Enter",)),
    Shortcut("approve", _("Approve the reply that is shown"), ("Ctrl+Enter",), by_editor=True),
    Shortcut("to_approval", _("To the button that approves it"), ("a",)),
    Shortcut("undo_anywhere", _("Undo a reply before it is sent"), ("Alt+U",)),
    Shortcut("undo", _("The same outside of fields"), ("u",)),
    Shortcut("next", _("Next ticket"), ("n",)),
    Shortcut("write", _("From the conversation to the text"), ("r", "e")),
    Shortcut("leave", _("From the text to the conversation"), ("Esc",), by_editor=True),
    Shortcut("picker", _("Search canned responses"), ("/",)),
    Shortcut("quote", _("Quote the selected words, or the message"), ("q",)),
    Shortcut("preview", _("Show what the customer gets"), ("p",)),
    Shortcut(
        "choose", _("Choose, insert, close the list"), ("↑", "↓", "Enter", "Esc"), by_editor=True
    ),
    Shortcut("blank", _("Next blank to fill in"), ("Tab",), by_editor=True),
    Shortcut(
        "take_offer",
        _("Take what is offered for a blank, or what was left out of a canned response"),
        ("Alt+I",),
        by_editor=True,
    ),
    Shortcut("marks", _("Bold, italic"), ("Ctrl+B", "Ctrl+I"), by_editor=True),
    Shortcut(
        "link",
        _("Link: with words selected, or anywhere in the text"),
        ("Ctrl+K", "Ctrl+Shift+K"),
        by_editor=True,
    ),
    Shortcut(
        "tools", _("To the buttons above the text, and back"), ("Alt+F10", "Esc"), by_editor=True
    ),
    Shortcut("history", _("Undo, redo while writing"), ("Ctrl+Z", "Ctrl+Y"), by_editor=True),
    Shortcut("next_row", _("Desk and review: next"), ("j",)),
    Shortcut("previous_row", _("Desk and review: previous"), ("k",)),
    Shortcut("search_review", _("Search the review"), ("/",)),
    Shortcut("go_desk", _("To the desk"), ("g d",)),
    Shortcut("go_replies", _("To the replies"), ("g r",)),
    Shortcut("go_canned", _("To the canned responses"), ("g c",)),
    Shortcut("keys", _("This list"), ("?",)),
)
