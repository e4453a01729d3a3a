"""Pilot shops, named by the staff: what is signed for them, who takes a release of theirs, who does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from central.centre import Centre, wall_ms
from central.documents import publishing
from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from protocol.documents.settings import read_settings
from protocol.documents.trust import payload
from protocol.rings import PILOT, place
from sync.release_sources import FolderLine
from sync.signed_releases import SignedReleases
from tests.central.releases.test_releases import Holders, held, quick
from tests.harness.centre_command import Cli
from tests.harness.centre_fleet import Fleet
from tests.harness.own_centre import Clock, OwnCentre

__all__ = ["held", "quick"]


def shops(cli: Cli, *names: str) -> None:
    for name in names:
        cli.ask("shop", "add", "--id", name)


@contextmanager
def inside(held: Holders) -> Iterator[OwnCentre]:
    """The same data, from the inside."""
    keys = KeyFiles(held.cli.data / "keys")
    store = SqliteStore(held.cli.data / "centre.db", keys.keys.database)
    try:
        clock = Clock(wall_ms())
        yield OwnCentre(
            Centre(store, keys, "x", "https://x", clock), clock, held.cli.data / "keys", held.cli.data / "root"
        )
    finally:
        store.close()


def ring_in_the_signed_settings(held: Holders, shop: str) -> str:
    with inside(held) as office, office.store.reading() as session:
        envelope = publishing.read(session, "settings", shop)
    assert envelope is not None
    return read_settings(payload(envelope)).updates.ring


def test_a_shop_is_named_and_put_back_in_signed_settings(held: Holders) -> None:
    shops(held.cli, "CAI-001", "CAI-002", "CAI-003")
    held.cli.ask("settings", "set", "--shop", "CAI-001", "updates.cap_mb=40")
    held.cli.ask("release", "pilot", "add", "CAI-001", "CAI-003", "--staff", "amal")
    assert [row["shop"] for row in held.cli.ask("release", "pilot", "list")] == ["CAI-001", "CAI-003"]
    assert [ring_in_the_signed_settings(held, f"CAI-00{n}") for n in (1, 2, 3)] == [PILOT, "", PILOT]
    held.cli.ask("release", "pilot", "remove", "CAI-001", "--staff", "badr")
    assert [row["shop"] for row in held.cli.ask("release", "pilot", "list")] == ["CAI-003"]
    assert ring_in_the_signed_settings(held, "CAI-001") == ""
    shown = held.cli.ask("settings", "show", "--shop", "CAI-001")
    assert shown["updates"] == {"window": [0, 0], "cap_mb": 40, "ring": ""}
    acts = [
        (row["staff"], row["act"], row["subject"]) for row in held.cli.ask("audit", "list") if "pilot" in row["act"]
    ]
    assert sorted(acts) == [
        ("amal", "release.pilot_added", "CAI-001"), ("amal", "release.pilot_added", "CAI-003"),
        ("badr", "release.pilot_removed", "CAI-001"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [(("add", "CAI-002", "CAI-001"), "pilot already"), (("add", "NONE"), "NONE"), (("remove", "CAI-002"), "no pilot")],
    ids=["twice", "unknown", "not one"],
)
def test_what_is_refused_changes_nothing(held: Holders, words: tuple[str, ...], says: str) -> None:
    shops(held.cli, "CAI-001", "CAI-002")
    held.cli.ask("release", "pilot", "add", "CAI-001")
    code, said = held.cli.fails("release", "pilot", *words)
    assert (code, says in said) == (3, True), said
    assert [row["shop"] for row in held.cli.ask("release", "pilot", "list")] == ["CAI-001"]


def offered(held: Holders, stick: Path, ring: str) -> str | None:
    """What a counter of that ring finds on a stick written now."""
    held.cli.ask("release", "export", str(stick))
    root = (stick / "metadata/1.root.json").read_bytes()
    found = SignedReleases(FolderLine(stick), root, stick / "cache", wall_ms).newest(ring)
    return found.version if found else None


def test_the_pilots_take_a_release_before_all_others(held: Holders, tmp_path: Path) -> None:
    shops(held.cli, "CAI-001")
    held.publish("1.2.0")
    assert "no pilot shops" in held.cli.fails("release", "promote", "1.2.0", "--ring", "0")[1]
    held.cli.ask("release", "pilot", "add", "CAI-001")
    assert held.cli.ask("release", "promote", "1.2.0", "--ring", "0")["all"] == 0
    assert [offered(held, tmp_path / f"a{ring}", ring) for ring in ("0", "1", "100")] == ["1.2.0", None, None]
    row = held.cli.ask("release", "list")[0]
    assert (row["pilots"], row["percent"], row["halted"]) == (True, 0, False)
    assert held.cli.fails("release", "promote", "1.2.0", "--ring", "0")[0] == 3
    held.cli.ask("release", "promote", "1.2.0", "--ring", "1")
    assert [offered(held, tmp_path / f"b{ring}", ring) for ring in ("0", "1", "10")] == ["1.2.0", "1.2.0", None]
    assert held.cli.fails("release", "promote", "1.2.0", "--ring", "0")[0] == 3


def test_what_was_never_let_out_reaches_no_pilot_by_being_resumed(held: Holders, tmp_path: Path) -> None:
    shops(held.cli, "CAI-001")
    held.publish("1.2.0")
    held.cli.ask("release", "pilot", "add", "CAI-001")
    held.cli.ask("release", "halt", "1.2.0")
    held.cli.ask("release", "resume", "1.2.0")
    assert offered(held, tmp_path / "stick", PILOT) is None


def test_how_many_are_reached_is_said(held: Holders) -> None:
    """A ring of one percent is nobody at a small centre, and somebody should see that."""
    with inside(held) as office:
        fleet = Fleet(office)
        shop = held.cli.ask("shop", "add", "--id", "ASW-001")["id"]
        for device in [device for n in range(200) if place(device := bytes([n]) * 16) >= 1_000][:4]:
            fleet.add(shop, device=device)
        fleet.add(held.cli.ask("shop", "add", "--id", "ASW-002")["id"], health={"version": "1.1.0"})
        fleet.add("ASW-002", state="suspended")
    held.publish("1.2.0")
    held.cli.ask("release", "pilot", "add", "ASW-002")
    assert held.cli.ask("release", "pilot", "list") == [{"shop": "ASW-002", "counters": 1, "versions": "1.1.0"}]
    reached = [
        held.cli.ask("release", "promote", "1.2.0", "--ring", ring)["reached"] for ring in ("0", "1", "10", "100")
    ]
    assert reached == [1, 1, 1, 5]
    held.publish("1.3.0")
    held.cli.run("release", "promote", "1.3.0", "--ring", "0", "--staff", "amal")
    _, out, _ = held.cli.run("release", "promote", "1.3.0", "--ring", "0", "--lang", "en", "--staff", "badr")
    assert "it reaches 1 of 5 counters" in out
