"""Somebody at the console in a real browser, who uses it by its keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from central.console.look import Look
from protocol.texts import Language
from tests.harness.console_browser import enter
from tests.harness.console_desk import PASSWORD, Desk

FARTHEST: Final = 200
"""Presses of Tab: whoever has not come to a thing by then does not come to it."""


def window(started: Browser, width: int = 1366, height: int = 768) -> BrowserContext:
    """Of a person of his own: no cookie of another one's is in it."""
    return started.new_context(viewport={"width": width, "height": height})


@dataclass
class Clerk:
    """Somebody at the console by keys alone. A page that a policy stops, or a script that fails, is a fault."""

    page: Page
    address: str

    def __post_init__(self) -> None:
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, told: ConsoleMessage) -> None:
        if "Policy" in told.text:
            self.faults.append(told.text)

    # ---- the way in

    def activate(self, name: str, code: str) -> str:
        """A new account's first time: its code, a password, and the second factor that the page shows, returned."""
        self.page.goto(f"{self.address}/staff/activate")
        for field, said in {"name": name, "code": code, "password_new": PASSWORD, "password_again": PASSWORD}.items():
            self.page.fill(f"[name={field}]", said)
        self.press("Enter")
        secret = self.page.inner_text("bdi.b.ltr").strip()
        self.second_factor(secret)
        return secret

    def sign_in(self, name: str, secret: str) -> None:
        self.page.goto(f"{self.address}/staff")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.press("Enter")
        self.second_factor(secret)

    def second_factor(self, secret: str) -> None:
        self.page.fill("[name=code]", pyotp.TOTP(secret).now())
        self.press("Enter")

    # ---- keys

    def press(self, key: str) -> None:
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        assert self.faults == [], self.where

    def to(self, what: str) -> None:
        """Tab, until the focus is on it."""
        for _ in range(FARTHEST):
            if self.page.evaluate("what => document.activeElement.matches(what)", what):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {what} on {self.where}")

    def follow(self, what: str) -> None:
        """A link or a button that leads to another page."""
        self.to(what)
        self.press("Enter")

    def unfold(self, what: str) -> None:
        self.to(f"{what} > summary")
        self.page.keyboard.press("Enter")

    def write(self, name: str, said: str) -> None:
        self.to(f"[name={name}]")
        self.page.keyboard.type(said)

    # ---- an officer's requests

    def open_next(self) -> None:
        """From the queue: the most urgent one that nobody has in hand, opened to be decided."""
        for _ in range(2):
            self.press("Enter")

    def give(self, word: str, reason: str = "") -> None:
        """The word of a key, with the reason that has this digit: 2 sends at once, 3 by Enter. The next one comes."""
        keys = [word, *([reason] if reason else []), *(["Enter"] if word == "3" else [])]
        for key in keys[:-1]:
            self.page.keyboard.press(key)
        self.press(keys[-1])

    # ---- what is seen

    @property
    def where(self) -> str:
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def said(self) -> str:
        return self.page.inner_text("main")


def clerk(context: BrowserContext, address: str, desk: Desk, account: str, language: Language) -> Clerk:
    """Signed in, reading that language."""
    enter(context, address, desk, account, Look(language))
    return Clerk(context.new_page(), address)
