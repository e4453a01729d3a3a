"""A flatbed scanner, driven by a program of its own: the page comes over a pipe, and touches no disk.

On Linux the program is SANE's `scanimage`, on Windows ourselves, asking WIA (`ui.capture.wia`). A driver that hangs or
crashes is one more reason why there is no page. The exit codes of both are SANE's.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from PySide6.QtWidgets import QWidget

from kiosk.evidence.capture_devices import Device, Kind, standing
from kiosk.model.evidence_file import MAX_FILE
from protocol.errors import Refused, Unavailable
from ui.capture import wia
from ui.capture.picture_source import Fetch

PROGRAM: Final = "scanimage"
DOTS_PER_INCH: Final = 300
"""An identity card that is cut out of the page still has the thousand dots that services ask for."""
TIMEOUT_S: Final = 120.0
WISHES: Final = ("--mode=Color", f"--resolution={DOTS_PER_INCH}")
_REASONS: Final = {2: "parts", 3: "busy", 6: "jam", 7: "paper", 8: "jam", 11: "denied", 12: "none"}
"""Of an exit code."""
_WORDS: Final = {
    b"no SANE devices found": "none", b"out of documents": "paper", b"jammed": "jam", b"cover is open": "jam",
    b"Device busy": "busy", b"has been denied": "denied",
}  # fmt: skip
"""Of what SANE says, whatever the exit code came to."""
_FAILED: Final = b"scanimage: sane_"
_LISTED: Final = "%d\t%v %m%n"
LIST_S: Final = 30.0
"""A network scanner that is off is looked for so long at most."""


class ScannerSource:
    """Pictures from the flatbed scanner that was chosen."""

    word = "evidence.scanner"
    kind: Kind = "scanner"

    def __init__(self, chosen: Device | None = None) -> None:
        self.chosen = chosen

    def there(self) -> bool:
        return wia.there() or shutil.which(PROGRAM) is not None

    def ask(self, _parent: QWidget, then: Callable[[Fetch], None]) -> None:
        chosen = self.chosen
        then(lambda: scan(chosen=chosen))


def scanners() -> list[Device]:
    """Those of this machine; none where there is no program to ask. Takes some seconds."""
    program = shutil.which(PROGRAM)
    if not wia.there() and program is None:
        return []
    command = wia.command("--list") if wia.there() else [program or "", f"--formatted-device-list={_LISTED}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=LIST_S, env=_environment())
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = [line.split("\t") for line in done.stdout.decode(errors="replace").splitlines()]
    return [Device("scanner", line[0], line[1].strip()) for line in lines if len(line) == 2 and line[0]]


def following(chosen: Device | None, found: list[Device]) -> Device:
    """The one after that which `scan` asks. Raises Unavailable("scanner"), Refused("scanner_alone")."""
    if not found:
        raise Unavailable("scanner", reason="none")
    if len(found) == 1:
        raise Refused("scanner_alone", name=found[0].name)
    at = standing(chosen, found) or found[0]
    return found[(found.index(at) + 1) % len(found)]


def scan(timeout_s: float = TIMEOUT_S, chosen: Device | None = None) -> bytes:
    """One page as PNG, from the chosen scanner where it is there, else from the first.

    Raises Unavailable("scanner") with one of the reasons `scanner.reason.…`, Refused("evidence_large").
    """
    device = standing(chosen, scanners()) if chosen is not None else None
    if wia.there():
        return _page(wia.command(*([] if device is None else [device.id])), timeout_s)
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unavailable("scanner", reason="parts")
    plain = [program, "--format=png", *([] if device is None else [f"--device-name={device.id}"])]
    try:
        return _page([*plain, *WISHES], timeout_s)
    except _UnknownWish:  # not every device has colour, or calls it so: then as it is set
        return _page(plain, timeout_s)


class _UnknownWish(Unavailable):
    def __init__(self) -> None:
        super().__init__("scanner", reason="silent")


def _environment() -> dict[str, str]:
    """In which SANE says its errors in English."""
    return {**os.environ, "LC_ALL": "C"}


def _page(command: list[str], timeout_s: float) -> bytes:
    late, said = threading.Event(), list[bytes]()
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=_environment(), start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise Unavailable("scanner", reason="parts") from error
    assert process.stdout is not None  # noqa: S101 - it was asked for

    def stop() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(timeout_s, stop)
    listening = threading.Thread(target=_listen, args=(process, said))
    for thread in (timer, listening):
        thread.start()
    page = process.stdout.read(MAX_FILE + 1)
    if len(page) > MAX_FILE:
        _kill(process)
    code = process.wait()
    timer.cancel()
    listening.join()
    process.stdout.close()
    return _judged(page, code, b"".join(said), late=late.is_set())


def _listen(process: subprocess.Popen[bytes], said: list[bytes]) -> None:
    """Until it is silent. Once it has said that there will be no page, it may hang in its own clearing up."""
    assert process.stderr is not None  # noqa: S101 - it was asked for
    with process.stderr:
        for line in process.stderr:
            said.append(line)
            if _FAILED in line:
                _kill(process)


def _judged(page: bytes, code: int, said: bytes, *, late: bool) -> bytes:
    if late and _FAILED not in said:
        raise Unavailable("scanner", reason="slow")
    if len(page) > MAX_FILE:
        raise Refused("evidence_large", mb=len(page) >> 20, most_mb=MAX_FILE >> 20)
    if code == 0 and page and _FAILED not in said:  # it has left with 0 after half a page
        return page
    if code == 1 and b"option" in said:
        raise _UnknownWish
    reason = next((reason for words, reason in _WORDS.items() if words in said), _REASONS.get(code, "silent"))
    raise Unavailable("scanner", reason=reason)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With whatever it has started, which would hold the pipe open."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
