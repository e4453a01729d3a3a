"""Where a scan goes: a national ID into its field, a receipt to its request, a code into the line that waits for it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QWidget

from protocol.errors import Refused
from protocol.journal import first_paper
from protocol.values.scanned import Scan, read_scan, through_arabic
from ui.requests.request_list_flow import RequestListFlow
from ui.sale.form_page import FormPage
from ui.shell import Flow, Shell, command_keys, nothing
from ui.shell.barcode_scanner import BarcodeScanner
from ui.widgets import LineEdit, MoneyEdit
from ui.widgets.fields.base_field import field_of
from ui.widgets.fields.national_id_field import NationalIdEdit, NationalIdField

LEAVES: Final = ("pageCatalogue", "pageRequests", "pageDetail", "pageDone")
"""Screens that a scanned receipt or card may lead away from: nothing is half done there."""
PAPER: Final = "paperEdit"
WORDS: Final = ("reasonEdit", "partyEdit", "takerName")
"""Lines whose words are read in the journal, and on papers that others see."""


class ScanFlow(Flow):
    """Sends what was scanned to where it belongs."""

    def __init__(self, window: Shell, lists: RequestListFlow) -> None:
        super().__init__(window)
        self._state = ""
        self._lists = lists
        self.scanner = BarcodeScanner(window, self.take)

    def take(self, typed: str, entered: bool) -> bool:
        """Whether the scan has gone where it belongs; else it stays where the keys put it."""
        if self._window.busy:
            return False
        self._keep_state("layout" if through_arabic(typed) else "ok")
        scan = read_scan(typed, QDate.currentDate().toPython())  # type: ignore[arg-type]
        page = self._window.page()
        if scan.kind == "national_id" and isinstance(page, FormPage) and self._into_form(page, scan.text, entered):
            return True
        refusal = _refusal(self._window.focusWidget(), scan)
        if refusal is not None:
            page.fail(refusal)
            return True
        if scan.kind != "other" and page.objectName() in LEAVES:
            self._find(first_paper.without(scan.text))
            return True
        return self._into_line(scan, entered)

    def _keep_state(self, state: str) -> None:
        """For the doctor, where that is another than at the last scan."""
        if state != self._state:
            self._state = state
            self.ask(lambda: self._kiosk.at_work.diagnosis.scanned(state), fail=nothing)

    def _into_form(self, page: FormPage, number: str, entered: bool) -> bool:
        """Into the field that has the focus if it is one for IDs, else into the first that is still empty."""
        fields = [field for field in page.findChildren(NationalIdField) if field.isVisible()]
        focused = self._window.focusWidget()
        chosen = next((field for field in fields if field.edit is focused), None)
        empty = next((field for field in fields if not field.raw()), None)
        field = chosen or empty
        if field is None:
            return False
        field.set_raw(number)
        if entered:
            self._on_from(field.edit)
        return True

    def _on_from(self, line: LineEdit) -> None:
        """As Enter does."""
        following = command_keys.next_field(self._window.page(), line)
        (following or line).setFocus(Qt.FocusReason.TabFocusReason)

    def _find(self, text: str) -> None:
        if self._window.page() is not self._lists.page:
            self._lists.open()
        self._lists.page.search.setText(text)

    def _into_line(self, scan: Scan, entered: bool) -> bool:
        """A code belongs in the line that has the focus, in Latin letters; names and notes stay as they were typed.

        A receipt goes into the line that waits for one: as a reason, what voids it could be read.
        """
        line: QWidget | None = self._window.focusWidget()
        paper = self._window.page().findChild(LineEdit, PAPER)
        if scan.kind == "receipt" and paper is not None and paper.isVisible():
            line = paper
        wanted = isinstance(line, LineEdit) and not isinstance(line, NationalIdEdit) and _takes_codes(line)
        if isinstance(line, LineEdit) and wanted:
            line.setText(scan.text)
            if entered:
                self._on_from(line)
        return wanted


def _refusal(line: QWidget | None, scan: Scan) -> Refused | None:
    """A card's fourteen digits are billions as an amount, and a citizen's number laid open as a reason."""
    if isinstance(line, MoneyEdit):
        return Refused("money_scanned")
    named = scan.kind == "national_id" and line is not None and line.objectName() in WORDS
    return Refused("card_scanned") if named else None


def _takes_codes(line: LineEdit) -> bool:
    field = field_of(line)
    return (field is not None and field.takes_codes) or line.objectName() == PAPER
