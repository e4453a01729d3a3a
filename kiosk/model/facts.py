"""The facts of the store: small named values, each with its name and its form said once.

Here stand those that several modules read; one that is a single module's stands there. An empty value is none: so a
fact is forgotten. A sale reads all of them, so they are few and short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from kiosk.model.store_changes import Change, PutFact
from protocol import members
from protocol.errors import Refused
from protocol.strict_json import BadJson, dumps, loads_object

T = TypeVar("T")
Facts = Mapping[str, bytes]
"""`Store.facts`: read once for a decision, so that all of it is judged at one moment."""


class HoldsFacts(Protocol):
    """A store, as far as it is read here."""

    def fact(self, name: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value under its name, as it is written and read."""

    name: str
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]

    def put(self, value: T) -> PutFact:
        return PutFact(self.name, self.encode(value))

    def forget(self) -> PutFact:
        return PutFact(self.name, b"")

    def read(self, value: bytes | None) -> T | None:
        return self.decode(value) if value else None

    def of(self, facts: Facts) -> T | None:
        return self.read(facts.get(self.name))

    def kept(self, store: HoldsFacts) -> T | None:
        return self.read(store.fact(self.name))


@dataclass(frozen=True, slots=True)
class EpochFact:
    """Words behind the number of the epoch that they are about: a new enrolment leaves old ones behind."""

    name: str

    def put(self, epoch: int, *words: object) -> PutFact:
        return PutFact(self.name, " ".join(map(str, (epoch, *words))).encode())

    def of(self, facts: Facts, epoch: int) -> str | None:
        found, _, words = facts.get(self.name, b"").decode().partition(" ")
        return words if found == str(epoch) else None

    def kept(self, store: HoldsFacts, epoch: int) -> str | None:
        return self.of({self.name: store.fact(self.name) or b""}, epoch)

    def forget(self) -> PutFact:
        return PutFact(self.name, b"")


def number(name: str) -> Fact[int]:
    return Fact(name, lambda value: str(value).encode(), int)


def text(name: str) -> Fact[str]:
    return Fact(name, str.encode, lambda value: value.decode("utf-8", "replace"))


def words(name: str) -> Fact[tuple[str, ...]]:
    """Words that no blank is in."""
    return Fact(name, lambda said: " ".join(said).encode(), lambda value: tuple(value.decode().split()))


def json_object(name: str) -> Fact[dict[str, Any]]:
    return Fact(name, dumps, loads_object)


def record(name: str, form: type[T]) -> Fact[T]:
    """A value of that class, by its members (`protocol.members`)."""
    return Fact(name, lambda value: dumps(members.write(value)), lambda value: members.read(form, loads_object(value)))


def records(name: str, form: type[T]) -> Fact[Sequence[T]]:
    """Several of them, in their order."""
    return Fact(
        name,
        lambda kept: dumps({"kept": [*map(members.write, kept)]}),
        lambda value: [members.read(form, one) for one in loads_object(value)["kept"]],
    )


def whole(name: str) -> Fact[bytes]:
    """A document as it came."""
    return Fact(name, bytes, bytes)


# ---- what the centre has said

LEASE_UNTIL_MS: Final = number("lease_until_ms")
DURABLE_HWM: Final = number("durable_hwm")
CATALOGUE_SEEN_MS: Final = number("catalogue_seen_ms")
"""When the feed was last read to its end, by the centre's time: what rules then is known to be the newest."""
SPOKEN_MS: Final = number("spoken_ms")
"""When the centre last gave a lease or an order, by its own clock."""
EXTENDED_UNTIL_MS: Final = number("extended_until_ms")
"""Until when the centre has lent the shop wider limits and its lease, by the computer's clock."""
BACKUP_PROVED_MS: Final = number("backup_proved")
"""When the centre last opened a backup of this shop, by its own clock."""
ORDER: Final = EpochFact("order")
"""The order in force: suspended, revoked or erase."""
EARLIER: Final = json_object("earlier")
"""How far the centre holds earlier epochs: ``{epoch: hwm}``."""

# ---- the clock

FLOOR_MS: Final = number("floor_ms")
"""The true time is never before it."""
CLOCK_MS: Final = number("clock_ms")
"""What was gone by."""
CLOCK_SURE_MS: Final = number("clock_sure_ms")
"""The same, as a person last confirmed it."""
CLOCK_BACK_MS: Final = number("clock_back_ms")
"""Where the last step back went."""

# ---- how the store is, and what stops the work

QUARANTINE: Final = EpochFact("quarantine")
"""``<why> <seq>``: while it stands for the present epoch nothing is sent and no money taken."""
ALARM: Final = words("alarm")
"""A code and a number, for whoever calls support (`alarm`)."""
CHECKED: Final = words("checked")
"""``<wall ms> <ok|code> <entries|seq>`` of the last whole check."""
RESCUED_MS: Final = number("rescued")
BACKUP: Final = json_object("backup")
"""``{at_ms, place, entries, verified, epoch, seq}`` of the last one."""
BACKUP_SECOND: Final = json_object("backup_second")
"""The same, in the second place."""
BACKUP_AWAY: Final = json_object("backup_away")
"""``{since_ms, place}``: a copy should have gone to the second place, which is not there."""
UPDATE: Final = json_object("update")
"""`kiosk.upkeep.updates.update_standing`."""
DOCTOR: Final = json_object("doctor")
"""What stands, and since when (`kiosk.upkeep.doctor.diagnosis`)."""

# ---- this computer

CENTRE: Final = text("centre")
"""The centre's address."""
MACHINE: Final = EpochFact("machine")
"""The fingerprint of the computer that the epoch began on."""
PRINTER: Final = text("printer")
"""The one that was chosen (`kiosk.printing.printer_choice`)."""
SCANNER: Final = json_object("scanner")
PRACTICE: Final = text("practice")
"""Who practises now; found at a start, it says that practice was cut short."""
PIN_GUESSES: Final = number("guesses")
"""How many wrong PINs there ever were; the keystore's mirror remembers the same."""
ACCEPTANCE: Final = whole("acceptance")
"""The signed report of the set-up."""
STICK_REQUEST: Final = whole("stick_request")
"""The request to enrol that went away on a stick."""


def alarm(code: str, number: int) -> PutFact:
    return ALARM.put((code, str(number)))


def ordered(epoch: int, code: str, spoken_ms: int) -> list[Change]:
    """What an order of the centre leaves behind, and when it has last spoken."""
    return [ORDER.forget() if code == "resumed" else ORDER.put(epoch, code), SPOKEN_MS.put(spoken_ms)]


def refuse_stopped(facts: Facts, epoch: int) -> None:
    """Raises Refused where the centre or a broken history forbids taking money: line_quarantined, line_suspended, …"""
    if QUARANTINE.of(facts, epoch) is not None:
        raise Refused("line_quarantined")
    forbidden = ORDER.of(facts, epoch)
    if forbidden is not None:
        raise Refused(f"line_{forbidden}")


def same_machine(kept: str, now: str) -> bool:
    """By two fingerprints: the same system, and one part of the hardware at least, where both name any.

    A card may be changed or added; a copied disk brings its system along and none of the hardware.
    """
    (system, *parts), (system_now, *parts_now) = kept.split("."), now.split(".")
    return system == system_now and (not parts or not parts_now or bool(set(parts) & set(parts_now)))


def read_object(facts: Facts, fact: Fact[dict[str, Any]]) -> dict[str, Any]:
    """A fact that is a JSON object; an empty one where there is none, or where it is something else."""
    try:
        return fact.of(facts) or {}
    except BadJson:
        return {}
