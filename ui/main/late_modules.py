"""Imports what the first picture does without, behind it: a module at a turn of the loop, on the windows' thread.

Before Python 3.12, Shiboken keeps its classes in one table without a lock, and Qt reads that table while Python runs
on another thread. A Qt class that is made aside of the windows' thread can end the process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

from PySide6.QtCore import QObject, QTimer

MODULES: Final = (
    "kiosk.model.store_changes", "protocol.journal.kj01", "protocol.journal.money_entries",
    "protocol.journal.staff_entries", "protocol.journal.entries", "protocol.catalogue.services",
    "protocol.documents.settings", "kiosk.core.offline_limits", "kiosk.model.service_request",
    "kiosk.printing.till_papers", "kiosk.cash.day_close", "kiosk.selling.prepared_visit",
    "kiosk.upkeep.backup.backup_maker", "kiosk.counter", "ui.approvals.second_person",
    "ui.requests.citizen_rights_flow", "ui.requests.request_page", "ui.requests.other_tills_flow",
    "ui.requests.request_flow", "ui.requests.request_list_flow", "jsonschema_rs", "protocol.catalogue.forms",
    "ui.sale.form_page", "ui.sale.review_page", "ui.sale.checkout_flow", "ui.paper.paper_layout", "ui.sale.done_flow",
    "ui.capture.camera_source", "ui.sale.evidence_flow", "ui.sale.home_rail", "ui.sale.home_flow",
    "ui.sale.needs_flow", "ui.sale.sale_flow", "ui.day.close_day_flow", "ui.day.day_flow", "ui.display.display_flow",
    "ui.session.lockout_flow", "ui.upkeep.sync_flow", "ui.shell.help_flow", "ui.upkeep.doctor_flow", "ui.main.screens",
    "ui.paper.printers", "ui.paper.rendering", "ui.paper.system_printers",
)  # fmt: skip
"""In the order of need, what is imported before what imports it: together they would hold the window for 0.3 s. Papers
are painted on another thread, with classes made here.
"""
AFTER_MS: Final = 100
"""After the loop's first turn: the first picture, and who types into it, go first."""


class LateModules(QObject):
    """What is still to be imported, and who waits for it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left = [name for name in MODULES if name not in sys.modules]
        self._waiting: list[Callable[[], object]] = []
        self._timer = QTimer(self, interval=AFTER_MS)
        self._timer.timeout.connect(self._next)
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self._left:
            self._timer.start()

    def then(self, call: Callable[[], object]) -> None:
        """`call` once everything is imported: at once, or at a later turn."""
        if self._left:
            self._waiting.append(call)
        else:
            call()

    def finish(self) -> None:
        """Import the rest now: somebody goes there."""
        while self._left:
            self._next()

    def _next(self) -> None:
        self._timer.setInterval(0)
        try:
            import_module(self._left.pop(0))
        finally:  # whoever waits goes on without the last one, too
            if not self._left:
                self._timer.stop()
                waiting, self._waiting = self._waiting, []
                for call in waiting:
                    call()
