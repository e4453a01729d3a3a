"""A technician's hands at the wizard of the installed program: every step, with a stick and without a printer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.setup.setup_steps import STEPS, SetupNotebook, SetupProgress
from tests.installer.windows.counter_at_wine import END_S, PAGE_S, FirstStart, WineDisplay, settle
from tests.scenarios.demo.stage import Centre, Stuck, until
from tests.scenarios.demo.story import PIN

SHOP: Final = "dokki-17"
PRESS_S: Final = 4.0
"""What a key leads to is there by then, or it was dropped."""
PRINTER_NOTE: Final = "الطابعة تصل يوم الأحد"
CAMERA_NOTE: Final = "none here"


@dataclass
class Technician:
    """What he does, in his order; pictures of it in `out`."""

    display: WineDisplay
    centre: Centre
    kiosk: FirstStart
    data: Path
    out: Path
    pictures: int = 0
    person: Any = None

    def come(self) -> None:
        """Staff of the centre make a shop, its slot and an operator; he carries the slot's file on his stick."""
        self.centre.serve()
        name = ("--name-ar", "مركز النور — الدقي", "--name-en", "Al Nour, Dokki")
        self.centre.staff("shop", "add", "--id", SHOP, *name, "--staff", "amal")
        self.slot = self.centre.staff("device", "slot", "--shop", SHOP, "--staff", "amal")
        who = ("--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud")
        self.person = self.centre.staff(
            "operator", "add", "--shop", SHOP, *who, "--role", "operator", "--staff", "amal"
        )

    def line(self) -> str:
        """What stands in `manfaz-slot.txt`."""
        return f"manfaz1 {self.centre.url} {self.slot['slot']} {self.slot['code']}\n"

    # ---- hands

    def progress(self) -> SetupProgress:
        kept = SetupNotebook(self.data).read()
        return SetupProgress(0) if kept is None else kept

    def picture(self, name: str) -> None:
        self.pictures += 1
        self.display.shot(self.out / f"wizard-{self.pictures:02d}-{name}.png")

    def page(self, name: str) -> None:
        until(name, lambda: self.display.title().endswith(f"({name})"), PAGE_S)
        settle()

    def reach(self, step: str, act: Callable[[], object] | None = None) -> None:
        """The step of this name; with `act`, done again until it has led there."""
        self.again(step, lambda: self.progress().step == step, act or (lambda: None))
        settle()
        self.picture(step)

    def again(self, what: str, question: Callable[[], Any], act: Callable[[], object]) -> Any:
        """A key that comes while a page is not ready is dropped, as it should be: press it once more."""

        def asked() -> Any:
            act()
            with suppress(Stuck):
                return until(what, question, PRESS_S)

        return until(what, asked, END_S)

    def on(self) -> None:
        self.display.key("F10")

    def lines(self, *texts: str) -> None:
        for text in texts:
            self.display.type(text)
            self.display.key("Return")

    def skip(self, note: str) -> None:
        self.display.key("alt+7")  # asks for the reason
        self.display.key("ctrl+a")  # of a try before
        self.display.type(note)
        self.display.key("alt+7")

    # ---- the way

    def walk(self) -> float:
        """From the shortcut to the first page of a counter that is set up; the seconds it took."""
        begun = time.monotonic()
        self.kiosk.start(self.display.env)
        self.page("pageSetUp")
        self.picture("language")
        self.reach("keystore", self._to_the_keystore)
        self.reach("enrolment", self.on)
        self._enrol()
        self.reach("catalogue")
        self.reach("printer", self.on)
        self._devices()
        self._person()
        self.reach("acceptance")
        self.display.type("12")
        self.on()
        self.page("pageSignIn")
        self.picture("sign-in")
        return time.monotonic() - begun

    def _to_the_keystore(self) -> None:
        """There is nowhere to write to before the folder has been looked at; then the notebook tells."""
        if self.progress().step not in ("keystore", "enrolment"):
            self.on()

    def _enrol(self) -> None:
        """The stick has filled the form in; the shop is confirmed, and a second person approves."""
        slot = str(self.slot["slot"])
        waiting = self.again("the digits", lambda: self._waiting(slot), self.on)
        settle()
        self.picture("digits")
        self.centre.staff("device", "approve", slot, "--number", waiting["number"], "--staff", "basem")

    def _devices(self) -> None:
        self.on()
        self.picture("no-printer")
        self.reach("scanner", lambda: self.skip(PRINTER_NOTE))
        self.lines("0123456789")
        self.reach("camera")
        self.on()
        self.reach("operator", lambda: self.skip(CAMERA_NOTE))

    def _person(self) -> None:
        self.lines(str(self.person["code"]), PIN)
        self.display.type(PIN)
        self.picture("person")
        self.on()

    def _waiting(self, slot: str) -> dict[str, Any] | None:
        rows: list[dict[str, Any]] = self.centre.staff("device", "pending")
        return next((row for row in rows if str(row["slot"]) == slot and row.get("number")), None)

    def states(self) -> dict[str, str]:
        progress = self.progress()
        return {step: progress.state(step) for step in STEPS}
