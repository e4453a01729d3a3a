"""What the screen's own loop is asked to do, step by step, and how late it is."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer

TICK_MS: Final = 5
PATIENCE_S: Final = 30.0
WORST: Final = 10
LONG_MS: Final = 15
"""A turn of the loop: from then on it is looked what it does."""
CALLERS: Final = 3
"""Of the product's own, by which a turn is named."""
ROOT: Final = Path(__file__).parents[3]
PRODUCT: Final = frozenset({"kiosk", "protocol", "storage", "sync", "ui"})
_MOST_MS: Final = 10_000

Wait = Callable[[], bool] | None
"""What an act waits for before it goes on; None: the next turn of the loop."""
Act = Generator[Wait, None, Any]


class Stuck(Exception):
    """What was waited for never came."""


class Player:
    """Goes on with one act at each tick, as far as what it waits for is there. `done` gets its result or its error."""

    def __init__(self, where: Callable[[], str]) -> None:
        self._where = where
        self._act: Act | None = None
        self._wait: Wait = None
        self._until = 0.0
        self._done: Callable[[Any, Exception | None], None] = lambda _result, _error: None

    @property
    def free(self) -> bool:
        return self._act is None

    def play(self, act: Act, done: Callable[[Any, Exception | None], None]) -> None:
        self._act, self._wait, self._done = act, None, done

    def turn(self) -> None:
        act = self._act
        if act is None:
            return
        try:
            if self._wait is None or self._wait():
                self._wait = next(act)
                self._until = time.monotonic() + PATIENCE_S
            elif time.monotonic() > self._until:
                self._end(None, Stuck(self._where()))
        except StopIteration as end:
            self._end(end.value, None)
        except Exception as error:  # noqa: BLE001 - whatever went wrong in an act is told to whoever asked for it
            self._end(None, error)

    def _end(self, result: Any, error: Exception | None) -> None:
        self._act = None
        self._done(result, error)


class Lag:
    """By how many milliseconds each tick of the loop comes late: counted, not kept, so that it takes no memory.

    The longest turns are named by where somebody was, by what the loop's thread was seen at most often, and by what
    they took of the processor: on a busy machine a turn is late by what others do, too.
    """

    def __init__(self, where: Callable[[], str]) -> None:
        self._where = where
        self._seen: Counter[str] = Counter()
        self._thread = threading.get_ident()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.begin()
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        self._counts = [0] * (_MOST_MS + 1)
        self._worst: list[tuple[int, str]] = []
        self._last, self._before = time.perf_counter(), self._where()
        self._spent = time.thread_time()
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        late = max(0, min(_MOST_MS, round((now - self._last) * 1000 - TICK_MS)))
        self._counts[late] += 1
        self._last, place = now, self._where()
        spent, self._spent = time.thread_time() - self._spent, time.thread_time()
        if len(self._worst) < WORST or late > self._worst[-1][0]:
            doing = "".join(f": {what}" for what, _ in self._seen.most_common(1))
            turn = late, f"{spent * 1000:.0f} ms of work, {self._before} → {place}{doing}"
            self._worst = sorted([*self._worst, turn], reverse=True)[:WORST]
        self._before = place
        self._seen.clear()

    def _look(self) -> None:
        """On a thread of its own, and only at a turn that is long already."""
        while True:
            time.sleep(TICK_MS / 1000)
            if time.perf_counter() - self._last > LONG_MS / 1000:
                self._seen[" < ".join(_ours(sys._current_frames()[self._thread]))] += 1

    def told(self) -> dict[str, Any]:
        total, seen, share = sum(self._counts), 0, 0
        for late, count in enumerate(self._counts):
            seen += count
            if seen >= 0.99 * total:
                share = late
                break
        return {"ticks": total, "p99_ms": share, "max_ms": self._worst[0][0], "worst": self._worst}


def _ours(frame: FrameType | None) -> Iterator[str]:
    """The innermost callers that are the product's own."""
    told = 0
    while frame is not None and told < CALLERS:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in PRODUCT:
            told += 1
            yield f"{file.relative_to(ROOT)}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back


def resident_kib() -> int:
    """How much memory this process holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])
