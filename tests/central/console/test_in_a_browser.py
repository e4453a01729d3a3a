"""The staff in a real browser: Debian's chromium, on a port of this machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from central.staff.acts import Role
from tests.harness.console_clerk import clerk
from tests.harness.console_desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def test_no_label_of_a_service_leaves_its_column(desk: Desk, browser: BrowserContext, address: str) -> None:
    """That of an amount by choice is the longest; it is told as people say it, and not as the file does."""
    desk.hire("laila", Role.CATALOGUE)
    page = clerk(browser, address, desk, "laila", "ar").page
    page.goto(f"{address}/staff/catalogue/services/birth-cert")
    labels = page.locator("#fields details[open] label")
    assert labels.filter(has_text="من الجهة").count() == 1
    assert labels.filter(has_text="pickup").count() == 0
    out = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    assert labels.evaluate_all(out) == []


def test_a_key_that_is_held_or_pressed_twice_gives_one_decision(
    desk: Desk, browser: BrowserContext, address: str, sold: Callable[..., str]
) -> None:
    for _ in range(2):
        sold()
    desk.hire("nadia", Role.OFFICER)
    officer = clerk(browser, address, desk, "nadia", "ar")
    page = officer.page
    page.goto(f"{address}/staff/requests")
    officer.open_next()
    with page.expect_navigation():
        page.keyboard.down("1")
    page.keyboard.down("1")  # it repeats by itself, on the next request
    page.keyboard.up("1")
    page.keyboard.press("1")  # and once more: what is closed takes no decision
    officer.press("Enter")
    page.keyboard.down("2")
    page.keyboard.down("2")
    assert page.locator("details.panel[open]").count() == 1
    rows = desk.office.rows("SELECT status FROM request ORDER BY seq")
    assert [row.status for row in rows] == ["approved", "pending"]
