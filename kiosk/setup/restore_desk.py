"""A broken counter's backup in the place of what a new computer has: found, asked for, put back; then set up as usual.

What puts it back is that of `manfaz restore`. Its epoch is over: the enrolment that follows takes a code which the
centre gives for that very device (`device replace`), and begins the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import Corrupt, Unavailable
from protocol.program.os_errors import system_reason
from protocol.values.arabic import isolate
from protocol.wire.backup_manifest import Manifest
from protocol.wire.offline_enrolment import stick_at
from starter.files import plain, read_regular, replace_whole

MOST_BYTES: Final = 1 << 16
"""Of an answer."""
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Offered:
    """A backup that was found. `manifest` is None where it cannot be read; `whole`: every file that it names is there.

    Under its own name it stands only since it was read whole (storage/backup/backup_files.py); what became of it since
    then is seen when it is put back, and not before: nobody here has its key.
    """

    folder: Path
    manifest: Manifest | None
    whole: bool


class Done(Protocol):
    """What was put back."""

    @property
    def manifest(self) -> Manifest: ...


class Restoring(Protocol):
    """`storage.backup.restoring.Restoring`."""

    def request(self, source: Path) -> bytes: ...
    def restore(self, source: Path, answer: bytes | None, go_on: Callable[[], bool], told: Told) -> Done: ...


Find = Callable[[Sequence[Path]], list[Offered]]
"""What lies in the usual places and in those named beside."""


class SetUp(Protocol):
    """What is asked of the whole set-up (`kiosk.setup.setup_desk.SetUpDesk`)."""

    @property
    def host(self) -> Any: ...
    def put_back(self) -> SetupProgress: ...


class RestoreDesk:
    """What the set-up screen asks at the keystore and at the enrolment. Every method takes its time."""

    def __init__(self, road: SetUp, find: Find) -> None:
        self._road = road
        self._find = find

    def offered(self, named: str) -> list[Offered]:
        """Those that can be used first, the newest of each counter first. `named` is a place to look at, too."""
        return self._find([Path(named)] if named else [])

    def put_back(self, one: Offered, stick: str, told: Told) -> SetupProgress:
        """Put it back, with the centre's answer where the stick holds one; then the enrolment is next.

        Raises as `storage.backup.restoring.Restoring`: Refused("backup_asks") where the centre has to be asked first.
        """
        if one.manifest is None:
            raise Corrupt("backup_damaged", found="backup.json")
        if not one.whole:
            raise Corrupt("backup_damaged", found=isolate(one.folder.name))
        answer = self._answer(Path(stick) / answer_file(one.manifest)) if stick else None
        host = self._road.host
        host.apart(lambda at, go_on: at.restore(one.folder, answer, go_on, told))
        if not host.ready:
            host.open()
        return self._road.put_back()

    def ask(self, one: Offered, stick: str) -> Path:
        """Write the request for its key on the stick. The same each time, so that an answer stays one.

        Raises Refused("stick_unnamed"), Unavailable("stick_away").
        """
        folder = stick_at(stick)
        assert one.manifest is not None  # noqa: S101 - its key was missed
        content: bytes = self._road.host.apart(lambda at, _go_on: at.request(one.folder))
        file = folder / request_file(one.manifest)
        try:
            replace_whole(plain(file), content)
        except OSError as error:
            raise Unavailable("stick_away", reason=system_reason(error)) from error
        return file

    def _answer(self, file: Path) -> bytes | None:
        with suppress(OSError):
            return read_regular(plain(file), MOST_BYTES)
        return None


def request_file(one: Manifest) -> str:
    """One stick serves several counters."""
    return f"manfaz-recovery-{one.device[:8]}.json"


def answer_file(one: Manifest) -> str:
    """As `manfaz-central backup open` names what it writes."""
    return f"{request_file(one)}.answer"
