"""The kiosk as it is started in a shop, offscreen, with somebody at it.

``python -m tests.scenarios.day.till DOOR FOLDER CENTRE``. DOOR is a socket: a JSON line ``[ACT, {…}]`` in is a line
``{"ok": …}`` or ``{"stuck": …}`` out. ``arm`` sets the trap of `tests.scenarios.crash.victim`, ``lag`` and
``begin_lag`` are about the screen's loop; all else is in `tests.scenarios.day.acts` and `tests.scenarios.day.money`.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import sys
import threading
from typing import Any

from PySide6.QtCore import QTimer

from kiosk.main import cli
from kiosk.main import startup as program
from tests.scenarios.crash.victim import Trap
from tests.scenarios.day.loop import TICK_MS, Lag, Player
from tests.scenarios.day.money import AllActs
from ui.main.application import make_application


class Till:
    """Hears the day's words on a thread and plays them on the screen's loop."""

    def __init__(self, door: str, trap: Trap) -> None:
        link = socket.socket(socket.AF_UNIX)
        link.connect(door)
        self._lines = link.makefile("rw", encoding="utf-8")
        self._words: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
        self._trap, self._acts = trap, AllActs()
        self._player = Player(self._acts.said)
        self._lag = Lag(self._acts.where)
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(TICK_MS)
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        for line in self._lines:
            self._words.put(json.loads(line))

    def _turn(self) -> None:
        if not self._player.free:
            self._player.turn()
            return
        try:
            name, asked = self._words.get_nowait()
        except queue.Empty:
            return
        if name == "arm":
            self._trap.arm(**asked)
            self._say({"ok": None})
        elif name == "begin_lag":
            self._lag.begin()
            self._say({"ok": None})
        elif name == "lag":
            self._say({"ok": self._lag.told()})
        else:
            print("act", name, flush=True)
            self._player.play(getattr(self._acts, name)(**asked), self._done)

    def _done(self, result: Any, error: Exception | None) -> None:
        self._say({"ok": result} if error is None else {"stuck": f"{type(error).__name__}: {error}"})

    def _say(self, answer: dict[str, Any]) -> None:
        self._lines.write(json.dumps(answer) + "\n")
        self._lines.flush()


def main() -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    door, folder, centre = sys.argv[1:]
    trap = Trap()
    _application = make_application(sys.argv[:1])
    _till = Till(door, trap)
    return program.run(cli.parser().parse_args(["--data", folder, "--centre", centre, "--no-wizard"]), trap)


if __name__ == "__main__":
    sys.exit(main())
