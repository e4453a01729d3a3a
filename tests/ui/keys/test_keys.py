"""Every common task is done by keys alone, by pointer alone and by finger alone; the commonest with four keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.screen_judge import FINGER_PX
from tests.harness.stage import theatre
from tests.ui.keys.__main__ import main, measured, wrong
from tests.ui.keys.effort import DIGIT_S, KEY_S, THINK_S, Effort
from tests.ui.keys.newcomer import Story
from tests.ui.keys.pointer import Finger, Pointer
from tests.ui.keys.tasks import TASKS, Task
from ui.widgets.theme import ScreenLook

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def dressed() -> Iterator[None]:
    with theatre(ScreenLook()):
        yield


def test_there_are_fifteen_tasks() -> None:
    assert len({task.name for task in TASKS}) == 15


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_is_done_by_keys_alone_in_one_window(undressed: None, task: Task) -> None:
    effort, done = measured(task)
    assert done
    assert (effort.pointer, effort.dialogs) == (0, 0)
    assert len(effort.commands) <= task.most


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_is_done_with_a_mouse_and_no_command_key(dressed: None, task: Task) -> None:
    effort, done = measured(task, Pointer)
    assert done
    assert (effort.keys, effort.dialogs) == (0, 0)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_is_done_with_a_finger_on_what_is_large_enough(dressed: None, task: Task) -> None:
    effort, done = measured(task, Finger)
    assert done
    assert (effort.keys, effort.dialogs) == (0, 0)
    assert effort.least_px >= FINGER_PX, effort.least


def test_the_same_service_for_a_new_citizen_takes_four_commands_and_three_screens(dressed: None) -> None:
    effort, _ = measured(next(task for task in TASKS if task.name == "again"))
    assert effort.commands == ["F10", "F10", "F2", "F10"]
    assert (effort.screens, effort.enters) == (3, effort.fields)


def test_time_is_that_of_the_model() -> None:
    effort = Effort(["F10"], enters=2, letters=3, digits=4, moves=1, fields=2)
    assert effort.seconds == pytest.approx(7 * KEY_S + 4 * DIGIT_S + 3 * THINK_S)


def test_more_than_before_and_less_than_a_finger_are_told() -> None:
    task, more = TASKS[0], Effort(["F1"] * 9, pointer=1)
    said = list(wrong(task, more, Effort(moves=1), Effort(least_px=20, least="one")))
    assert said == ["not by keys alone", "9 command keys, not 4", "not by pointer alone", "one is 20 px"]
    assert list(wrong(task, Effort(), Effort(), Effort())) == []


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [task for task in TASKS if task.name in ("lock", "guidance")]
    monkeypatch.setattr("tests.ui.keys.__main__.TASKS", quick)
    monkeypatch.setattr("tests.ui.keys.__main__.first_sale", lambda _language: (Story(["F10"], done=True), True))
    assert main() == 0
    said = capsys.readouterr()
    assert all(task.title in said.out for task in quick)
    assert "F12" in said.out
    assert "First sale of a newcomer by the screen alone (en): 1 keys (F10)" in said.out
    monkeypatch.setattr("tests.ui.keys.__main__.measured", lambda *_: (Effort(pointer=1), True))
    monkeypatch.setattr("tests.ui.keys.__main__.first_sale", lambda _language: (Story(dead_ends=["lost"]), True))
    assert main() == 1
    said = capsys.readouterr()
    assert quick[0].title in said.err
    assert "first sale (ar): lost" in said.err
