"""The pictures of docs/console.md, in a browser, by whoever signs in with password and second factor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.harness.console_browser import chromium
from tests.harness.console_clerk import Clerk, window

PAGES: Final = {
    "nadia": {"work": "/staff", "queue": "/staff/requests"},
    "amr": {"shops": "/staff/shops", "silent": "/staff/shops/silent", "waiting": "/staff/counters/waiting"},
    "tarek": {"alerts": "/staff/support", "agree": "/staff/support/agree"},
    "mona": {"money": "/staff/money"},
    "laila": {"catalogue": "/staff/catalogue"},
    "hana": {"audit": "/staff/audit"},
    "samir": {"accounts": "/staff/accounts"},
}  # fmt: skip


def draw(address: str, secret: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as started:
        for name, pages in PAGES.items():
            with window(started) as context:
                page = context.new_page()
                Clerk(page, address).sign_in(name, secret)
                for title, path in pages.items():
                    page.goto(f"{address}{path}")
                    page.screenshot(path=folder / f"{title}.png")
                if name == "nadia":
                    _decide(page, address, folder)


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
