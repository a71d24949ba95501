"""Every page of a lived-in portal, as axe reads it: complete by construction, in both languages."""

import json
import uuid
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.management import call_command
from django.urls import reverse
from fido2.utils import websafe_encode
from playwright.sync_api import Page

from tests.browser.conftest import Enter, Portal
from tests.routes import routes
from tests.support.accessibility import bubbles, faults, faults_of_space
from tests.support.passkeys import Passkey
from tests.support.sign_on_provider import SignOnProvider
from tests.test_permissions import TABLE
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.bulk import services as bulks
from thulium_portal.bulk.models import BulkReply
from thulium_portal.canned import recalls
from thulium_portal.canned.models import CannedResponse, Proposal, Recall
from thulium_portal.demo.people import DEMO_PASSWORD
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.submission import Submission
from thulium_portal.signatures import services as signatures
from thulium_portal.signatures.models import StandingText
from thulium_portal.signatures.services import Wording
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_PAGES = frozenset(
    {
        *("healthz", "favicon", "operations:readyz", "operations:metrics", "replies:session"),
        *("desk:refresh", "desk:next", "desk:open", "replies:pulse", "replies:shown"),
        *("replies:status", "replies:attachment", "bulk:live", "canned:file", "canned:export"),
        *("review:export", "review:export_job", "review:export_file", "evidence:download"),
        "quality:question",
        *("canned:import_plan", "replies:not_a_number", "openid_connect_callback"),
        *("command:search", "account_invitation", "account_accept_invitation"),
        *("account_reset_password_form", "account_reset_password_from_key"),
    }
)
"""What answers with data, a fragment, a file or another address, or leads nowhere without a key."""


def _of_bulk(state: str, **fields: object) -> list[object]:
    return list(BulkReply.objects.filter(state=state, **fields).values_list("uuid", flat=True)[:1])


def _of_replies(**states: object) -> Callable[[], list[object]]:
    return lambda: [Reply.objects.filter(**states).values_list("uuid", flat=True)[0]]


def _passkey() -> list[object]:
    return [Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk]


SAMPLES: dict[str, Callable[[], list[object]]] = {
    "replies:compose": lambda: [1234],
    "replies:drafts": lambda: [1234],
    "replies:show": _of_replies(state=State.CONFIRMED),
    "replies:recall": lambda: [Recall.objects.values_list("pk", flat=True)[0]],
    "replies:send_again": _of_replies(state=State.NOT_FOUND),
    "replies:approval": _of_replies(state=State.UNAPPROVED),
    "bulk:text": lambda: _of_bulk(BulkReply.State.WRITING, body=""),
    "bulk:questions": lambda: _of_bulk(BulkReply.State.WRITING, body__contains="{{"),
    # The worker may have prepared it meanwhile.
    "bulk:show": lambda: [BulkReply.objects.exclude(state=BulkReply.State.WRITING)[0].uuid],
    "signatures:edit": lambda: [StandingText.objects.values_list("pk", flat=True)[0]],
    "canned:proposal": lambda: [Proposal.objects.values_list("pk", flat=True)[0]],
    "canned:recall": lambda: [CannedResponse.objects.exclude(current=None)[0].pk, 1],
    "handover:show": lambda: [Reply.objects.filter(state=State.DRAFT)[0].author_id],
    "handover:draft": _of_replies(state=State.DRAFT),
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), _passkey),
    "people:edit": lambda: [User.objects.values_list("pk", flat=True)[0]],
    "canned:show": lambda: [CannedResponse.objects.values_list("pk", flat=True)[0]],
    "canned:edit": lambda: [CannedResponse.objects.values_list("pk", flat=True)[0]],
    **dict.fromkeys(
        ("stop_rules:show", "stop_rules:edit", "stop_rules:trial"),
        lambda: [StopRule.objects.values_list("pk", flat=True)[0]],
    ),
    "review:show": lambda: [AuditEntry.objects.values_list("sequence", flat=True).last()],
}


def _addresses(message: int) -> dict[str, str]:
    """Return the address of each page by the name of its route; *message* is one of a ticket's."""
    found = {"replies:message": reverse("replies:message", args=[1234, message])}
    for route in routes():
        row = TABLE.get(route.name, {})
        if "GET" in row and route.name not in NO_PAGES | found.keys():
            sample = SAMPLES.get(route.name)
            found[route.name] = reverse(route.name, args=sample()) if sample else route.path
    one_of_each = Reply.objects.exclude(state=State.DRAFT).order_by("state", "-id")
    states = {reply.state: reply for reply in one_of_each}
    assert states.keys() >= {State.CONFIRMED, State.BLOCKED, State.NOT_FOUND, State.UNAPPROVED}
    for state, reply in states.items():
        found[f"a reply that is {state}"] = reverse("replies:show", args=[reply.uuid])
    return found


@pytest.fixture
def administrator(transactional_db: None, settings) -> User:
    """Give the demo's past to the portal before anything happens in it; who sees every page."""
    settings.PRACTICE_MODE = True
    settings.THULIUM_COMMENT_FIELD = "comment"
    call_command("load_demo", verbosity=0)
    person = User.objects.filter(role="administrator")[0]
    version = CannedResponse.objects.exclude(current=None)[0].current
    assert version is not None
    recalls.recall(version, reason="Zły termin", correction="Termin to 14 dni.", actor=person)
    body = "<p>{{ powitanie | Dzień dobry }},</p><p>wracamy o {{ wpisz: godzina }}.</p>"
    Proposal.objects.create(
        response=version.response,
        based_on=version,
        title=version.response.title,
        body=body,
        reply_uuid=uuid.uuid4(),
        author=person,
    )
    signatures.save(
        Wording("signature", "<p>{{ my_name }}<br>Sklep</p>"), row=None, whose=None, actor=person
    )
    return person


@pytest.fixture
def busy(administrator: User, provider: SignOnProvider) -> User:
    """Let the administrator have begun what waits for people: an approval, bulk replies."""
    agent = User.objects.filter(role="agent", agent_profile__isnull=False)[0]
    asked = Submission(uuid.uuid4(), Text("<p>Przyznajemy rabat.</p>"), Snapshot(1234))
    approval.ask(asked, actor=agent, note="Pierwszy taki rabat.")
    for tickets, body in (
        ([1234], ""),
        ([1233], "<p>O {{ wpisz: godzina }}.</p>"),
        ([1229], "<p>Już.</p>"),
    ):
        bulk = bulks.create(tickets, actor=administrator)
        if body:
            bulks.save_text(bulk, Text(body), actor=administrator)
    bulks.prepare(bulk, {}, actor=administrator)
    _add_second_factor(administrator)
    return administrator


def _add_second_factor(person: User) -> None:
    TOTP.activate(person, "A" * 32)
    RecoveryCodes.activate(person)
    asked = {"user": {"id": b""}, "challenge": websafe_encode(b"challenge")}
    WebAuthn.add(person, "Laptop", json.loads(Passkey().created({"publicKey": asked})))


def _show_who_is_there(page: Page, portal: Portal) -> None:
    """Open for five minutes what is asked about once more."""
    page.goto(f"{portal.url}/accounts/reauthenticate/?next=/accounts/2fa/")
    page.locator("main [name=password]").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.url}/accounts/2fa/")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_axe_finds_nothing_on_any_page_and_everything_fits(
    busy: User, page: Page, portal: Portal, enter: Enter, language: str
):
    busy.language = language
    busy.save()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark" if language == "en" else "light")
    _show_who_is_there(enter(busy), portal)
    found = {}
    message = portal.thulium.receive_mail(1234, "<p>Gdzie moja paczka?</p>")
    for name, address in _addresses(message).items():
        answer = page.goto(portal.url + address)
        status = answer.status if answer else 0
        if status == 200:
            problems = [*bubbles(page), *faults(page), *faults_of_space(page)]
        else:
            problems = [f"status {status} at {address}"]
        if problems:
            found[name] = problems
    assert found == {}


def test_what_does_not_fit_is_found(page: Page):
    page.set_content("<main><p style='overflow: hidden; width: 40px'>Niepodzielne</p></main>")
    assert any("cut at 360 px" in fault for fault in faults_of_space(page))
    page.set_content("<main><p style='width: 500px'>Za szerokie</p></main>")
    assert "too wide at 360 px" in faults_of_space(page)
    assert not any("720" in fault for fault in faults_of_space(page))
    page.set_content("<main><p style='display: inline-block; width: auto'>Dobre</p></main>")
    assert faults_of_space(page) == []
