"""What `make bench-peers` computes and counts, without the peers themselves."""

from __future__ import annotations

import json
import socket
import threading

from tests.bench.peers.install import HERE
from tests.bench.peers.kinto import _body
from tests.bench.peers.relay import Relay
from tests.bench.peers.table import Row, missed, ratio, table

OURS = Row("ours", (900.0, 3_000.0, 1_000.0), 341.6, None, None, "yes", "all")
SLOW = Row("slow", (90.0, 100.0, 400.0), 1_164.0, 10.0, None, "yes", "little")
FAST = Row("fast", (2_000.0,), 1_241.0, 1.0, 3.0, "no", "nothing")


def test_the_ratio_is_that_of_the_medians() -> None:
    assert (ratio(OURS, SLOW), ratio(OURS, FAST)) == (10, 0.5)


def test_what_just_reaches_its_limit_is_met() -> None:
    assert (missed([OURS, SLOW]), missed([OURS, SLOW, FAST])) == (0, 1)


def test_the_table_says_what_is_met_and_what_is_not() -> None:
    head, rule, *rows = table([OURS, SLOW, FAST]).splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert cells == [
        ["ours", "1,000 (900, 3,000)", "", "", "", "342", "yes", "all"],
        ["slow", "100 (90, 400)", "10.00 times", "≥ 10", "met", "1,164", "yes", "little"],
        ["fast", "2,000 (2,000, 2,000)", "0.50 times", "≥ 1 (aim 3)", "MISSED", "1,241", "no", "nothing"],
    ]
    assert len({len(line) for line in (head, rule, *rows)}) == 1


def test_the_relay_counts_both_ways() -> None:
    with socket.create_server(("127.0.0.1", 0)) as far:
        answering = threading.Thread(target=_answer, args=(far,))
        answering.start()
        with Relay(far.getsockname()[1]) as relay, socket.create_connection(("127.0.0.1", relay.port)) as near:
            near.sendall(b"a" * 300_000)
            near.shutdown(socket.SHUT_WR)
            assert b"".join(iter(lambda: near.recv(65536), b"")) == b"thanks"
        answering.join()
    assert (relay.up, relay.down) == (300_000, 6)


def _answer(far: socket.socket) -> None:
    line, _ = far.accept()
    with line:
        while line.recv(65536):
            pass
        line.sendall(b"thanks")


def test_the_relay_ends_with_a_line_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as far:
        with Relay(far.getsockname()[1]) as relay:
            near = socket.create_connection(("127.0.0.1", relay.port))
            kept, _ = far.accept()
        with near, kept:
            assert near.recv(1) == b""


def test_kinto_is_given_each_record_under_its_id() -> None:
    lines = ['{"id":"a","name":"منى"}', '{"id":"b"}']
    asked = json.loads(_body("/records", lines))
    assert [one["path"] for one in asked["requests"]] == ["/records/a", "/records/b"]
    assert [one["body"]["data"] for one in asked["requests"]] == [json.loads(line) for line in lines]


def test_no_lock_names_a_registry() -> None:
    assert "://" not in (HERE / "programs.lock").read_text(encoding="utf-8")
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert not [name for name, members in packages.items() if "resolved" in members]
    assert all("integrity" in members for name, members in packages.items() if name)
