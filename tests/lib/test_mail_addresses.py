"""Two addresses, one mailbox or not."""

import pytest

from thulium_portal.lib.mail_addresses import is_same_mailbox


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@example.org", "anna@example.org"),
        ("Anna.Nowak@Example.ORG", "anna.nowak@example.org "),
        ("anna@żółw.example", "anna@XN--W-UGA1V8H.example"),
        ("anna@example.org.", "anna@example.org"),
        ("łucja@example.org", "łucja@EXAMPLE.org"),
    ],
)
def test_one_mailbox_however_it_is_written(one, other):
    assert is_same_mailbox(one, other)
    assert is_same_mailbox(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("anna@example.org", ""),
        ("anna", "anna"),
        ("@example.org", "@example.org"),
        ("anna@", "anna@"),
        ("anna@example.org", "ewa@example.org"),
        ("anna@example.org", "anna@example.com"),
        ("anna@a.example.org", "anna@example.org"),
        ("\u212aot@example.org", "kot@example.org"),
        ("аnna@example.org", "anna@example.org"),
        ("anna@straße.example", "anna@strasse.example"),
        ("x" * 70 + "@" + "y" * 70, "x" * 70 + "@z"),
        ("anna@.", "anna@.."),
    ],
    ids=repr,
)
def test_what_is_not_sure_is_told_apart(one, other):
    assert not is_same_mailbox(one, other)
    assert not is_same_mailbox(other, one)
