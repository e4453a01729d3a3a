"""An officer in a real browser, by keys alone: Debian's chromium, on a port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from central.console import look
from central.staff.acts import Role
from central.web import listener
from protocol.texts import LANGUAGES, Language, say
from tests.harness.console_desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM: Final = "/usr/bin/chromium"


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the console answers; over HTTP, which a browser takes for safe on its own machine."""
    bound = listener.bind("127.0.0.1", 0)
    server = listener.server(desk.app)
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started.new_context(viewport={"width": 1366, "height": 768})
        started.close()


def _enter(browser: BrowserContext, address: str, desk: Desk, account: str, language: Language) -> Page:
    """Signed in, reading that language. A page that a policy stops, or a script that fails, fails the test."""
    token = next(one.value for one in desk.signed_in(account).http.cookies.jar if one.name == "__Host-staff") or ""
    secure = address.replace("http:", "https:")
    written = look.Look(language).written()
    browser.add_cookies([
        {"name": "__Host-staff", "value": token, "url": secure, "secure": True},
        {"name": "__Host-look", "value": written, "url": secure, "secure": True},
    ])  # fmt: skip
    page = browser.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda told: pytest.fail(told.text) if "Policy" in told.text else None)
    return page


def _press(page: Page, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officer_decides_by_keys(
    desk: Desk, browser: BrowserContext, address: str, sold: Callable[..., str], language: Language
) -> None:
    for _ in range(3):
        sold()
    desk.hire("nadia", Role.OFFICER)
    page = _enter(browser, address, desk, "nadia", language)
    page.goto(f"{address}/staff/requests")
    _press(page, "Enter")  # the next one
    _press(page, "Enter")  # opened, to decide
    assert "محمد أحمد" in page.inner_text("main")
    with page.expect_navigation():  # approved, on an Arabic keyboard; the next one comes
        page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: '١', bubbles: true}))")
    _press(page, "Enter")
    page.keyboard.press("2")
    page.keyboard.press("1")
    _press(page, "Enter")  # sent back, for the first reason
    assert say(language, "console.done.decided.sent_back") in page.inner_text("main")
    _press(page, "Enter")
    page.keyboard.press("3")
    page.keyboard.press("9")
    page.fill("details[open] [name=reason_ar]", "سبب مكتوب")
    page.fill("details[open] [name=reason_en]", "a reason of one's own")
    with page.expect_navigation():
        page.click("details[open] button")
    rows = desk.office.rows("SELECT status FROM request ORDER BY seq")
    assert sorted(row.status for row in rows) == ["approved", "rejected", "sent_back"]
    read = desk.office.rows("SELECT n FROM audit WHERE act = 'personal.read'")
    assert len(read) == 3


def test_a_second_press_does_not_send_a_form_again_and_back_makes_it_ready(
    desk: Desk, browser: BrowserContext, address: str
) -> None:
    desk.hire("amal", Role.ENROLMENT)
    page = _enter(browser, address, desk, "amal", "en")
    page.goto(f"{address}/staff/counters/new")
    page.fill("[name=shop]", "CAI-001")
    page.dblclick("main form button")
    page.wait_for_selector(".qr")
    assert len(desk.office.rows("SELECT slot FROM slot")) == 1
    page.go_back()
    assert page.input_value("[name=shop]") == "CAI-001"


def test_many_are_chosen_and_decided_by_keys(
    desk: Desk, browser: BrowserContext, address: str, sold: Callable[..., str]
) -> None:
    for _ in range(3):
        sold()
    desk.hire("nadia", Role.OFFICER)
    page = _enter(browser, address, desk, "nadia", "ar")
    page.goto(f"{address}/staff/requests")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
    _press(page, "1")
    _press(page, "Enter")
    rows = desk.office.rows("SELECT status FROM request")
    assert {row.status for row in rows} == {"approved"}


def test_no_page_is_wider_than_a_telephone(
    desk: Desk, browser: BrowserContext, address: str, sold: Callable[..., str]
) -> None:
    request = sold()
    desk.hire("boss", *Role)
    page = _enter(browser, address, desk, "boss", "ar")
    page.set_viewport_size({"width": 360, "height": 780})
    for path in ("", "/requests", f"/requests/{request}", "/shops", "/shops/CAI-001", "/audit", "/accounts", "/money"):
        page.goto(f"{address}/staff{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
