"""The search box on a million requests, over a mix of what operators type, beside one look-up by index."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from storage.db.engine import Database
from storage.opening import DATABASE
from tests.bench.figures import Figure, at, median
from tests.harness import million_requests
from tests.harness.enrolled_store import acknowledge
from tests.harness.fakes.fake_keystore import FakeKeystore

MIX: Final = ("national ID", "receipt", "mobile", "four parts", "two parts", "fragment", "a miss")


def run(*, quick: bool) -> list[Figure]:
    count = 50_000 if quick else 1_000_000
    folder = Path(mkdtemp(prefix="manfaz-bench-"))
    keystore = FakeKeystore()
    opened = million_requests.build(folder, count, keystore)
    try:
        acknowledge(opened.store, count)
        asked = {kind: some for kind, some in million_requests.questions(count).items() if kind in MIX}
        taken: dict[str, list[float]] = {}
        for _ in range(2):  # cold, then warm
            taken = {
                kind: [_ms(lambda q=query: opened.store.requests.search(q)) for query in some]
                for kind, some in asked.items()
            }
        connection = Database(folder / DATABASE, opened.secrets.database_key(database_exists=True)).reader()
        sql = "SELECT id FROM request WHERE listed = 1 AND national_id = ? ORDER BY id DESC LIMIT 50"
        floor = median(
            [_ms(lambda q=query: connection.execute(sql, (q.text,)).fetchall()) for query in asked["national ID"]]
        )
        connection.close()
    finally:
        opened.close()
        shutil.rmtree(folder)
    worst = ", ".join(f"{kind} {at(some, 0.95):.1f}" for kind, some in taken.items())
    mixed = [ms for kind in taken for ms in (taken[kind] * 100)[:100]]  # each kind weighs the same
    p95 = at(mixed, 0.95)
    note = f"bare look-up by index {floor:.2f} ms p50; p95 by kind: {worst}"
    return [Figure("search", f"search in {count:,} rows, p95 of the mix", p95, None, "ms", p95, 15, 10, note=note)]


def _ms(ask: object) -> float:
    assert callable(ask)
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
