"""One life of a counter under the monkey, from a seed: the same seed is the same life."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from tests.harness.stage import cheap_hashes
from tests.scenarios.monkey import words
from tests.scenarios.monkey.acts import NAMES
from tests.scenarios.monkey.ears import Ears
from tests.scenarios.monkey.house import House
from tests.scenarios.monkey.watch import Watch
from tests.scenarios.monkey.way_out import WayOut
from tests.scenarios.monkey.world import WEIGHTS, AllActs
from tests.ui.capture.test_evidence_page import Given
from ui.main.application import make_application
from ui.main.window import Window
from ui.widgets import theme

MOST_S: Final = 0.5
PERSONAL: Final = (*NAMES, "20001010100014", "01012345678")
SEVERAL: Final = ("serve", "look", "any_click", "any_timer")
"""More than one thing at once, or the whole window dressed anew (as on the page of the display): no press of a key."""
EVERY: Final = 60
WAITING: Final = ("pageLock", "pageSignIn", "pageActivate", "pageOpenDay", "pageLockout")
SOON: Final = 0.15
"""How likely somebody who knows the PIN comes by, at each step outside."""


class Monkey:
    """`trail` is what it did, `found` what was wrong, each with the steps that led there. `timed`: a screen that stands
    for half a second is wrong, too; on a machine that does something else besides, it may well.
    """

    def __init__(self, seed: int, *, timed: bool = False) -> None:
        self.seed, self._timed = seed, timed
        self.trail: list[str] = []
        self.found: list[str] = []
        self._ears = Ears()
        self._chance = random.Random(seed)

    def live(self, steps: int) -> None:
        folder = Path(mkdtemp(prefix="manfaz-monkey-"))
        try:
            with self._ears.open(), cheap_hashes(), pytest.MonkeyPatch.context() as patch:
                patch.setattr("ui.display.display_flow.keep_look", lambda _look: None)
                patch.setattr("ui.display.display_flow.keep", lambda _choice, **_: None)
                patch.setattr("ui.paper.printer_search.neighbours", lambda: iter(()))  # nobody is knocked at
                self._live(folder, steps)
        finally:
            shutil.rmtree(folder)

    def _live(self, folder: Path, steps: int) -> None:
        app, self._house = make_application([]), House(folder / "data")
        theme.wear(app, theme.ScreenLook())
        self._window = Window(self._house, self._chance.choice(("ar", "ar", "en")))
        self._window.show()
        self._acts = AllActs(self._house, self._window, self._chance)
        self._acts.settle()
        self._watch = Watch(self._acts)
        way_out = WayOut(self._acts, self._stepped)
        papers = self._acts.screens.sale._papers
        papers._sources = [Given() for _ in papers._sources]
        try:
            for step in range(steps):
                outside = self._acts.where in WAITING and self._chance.random() < SOON
                if (outside or step % EVERY == 0) and not way_out.go():
                    self._note([f"no way out of {self._acts.where}"])
                    return
                self._note(self._act(self._chance.choices([*WEIGHTS], [*WEIGHTS.values()])[0]))
        finally:
            self._end()

    def _act(self, name: str) -> list[str]:
        acts, house, before = self._acts, self._house, self._acts.where
        house.spent_s = (0.0, 0.0)
        processor, clock = time.thread_time(), time.perf_counter()
        try:
            drew = getattr(acts, name)()
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody has pressed it out of the program
            drew = ""
            self._ears.caught(type(error), error, error.__traceback__)
        if self._chance.random() < 0.75:
            acts.settle()
        took = (
            time.thread_time() - processor - house.spent_s[0], time.perf_counter() - clock - house.spent_s[1],
        )  # fmt: skip
        self.trail.append(f"{before}:{name}({drew})")
        late = self._timed and min(took) > MOST_S and name not in SEVERAL and before != "pageDisplay"
        return [*([f"{before}: the screen stood for {min(took):.1f} s"] if late else []), *self._look()]

    def _look(self) -> list[str]:
        self._watch.look()
        if self._house.quiet:
            self._acts.settle()
        if not self._house.quiet:  # what was answered has asked on
            return self._told()
        window = self._window
        left = words.left_over(window, window.page(), window.language) if "(Key_F11)" in self.trail[-1] else []
        return [*self._told(), *self._watch.wrong(), *left]

    def _told(self) -> list[str]:
        """What was raised; and the log, in which nobody may stand."""
        raised, said = self._ears.heard()
        named = [line for line in (*said, self._window.windowTitle()) if any(name in line for name in PERSONAL)]
        return [*raised, *(f"somebody is named: {line}" for line in named)]

    def _stepped(self, step: str) -> None:
        self.trail.append(step)
        self._note(self._look())

    def _note(self, wrongs: list[str]) -> None:
        steps = " ".join(self.trail[-14:])
        self.found += [f"{wrong}\n    seed {self.seed}, step {len(self.trail)}: {steps}" for wrong in wrongs]

    @property
    def sold(self) -> int:
        return len(self._watch.sold)

    def _end(self) -> None:
        self._house.let_go()
        self._acts.settle()
        self._window.close()
        self._window.deleteLater()
        QCoreApplication.sendPostedEvents(self._window, QEvent.Type.DeferredDelete)
        self._house.close()
        theme.wear(make_application([]), theme.ScreenLook())
