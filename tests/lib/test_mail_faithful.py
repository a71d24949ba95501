"""Five thousand mails made by chance: every character that can be read is read, in its order."""

import random
import re
from html import unescape

import pytest

from tests.support.mails import GeneratedMail
from thulium_portal.lib.html.mail import is_html, read_mail, whole_text


def read(body: str) -> str:
    """Return what the frame of a mail says, without blanks and without what the portal adds."""
    mail = read_mail(body)
    assert not mail.is_cut
    own, history = (unescape(re.sub(r"<[^<>]*>", "", html)) for html in (mail.own, mail.history))
    return "".join(f"{own} {mail.attribution} {history}".split())


@pytest.mark.parametrize("seed", range(40))
def test_html_keeps_every_character_in_its_order(seed):
    for number in range(100):
        mail = GeneratedMail(random.Random(seed * 1_000 + number)).html()
        if is_html(mail.body):
            assert read(mail.body) == "".join(mail.read.split()), mail.body


@pytest.mark.parametrize("seed", range(10))
def test_text_keeps_every_character_in_its_order(seed):
    for number in range(100):
        mail = GeneratedMail(random.Random(seed * 1_000 + number)).text()
        assert read(mail.body).replace(">", "") == mail.read.replace(">", "")
        assert "".join(whole_text(mail.body).split()) == mail.read
