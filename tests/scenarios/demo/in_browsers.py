"""What of the story is done in a browser: an officer decides what the counter sent, a citizen looks at the paper."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from protocol.journal.kj01 import split
from protocol.texts import LANGUAGES, say
from tests.harness.console_clerk import Clerk, window
from tests.scenarios.demo.stage import Stuck
from tests.scenarios.demo.story import Story


def decide(story: Story, started: Browser) -> str:
    """Returns the request that was approved."""
    story.tell("Nadia, an officer of the authority, signs in to the console with a password and a second factor")
    nadia = Clerk(window(started).new_page(), story.centre.console)
    nadia.activate("nadia", story.officer)
    _picture(story, nadia.page, "officer-home")
    nadia.follow('a.tile[href^="/staff/requests"]')
    _picture(story, nadia.page, "officer-queue")
    story.tell("By keys alone she opens what the counter has just sent: she approves one and rejects the next")
    nadia.open_next()
    approved = nadia.where.partition("?")[0].split("/")[3]
    _picture(story, nadia.page, "officer-request")
    nadia.give("1")
    nadia.press("Enter")
    for key in ("3", "1"):
        nadia.page.keyboard.press(key)
    _picture(story, nadia.page, "officer-rejects")
    nadia.press("Enter")
    _picture(story, nadia.page, "officer-has-decided")
    return approved


def read_paper(story: Story, started: Browser, request: str) -> None:
    """The citizen, with the link that the paper's code holds: it names the entry by its hash."""
    story.tell("The citizen opens the receipt's QR on a telephone")
    file, centre = story.out / "data" / "now.kj01", story.centre
    centre.staff("journal", "export", story.device, str(file))
    seq = int(centre.staff("request", "show", request, "--staff", "amal")["seq"])
    hashed = list(split(file.read_bytes(), 1))[seq - 1].hash.hex()
    page = window(started, 390, 844).new_page()
    for language in LANGUAGES:
        page.goto(f"{centre.url}/r/{story.device[:8]}/{seq}/{hashed}?lang={language}")
        shown = page.inner_text("main")
        if "50.00" not in shown or say(language, "central.page.state.approved") not in shown:
            raise Stuck("the citizen's page does not show the amount, or not that it was approved")
        _picture(story, page, "citizen-page" if language == "ar" else "citizen-page-english")


def _picture(story: Story, page: Page, name: str) -> None:
    page.screenshot(path=story.file_of(name))
