"""From wherever somebody is to the home screen, as a person would go who knows the PIN: no screen may be without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtTest import QTest

from protocol.clock import DAY_MS
from tests.scenarios.monkey.hands import Key
from tests.scenarios.monkey.world import AllActs
from ui.widgets.push_button import GAP_MS

TRIES: Final = 40


class WayOut:
    """`told` is called after each step."""

    def __init__(self, acts: AllActs, told: Callable[[str], None]) -> None:
        self._acts, self._house, self._window, self._told = acts, acts.house, acts.window, told
        self._ways: dict[str, Callable[[int], object]] = {
            "pageLock": self._in, "pageSignIn": self._in, "pageActivate": self._first_pin, "pageOpenDay": self._open,
            "pageClock": lambda turn: acts.command("F10" if turn % 2 else "Esc"), "pageClose": self._close,
            "pageLockout": lambda _turn: self._let_in(),
        }  # fmt: skip

    def go(self) -> bool:
        """Whether the home screen was reached."""
        acts = self._acts
        self._house.let_go()
        self._house.printer = "ok"
        for turn in range(TRIES):
            acts.screens.lockout.check()
            acts.settle()
            if acts.where == "pageCatalogue" and self._window.veil.isHidden() and self._window.behind is None:
                return True
            before = acts.where
            self._ways.get(before, self._leave)(turn)
            acts.settle()
            self._told(f"{before}:home")
        return False

    def _leave(self, turn: int) -> None:
        self._acts.key(Key.Key_F3 if turn % 3 == 2 else Key.Key_Escape)

    def _in(self, turn: int) -> None:
        who = self._window.session.sign_in.chosen()
        if turn > 3:
            self._house.forgive()
        if self._acts.where == "pageLock" and turn % 4 == 3:
            self._sign_out()  # a session that has ended: sign out, and in again
        elif self._acts.where == "pageSignIn" and who is not None and not who.has_pin:
            self._acts.key(Key.Key_F10)
        else:
            self._acts.pin()

    def _sign_out(self) -> None:
        """Asked at the first press, done at the second, which is no echo of the first."""
        for _ in range(2):
            self._acts.alt(Key.Key_F12)
            QTest.qWait(GAP_MS + 1)

    def _first_pin(self, _turn: int) -> None:
        who = self._window.session.sign_in.chosen()
        if who is not None and not who.has_pin:
            self._acts.activate()
        else:
            self._acts.key(Key.Key_Escape)  # the code has been used

    def _open(self, turn: int) -> None:
        """A date that nobody believes is set right, and looked at: lock, sign out, sign in, confirm."""
        clock = self._house.shop.clock
        clock.wall = max(clock.wall, self._house.shop.counter.context.trusted_time.floor_ms())
        if turn % 3 == 2:
            self._sign_out()
        else:
            self._acts.open_day()

    def _close(self, turn: int) -> None:
        if turn > 3:
            self._acts.second_person()
            if self._acts.page.reason.isVisible():
                self._acts.into(self._acts.page.reason, "سبب")
        self._acts.key(Key.Key_Escape if turn % 5 == 4 else Key.Key_F10)

    def _let_in(self) -> None:
        self._house.lease(self._house.shop.clock.wall_ms() + 20 * DAY_MS)
