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
    "tarek": {"alerts": "/staff/support", "agree": "/staff/support/agree", "support": "/staff/support/receipts"},
    "mona": {"money": "/staff/money"},
    "laila": {"catalogue": "/staff/catalogue"},
    "hana": {"audit": "/staff/audit"},
    "samir": {"accounts": "/staff/accounts"},
    "hany": {"asked": "/staff/requests/asked"},
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
                if name in MORE:
                    MORE[name](page, address, folder)


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


def _move(page: Page, address: str, folder: Path) -> None:
    """A counter's page, with what it takes to move it."""
    page.goto(f"{address}/staff/shops/CAI-001")
    page.click("main a[href^='/staff/devices/']")
    page.click("summary:has-text('انقله إلى محل')")
    page.screenshot(path=folder / "move.png")


def _draft(page: Page, address: str, folder: Path) -> None:
    """A price that is another one: judged, shown, with its difference; then the next version."""
    page.goto(f"{address}/staff/catalogue/services/birth-cert")
    page.fill("[name='costs/0/amount_pt']", "50")
    with page.expect_navigation():
        page.click("[form=fields]")
    page.screenshot(path=folder / "service.png", full_page=True)
    page.goto(f"{address}/staff/catalogue/publish")
    page.screenshot(path=folder / "publish.png")


def _erase(page: Page, address: str, folder: Path) -> None:
    """A request that is approved, and the end of its citizen's data."""
    page.goto(f"{address}/staff/requests?status=approved")
    page.click("[data-row] a")
    page.click("summary:has-text('امحُ بيانات المواطن')")
    page.screenshot(path=folder / "erase.png")


MORE: Final = {"nadia": _decide, "amr": _move, "laila": _draft, "hany": _erase}
"""What takes more than an address."""
