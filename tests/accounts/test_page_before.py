"""After a sign-in, the page whose form was sent is shown, not an address that takes posts alone."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ["x", "x" * 300_000])
@pytest.mark.parametrize(
    ("sent_from", "shown"),
    [
        ("http://testserver/canned/5/edit/?a=1#b", "/canned/5/edit/%3Fa%3D1"),
        ("http://elsewhere.example/canned/5/", "/signatures/canned-sample/"),
        ("http://testserver//elsewhere.example/x", "/signatures/canned-sample/"),
        ("http://testserver///elsewhere.example/x", "/signatures/canned-sample/"),
        ("http://testserver/\\elsewhere.example/x", "/signatures/canned-sample/"),
        ("http://[broken", "/signatures/canned-sample/"),
        ("", "/signatures/canned-sample/"),
    ],
)
def test_the_way_back_is_the_page_of_the_form(client, body, sent_from, shown):
    page = client.post("/signatures/canned-sample/", {"body": body}, headers={"referer": sent_from})
    assert page.status_code in {401, 413}
    assert f'?next={shown}"' in page.content.decode()
