"""What is asked while a citizen waits goes by the index that leaves few rows, however many requests there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from storage.db.connections import Readers
from tests.harness.enrolled_store import enrolled, sell
from tests.harness.fakes.fake_keystore import FakeKeystore


def test_one_citizens_requests_are_found_by_the_citizen(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by the service or the day, of which there may be a million."""
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    asked: list[tuple[str, Sequence[object]]] = []
    ask = Readers.ask

    def noted(self: Readers, sql: str, arguments: Sequence[object]) -> list[Any]:
        asked.append((sql, arguments))
        return ask(self, sql, arguments)

    monkeypatch.setattr(Readers, "ask", noted)
    assert len(opened.store.requests.same_day(row.national_id, row.service_id, row.date)) == 1
    [(sql, arguments)] = asked
    with opened.store.looking() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
    told = [step[-1] for step in plan]
    assert any("ix_request_national_id (" in step for step in told), told
    assert not any("ix_request_service_id" in step or "ix_request_date" in step for step in told), told
    opened.close()
