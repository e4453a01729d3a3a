"""The real centre, told that devices know it by the proxy's address."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Final

import requests

from protocol.override import override
from tests.harness.centre_process import COMMAND, ROOT, START_S, CentreProcess

SHOP: Final = "CAI-001"


class HiddenCentre(CentreProcess):
    """Behind a proxy: what devices sign names another authority than the one it listens on."""

    def __init__(self, data: Path, port: int, seen_as: str) -> None:
        super().__init__(data, port)
        self._seen_as = seen_as

    @override
    def start(self) -> None:
        command = [
            *COMMAND, *self._common, "serve", "--port", str(self.port), "--public-address", self.url,
            "--authority", self._seen_as, "--no-rate-limits",
        ]  # fmt: skip
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        until = time.monotonic() + START_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if requests.get(f"{self.url}/healthz", timeout=1).status_code == 200:
                    return
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the centre did not start:\n{self.log()}")

    def furnish(self) -> dict[str, str]:
        """A shop without limits and an operator: her id and activation code."""
        self.cli("shop", "add", "--id", SHOP, "--name-ar", "منفذ الدقي", "--name-en", "Dokki counter")
        limits = ("unsent_soft", "unsent_hard", "citizen_soft", "money_hard_pt", "offline_default_pt")
        self.cli("settings", "set", "--shop", SHOP, *(f"limits.{name}=1000000000000" for name in limits))
        made: dict[str, str] = self.cli("operator", "add", "--shop", SHOP, "--name-ar", "سارة", "--name-en", "Sara")
        return made
