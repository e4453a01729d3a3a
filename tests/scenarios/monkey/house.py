"""A counter on a real store, whose threads, printer and centre do what they are told, when they are told."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

from kiosk.model.paper_sheet import Content
from kiosk.model.store_changes import PutAttempts
from kiosk.ports.world import PrinterBroke
from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents import trust
from protocol.errors import Unavailable
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.override import override
from storage.db.sql_store import SqlStore
from tests.harness import shop
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.ui.upkeep.test_stick_page import Desk

NONCE: Final = "n" * 22
SIGNED: Final = {
    "settings": (trust.SETTINGS, shop.FEED), "operators": (trust.OPERATORS, shop.FEED),
    "catalogue": (trust.CATALOGUE, shop.CATALOGUE), "order": (trust.VERDICT, shop.FEED),
}  # fmt: skip
Queue = list[tuple[Future[Any], Callable[[], Any]]]


class House(FakeCounter):
    """`hold` and `hold_slow` keep back what is asked of storage and network. `spent_s` is what that took, processor
    and clock: on a counter it is not the screen's loop that does it.
    """

    def __init__(self, folder: Path) -> None:
        self._opened = open_house(folder, FakeKeystore())
        assert isinstance(self._opened.store, SqlStore)
        self.sql: SqlStore = self._opened.store
        super().__init__(store=self.sql)
        self.slow: Queue = []
        self.hold_slow = False
        self.spent_s = (0.0, 0.0)
        self.printer = "ok"
        self.stick = Desk()
        real = self.shop.counter
        self._inbound = InboundHandler(self.sql, real.journal, real.in_force, real.events)

    def close(self) -> None:
        self._opened.close()

    # ---- its threads

    @override
    def run(self, work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.works.append((future, work))
        if not self.hold:
            self.release()
        return future

    @override
    def run_slow(self, work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.slow.append((future, work))
        while self.slow and not self.hold_slow:
            self.one(self.slow)
        return future

    def one(self, queue: Queue) -> None:
        """The next thing that this thread was asked for."""
        if not queue:
            return
        future, work = queue.pop(0)
        processor, clock = time.thread_time(), time.perf_counter()
        try:
            result, error = work(), None
        except Exception as raised:  # noqa: BLE001 - a future keeps whatever came
            result, error = None, raised
        self.spent_s = (
            self.spent_s[0] + time.thread_time() - processor, self.spent_s[1] + time.perf_counter() - clock,
        )  # fmt: skip
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    @override
    def release(self) -> None:
        self.hold = False
        while self.works:
            self.one(self.works)

    def let_go(self) -> None:
        self.release()
        self.hold_slow = False
        while self.slow:
            self.one(self.slow)

    @property
    def quiet(self) -> bool:
        """Whether everything that was asked for has been answered."""
        return not (self.works or self.slow or self.hold)

    # ---- its printer

    def status(self) -> None:
        if self.printer == "away":
            raise Unavailable("printer", reason="offline")

    def send(self, _data: bytes) -> None:
        if self.printer == "breaks":
            raise PrinterBroke("printer_broke")

    def print_some(self, most: int) -> None:
        def painted(content: Content, copy: int) -> bytes:
            return b"paper"

        for _ in range(most):
            if not self.papers.print_next(self, painted):
                return

    # ---- its centre

    def _mine(self, **members: Any) -> dict[str, Any]:
        now = self.shop.clock.wall_ms()
        return {"v": 1, "device": str(uuid.UUID(bytes=shop.DEVICE)), "epoch": 1, "server_ms": now, **members}

    def ack(self, hwm: int) -> None:
        known = self.sql.journal.hash_at(hwm)
        if known is not None:
            self._inbound.acknowledged(self._signed(hwm, known))

    def _signed(self, hwm: int, known: bytes) -> bytes:
        return acknowledgement.sign(Ack(shop.DEVICE, 1, hwm, known, self.shop.clock.wall_ms()), shop.ACK)

    def lease(self, until_ms: int) -> None:
        hwm = self.sql.journal.tail().hwm
        held = base64.b64encode(self._signed(hwm, self.sql.journal.hash_at(hwm) or b"")).decode()
        told = self._mine(request_nonce=NONCE, lease_until_ms=until_ms, durable_hwm=hwm, ack=held)
        self._inbound.lease(trust.seal_object(trust.LEASE, told, shop.FEED), NONCE)

    def page(self, item: dict[str, Any]) -> None:
        """A page of the feed with one item."""
        after = self.sql.cursor()
        told = self._mine(request_nonce=NONCE, after=after, next=after + 1, more=False, items=[item])
        self._inbound.page(trust.seal_object(trust.FEED, told, shop.FEED), NONCE)

    def document(self, kind: str, members: dict[str, Any]) -> None:
        payload_type, signer = SIGNED[kind]
        sealed = json.loads(trust.seal_object(payload_type, members, signer))
        self.page({"kind": kind, "version": members.get("version", 0), "document": sealed})

    def forgive(self) -> None:
        """Wrong tries are forgotten, as with a new code from the centre."""
        for one in self.shop.counter.in_force.operators().values():
            used = "" if one.activation is None else one.activation.hash.hex()
            for of in (one.id, f"{one.id}/{used}"):
                self.sql.commit([], [PutAttempts(of, 0, 0, 0, b"")])

    def order(self, code: str) -> None:
        self.document("order", self._mine(code=code, seq=0, entry_hash="", request_nonce=""))
