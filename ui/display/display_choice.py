"""What was chosen for the screens of this machine, in the user's own file: it is worn before the store is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSettings

from ui.widgets.theme import SIZES, ScreenLook

TEXT: Final = "display/text"
CONTRAST: Final = "display/contrast"
CITIZEN: Final = "display/citizen"
SOUND: Final = "display/sound"
_WORDS: Final = {True: "true", False: "false"}


def kept_look() -> ScreenLook:
    """What was chosen here; the plain look where nothing was, or nothing that can be worn."""
    file = _file()
    text, contrast = str(file.value(TEXT, "")), str(file.value(CONTRAST, ""))
    return ScreenLook(int(text) if text in map(str, SIZES) else ScreenLook().text, contrast == _WORDS[True])


def keep_look(look: ScreenLook) -> None:
    _keep({TEXT: str(look.text), CONTRAST: _WORDS[look.contrast]})


def kept(choice: str) -> bool:
    """Whether a window faces the citizen (`CITIZEN`), or a tone says what was saved or refused (`SOUND`)."""
    return str(_file().value(choice, "")) == _WORDS[True]


def keep(choice: str, *, wanted: bool) -> None:
    _keep({choice: _WORDS[wanted]})


def _keep(values: Mapping[str, str]) -> None:
    file = _file()
    for name, value in values.items():
        file.setValue(name, value)
    file.sync()


def _file() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "manfaz", "display")
