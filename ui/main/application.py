"""The QApplication of the counter."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from ui.widgets.theme import ScreenLook, dress


def make_application(argv: Sequence[str], look: ScreenLook | None = None) -> QApplication:
    """The one application object, dressed; an existing one (a test's) is dressed and returned."""
    if (binding := sys.modules.get("shibokensupport.feature")) is not None:
        # It reads the source of each module that is imported behind it, 1 ms each, and all the text is kept: does that
        # one want the names of Qt in another spelling? None here does.
        binding._mod_uses_pyside = lambda _module: False  # type: ignore[attr-defined] # noqa: SLF001
    existing = QCoreApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("manfaz")
    if not app.styleSheet():
        dress(app, look)
    return app
