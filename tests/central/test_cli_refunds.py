"""`request refunds`, `request free`."""

from __future__ import annotations

from central import refunds
from central.cli.console import EXIT_REFUSED
from central.refunds import Of
from tests.central.command import Cli
from tests.central.device import Device
from tests.central.local import OPERATOR, Office
from tests.central.test_cli import cli, device, office
from tests.central.test_neighbours import decide, sold, till
from tests.central.test_refunds import pay

__all__ = ["cli", "device", "office"]


def test_holds_and_cases_are_listed_and_a_hold_is_taken_away(cli: Cli, office: Office, device: Device) -> None:
    other = till(office)
    record, one = sold(office, device)
    decide(office, one, "rejected")
    of = Of(device.chain.device, 1, record.fields.seq, one)
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
