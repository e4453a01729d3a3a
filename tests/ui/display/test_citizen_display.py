"""The window towards the citizen: service, fee lines, total, code; never a name, an ID or a mobile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.conftest import Hands
from ui.display.citizen_window import CitizenDisplay, CitizenWindow
from ui.display.display_choice import CITIZEN, kept
from ui.display.display_page import DisplayPage
from ui.sale.home_shown import picture_of

Key = Qt.Key


@pytest.fixture
def screen(hands: Hands) -> CitizenWindow:
    hands.home()
    hands.window.session.screens().display.face(wanted=True)
    display = hands.window.findChild(CitizenDisplay)
    assert display is not None
    hands.settle()
    return display.screen


def words(screen: QWidget) -> str:
    return "\n".join(label.text() for label in screen.findChildren(QLabel) if label.isVisible())


def scanned(screen: QWidget) -> str:
    image = screen.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = bytes(image.constBits())
    picture = Image.frombytes("RGB", (image.width(), image.height()), data, "raw", "RGB", image.bytesPerLine())
    read = zxingcpp.read_barcode(picture)
    assert read is not None
    return read.text


def test_it_says_what_it_costs_and_shows_the_code_and_nothing_of_the_citizen(
    hands: Hands, screen: CitizenWindow
) -> None:
    assert "أهلًا بك" in words(screen)
    assert "مركز النور" in words(screen)
    assert "15999" in words(screen), "whom to call, always"
    hands.review()
    hands.settle()
    said = words(screen)
    assert "شهادة ميلاد" in said
    assert [said.count("50.00"), *(part in said for part in ("45.00", "5.00", "المطلوب منك", "15999"))] == [True] * 5
    hands.type("200")
    hands.settle()
    paying = words(screen.pay) + words(screen.bill)
    parts = ("دفعت", "200.00", "الباقي لك", "150.00", "الإجمالي", "50.00")
    assert all(part in paying for part in parts), "as it is counted, and then what it came to"
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    hands.settle()
    assert "شكرًا" in words(screen)
    assert all(part in words(screen) for part in ("50.00", "دفعت", "200.00", "الباقي لك", "150.00", "عُدّ الباقي"))
    values = hands.counter.shop.sale().values
    for text in (said, words(screen)):
        assert not any(str(values[name]) in text for name in ("national_id", "name", "mobile", "mother_name"))
    assert scanned(screen) == hands.page.data.receipt.qr  # type: ignore[attr-defined]
    hands.press(Key.Key_Escape)
    hands.until("pageCatalogue")
    assert "50.00" not in words(screen)
    assert not screen.qr.isVisible()


def test_what_is_bought_is_shown_by_its_picture_until_the_next_citizen(hands: Hands, screen: CitizenWindow) -> None:
    hands.review()
    hands.settle()
    birth = picture_of(hands.counter.desk.service("birth-cert"))
    assert (screen.families.isVisible(), screen.families.pictures) == (True, [birth])
    hands.pay().settle()
    assert (screen.families.isVisible(), screen.families.pictures) == (True, [birth]), "it is what was paid"
    hands.press(Key.Key_Escape, to="pageCatalogue")
    assert screen.families.pictures == []


def test_it_follows_the_language_and_a_price_that_changed(hands: Hands, screen: CitizenWindow) -> None:
    hands.review()
    hands.press(Key.Key_F11)
    hands.settle()
    assert "Birth certificate" in words(screen)
    assert "50.00" in words(screen)
    assert screen.layoutDirection() is Qt.LayoutDirection.LeftToRight
    review = hands.window.session.screens().sale.checkout.review
    assert review.data is not None
    review.set_data(replace(review.data, lines=(), total_pt=9_900))
    hands.settle()
    assert "99.00" in words(screen)


def test_after_a_lock_on_the_last_page_the_next_citizen_sees_what_it_costs(hands: Hands, screen: CitizenWindow) -> None:
    hands.sold()
    receipt = hands.page.data.receipt  # type: ignore[attr-defined]
    screen.welcome("مركز النور")
    screen.saved("مركز النور", receipt)
    assert not screen.bill.isVisible()
    hands.next_citizen().review()
    hands.settle()
    assert screen.bill.isVisible()


def test_what_is_not_enough_is_not_called_paid(hands: Hands, screen: CitizenWindow) -> None:
    hands.review()
    hands.type("20")
    hands.settle()
    assert "دفعت" not in words(screen)
    assert "المطلوب منك" in words(screen.pay)
    hands.type("0.5")
    hands.settle()
    assert "150.50" in words(screen.pay)


def test_the_exact_amount_leaves_no_change(hands: Hands, screen: CitizenWindow) -> None:
    hands.review().pay()
    hands.settle()
    assert "لا يوجد باقٍ" in words(screen.pay)
    assert not screen.pay.notes.isVisible()


def test_it_takes_no_focus_and_closes_with_the_counter(hands: Hands, screen: CitizenWindow) -> None:
    assert screen.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    reached = [w for w in screen.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert reached == []
    hands.window.close()
    assert not screen.isVisible()


def test_on_a_second_screen_it_takes_all_of_it(
    hands: Hands, screen: CitizenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = QGuiApplication.primaryScreen()
    monkeypatch.setattr(QGuiApplication, "screens", lambda: [only, only])
    screen.place()
    assert screen.isFullScreen()


@pytest.fixture
def display(hands: Hands, tmp_path: Path) -> Iterator[DisplayPage]:
    """The display page, on a machine where nothing has been chosen yet."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    hands.home()
    hands.press(Key.Key_F11, alt=True)
    hands.until("pageDisplay")
    yield hands.window.session.screens().display.page
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "other"))


def citizen_window(hands: Hands) -> CitizenWindow:
    found = hands.window.findChild(CitizenDisplay)
    assert found is not None
    return found.screen


def test_it_is_chosen_on_the_display_page_kept_and_put_away_again(hands: Hands, display: DisplayPage) -> None:
    assert display.citizen[False].isChecked()
    assert not kept(CITIZEN)
    for wanted in (True, False, True):
        display.citizen[wanted].click()
        hands.settle()
        assert (citizen_window(hands).isVisible(), kept(CITIZEN)) == (wanted, wanted)


def test_the_display_page_says_whether_it_is_there_and_on_which_screen(hands: Hands, display: DisplayPage) -> None:
    assert "واحدة" in display.where.text()
    display.citizen[True].click()
    hands.press(Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.press(Key.Key_F11, alt=True)
    hands.until("pageDisplay")
    assert display.citizen[True].isChecked()
    display.set_citizen(wanted=True, screens=2)
    assert "الثانية" in display.where.text()
