"""`make keys`: what the commonest tasks take, measured on the real window; exits 1 when one of them needs more."""

from __future__ import annotations

import os
import sys
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.harness.stage import theatre
from tests.ui.keys.tasks import TASKS, Task
from tests.ui.keys.typist import DIGIT_S, KEY_S, THINK_S, Effort, Typist
from ui.widgets.theme import ScreenLook

HEAD: Final = ("task", "commands", "which", "Enter", "moves", "fields", "screens", "dialogs", "pointer", "KLM s")


def measured(task: Task) -> tuple[Effort, bool]:
    """What it took, and whether it was done."""
    typist = Typist()
    try:
        task.before(typist)
        return typist.measure(task.do), task.holds(typist)
    finally:
        typist.close()


def row(task: Task, effort: Effort) -> tuple[str, ...]:
    counts = (effort.enters, effort.moves, effort.fields, effort.screens, effort.dialogs, effort.pointer)
    return (
        task.title, str(len(effort.commands)), " ".join(effort.commands), *map(str, counts), f"{effort.seconds:.0f}"
    )  # fmt: skip


def main() -> int:
    rows: list[tuple[str, ...]] = [HEAD]
    undone = list[str]()
    with theatre(ScreenLook()):
        for task in TASKS:
            effort, done = measured(task)
            rows.append(row(task, effort))
            undone += [] if done and not effort.pointer + effort.dialogs else [task.title]
    widths = [max(len(line[column]) for line in rows) for column in range(len(HEAD))]
    for line in rows:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    print(
        f"\nKLM: {KEY_S} s a key, {DIGIT_S} s a digit of a number, {THINK_S} s of thought before a command and a field;"
        "\nan expert without errors. Talking, counting cash and waiting for the machine are not in it."
    )
    for title in undone:
        print(f"keys: not done, or not by keys alone: {title}", file=sys.stderr)
    return 1 if undone else 0


if __name__ == "__main__":
    sys.exit(main())
