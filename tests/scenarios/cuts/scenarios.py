"""The steps that are cut. To add some: a list of `frame.Scenario` in a module of its own, named here."""

from __future__ import annotations

from typing import Final

from tests.scenarios.cuts import keeping, updating
from tests.scenarios.cuts.frame import Scenario

SCENARIOS: Final[list[Scenario]] = [*updating.SCENARIOS, *keeping.SCENARIOS]
