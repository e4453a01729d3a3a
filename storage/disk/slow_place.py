"""Asking what may never answer: a share whose server is gone, a keystore that waits for a window to be answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from protocol.program.loop import Starter, start_thread

T = TypeVar("T")
PATIENCE_S: Final = 5.0
"""A disk that sleeps takes that long to wake up."""


class NoAnswer(TimeoutError):
    """No answer came in time; it may come yet."""


def ask(name: str, question: Callable[[], T], seconds: float, start: Starter, done: Callable[[], None]) -> T:
    """The answer of a thread of that name, or what it raises; `done` is called there, however late. Raises NoAnswer."""
    answers: list[T] = []
    faults: list[Exception] = []

    def put() -> None:
        try:
            answers.append(question())
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            faults.append(error)
        finally:
            done()

    start(name, put).join(seconds)
    for fault in faults:
        raise fault
    for answer in answers:
        return answer
    raise NoAnswer(name)


class SlowPlace:
    """A question that hangs is left behind on a thread of its own, one for each place and no more. Any thread."""

    def __init__(self, seconds: float = PATIENCE_S, start: Starter = start_thread) -> None:
        self._seconds = seconds
        self._start = start
        self._lock = threading.Lock()
        self._hanging: set[str] = set()

    def ask(self, place: str, question: Callable[[], T]) -> T:
        """Its answer, or what it raises; NoAnswer where the place does not answer, or still owes an answer."""
        with self._lock:
            if place in self._hanging:
                raise NoAnswer(place)
            self._hanging.add(place)
        return ask("place", question, self._seconds, self._start, lambda: self._hanging.discard(place))
