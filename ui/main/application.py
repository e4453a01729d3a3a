"""The QApplication of the counter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from ui.widgets.theme import ScreenLook, dress


def make_application(argv: Sequence[str], look: ScreenLook | None = None) -> QApplication:
    """The one application object, dressed; an existing one (a test's) is dressed and returned."""
    existing = QCoreApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("manfaz")
    if not app.styleSheet():
        dress(app, look)
    return app
