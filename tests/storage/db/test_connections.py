"""The connections of one store: as many as there are threads that ask."""

from __future__ import annotations

from pathlib import Path

from protocol.program.loop import start_thread
from tests.harness.enrolled_store import enrolled, sell
from tests.harness.fakes.fake_keystore import FakeKeystore


def test_a_thread_that_is_over_leaves_no_connection(folder: Path, keystore: FakeKeystore) -> None:
    """Each batch of a long backlog is packed on a thread of its own: their files ran out in the end."""
    opened = enrolled(folder, keystore)
    sell(opened.store)
    before = len(opened.store._source.readers)
    seen: list[int] = []
    for _ in range(5):
        start_thread("pack", lambda: seen.append(len(opened.store.journal.unsent(0, 500, 1 << 20)))).join()
    assert seen == [1] * 5
    assert len(opened.store._source.readers) <= before + 1
    assert opened.store.journal.tail().chain.seq == 1
    opened.close()
