"""The words of a diagnosis: a check, what it found, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from protocol import doctor
from protocol.clock import HOUR_MS
from protocol.doctor import Severity
from protocol.texts import Language, say, table

if TYPE_CHECKING:
    from kiosk.ports.store import Store
    from protocol.clock import Clock
    from protocol.journal.mirror_lag import Lag


class Unknown(Exception):
    """This cannot be known here; `reason` is a fixed word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class System:
    """The operating system. `kind` is windows, linux or other; `release` the build of Windows, or glibc's version."""

    kind: str
    bits: int
    release: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The way to the centre: `state` is online, no_link, no_name, portal, foreign, clock_wrong or silent.

    *silent*: names are found and the network carries, but the centre does not answer. `ahead_ms` is how far this
    machine's clock is before the centre's, None where the centre did not say.
    """

    state: str
    ahead_ms: int | None = None


class MachineProbe(Protocol):
    """The computer, the program's files on it, and the folder of the data.

    One method for each thing a check asks: checks come and go singly, and all of them ask the same computer.
    """

    def system(self) -> System: ...
    def shuts_in(self) -> bool:
        """Whether the program that reads strangers' pictures can be shut in, and reads one then."""

    def changed_files(self) -> int:
        """How many files of the program differ from what was shipped, or are missing."""

    def running(self) -> int:
        """How many of these programs of this account run on other folders."""

    def installed(self) -> int:
        """In how many places the program is installed."""

    def previous_sound(self) -> bool:
        """Whether the version that would be gone back to is whole."""

    def trusted_until_ms(self) -> int:
        """Until when the keys are trusted that sign releases."""

    def free_bytes(self) -> int: ...
    def folder_fault(self) -> str:
        """remote, synced, or "" where a database is safe."""

    def write_ms(self) -> int:
        """How long a small write takes until it lies on the disk. Raises OSError."""

    def rights_wrong(self) -> str:
        """The folder, where others may look into it, we may not write there, or something in it is another's; or ""."""

    def holders(self) -> int:
        """How many programs that are not ours have the database open."""

    def wal_bytes(self) -> int: ...
    def encrypted(self) -> bool: ...
    def logs_in_alone(self) -> bool:
        """Whether the system signs the account in without its password."""

    def offsets_min(self, at_ms: Sequence[int]) -> list[int]:
        """The minutes that the computer's zone is before UTC, at these times."""

    def fingerprint(self) -> str:
        """Words with dots between them: that of the system installed, and one for each part of the hardware that is
        known (`kiosk.model.facts.same_machine`).
        """

    def sleeps(self) -> bool: ...
    def starts_alone(self) -> bool:
        """Whether the program is started when somebody signs in to the computer."""


class StoreProbe(Protocol):
    """What the shop's own store says; it is only read."""

    def sqlite(self) -> tuple[str, bool]:
        """The version of SQLite that is loaded, and whether it is fit to keep money."""

    def trouble(self) -> str:
        """Why the store does not open, as an error's code; *absent* where there is none yet; "" where it does."""

    def keystore(self) -> str:
        """Why the keystore does not answer, as an error's code, or ""."""

    def lag(self) -> Lag:
        """How far the keystore's mirror of the journal is behind; not at all where the store is not at work."""

    def store(self) -> Store:
        """Raises Unknown("store") where it does not open."""


class LineProbe(Protocol):
    """What the line to the centre says of itself."""

    def inspect(self) -> Seen:
        """Blocks for as long as the network may take."""


class Devices(Protocol):
    """The printers, cameras and scanners that were chosen."""

    def printer(self) -> str:
        """Why the printer in use cannot print, as a word, or ""."""

    def printers(self) -> Sequence[str]:
        """The names of the system's printers."""


class Outlet(Protocol):
    """What a diagnosis may do: mend what is safe to mend, and hand on a support file."""

    def mend(self, text: str) -> bool:
        """What the finding of that name is mended by; whether it has been done."""

    def send(self, file: bytes) -> str:
        """To the centre, which answers with the number it keeps it under. Raises Unavailable."""

    def keep(self, name: str, file: bytes) -> str:
        """On a stick, or where the account's own files are if there is none; where it lies. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Probes:
    """Everything that is looked at."""

    clock: Clock
    machine: MachineProbe
    shop: StoreProbe
    line: LineProbe
    devices: Devices


Area = Literal["program", "disk", "database", "keys", "clock", "line", "identity", "queue", "devices", "keeping"]
Who = Literal["operator", "technician", "centre"]
CheckState = Literal["ok", "found", "skipped", "crashed"]
Value = int | str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong. `text` names its words where one check can find two things, else the check's own are said.

    `values` go into the words and, as far as the check names them, into the support file: numbers, and words of ours.
    """

    severity: Severity
    values: Mapping[str, Value] = field(default_factory=dict)
    text: str = ""


Inspect = Callable[[Probes], Finding | None]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the doctor. `number` is what people quote on the telephone.

    `depends_on` are the checks whose finding (beyond a note) makes this one meaningless; `show_after_ms` is how long a
    finding must stand before it is shown unasked; `cheap`: it reads what the store knows, and waits for nothing;
    `support` are the values that may travel in a support file; `texts` are all the words that it can say.
    """

    id: str
    area: Area
    inspect: Inspect
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


class CheckList(list[Check]):
    """The checks of a module, each said where it is made."""

    def add(self, area: Area, who: Who = "technician", **how: Any) -> Callable[[Inspect], Inspect]:
        """The function is a check of its name; `how` are further members of `Check`."""

        def added(inspect: Inspect) -> Inspect:
            self.append(Check(inspect.__name__, area, inspect, who, **how))
            return inspect

        return added


@dataclass(frozen=True, slots=True)
class Result:
    """How a check ended. `reason` is a fixed word where it was skipped, and the kind of error where it crashed."""

    check: Check
    state: CheckState
    found: Finding | None = None
    reason: str = ""
    took_ms: int = 0

    @property
    def severity(self) -> Severity | None:
        return self.found.severity if self.found is not None else None

    @property
    def text(self) -> str:
        """The key of the words, below ``doctor.``."""
        if self.state == "crashed":
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
