"""The pictures of docs/console.md, in a browser, by whoever signs in with password and second factor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
DESK: Final = {"width": 1366, "height": 768}
PAGES: Final = {
    "nadia": {"work": "/staff", "queue": "/staff/requests"},
    "amr": {"shops": "/staff/shops", "silent": "/staff/shops/silent", "waiting": "/staff/counters/waiting"},
    "tarek": {"alerts": "/staff/support", "agree": "/staff/support/agree"},
    "mona": {"money": "/staff/money"},
    "laila": {"catalogue": "/staff/catalogue"},
    "hana": {"audit": "/staff/audit"},
    "samir": {"accounts": "/staff/accounts"},
}  # fmt: skip


def draw(address: str, password: str, secret: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, pages in PAGES.items():
            page = _sign_in(browser, address, name, password, secret)
            for title, path in pages.items():
                page.goto(f"{address}{path}")
                page.screenshot(path=folder / f"{title}.png")
            if name == "nadia":
                _decide(page, address, folder)
            page.context.close()
        browser.close()


def _sign_in(browser: Browser, address: str, name: str, password: str, secret: str) -> Page:
    page = browser.new_context(viewport={"width": DESK["width"], "height": DESK["height"]}).new_page()
    page.goto(f"{address}/staff")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def _decide(page: Page, address: str, folder: Path) -> None:
    """One request, opened, with the reasons to send it back."""
    page.goto(f"{address}/staff/requests")
    for _ in range(2):
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.screenshot(path=folder / "request.png")
    page.keyboard.press("2")
    page.screenshot(path=folder / "reasons.png")
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{address}/staff/requests")
    page.screenshot(path=folder / "phone.png")
