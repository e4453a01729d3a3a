"""An updater as the counter puts it together, and what a version on trial has to show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sync.signed_releases
from kiosk import VERSION
from kiosk.main import upkeep_wiring
from kiosk.model.paper_sheet import Content
from kiosk.upkeep.updates.update_parts import Installed, Release
from protocol.errors import Corrupt, Unavailable
from starter import pointer
from starter.launch import PROGRAM
from storage.db.upgrade import HEAD
from storage.opening import Opened
from sync.release_sources import FolderLine, WebLine
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.release_publisher import NOW_MS, Publisher
from tests.harness.shop import Shop
from tests.harness.tiny_program import Program


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    made = open_house(tmp_path / "data", FakeKeystore())
    yield made
    made.close()


# ---- which version runs


def test_what_runs_is_known_by_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PROGRAM, raising=False)
    assert upkeep_wiring.installed(tmp_path) is None
    program = Program(tmp_path)
    (program.program / "RUNTIME").write_text("r1\n")
    monkeypatch.setenv(PROGRAM, str(program.program))
    assert upkeep_wiring.installed(program.data) == Installed(program.data, "", VERSION, "r1", HEAD)
    mine = pointer.version_folder(program.data, "0.2.0") / "kiosk" / "main" / "upkeep_wiring.py"
    monkeypatch.setattr(upkeep_wiring, "__file__", str(mine))
    found = upkeep_wiring.installed(program.data)
    assert found is not None
    assert found.running == "0.2.0"


# ---- the updater of a counter


def test_an_updater_looks_in_the_signed_directory_and_keeps_what_it_came_to(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = Publisher(tmp_path)
    publisher.release("0.9.0", percent=100)
    monkeypatch.setattr(sync.signed_releases, "shipped_root", lambda: publisher.root)
    shop = Shop(opened.store)
    shop.clock.wall = NOW_MS
    ways = upkeep_wiring.UpdateActions(
        lambda: FolderLine(publisher.folder), lambda: False, lambda: False, lambda _: None, lambda: None
    )
    here = Installed(tmp_path / "data", "", "0.1.0", "", HEAD)
    updater = upkeep_wiring.make_updater(here, opened, shop.counter, ways)
    updater._updating.step(lambda: True)
    assert (updater.standing().phase, updater.standing().version) == ("DOWNLOADING", "0.9.0")
    updater.stop()


def bring(data: Path, root: bytes) -> None:
    assets = pointer.version_folder(data, "0.2.0") / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    (assets / "update_root.json").write_bytes(root)


def test_a_version_with_another_root_would_be_the_last_and_is_not_taken(tmp_path: Path, opened: Opened) -> None:
    data = tmp_path / "data"
    made = upkeep_wiring.tools(opened, data, _None(), lambda _: None, lambda: None)
    with pytest.raises(Corrupt, match="update_unfit"):
        made.rehearse("0.2.0", lambda: False)
    bring(data, b"the next one")
    with pytest.raises(Corrupt, match="update_unfit"):
        made.rehearse("0.2.0", lambda: False)
    history = data / "program" / "metadata" / "root_history"
    history.mkdir(parents=True)
    (history / "2.root.json").write_bytes(b"the next one")  # the holders' own signatures led there
    with pytest.raises(Unavailable, match="update_paused"):
        made.rehearse("0.2.0", lambda: False)


def test_a_copy_that_is_no_longer_wanted_is_thrown_away(tmp_path: Path, opened: Opened) -> None:
    bring(tmp_path / "data", sync.signed_releases.shipped_root())
    made = upkeep_wiring.tools(opened, tmp_path / "data", _None(), lambda _: None, lambda: None)
    with pytest.raises(Unavailable, match="update_paused"):
        made.rehearse("0.2.0", lambda: False)
    assert not (tmp_path / "data" / "program" / "rehearsal").exists()
    assert made.database_bytes() > 0


class _None:
    def newest(self, ring: str) -> Release | None:
        return None

    def fetch(self, release: Release, into: Path, go_on: Callable[[], bool]) -> Path:
        raise AssertionError


def test_a_line_that_was_never_made_is_closed_all_the_same() -> None:
    upkeep_wiring.LazyReleases(lambda: pytest.fail("not asked"), Path(), lambda: 0, str).close()
    line = upkeep_wiring.web_line("http://127.0.0.1:9", None)
    assert isinstance(line, WebLine)
    line.close()


# ---- the proofs of a trial


def draw(content: Content, copy: int) -> bytes:
    return b"dots"


def test_a_version_that_is_well_shows_all_five(opened: Opened) -> None:
    painted = threading.Event()
    painted.set()
    proofs = upkeep_wiring.proofs(opened, draw, painted)
    assert list(proofs) == ["window", "database", "entries", "vault", "receipt"]
    for proof in proofs.values():
        proof()


def test_each_that_is_missing_is_named(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_wiring, "PAINTED_S", 0.0)
    proofs = upkeep_wiring.proofs(opened, lambda _content, _copy: b"", threading.Event())
    with pytest.raises(Unavailable, match="selftest_late"):
        proofs["window"]()
    with pytest.raises(Corrupt, match="selftest_picture"):
        proofs["receipt"]()
