"""Asking a place that may never answer: a share whose server is gone holds whoever looks at it, for hours on end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from protocol.program.loop import Starter, start_thread

T = TypeVar("T")
PATIENCE_S: Final = 5.0
"""A disk that sleeps takes that long to wake up."""


class SlowPlace:
    """A question that hangs is left behind on a thread of its own, one for each place and no more. Any thread."""

    def __init__(self, seconds: float = PATIENCE_S, start: Starter = start_thread) -> None:
        self._seconds = seconds
        self._start = start
        self._lock = threading.Lock()
        self._hanging: set[str] = set()

    def ask(self, place: str, question: Callable[[], T]) -> T:
        """Its answer, or what it raises; TimeoutError where the place does not answer, or still owes an answer."""
        answers: list[T] = []
        faults: list[Exception] = []

        def put() -> None:
            try:
                answers.append(question())
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                faults.append(error)
            finally:
                self._hanging.discard(place)

        with self._lock:
            if place in self._hanging:
                raise TimeoutError(place)
            self._hanging.add(place)
        self._start("place", put).join(self._seconds)
        for fault in faults:
            raise fault
        for answer in answers:
            return answer
        raise TimeoutError(place)
