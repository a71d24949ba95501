import pytest

from tests.support.record import note
from thulium_portal.audit.models import AuditEntry
from thulium_portal.lib.pagination import page_bounds, page_by_key


def shown(**place: int) -> tuple[list[int], int | None, int | None]:
    page = page_by_key(AuditEntry.objects.all(), "sequence", size=3, **place)
    return [row.sequence for row in page.rows], page.older, page.newer


@pytest.fixture
def seven(db):
    for _ in range(7):
        note()


@pytest.mark.usefixtures("seven")
def test_pages_follow_from_one_another_both_ways():
    assert shown() == ([7, 6, 5], 5, None)
    assert shown(before=5) == ([4, 3, 2], 2, 4)
    assert shown(before=2) == ([1], None, 1)
    assert shown(after=1) == ([4, 3, 2], 2, 4)
    assert shown(after=4) == ([7, 6, 5], 5, None)


@pytest.mark.usefixtures("seven")
def test_a_page_that_would_not_be_full_is_the_first():
    assert shown(after=5) == ([7, 6, 5], 5, None)
    assert shown(after=99) == ([7, 6, 5], 5, None)


@pytest.mark.usefixtures("seven")
def test_beyond_the_end_there_is_nothing():
    assert shown(before=1) == ([], None, None)


@pytest.mark.django_db
def test_an_empty_list_is_one_empty_page():
    assert shown() == ([], None, None)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("12", 12), (None, None), ("", None), ("x", None), ("-1", None), ("²", None),
        ("9" * 19, None),
    ],
)  # fmt: skip
def test_an_address_names_a_key_or_none(text, key):
    params = {} if text is None else {"before": text, "page": "3"}
    assert page_bounds(params) == {"before": key, "after": None}
