"""The real centre, told that devices know it by the proxy's address."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.harness.centre_process import UNLIMITED, CentreProcess

SHOP: Final = "CAI-001"


class HiddenCentre(CentreProcess):
    """Behind a proxy: what devices sign names another authority than the one it listens on."""

    def __init__(self, data: Path, port: int, seen_as: str) -> None:
        super().__init__(data, port)
        self.authority = seen_as

    def furnish(self) -> dict[str, str]:
        """A shop without limits and an operator: her id and activation code."""
        self.cli("shop", "add", "--id", SHOP, "--name-ar", "منفذ الدقي", "--name-en", "Dokki counter")
        self.cli("settings", "set", "--shop", SHOP, *UNLIMITED)
        made: dict[str, str] = self.cli("operator", "add", "--shop", SHOP, "--name-ar", "سارة", "--name-en", "Sara")
        return made
