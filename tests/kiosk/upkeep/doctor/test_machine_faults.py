"""Each check's finding, brought about one by one, and nothing else found beside it."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import struct
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.evidence import picture_process
from kiosk.model.service_request import Decision, PrintState
from kiosk.model.store_changes import PutDocument, SetPaper
from kiosk.upkeep.doctor import diagnosis
from kiosk.upkeep.doctor.check_result import Seen
from protocol.clock import DAY_MS, HOUR_MS
from protocol.doctor import Severity
from protocol.documents import trust
from protocol.errors import Unavailable
from protocol.texts import LANGUAGES, table
from starter import pointer
from storage.db.engine import Database
from storage.disk import folder_check
from storage.probes import machine as machine_probe
from storage.probes import store_probe as shop_probe
from storage.probes.machine import LocalMachine
from sync.line import NoAnswer, Raw
from tests.attacks.confined import FORBIDDING
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.shop import FEED, KEYSET, OPERATOR, keyset_envelope, operators, settings
from tests.kiosk.upkeep.doctor.doctor_bench import Bench, CairoMachine, Devices
from tests.sync.test_centre_ping import HTML, Line

Patch = pytest.MonkeyPatch
Fault = Callable[[Bench, Patch], object]


def sealed(kind: str, members: dict[str, Any], version: int = 2) -> PutDocument:
    types = {"settings": trust.SETTINGS, "operators": trust.OPERATORS}
    return PutDocument(kind, version, trust.seal_object(types[kind], members, FEED))


def sql(bench: Bench, statement: str) -> None:
    """Do to the database what no program of ours would do."""
    key = next(value for name, value in bench.keystore.values.items() if name.endswith("/database-key"))
    with closing(Database(bench.data / "kiosk.db", key).writer()) as connection:
        connection.execute(statement)


def line(bench: Bench, answer: Raw | NoAnswer) -> None:
    bench.wire = there = Line(bench.clock)
    there.answer = answer


# ---- program


def old_system(_bench: Bench, patch: Patch) -> None:
    patch.setattr(platform, "libc_ver", lambda: ("glibc", "2.31"))


def small_system(_bench: Bench, patch: Patch) -> None:
    patch.setattr(machine_probe, "struct", SimpleNamespace(calcsize=lambda _form: 4))


def changed_file(bench: Bench, _patch: Patch) -> None:
    bench.write("program/kiosk/app.py", "print('not ours')\n")


def missing_file(bench: Bench, _patch: Patch) -> None:
    (bench.root / "program/kiosk/app.py").unlink()


def not_shut_in(_bench: Bench, patch: Patch) -> None:
    patch.setattr(CairoMachine, "shuts_in", LocalMachine.shuts_in)
    patch.setattr(picture_process, "command", lambda: FORBIDDING)


def second_running(bench: Bench, _patch: Patch) -> None:
    bench.hold(bench.write(f"run/manfaz-{'ab' * 16}.lock", ""))


def second_installed(bench: Bench, _patch: Patch) -> None:
    bench.write("home/.local/opt/manfaz/app/version.json", "{}")


def old_sqlite(_bench: Bench, patch: Patch) -> None:
    patch.setattr(shop_probe, "OLDEST_SQLITE", (99, 0, 0))


def bad_previous(bench: Bench, _patch: Patch) -> None:
    place = pointer.version_folder(bench.data, "0.0.9")
    place.mkdir(parents=True)
    (place / "a.py").write_text("pass\n")
    bench.manifest(place)
    (place / "complete").write_text("")
    pointer.write(bench.data, pointer.Pointer(current="0.1.0", previous="0.0.9"))
    (place / "a.py").write_text("")


# ---- disk


def little_room(mib: int) -> Fault:
    return lambda _bench, patch: patch.setattr(machine_probe, "free_bytes", lambda _folder: mib << 20)


def synced(bench: Bench, _patch: Patch) -> None:
    moved = bench.root / "Dropbox"
    shutil.copytree(bench.data, moved / "manfaz")
    bench.machine = replace(bench.machine, folder=moved / "manfaz")


def on_network(_bench: Bench, patch: Patch) -> None:
    patch.setattr("storage.disk.data_folder._mounts", lambda: ["//server/share / cifs rw 0 0"])


def slow_disk(_bench: Bench, patch: Patch) -> None:
    moments = iter([10.0, 13.0])
    patch.setattr(folder_check, "time", SimpleNamespace(monotonic=lambda: next(moments)))


def failing_disk(_bench: Bench, patch: Patch) -> None:
    def fails(_handle: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    patch.setattr(os, "fsync", fails)


def open_folder(bench: Bench, _patch: Patch) -> None:
    bench.data.chmod(0o755)


def read_only_disk(bench: Bench, patch: Patch) -> None:
    real, statvfs, writing = os.access, os.statvfs, Path.open

    def opened(path: Path, mode: str = "r", *how: Any, **more: Any) -> Any:
        if path.parent == bench.data and not {"w", "a", "x", "+"}.isdisjoint(mode):
            raise OSError(errno.EROFS, "Read-only file system")
        return writing(path, mode, *how, **more)

    patch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and real(path, mode))
    patch.setattr(
        os, "statvfs", lambda path: os.statvfs_result((*(at := statvfs(path))[:8], at[8] | os.ST_RDONLY, at[9]))
    )
    patch.setattr(Path, "open", opened)


def held_by_another(bench: Bench, _patch: Patch) -> None:
    opened = bench.root / "proc/815/fd"
    opened.mkdir(parents=True)
    (opened / "7").symlink_to(bench.data / "kiosk.db")


# ---- database and keys


def torn_pages(bench: Bench, _patch: Patch) -> None:
    file = bench.data / "kiosk.db"
    file.write_bytes(os.urandom(file.stat().st_size))


def last_check_failed(bench: Bench, _patch: Patch) -> None:
    bench.keep(checked=f"{NOON_MS} store_damaged 0".encode())


def lost_key(bench: Bench, _patch: Patch) -> None:
    for name in [name for name in bench.keystore.values if name.endswith("/database-key")]:
        del bench.keystore.values[name]


def lost_instance(bench: Bench, _patch: Patch) -> None:
    (bench.data / "instance").write_text("torn", encoding="ascii")


def held_closed(why: str) -> Fault:
    """The database is whole, and cannot be read all the same."""

    def fault(_bench: Bench, patch: Patch) -> None:
        def refuses(_connection: object, _key: bytes) -> None:
            raise Unavailable("disk_full") if why == "full" else Unavailable("store_failed", reason=why)

        patch.setattr("storage.db.engine.prepare_reader", refuses)

    return fault


def disk_away(bench: Bench, _patch: Patch) -> None:
    shutil.rmtree(bench.data)
    bench.data.symlink_to(bench.root / "media/disk/manfaz")


def changed_entry(bench: Bench, _patch: Patch) -> None:
    key = next(value for name, value in bench.keystore.values.items() if name.endswith("/database-key"))
    with closing(Database(bench.data / "kiosk.db", key).writer()) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE journal SET body = CAST(replace(body, 'a', 'b') AS BLOB) WHERE id = (SELECT max(id) FROM journal)"
        )


def chain_broken_when_idle(bench: Bench, _patch: Patch) -> None:
    bench.keep(checked=f"{NOON_MS} journal_damaged 7".encode())


def no_mirror(bench: Bench, _patch: Patch) -> None:
    for name in [name for name in bench.keystore.values if name.endswith("/mirror")]:
        del bench.keystore.values[name]


def put_back(bench: Bench, _patch: Patch) -> None:
    name = next(name for name in bench.keystore.values if name.endswith("/mirror"))
    remembered = bench.keystore.values[name]
    epoch, seq = struct.unpack_from(">IQ", remembered)
    bench.keystore.values[name] = struct.pack(">IQ", epoch, seq + 5) + bytes(20)


def from_the_future(bench: Bench, _patch: Patch) -> None:
    sql(bench, "UPDATE alembic_version SET version_num = '9999'")
    sql(bench, "UPDATE fact SET value = CAST('9999' AS BLOB) WHERE name = ':compatible_with'")


def grown_log(bench: Bench, _patch: Patch) -> None:
    with (bench.data / "kiosk.db-wal").open("ab") as file:
        file.truncate(65 << 20)  # a hole: nothing of it is written, and SQLite finds no frame in it


def locked_keystore(bench: Bench, _patch: Patch) -> None:
    bench.keystore.locked = True


def silent_keystore(bench: Bench, patch: Patch) -> None:
    def silent(_name: str) -> bytes:
        raise Unavailable("keystore_silent")

    patch.setattr(bench.keystore, "get", silent)


def auto_login(bench: Bench, _patch: Patch) -> None:
    bench.keystore.locked = True
    bench.write("etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable=true\n")


def open_disk(bench: Bench, _patch: Patch) -> None:
    next((bench.root / "sys").rglob("uuid")).write_text("LVM-1\n")


def no_recovery_key(bench: Bench, _patch: Patch) -> None:
    bench.commit(PutDocument("keyset", 3, keyset_envelope(replace(KEYSET, version=3, recovery_x25519=bytes(32)))))


# ---- clock


def clock_of_2015(bench: Bench, _patch: Patch) -> None:
    bench.clock.wall = 1_420_070_400_000


def clock_before_the_last_word(bench: Bench, _patch: Patch) -> None:
    bench.clock.wall -= 2 * HOUR_MS


def skewed(bench: Bench, _patch: Patch) -> None:
    bench.wire = there = Line(bench.clock)
    there.members["server_ms"] = bench.clock.wall - 200_000


def in_athens(bench: Bench, patch: Patch) -> None:
    patch.setattr(type(bench.machine), "zone", ZoneInfo("Asia/Riyadh"))


# ---- line


def saw(state: str) -> Fault:
    return lambda bench, _patch: setattr(bench, "seen", Seen(state))


# ---- identity


def never_enrolled(bench: Bench, _patch: Patch) -> None:
    emptied(bench, _patch)
    bench.keystore.values.clear()


def emptied(bench: Bench, _patch: Patch) -> None:
    shutil.rmtree(bench.data)
    bench.data.mkdir(mode=0o700)


def fact(**kept: bytes) -> Fault:
    return lambda bench, _patch: bench.keep(**kept)


def of_update(**members: object) -> Fault:
    return fact(update=json.dumps({"phase": "IDLE", "metadata_ms": NOON_MS, **members}).encode())


def old_keys(bench: Bench, _patch: Patch) -> None:
    bench.write("data/program/metadata/root.json", '{"signed": {"expires": "2026-12-07T00:00:00Z"}}')


def other_machine(bench: Bench, _patch: Patch) -> None:
    bench.write("etc/machine-id", "fedcba9876543210\n")


def copied_disk(bench: Bench, _patch: Patch) -> None:
    """All that lies on it has come along; the computer around it is another."""
    bench.card("enp3s0", "00:1b:21:bb:00:02")


def nobody_has_a_pin(bench: Bench, _patch: Patch) -> None:
    people = operators(2)
    people["operators"].append({**people["operators"][0], "id": OPERATOR[:-1] + "9"})
    bench.commit(sealed("operators", people))


def somebody_lapsed(bench: Bench, _patch: Patch) -> None:
    people = operators(2)
    people["operators"][0]["not_after_ms"] = NOON_MS - 1
    bench.commit(sealed("operators", people))


# ---- queue


def limits(*, version: int = 2, **changed: int) -> Fault:
    return lambda bench, _patch: bench.commit(sealed("settings", settings(version, limits=changed)))


def unsent_for_two_hours(**changed: int) -> Fault:
    """The request is older than the limit; all else is of today."""

    def fault(bench: Bench, patch: Patch) -> None:
        bench.clock.pass_ms(2 * HOUR_MS)
        limits(**changed)(bench, patch)

    return fault


def rejected(bench: Bench, _patch: Patch) -> None:
    with bench.opened() as opened:
        chain = opened.store.journal.tail().chain
        sold = next(r for r in (opened.store.requests.at(seq) for seq in range(1, chain.seq + 1)) if r)
        opened.store.commit([], [Decision(1, sold.seq, "rejected", "R7", "مرفوض", "no", NOON_MS)])


# ---- devices


def printer_off(bench: Bench, _patch: Patch) -> None:
    bench.printer = "tcp:127.0.0.1:9"


def no_printer(bench: Bench, _patch: Patch) -> None:
    bench.printer = "none"


def printer_not_ours(_bench: Bench, patch: Patch) -> None:
    patch.setattr(Devices, "printer", lambda _self: "denied")


def stuck_job(bench: Bench, _patch: Patch) -> None:
    with bench.opened() as opened:
        job = opened.store.print_jobs.in_states([PrintState.PRINTED])[0]
        opened.store.commit([], [SetPaper(job.id, (PrintState.PRINTED,), PrintState.WAITING)])
    bench.clock.pass_ms(121_000)


def sleepy(bench: Bench, patch: Patch) -> None:
    bench.write("etc/systemd/logind.conf", "[Login]\nIdleAction=suspend\n")


def no_autostart(bench: Bench, _patch: Patch) -> None:
    (bench.root / "etc/xdg/autostart/manfaz.desktop").unlink()


def old_backup(name: str, days: int) -> Fault:
    kept = json.dumps({"at_ms": NOON_MS - days * DAY_MS, "entries": 3, "verified": True}).encode()
    return fact(**{name: kept})


def away(days: int) -> Fault:
    """The second place has not been there for so long, and a copy as old is the newest in it."""
    return lambda bench, patch: (
        old_backup("backup_second", days)(bench, patch),
        fact(backup_away=json.dumps({"since_ms": NOON_MS - days * DAY_MS, "place": "/mnt/nas"}).encode())(bench, patch),
    )


def still_open(bench: Bench, _patch: Patch) -> None:
    sql(bench, f"UPDATE day SET opened_ms = opened_ms - {37 * HOUR_MS}")


STOP, WARN, NOTE = Severity.STOP, Severity.WARN, Severity.NOTE
FAULTS: list[tuple[int, Severity, str, Fault]] = [
    (1, STOP, "system", old_system), (1, STOP, "system", small_system),
    (2, STOP, "files", changed_file), (2, STOP, "files", missing_file),
    (3, WARN, "second_running", second_running), (3, WARN, "second_copy", second_installed),
    (4, STOP, "sqlite", old_sqlite),
    (5, NOTE, "previous", bad_previous),
    (6, WARN, "disk_free", little_room(1_500)), (6, STOP, "disk_free", little_room(150)),
    (7, STOP, "folder_synced", synced), (7, STOP, "folder_remote", on_network),
    (8, WARN, "disk_write", slow_disk), (8, STOP, "disk_fails", failing_disk),
    *([] if sys.platform == "win32" else [(8, STOP, "disk_read_only", read_only_disk)]),
    (9, STOP, "rights", open_folder),
    (10, WARN, "holders", held_by_another),
    (11, STOP, "opens", torn_pages), (11, STOP, "pages_damaged", last_check_failed),
    (11, STOP, "opens", lost_key), (11, STOP, "opens", lost_instance),
    (11, STOP, "opens_not_now", held_closed("locked")), (11, STOP, "opens_not_now", held_closed("full")),
    (11, STOP, "disk_away", disk_away), (11, WARN, "rescued", fact(rescued=f"{NOON_MS + 1}".encode())),
    (12, STOP, "chain", changed_entry), (12, STOP, "chain", chain_broken_when_idle),
    (13, STOP, "rolled_back", put_back), (13, STOP, "rolled_back", emptied),
    (14, STOP, "newer", from_the_future),
    (15, WARN, "wal", grown_log),
    (13, STOP, "mirror_gone", no_mirror),
    (16, STOP, "keystore", locked_keystore), (16, STOP, "keystore", silent_keystore),
    (17, STOP, "auto_login", auto_login), (17, NOTE, "sign_in", open_disk),
    (18, WARN, "recovery", no_recovery_key),
    (19, STOP, "clock_behind", clock_of_2015), (19, STOP, "clock_behind", clock_before_the_last_word),
    (20, WARN, "skew", skewed),
    (21, WARN, "zone", in_athens),
    (22, WARN, "link", saw("no_link")), (22, WARN, "no_name", saw("no_name")),
    (23, WARN, "portal", lambda bench, _patch: line(bench, Raw(200, HTML, b"<html>sign in</html>"))),
    (23, WARN, "portal", lambda bench, _patch: line(bench, Raw(302, {"location": "http://portal/"}, b""))),
    (24, WARN, "foreign", lambda bench, _patch: line(bench, NoAnswer("portal", "certificate"))),
    (25, NOTE, "centre_silent", lambda bench, _patch: line(bench, Raw(503, {}, b""))),
    (25, NOTE, "centre_silent", lambda bench, _patch: line(bench, NoAnswer("offline", "connection"))),
    (26, STOP, "identity", never_enrolled), (26, STOP, "device_revoked", fact(order=b"1 revoked")),
    (26, STOP, "device_suspended", fact(order=b"1 suspended")),
    (27, WARN, "lease", fact(lease_until_ms=str(NOON_MS + 5 * HOUR_MS).encode())),
    (27, STOP, "lease_over", fact(lease_until_ms=str(NOON_MS - 5 * HOUR_MS).encode())),
    (28, WARN, "fingerprint", other_machine), (28, WARN, "fingerprint", copied_disk),
    (29, WARN, "trusted_keys", old_keys),
    (30, WARN, "people", nobody_has_a_pin), (30, WARN, "people_lapsed", somebody_lapsed),
    (31, WARN, "unsent", unsent_for_two_hours(age_warn_h=2)), (31, STOP, "unsent", unsent_for_two_hours(age_hard_h=2)),
    (32, WARN, "unsent_money", limits(money_hard_pt=6_000)), (32, STOP, "unsent_money", limits(money_hard_pt=4_000)),
    (33, WARN, "to_correct", rejected), (33, STOP, "quarantined", fact(quarantine=b"1 structural 2")),
    (34, WARN, "catalogue", fact(catalogue_seen_ms=str(NOON_MS - 4 * DAY_MS).encode())),
    (34, STOP, "catalogue", fact(catalogue_seen_ms=str(NOON_MS - 11 * DAY_MS).encode())),
    (35, WARN, "printer", printer_off), (35, WARN, "printer_none", no_printer),
    (35, WARN, "printer_denied", printer_not_ours),
    (36, WARN, "print_queue", stuck_job), (36, WARN, "printer_gone", fact(printer=b"system:Laser")),
    (37, NOTE, "scanner_silent", fact(scanner=b'{"state": "silent"}')),
    (37, NOTE, "scanner_layout", fact(scanner=b'{"state": "layout"}')),
    (38, NOTE, "at_rest", sleepy), (38, NOTE, "autostart_off", no_autostart),
    (39, WARN, "backup", old_backup("backup", 9)), (39, WARN, "backup_second", old_backup("backup_second", 8)),
    (39, NOTE, "backup_away", away(2)), (39, WARN, "backup_away", away(8)),
    (39, NOTE, "backup_unproved", fact(backup_proved=str(NOON_MS - 366 * DAY_MS).encode())),
    (40, WARN, "update", of_update(phase="WAITING", since_ms=NOON_MS - 15 * DAY_MS)),
    (40, WARN, "update_reverted", of_update(reverted=True)),
    (40, WARN, "update_unsaved", of_update(phase="STAGED", since_ms=NOON_MS, trouble="upgrade_waits")),
    (40, WARN, "update_full", of_update(phase="WAITING", since_ms=NOON_MS, trouble="update_full", need_mb=212)),
    (40, WARN, "update_stale", of_update(metadata_ms=NOON_MS - 31 * DAY_MS)),
    (41, WARN, "day_open", still_open),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "severity", "text", "fault"),
    FAULTS,
    ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(FAULTS)],
)
def test_a_fault_is_found_alone_with_its_remedy(
    bench: Bench, monkeypatch: Patch, number: int, severity: Severity, text: str, fault: Fault
) -> None:
    fault(bench, monkeypatch)
    found = bench.found()
    assert {n: (result.text, result.severity) for n, result in found.items()} == {number: (text, severity)}
    for language in LANGUAGES:
        what, why, remedy = found[number].words(language)
        said, hole, _more = str(table()[f"doctor.{text}.do"][language]).partition("{")
        assert remedy.startswith(said)
        assert len(remedy) > len(said) if hole else remedy == said
        assert "{" not in what + why + remedy
    assert diagnosis.exit_code(list(found.values())) == (diagnosis.STOP if severity is STOP else diagnosis.FOUND)


def test_a_folder_that_others_may_look_into_hides_nothing_of_what_is_in_it(bench: Bench, monkeypatch: Patch) -> None:
    """It opens as ever: a lease, a cap or a backup that would be told of is told of."""
    limits(money_hard_pt=4_000)(bench, monkeypatch)
    bench.data.chmod(0o755)
    assert {number: result.text for number, result in bench.found().items()} == {9: "rights", 32: "unsent_money"}


@pytest.mark.posix
def test_a_disk_that_can_only_be_read_is_not_left_to_check_and_fix(bench: Bench, monkeypatch: Patch) -> None:
    read_only_disk(bench, monkeypatch)
    said = [result.words(language) for result in bench.found().values() for language in LANGUAGES]
    assert said
    assert [do for _, _, do in said if "--fix" in do] == []


def test_a_database_that_rights_shut_is_not_called_damaged(bench: Bench, monkeypatch: Patch) -> None:
    """Whoever is told to restore a backup restores it over sound data."""
    held_closed("denied")(bench, monkeypatch)
    open_folder(bench, monkeypatch)
    assert set(bench.found()) == {9}


def test_every_check_is_brought_about() -> None:
    assert {fault[0] for fault in FAULTS} == set(range(1, 42))
