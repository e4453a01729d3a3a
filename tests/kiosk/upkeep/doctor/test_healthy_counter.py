from __future__ import annotations

import hashlib
from pathlib import Path

from kiosk.upkeep.doctor import check_runner, diagnosis
from protocol.texts import LANGUAGES, table
from tests.kiosk.upkeep.doctor.doctor_bench import Bench


def test_a_healthy_counter_is_silent(bench: Bench) -> None:
    results = bench.run()
    assert {result.check.number: (result.state, result.reason, result.text) for result in results
            if result.state not in ("ok", "skipped")} == {}  # fmt: skip
    assert diagnosis.exit_code(results) == diagnosis.CLEAN


def test_what_nobody_can_know_is_skipped_with_its_reason(bench: Bench) -> None:
    assert {result.check.number: result.reason for result in bench.run() if result.state == "skipped"} == {
        5: "no_previous"
    }


def test_checks_are_numbered_without_gaps(bench: Bench) -> None:
    assert [check.number for check in check_runner.CHECKS] == list(range(1, 42))
    assert len({check.id for check in check_runner.CHECKS}) == 41


def test_every_check_has_its_words_in_both_languages() -> None:
    keys = {f"doctor.{check.id}.title" for check in check_runner.CHECKS}
    for check in check_runner.CHECKS:
        keys |= {f"doctor.{text}.{part}" for text in check.texts or (check.id,) for part in ("found", "why", "do")}
    assert keys <= set(table())
    assert all(table()[key][language] for key in keys for language in LANGUAGES)


def _state(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_checking_changes_nothing(bench: Bench) -> None:
    before = _state(bench.data)
    bench.run()
    after = _state(bench.data)
    beside = {name: after.pop(name, "") for name in ("kiosk.db-wal", "kiosk.db-shm")}
    assert after == before
    assert beside["kiosk.db-wal"] in ("", hashlib.sha256(b"").hexdigest()), "SQLite's own, and empty"


def test_it_looks_beside_a_counter_at_work(bench: Bench) -> None:
    with bench.opened():
        assert bench.found() == {}
