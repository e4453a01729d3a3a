"""The generator of the benches makes databases that the program takes for its own."""

from __future__ import annotations

from pathlib import Path

from tests.harness import million_requests

COUNT = 1_200


def test_a_generated_database_opens_and_each_question_but_the_misses_finds_somebody(tmp_path: Path) -> None:
    opened = million_requests.build(tmp_path, COUNT)
    try:
        million_requests.sell_ms(opened.store, times=3)
        found = {
            t.kind: t.fewest for t in million_requests.measure(opened.store, million_requests.questions(COUNT, each=20))
        }
    finally:
        opened.close()
    assert found.pop("a miss") == 0
    assert all(found.values()), found


def test_the_filters_of_a_generated_database_find_what_was_put_in(tmp_path: Path) -> None:
    opened = million_requests.build(tmp_path, COUNT)
    try:
        most = {t.kind: t.most for t in million_requests.measure(opened.store, million_requests.narrowed())}
    finally:
        opened.close()
    assert all(most.values()), most
