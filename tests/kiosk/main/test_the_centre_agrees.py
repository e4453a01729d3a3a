"""A shop of one person at a real centre, which agrees by the line and by telephone and knows what was done by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.aftercare.reversals import void_subject
from kiosk.main.program import Program
from kiosk.receiving.asked_of_centre import CentreQuestion
from kiosk.staff.centre_approvals import EXTENSION, Approver
from protocol.errors import Refused
from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import centre_with_shop
from tests.kiosk.main.test_every_service import until
from tests.kiosk.main.test_two_tills import device, sell, till

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.usefixtures("qapp")]


@pytest.fixture
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("agrees")) as running:
        yield running


@pytest.fixture
def kiosk(centre: CentreProcess, tmp_path: Path, qapp: QApplication) -> Iterator[Program]:
    opened = till(centre, tmp_path, "سارة محمود")
    yield opened
    opened.close()


def rows(centre: CentreProcess) -> dict[str, Any]:
    return {row["id"]: row for row in centre.cli("approval", "list")}


def number(kiosk: Program, asked: CentreQuestion) -> str:
    return f"{device(kiosk)[:8]}-{asked.seq}"


def answered(kiosk: Program, asked: CentreQuestion) -> bool:
    kiosk.counter.line.now()
    return kiosk.counter.approvals.at(asked.seq).state == "granted"


def test_a_void_by_the_line_and_an_extension_by_telephone(kiosk: Program, centre: CentreProcess) -> None:
    request = sell(kiosk)
    with pytest.raises(Refused, match="paper_needed"):
        kiosk.counter.reversals.void(request.id, "خطأ")
    asked = kiosk.counter.approvals.ask(void_subject(request))
    until(lambda: number(kiosk, asked) in rows(centre))
    centre.cli("approval", "grant", number(kiosk, asked), "--staff", "badr")
    until(lambda: answered(kiosk, asked))
    assert kiosk.counter.approvals.at(asked.seq).by == "badr"
    kiosk.counter.reversals.void(request.id, "خطأ", Approver(approval=asked.seq))

    until(kiosk.counter.approvals.by_telephone)
    longer = kiosk.counter.approvals.ask(EXTENSION)
    facts = kiosk.counter.approvals.facts(longer)
    told = centre.cli(
        "approval", "phone", number(kiosk, longer), "--what", facts.what, "--of", str(facts.of),
        "--amount-pt", str(facts.amount_pt), "--check", facts.check(),
    )  # fmt: skip
    assert kiosk.counter.approvals.tell(longer.seq, told["code"]).stands
    assert kiosk.counter.approvals.extend(longer.seq) > 0

    until(lambda: kiosk.counter.line.status().waiting == 0)
    until(lambda: all(row["state"] == "used" for row in rows(centre).values()))
    assert {row["what"]: row["way"] for row in rows(centre).values()} == {"void": "line", "extension": "telephone"}
    assert "approval.odd" not in [act["act"] for act in centre.cli("audit", "list")]
