"""Work by stick as an operator and a technician do it: a real store, a real centre, and a folder for the stick."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.main.cli import OK, REFUSED, UNAVAILABLE, main
from kiosk.main.commands import journal_command
from kiosk.main.program import Program
from kiosk.main.stick_desk import StickDesk
from kiosk.model.facts import LEASE_UNTIL_MS
from kiosk.model.service_request import Request
from kiosk.ports.world import StickAnswer
from protocol.clock import DAY_MS
from protocol.errors import Refused, Unavailable
from starter.files import sync_file
from tests.harness.centre_process import CentreProcess
from tests.harness.premises import Premises
from tests.harness.wire_device import centre_with_shop
from tests.kiosk.main.test_every_service import until
from tests.kiosk.main.test_two_tills import sell, till


def manfaz(premises: Premises, *words: str) -> int:
    return main(["--data", str(premises.data), *words])


def folder(premises: Premises, name: str = "فلاشة") -> Path:
    made = premises.root / name
    made.mkdir()
    return made


def test_the_command_writes_what_is_unsent(sold: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    stick = folder(sold)
    assert manfaz(sold, "stick", "out", str(stick)) == OK
    said = capsys.readouterr().out
    assert "Pictures of documents do not travel" in said
    assert "صور المستندات" in said
    (bundle,) = stick.iterdir()
    assert bundle.suffix == ".kjb"
    assert "محمد".encode() not in bundle.read_bytes()
    assert manfaz(sold, "stick", "in", str(stick)) == REFUSED
    assert ".kja" in capsys.readouterr().err
    opened = sold.store()
    assert opened.store.journal.tail().hwm == 0
    opened.close()


def test_no_stick_no_enrolment(premises: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    assert manfaz(premises, "stick", "out", str(folder(premises))) == REFUSED
    premises.enrol()
    assert manfaz(premises, "stick", "out", str(premises.root / "none")) == UNAVAILABLE
    assert "The stick could not be written" in capsys.readouterr().err


@pytest.fixture
def open_kiosk(sold: Premises) -> Iterator[Program]:
    opened = sold.kiosk()
    opened.open()
    yield opened
    opened.close()


def test_a_full_stick_leaves_nothing_and_the_next_is_tried(
    open_kiosk: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, roomy, facts = tmp_path / "full", tmp_path / "roomy", open_kiosk.counter.context.store.facts
    full.mkdir()
    roomy.mkdir()

    def no_room(file: Path) -> None:
        if file.parent == full:
            raise OSError(28, "No space left on device")
        sync_file(file)

    monkeypatch.setattr("starter.files.sync_file", no_room)
    monkeypatch.setattr("kiosk.main.counter_at_work.sticks", lambda: [full])
    with pytest.raises(Unavailable, match="stick_away"):
        open_kiosk.at_work.stick.out()
    assert list(full.iterdir()) == []
    assert "stick" not in facts()
    monkeypatch.setattr("kiosk.main.counter_at_work.sticks", lambda: [full, roomy])
    assert open_kiosk.at_work.stick.out().place.startswith(str(roomy))
    assert "stick" in facts()
    monkeypatch.setattr("kiosk.main.counter_at_work.sticks", list)
    with pytest.raises(Refused, match="stick_unplugged"):
        open_kiosk.at_work.stick.bring()


@pytest.fixture
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("stick")) as running:
        yield running


@pytest.fixture
def kiosk(centre: CentreProcess, tmp_path: Path, qapp: QApplication) -> Iterator[Program]:
    opened = till(centre, tmp_path, "سارة محمود")
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.usefixtures("qapp")
def test_five_days_without_a_line(
    kiosk: Program, centre: CentreProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: kiosk.counter.line.status().waiting == 0)
    kiosk.at_work.line.stop()  # from here on there is none
    centre.stop()
    store = kiosk.counter.context.store
    lease = LEASE_UNTIL_MS.kept(store) or 0
    requests = [sell(kiosk, f"0101234567{n}") for n in range(5)]
    later(monkeypatch, 5 * DAY_MS)
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr("kiosk.main.counter_at_work.sticks", lambda: [stick])
    assert kiosk.at_work.stick.out().entries >= 5
    assert kiosk.counter.line.status().waiting == 5
    centre.cli("stick", "take", str(stick))
    centre.cli("request", "decide", requests[0].id, "approved")
    centre.cli("stick", "take", str(stick))
    brought = kiosk.at_work.stick.bring()
    assert (brought.waiting, kiosk.counter.line.status().waiting) == (0, 0)
    assert (LEASE_UNTIL_MS.kept(store) or 0) >= lease + 5 * DAY_MS
    assert status_of(kiosk, requests[0]) == "approved"
    assert len(centre.cli("request", "list")) == 5
    with pytest.raises(Refused, match="other_file"):
        kiosk.at_work.stick.bring()


def later(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    """Days pass for counter and staff alike."""
    now_ns = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + ms * 1_000_000)


def status_of(kiosk: Program, request: Request) -> str:
    found = kiosk.counter.desk.requests.get(request.id)
    return found.decision.status if found is not None and found.decision is not None else ""


def test_the_desk_reads_the_first_stick_that_has_an_answer(tmp_path: Path) -> None:
    class Stick:
        answer_name = "a.kja"

        def bring(self, data: bytes) -> bytes:
            return data

    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "a.kja").write_bytes(b"answer")
    desk = StickDesk(Stick(), lambda: [tmp_path / "one", tmp_path / "two"])  # type: ignore[arg-type]
    assert desk.bring() == b"answer"  # type: ignore[comparison-overlap]
    assert desk.sticks() == [tmp_path / "one", tmp_path / "two"]


def test_an_old_answer_on_one_stick_does_not_stand_before_that_on_the_other(tmp_path: Path) -> None:
    class Stick:
        answer_name = "a.kja"

        def bring(self, data: bytes) -> bytes:
            if data != b"answer":
                raise Refused(data.decode())
            return data

    one, two = tmp_path / "one", tmp_path / "two"
    desk = StickDesk(Stick(), lambda: [one, two])  # type: ignore[arg-type]
    for stick in (one, two):
        stick.mkdir()
    (one / "a.kja").write_bytes(b"other_file")
    with pytest.raises(Refused, match="other_file"):
        desk.bring()
    (two / "a.kja").write_bytes(b"answer")
    assert desk.bring() == b"answer"  # type: ignore[comparison-overlap]
    (one / "a.kja").write_bytes(b"line_suspended")
    with pytest.raises(Refused, match="line_suspended"):
        desk.bring()


def test_the_command_says_what_came(capsys: pytest.CaptureFixture[str]) -> None:
    class Desk:
        def bring(self) -> object:
            return StickAnswer(4, 0)

    journal_command._carry(Desk(), "in", print)  # type: ignore[arg-type]
    assert "Records that arrived: 4" in capsys.readouterr().out
