"""`approval …`, as the staff gives them."""

from __future__ import annotations

import pytest

from central.cli.console import EXIT_REFUSED
from central.requests import refunds
from central.requests.refunds import RequestKey
from protocol.journal.entries import EntryType
from protocol.values import links, telephone
from protocol.values.telephone import ApprovedFacts, CodeChain
from tests.central.cli.test_cli import cli, device, office
from tests.central.money.test_refunds import pay
from tests.central.requests.test_approvals import ask
from tests.central.requests.test_erasure import refused
from tests.central.requests.test_shop_search import FEE, decide, sold, till
from tests.harness.centre_command import Cli
from tests.harness.centre_sales import DAY, birth, sell, void
from tests.harness.own_centre import OPERATOR, OwnCentre
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def test_what_is_asked_is_listed_and_answered(cli: Cli, device: Device, office: OwnCentre) -> None:
    first, second = ask(device, "void", 3, 5_500), ask(device)
    office.take(device, device.items)
    cli.ask("work")
    listing = cli.ask("approval", "list", "--status", "asked")
    assert {(row["what"], row["amount"]) for row in listing} == {("void", "55.00"), ("extension", "0.00")}
    short = device.name[:8]
    assert cli.ask("approval", "grant", f"{short}-{first}", "--staff", "badr")["what"] == "void"
    assert cli.ask("approval", "deny", f"{short}-{second}")["id"] == f"{short}-{second}"
    assert cli.fails("approval", "grant", f"{short}-{first}")[0] == EXIT_REFUSED
    assert {row["state"]: row["staff"] for row in cli.ask("approval", "list")}["granted"] == "badr"
    assert [item["state"] for item in office.feed(device) if item["kind"] == "approval"] == ["granted", "denied"]


def test_a_code_for_what_has_not_arrived_takes_all_of_it_and_its_check(
    cli: Cli, device: Device, office: OwnCentre
) -> None:
    office.arrive(device)
    one = ApprovedFacts(device.name, 1, 41, "void", 17, 5_500)
    words = ("approval", "phone", f"{device.name[:8]}-41", "--what", "void", "--of", "17")
    assert cli.fails(*words[:3])[0] == EXIT_REFUSED
    assert cli.fails(*words, "--amount-pt", "5501", "--check", one.check())[0] == EXIT_REFUSED
    said = cli.ask(*words, "--amount-pt", "5500", "--check", one.check())
    [item] = [item for item in office.feed(device) if item["kind"] == "telephone"]
    chain = CodeChain(device.name, item["n"], item["tail"])
    assert links.follows(chain.link(said["code"], one), chain.tail, chain.name)
    assert said["left"] == telephone.LENGTH - 1
    assert cli.fails(*words[:3])[0] == EXIT_REFUSED, "what is here needs its check, too"
    assert cli.ask(*words[:3], "--check", one.check())["left"] == telephone.LENGTH - 2
    assert cli.ask("approval", "renew", device.name)["n"] == 2


def test_holds_and_cases_are_listed_and_a_hold_is_taken_away(cli: Cli, office: OwnCentre, device: Device) -> None:
    other = till(office)
    record, one = sold(office, device)
    decide(office, one, "rejected")
    of = RequestKey(device.chain.device, 1, record.fields.seq, one)
    office.act(refunds.hold, office.standing(other), of, OPERATOR)
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


def test_the_staff_see_what_nobody_agreed_to(cli: Cli, office: OwnCentre, device: Device) -> None:
    record, one = sold(office, device)
    void(device, record, one, total_pt=FEE)
    device.write(EntryType.ERASURE, {"v": 1, "kind": "erasure", "epoch": 1, "seq": record.fields.seq, "id": one})
    device.write(EntryType.REFUND, {"v": 1, "device": "no device", "epoch": 1, "seq": 2, "id": one, "total_pt": FEE})
    office.take(device, device.items)
    refund, voided = cli.ask("approval", "missing")
    assert (voided["what"], voided["amount_pt"], voided["device"]) == ("void", FEE, device.name)
    assert (voided["number"], refund["what"]) == (f"{device.name[:8]}-{record.fields.seq + 1}", "refund")
    assert voided["number"] in cli.run("approval", "missing")[1]


def test_the_days_of_a_till_are_listed_with_what_does_not_agree(cli: Cli, office: OwnCentre, device: Device) -> None:
    members = birth()
    sell(device, members)
    closed = {"v": 1, "op": OPERATOR, "date": str(DAY), "count": 1, "counted_pt": 5, "difference_pt": -1}
    device.write(EntryType.DAY_CLOSE, closed)
    office.take(device, device.items)
    (row,) = cli.ask("till", "days", device.name)
    assert (row["day"], row["count"], row["counted"], row["difference"]) == (str(DAY), 1, "0.05", "-0.01")
    assert row["known"]["sum_pt"] == members["total_pt"]
    assert "sum_pt" in row["agrees"]


def test_a_payment_is_taken_back_by_two(cli: Cli, device: Device) -> None:
    cli.ask("float", "pay", "--shop", "S1", "--amount-pt", "50000", "--reference", "B-1")
    words = ("float", "reverse", "--shop", "S1", "--reference", "B-1", "--because", "مبلغ خطأ")
    assert cli.ask(*words, "--staff", "amal") == {"shop": "S1", "reference": "B-1", "first": "amal"}
    assert cli.ask("float", "show", "--shop", "S1")["balance_pt"] == 50_000
    assert cli.fails(*words, "--staff", "amal")[0] == EXIT_REFUSED
    done = cli.ask(*words, "--staff", "badr")
    assert done == {"shop": "S1", "reference": "B-1", "first": "amal"}
    assert cli.ask("float", "show", "--shop", "S1")["balance_pt"] is None
    code, said = cli.fails(*words, "--staff", "badr", "--lang", "ar")
    assert (code, "\u2066B-1\u2069" in said) == (EXIT_REFUSED, True)


def test_a_float_is_paid_in_and_shown(cli: Cli, device: Device) -> None:
    paid = cli.ask("float", "pay", "--shop", "S1", "--amount-pt", "50000", "--reference", "B-1")
    assert paid == {"shop": "S1", "balance": "500.00"}
    assert cli.ask("float", "show", "--shop", "S1") == {"shop": "S1", "balance_pt": 50_000}
    code, _ = cli.fails("float", "pay", "--shop", "NONE", "--amount-pt", "1", "--reference", "x")
    assert code == EXIT_REFUSED


def test_a_citizens_data_is_erased_by_one_command_when_it_may_be(cli: Cli, device: Device, office: OwnCentre) -> None:
    members = birth()
    sell(device, members)
    office.take(device, device.items)
    cli.ask("work")
    code, said = cli.fails("request", "erase", members["id"])
    assert (code, "waits for a final decision" in said) == (EXIT_REFUSED, True)
    cli.ask("request", "decide", members["id"], "approved")
    assert cli.fails("request", "erase", members["id"])[0] == EXIT_REFUSED
    office.run("UPDATE request SET at_ms = 0")
    code, said = cli.fails("request", "erase", members["id"])
    assert (code, "backup" in said) == (EXIT_REFUSED, True)
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    assert cli.ask("request", "show", members["id"])["erased_ms"] is None
    assert cli.ask("request", "erase", members["id"])["id"] == members["id"]
    shown = cli.ask("request", "show", members["id"], "--personal")
    assert (shown["fields"], shown["erased_ms"] > 0) == ({}, True)
    [row] = cli.ask("request", "erased")
    assert (row["id"], row["device"], row["seq"], row["staff"], row["done"]) == (
        members["id"], device.name, 2, "second", "-"
    )  # fmt: skip
    assert "personal.erased" in [act["act"] for act in cli.ask("audit", "list")]
    assert office.feed(device)[-1]["kind"] == "erase"


def test_what_could_not_be_taken_is_erased_by_the_number_on_its_paper(
    cli: Cli, device: Device, office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.requests.erasure.retention_days", lambda _catalogues, _meant: 0)
    record = refused(office, device)
    number = f"{device.name[:8]}-{record.fields.seq}"
    assert cli.fails("request", "erase", f"{number}9")[0] == EXIT_REFUSED
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    assert cli.ask("request", "erase", number)["id"] == number
    [row] = cli.ask("request", "erased")
    assert (row["id"], row["done"]) == (number, "-")
