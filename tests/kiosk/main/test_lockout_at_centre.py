"""A whole counter whose lease has lapsed: locked for everybody, sending and printing behind it, open by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.main.program import Program
from kiosk.model.service_request import PrintState
from kiosk.model.store_changes import PutFact
from protocol.errors import Refused
from tests.harness.centre_process import CentreProcess
from tests.harness.shop import PIN
from tests.harness.wire_device import centre_with_shop
from tests.kiosk.main.test_every_service import until
from tests.kiosk.main.test_two_tills import sell, till

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.usefixtures("qapp")]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("lockout")) as running:
        yield running


@pytest.fixture
def kiosk(centre: CentreProcess, tmp_path: Path, qapp: QApplication) -> Iterator[Program]:
    opened = till(centre, tmp_path, "سارة محمود")
    yield opened
    opened.close()


def lapse(kiosk: Program) -> None:
    """The lease has ended an hour ago."""
    ended = kiosk.counter.context.now_ms() - 3_600_000
    kiosk.counter.journal.write([], [PutFact("lease_until_ms", str(ended).encode())])


def test_the_line_opens_it_and_what_was_sold_is_printed_and_sent_meanwhile(
    kiosk: Program, centre: CentreProcess
) -> None:
    sold = sell(kiosk)
    lapse(kiosk)
    locked = kiosk.counter.lockout.locked()
    assert locked is not None
    assert (locked.why, locked.doubt) == ("lease", False)
    kiosk.counter.people.lock()
    with pytest.raises(Refused, match="screen_locked"):
        kiosk.counter.people.unlock(PIN)
    until(lambda: not kiosk.counter.papers.jobs((PrintState.WAITING, PrintState.SENDING)))
    kiosk.counter.line.now()
    until(lambda: kiosk.counter.lockout.locked() is None)
    kiosk.counter.people.unlock(PIN)
    until(lambda: kiosk.counter.line.status().waiting == 0)
    until(lambda: sold.id in [row["id"] for row in centre.cli("request", "list")])  # written behind the acknowledgement
    sell(kiosk, "01012345679")


def test_a_stick_opens_it(
    kiosk: Program, centre: CentreProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.at_work.line.stop()
    sell(kiosk)
    lapse(kiosk)
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr("kiosk.main.counter_at_work.sticks", lambda: [stick])
    assert kiosk.at_work.stick.out().entries > 0
    assert kiosk.counter.lockout.locked() is not None
    centre.cli("stick", "take", str(stick))
    kiosk.at_work.stick.bring()
    assert kiosk.counter.lockout.locked() is None


def test_a_suspended_one_is_locked_by_the_centre_and_opened_by_it(kiosk: Program, centre: CentreProcess) -> None:
    device = kiosk.counter.in_force.statement().device_text
    centre.cli("device", "suspend", device, "--staff", "amal")
    kiosk.counter.line.now()
    until(lambda: (found := kiosk.counter.lockout.locked()) is not None and found.why == "suspended")
    centre.cli("device", "resume", device, "--staff", "amal")
    kiosk.counter.line.now()
    until(lambda: kiosk.counter.lockout.locked() is None)
