"""The computer and the program's own files: checks 1 to 10, 15, 17, 21 and 38."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk import VERSION
from kiosk.upkeep.doctor.check_result import CheckList, Finding, Probes, Unknown, Value
from protocol.clock import CAIRO, DAY_MS
from protocol.doctor import Severity
from protocol.program.os_errors import system_reason

MIB: Final = 1 << 20
GIB: Final = 1 << 30
LOW_BYTES: Final = 2 * GIB
OUT_BYTES: Final = 200 * MIB
SLOW_MS: Final = 2_000
"""To write something through to the disk."""
WAL_BYTES: Final = 64 * MIB
OLDEST: Final = {"windows": (10, 0), "linux": (2, 36)}
"""Windows 10; the glibc of Debian 12."""
CHECKS: Final = CheckList()


@CHECKS.add("program", support=("bits", "kind", "release"), texts=("system", "unconfined"))
def system(probes: Probes) -> Finding | None:
    found = probes.machine.system()
    release = ".".join(map(str, found.release))
    values: dict[str, Value] = {"bits": found.bits, "kind": found.kind, "release": release}
    if found.bits < 64 or found.release < OLDEST.get(found.kind, ()):
        return Finding(Severity.STOP, values)
    return None if probes.machine.shuts_in() else Finding(Severity.WARN, {}, "unconfined")


@CHECKS.add("program", support=("n",))
def files(probes: Probes) -> Finding | None:
    changed = probes.machine.changed_files()
    return Finding(Severity.STOP, {"n": changed, "version": VERSION}) if changed else None


@CHECKS.add("program", support=("n",), texts=("second_copy", "second_running"))
def second_copy(probes: Probes) -> Finding | None:
    running = probes.machine.running()
    if running:
        return Finding(Severity.WARN, {"n": running}, "second_running")
    installed = probes.machine.installed()
    return Finding(Severity.WARN, {"n": installed}) if installed > 1 else None


@CHECKS.add("program", support=("version",))
def sqlite(probes: Probes) -> Finding | None:
    version, fit = probes.shop.sqlite()
    return None if fit else Finding(Severity.STOP, {"version": version})


@CHECKS.add("program", depends_on=(2,))
def previous(probes: Probes) -> Finding | None:
    return None if probes.machine.previous_sound() else Finding(Severity.NOTE)


@CHECKS.add("disk", "operator", show_after_ms=0, cheap=True, support=("mib",))
def disk_free(probes: Probes) -> Finding | None:
    free = probes.machine.free_bytes()
    if free >= LOW_BYTES:
        return None
    return Finding(Severity.STOP if free < OUT_BYTES else Severity.WARN, {"mib": free // MIB})


@CHECKS.add("disk", support=("kind",), texts=("folder_remote", "folder_synced"))
def folder_place(probes: Probes) -> Finding | None:
    fault = probes.machine.folder_fault()
    return Finding(Severity.STOP, {"kind": fault}, f"folder_{fault}") if fault else None


@CHECKS.add("disk", depends_on=(9,), support=("ms", "errno"), texts=("disk_write", "disk_fails", "disk_read_only"))
def disk_write(probes: Probes) -> Finding | None:
    try:
        took_ms = probes.machine.write_ms()
    except OSError as error:
        text = "disk_read_only" if system_reason(error) == "EROFS" else "disk_fails"
        return Finding(Severity.STOP, {"errno": error.errno or 0}, text)
    return Finding(Severity.WARN, {"ms": took_ms}) if took_ms > SLOW_MS else None


@CHECKS.add("disk", safe_fix=True)
def rights(probes: Probes) -> Finding | None:
    folder = probes.machine.rights_wrong()
    return Finding(Severity.STOP, {"folder": folder}) if folder else None


@CHECKS.add("disk", support=("n",))
def holders(probes: Probes) -> Finding | None:
    count = probes.machine.holders()
    return Finding(Severity.WARN, {"n": count}) if count else None


@CHECKS.add("database", "operator", cheap=True, support=("mib",))
def wal(probes: Probes) -> Finding | None:
    size = probes.machine.wal_bytes()
    return Finding(Severity.WARN, {"mib": size // MIB}) if size > WAL_BYTES else None


@CHECKS.add("keys", texts=("sign_in", "auto_login"))
def sign_in(probes: Probes) -> Finding | None:
    """Automatic login matters where it leaves the keystore locked; an open disk is worth a note."""
    if probes.shop.keystore() == "keystore_locked" and probes.machine.logs_in_alone():
        return Finding(Severity.STOP, {}, "auto_login")
    return None if probes.machine.encrypted() else Finding(Severity.NOTE)


@CHECKS.add("clock", depends_on=(19,), support=("minutes",))
def zone(probes: Probes) -> Finding | None:
    """Compared at four times of a year, so that a zone that only agrees in winter is found in winter."""
    now_ms = probes.clock.wall_ms()
    times = [now_ms + quarter * 91 * DAY_MS for quarter in range(4)]
    try:
        wanted = [_cairo_min(time) for time in times]
    except (ValueError, OverflowError, OSError):
        raise Unknown("clock") from None
    found = probes.machine.offsets_min(times)
    return None if found == wanted else Finding(Severity.WARN, {"minutes": found[0]})


def _cairo_min(wall_ms: int) -> int:
    moment = datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(CAIRO)
    return (moment.utcoffset() or timedelta()) // timedelta(minutes=1)


@CHECKS.add("devices", safe_fix=True, texts=("at_rest", "autostart_off"))
def at_rest(probes: Probes) -> Finding | None:
    """Autostart first: not every system says whether it sleeps."""
    if not probes.machine.starts_alone():
        return Finding(Severity.NOTE, {}, "autostart_off")
    return Finding(Severity.NOTE) if probes.machine.sleeps() else None
