"""What is asked while a citizen waits goes by the index that leaves few rows, however many requests there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.model.service_request import Request
from kiosk.ports.store import RequestReader
from storage.db.connections import Readers
from tests.harness.enrolled_store import enrolled, sell
from tests.harness.fakes.fake_keystore import FakeKeystore

QUESTIONS: dict[str, Callable[[RequestReader, Request], object]] = {
    "ix_request_national_id": lambda requests, row: requests.same_day(row.national_id, row.service_id, row.date),
    "ix_request_date": lambda requests, row: requests.used(row.date, "9999-12-31"),
}
WIDE: Final = {"ix_request_service_id", "ix_request_date"}


@pytest.mark.parametrize("index", QUESTIONS)
def test_a_question_goes_by_the_index_that_leaves_few(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    """Not by the service: of one service there may be a million."""
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    asked: list[tuple[str, Sequence[object]]] = []
    ask = Readers.ask

    def noted(self: Readers, sql: str, arguments: Sequence[object]) -> list[Any]:
        asked.append((sql, arguments))
        return ask(self, sql, arguments)

    monkeypatch.setattr(Readers, "ask", noted)
    assert QUESTIONS[index](opened.store.requests, row)
    [(sql, arguments)] = asked
    with opened.store.looking() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
    told = [step[-1] for step in plan]
    assert any(f"{index} (" in step for step in told), told
    assert not any(f"{other} " in step for step in told for other in WIDE - {index}), told
    opened.close()
