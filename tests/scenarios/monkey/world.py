"""What comes over the counter while somebody presses: late threads, the printer, the centre's words, the clock."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QApplication

from kiosk.core.events import SyncChanged
from kiosk.model.service_request import Query
from protocol.clock import DAY_MS, HOUR_MS
from tests.harness import shop
from tests.scenarios.monkey.acts import HANDS, Acts

FEED: Final = ("decision", "decision", "settings", "operators", "catalogue", "notice", "float", "order")
JUMPS_MS: Final = (60_000, HOUR_MS, 5 * HOUR_MS, 13 * HOUR_MS, DAY_MS, -HOUR_MS, -DAY_MS, 20 * DAY_MS)


class AllActs(Acts):
    version = 1
    jumped = False
    """Whether the clock has gone so far that the counter forgets what is old."""

    # ---- the counter's own threads

    def slow_disk(self) -> object:
        self.house.hold = True
        return ""

    def slow_line(self) -> object:
        self.house.hold_slow = True
        return ""

    def step(self) -> object:
        self.house.one(self.chance.choice((self.house.works, self.house.slow)))
        return ""

    def release(self) -> object:
        self.house.let_go()
        return ""

    def turn(self) -> object:
        QApplication.processEvents()
        return ""

    # ---- the printer

    def printer(self) -> object:
        self.house.printer = self.chance.choice(("ok", "ok", "away", "breaks"))
        return self.house.printer

    def prints(self) -> object:
        self.house.print_some(self.chance.randrange(1, 6))
        return ""

    # ---- the centre

    def line(self) -> object:
        line = self.house.line
        line.up, line.state = not line.up, self.chance.choice(("", "", "portal", "server_down", "clock_wrong"))
        self.house.shop.counter.events.publish(SyncChanged())
        return line.up

    def acknowledged(self) -> object:
        tail = self.house.sql.journal.tail()
        self.house.ack(self.chance.randint(tail.hwm, tail.chain.seq))
        return ""

    def leased(self) -> object:
        days = self.chance.choice((-1, 3, 10, 30))
        self.house.lease(self.house.shop.clock.wall_ms() + days * DAY_MS)
        return days

    def feed(self) -> object:
        what = self.chance.choice(FEED)
        self.version += 1
        if what == "decision":
            self._decision()
        elif what == "notice":
            text = {"ar": f"خبر {self.version}", "en": f"News {self.version}"}
            self.house.page({"kind": "notice", "text": text, "at_ms": self._now_ms() + self.version})
        elif what == "float":
            money = {"balance_pt": self.chance.choice((10, 90_000, 5_000_000)), "warn_pt": 20_000}
            place = {"epoch": 1, "seq": self.house.sql.journal.tail().hwm, "at_ms": self._now_ms()}
            self.house.page({"kind": "float", **money, **place})
        elif what == "order":
            self.house.order(self.chance.choice(("suspended", "resumed", "resumed")))
        else:
            made = {"settings": shop.settings, "operators": shop.operators, "catalogue": shop.catalogue}[what]
            self.house.document(what, made(self.version))
        return what

    def _decision(self) -> None:
        sold = list(self.house.sql.requests.search(Query(limit=-1)))
        if not sold:
            return
        one = self.chance.choice(sold)
        proof = self.house.sql.journal.hash_at(one.seq)
        assert proof is not None
        status = self.chance.choice(("rejected", "accepted", "arrived", "completed"))
        why = {"status": status, "code": "R7", "reason": {"ar": "سبب", "en": "why"}, "at_ms": self._now_ms()}
        place = {"epoch": one.epoch, "seq": one.seq, "entry_hash": proof.hex(), "id": one.id}
        self.house.page({"kind": "decision", **place, **why})

    def _now_ms(self) -> int:
        return self.house.shop.clock.wall_ms()

    def clock(self) -> object:
        ms, clock = self.chance.choice(JUMPS_MS), self.house.shop.clock
        self.jumped = self.jumped or abs(ms) >= DAY_MS
        if 0 < ms <= DAY_MS:
            clock.pass_ms(ms)
        else:
            clock.wall += ms
        return ms


WORLD: Final = {
    "slow_disk": 4, "slow_line": 2, "step": 6, "release": 6, "turn": 8, "printer": 2, "prints": 6, "line": 2,
    "acknowledged": 3, "leased": 1, "feed": 5, "clock": 0.8,
}  # fmt: skip
WEIGHTS: Final = {**HANDS, **WORLD}
