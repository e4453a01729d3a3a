"""`request erase` and its register, as the staff gives them."""

from __future__ import annotations

import pytest

from central.cli.console import EXIT_REFUSED
from tests.central.cli.test_cli import cli, device, office
from tests.central.requests.test_erasure import refused
from tests.harness.centre_command import Cli
from tests.harness.centre_office import Office
from tests.harness.centre_sales import birth, sell
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def test_a_citizens_data_is_erased_by_one_command_when_it_may_be(cli: Cli, device: Device, office: Office) -> None:
    members = birth()
    sell(device, members)
    office.take(device, device.items)
    cli.ask("work")
    code, said = cli.fails("request", "erase", members["id"])
    assert (code, "pending" in said) == (EXIT_REFUSED, True)
    cli.ask("request", "decide", members["id"], "approved")
    assert cli.fails("request", "erase", members["id"])[0] == EXIT_REFUSED
    with office.store.writing() as session:
        session.run("UPDATE request SET at_ms = 0")
    code, said = cli.fails("request", "erase", members["id"])
    assert (code, "backup" in said) == (EXIT_REFUSED, True)
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    assert cli.ask("request", "show", members["id"])["erased_ms"] is None
    assert cli.ask("request", "erase", members["id"], "--staff", "badr")["id"] == members["id"]
    shown = cli.ask("request", "show", members["id"], "--personal")
    assert (shown["fields"], shown["erased_ms"] > 0) == ({}, True)
    [row] = cli.ask("request", "erased")
    assert (row["id"], row["device"], row["seq"], row["staff"], row["done"]) == (
        members["id"], device.name, 2, "badr", "-"
    )  # fmt: skip
    assert "personal.erased" in [act["act"] for act in cli.ask("audit", "list")]
    assert office.feed(device)[-1]["kind"] == "erase"


def test_what_could_not_be_taken_is_erased_by_the_number_on_its_paper(
    cli: Cli, device: Device, office: Office, monkeypatch: pytest.MonkeyPatch
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
