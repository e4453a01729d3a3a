"""The day's picture and the notices of the centre."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.core.documents_in_force import in_force
from kiosk.core.events import SyncChanged
from kiosk.model.service_request import Query
from kiosk.receiving import centre_notices
from kiosk.receiving.feed_documents import PageReading
from protocol.texts import Bilingual
from protocol.wire.feed_items import NoticeItem
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import texts
from ui.requests.day_chart_page import Bars
from ui.requests.request_list_flow import by_hour


def bars(hands: Hands, name: str) -> Bars:
    found = hands.find(name)
    assert isinstance(found, Bars)
    return found


def test_the_picture_counts_hours_and_services_and_is_drawn(hands: Hands) -> None:
    hands.home()
    shop = hands.counter.shop
    for number in (1, 2):
        hands.counter.desk.record(shop.sale(number))
    shop.clock.pass_ms(2 * 3_600_000)
    hands.counter.desk.record(shop.sale(3))
    hands.press(Qt.Key.Key_F6)
    hands.until("pageTransactions")
    hands.press(Qt.Key.Key_7, alt=True)
    hands.until("pagePicture")
    assert [count for _, count in bars(hands, "chartHours")._bars] == [2, 0, 1]
    assert [count for _, count in bars(hands, "chartServices")._bars] == [3]
    assert "3" in bars(hands, "chartServices").accessibleDescription()
    for _ in range(2):
        image = bars(hands, "chartServices").grab().toImage()
        colours = {
            image.pixelColor(x, y).name() for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)
        }
        assert "#0a5a8c" in colours
        hands.press(Qt.Key.Key_F11)
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageTransactions")


def test_a_day_without_requests_says_so(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F6)
    hands.until("pageTransactions")
    hands.press(Qt.Key.Key_7, alt=True)
    hands.until("pagePicture")
    assert hands.page.none.isVisible()  # type: ignore[attr-defined]
    assert not bars(hands, "chartHours").grab().isNull()
    assert by_hour(hands.counter.desk.requests.search(Query())) == []


def post(hands: Hands, *given: tuple[str, int]) -> None:
    page = PageReading(hands.counter.store, in_force(hands.counter.store))
    for text, at_ms in given:
        centre_notices.apply(NoticeItem(Bilingual(text, "News"), at_ms), page)
    hands.counter.store.commit([], page.changes)
    hands.counter.events.publish(SyncChanged())


def test_a_notice_is_said_at_home_until_it_is_read_on_the_page_of_the_line(hands: Hands) -> None:
    hands.home()
    post(hands, ("الخط سيقف غدًا", 2**40), ("خبر", 2**40 + 1))
    hands.qtbot.waitUntil(lambda: "خبر" in hands.page.notice.text())
    hands.press(Qt.Key.Key_F7)
    hands.until("pageSync")
    hands.qtbot.waitUntil(lambda: "الخط سيقف غدًا" in texts(hands.page))
    hands.press(Qt.Key.Key_F11)
    assert "News" in texts(hands.page)
    assert hands.counter.notices.unread() == []
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.window.page().calm()
    hands.counter.events.publish(SyncChanged())
    hands.settle(600)
    assert hands.page.notice.text() == ""
