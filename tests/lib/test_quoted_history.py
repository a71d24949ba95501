"""Quoted history: what is folded below a mail's own words, and what never is."""

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest

from thulium_portal.lib.html.mail import read_mail

SAMPLES = tomllib.loads((Path(__file__).parent / "quoted_mails.toml").read_text())
FOLDED, OPEN = SAMPLES["folded"], SAMPLES["open"]


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("name", FOLDED)
def test_history_is_folded(name):
    mail = read_mail(FOLDED[name])
    assert "nowe" in shown(mail.own)
    assert "dawne" in shown(mail.history)
    assert "dawne" not in shown(mail.own)
    assert "nowe" not in shown(mail.history)


@pytest.mark.parametrize("name", OPEN)
def test_what_is_new_stays_open(name):
    mail = read_mail(OPEN[name])
    assert not mail.history
    assert mail.own


def test_answers_above_a_trailing_quote_stay_open():
    mail = read_mail("> pierwsze\ntak\n\nW dniu 20.11.2026 10:00 Jan pisze:\n> drugie\n> trzecie")
    assert "tak" in mail.own
    assert "pierwsze" in mail.own
    assert "trzecie" in mail.history


def test_who_wrote_the_history_is_told_outside_of_it():
    mail = read_mail(FOLDED["gmail"])
    assert mail.attribution == "On Fri, Nov 20, 2026 at 10:00 AM Jan <j@example.org> wrote:"
    assert "wrote" not in shown(mail.own + mail.history)


def test_the_history_keeps_the_tables_and_lists_it_stands_in():
    mail = read_mail("<table><tr><td><ul><li>nowe<br><blockquote>x</blockquote></ul></table>")
    assert mail.history.startswith("<table><tbody><tr><td><ul><li><blockquote>")
    assert mail.own.endswith("</li></ul></td></tr></tbody></table>")
