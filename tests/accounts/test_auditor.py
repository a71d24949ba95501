"""An auditor reads what was answered and proof of it, and changes nothing."""

import re
from dataclasses import asdict

import pytest

from tests.support.replies import in_state
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.quality import services as quality
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.changes import Change, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(submit) -> Reply:
    """A reply of Anna's that its ticket stopped."""
    wrote = asdict(Change(Kind.CUSTOMER_WROTE, "", "77"))
    changes = {"named": [wrote], "now": {}}
    return in_state(submit().reply, State.BLOCKED, reason="customer_wrote", changes=changes)


def links(page: str) -> set[str]:
    return set(re.findall(r'href="(/[^"#?]*)', page))


@pytest.mark.parametrize("language", ["pl", "en"])
def test_their_day_begins_with_the_record_and_every_link_lets_them_in(
    as_iga, iga, stopped, language
):
    User.objects.filter(pk=iga.pk).update(language=language)
    assert as_iga.get("/").headers["Location"] == "/audit/"
    seen, waiting = {}, ["/audit/", "/replies/", "/reports/", "/quality/", "/command/?q=a"]
    while waiting:
        address = waiting.pop()
        answer = as_iga.get(address)
        assert answer.status_code in {200, 302}, address
        if not answer.streaming and "html" in answer.headers["Content-Type"]:
            for link in links(answer.content.decode()):
                if re.sub(r"\d+", "1", link) not in seen and not link.startswith("/static/"):
                    seen[re.sub(r"\d+", "1", link)] = link
                    waiting.append(link)
    assert not {one for one in seen if one.startswith(("/tickets", "/canned", "/people"))}
    assert f"/replies/{stopped.uuid}/" in seen.values()


def test_they_see_everybodys_replies_but_no_drafts_and_no_ticket(as_iga, stopped, submit, thulium):
    draft = in_state(submit(ticket_id=1235).reply, State.DRAFT)
    page = as_iga.get("/replies/").content.decode()
    assert str(stopped.uuid) in page
    assert as_iga.get(f"/replies/{draft.uuid}/").status_code == 404
    page = as_iga.get(f"/replies/{stopped.uuid}/")
    assert page.context.get("ticket") is None
    text = page.content.decode()
    assert 'method="post"' not in text.split("<main")[1].split("</main>")[0]
    assert as_iga.get("/tickets/1234/").status_code == 403


def test_they_read_verdicts_and_give_none(as_iga, as_ewa, submit, ewa):
    reply = in_state(submit().reply, State.CONFIRMED)
    entry = AuditEntry.objects.get(subject_id=str(reply.uuid), action="reply.submitted")
    page = as_iga.get(f"/audit/{entry.sequence}/").content.decode()
    assert "/assess/" not in page
    assert "/check/" not in as_iga.get("/audit/").content.decode()
    assert "/check/" in as_ewa.get("/audit/").content.decode()
    quality.assess(reply, verdict="good", note="Jasno napisane.", actor=ewa)
    assert "Jasno napisane." in as_iga.get(f"/audit/{entry.sequence}/").content.decode()
    assert "Jasno napisane." in as_iga.get("/quality/given/").content.decode()


def test_their_exports_are_recorded(as_iga, submit, iga):
    submit()
    answer = as_iga.get("/audit/export/?format=csv")
    assert b"".join(answer.streaming_content)
    assert AuditEntry.objects.get(action="audit.exported").actor == iga
