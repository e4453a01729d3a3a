"""`approval …`, as the staff gives them."""

from __future__ import annotations

from central.cli.console import EXIT_REFUSED
from protocol.values import links, telephone
from protocol.values.telephone import ApprovedFacts, CodeChain
from tests.central.cli.test_cli import cli, device, office
from tests.central.requests.test_approvals import ask
from tests.harness.centre_command import Cli
from tests.harness.centre_office import Office
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def test_what_is_asked_is_listed_and_answered(cli: Cli, device: Device, office: Office) -> None:
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
    cli: Cli, device: Device, office: Office
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
    assert cli.ask("approval", "phone", f"{device.name[:8]}-41")["left"] == telephone.LENGTH - 2
    assert cli.ask("approval", "renew", device.name)["n"] == 2
