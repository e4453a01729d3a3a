"""What was wrong with the look once (docs/faults.md), where no test of the page itself holds it; on its scene."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from protocol.texts import say
from tests.harness.stage import Stage, theatre
from tests.ui.screens.all_scenes import SCENES
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Fact
from ui.widgets.row_look import PILL
from ui.widgets.theme import ScreenLook

Play = Callable[[str], Stage]
HEXADECIMAL = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{6,}\b")


@pytest.fixture
def play() -> Iterator[Play]:
    """A scene by its name, in Arabic."""
    stages = list[Stage]()

    def played(name: str) -> Stage:
        one = next(one for one in SCENES if one.name == name)
        stages.append(Stage("ar", one.counter()))
        one.play(stages[-1])
        stages[-1].settle(40)
        return stages[-1]

    with theatre(ScreenLook()):
        yield played
        for stage in stages:
            stage.close()


def top(widget: QWidget, stage: Stage) -> int:
    return widget.mapTo(stage.window, QPoint()).y()


def texts(stage: Stage) -> list[str]:
    return [label.text() for label in stage.window.findChildren(QLabel) if label.isVisible()]


def test_what_the_citizen_brings_stands_above_the_first_field(play: Play) -> None:
    stage = play("form")
    papers, field = stage.find("formPapers"), stage.find("field_national_id")
    assert papers.isVisible()
    assert top(papers, stage) + papers.height() <= top(field, stage)
    assert top(field, stage) < stage.size.height() // 2


def test_each_number_of_a_locked_screen_stands_nearest_to_its_own_word(play: Play) -> None:
    stage = play("lockout_doubt")
    facts = [fact for fact in stage.page.findChildren(Fact) if fact.isVisible()]
    spans = sorted((left, left + fact.width()) for fact in facts if (left := fact.mapTo(stage.window, QPoint()).x()))
    assert len(facts) == 3
    assert all(fact.width() - fact.label.width() - fact.value.width() < 40 for fact in facts)
    assert all(after[0] - before[1] > 40 for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("scene", "columns", "dated"),
    [("requests", 6, True), ("elsewhere", 6, True), ("evidence", 2, False)],
)
def test_lists_say_when_and_how_each_stands(play: Play, scene: str, columns: int, dated: bool) -> None:
    stage = play(scene)
    table = next(table for table in stage.page.findChildren(Rows) if table.isVisible())
    assert table.columnCount() == columns
    first, last = (str(table.model().index(0, column).data()) for column in (0, columns - 1))
    assert last
    assert not dated or "اليوم" in first


def test_a_stopped_till_looks_so_and_says_whom_to_call(play: Play) -> None:
    stage = play("line_suspended")
    page = stage.page
    assert page.card.property("tone") == "act"  # type: ignore[attr-defined]
    assert page.phone.isVisible()  # type: ignore[attr-defined]
    assert "15999" in page.phone.text()  # type: ignore[attr-defined]
    assert "اتصل بالدعم" in page.state.more.text()  # type: ignore[attr-defined]
    assert page.primary.words == say("ar", "sync.retry.called")  # type: ignore[attr-defined]


def test_what_came_back_is_marked(play: Play) -> None:
    tray: Rows = play("line_rejected").find("rejectedTable")
    assert [tray.model().index(row, 3).data(PILL)[0] for row in range(tray.rowCount())] == ["rejected"]


def test_a_supervisor_sees_what_is_agreed_to(play: Play) -> None:
    stage = play("supervisor_agrees")
    said = texts(stage)
    assert {say("ar", "supervisor.agreed"), say("ar", "supervisor.unsent"), say("ar", "supervisor.money")} <= set(said)
    assert any(re.sub(r"[\u2066\u2069]", "", text) == "3 (المسموح 4)" for text in said)
    assert stage.find("secondPinEdit").isVisible()


@pytest.mark.parametrize(
    "scene", ["home", "requests", "detail", "done", "line_offline", "lockout_lease", "papers_found"]
)
def test_no_number_is_hexadecimal_and_no_name_is_cut(play: Play, scene: str) -> None:
    stage = play(scene)
    assert [text for text in texts(stage) if HEXADECIMAL.search(text)] == []
    operator = stage.window.header.operator
    assert operator.text() == operator.accessibleName()


def test_no_answer_is_chosen_before_somebody_answers(play: Play) -> None:
    stage = play("needs_question")
    page = stage.page
    assert page.options.currentRow() == -1  # type: ignore[attr-defined]
    assert not page.options.selectedItems()  # type: ignore[attr-defined]
    said = page.asked.text()  # type: ignore[attr-defined]
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F10):
        stage.press(key)
        assert page.asked.text() == said, "nobody has answered"  # type: ignore[attr-defined]
    page.options.setFocus()  # type: ignore[attr-defined]
    stage.press(Qt.Key.Key_Down)
    assert page.options.currentRow() == 0  # type: ignore[attr-defined]


def test_what_waits_is_the_same_number_everywhere(play: Play) -> None:
    stage = play("home_online")
    assert stage.window.header.chip.accessibleName() == say("ar", "chip.sent")
    waiting = [fact for fact in stage.page.findChildren(Fact) if fact.label.text() == say("ar", "home.unsent")]
    assert [fact.value.text().strip("\u2066\u2069") for fact in waiting if fact.isVisible()] == ["0"]


def test_no_key_looks_as_if_it_were_heard_while_something_is_saved(play: Play) -> None:
    stage = play("review_saving")
    assert not stage.window.veil.unseen
    assert not stage.window.footer.isEnabled()


def test_the_refund_that_is_spoken_of_is_in_sight(play: Play) -> None:
    stage = play("aftercare")
    acts: Rows = stage.find("aftercareActs")
    cells = (acts.model().index(row, 0) for row in range(acts.rowCount()))
    place = acts.visualRect(next(cell for cell in cells if cell.data() == say("ar", "detail.refund")))
    assert place.bottom() < (acts._more.edge() if acts._more.isVisible() else acts.height())
