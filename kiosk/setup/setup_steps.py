"""Where setting up stands. A value without behaviour outside itself: kept after each answer, read again after a cut.

Every step can be gone through again; nothing in it is done twice by that, since what is done looks first whether it is
done already. Setting up has ended when the last step has been answered. `SetupNotebook` is the file that remembers it:
there before the store is, and whole after any power cut; `SetupRun` writes each step down at once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from kiosk.ports.world import World
from protocol import members
from protocol.errors import KioskError, Refused
from protocol.program.os_errors import away_as
from protocol.texts import Language
from protocol.values.arabic import clean
from starter.files import replace_whole

Step = Literal[
    "language", "clock", "folder", "keystore", "enrolment", "catalogue", "printer", "scanner", "camera", "operator",
    "acceptance",
]  # fmt: skip
STEPS: Final[tuple[Step, ...]] = get_args(Step)
MAY_SKIP: Final[frozenset[Step]] = frozenset({"clock", "printer", "scanner", "camera"})
"""What a counter can do without today. Without the others there is none."""
State = Literal["passed", "failed", "skipped"]
NOTE_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of a step. `code` and `values` are those of the error it failed with; `note` says why it was skipped.

    `facts` is what was found, for the report: plain strings and numbers, nothing of any citizen.
    """

    state: State
    at_ms: int
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetupProgress:
    """One setting up: begun at `begun_ms`, standing at `step`; `ended_ms` is 0 until it has ended."""

    begun_ms: int
    step: Step = STEPS[0]
    results: Mapping[str, StepResult] = field(default_factory=dict)
    language: Language = "ar"
    ended_ms: int = 0

    def state(self, step: Step) -> State | Literal[""]:
        found = self.results.get(step)
        return "" if found is None else found.state

    def facts(self, step: Step) -> Mapping[str, Any]:
        found = self.results.get(step)
        return {} if found is None else found.facts

    def passed(self, at_ms: int, **facts: Any) -> SetupProgress:
        """The step has been gone through; on to the next."""
        return self._on(StepResult("passed", at_ms, facts=facts), at_ms)

    def failed(self, error: KioskError, at_ms: int) -> SetupProgress:
        """It stays where it is, and says why."""
        values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
        return self._with(StepResult("failed", at_ms, error.code, values))

    def skipped(self, note: str, at_ms: int) -> SetupProgress:
        """Left out, and why. Raises Refused: setup_no_skip, setup_note."""
        if self.step not in MAY_SKIP:
            raise Refused("setup_no_skip")
        said = clean(note).strip()[:NOTE_CHARS]
        if not said:
            raise Refused("setup_note")
        return self._on(StepResult("skipped", at_ms, note=said), at_ms)

    def back(self) -> SetupProgress:
        """To the step before; at the first one nothing happens."""
        return replace(self, step=STEPS[max(0, STEPS.index(self.step) - 1)])

    def at(self, step: Step) -> SetupProgress:
        return replace(self, step=step)

    def spoken(self, language: Language) -> SetupProgress:
        return replace(self, language=language)

    def left_out(self) -> list[tuple[Step, str]]:
        """What was skipped, with the note of each."""
        return [(step, self.results[step].note) for step in STEPS if self.state(step) == "skipped"]

    def _with(self, result: StepResult) -> SetupProgress:
        return replace(self, results={**self.results, self.step: result})

    def _on(self, result: StepResult, at_ms: int) -> SetupProgress:
        after = self._with(result)
        place = STEPS.index(self.step) + 1
        return replace(after, ended_ms=at_ms) if place == len(STEPS) else replace(after, step=STEPS[place])


# ---- bytes to keep


def pack(progress: SetupProgress) -> bytes:
    """JSON, and before it the hash by which `unpack` sees that all of it is there."""
    body = json.dumps(members.write(progress), ensure_ascii=False).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(data: bytes) -> SetupProgress | None:
    """What `pack` made; None for anything else: then one begins anew, and finds done what is done."""
    seal, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        return None
    try:
        return members.read(SetupProgress, json.loads(body))
    except (ValueError, KeyError, TypeError):
        return None


NAME: Final = "setup.state"
DATABASE: Final = "kiosk.db"


def due(folder: Path) -> bool:
    """Whether a counter in this folder is to be set up: it is new, or setting it up has begun and not ended.

    One that has a store and no notebook was set up by other means, and is left alone.
    """
    kept = SetupNotebook(folder).read()
    if os.path.lexists(folder) and not folder.exists():
        return False  # a link to a disk that is away: opening it says so
    return kept.ended_ms == 0 if kept is not None else not (folder / DATABASE).exists()


class SetupNotebook:
    """Keeps how far setting up has come, in `setup.state` of the data folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    def read(self) -> SetupProgress | None:
        """None where there is none, or none that is whole."""
        try:
            return unpack(self._file.read_bytes())
        except OSError:
            return None

    def write(self, progress: SetupProgress) -> None:
        """Durable on return. Raises Unavailable("folder_unusable"). In no folder that is not there yet."""
        with away_as("folder_unusable"):
            replace_whole(self._file, pack(progress))


OTHERS: Final = "already_running"


class SetupRun:
    """One setting up of one counter, step by step."""

    def __init__(self, folder: Path, world: World) -> None:
        self._folder = self.home = folder
        self._world = world
        self._book = SetupNotebook(folder)
        self.beside = False
        """Another program is at work on this folder."""
        kept = self._book.read()
        self.progress = kept or SetupProgress(world.clock.wall_ms())
        self.kept_language = None if kept is None else kept.language
        """That of the start before; None where nothing was written down."""

    def begin_again(self) -> None:
        """All of it once more, at a counter that has been set up before; nothing that is done is done twice."""
        self.progress = SetupProgress(self.now(), language=self.progress.language)

    def keep(self, progress: SetupProgress) -> SetupProgress:
        """Where it stands now. Before the data folder has been looked at there is nowhere to write it to, and beside
        another program, a counter at work or its own setting up, nothing of that one's is written over.
        """
        self.progress = progress
        if self._folder.is_dir() and not self.beside:
            self._book.write(progress)
        return progress

    def now(self) -> int:
        return self._world.clock.wall_ms()

    def do(self, work: Callable[[], Mapping[str, Any]]) -> SetupProgress:
        """The present step: passed with what `work` found, or failed with what it raised."""
        try:
            found = work()
        except KioskError as error:
            self.failed(error)
            raise
        return self.keep(self.progress.passed(self.now(), **found))

    def failed(self, error: KioskError) -> None:
        """The step did not go on."""
        self.beside = self.beside or error.code == OTHERS
        self.keep(self.progress.failed(error, self.now()))

    def back(self) -> SetupProgress:
        return self.keep(self.progress.back())

    def skip(self, note: str) -> SetupProgress:
        """Raises Refused: setup_no_skip, setup_note."""
        return self.keep(self.progress.skipped(note, self.now()))

    def spoken(self, language: Language) -> SetupProgress:
        """The screen has been turned to it; that answers no step."""
        return self.keep(self.progress.spoken(language))

    def language(self, language: Language) -> SetupProgress:
        return self.keep(self.progress.spoken(language).passed(self.now(), language=language))
