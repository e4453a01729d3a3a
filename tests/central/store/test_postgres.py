"""What only a server can do: go away and come back."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest

from central.documents import feed
from central.store.postgres_store import PostgresStore
from protocol.errors import Unavailable
from protocol.wire.feed_items import ApprovalItem
from tests.harness.centre_process import free_port
from tests.harness.own_centre import make_centre
from tests.harness.postgres_server import Postgres

pytestmark = pytest.mark.postgres


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(Unavailable, match="database_away"):
        PostgresStore(f"postgresql://postgres@127.0.0.1:{free_port()}/none")


def test_connections_cut_by_the_server_are_replaced(postgres: Postgres) -> None:
    store = PostgresStore(postgres.database("cut", "ready"))
    with psycopg.connect(postgres.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'cut'")
    with pytest.raises(Unavailable, match="database_away"), store.reading() as session:
        session.one("SELECT 1")
    with store.reading() as session:
        assert session.one("SELECT 1") == (1,)
    store.close()


def test_more_threads_than_connections_wait_their_turn(postgres: Postgres) -> None:
    store = PostgresStore(postgres.database("turns", "ready"), connections=2)
    seen: list[int] = []

    def read() -> None:
        with store.reading() as session:
            row = session.one("SELECT pg_backend_pid() FROM pg_sleep(0.01)")
            assert row is not None
            seen.append(row[0])

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) <= 2
    store.close()


def test_two_centres_starting_at_once_make_the_tables_once(postgres: Postgres) -> None:
    url, stores = postgres.database("twice"), []
    threads = [threading.Thread(target=lambda: stores.append(PostgresStore(url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 3
    for store in stores:
        store.close()


def test_a_store_closed_while_somebody_reads_closes_behind_him(postgres: Postgres) -> None:
    store = PostgresStore(postgres.database("closing", "ready"))
    with store.reading() as session:
        store.close()
        assert session.one("SELECT 1") == (1,)


def test_a_cursor_over_the_feed_skips_nothing_that_is_still_being_committed(postgres: Postgres, tmp_path: Path) -> None:
    """Its numbers are drawn under the lock of the device's row, so that they are committed in their order."""
    store = PostgresStore(postgres.database("cursor", "ready"))
    device = make_centre(store, tmp_path).enrol().chain.device
    drawn, go_on = threading.Event(), threading.Event()

    def put(name: str, *, slowly: bool) -> None:
        with store.writing() as session:
            feed.put(session, device, ApprovalItem(1, 1, "granted", name, 1))
            if slowly:
                drawn.set()
                assert go_on.wait(30)

    def read(after: int) -> feed.FeedPage:
        with store.reading() as session:
            return feed.page(session, device, after)

    begun = read(0).next
    slow = threading.Thread(target=put, args=("slow",), kwargs={"slowly": True})
    slow.start()
    assert drawn.wait(30)
    quick = threading.Thread(target=put, args=("quick",), kwargs={"slowly": False})
    quick.start()
    quick.join(0.5)
    assert read(begun).items == [], "the second waits, for its number would be the higher one"
    go_on.set()
    for thread in (slow, quick):
        thread.join()
    assert [item["by"] for item in read(begun).items] == ["slow", "quick"]
    store.close()
