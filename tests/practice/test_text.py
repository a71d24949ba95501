import pytest

from thulium_portal.demo.reader import read_text
from thulium_portal.practice.text import words_of


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Dzień dobry,</p><p>już   wysłane.</p>", "Dzień dobry,\n\njuż wysłane."),
        ("raz<br>dwa", "raz\ndwa"),
        ("<ul><li>a</li><li>b</li></ul>koniec", "• a\n• b\n\nkoniec"),
        ('<a href="https://example.org/x">tu</a>', "tu (https://example.org/x)"),
        ('<a href="https://example.org/">https://example.org/</a>', "https://example.org/"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<script>zły()</script><style>p{}</style>dobry", "dobry"),
        ("</script></a></p>resztki", "resztki"),
        ("<a>bez adresu</a> a < b", "bez adresu a < b"),
        ("", ""),
    ],
)
def test_words_stay_and_markup_goes(html, words):
    assert words_of(html) == words


def test_a_hostile_mail_leaves_only_words():
    words = words_of(read_text("mails/hostile.html"))
    assert words.startswith("Szanowni Państwo,")
    assert "document.cookie" not in words


def test_an_office_mail_keeps_its_lines():
    assert words_of(read_text("mails/office.html")).splitlines()[0] == "Dzień dobry,"
