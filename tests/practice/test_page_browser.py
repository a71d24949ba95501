import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from thulium_portal.demo.reader import read_text

pytestmark = pytest.mark.browser


@pytest.fixture
def screen(page, practice):
    """A page of the practice Thulium that complains about anything in its console."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    outside = []
    page.on(
        "request",
        lambda request: None if request.url.startswith(practice.url) else outside.append(request),
    )
    yield page
    # A browser mentions every refused form; anything else would be a fault.
    assert [words for words in complaints if "status of 422" not in words] == []
    assert outside == []


def test_a_reply_appears_by_itself_and_is_announced(screen, practice, caller):
    screen.goto(f"{practice.url}/?lang=en")
    expect(screen.get_by_text("Nothing yet")).to_be_visible()
    caller.reply(body="<p>Paczka wyruszy jutro.</p>")
    expect(screen.get_by_text("Paczka wyruszy jutro.", exact=True)).to_be_visible(timeout=10_000)
    expect(screen.locator("[data-arrived]")).to_have_text("A new reply arrived.")


def test_an_opened_source_stays_open_when_more_arrives(screen, practice, caller):
    caller.reply(body="<p>Pierwsza</p>")
    screen.goto(f"{practice.url}/?lang=en")
    screen.get_by_text("As it came").click()
    screen.locator("h1").click()
    screen.evaluate("document.activeElement.blur()")
    caller.reply(body="<p>Druga</p>")
    expect(screen.get_by_text("Druga", exact=True)).to_be_visible(timeout=10_000)
    expect(screen.get_by_text("<p>Pierwsza</p>")).to_be_visible()


def test_a_hostile_reply_stays_text(screen, practice, caller):
    caller.reply(body=read_text("mails/hostile.html"))
    screen.goto(f"{practice.url}/?lang=pl")
    expect(screen.get_by_text("ostatnie wezwanie").first).to_be_visible()
    assert screen.locator("#live iframe, #live img, #live script, #live a").count() == 0


def test_a_fault_is_chosen_and_cleared_with_the_keyboard(screen, practice, caller):
    screen.goto(f"{practice.url}/?lang=en")
    screen.get_by_label("Slow answer").focus()
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("heading", name="A fault is planned")).to_be_visible()
    assert [plan.kind for plan in practice.faults.planned()] == ["refused"]
    screen.get_by_role("button", name="Let everything work again").press("Enter")
    expect(screen.get_by_text("Everything works again.")).to_be_visible()
    assert caller.reply().status == 200


def test_a_forgotten_text_is_pointed_out_where_it_is_missing(screen, practice, caller):
    screen.goto(f"{practice.url}/?lang=en")
    screen.get_by_label("Ticket", exact=True).select_option("1229")
    screen.get_by_role("button", name="Send as the customer").click()
    words = screen.get_by_label("What the customer writes")
    expect(words).to_be_focused()
    expect(words).to_have_accessible_description("Write a few words.")
    expect(screen.get_by_label("Ticket", exact=True)).to_have_value("1229")
    words.fill("Halo?")
    screen.get_by_role("button", name="Send as the customer").click()
    expect(screen.get_by_role("status").get_by_text("Sent.")).to_be_visible()
    assert caller.get("/api/tickets/1229").json["messages"][0]["body"] == "<p>Halo?</p>"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(page, practice, caller, language, width, scheme):
    token = caller.upload(b"x", "bardzo-długa-nazwa-" * 8 + ".pdf").json["token"]
    caller.reply(body="<p>" + "długie" * 40 + "</p>", attachments=[token])
    practice.fail_next("broken_after", 2)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{practice.url}/?lang={language}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
