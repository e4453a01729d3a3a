"""How commands behave towards who gives them: quick, and safe to look at."""

from __future__ import annotations

import subprocess
import sys

from central.cli import command_line
from tests.central.cli.test_cli import cli, device, every_parser, office
from tests.harness.centre_command import Cli
from tests.harness.centre_office import Office
from tests.harness.centre_sales import birth, sell
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def test_tables_are_for_people(cli: Cli) -> None:
    lines = cli.run("shop", "list")[1].splitlines()
    assert lines[0].split() == ["id", "name_ar", "name_en", "settings", "operators"]
    assert lines[1].split() == ["S1", "محل\u200e", "Shop", "1", "1"]


def test_what_a_device_wrote_does_not_steer_the_terminal(cli: Cli, device: Device, office: Office) -> None:
    sell(device, birth(service="\x1b[2J\x9b\u202egone"))
    office.arrive(device)
    _, out, _ = cli.run("request", "list")
    assert "gone" in out
    assert not any(mark in out for mark in ("\x1b", "\x9b", "\u202e"))


def test_no_command_but_the_server_waits_for_a_web_server() -> None:
    """Measured: 0.17 s for a command, where FastAPI alone takes most of a second."""
    modules = sorted(
        {str(p.get_default("run")).partition(":")[0] for p in every_parser(command_line.parser())} - {"None"}
    )
    assert {"serve_command", "journal_commands", "request_commands"} <= set(modules)
    program = (
        "import sys; from importlib import import_module; import central.__main__\n"
        "for name in sys.argv[1:]: import_module(f'central.cli.{name}')\n"
        "print(*{'fastapi', 'starlette', 'uvicorn', 'psycopg'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *(name for name in modules if name != "serve_command")],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("", "")
