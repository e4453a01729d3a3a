"""A disk that is full from one file operation on, or fails in one: every step said, nothing lost, done again with room.

*full*: a small disk is filled while the step stands still between two operations, and stays so to its end. *once* and
*io*, *denied*: that one operation fails with ENOSPC, EIO or EACCES, and the next ones do not.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from protocol.errors import KioskError, Unavailable
from protocol.override import override
from protocol.program.explained import explain
from protocol.texts import LANGUAGES
from tests.harness.small_disk import SmallDisk
from tests.scenarios.cuts.frame import LINE, Bench, Cut, Scenario

How = Literal["full", "once", "io", "denied"]
HOWS: Final[tuple[How, ...]] = ("full", "once", "io", "denied")
ERRNO: Final = {"once": "ENOSPC", "io": "EIO", "denied": "EACCES"}
SAID: Final = "said"
MARK: Final = "begun"
"""A file that `act` lays where its step begins: what comes before, the opening of the store, is not hurt."""
_STOPPED: Final = re.compile(rb"^(\d+) +--- stopped by SIGSTOP", re.MULTILINE)
_RAW: Final = re.compile(r"Errno|ENOSPC|EIO|EACCES|No space|Traceback|OSError")


@dataclass(frozen=True)
class Lack(Scenario):
    """A scenario whose `act` raises what it has to say, and is done again by `again` once there is room.

    `codes` are those that a full disk may be told by. `stands` names what is wrong while the disk is full and when it
    was done again; `check` may change what it likes, and is asked last.
    """

    codes: frozenset[str] = frozenset()
    stands: Callable[[Path], list[str]] = lambda _: []
    again: Callable[[Path], None] = lambda _: None


class LackBench(Bench):
    """`disk` holds nothing else; `room` lies elsewhere."""

    def __init__(self, scenario: Lack, room: Path, disk: SmallDisk) -> None:
        self.lack = scenario
        self._said = room / SAID
        self._disk = disk
        self._stopped = 0
        super().__init__(Scenario(scenario.name, scenario.prepare, self._act, scenario.check), room)
        self._folder = disk.folder / "folder"
        self._rebase(room)

    def _rebase(self, room: Path) -> None:
        """Lay it anew where it will lie: paths may be written into it."""
        self._folder.mkdir()
        self.lack.prepare(self._folder)
        subprocess.run(["rm", "-rf", str(self._kept)], check=True)
        subprocess.run(["cp", "-a", str(self._folder), str(self._kept)], check=True)

    @override
    def survey(self) -> list[Cut]:
        """As of any bench, from the mark on."""
        points = super().survey()
        calls = [
            line.split(maxsplit=1)[-1] for line in self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        ]
        begun = next((at for at, line in enumerate(calls) if f"/{MARK}" in line), 0)
        before = Counter(line.partition("(")[0] for line in calls[: begun + 1])
        return [cut for cut in points if cut.n > before[cut.call]]

    def _act(self, root: Path) -> None:
        try:
            self.lack.act(root)
        except KioskError as error:
            told = {"code": error.code, "values": error.values, "kind": type(error).__name__}
            self._said.write_text(json.dumps(told, default=str), encoding="utf-8")

    def hurt_at(self, at: Cut, how: How) -> list[str] | None:
        """What is wrong after that; None when the step ended before it came."""
        self._said.unlink(missing_ok=True)
        code, reached = self._full(at) if how == "full" else self._once(at, ERRNO[how])
        if not reached:
            self._disk.empty()
            return None
        wrong = [f"exit {code}"] if code else []
        wrong += self._is_told(how)
        wrong += self.lack.stands(self._folder) if how == "full" else []
        self._disk.empty()
        if not wrong:
            try:
                self.lack.again(self._folder)
            except (KioskError, AssertionError) as error:
                wrong.append(f"with room again: {error!r}")
            wrong += self.lack.stands(self._folder) + self.lack.check(self._folder)
        return [f"{self.lack.name} {how} at {at}: {line}" for line in wrong]

    def _once(self, at: Cut, number: str) -> tuple[int, bool]:
        code = self.hurt(f"{at.call}:error={number}:when={at.n}")
        hits = [line for line in self._log.read_text("utf-8", errors="replace").splitlines() if "(INJECTED)" in line]
        if code and not any((call := LINE.match(line)) is None or self._changes(call[2], call[3]) for line in hits):
            return code, False  # what only reads was not surveyed: a process opened one file more or less than then
        return code, bool(hits)

    def _full(self, at: Cut) -> tuple[int, bool]:
        """The step is stopped behind that operation by a signal, and goes on when the disk has been filled."""
        self._stopped = 0
        code = self.hurt(f"{at.call}:signal=SIGSTOP:when={at.n}")
        return code, self._disk.is_filled()

    @override
    def _watch(self, log: bytes) -> None:
        stopped = _STOPPED.findall(log)
        if stopped and not self._stopped:
            self._disk.fill()
        for pid in stopped[self._stopped :]:  # what the step has begun counts its operations anew
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGCONT)
        self._stopped = len(stopped)

    @override
    def _lay(self) -> None:
        self._disk.empty()
        super()._lay()

    def _is_told(self, how: How) -> list[str]:
        """In words of both languages, with how much where it is room; and nothing that only we understand."""
        if not self._said.exists():  # it came to its end: `act` raises where it did not
            return []
        said = json.loads(self._said.read_text(encoding="utf-8"))
        error = Unavailable(said["code"], **said["values"])
        try:
            words = [" ".join(explain(language, error)) for language in LANGUAGES]
        except KeyError as lacks:
            return [f"no words for {said['code']}: {lacks}"]
        wrong = [f"said: {text}" for text in words if _RAW.search(text)]
        if how == "full" and said["code"] not in self.lack.codes:
            wrong.append(f"said {said}")
        if said["code"] in self.lack.codes and not said["values"].get("need_mb"):
            wrong.append(f"does not say how much: {said}")
        return wrong
