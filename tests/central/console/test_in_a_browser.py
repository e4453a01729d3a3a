"""An officer in a real browser, by keys alone: Debian's chromium, on a port of this machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from central.staff.acts import Role
from protocol.texts import LANGUAGES, Language, say
from tests.harness.console_clerk import clerk
from tests.harness.console_desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officer_decides_by_keys(
    desk: Desk, browser: BrowserContext, address: str, sold: Callable[..., str], language: Language
) -> None:
    for _ in range(3):
        sold()
    desk.hire("nadia", Role.OFFICER)
    officer = clerk(browser, address, desk, "nadia", language)
    page = officer.page
    page.goto(f"{address}/staff/requests")
    officer.open_next()
    assert "محمد أحمد" in page.inner_text("main")
    with page.expect_navigation():  # approved, on an Arabic keyboard; the next one comes
        page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: '١', bubbles: true}))")
    officer.press("Enter")
    officer.give("2", reason="1")  # sent back, for the first reason
    assert say(language, "console.done.decided.sent_back") in page.inner_text("main")
    officer.press("Enter")
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
    page = clerk(browser, address, desk, "amal", "en").page
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
    officer = clerk(browser, address, desk, "nadia", "ar")
    page = officer.page
    page.goto(f"{address}/staff/requests")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
    officer.press("1")
    officer.press("Enter")
    rows = desk.office.rows("SELECT status FROM request")
    assert {row.status for row in rows} == {"approved"}


def test_no_page_is_wider_than_a_telephone(
    desk: Desk, browser: BrowserContext, address: str, sold: Callable[..., str]
) -> None:
    request = sold()
    desk.hire("boss", *Role)
    page = clerk(browser, address, desk, "boss", "ar").page
    page.set_viewport_size({"width": 360, "height": 780})
    for path in ("", "/requests", f"/requests/{request}", "/shops", "/shops/CAI-001", "/audit", "/accounts", "/money"):
        page.goto(f"{address}/staff{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
