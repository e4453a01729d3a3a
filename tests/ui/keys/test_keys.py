"""Every common task is done by keys alone, and the commonest with four of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.stage import theatre
from tests.ui.keys.__main__ import main, measured
from tests.ui.keys.tasks import TASKS, Task
from tests.ui.keys.typist import DIGIT_S, KEY_S, THINK_S, Effort
from ui.widgets.theme import ScreenLook

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
MOST_COMMANDS = 5


@pytest.fixture
def dressed() -> Iterator[None]:
    with theatre(ScreenLook()):
        yield


def test_there_are_fifteen_tasks() -> None:
    assert len({task.name for task in TASKS}) == 15


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_is_done_by_keys_alone_in_one_window(dressed: None, task: Task) -> None:
    effort, done = measured(task)
    assert done
    assert (effort.pointer, effort.dialogs) == (0, 0)
    assert len(effort.commands) <= MOST_COMMANDS


def test_the_same_service_for_a_new_citizen_takes_four_commands_and_three_screens(dressed: None) -> None:
    effort, _ = measured(next(task for task in TASKS if task.name == "again"))
    assert effort.commands == ["F10", "F10", "F2", "F10"]
    assert (effort.screens, effort.enters) == (3, effort.fields)


def test_time_is_that_of_the_model() -> None:
    effort = Effort(["F10"], enters=2, letters=3, digits=4, moves=1, fields=2)
    assert effort.seconds == pytest.approx(7 * KEY_S + 4 * DIGIT_S + 3 * THINK_S)


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [task for task in TASKS if task.name in ("lock", "guidance")]
    monkeypatch.setattr("tests.ui.keys.__main__.TASKS", quick)
    assert main() == 0
    said = capsys.readouterr()
    assert all(task.title in said.out for task in quick)
    assert "F12" in said.out
    monkeypatch.setattr("tests.ui.keys.__main__.measured", lambda _task: (Effort(pointer=1), True))
    assert main() == 1
    assert quick[0].title in capsys.readouterr().err
