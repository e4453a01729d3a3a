"""The check-up page: what is wrong, by keys alone; a report to the centre, with a line and without."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.core.events import SessionChanged, SyncChanged
from kiosk.model.store_changes import PutFact
from kiosk.upkeep.doctor.check_runner import CHECKS
from kiosk.upkeep.doctor.diagnosis import Diagnosis
from protocol.errors import Refused
from protocol.texts import say
from protocol.wire import support_file
from tests.harness.shop import SEAL
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import cells, texts
from ui.shell.restart_block import RestartBlock
from ui.upkeep import doctor_flow
from ui.widgets import show


def opened(hands: Hands) -> Hands:
    """The page of findings, by the keys of the help."""
    hands.home()
    return gone_to(hands)


def gone_to(hands: Hands) -> Hands:
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    hands.press(Qt.Key.Key_2, alt=True, to="pageDoctor")
    return hands


def looked(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F5)
    hands.qtbot.waitUntil(lambda: not hands.window.session.screens().doctor.page.running)


def test_what_is_wrong_is_said_with_its_remedy_in_both_languages(hands: Hands) -> None:
    hands.counter.computer.free = 150 << 20
    opened(hands)
    looked(hands)
    hands.qtbot.waitUntil(lambda: bool(cells(hands.find("findingsTable"))))
    shown = cells(hands.find("findingsTable"))
    assert say("ar", "doctor.disk_free.do") in shown
    hands.press(Qt.Key.Key_F11)
    assert say("en", "doctor.disk_free.do") in cells(hands.find("findingsTable"))
    hands.press(Qt.Key.Key_Escape, to="pageCatalogue")


def test_what_was_found_the_last_time_is_there_at_once(hands: Hands) -> None:
    hands.counter.computer.asleep = True
    opened(hands)
    looked(hands)
    hands.press(Qt.Key.Key_Escape, to="pageCatalogue")
    gone_to(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "doctor.at_rest.do") in cells(hands.find("findingsTable")))
    assert not hands.window.session.screens().doctor.page.last.isHidden()


def test_check_and_fix_mends_what_is_safe_and_looks_again(hands: Hands) -> None:
    hands.counter.computer.asleep = True
    hands.counter.computer.free = 150 << 20
    opened(hands)
    looked(hands)
    hands.qtbot.waitUntil(lambda: bool(cells(hands.find("findingsTable"))))
    hands.counter.computer.asleep = False
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: say("ar", "doctor.at_rest.do") not in cells(hands.find("findingsTable")))
    assert hands.counter.outlet.mended == ["at_rest"]


def test_a_look_that_lasts_can_be_ended(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def run(_self: Diagnosis, _tell: object, go_on: object) -> None:
        hands.press(Qt.Key.Key_Escape)
        assert hands.page.objectName() == "pageDoctor"
        asked.append(go_on())  # type: ignore[operator]

    monkeypatch.setattr(Diagnosis, "run", run)
    opened(hands)
    looked(hands)
    assert asked == [False]
    hands.window.session.screens().doctor.page.begin()
    hands.window.session.screens().doctor._run()
    assert asked == [False], "it is under way already"
    assert say("ar", "doctor.again") in hands.find("runButton").text()


def test_a_report_reaches_the_centre_without_the_numbers_in_it(hands: Hands) -> None:
    hands.counter.line.up = True
    opened(hands)
    hands.press(Qt.Key.Key_1, alt=True, to="pageReport")
    hands.press(Qt.Key.Key_Down)
    hands.find("reportWords").setText("الطابعة لا تعمل 29901011234567 و 0101 234 5678")
    hands.press(Qt.Key.Key_F10, to="pageDoctor")
    assert "S-1" in hands.page.notice.text()
    (file,) = hands.counter.outlet.taken
    _head, content = support_file.unseal(file, SEAL.private_bytes_raw())
    assert content["report"] == {"kind": "sending", "text": "الطابعة لا تعمل … و …"}


def test_without_a_line_the_report_stays_and_goes_on_the_stick(hands: Hands) -> None:
    hands.counter.line.up, hands.counter.outlet.up = True, False
    opened(hands)
    hands.press(Qt.Key.Key_1, alt=True, to="pageReport")
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: bool(hands.page.notice.text()))
    assert hands.page.objectName() == "pageReport"
    assert say("ar", "problem.unsent.more") in hands.page.notice.text()
    hands.press(Qt.Key.Key_2, alt=True, to="pageDoctor")
    assert show.isolate("/media/stick") in hands.page.notice.text()
    assert len(hands.counter.outlet.kept) == 1
    hands.press(Qt.Key.Key_2, alt=True)
    hands.qtbot.waitUntil(lambda: len(hands.counter.outlet.kept) == 2)


def test_without_internet_f10_saves_the_report_at_once_and_f5_tries_to_send_it(hands: Hands) -> None:
    opened(hands)
    hands.press(Qt.Key.Key_1, alt=True, to="pageReport")
    assert say("ar", "problem.offline.more") in hands.page.notice.text()
    hands.press(Qt.Key.Key_F5, to="pageDoctor")
    assert len(hands.counter.outlet.taken) == 1
    hands.press(Qt.Key.Key_1, alt=True, to="pageReport")
    hands.press(Qt.Key.Key_F10, to="pageDoctor")
    assert len(hands.counter.outlet.kept) == 1


def test_where_nothing_is_found_f10_looks_again_and_another_key_reports(hands: Hands) -> None:
    opened(hands)
    page = hands.window.session.screens().doctor.page
    page.set_findings([], 2, 2)
    assert page.clean
    assert page.primary.words == say("ar", "doctor.once_more")
    assert say("ar", "doctor.looked.offline") not in cells(page.areas)
    page.set_findings([], 2, 2, up=False)
    assert say("ar", "doctor.looked.offline") in cells(page.areas)
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: bool(cells(page.findings)) and not page.running)
    hands.press(Qt.Key.Key_1, alt=True, to="pageReport")


def test_f10_is_called_as_the_finding_that_it_mends_calls_it(hands: Hands) -> None:
    hands.counter.computer.asleep = True
    hands.counter.computer.free = 150 << 20
    opened(hands)
    looked(hands)
    page = hands.window.session.screens().doctor.page
    hands.qtbot.waitUntil(lambda: len(page._results) > 1)
    assert page.findings.hasFocus(), "the arrows go from one to the next"
    for place, result in enumerate(page._results):
        page.findings.setCurrentCell(place, 0)
        assert page.primary.words == say("ar", "doctor.mend"), "whichever row is gone to"
        assert str(result.check.number) in page.last.text()
    by_hand = [result for result in page._results if not result.check.safe_fix]
    assert 0 < len(by_hand) < len(page._results)
    page.set_findings(by_hand, 2, 2)
    assert page.primary.words == say("ar", "doctor.mended"), "there is nothing here that F10 mends"


def test_what_was_looked_at_is_told_part_by_part(hands: Hands) -> None:
    opened(hands)
    page = hands.window.session.screens().doctor.page
    page.begin()
    clock = [one.number for one in CHECKS if one.area == "clock"]
    for number in clock:
        assert cells(page.areas).count(say("ar", "doctor.looked.done")) == 0
        page.advance(number)
    assert cells(page.areas).count(say("ar", "doctor.looked.done")) == 1
    page.stop()
    page.advance(clock[0])
    assert not page.running


def test_what_has_stood_long_is_said_on_the_home_screen(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_flow, "SETTLE_MS", 1)
    hands.home()
    home = hands.page
    home.calm()
    hands.counter.computer.free = 150 << 20
    hands.counter.diagnosis.watch()
    hands.counter.events.publish(SyncChanged())
    hands.qtbot.waitUntil(lambda: say("ar", "doctor.disk_free.do") in home.notice.text())
    hands.press(Qt.Key.Key_F11)
    assert say("en", "doctor.disk_free.do") in home.notice.text()


def test_nothing_is_said_over_something_else(hands: Hands) -> None:
    hands.home()
    hands.counter.computer.free = 150 << 20
    hands.counter.diagnosis.watch()
    hands.page.show_words(lambda: ("info", "something else", ""))
    flow = hands.window.session.screens().doctor
    flow._say((None, hands.counter.diagnosis.to_show()))
    assert "something else" in hands.page.notice.text()


def test_a_fact_that_is_none_is_as_good_as_no_look_at_all(hands: Hands) -> None:
    hands.counter.store.commit([], [PutFact("doctor", b"not json")])
    opened(hands)
    assert say("ar", "doctor.never") in texts(hands.page)


def test_a_report_that_cannot_be_made_says_why(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Diagnosis, _problem: object) -> str:
        raise Refused("not_enrolled")

    monkeypatch.setattr(Diagnosis, "send", refuse)
    monkeypatch.setattr(Diagnosis, "save", refuse)
    hands.counter.line.up = True
    opened(hands)
    hands.press(Qt.Key.Key_2, alt=True)
    hands.qtbot.waitUntil(lambda: bool(hands.page.notice.text()))
    hands.press(Qt.Key.Key_1, alt=True, to="pageReport")
    assert not hands.page.notice.text()
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: bool(hands.page.notice.text()))


def test_a_look_that_fails_is_over(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_self: Diagnosis, _tell: object, _go_on: object) -> None:
        raise Refused("not_enrolled")

    monkeypatch.setattr(Diagnosis, "run", fails)
    opened(hands)
    looked(hands)
    assert hands.page.notice.text()


def test_a_low_battery_goes_before_everything_else_that_is_said(hands: Hands) -> None:
    hands.home()
    flow = hands.window.session.screens().doctor
    hands.page.show_words(lambda: ("info", "something else", ""))
    flow._say((15, None))
    assert say("ar", "awake.low.more") in hands.page.notice.text()
    hands.window.session.screens().doctor._say((None, None))
    assert say("ar", "awake.low.more") in hands.page.notice.text()


class Asking:
    """A session manager that asks whether it may end."""

    def __init__(self) -> None:
        self.acts: list[str] = []

    def allowsInteraction(self) -> bool:
        return True

    def release(self) -> None:
        self.acts.append("release")

    def cancel(self) -> None:
        self.acts.append("cancel")


def test_a_restart_is_held_off_while_somebody_works_here(hands: Hands) -> None:
    said: list[str] = []
    block = RestartBlock(hands.window, lambda _window, reason: said.append(reason))
    hands.restart_block = block  # type: ignore[attr-defined]
    hands.home()
    hands.counter.events.publish(SessionChanged())
    hands.qtbot.waitUntil(lambda: said == [say("ar", "awake.reason")])
    session = Asking()
    hands.restart_block.asked_to_end(session)  # type: ignore[attr-defined]
    assert session.acts == ["release", "cancel"]
    hands.press(Qt.Key.Key_F12, to="pageLock")
    hands.qtbot.waitUntil(lambda: said[-1] == "")
    hands.restart_block.asked_to_end(session)  # type: ignore[attr-defined]
    assert len(session.acts) == 2
    hands.counter.events.publish(SyncChanged())
    assert len(said) == 2


@pytest.mark.parametrize("left", [False, True])
def test_to_mend_pressed_twice_looks_again_once_and_for_nobody_who_has_left(hands: Hands, *, left: bool) -> None:
    opened(hands)
    flow = hands.window.session.screens().doctor
    hands.counter.hold = True
    for _ in range(2):
        hands.press(Qt.Key.Key_F10)
    if left:
        hands.press(Qt.Key.Key_Escape)
    mending = hands.counter.works.copy()
    hands.counter.works.clear()
    for future, _work in mending:
        future.set_result(0)
    hands.settle()
    assert flow.page.running is not left
    assert flow._stop.is_set() is left
    hands.counter.release()
    hands.qtbot.waitUntil(lambda: not flow.page.running)


def test_what_cannot_be_mended_says_so_and_can_be_tried_again(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Diagnosis) -> int:
        raise Refused("signed_out")

    opened(hands)
    monkeypatch.setattr(Diagnosis, "mend", broken)
    hands.press(Qt.Key.Key_F10)
    hands.told()
    monkeypatch.undo()
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(hands.page.notice.isHidden)
