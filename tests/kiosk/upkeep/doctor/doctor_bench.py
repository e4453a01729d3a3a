"""A healthy counter in a real folder, on a computer whose every answer a test can bend; and what is then found."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.core.system_world import system_world
from kiosk.model.service_request import PrintState
from kiosk.model.store_changes import Change, PutDocument, PutFact, SetPaper
from kiosk.printing.printer_choice import parse_choice
from kiosk.upkeep.doctor import check_runner
from kiosk.upkeep.doctor.check_result import Probes, Result, Seen
from protocol.clock import CAIRO, DAY_MS, moment
from protocol.override import override
from protocol.program.loop import start_thread
from storage.disk.disk_space import DiskSpace
from storage.opening import Opened, open_store
from storage.probes import linux
from storage.probes.linux import Linux
from storage.probes.machine import LocalMachine
from storage.probes.store_probe import FolderStoreProbe
from sync.line import Wire
from sync.line_probe import LineProbe
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS, FakeClock, SeededRandomness
from tests.harness.shop import CODE, DEVICE_SEED, FEED, KEYSET, PIN_SUPERVISOR, SUPERVISOR, Shop, keyset_envelope
from ui.paper.device_probe import ChosenDevices
from ui.paper.printers import printer_of

WINDOWS = sys.platform == "win32"
DISK = "disk"
RECOVERY = X25519PrivateKey.from_private_bytes(bytes([8]) * 32).public_key().public_bytes_raw()
HEALTHY_KEYS = replace(KEYSET, version=2, recovery_x25519=RECOVERY)
CANARIES = ("محمد أحمد", "20001010100014", "01012345678", "فاطمة", "سارة", "Sara", "Al Nour", "النور", "100-531-385")
"""Of the citizen, the operators and the shop in the template."""


def facts(root: Path) -> list[Change]:
    """What a healthy counter remembers on the morning after its installation."""
    backup = json.dumps({"at_ms": NOON_MS, "place": "second", "entries": 3, "verified": True}).encode()
    update = json.dumps({"phase": "IDLE", "metadata_ms": NOON_MS}).encode()
    kept = {
        "lease_until_ms": str(NOON_MS + 9 * DAY_MS).encode(), "catalogue_seen_ms": str(NOON_MS).encode(),
        "backup_proved": str(NOON_MS).encode(),
        "floor_ms": str(NOON_MS).encode(), "printer": f"file:{root}/papers".encode(), "centre": b"http://127.0.0.1:9",
        "backup": backup, "backup_second": backup, "update": update, "scanner": b'{"state": "ok"}',
        "checked": f"{NOON_MS} ok 3".encode(),
    }  # fmt: skip
    return [PutFact(name, value) for name, value in kept.items()]


@dataclass
class Template:
    """Built once for all tests, and copied for each: migrations take half a second."""

    folder: Path
    secrets: dict[str, bytes]
    code: str = ""
    """Of the receipt in it."""

    @classmethod
    def build(cls, root: Path) -> Template:
        keystore = FakeKeystore()
        opened = _open(root / "data", keystore)
        opened.secrets.put_signing_seed(1, DEVICE_SEED)
        shop = Shop(opened.store, opened.mirror).ready()
        request = shop.counter.desk.record(shop.sale()).request
        shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
        job = opened.store.print_jobs.in_states([PrintState.WAITING])[0]
        opened.store.commit([], [SetPaper(job.id, (PrintState.WAITING,), PrintState.PRINTED)])
        opened.store.commit([], [*facts(root), PutDocument("keyset", 2, keyset_envelope(HEALTHY_KEYS))])
        opened.close()
        return cls(root / "data", dict(keystore.values), request.code)


def _open(folder: Path, keystore: FakeKeystore) -> Opened:
    return open_store(
        folder, keystore, system_world(), space=lambda place: DiskSpace(place, ballast_bytes=0, floor_bytes=0)
    )


class CairoMachine(LocalMachine):
    """This computer, standing in Cairo."""

    @override
    def offsets_min(self, at_ms: Sequence[int]) -> list[int]:
        zone = self.zone
        offsets = [moment(ms).astimezone(zone).utcoffset() for ms in at_ms]
        return [int(offset.total_seconds()) // 60 for offset in offsets if offset is not None]

    zone: Any = CAIRO

    @override
    def shuts_in(self) -> bool:
        """Asking starts a program; `tests/kiosk/upkeep/doctor/test_probes.py` does."""
        return True


class Devices(ChosenDevices):
    """Printers of the system as a test names them."""

    names: Sequence[str] = ()

    @override
    def printers(self) -> Sequence[str]:
        return self.names


@dataclass(frozen=True)
class _Elsewhere(Linux):
    """The same computer in files, where the tests run on Windows: a disk has no numbers there, and no name a colon."""

    @override
    def encrypted(self, folder: Path) -> bool:
        return linux._crypt(self.sys / "dev/block" / DISK)


@dataclass
class Bench:
    """`root` is a computer of its own: /etc, /proc and /sys lie in it, and the program, and the data."""

    template: Template
    root: Path
    keystore: FakeKeystore = field(default_factory=FakeKeystore)
    clock: FakeClock = field(default_factory=FakeClock)
    seen: Seen = field(default_factory=lambda: Seen("online", 0))
    wire: Wire | None = None
    """The other end of the line, where a test brings one; `seen` is believed else."""
    printer: str = ""
    """The choice in use; "" for the one kept in the store."""

    def __post_init__(self) -> None:
        shutil.copytree(self.template.folder, self.data)
        self.keystore.values.update(self.template.secrets)
        (self.root / "papers").mkdir()
        self._computer()
        self.machine = CairoMachine(self.data, self.root / "program", self.host)
        with self.opened() as opened:
            opened.store.commit([], [
                PutFact("machine", f"1 {self.machine.fingerprint()}".encode()),
                PutFact("printer", f"file:{self.root}/papers".encode()),
            ])  # fmt: skip

    def _computer(self) -> None:
        for name in ("proc", "sys", "etc", "home", "opt", "run", "program"):
            (self.root / name).mkdir()
        device = self.data.stat().st_dev
        block = self.root / "sys/dev/block" / (DISK if WINDOWS else f"{os.major(device)}:{os.minor(device)}")
        (block / "dm").mkdir(parents=True)
        self.write("etc/machine-id", "0123456789abcdef\n")
        self.card("enp3s0", "00:1b:21:aa:00:01")
        (block / "dm/uuid").write_text("CRYPT-LUKS2-1-disk\n")
        self.write("etc/xdg/autostart/manfaz.desktop", f'[Desktop Entry]\nExec="{self.root}/opt/manfaz/manfaz"\n')
        self.write("opt/manfaz/manfaz", "")
        self.write("opt/manfaz/app/version.json", "{}")
        self.write("program/kiosk/app.py", "pass\n")
        self.write("program/assets/update_root.json", '{"signed": {"expires": "2029-01-01T00:00:00Z"}}')
        self.manifest(self.root / "program")

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def host(self) -> Linux:
        root, computer = self.root, _Elsewhere if WINDOWS else Linux
        return computer(
            root / "proc", root / "sys", root / "etc", root / "home", root / "opt", root / "run", self.answer
        )

    def answer(self, _words: Sequence[str]) -> str | None:
        """What the desktop says of sleep."""
        return None

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def card(self, name: str, address: str, bus: str = "pci:v00008086d000015B8") -> None:
        """A network card in it."""
        for file, text in (("addr_assign_type", "0"), ("address", address), ("device/modalias", bus)):
            self.write(f"sys/class/net/{name}/{file}", f"{text}\n")

    def manifest(self, app: Path) -> None:
        files = [file for file in app.rglob("*") if file.is_file()]
        hashes = {str(file.relative_to(app)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        (app / "version.json").write_text(json.dumps({"version": "0.1.0", "files": hashes}))

    def opened(self) -> _Closing:
        return _Closing(_open(self.data, self.keystore))

    def keep(self, **changed: bytes) -> None:
        """Put facts into the store."""
        with self.opened() as opened:
            opened.store.commit([], [PutFact(name, value) for name, value in changed.items()])

    def commit(self, *changes: Change) -> None:
        with self.opened() as opened:
            opened.store.commit([], list(changes))

    def hold(self, file: Path, pid: int = 4711) -> None:
        """As if a process held a lock on `file`, whatever runs here."""
        self.write("proc/locks", f"1: FLOCK  ADVISORY  WRITE {pid} {linux._inode(file)} 0 EOF\n")

    def probes(self) -> tuple[Probes, FolderStoreProbe]:
        shop = FolderStoreProbe(self.data, self.keystore, SeededRandomness())

        def choice() -> Any:
            kept = shop.store().fact("printer") or b"none"
            return parse_choice(self.printer or kept.decode())

        devices = Devices(choice, printer_of, in_use=self.machine.at_work())
        return Probes(self.clock, self.machine, shop, _Line(self), devices), shop

    def run(self, *numbers: int) -> list[Result]:
        """Every check, or those numbers with their parents."""
        probes, shop = self.probes()
        try:
            checks = check_runner.with_parents(numbers) if numbers else check_runner.CHECKS
            return check_runner.run(checks, probes, start_thread)
        finally:
            shop.close()

    def found(self, *numbers: int) -> dict[int, Result]:
        """What there is to say, by number; that no check crashed is asserted."""
        results = self.run(*numbers)
        crashed = [(result.check.number, result.reason) for result in results if result.state == "crashed"]
        assert not crashed
        return {result.check.number: result for result in results if result.state == "found"}


class _Closing:
    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def __enter__(self) -> Opened:
        return self._opened

    def __exit__(self, *_error: object) -> None:
        self._opened.close()


class _Line:
    """The line of the bench: really asked where there is another end."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def inspect(self) -> Seen:
        bench = self._bench
        if bench.wire is None:
            return bench.seen
        probe = LineProbe(lambda: "http://127.0.0.1:9", None, lambda: [FEED.public], bench.clock, SeededRandomness(1))
        return probe.ask(bench.wire, [FEED.public])
