"""Practice on the screen: begun and ended from the help page, marked on every screen, the real work where it was."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.model.service_request import Query
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.texts import say
from tests.harness.shop import PIN
from tests.ui.conftest import Hands


def marked(hands: Hands) -> bool:
    """Whether the header is amber, says that it is practice, and has the way out."""
    header = hands.window.header
    amber: bool = header.property("ground") == "practice"
    assert amber == header.end_practice.isVisible()
    return amber


def toggle(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    hands.press(Qt.Key.Key_1, alt=True)


def practising(hands: Hands) -> Hands:
    hands.home().form().fill()
    hands.settle(900)
    toggle(hands)
    hands.until("pageOpenDay")
    return hands


def test_practice_is_marked_sells_nothing_real_and_gives_back_the_half_typed_form(hands: Hands) -> None:
    real = hands.counter.store
    practising(hands)
    assert marked(hands)
    hands.type("100")
    hands.press(Qt.Key.Key_F10, to="pageCatalogue")
    hands.sold()
    assert hands.counter.desk.requests.search(Query())
    assert real.search(Query()) == []
    toggle(hands)
    hands.until("pageSignIn")
    assert not marked(hands)
    hands.settle(30)
    hands.type(PIN)
    hands.press(Qt.Key.Key_F10, to="pageCatalogue")
    assert len(hands.counter.desk.drafts.unfinished()) == 1
    kinds = [item.record.fields.entry_type for item in real.export(1)]
    assert kinds.count(EntryType.PRACTICE) == 2
    assert EntryType.REQUEST not in kinds


def test_the_header_says_so_in_both_languages_and_nothing_lies_over_an_amount(hands: Hands) -> None:
    practising(hands)
    header = hands.window.header
    hands.qtbot.waitUntil(lambda: header.chip.accessibleName() == say("ar", "practice.mark"))
    arabic = header.end_practice.accessibleName()
    hands.press(Qt.Key.Key_F11)
    assert header.end_practice.accessibleName() != arabic
    assert header.chip.accessibleName() == say("en", "practice.mark")
    assert header.counter.text() == say("en", "till.practice")


def test_the_header_has_the_way_out(hands: Hands) -> None:
    practising(hands)
    hands.window.header.end_practice.click()
    hands.until("pageSignIn")
    hands.qtbot.waitUntil(lambda: not marked(hands))
    assert not hands.counter.practising


def test_esc_leads_out_of_it_where_its_day_is_opened_and_out_of_no_real_day(hands: Hands) -> None:
    practising(hands)
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageSignIn")
    hands.qtbot.waitUntil(lambda: not marked(hands))
    opening = hands.window.session.screens().opening
    opening.begin(DayKey("2026-11-26"))
    assert not opening.page._end.isVisible()


def test_a_key_ends_it_on_every_page_and_begins_none(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F10, alt=True)
    hands.settle(30)
    assert not hands.counter.practising
    toggle(hands)
    hands.until("pageOpenDay")
    hands.press(Qt.Key.Key_F10, alt=True)
    hands.until("pageSignIn")
    hands.qtbot.waitUntil(lambda: not marked(hands))
    assert not hands.counter.practising


def test_practice_can_be_ended_by_whoever_finds_the_names(hands: Hands) -> None:
    practising(hands)
    hands.change_person()
    toggle(hands)
    hands.until("pageSignIn")
    hands.qtbot.waitUntil(lambda: not marked(hands))


def test_nobody_begins_one_from_the_names(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    assert not hands.find("practiceButton").isVisible()
    hands.press(Qt.Key.Key_1, alt=True)
    assert not hands.counter.practising


def test_a_practice_that_cannot_begin_says_so(hands: Hands) -> None:
    hands.home()
    hands.counter.store.fail_next = Refused("locked")
    toggle(hands)
    hands.settle(30)
    assert hands.page.notice.text()
    assert not marked(hands)
