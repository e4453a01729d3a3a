"""What the counter's commands and the centre's have in common at a terminal: words taken in, answers given, ends."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TextIO

from protocol.errors import KioskError, Refused, Unavailable
from protocol.program.explained import explain, say_in_line
from protocol.program.os_errors import away, system_reason
from protocol.texts import LANGUAGES

STOPPED: Final = 130
UNREAD: Final = 141
"""As a shell counts them: ended by Ctrl+C, and by a reader that went away."""
SIGNALLED: Final = 128
"""And by another signal, to which its number is added."""
ENDINGS: Final = ("SIGTERM", "SIGHUP")
"""A session that ends, a terminal that is closed. Windows has no SIGHUP."""
MOST_DIGITS: Final = 19
YES: Final = frozenset({"yes", "نعم"})


# ---- what is typed


def both(key: str, **values: object) -> str:
    """A text in both languages: who reads it has not said which one yet."""
    return " — ".join(say_in_line(language, key, **values) for language in reversed(LANGUAGES))


def say_both(say: Callable[[str], object], key: str, **values: object) -> None:
    """A line in each language."""
    for language in LANGUAGES:
        say(say_in_line(language, key, **values))


def whole(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number of that range."""

    def read(text: str) -> int:
        digits = text.removeprefix("-") if least < 0 else text
        if not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", digits) or not least <= int(text) <= most:
            raise ArgumentTypeError(both("terminal.whole", least=least, most=most))
        return int(text)

    return read


def place(text: str) -> Path:
    """A file or folder. An empty word, as of a variable that was never set, is not the folder one stands in."""
    if not text.strip():
        raise ArgumentTypeError(both("terminal.place"))
    return Path(text)


def line() -> str:
    """One from standard input, for a secret that is not to stand in a list of processes. Raises EOFError at its end."""
    typed = sys.stdin.readline() if sys.stdin else ""
    if not typed:
        raise EOFError
    return typed.strip()


def sure(*keys: str) -> bool:
    """Whether a person at a terminal means it: he is asked once for each of `keys`, and says yes in either language.

    A program that gives the command, as the uninstaller of Windows does, has asked by itself.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return True
    for key in keys:
        sys.stderr.write(f"{both(key)}\n")
        if line().casefold() not in YES:
            return False
    return True


# ---- what is answered


_STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
_MARKS: Final = re.compile(r"[\u061c\u200b-\u200f\u2060-\u206f\ufeff]")
"""What turns lines round or cannot be seen: our own sentences need it, no program does."""


def printable(text: str) -> str:
    """What a terminal shows and does not obey: controls and turns of direction as numbers, as JSON writes them."""
    return _STEERING.sub(_escaped, text)


def in_json(value: object, indent: int | None = None) -> str:
    """JSON to print: Arabic as it is, whatever cannot be seen as its number."""
    return _MARKS.sub(_escaped, printable(json.dumps(value, ensure_ascii=False, indent=indent)))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


class CommandResult:
    """Standard output. That it cannot be written is told apart from all else: what the command does is done by then."""

    def __init__(self, stream: TextIO | None) -> None:
        """None: there is no output, as for a program without a terminal."""
        self._stream = stream or io.StringIO()

    def write(self, text: str, /) -> int:
        """Raises BrokenPipeError where nobody reads on, Unavailable ``answer_lost``."""
        with self._lost():
            return self._stream.write(printable(text))

    def flush(self) -> None:
        """Raises as `write`."""
        with self._lost():
            self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    @contextmanager
    def _lost(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self._forget()
            raise
        except OSError as error:
            self._forget()
            raise Unavailable("answer_lost", reason=system_reason(error)) from error

    def _forget(self) -> None:
        """What the stream still holds goes nowhere: Python would fail on it at its end and change the exit code."""
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def tell(error: KioskError) -> None:
    """What, why, what to do: a line in each language. Where nobody can hear it, the exit code says it."""
    with suppress(OSError):
        for language in LANGUAGES if sys.stderr else ():
            what, why, do = explain(language, error)
            sys.stderr.write(printable(f"{_ended(what)} {_ended(why)} {do}\n"))


def _ended(sentence: str) -> str:
    """Some are headings on a screen, and have no full stop of their own."""
    return sentence if sentence.rstrip("\u2069").endswith((".", "!", "?", "؟")) else f"{sentence}."


def say_the_rest() -> None:
    """What a terminal's letters cannot say becomes a question mark, and the rest is said."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def of_system(error: OSError) -> Unavailable:
    """What the system refused, in our words: which file, and whether the disk is full."""
    return away(error, error.filename or "—")


# ---- how it ends


def carried_out(
    work: Callable[[], int], out: CommandResult, failed: Callable[[KioskError], int], stopped: Callable[[], object]
) -> int:
    """The exit code of `work`; what can be foreseen is told to `failed`, a breaking off by hand to `stopped`."""
    try:
        code = work()
        out.flush()
    except KioskError as error:
        return failed(error)
    except EOFError:
        return failed(Refused("no_answer"))
    except KeyboardInterrupt as stop:
        stopped()
        return SIGNALLED + stop.args[0] if stop.args else STOPPED
    except BrokenPipeError:
        return UNREAD
    except OSError as error:
        return failed(of_system(error))
    return code


@contextmanager
def undone_by_signals() -> Iterator[None]:
    """The end of the session is as Ctrl+C: what was begun is put away before the process ends.

    What whoever started it wants unheard stays so (`nohup`).
    """
    numbers = [getattr(signal, name) for name in ENDINGS if hasattr(signal, name)]
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _stop) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: Any) -> None:
    raise KeyboardInterrupt(number)


def function_at(place: str) -> Callable[..., Any]:
    """The function at ``package.module:name``, imported only now: a command brings in what it alone needs."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
