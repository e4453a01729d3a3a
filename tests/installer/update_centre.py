"""The centre that the installed programs of `make test-linux` speak to: a real one, its releases signed by holders."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from installer import app_layer
from installer.app_layer import COMPLETE, MANIFEST
from tests.scenarios.demo.stage import Centre, Roll

SHOP: Final = "dokki-17"
PIN: Final = "194027"
HOLDERS: Final = (*(f"root-{n}" for n in range(1, 6)), *(f"targets-{n}" for n in range(1, 4)))
RUN: Final = b"def run(asked: argparse.Namespace"
LOG: Final = b"    book = begin_log("
END: Final = b"raise SystemExit(9)\n"
UNFIT: Final = (RUN, END + b"\n\n" + RUN)
"""A release that cannot even be read in: its own test before the flip shows that."""
NO_START: Final = (LOG, b"    " + END + LOG)
"""One that passes every trial on copies, and ends as soon as the counter is opened with it."""


class UpdateCentre:
    """`root`: what programs are built with that take this centre's releases."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder, self.roll = folder, Roll()
        self.centre = Centre(folder / "centre", folder / "centre.log")
        self._passwords = folder / "passwords.json"
        self._passwords.write_text(json.dumps({name: f"four unrelated words {name}" for name in HOLDERS}))
        self.centre.staff("keys", "new")
        made = self.centre.staff("release", "keys", str(folder / "holders"), "--passwords", str(self._passwords))
        self.root = Path(made["root"])
        self.centre.staff("release", "pin")

    def open(self) -> None:
        self.centre.serve()
        self.centre.staff("shop", "add", "--id", SHOP, "--name-ar", "مركز النور — الدقي", "--name-en", "Al Nour, Dokki")

    def close(self) -> None:
        self.centre.stop()
        self.roll.close()

    # ---- releases

    def release(self, version: str, spoilt: tuple[bytes, bytes] | None = None) -> None:
        """Built, signed by two holders, let out to everybody; `spoilt`: what in kiosk/main/startup.py becomes what."""
        layer = app_layer.build(self.folder, version, self.root)
        if spoilt:
            layer.archive.path.write_bytes(_spoilt(layer, *spoilt))
        named = ("--version", version, "--needs-runtime", layer.needs_runtime)
        proposal = self.centre.staff("release", "add", str(layer.archive.path), *named)["file"]
        for holder in ("targets-1", "targets-3"):
            key = str(self.folder / "holders" / f"{holder}.key")
            self.centre.staff("release", "sign", proposal, "--key", key, "--passwords", str(self._passwords))
        self.centre.staff("release", "complete", proposal)
        self.centre.staff("release", "promote", version, "--ring", "100")

    def stick(self, folder: Path) -> None:
        """As it is carried to a counter without a line; everybody may read it."""
        self.centre.staff("release", "export", str(folder))

    # ---- counters

    def invite(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A slot and the shop's first operator, with their codes."""
        slot = self.centre.staff("device", "slot", "--shop", SHOP, "--staff", "amal")
        name = ("--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud")
        return slot, self.centre.staff("operator", "add", "--shop", SHOP, *name)

    def approve(self, slot: str) -> bool:
        """Whether its digits had come; read out here, and compared by somebody else."""
        for row in self.centre.staff("device", "pending"):
            if str(row["slot"]) == slot and row.get("number"):
                self.centre.staff("device", "approve", slot, "--number", row["number"], "--staff", "basem")
                return True
        return False

    def accepted(self) -> list[str]:
        """The results of the reports that have arrived."""
        return [row["result"] for row in self.centre.staff("acceptance", "list")]


def _spoilt(layer: app_layer.AppLayer, sound: bytes, bad: bytes) -> bytes:
    """The archive of the same layer, whole and in order, with one thing wrong in it."""
    contents = {name: (layer.folder / name).read_bytes() for name in layer.files}
    assert contents["kiosk/main/startup.py"].count(sound) == 1
    contents["kiosk/main/startup.py"] = contents["kiosk/main/startup.py"].replace(sound, bad)
    manifest = json.loads((layer.folder / MANIFEST).read_bytes())
    manifest["files"]["kiosk/main/startup.py"] = hashlib.sha256(contents["kiosk/main/startup.py"]).hexdigest()
    contents[MANIFEST] = json.dumps(manifest, indent=1).encode() + b"\n"
    contents[COMPLETE] = hashlib.sha256(contents[MANIFEST]).hexdigest().encode() + b"\n"
    return app_layer.pack(contents, layer.epoch_s)
