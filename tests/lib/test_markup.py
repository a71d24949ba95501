"""The one list of markup and what goes by it; the editor's part is in tests/site."""

import re

import nh3
import pytest

from thulium_portal.lib.html import mail_elements, markup
from thulium_portal.lib.html.mail import text_of
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html, not_allowed

EVERY_TAG = sorted({*markup.TAGS, *markup.SAME_AS, *nh3.ALLOWED_TAGS, "font", "input", "textarea"})


def _with(tag: str) -> str:
    """Return HTML in which *tag* stands where it may, with a word in it."""
    if tag in {"td", "th"}:
        return f"<table><tbody><tr><{tag}>x</{tag}></tr></tbody></table>"
    if tag in {"tr", "thead", "tbody", "tfoot", "table"}:
        section = tag if tag in {"thead", "tfoot"} else "tbody"
        return f"<table><{section}><tr><td>x</td></tr></{section}></table>"
    if tag in {"ul", "ol", "li", "dir", "menu"}:
        outer = tag if tag != "li" else "ul"
        return f"<{outer}><li>x</li></{outer}>"
    if tag in {"br", "hr"}:
        return f"x<{tag}>x"
    return '<a href="https://x.pl">x</a>' if tag == "a" else f"<{tag}>x</{tag}>"


@pytest.mark.parametrize("tag", EVERY_TAG)
def test_the_sanitiser_keeps_the_tags_of_the_list_and_no_others(tag):
    kept = set(re.findall(r"<([a-z0-9]+)", clean_reply_html(_with(tag))))
    name = markup.SAME_AS.get(tag, tag)
    assert kept <= markup.TAGS
    assert (name in kept) == (name in markup.TAGS)
    assert (not_allowed(_with(tag)) == []) == (name in markup.TAGS | {"div"})


@pytest.mark.parametrize("tag", sorted(markup.TAGS))
def test_the_words_are_read_out_of_whatever_our_texts_hold(tag):
    assert "x" in html_to_text(_with(tag))
    assert "x" in text_of(_with(tag))


def test_the_list_of_mails_holds_ours():
    assert mail_elements.WRITTEN_TAGS >= markup.TAGS
    for tag, names in markup.ATTRIBUTES.items():
        assert mail_elements.WRITTEN_ATTRIBUTES[tag] >= names


def test_nothing_is_on_the_list_under_two_names():
    assert not markup.TAGS & set(markup.SAME_AS)
    assert set(markup.SAME_AS.values()) <= markup.TAGS
    for others in (markup.LINES, markup.UNWRAPPED, markup.DROPPED_WITH_CONTENT):
        assert not others & markup.TAGS
