"""`make keys`: what the commonest tasks take, measured on the real window, by keys, with a mouse and with a finger; and
what the first sale takes somebody who knows only what the screen says. Exits 1 when one of them needs more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from protocol.texts import LANGUAGES
from tests.harness.screen_judge import FINGER_PX
from tests.harness.stage import theatre
from tests.ui.keys.effort import DIGIT_S, KEY_S, THINK_S, Effort
from tests.ui.keys.first_sale import first_sale
from tests.ui.keys.pointer import Finger, Pointer
from tests.ui.keys.tasks import TASKS, Task
from tests.ui.keys.typist import Typist
from ui.widgets.theme import ScreenLook

HEAD: Final = (
    "task", "commands", "before", "which", "Enter", "moves", "fields", "screens", "dialogs", "pointer", "KLM s",
    "clicks", "taps", "least px",
)  # fmt: skip


def measured(task: Task, hands: type[Typist] = Typist) -> tuple[Effort, bool]:
    """What it took, and whether it was done."""
    typist = hands()
    try:
        task.before(typist)
        return typist.measure(task.do), task.holds(typist)
    finally:
        typist.close()


def row(task: Task, keys: Effort, mouse: Effort, finger: Effort) -> tuple[str, ...]:
    counts = (keys.enters, keys.moves, keys.fields, keys.screens, keys.dialogs, keys.pointer)
    pressed = mouse.presses, finger.presses, finger.least_px
    commands = str(len(keys.commands)), str(task.most), " ".join(keys.commands)
    return task.title, *commands, *map(str, counts), f"{keys.seconds:.0f}", *map(str, pressed)


def wrong(task: Task, keys: Effort, mouse: Effort, finger: Effort) -> Iterator[str]:
    """What it needs that it should not."""
    if keys.pointer + keys.dialogs:
        yield "not by keys alone"
    if len(keys.commands) > task.most:
        yield f"{len(keys.commands)} command keys, not {task.most}"
    if mouse.keys or finger.keys:
        yield "not by pointer alone"
    if finger.least_px < FINGER_PX:
        yield f"{finger.least} is {finger.least_px} px"


def tell_first_sales() -> Iterator[str]:
    """Print them; yields what is wrong."""
    for language in LANGUAGES:
        story, sold = first_sale(language)
        print(
            f"First sale of a newcomer by the screen alone ({language}): {len(story.keys)} keys"
            f" ({' '.join(story.keys)}), {story.fields} fields, {len(story.screens)} screens,"
            f" help {story.helped} times, {len(story.dead_ends)} dead ends"
        )
        yield from (f"first sale ({language}): {end}" for end in story.dead_ends)
        if not (sold and story.done):
            yield f"first sale ({language}): not made"


def main() -> int:
    rows: list[tuple[str, ...]] = [HEAD]
    faults = list[str]()
    with theatre(ScreenLook()):
        for task in TASKS:
            found = [measured(task, hands) for hands in (Typist, Pointer, Finger)]
            efforts = [effort for effort, _ in found]
            rows.append(row(task, *efforts))
            faults += [] if all(done for _, done in found) else [f"{task.title}: not done"]
            faults += [f"{task.title}: {fault}" for fault in wrong(task, *efforts)]
        widths = [max(len(line[column]) for line in rows) for column in range(len(HEAD))]
        for line in rows:
            print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
        print(
            f"\nKLM: {KEY_S} s a key, {DIGIT_S} s a digit of a number, {THINK_S} s of thought before a command and a"
            "\nfield; an expert without errors. Talking, counting cash and waiting for the machine are not in it."
            "\nClicks and taps: what a mouse or a finger presses in place of the keys; letters are typed, a finger's"
            "\ndigits tapped.\n"
        )
        faults += tell_first_sales()
    for fault in faults:
        print(f"keys: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
