"""Where setting up stands. A value without behaviour outside itself: kept after each answer, read again after a cut.

Every step can be gone through again; nothing in it is done twice by that, since what is done looks first whether it is
done already. Setting up has ended when the last step has been answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast, get_args

from protocol.errors import KioskError, Refused
from protocol.texts import LANGUAGES, Language
from protocol.values.arabic import clean

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
class StepOutcome:
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
    outcomes: Mapping[str, StepOutcome] = field(default_factory=dict)
    language: Language = "ar"
    ended_ms: int = 0

    def state(self, step: Step) -> State | Literal[""]:
        found = self.outcomes.get(step)
        return "" if found is None else found.state

    def facts(self, step: Step) -> Mapping[str, Any]:
        found = self.outcomes.get(step)
        return {} if found is None else found.facts

    def passed(self, at_ms: int, **facts: Any) -> SetupProgress:
        """The step has been gone through; on to the next."""
        return self._on(StepOutcome("passed", at_ms, facts=facts), at_ms)

    def failed(self, error: KioskError, at_ms: int) -> SetupProgress:
        """It stays where it is, and says why."""
        values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
        return self._with(StepOutcome("failed", at_ms, error.code, values))

    def skipped(self, note: str, at_ms: int) -> SetupProgress:
        """Left out, and why. Raises Refused: setup_no_skip, setup_note."""
        if self.step not in MAY_SKIP:
            raise Refused("setup_no_skip")
        said = clean(note).strip()[:NOTE_CHARS]
        if not said:
            raise Refused("setup_note")
        return self._on(StepOutcome("skipped", at_ms, note=said), at_ms)

    def back(self) -> SetupProgress:
        """To the step before; at the first one nothing happens."""
        return replace(self, step=STEPS[max(0, STEPS.index(self.step) - 1)])

    def at(self, step: Step) -> SetupProgress:
        return replace(self, step=step)

    def spoken(self, language: Language) -> SetupProgress:
        return replace(self, language=language)

    def left_out(self) -> list[tuple[Step, str]]:
        """What was skipped, with the note of each."""
        return [(step, self.outcomes[step].note) for step in STEPS if self.state(step) == "skipped"]

    def _with(self, outcome: StepOutcome) -> SetupProgress:
        return replace(self, outcomes={**self.outcomes, self.step: outcome})

    def _on(self, outcome: StepOutcome, at_ms: int) -> SetupProgress:
        after = self._with(outcome)
        place = STEPS.index(self.step) + 1
        return replace(after, ended_ms=at_ms) if place == len(STEPS) else replace(after, step=STEPS[place])


# ---- bytes to keep


def pack(progress: SetupProgress) -> bytes:
    """JSON, and before it the hash by which `unpack` sees that all of it is there."""
    outcomes = {
        step: {"state": o.state, "at_ms": o.at_ms, "code": o.code, "values": o.values, "note": o.note, "facts": o.facts}
        for step, o in progress.outcomes.items()
    }
    members = {
        "v": 1, "begun_ms": progress.begun_ms, "step": progress.step, "language": progress.language,
        "ended_ms": progress.ended_ms, "outcomes": outcomes,
    }  # fmt: skip
    body = json.dumps(members, ensure_ascii=False).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(data: bytes) -> SetupProgress | None:
    """What `pack` made; None for anything else: then one begins anew, and finds done what is done."""
    seal, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        return None
    try:
        members = json.loads(body)
        outcomes: dict[str, StepOutcome] = {
            step: StepOutcome(**members["outcomes"][step]) for step in STEPS if step in members["outcomes"]
        }
        progress = SetupProgress(
            int(members["begun_ms"]), cast("Step", members["step"]), outcomes,
            cast("Language", members["language"]), int(members["ended_ms"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None
    return progress if progress.step in STEPS and progress.language in LANGUAGES else None
