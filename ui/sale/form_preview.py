"""A form as the counter shows it, for whoever writes its service file: the real page, drawn without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QScrollArea

from protocol.catalogue import forms
from protocol.catalogue.fees import Fees
from protocol.catalogue.services import PublicService
from protocol.errors import Refused
from protocol.texts import Language
from ui.sale.form_page import FormPage

WIDTH_PX: Final = 1366
HEIGHT_PX: Final = 628
"""What is left of a 1366x728 screen between header and footer; a longer form makes a longer picture."""


def picture(
    service: PublicService, language: Language, fields: Sequence[str], fees: Fees | Refused
) -> tuple[QImage, int]:
    """The empty form with these fields shown, and what it costs by its defaults or why that is not known yet.

    Answers the picture, and by how many pixels the form is too wide for the screen: these are cut off.
    """
    before = QGuiApplication.layoutDirection()
    # Of the application, as the counter does it: a style asks that one where the text of a list begins.
    right_to_left = language == "ar"
    QGuiApplication.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight
    )
    page = FormPage(language)
    try:
        return _drawn(page, service, fields, fees)
    finally:
        page.deleteLater()  # it hangs on its own signals: no collector would find it
        QGuiApplication.setLayoutDirection(before)


def _drawn(page: FormPage, service: PublicService, fields: Sequence[str], fees: Fees | Refused) -> tuple[QImage, int]:
    page.set_form(service, {})
    page.set_visible(fields)
    every = len(fields) == len(list(service.form.elements()))
    papers = service.evidence if every else forms.read(service, forms.defaults(service)).papers
    page.set_papers(papers, ())
    page.bill.set_fees(fees)
    page.resize(WIDTH_PX, HEIGHT_PX)
    page.grab()  # lays a page out that was never shown: only then are its heights known
    page.fit_lines()
    page.grab()
    scrolls = page.findChildren(QScrollArea)  # that of the page, and that of the form inside it
    page.resize(WIDTH_PX, HEIGHT_PX + sum(scroll.verticalScrollBar().maximum() for scroll in scrolls))
    return page.grab().toImage(), max(scroll.horizontalScrollBar().maximum() for scroll in scrolls)
