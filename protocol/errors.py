"""Errors, sorted by who can act.

Every error names a text by its key (`error.<code>` in `assets/texts/*.json`, with `what`, `why` and `do`
in both languages) and carries the values to put into it. The text is made where it is shown, in the
language shown there: see `protocol.program.explained.explain`. Values must never hold personal data: they may be
logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from types import TracebackType

from protocol.override import override


class KioskError(Exception):
    """The root of the three families; never raised itself."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    @override
    def __str__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code}({inside})"


def raised_at(trace: TracebackType | None) -> str:
    """In which function and line, for a log: what an error says may quote what a person typed."""
    where = ""
    for frame, line in walk_tb(trace):
        where = f"{frame.f_code.co_qualname}:{line}"
    return where


@contextmanager
def malformed_as(error: KioskError, *also: type[KioskError]) -> Iterator[None]:
    """What came from outside is read in this block: where it has another shape, or is `also` one of these, that is
    `error`.
    """
    wrongs: tuple[type[Exception], ...] = (ValueError, TypeError, LookupError, AttributeError, RecursionError, *also)
    try:
        yield
    except wrongs as wrong:
        raise error from wrong


class Refused(KioskError):
    """The person at the counter can mend it; the text says how."""


class Unavailable(KioskError):
    """The world is away (line, centre, printer, keystore); it is tried again."""


class Corrupt(KioskError):
    """What was read cannot be right. Stop, keep everything, call support; the text names what was found."""
