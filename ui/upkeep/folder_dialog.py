"""A folder on a stick: the list begins at the stick and never leaves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QComboBox, QFileDialog, QToolButton, QWidget

OUTWARDS = ("lookInCombo", "toParentButton")
"""What leads from a folder to the rest of the computer, by Qt's own names."""


def ask_folder(parent: QWidget, root: Path, then: Callable[[Path], object]) -> None:
    """`then` is called with the folder, unless they change their mind."""
    dialog = QFileDialog(parent)
    dialog.setObjectName("folderDialog")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # it would show the whole computer
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setSidebarUrls([QUrl.fromLocalFile(str(root))])
    for name in OUTWARDS:
        for part in (*dialog.findChildren(QComboBox, name), *dialog.findChildren(QToolButton, name)):
            part.hide()
    dialog.setDirectory(str(root))
    dialog.directoryEntered.connect(lambda entered: None if _within(entered, root) else dialog.setDirectory(str(root)))
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)) if _within(chosen, root) else None)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _within(place: str, root: Path) -> bool:
    return Path(place).resolve().is_relative_to(root.resolve())
