"""`till days`, `float pay`, `float show`."""

from __future__ import annotations

from central.cli.console import EXIT_REFUSED
from protocol.journal.kj01 import EntryType
from tests.central.cli.test_cli import cli, device, office
from tests.harness.centre_command import Cli
from tests.harness.centre_office import OPERATOR, Office
from tests.harness.centre_sales import DAY, birth, sell
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def test_the_days_of_a_till_are_listed_with_what_does_not_agree(cli: Cli, office: Office, device: Device) -> None:
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
