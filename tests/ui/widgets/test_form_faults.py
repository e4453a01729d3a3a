"""A fault below a label must not push its field under the next one (seen in a picture of the demo)."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from protocol.catalogue import forms
from protocol.catalogue.catalogue import bundled_services, catalogue_members, read_catalogue
from protocol.texts import LANGUAGES, Language
from tests.ui.conftest import Hands
from ui.sale.form_page import FormPage
from ui.widgets.fields.base_field import Field


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_leaves_its_field_whole(qtbot: QtBot, language: Language) -> None:
    services = read_catalogue(catalogue_members(1, "2020-01-01", None, bundled_services()))
    service = services.service("birth-cert")
    page = FormPage(language)
    qtbot.addWidget(page)
    page.resize(1366, 668)
    page.set_form(service, {"national_id": "20003152100138", "name": "هدى محمود", "mother_name": "فاطمة علي"})
    page.set_visible(forms.read(service, page.raw()).shown)
    page.show()
    page.set_faults(forms.check(service, page.raw(), date(2026, 11, 25)).faults)
    qtbot.wait(100)
    edit = page.field("name")
    room = edit.parentWidget()
    assert room is not None
    assert edit.geometry().bottom() < room.height()
    assert edit.height() >= edit.minimumSizeHint().height()


def test_nothing_is_left_of_the_fields_of_citizens_before(qtbot: QtBot) -> None:
    services = read_catalogue(catalogue_members(1, "2020-01-01", None, bundled_services()))
    service = services.service("birth-cert")
    page = FormPage("ar")
    qtbot.addWidget(page)
    left = set()
    for _ in range(3):
        page.set_form(service, {"subject_name": "هدى محمود"})
        page.set_visible(["national_id", "name"])  # the rest is hidden by rules
        qtbot.wait(20)
        left.add(len(page.findChildren(Field)))
    assert left == {len(list(service.form.elements()))}


def test_faults_that_come_while_the_form_is_looked_at_leave_every_input_whole(hands: Hands) -> None:
    hands.home().form()
    hands.settle(50)
    hands.press(Qt.Key.Key_F10)
    hands.settle(200)
    page = hands.window.session.screens().sale.form
    marked = [field for field in page._fields.values() if field.error.isVisible()]
    assert len(marked) >= 2
    for field in marked:
        for widget in field.inputs():
            assert widget.geometry().bottom() < field.height(), field.element.field
            assert widget.height() >= widget.minimumSizeHint().height()


def test_a_form_keeps_the_place_of_its_bar_whether_it_scrolls_or_not(qtbot: QtBot) -> None:
    """Else a bar that comes makes it go, and a field whose height hangs on its width turns that without end."""
    services = read_catalogue(catalogue_members(1, "2020-01-01", None, bundled_services()))
    page = FormPage("ar")
    qtbot.addWidget(page)
    page.set_form(services.service("nid-issue-renew"), {})
    page.show()
    kept = set()
    for height in (400, 3_000):
        page.resize(1366, height)
        qtbot.wait(50)
        bar = page._scroll.verticalScrollBar()
        assert bar.isEnabled() is (bar.maximum() > 0) is (height == 400)
        kept.add(page._scroll.width() - page._scroll.viewport().width())
    assert len(kept) == 1
