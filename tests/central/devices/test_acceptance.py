"""The reports of technicians at the centre."""

from __future__ import annotations

from typing import Any

import pytest

from central.devices import reports
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.wire.acceptance import ACCEPTANCE, sign_report
from tests.harness.centre_process import CentreProcess
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device


def said(device: Device, /, **more: Any) -> dict[str, Any]:
    base = {"v": 1, "device": device.statement.device_text, "epoch": device.statement.epoch, "ended_ms": 7}
    return {**base, "result": "ready", **more}


def keep(office: OwnCentre, device: Device, document: bytes) -> dict[str, Any]:
    return office.act(reports.keep_acceptance, office.standing(device), document)


def test_a_report_is_kept_once_and_the_newest_is_shown(office: OwnCentre) -> None:
    device = office.enrol()
    first, second = (sign_report(said(device, ended_ms=n), device.signer) for n in (7, 8))
    for document in (first, first, second):
        keep(office, device, document)
    with office.store.reading() as session:
        rows = reports.acceptances(session, 10)
        newest = reports.newest_acceptance(session, device.chain.device)
        nobody = reports.newest_acceptance(session, bytes(16))
    assert [(row["ended_ms"], row["result"]) for row in rows] == [(8, "ready"), (7, "ready")]
    assert (newest, nobody) == (second, None)


def test_a_counter_that_never_ends_reporting_fills_nothing(office: OwnCentre) -> None:
    device, other = office.enrol(), office.enrol()
    keep(office, other, sign_report(said(other), other.signer))
    for n in range(reports.KEPT + 3):
        keep(office, device, sign_report(said(device, ended_ms=n), device.signer))
    rows = office.read(reports.acceptances, 1000)
    assert len(rows) == reports.KEPT + 1, "the other one's stays"
    assert rows[0]["ended_ms"] == reports.KEPT + 2


@pytest.mark.parametrize(
    "bad", [{"device": "x"}, {"epoch": 9}, {"result": "fine"}, {"ended_ms": "7"}, {"ended_ms": None}]
)
def test_a_report_of_another_or_of_another_form_is_refused(small: OwnCentre, bad: dict[str, Any]) -> None:
    device = small.enrol()
    with pytest.raises(Forged):
        keep(small, device, sign_report(said(device, **bad), device.signer))


def test_a_report_that_another_key_signed_is_refused(small: OwnCentre) -> None:
    device, other = small.enrol(), small.enrol()
    with pytest.raises(Forged):
        keep(small, device, sign_report(said(device), other.signer))


def test_a_device_sends_its_own_and_no_other(centre: CentreProcess, device: Device) -> None:
    good = sign_report(said(device), device.signer)
    answer, _ = device.send("POST", "/v1/acceptance", good, media="application/vnd.dsse+json", key="acc-1")
    assert (answer.status_code, answer.json()) == (200, {"state": "kept"})
    forged = trust.seal_object(ACCEPTANCE, said(device, device="x"), device.signer)
    answer, _ = device.send("POST", "/v1/acceptance", forged, media="application/vnd.dsse+json", key="acc-2")
    assert answer.status_code == 400
    assert centre.cli("acceptance", "list")[0]["device"] == device.statement.device_text
