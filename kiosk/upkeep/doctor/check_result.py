"""The words of a diagnosis: a check, what it found, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kiosk.upkeep.doctor.probes import Probes
from protocol import doctor
from protocol.clock import HOUR_MS
from protocol.doctor import Severity
from protocol.texts import Language, say, table

Area = Literal["program", "disk", "database", "keys", "clock", "line", "identity", "queue", "devices", "keeping"]
Who = Literal["operator", "technician", "centre"]
Outcome = Literal["ok", "found", "skipped", "crashed"]
Value = int | str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong. `text` names its words where one check can find two things, else the check's own are said.

    `values` go into the words and, as far as the check names them, into the support file: numbers, and words of ours.
    """

    severity: Severity
    values: Mapping[str, Value] = field(default_factory=dict)
    text: str = ""


Look = Callable[[Probes], Finding | None]


@dataclass(frozen=True, slots=True)
class Check:
    """`number` is what people quote on the telephone.

    `depends_on` are the checks whose finding (beyond a note) makes this one meaningless; `show_after_ms` is how long a
    finding must stand before it is shown unasked; `cheap`: it reads what the store knows, and waits for nothing;
    `support` are the values that may travel in a support file; `texts` are all the words that it can say.
    """

    id: str
    area: Area
    look: Look
    who: Who = "technician"
    depends_on: tuple[int, ...] = ()
    show_after_ms: int = HOUR_MS
    cheap: bool = False
    safe_fix: bool = False
    support: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return doctor.NUMBERS[self.id]

    def title(self, language: Language) -> str:
        return doctor.title(self.number, language)


@dataclass(frozen=True, slots=True)
class Result:
    """How a check ended. `reason` is a fixed word where it was skipped, and the kind of error where it crashed."""

    check: Check
    outcome: Outcome
    found: Finding | None = None
    reason: str = ""
    took_ms: int = 0

    @property
    def severity(self) -> Severity | None:
        return self.found.severity if self.found is not None else None

    @property
    def text(self) -> str:
        """The key of the words, below ``doctor.``."""
        if self.outcome == "crashed":
            return "crashed"
        return (self.found.text if self.found is not None else "") or self.check.id

    def words(self, language: Language) -> tuple[str, str, str]:
        """What was found with its number, what follows from it, and the one act that mends it."""
        values = dict(self.found.values) if self.found is not None else {}
        shown: dict[str, object] = {name: f"\u2066{value}\u2069" for name, value in values.items()}
        if "n" in values:
            shown |= {"n": values["n"], "count": shown["n"]}
        if "keystore" in values:
            shown["keystore"] = table()[f"error.{values['keystore']}"]["what"][language]
        if "reason" in values:
            shown["reason"] = say(language, f"printer.reason.{values['reason']}")
        found, why, do = (say(language, f"doctor.{self.text}.{part}", **shown) for part in ("found", "why", "do"))
        return found, why, do
