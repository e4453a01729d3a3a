"""All scenes, screen by screen, in the order in which a day meets them. A new module of scenes is named here."""

from __future__ import annotations

from typing import Final

from tests.screens import doctoring, first_start, keeping, later, lockouts, papers, scenes, tills
from tests.screens.scenes import STATES, Scene

MODULES: Final = (scenes, first_start, papers, later, tills, doctoring, keeping, lockouts)
_SCREENS: Final = list(dict.fromkeys(one.screen for one in scenes.SCENES))
SCENES: Final[list[Scene]] = sorted(scenes.SCENES, key=lambda one: _SCREENS.index(one.screen))

__all__ = ["SCENES", "STATES", "Scene"]
