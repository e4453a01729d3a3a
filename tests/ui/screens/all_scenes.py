"""All scenes, screen by screen, in the order in which a day meets them. A new module of scenes is named here."""

from __future__ import annotations

from typing import Final

from tests.ui.screens import (
    backup_scenes,
    capture_scenes,
    doctor_scenes,
    home_scenes,
    lockout_scenes,
    rare_scenes,
    scenes,
    setup_scenes,
    till_scenes,
)
from tests.ui.screens.scenes import STATES, Scene

MODULES: Final = (
    scenes,
    setup_scenes,
    capture_scenes,
    rare_scenes,
    till_scenes,
    doctor_scenes,
    backup_scenes,
    lockout_scenes,
    home_scenes,
)
_SCREENS: Final = list(dict.fromkeys(one.screen for one in scenes.SCENES))
SCENES: Final[list[Scene]] = sorted(scenes.SCENES, key=lambda one: _SCREENS.index(one.screen))

__all__ = ["SCENES", "STATES", "Scene"]
