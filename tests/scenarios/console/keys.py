"""`python -m tests.scenarios.console.keys`: an officer decides fifty requests in a browser by keys alone, counted."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from central.console.look import Look
from central.staff.acts import Role
from protocol.texts import LANGUAGES, Language
from tests.harness.console_browser import chromium, enter, served
from tests.harness.console_desk import Desk
from tests.harness.sample_pictures import encoded, page
from tests.scenarios.console.stage import desk_in, sell_some

MOST_PRESSES: Final = 2.4
MOST_SERVER_S: Final = 8.0
PATIENCE_S: Final = 10
ARABIC: Final = "٠١٢٣٤٥٦٧٨٩"
SEEN: Final = """(() => { const all = [...document.querySelectorAll(".paper img")];
  return all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 0); })()"""
WATCH: Final = """for (const kind of ["pointermove", "pointerdown", "mousemove", "mousedown", "wheel", "touchstart"])
  addEventListener(kind, () => window.pointed(kind), true);"""


@dataclass(frozen=True, slots=True)
class Words:
    """How many of each an officer gives."""

    approved: int = 40
    sent_back: int = 6
    rejected: int = 4

    def mixed(self) -> Iterator[str]:
        """All of them, as evenly as they come in a day."""
        left = {"approved": self.approved, "sent_back": self.sent_back, "rejected": self.rejected}
        whole, given = dict(left), dict.fromkeys(left, 0)
        for _ in range(sum(whole.values())):
            word = min(left, key=lambda one: (given[one] + 1) / whole[one] if given[one] < whole[one] else 2.0)
            given[word] += 1
            yield word


@dataclass
class Measured:
    """What it took, and what was wrong."""

    requests: int
    presses: int = 0
    pointed: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    server_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        each = self.presses / self.requests
        return (
            f"{self.requests} requests: {self.presses} presses, {each:.2f} each; {len(self.pointed)} pointer moves,"
            f" {len(self.dialogs)} dialogs; the server took {self.server_s:.1f} s"
        )

    def faults(self) -> list[str]:
        found = list(self.wrong)
        found += [f"the pointer: {one}" for one in self.pointed] + [f"a dialog: {one}" for one in self.dialogs]
        found += [f"the server took more than {MOST_SERVER_S} s"] * (self.server_s > MOST_SERVER_S)
        return found


class Timed:
    """Around the application: how long it has each request."""

    def __init__(self, app: Any, into: Measured) -> None:
        self._app, self._into = app, into

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun = time.perf_counter()
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                self._into.server_s += time.perf_counter() - begun


@dataclass
class Officer:
    """Somebody without a pointer. What he types into a field is not counted, every other key is."""

    page: Page
    measured: Measured
    digits: str = ""

    def press(self, key: str, *, leads: bool = False) -> None:
        self.measured.presses += 1
        if not leads:
            self._strike(key)
            return
        with self.page.expect_navigation():
            self._strike(key)

    def _strike(self, key: str) -> None:
        if self.digits and key.isdigit():  # of an Arabic keyboard, which the driver does not know
            told = "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
            self.page.evaluate(told, self.digits[int(key)])
        else:
            self.page.keyboard.press(key)

    def decide(self, word: str, n: int) -> None:
        """What is before him is opened, its papers looked at, its word given."""
        self.press("Enter", leads=True)
        until = time.monotonic() + PATIENCE_S
        while not self.page.evaluate(SEEN) and time.monotonic() < until:
            self.page.wait_for_timeout(5)
        if word == "approved":
            self.press("1", leads=True)
        elif word == "sent_back":
            self.press("2")
            self.press(str(n % 6 + 1), leads=True)
        else:
            self.press("3")
            self.press("9")
            self.page.keyboard.type(f"سبب مكتوب رقم {n}")
            self.press("Enter")
            self.page.keyboard.type(f"a reason in my own words, {n}")
            self.press("Enter", leads=True)


def run(folder: Path, browser: Browser, language: Language, words: Words, digits: str = "") -> Measured:
    """Everything that waits is decided; what the centre then holds is compared with what was pressed."""
    given = list(words.mixed())
    measured = Measured(len(given))
    with desk_in(folder) as desk:
        sell_some(desk.office, len(given), [encoded(page(340, 460))])
        desk.hire("nadia", Role.OFFICER)
        desk.app.add_middleware(Timed, into=measured)
        with served(desk.app) as address:
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            enter(context, address, desk, "nadia", Look(language))
            context.add_init_script(WATCH)
            context.expose_function("pointed", lambda kind: measured.pointed.append(kind))  # noqa: PLW0108 - it is marked
            window = context.new_page()
            window.on("dialog", lambda one: measured.dialogs.append(one.message))
            window.on("pageerror", lambda error: measured.wrong.append(f"a script failed: {error}"))
            officer = Officer(window, measured, digits)
            window.goto(f"{address}/staff/requests")
            measured.server_s = 0.0
            officer.press("Enter", leads=True)
            for n, word in enumerate(given):
                officer.decide(word, n)
            context.close()
        measured.wrong += _compare(desk, words)
    return measured


def _compare(desk: Desk, words: Words) -> Iterator[str]:
    for word in ("approved", "sent_back", "rejected"):
        n = desk.office.row("SELECT count(*) AS n FROM request WHERE status = ?", word).n
        if n != getattr(words, word):
            yield f"{n} requests are {word}, {getattr(words, word)} should be"
    wanted = words.approved + words.sent_back + words.rejected
    read = desk.office.row("SELECT count(*) AS n FROM audit WHERE act = 'personal.read'").n
    if read != wanted:
        yield f"{read} openings are written down, {wanted} were opened"
    for one in desk.office.rows("SELECT reason_ar, reason_en FROM request WHERE code = 'own'"):
        if not _whole(one):
            yield f"a reason came as {one.reason_ar!r}, {one.reason_en!r}"


def _whole(one: Any) -> bool:
    n = one.reason_ar.removeprefix("سبب مكتوب رقم ")
    return bool(n.isdigit()) and one.reason_en == f"a reason in my own words, {n}"


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.console.keys", description=__doc__)
    parser.add_argument("--language", choices=LANGUAGES, default="ar")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        measured = run(Path(folder), browser, asked.language, Words())
    faults = measured.faults()
    faults += [f"more than {MOST_PRESSES} presses each"] * (measured.presses > MOST_PRESSES * measured.requests)
    print(measured.line(), *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
