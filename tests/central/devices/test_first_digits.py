"""Devices are named by their first digits; and a rotation reaches the key of frames."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import replace

from central.devices import enrolment
from tests.central.cli.test_cli import cli, office
from tests.harness.centre_command import Cli
from tests.harness.centre_fleet import Fleet
from tests.harness.own_centre import OwnCentre

__all__ = ["cli", "office"]


def test_a_rotation_of_all_keys_is_one_of_the_key_of_frames_too(office: OwnCentre, cli: Cli) -> None:
    def frames() -> str:
        held = json.loads((office.keys / "keys.json").read_text())
        newest: str = held["vaults"][0] if "vaults" in held else held["vault"]
        return newest

    before = frames()
    cli.ask("keys", "rotate")
    assert frames() != before


def test_no_new_device_begins_like_another(office: OwnCentre) -> None:
    drawn = [b"\xaa" * 16, b"\xaa" * 4 + b"\xbb" * 12, b"\xcc" * 16]

    def random(count: int) -> bytes:
        return drawn.pop(0) if count == 16 else secrets.token_bytes(count)

    centre = replace(office.centre, random=random)
    names = []
    for _ in range(2):
        with centre.store.writing() as session:
            slot, _ = enrolment.make_slot(centre, session, "S1", "amal")
            row = session.one("SELECT device FROM slot WHERE slot = ?", slot)
        assert row is not None
        names.append(bytes(row[0]).hex()[:8])
    assert len(set(names)) == 2


def test_digits_that_fit_several_devices_are_refused_with_their_names(office: OwnCentre, cli: Cli) -> None:
    fleet = Fleet(office)
    fleet.shop("CAI-001")
    two = [fleet.add(device=b"\xaa" * 4 + secrets.token_bytes(12)) for _ in range(2)]
    code, said = cli.fails("device", "suspend", "aaaaaaaa")
    assert code == 3
    assert all(str(uuid.UUID(bytes=one)) in said for one in two)
    assert str(uuid.UUID(bytes=two[0])) not in cli.fails("device", "suspend", "aaaaaaab")[1]
