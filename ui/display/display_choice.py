"""What was chosen for the screens of this machine, in the user's own file: it is worn before the store is open."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSettings

from ui.widgets.theme import SIZES, ScreenLook

TEXT: Final = "display/text"
CONTRAST: Final = "display/contrast"
CITIZEN: Final = "display/citizen"
SOUND: Final = "display/sound"


def kept_look() -> ScreenLook:
    """What was chosen here; the plain look where nothing was, or nothing that can be worn."""
    kept = _file()
    text, contrast = str(kept.value(TEXT, "")), str(kept.value(CONTRAST, ""))
    return ScreenLook(int(text) if text in map(str, SIZES) else ScreenLook().text, contrast == "true")


def keep_look(look: ScreenLook) -> None:
    kept = _file()
    kept.setValue(TEXT, str(look.text))
    kept.setValue(CONTRAST, "true" if look.contrast else "false")
    kept.sync()


def kept_citizen() -> bool:
    """Whether a window faces the citizen."""
    return str(_file().value(CITIZEN, "")) == "true"


def keep_citizen(*, wanted: bool) -> None:
    kept = _file()
    kept.setValue(CITIZEN, "true" if wanted else "false")
    kept.sync()


def kept_sound() -> bool:
    """Whether a tone is wanted when something is saved or refused."""
    return str(_file().value(SOUND, "")) == "true"


def keep_sound(*, wanted: bool) -> None:
    kept = _file()
    kept.setValue(SOUND, "true" if wanted else "false")
    kept.sync()


def _file() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "manfaz", "display")
