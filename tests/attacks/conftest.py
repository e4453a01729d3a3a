"""Counts what the oracles tried and says it at the end of `make attacks`."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from typing import Final

import pytest

from tests.attacks import ORACLES, take_tally
from tests.attacks.states import bureau, counter, office, shop

__all__ = ["bureau", "counter", "office", "shop"]

_BEGAN: Final = time.monotonic()


@pytest.fixture(autouse=True)
def _tally(request: pytest.FixtureRequest) -> Generator[None]:
    take_tally()
    yield
    for mark in request.node.iter_markers("oracle"):
        request.node.user_properties.append(("oracle", [mark.args[0], bool(mark.kwargs.get("planted")), take_tally()]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "ATTACKS" not in os.environ:
        return
    attacks, caught, examples = (dict.fromkeys(ORACLES, 0) for _ in range(3))
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "teardown":
                continue
            for name, value in report.user_properties:
                if name == "oracle":
                    number, planted, tally = value
                    attacks[number] += not planted
                    caught[number] += planted
                    examples[number] += tally
    write = terminalreporter.write_line
    for number, title in ORACLES.items():
        write(f"oracle {number:2}: {attacks[number]:3} attacks, {caught[number]} planted bugs caught, "
              f"{examples[number]:6} examples: {title}")  # fmt: skip
    minutes = (time.monotonic() - _BEGAN) / 60
    write(f"{sum(attacks.values())} attacks, {sum(examples.values())} examples, {minutes:.1f} minutes")
