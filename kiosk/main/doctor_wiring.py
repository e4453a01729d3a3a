"""Diagnosis put together for a counter at work: what it has open is looked at as it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.documents_in_force import in_force
from kiosk.model.facts import CENTRE
from kiosk.ports.store import Store
from kiosk.upkeep.doctor.check_result import Probes
from kiosk.upkeep.doctor.diagnosis import Diagnosis
from protocol.errors import KioskError
from storage.disk import sticks
from storage.probes import support_contact
from storage.probes.machine import LocalMachine
from storage.probes.repairs import Repairs
from storage.probes.store_probe import OpenStoreProbe
from sync.line_probe import LineProbe
from ui.paper.device_probe import PrinterAtWork

if TYPE_CHECKING:
    from kiosk.counter import Counter
    from kiosk.main.config import Config
    from kiosk.ports.world import World
    from storage.opening import Opened


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
