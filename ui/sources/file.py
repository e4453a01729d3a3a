"""A picture or PDF that lies somewhere already: on a stick, or sent by the citizen's telephone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QFileDialog, QWidget

from kiosk.errors import Refused
from kiosk.pictures.devices import Device
from kiosk.records.evidence import MAX_FILE
from starter.files import plain, read_regular
from ui.sources.source import Fetch


class FileSource:
    """The suffixes only shorten the list: what a file is, its content says."""

    word = "evidence.file"
    kind: Literal[""] = ""
    chosen: Device | None = None

    def there(self) -> bool:
        return True

    def ask(self, _parent: QWidget, then: Callable[[Fetch], None]) -> None:
        dialog = QFileDialog(_parent)
        dialog.setObjectName("evidenceFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["JPEG PNG WebP PDF (*.jpg *.jpeg *.png *.webp *.pdf)", "* (*)"])
        dialog.fileSelected.connect(lambda path: then(lambda: read_file(Path(path))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def read_file(path: Path) -> bytes:
    """The bytes, no more of them than anybody would open. Raises Refused: evidence_large, evidence_unreadable."""
    try:
        data = read_regular(plain(path), MAX_FILE + 1)
    except OSError as error:
        raise Refused("evidence_unreadable") from error
    if len(data) > MAX_FILE:
        raise Refused("evidence_large", mb=path.stat().st_size >> 20, most_mb=MAX_FILE >> 20)
    return data
