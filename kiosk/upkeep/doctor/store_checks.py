"""The store, its keys, the clock and who this counter is: checks 11 to 14, 16, 18 to 20, 26 to 30."""

from __future__ import annotations

from typing import Final

from kiosk.core.documents_in_force import in_force
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model import facts
from kiosk.ports.store import Pins
from kiosk.upkeep.doctor.check_result import CheckList, Finding, Probes, Unknown
from protocol.clock import DAY_MS, HOUR_MS
from protocol.doctor import Severity
from protocol.documents.operators import Operator
from protocol.errors import Corrupt, KioskError

BUILT_MS: Final = 1_788_220_800_000
"""2026-09-01: no release of this program is older, so no clock that is right says less."""
OFF_MS: Final = 120_000
LEASE_SOON_MS: Final = 3 * DAY_MS
KEYS_SOON_MS: Final = 30 * DAY_MS
OPENS: Final = (11, 13, 14, 16)
"""Without them the store says nothing."""

_DAMAGED: Final = frozenset({
    "store_key", "store_damaged", "store_pragma", "database_key_lost", "instance_lost", "keystore_value",
    "database_linked",
})  # fmt: skip
_NOT_NOW: Final = frozenset({"store_failed", "disk_full"})
"""Nothing is said against the data by these: a backup put back would lose what came after it."""
CHECKS: Final = CheckList()


@CHECKS.add(
    "database", depends_on=(16,), show_after_ms=0, cheap=True, support=("code",),
    texts=("opens", "opens_not_now", "disk_away", "pages_damaged", "rescued"),
)  # fmt: skip
def opens(probes: Probes) -> Finding | None:
    trouble = probes.shop.trouble()
    if trouble in _DAMAGED:
        return Finding(Severity.STOP, {"code": trouble})
    if trouble in _NOT_NOW:
        if probes.machine.rights_wrong():  # a check of its own says so; rights that shut nobody out hide nothing here
            raise Unknown("after_9")
        return Finding(Severity.STOP, {"code": trouble}, "opens_not_now")
    if trouble == "folder_gone":
        return Finding(Severity.STOP, {}, "disk_away")
    return _last_check(probes, frozenset({"store_damaged", "store_key"}), "pages_damaged") or _rescued(probes)


@CHECKS.add("database", depends_on=(16,), show_after_ms=0, cheap=True, support=("code",))
def chain(probes: Probes) -> Finding | None:
    if probes.shop.trouble() == "journal_damaged":
        return Finding(Severity.STOP, {"code": "journal_damaged"})
    return _last_check(probes, frozenset({"journal_damaged"}), "")


def _last_check(probes: Probes, codes: frozenset[str], text: str) -> Finding | None:
    """What the check of the whole store found the last time it ran (`kiosk.upkeep.attendance`)."""
    if probes.shop.trouble():
        return None
    _, code, *_ = facts.CHECKED.kept(probes.shop.store()) or ("0", "")
    return Finding(Severity.STOP, {"code": code}, text) if code in codes else None


def _rescued(probes: Probes) -> Finding | None:
    """Since the last whole check the database had lost its name (`storage.backup.file_rescue`)."""
    if probes.shop.trouble():
        return None
    known = probes.shop.store().facts()
    checked_ms, *_ = facts.CHECKED.of(known) or ("0",)
    return Finding(Severity.WARN, {}, "rescued") if (facts.RESCUED_MS.of(known) or 0) > int(checked_ms) else None


@CHECKS.add("database", depends_on=(16,), show_after_ms=0, texts=("rolled_back", "mirror_gone"))
def rolled_back(probes: Probes) -> Finding | None:
    trouble = probes.shop.trouble()
    return Finding(Severity.STOP, {}, trouble) if trouble in ("rolled_back", "mirror_gone") else None


@CHECKS.add("database", depends_on=(16,), show_after_ms=0)
def newer(probes: Probes) -> Finding | None:
    return Finding(Severity.STOP) if probes.shop.trouble() == "store_newer" else None


@CHECKS.add(
    "keys", "operator", depends_on=(17,), show_after_ms=0, support=("keystore", "entries", "seconds"),
    texts=("keystore", "mirror_late"),
)  # fmt: skip
def keystore(probes: Probes) -> Finding | None:
    code, lag = probes.shop.keystore(), probes.shop.lag()
    if lag.late(1):
        return Finding(Severity.STOP, {"entries": lag.entries, "seconds": lag.seconds}, "mirror_late")
    return Finding(Severity.STOP, {"keystore": code}) if code else None


@CHECKS.add("keys", "operator", depends_on=(26,), show_after_ms=DAY_MS)
def recovery(probes: Probes) -> Finding | None:
    """A backup without the centre's recovery key opens nowhere once this computer is lost."""
    try:
        key = in_force(probes.shop.store()).keyset().recovery_x25519
    except Corrupt:
        key = b""
    return None if any(key) else Finding(Severity.WARN)


@CHECKS.add("clock", "operator", show_after_ms=0, cheap=True, support=("hours",))
def clock_behind(probes: Probes) -> Finding | None:
    wall_ms = probes.clock.wall_ms()
    try:
        floor_ms = facts.FLOOR_MS.kept(probes.shop.store()) or 0
    except Unknown:
        floor_ms = 0
    if wall_ms >= max(BUILT_MS, floor_ms - SLACK_MS):
        return None
    return Finding(Severity.STOP, {"hours": (max(BUILT_MS, floor_ms) - wall_ms) // HOUR_MS})


@CHECKS.add("clock", depends_on=(19, 22, 23, 24), support=("seconds",))
def skew(probes: Probes) -> Finding | None:
    ahead_ms = probes.line.inspect().ahead_ms
    if ahead_ms is None:
        raise Unknown("no_answer")
    return Finding(Severity.WARN, {"seconds": abs(ahead_ms) // 1000}) if abs(ahead_ms) > OFF_MS else None


@CHECKS.add(
    "identity", depends_on=OPENS, show_after_ms=0, cheap=True, support=("order",),
    texts=("identity", "device_suspended", "device_revoked"),
)  # fmt: skip
def identity(probes: Probes) -> Finding | None:
    if probes.shop.trouble() == "absent" or probes.shop.store().enrolment() is None:
        return Finding(Severity.STOP)
    store = probes.shop.store()
    ordered = facts.ORDER.kept(store, store.journal.tail().chain.epoch)
    return Finding(Severity.STOP, {"order": ordered}, f"device_{ordered}") if ordered else None


@CHECKS.add(
    "identity", "operator", depends_on=(19, 26), show_after_ms=0, cheap=True, support=("n",),
    texts=("lease", "lease_over"),
)  # fmt: skip
def lease(probes: Probes) -> Finding | None:
    until_ms = facts.LEASE_UNTIL_MS.kept(probes.shop.store())
    if until_ms is None:
        raise Unknown("no_lease")
    left_ms = until_ms - probes.clock.wall_ms()
    if left_ms < 0:
        return Finding(Severity.STOP, {"n": -left_ms // HOUR_MS}, "lease_over")
    return Finding(Severity.WARN, {"n": left_ms // HOUR_MS}) if left_ms < LEASE_SOON_MS else None


@CHECKS.add("identity", depends_on=(26,), cheap=True)
def fingerprint(probes: Probes) -> Finding | None:
    """A new epoch is a new beginning: whoever replaces a computer is asked for one."""
    store = probes.shop.store()
    kept = facts.MACHINE.kept(store, store.journal.tail().chain.epoch)
    if kept is None:
        raise Unknown("not_kept")
    return None if facts.same_machine(kept, probes.machine.fingerprint()) else Finding(Severity.WARN)


@CHECKS.add("identity", depends_on=(19,), cheap=True, support=("n",))
def trusted_keys(probes: Probes) -> Finding | None:
    days = (probes.machine.trusted_until_ms() - probes.clock.wall_ms()) // DAY_MS
    return Finding(Severity.WARN, {"n": max(0, days)}) if days < KEYS_SOON_MS // DAY_MS else None


@CHECKS.add(
    "identity", "centre", depends_on=(19, 26), show_after_ms=DAY_MS, cheap=True, support=("n",),
    texts=("people", "people_lapsed"),
)  # fmt: skip
def people(probes: Probes) -> Finding | None:
    store, now_ms = probes.shop.store(), probes.clock.wall_ms()
    try:
        known = [person for person in in_force(store).operators().values() if person.active]
    except KioskError:
        raise Unknown("no_people") from None
    lapsed = sum(not person.works_at(now_ms) for person in known)
    if lapsed:
        return Finding(Severity.WARN, {"n": lapsed}, "people_lapsed")
    without = sum(not _has_pin(store, person) for person in known)
    return Finding(Severity.WARN, {"n": without}) if without else None


def _has_pin(store: Pins, person: Operator) -> bool:
    pin = store.pin(person.id)
    return pin is not None and person.pin_stands(pin.activation)
