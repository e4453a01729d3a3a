"""`python -m tests.scenarios.console.lost`: sessions that end, servers that restart, lines that drop, and Back.

Somebody types into a form of the console, in a real browser; then something goes wrong, and he does what people do. In
the end all that he typed stands in the form or has arrived, and what he wanted is done once.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
import threading
import time
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyotp
from playwright.sync_api import Browser, Error, Page

from central.console.look import Look
from central.staff import accounts, credentials
from central.staff.accounts import Bounds
from central.staff.acts import Role
from central.store.staff_models import Account
from tests.harness.console_browser import chromium, enter
from tests.harness.console_desk import PASSWORD
from tests.harness.line_proxy import Backend, Fault, Proxy, drop_request, drop_response, silence, well
from tests.harness.own_centre import OwnCentre
from tests.scenarios.console.lost_forms import FORMS
from tests.scenarios.console.stage import Server, sell_some

TRIALS: Final = 100
WHO: Final = "boss"
PATIENCE_MS: Final = 15_000
SETTLES_S: Final = 3
MANY: Final = 6
"""A browser asks again by itself where a line that it has used before drops: so often it is told nothing."""


@dataclass
class Life:
    """A window, what is typed in it, and what was wrong."""

    server: Server
    line: Proxy
    page: Page
    secret: str
    request: list[str]
    wrong: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    # ---- one form

    def begin(self, n: int) -> None:
        self.form, self.n = FORMS[(n + n // len(FAULTS)) % len(FORMS)], n
        self.said = self.form.said(n)
        request = self.request[n]
        self.action = self.form.action.format(request=request)
        self.page.goto(self.line.url + (self.form.page or self.form.action).format(request=request))
        if self.form is FORMS[0]:
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
            for key in ("3", "9"):
                self.page.keyboard.press(key)
        for name, text in self.said.items():
            self._show()
            self._field(name).focus()
            self.page.keyboard.type(text)

    def _field(self, name: str) -> Any:
        return self.page.locator(f'form[action="{self.action}"] [name={name}]').last

    def _show(self) -> None:
        told = "action => document.querySelectorAll(`form[action='${action}']`).forEach("
        self.page.evaluate(
            f"{told}one => {{ const it = one.closest('details'); if (it) it.open = true; }})", self.action
        )

    def there(self) -> bool:
        return self.page.url.startswith("http") and self._field(next(iter(self.said))).count() > 0

    def send(self) -> None:
        """Pressed once; whatever comes is looked at."""
        try:
            with self.page.expect_navigation(wait_until="load", timeout=PATIENCE_MS):
                self._field(next(iter(self.said))).evaluate("one => one.form.requestSubmit()")
        except Error:  # no answer: the browser's own page says so, in a moment
            until = time.monotonic() + SETTLES_S
            while self.page.url.startswith("http") and time.monotonic() < until:
                self.page.wait_for_timeout(20)

    def compare(self, when: str) -> None:
        """All that was typed is there, or has arrived."""
        if not self.there():
            if not self.arrived():
                self._note(f"{when}: neither is the form there nor has it arrived, at {self.page.url}")
            return
        for name, text in self.said.items():
            stands = self._field(name).input_value()
            if stands != text and not self.arrived():
                self._note(f"{when}: {name} holds {stands!r} in place of {text!r}")

    def arrived(self) -> int:
        return self.form.done(self.server.office, self.said)

    def _note(self, what: str) -> None:
        self.wrong.append(f"trial {self.n}, {FAULTS[self.n % len(FAULTS)].__name__}, {self.action}: {what}")

    def again(self, when: str) -> None:
        """What stands there is sent once more, where it stands there; where it does not, he goes to its page again."""
        if not self.there() and not self.arrived():
            self.page.goto(self.line.url + (self.form.page or self.form.action).format(request=self.request[self.n]))
        self.compare(when)
        if self.there():
            self._show()
            self.send()

    def sign_in(self) -> None:
        self.server.office.clock.ms += 60_000
        self.page.fill("[name=name]", WHO)
        self.page.fill("[name=password]", PASSWORD)
        self._enter()
        self.page.fill("[name=code]", pyotp.TOTP(self.secret).at(self.server.office.clock.ms // 1000))
        self._enter()

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def back(self) -> None:
        with suppress(Error):
            self.page.go_back()

    def drop(self, fault: Fault) -> None:
        self.line.faults.extend([_posted(fault)] * MANY)
        self.send()
        self.line.faults.clear()

    def trial(self, n: int) -> None:
        self.begin(n)
        FAULTS[n % len(FAULTS)](self)
        times = self.arrived()
        if times != 1:
            self._note(f"it was done {times} times")
        self.done[FAULTS[n % len(FAULTS)].__name__] += 1


# ---- what goes wrong, and what people do then


def _posted(fault: Fault) -> Fault:
    """For forms; pictures and pages come well."""

    def apply(line: socket.socket, request: bytes, centre: Backend, over: threading.Event) -> None:
        (fault if request.startswith(b"POST ") else well)(line, request, centre, over)

    return apply


def session_over(life: Life) -> None:
    life.server.office.run("UPDATE staff_session SET ends_ms = 1")
    life.send()
    life.sign_in()
    life.again("after signing in")


def restarted(life: Life) -> None:
    life.server.stop()
    life.server.start()
    life.send()


def away_then_back(life: Life) -> None:
    life.server.stop()
    life.send()
    life.server.start()
    life.back()
    life.again("after Back from a server that was away")


def away_then_reload(life: Life) -> None:
    life.server.stop()
    life.send()
    life.server.start()
    with suppress(Error):
        life.page.reload()
    life.compare("after reloading")
    if not life.arrived():
        life.again("after reloading")


def cut_before(life: Life) -> None:
    life.drop(drop_request)
    life.back()
    life.again("after a line that was cut before")


def cut_after(life: Life) -> None:
    life.drop(drop_response)
    life.back()
    life.again("after a line that was cut before the answer")


def no_answer(life: Life) -> None:
    life.line.faults.extend([_posted(silence)] * MANY)
    life._field(next(iter(life.said))).evaluate("one => one.form.requestSubmit()")
    until = time.monotonic() + 5
    while not life.arrived() and time.monotonic() < until:
        life.page.wait_for_timeout(50)
    life.page.context.new_cdp_session(life.page).send("Page.stopLoading")
    life.line.faults.clear()
    life.page.reload()
    life.again("after waiting for nothing")


def back_and_again(life: Life) -> None:
    life.send()
    life.back()
    life.again("after Back")


def away_by_a_link(life: Life) -> None:
    life.page.wait_for_timeout(250)
    with life.page.expect_navigation():
        life.page.evaluate("document.querySelector('a.name').click()")
    life.back()
    life.again("after Back to what was not sent")


FAULTS: Final[tuple[Callable[[Life], None], ...]] = (
    session_over, restarted, away_then_back, away_then_reload, cut_before, cut_after, no_answer, back_and_again,
    away_by_a_link,
)  # fmt: skip


@contextmanager
def life(folder: Path, browser: Browser, trials: int) -> Iterator[Life]:
    server = Server(folder)
    server.office.publish_catalogue()
    requests = sell_some(server.office, trials)
    secret = _hire(server.office)
    server.start()
    with Proxy(server.answer) as line:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        enter(context, line.url, server.desk, WHO, Look("en"))
        made = Life(server, line, context.new_page(), secret, requests)
        made.page.on("pageerror", lambda error: made.wrong.append(f"a script failed: {error}"))
        try:
            yield made
        finally:
            context.close()
            server.close()


def _hire(office: OwnCentre) -> str:
    """Somebody with every role, a password and a second factor, whose secret is returned."""
    secret = credentials.new_secret(office.centre)
    with office.store.writing() as session:
        session.add(
            Account, name=WHO, name_ar="موظف", name_en="Staff", state="active", code=None,
            password=credentials.verifier(office.centre, PASSWORD),
            secret=credentials.seal_secret(office.centre, WHO, secret),
        )  # fmt: skip
        for role in Role:
            accounts.keep_grant(session, WHO, role, Bounds())
    return b32encode(secret).decode()


def run(folder: Path, browser: Browser, numbers: range) -> Life:
    with life(folder, browser, numbers.stop) as made:
        for n in numbers:
            made.trial(n)
    return made


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.console.lost", description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        made = run(Path(folder), browser, range(asked.first, asked.first + asked.trials))
    told = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in made.done.items())
    print(f"{asked.trials} trials in {time.monotonic() - begun:.0f} s ({told}): {len(made.wrong)} faults")
    print(*made.wrong, sep="\n")
    return 1 if made.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
