"""A folder with a real store in it, enrolled as `tests.harness.shop` is, and kiosks opened on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.core.system_world import system_world
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.paper_sheet import Content
from kiosk.model.store_changes import PutFact
from kiosk.ports.world import Printer
from kiosk.printing.printer_choice import PrinterChoice
from storage.opening import Opened, open_store
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.shop import DEVICE_SEED, Shop
from ui.paper.printers import printer_of

NOWHERE = "http://127.0.0.1:9"
"""An address at which nobody answers."""


def render(content: Content, copy: int) -> bytes:
    return f"{content.number.rpartition('-')[2]}/{copy}".encode()


@dataclass
class Premises:
    """Where a kiosk stands: its folder, its keystore, its printer's folder."""

    root: Path
    keystore: FakeKeystore
    seq: int = 0
    """The journal number of the request that `sell` made."""
    printer: Printer | None = None
    centre: str | None = NOWHERE
    papers: Path = field(init=False)
    data: Path = field(init=False)

    def __post_init__(self) -> None:
        self.data, self.papers = self.root / "data", self.root / "papers"

    def store(self) -> Opened:
        return open_store(self.data, self.keystore, system_world())

    def enrol(self) -> None:
        self._with_shop(lambda _: None)

    def sell(self) -> None:
        def sale(shop: Shop) -> None:
            self.seq = shop.ready().counter.desk.record(shop.sale()).request.seq

        self._with_shop(sale)

    def _with_shop(self, work: Callable[[Shop], None]) -> None:
        opened = self.store()
        opened.secrets.put_signing_seed(1, DEVICE_SEED)
        opened.store.commit([], [PutFact("centre", NOWHERE.encode())])
        shop = Shop(opened.store, opened.mirror)
        work(shop)
        opened.close()

    def kiosk(self) -> Program:
        """A kiosk as `kiosk.main.startup` makes it; not opened yet."""
        world = system_world()
        printer = self.printer or printer_of(PrinterChoice("file", str(self.papers)))
        return Program(Config(self.data, printer, render, self.centre), world, lambda: self.keystore)
