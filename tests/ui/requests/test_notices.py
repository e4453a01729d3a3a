"""The notices of the centre: said at home until they are read."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.core.documents_in_force import in_force
from kiosk.core.events import SyncChanged
from kiosk.receiving import centre_notices
from kiosk.receiving.feed_documents import PageReading
from protocol.texts import Bilingual
from protocol.wire.feed_items import NoticeItem
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import texts


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
