"""The updates and the diagnosis of a counter, put together: where releases come from, who unpacks, tries and saves.

A program that the starter has not started (a working copy) has no updates: there is nothing that could go back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk import VERSION
from kiosk.core.documents_in_force import in_force
from kiosk.model.facts import CENTRE
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store
from kiosk.printing.receipt_sheet import SAMPLE
from kiosk.upkeep.doctor.check_result import Probes
from kiosk.upkeep.doctor.diagnosis import Diagnosis
from kiosk.upkeep.updates.update_parts import GoOn, Installed, Release, Releases, Tools
from kiosk.upkeep.updates.update_standing import LongWaitQuestion, Notes, Terms, UpdatePermission
from kiosk.upkeep.updates.update_states import UpdateStates
from kiosk.upkeep.updates.update_worker import Updater
from protocol.errors import Corrupt, KioskError, Unavailable
from starter import pointer, versions
from starter.launch import PROGRAM
from starter.pointer import SHIPPED
from storage.db.journal_check import check_last
from storage.db.upgrade import HEAD
from storage.disk import sticks
from storage.probes import support_contact
from storage.probes.machine import LocalMachine
from storage.probes.repairs import Repairs
from storage.probes.store_probe import OpenStoreProbe
from storage.versions.migration_rehearsal import by_version, thrown_away
from storage.versions.program_versions import Versions
from sync.centre_client import LazyWire
from sync.line_probe import LineProbe
from ui.paper.device_probe import PrinterAtWork

if TYPE_CHECKING:
    from kiosk.counter import Counter
    from kiosk.main.config import Config
    from kiosk.ports.world import Renderer, World
    from storage.opening import Opened
    from sync.release_sources import ReleaseLine

METADATA: Final = "metadata"
PROVEN: Final = 1_000
"""Entries of the journal that a version on trial verifies."""
PAINTED_S: Final = 60.0


def installed(data: Path) -> Installed | None:
    """What runs here; None unless the starter has started it."""
    program = os.environ.get(PROGRAM)
    if not program:
        return None
    mine = Path(__file__).resolve().parents[2]
    named = mine.parent == (pointer.program_folder(data) / "versions").resolve()
    return Installed(data, mine.name if named else SHIPPED, VERSION, versions.runtime(Path(program)), HEAD)


@dataclass(eq=False)
class LazyReleases:
    """The signed directory; what reads it takes a sixth of a second to import, and is not needed at a start."""

    _make_line: Callable[[], ReleaseLine]
    _cache: Path
    _now_ms: Callable[[], int]
    _pinned: Callable[[], str]
    _line: ReleaseLine | None = field(init=False, default=None)
    _made: Releases | None = field(init=False, default=None)

    def newest(self, ring: str) -> Release | None:
        return self._releases().newest(ring)

    def fetch(self, release: Release, into: Path, go_on: GoOn) -> Path:
        return self._releases().fetch(release, into, go_on)

    def close(self) -> None:
        """Break off what is under way; from any thread."""
        if self._line is not None:
            self._line.close()

    def _releases(self) -> Releases:
        from sync.signed_releases import SignedReleases, shipped_root  # noqa: PLC0415 - see above

        if self._made is None:
            self._line = self._make_line()
            self._made = SignedReleases(self._line, shipped_root(), self._cache, self._now_ms, self._pinned)
        return self._made


@dataclass(frozen=True, slots=True)
class Always:
    """Permission for an update that a person starts at a terminal: always, because no counter is open."""

    _ring: str

    def terms(self) -> Terms:
        return Terms(self._ring, open=True, cap_bytes=0, month="")

    def resting(self) -> bool:
        return True

    def may_flip(self, *, asked: bool) -> bool:
        return asked


def tools(
    opened: Opened, data: Path, releases: Releases, back_up: Callable[[GoOn], object], restart: Callable[[], None]
) -> Tools:
    def rehearse(version: str, go_on: GoOn) -> int:
        _refuse_other_root(data, version)
        with thrown_away(data) as copy:
            opened.back_up(copy)
            if not go_on():
                raise Unavailable("update_paused")
            return by_version(data, version, copy, go_on)

    database = data / "kiosk.db"
    return Tools(releases, Versions(data), rehearse, back_up, lambda: database.stat().st_size, restart)


def _refuse_other_root(data: Path, version: str) -> None:
    """Raises Corrupt("update_unfit") for a version that was built with a root other than those we trust: all would go
    well with it, and it would take no release ever after.
    """
    from sync.signed_releases import UPDATE_ROOT, shipped_root  # noqa: PLC0415 - see LateReleases

    reached = (pointer.program_folder(data) / METADATA / "root_history").glob("*.root.json")
    try:
        brought = pointer.version_folder(data, version).joinpath("assets", UPDATE_ROOT).read_bytes()
        if brought in (shipped_root(), *(file.read_bytes() for file in reached)):
            return
    except OSError:
        pass  # it brings none at all
    raise Corrupt("update_unfit", version=version)


@dataclass(frozen=True, slots=True)
class UpdateActions:
    """What an updater asks of the counter around it: `line` to the releases, whether the centre answers, whether a
    practice goes on, a verified backup, and the restart.
    """

    line: Callable[[], ReleaseLine]
    online: Callable[[], bool]
    practising: Callable[[], bool]
    back_up: Callable[[GoOn], object]
    restart: Callable[[], None]


def make_updater(here: Installed, opened: Opened, counter: Counter, ways: UpdateActions) -> Updater:
    """Updates by themselves, at this counter."""
    in_force, world = counter.in_force, counter.context.world
    releases = LazyReleases(
        ways.line, pointer.program_folder(here.data) / METADATA, counter.context.now_ms,
        lambda: in_force.keyset().update_root_sha256,
    )  # fmt: skip
    leave = UpdatePermission(counter.context, counter.people, ways.online, ways.practising)

    def write(change: PutFact) -> None:
        counter.journal.write([], [change])

    notes, question = Notes(opened.store.fact, write), LongWaitQuestion(counter.context)
    parts = tools(opened, here.data, releases, ways.back_up, ways.restart)
    states = UpdateStates(here, parts, leave, notes, world.clock, world.randomness)
    return Updater(states, releases.close, question, world.clock)


def proofs(opened: Opened, render: Renderer, painted: threading.Event) -> dict[str, Callable[[], object]]:
    """What a version on trial has to show before anybody signs in; each raises where it cannot."""

    def window() -> None:
        if not painted.wait(PAINTED_S):
            raise Unavailable("selftest_late")

    def entries() -> None:
        with opened.store.looking() as connection:
            check_last(connection, PROVEN)

    def receipt() -> None:
        if not render(SAMPLE, 0):
            raise Corrupt("selftest_picture", of="receipt")

    return {
        "window": window, "database": opened.store.facts, "entries": entries, "vault": opened.secrets.pin_pepper,
        "receipt": receipt,
    }  # fmt: skip


def web_line(address: str, ca_file: str | None) -> ReleaseLine:
    from sync.release_sources import WebLine  # noqa: PLC0415 - only where updates are looked for

    return WebLine(LazyWire(address, ca_file))


@dataclass(frozen=True)
class DoctorActions:
    """Where support files go from this counter."""

    send: Callable[[bytes], str]
    mend: Callable[[str], bool]

    def keep(self, name: str, file: bytes) -> str:
        return sticks.keep(name, file)


def diagnosis_at_work(
    opened: Opened, config: Config, world: World, counter: Counter, send: Callable[[bytes], str]
) -> Diagnosis:
    """The diagnosis of this very program."""
    store, rules = opened.store, counter.in_force
    machine, shop = LocalMachine(config.folder), OpenStoreProbe(store, opened.secrets, opened.mirror.lag)

    def probes() -> Probes:
        line = LineProbe(
            lambda: config.centre or CENTRE.kept(store) or "", config.ca_file, lambda: rules.keyset().feed,
            world.clock, world.randomness,
        )  # fmt: skip
        return Probes(world.clock, machine, shop, line, PrinterAtWork(config.printer))

    mending = Repairs(config.folder)
    keep_contact(config.folder, store)
    return Diagnosis(
        probes, store, counter.journal.write, counter.events, DoctorActions(send, mending.mend), world.start
    )


def keep_contact(folder: Path, store: Store) -> None:
    """Beside the store, so that a support file can be sealed when it does not open; a disk in trouble stops nobody."""
    rules = in_force(store)
    with suppress(KioskError, OSError):
        me = rules.statement()
        support_contact.keep(
            folder, support_contact.Contact(me.device.hex(), me.epoch, rules.keyset().seal_x25519.hex())
        )
