"""What shops ask the centre to agree to, by the line and by telephone."""

from __future__ import annotations

import uuid

import pytest

from central.requests import approvals
from central.staff.acts import Role
from protocol.values.telephone import ApprovedFacts
from tests.central.requests.test_approvals import ask, asked
from tests.harness.console_desk import Browser, Desk
from tests.harness.wire_device import Device

PATH = "/staff/support/agree"


@pytest.fixture
def support(desk: Desk) -> Browser:
    return desk.person("tarek", Role.SUPPORT)


@pytest.mark.parametrize("decision", ["granted", "denied"])
def test_what_a_shop_asks_is_answered_once(desk: Desk, support: Browser, device: Device, decision: str) -> None:
    one = asked(desk.office, device)
    page = support.get(PATH)
    assert one.id in page.text
    support.post(f"{PATH}/{one.id}", decision="perhaps")
    assert support.status == 409
    support.post(f"{PATH}/{one.id}", decision=decision)
    assert support.status == 200
    found = desk.office.read(approvals.at, one.device, one.epoch, one.seq)
    assert found is not None
    assert (found.state, found.staff) == (decision, "tarek")
    support.post(f"{PATH}/{one.id}", decision="denied" if decision == "granted" else "granted")
    assert support.status == 409


def test_a_code_is_read_out_for_what_was_heard_and_for_nothing_else(
    desk: Desk, support: Browser, device: Device
) -> None:
    one = asked(desk.office, device)
    form = support.get(PATH).form(f"{PATH}/telephone")
    support.post(f"{PATH}/telephone", form, approval=one.id, check="AAAA-AAAA")
    assert support.status == 409
    page = support.post(f"{PATH}/telephone", form, approval=one.id, check=one.facts.check())
    assert "Read out this code" in page.text
    support.post(f"{PATH}/telephone", form, approval=one.id, check=one.facts.check())
    assert support.status == 409


def test_what_has_not_arrived_is_told_as_the_shop_reads_it(desk: Desk, support: Browser, device: Device) -> None:
    desk.office.arrive(device)
    seq = ask(device, what="void", of=5, amount_pt=8_000)
    name = str(uuid.UUID(bytes=device.chain.device))
    check = ApprovedFacts(name, 1, seq, "void", 5, 8_000).check()
    form = support.get(PATH).form(f"{PATH}/telephone")
    number = f"{device.chain.device.hex()[:8]}-{seq}"
    support.post(f"{PATH}/telephone", form, approval=number, check=check)
    assert support.status == 404
    said = {"approval": number, "check": check, "what": "void", "of": "5", "amount": "80"}
    page = support.post(f"{PATH}/telephone", {**form, **said})
    assert "Read out this code" in page.text, page.text


@pytest.mark.parametrize("check", ["", "-"])
def test_a_check_that_says_nothing_gives_no_code(desk: Desk, support: Browser, device: Device, check: str) -> None:
    one = asked(desk.office, device)
    form = support.get(PATH).form(f"{PATH}/telephone")
    assert "Read out this code" not in support.post(f"{PATH}/telephone", form, approval=one.id, check=check).text
    assert desk.office.read(approvals.find, one.id).state == "asked"


def test_a_denial_is_overridden_by_two(desk: Desk, support: Browser, device: Device) -> None:
    one = asked(desk.office, device, what="void", of=5, amount_pt=50_000)
    support.post(f"{PATH}/{one.id}", decision="denied")

    def call(by: Browser) -> str:
        form = by.get(PATH).form(f"{PATH}/telephone")
        return by.post(f"{PATH}/telephone", form, approval=one.id, check=one.facts.check()).text

    for _ in range(2):
        assert "Read out this code" not in call(support)
    assert desk.office.read(approvals.find, one.id).state == "denied"
    assert "Read out this code" in call(desk.person("nour", Role.SUPPORT))
    assert desk.office.read(approvals.find, one.id).staff == "nour"


def test_another_governorates_shop_asks_somebody_else(desk: Desk, device: Device) -> None:
    one, other = asked(desk.office, device), desk.person("hala", Role.SUPPORT, governorates=("GIZ",))
    assert one.id not in other.get(PATH).text
    other.post(f"{PATH}/{one.id}", decision="granted")
    assert other.status == 404
    assert "Nothing waits for you now." in other.get("/staff").text


def test_used_up_codes_are_renewed(desk: Desk, support: Browser, device: Device) -> None:
    form = support.get(PATH).form(f"{PATH}/renewal")
    support.post(f"{PATH}/renewal", form, device=device.chain.device.hex()[:8])
    assert support.status == 200
    assert desk.office.row("SELECT n FROM telephone").n == 2
