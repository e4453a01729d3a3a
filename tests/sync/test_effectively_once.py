"""Whatever the line, the power or the centre's disk do, each record counts once and in order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from protocol.override import override
from protocol.wire import wire
from sync.line import NoAnswer, Raw
from tests.harness.sync_party import STRANGER, pair

POINTS = ("push.before", "push.sent", "ack.received", "ack.stored", "feed.applied")


class PowerCut(BaseException):
    """The process is gone."""


class Cutter:
    """Milestones at which the power goes."""

    def __init__(self) -> None:
        self.at: str | None = None

    def pass_(self, name: str) -> None:
        if name == self.at:
            self.at = None
            raise PowerCut


class Line(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        self.centre, self.line, self.kiosk = pair(seed)
        self.cutter = Cutter()
        self.kiosk.milestones = self.cutter
        self.kiosk.restart()
        self.sold = self.rolled_back = 0
        self.old: list[Raw] = []

    @rule(count=st.integers(1, 5))
    def sell(self, count: int) -> None:
        self.kiosk.sell(count)
        self.sold += count

    @rule(fault=st.sampled_from(["well", "no request", "no answer", "portal", "forged", "old", "500", "413", "busy"]))
    def step(self, fault: str) -> None:
        self.line.before = self._refuse if fault == "no request" else lambda _: None
        self.line.after = lambda target, raw: self._bend(fault, target, raw)
        pause = self.kiosk.cycle.step()
        assert 0 <= pause.seconds <= 6 * 3600 + 900
        self.kiosk.clock.pass_ms(int(pause.seconds * 1000) + 1)

    @staticmethod
    def _refuse(_target: str) -> None:
        raise NoAnswer("offline", "connection")

    def _bend(self, fault: str, target: str, raw: Raw) -> Raw:
        if raw.content_type == wire.ACK:
            self.old.append(raw)
        if fault == "no answer":
            raise NoAnswer("offline", "timeout", slow=True)
        if fault == "forged" and target == wire.PATH_JOURNAL:
            return self.centre.ack(signer=STRANGER)
        if fault == "old" and target == wire.PATH_JOURNAL:
            return self.old[0]
        canned = {
            "portal": Raw(200, {"content-type": "text/html"}, b"<html>"),
            "500": Raw(500, {}, b""), "413": Raw(413, {}, b""), "busy": Raw(503, {"retry-after": "-1"}, b""),
        }  # fmt: skip
        return canned.get(fault, raw)

    @rule(point=st.sampled_from(POINTS))
    def power_cut(self, point: str) -> None:
        self.line.before, self.line.after = lambda _: None, lambda _, raw: raw
        self.cutter.at = point
        try:
            for _ in range(4):
                self.kiosk.cycle.step()
        except PowerCut:
            self.kiosk.restart()
        self.cutter.at = None

    @precondition(lambda self: self.centre.records and self.rolled_back < 2)
    @rule(data=st.data())
    def restore_the_centre(self, data: Any) -> None:
        keep = data.draw(st.integers(0, len(self.centre.records)))
        for seq in [seq for seq in self.centre.records if seq > keep]:
            del self.centre.records[seq]
            self.centre.effects.remove(seq)
        self.rolled_back += 1
        self.old.clear()  # what the lost centre signed would be older than its restored word
        self.kiosk.clock.pass_ms(1000)

    @invariant()
    def each_counts_once_and_in_order(self) -> None:
        effects = self.centre.effects
        assert effects == sorted(set(effects))
        assert sorted(self.centre.records) == list(range(1, len(self.centre.records) + 1))

    @invariant()
    def nothing_is_believed_sent_that_the_centre_never_had(self) -> None:
        if not self.rolled_back:
            assert self.kiosk.hwm <= len(self.centre.records)

    @override
    def teardown(self) -> None:
        if not hasattr(self, "kiosk"):
            return
        self.line.before, self.line.after = lambda _: None, lambda _, raw: raw
        self.kiosk.sell()
        self.kiosk.clock.pass_ms(30_000_000)
        self.kiosk.settle(400)
        assert self.kiosk.hwm == self.sold + 1
        assert self.centre.effects == list(range(1, self.sold + 2))
        sent = [item.record.pack() for item in self.kiosk.store.journal.export(1)]
        assert [self.centre.records[seq] for seq in sorted(self.centre.records)] == sent


Line.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestEffectivelyOnce = pytest.mark.slow(pytest.mark.timeout(180)(Line.TestCase))
