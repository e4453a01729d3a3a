"""A computer in good health, as far as nobody bends one of its answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kiosk.ports.store import Store
from kiosk.upkeep.doctor.check_result import Probes, Seen, System, Unknown
from protocol.clock import CAIRO, Clock, moment
from protocol.errors import Unavailable
from protocol.journal.mirror_lag import Lag

GIB = 1 << 30


class Ended:
    """What has run is joined at once."""

    def join(self, timeout: float | None = None) -> None: ...


def run_at_once(_name: str, run: Callable[[], None]) -> Ended:
    """A starter for tests: no thread."""
    run()
    return Ended()


@dataclass
class FakeComputer:
    """Machine, shop, line and devices in one; every answer is a member."""

    clock: Clock
    kept: Store | None = None
    free: int = 100 * GIB
    code: str = ""
    key_code: str = ""
    behind: Lag = field(default_factory=Lag)
    printer_reason: str = ""
    seen: Seen = field(default_factory=lambda: Seen("online", 0))
    asleep: bool = False
    mark: str = "0123456789abcdef"
    raises: Exception | None = None
    """Of whoever asks how much room there is."""

    def probes(self) -> Probes:
        return Probes(self.clock, self, self, self, self)

    # ---- machine

    def system(self) -> System:
        return System("linux", 64, (2, 41))

    def shuts_in(self) -> bool:
        return True

    def changed_files(self) -> int:
        return 0

    def running(self) -> int:
        return 0

    def installed(self) -> int:
        return 1

    def previous_sound(self) -> bool:
        raise Unknown("no_previous")

    def trusted_until_ms(self) -> int:
        return self.clock.wall_ms() + 200 * 86_400_000

    def free_bytes(self) -> int:
        if self.raises is not None:
            raise self.raises
        return self.free

    def folder_fault(self) -> str:
        return ""

    def write_ms(self) -> int:
        return 3

    def rights_wrong(self) -> str:
        return ""

    def holders(self) -> int:
        return 0

    def wal_bytes(self) -> int:
        return 0

    def encrypted(self) -> bool:
        return True

    def logs_in_alone(self) -> bool:
        return False

    def offsets_min(self, at_ms: Sequence[int]) -> list[int]:
        offsets = [moment(ms).astimezone(CAIRO).utcoffset() for ms in at_ms]
        return [int(offset.total_seconds()) // 60 for offset in offsets if offset is not None]

    def fingerprint(self) -> str:
        return self.mark

    def sleeps(self) -> bool:
        return self.asleep

    def starts_alone(self) -> bool:
        return True

    # ---- shop

    def sqlite(self) -> tuple[str, bool]:
        return "3.53.4", True

    def trouble(self) -> str:
        return self.code

    def lag(self) -> Lag:
        return self.behind

    def keystore(self) -> str:
        return self.key_code

    def store(self) -> Store:
        if self.kept is None or self.code:
            raise Unknown("store")
        return self.kept

    # ---- line and devices

    def inspect(self) -> Seen:
        return self.seen

    def printer(self) -> str:
        return self.printer_reason

    def printers(self) -> Sequence[str]:
        return ()


@dataclass
class FakeOutlet:
    """`up`: there is a line; `kept` and `taken` are what went where."""

    up: bool = True
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)

    def mend(self, text: str) -> bool:
        self.mended.append(text)
        return True

    def send(self, file: bytes) -> str:
        if not self.up:
            raise Unavailable("line_offline", detail="")
        self.taken.append(file)
        return f"S-{len(self.taken)}"

    def keep(self, name: str, file: bytes) -> str:
        self.kept.append((name, file))
        return f"/media/stick/{name}"
