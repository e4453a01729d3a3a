"""`make wizard`: the first start of the real program on an X display, by typed keys, killed after every step.

With line or without (the files are carried by hand), in both languages; pictures are left in `wizard-out/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kiosk.setup.setup_steps import STEPS, SetupNotebook
from protocol.override import override
from protocol.texts import LANGUAGES
from tests.scenarios.demo.stage import Centre, Display, KioskProcess, Roll, until

OUT: Final = Path("wizard-out")
PIN: Final = "194027"
OPENING_S: Final = 3.0
OPENING_TIMES: Final = 6.0
"""The store is opened behind the first picture, and takes no keys meanwhile: so many times what the picture took."""
BURST: Final = 6
CALM_S: Final = 0.6
"""Keys typed ahead of a page are dropped until it has been painted."""


class Screen(Display):
    """One that never loses its last client: an X server begins anew then, and turns the next one away meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        never = ["xdotool", "search", "--sync", "--name", "no such window"]
        self._client = subprocess.Popen(never, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @override
    def close(self) -> None:
        self._client.kill()
        self._client.wait()
        super().close()

    def forget(self) -> None:
        """The next window is another one, whatever number it has."""
        self._focused = ""


class Walk:
    def __init__(self, language: str) -> None:
        self.out = OUT / language
        shutil.rmtree(self.out, ignore_errors=True)
        (self.out / "pictures").mkdir(parents=True)
        self.display, self.roll = Screen(), Roll()
        self.display.env |= {"TZ": "Africa/Cairo"}
        self.centre = Centre(self.out / "centre", self.out / "centre.log")
        printer = f"tcp:127.0.0.1:{self.roll.port}"
        self.options = ("--language", language, "--centre", self.centre.url, "--printer", printer)
        self.data = self.out / "بيانات المنفذ"
        self.kiosk = KioskProcess(self.data, self.out / "kiosk.log", *self.options)
        self.resumed: list[str] = []

    # ---- hands

    def page(self, name: str = "pageSetUp") -> None:
        until(name, lambda: self.display.title().endswith(f"({name})"), 40)
        threading.Event().wait(CALM_S)

    def step(self) -> str:
        kept = SetupNotebook(self.data).read()
        return "" if kept is None else kept.step

    def come(self, step: str) -> None:
        until(step, lambda: self.step() == step, 40)
        threading.Event().wait(CALM_S)

    def cut(self) -> None:
        """The power goes; the program comes back at the same step."""
        before = self.step()
        self.kiosk.cut()
        self.display.forget()
        begun = time.monotonic()
        self.kiosk.start(self.display.env)
        self.page()
        threading.Event().wait(max(OPENING_S, OPENING_TIMES * (time.monotonic() - begun)))
        assert self.step() == before, (before, self.step())
        self.resumed.append(before)

    def picture(self, name: str) -> None:
        self.display.shot(self.out / "pictures" / f"{name}.png")

    def lines(self, *texts: str) -> None:
        for text in texts:
            self.display.type(text)
            self.display.key("Return")

    # ---- the way

    def walk(self) -> float:  # noqa: PLR0915 - a story is told from its beginning to its end
        staff = self.centre.staff
        self.centre.serve()
        staff("shop", "add", "--id", "dokki-17", "--name-ar", "مركز النور — الدقي", "--name-en", "Al Nour, Dokki")
        slot = staff("device", "slot", "--shop", "dokki-17", "--staff", "amal")
        who = staff("operator", "add", "--shop", "dokki-17", "--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud")
        begun = time.monotonic()
        self.kiosk.start(self.display.env)
        self.page()
        self.picture("language")
        for step in ("clock", "folder", "keystore"):
            self.display.key("F10")
            threading.Event().wait(CALM_S)
            self.picture(step)
        for step in ("keystore", "enrolment"):
            self.display.key("F10")
            self.come(step)
            self.cut()
        self.lines(str(slot["slot"]), str(slot["code"]))
        self.picture("enrolment")
        self.display.key("F10")
        threading.Event().wait(2 * CALM_S)
        self.picture("shop")
        self.display.key("F10")
        waiting = until("the digits", lambda: self.centre.waiting(str(slot["slot"])))
        threading.Event().wait(CALM_S)
        self.picture("digits")
        self.cut()
        staff("device", "approve", str(slot["slot"]), "--number", waiting["number"], "--staff", "basem")
        self.come("catalogue")
        self.cut()
        self._until_on("catalogue", lambda: self.display.key("F10"))
        self.cut()
        self.display.key("F10")
        until("the test page", lambda: self.roll.papers)
        threading.Event().wait(CALM_S)
        self.picture("printer")
        self.display.key("alt+1")
        self.come("scanner")
        self.cut()
        self.lines("0123456789")
        self.come("camera")
        self.cut()
        self._until_on("camera", self._no_camera)
        self.cut()
        self.display.key("Return")
        self.lines(str(who["code"]), PIN)
        self.display.type(PIN)
        self.picture("operator")
        self.display.key("F10")
        self.come("acceptance")
        self.cut()
        self.display.key("Return")
        self.lines(PIN)
        self.display.type("12")
        self.picture("acceptance")
        self.display.key("F10")
        self.page("pageSignIn")
        self.picture("sign-in")
        found: list[dict[str, Any]] = staff("acceptance", "list")
        assert found[0]["result"] == "ready", found
        assert len(self.roll.papers) == 2, "the test page, and the practice receipt"
        return time.monotonic() - begun

    def replace(self) -> float:  # noqa: PLR0915 - the same
        """Its computer breaks; another one takes the backup from a stick, with the key that the centre gives."""
        begun, staff, old = time.monotonic(), self.centre.staff, self.data
        stick = (self.out / "stick").absolute()
        self.kiosk.stop()
        self.display.forget()
        shutil.copytree(old / "backups", stick / "manfaz")
        self.data = self.out / "الجهاز الجديد"
        self.kiosk = KioskProcess(self.data, self.out / "new.log", *self.options)
        self.kiosk.start(self.display.env)
        self.page()
        until("enrolment", lambda: self.step() == "enrolment" or self._press("F10"), 60)
        self.cut()
        self._press("alt+5")
        self._type_slowly(str(stick))
        self._press("F5", "backups")
        self._press("F10", "put-back")
        self._press("F10", "sealed")
        self._press("alt+3", "asked")
        (request,) = stick.glob("manfaz-recovery-*.json")
        self.cut()
        for person in ("amal", "basem"):
            staff("backup", "open", str(request), "--staff", person)
        self._press("alt+5")
        self._type_slowly(str(stick))
        self._press("F5")
        self._press("F10")
        self._press("F10")
        until("what was put back", lambda: list(self.data.glob("put-aside-*")))
        threading.Event().wait(2 * CALM_S)
        self.picture("restored")
        self.cut()
        device = staff("device", "list")[0]["device"]
        threading.Event().wait(OPENING_S)
        given = staff("device", "replace", device, "--staff", "amal")
        self.lines(str(given["slot"]), str(given["code"]))
        self._press("F10")
        self._press("F10")
        waiting = until("the digits", lambda: self.centre.waiting(str(given["slot"])))
        staff("device", "approve", str(given["slot"]), "--number", waiting["number"], "--staff", "basem")
        self.come("catalogue")
        standing = {row["epoch"]: row["state"] for row in staff("device", "list") if row["device"] == device}
        assert standing == {1: "superseded", 2: "active"}, standing
        return time.monotonic() - begun

    def _type_slowly(self, text: str) -> None:
        """As a hand does: a burst of so many keys is a scanner's."""
        for place in range(0, len(text), BURST):
            self.display.type(text[place : place + BURST])
            threading.Event().wait(CALM_S)

    def _press(self, key: str, picture: str = "") -> bool:
        self.display.key(key)
        threading.Event().wait(2 * CALM_S)
        if picture:
            self.picture(picture)
        return False

    def _until_on(self, step: str, act: Callable[[], None]) -> None:
        """Once more until it has been passed: what it waits for comes when it comes."""
        after = STEPS[STEPS.index(step) + 1]

        def on() -> bool:
            act()
            threading.Event().wait(2 * CALM_S)
            return self.step() == after

        until(after, on, 60)
        threading.Event().wait(CALM_S)

    def _no_camera(self) -> None:
        self.display.key("F10")
        threading.Event().wait(CALM_S)
        if self.step() == "camera":
            self.display.key("alt+7")  # asks for the reason
            self.display.type("none here")
            self.display.key("alt+7")

    def close(self) -> None:
        self.kiosk.stop()
        self.centre.stop()
        self.roll.close()
        self.display.close()


def main() -> int:
    os.environ.setdefault("LANG", "C.UTF-8")
    for language in sys.argv[1:] or LANGUAGES:
        walk = Walk(language)
        try:
            seconds = walk.walk()
            print(f"{language}: ready after {seconds:.0f} s, resumed at {', '.join(walk.resumed)}")
            print(f"{language}: on another computer after {walk.replace():.0f} s")
        except BaseException:
            walk.picture("stuck")
            raise
        finally:
            walk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
