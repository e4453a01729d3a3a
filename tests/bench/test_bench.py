"""The parts of the bench that take seconds give figures, and the wire keeps within its limits."""

from __future__ import annotations

from pathlib import Path

from kiosk.model.service_request import Decision, Draft, Query
from tests.bench import store, wire_bytes
from tests.bench.figures import Figure, at
from tests.harness import million_requests
from tests.harness.fakes.fake_world import NOON_MS


def test_a_record_is_small_on_the_wire() -> None:
    figures = wire_bytes.run(quick=True)
    assert all(figure.met for figure in figures), [figure.line() for figure in figures]


def test_statements_by_hand_ask_what_those_of_the_models_ask(tmp_path: Path) -> None:
    opened = million_requests.build(tmp_path, 60)
    try:
        last = opened.store.requests.search(Query(limit=1))[0]
        decision = Decision(last.epoch, last.seq, "rejected", "fee", "السبب", "Why", NOON_MS)
        half = Draft("half", last.operator, last.service_id, 3, {"name": "محمد"}, 10, 7)
        opened.store.commit([], [decision, half])
        assert len(store.beside_hand_written(opened, 1)) == 5
    finally:
        opened.close()


def test_a_missed_figure_says_so() -> None:
    assert Figure("x", "speed", 10, 100, "a second", 0.1, 0.25, more=True).line().startswith("MISSED")
    assert Figure("x", "time", 1, None, "ms", 1, 5).line() == "ok     time: 1 ms (limit ≤ 5)"


def test_a_share_of_values() -> None:
    assert (at([3, 1, 2, 4], 0.5), at([1], 0.99)) == (3, 1)
