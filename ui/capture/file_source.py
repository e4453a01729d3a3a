"""A picture or PDF that lies somewhere already: on a stick, or sent by the citizen's telephone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QStandardPaths, QTranslator, QUrl
from PySide6.QtWidgets import QFileDialog, QWidget

from kiosk.aftercare.citizen_rights import sticks
from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import MAX_FILE
from protocol.errors import Refused
from starter.files import plain, read_regular
from ui.capture.picture_source import Fetch


class FileSource:
    """Pictures from a file. The suffixes only shorten the list: what a file is, its content says."""

    word = "evidence.file"
    kind: Literal[""] = ""
    chosen: Device | None = None

    def there(self) -> bool:
        return True

    def ask(self, parent: QWidget, then: Callable[[Fetch], None]) -> None:
        speak(arabic=parent.isRightToLeft())
        dialog = QFileDialog(parent)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # it would speak the system's language
        places = [*map(str, sticks()), pictures()]
        dialog.setSidebarUrls([QUrl.fromLocalFile(place) for place in places])
        dialog.setDirectory(places[0])
        dialog.directoryEntered.connect(partial(_stay, dialog, places))
        dialog.resize(900, 560)
        dialog.setObjectName("evidenceFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["JPEG PNG WebP PDF (*.jpg *.jpeg *.png *.webp *.pdf)", "* (*)"])
        dialog.fileSelected.connect(lambda path: then(lambda: read_file(Path(path))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _stay(dialog: QFileDialog, places: Sequence[str], entered: str) -> None:
    """Among these places and what lies in them: the rest of the disk is nobody's who serves citizens."""
    if not any(Path(entered).resolve().is_relative_to(Path(place).resolve()) for place in places):
        dialog.setDirectory(places[0])


def pictures() -> str:
    """The account's folder of pictures, or its own where there is none, by its real name: nothing is read through a
    link.
    """
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))
    return str((folder if folder.is_dir() else Path.home()).resolve())


def speak(*, arabic: bool) -> None:
    """Let Qt's own texts be those of the window. Loaded here, for no start needs them."""
    application = QCoreApplication.instance()
    assert application is not None  # noqa: S101 - a dialog is opened in it
    for old in application.findChildren(QTranslator, "qtWords"):
        application.removeTranslator(old)
        old.deleteLater()
    words = QTranslator(application)
    words.setObjectName("qtWords")
    if arabic and words.load("qtbase_ar", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(words)


def read_file(path: Path) -> bytes:
    """The bytes, no more of them than anybody would open. Raises Refused: evidence_large, evidence_unreadable."""
    try:
        data = read_regular(plain(path), MAX_FILE + 1)
    except OSError as error:
        raise Refused("evidence_unreadable") from error
    if len(data) > MAX_FILE:
        raise Refused("evidence_large", mb=path.stat().st_size >> 20, most_mb=MAX_FILE >> 20)
    return data
