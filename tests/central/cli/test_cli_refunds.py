"""`request refunds`, `request free`."""

from __future__ import annotations

from central.cli.console import EXIT_REFUSED
from central.requests import refunds
from central.requests.refunds import RequestKey
from protocol.journal.kj01 import EntryType
from tests.central.cli.test_cli import cli, device, office
from tests.central.money.test_refunds import pay
from tests.central.requests.test_shop_search import FEE, decide, sold, till
from tests.harness.centre_command import Cli
from tests.harness.centre_office import OPERATOR, Office
from tests.harness.centre_sales import void
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def test_holds_and_cases_are_listed_and_a_hold_is_taken_away(cli: Cli, office: Office, device: Device) -> None:
    other = till(office)
    record, one = sold(office, device)
    decide(office, one, "rejected")
    of = RequestKey(device.chain.device, 1, record.fields.seq, one)
    with office.store.writing() as session:
        refunds.hold(office.centre, session, office.standing(other), of, OPERATOR)
    (row,) = cli.ask("request", "refunds")
    assert (row["what"], row["request"], row["device"]) == ("held", one, other.name)
    assert cli.ask("request", "free", one) == {"id": one}
    assert cli.fails("request", "free", one)[0] == EXIT_REFUSED
    pay(office, device, of)
    pay(office, other, of)
    (row,) = cli.ask("request", "refunds")
    assert (row["what"], row["device"], row["detail"]["sold_by"]) == ("refund.twice", other.name, device.name)
    assert f"sold_by {device.name}" in cli.run("request", "refunds")[1], "for people, without a program's brackets"
    assert cli.fails("request", "decide", one, "approved")[0] == EXIT_REFUSED


def test_the_staff_see_what_nobody_stood_behind(cli: Cli, office: Office, device: Device) -> None:
    record, one = sold(office, device)
    void(device, record, one, total_pt=FEE)
    device.write(EntryType.ERASURE, {"v": 1, "kind": "erasure", "epoch": 1, "seq": record.fields.seq, "id": one})
    device.write(EntryType.REFUND, {"v": 1, "device": "no device", "epoch": 1, "seq": 2, "id": one, "total_pt": FEE})
    office.take(device, device.items)
    refund, voided = cli.ask("approval", "missing")
    assert (voided["what"], voided["amount_pt"], voided["device"]) == ("void", FEE, device.name)
    assert (voided["number"], refund["what"]) == (f"{device.name[:8]}-{record.fields.seq + 1}", "refund")
    assert voided["number"] in cli.run("approval", "missing")[1]
