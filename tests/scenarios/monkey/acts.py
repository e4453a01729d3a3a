"""What the monkey may do, each with its weight; what it answers goes to the trail."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QTableWidget
from shiboken6 import isValid

from tests.scenarios.monkey.hands import COMMANDS, Key
from tests.scenarios.monkey.person import Person
from ui.widgets.theme import SIZES, ScreenLook

EASTERN: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
HIDDEN: Final = ("\u200f", "\u200e", "\u202b", "\u2067", "\u061c", "\u00a0", "\u2069")
NAMES: Final = ("سعاد زينهم", "محمد أحمد عبد الله حسن", "منى عبد الله حسن علي")
NUMBERS: Final = ("1", "25", "125.5", "0", "-5", "999999999999", "20001010100014", "01012345678")
WORDS: Final = ("x", "ش", "محل", "شهادة", "ID", "a\nb\tc", "1,250", *NAMES)
CODES: Final = ("20001010100014", "12345678", f"https://centre.example/r/0192f0c1/4/{'a' * 64}")
MOVES: Final = (
    Key.Key_Tab, Key.Key_Backtab, Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End,
    Key.Key_Backspace, Key.Key_Delete, Key.Key_Space, Key.Key_PageDown,
)  # fmt: skip
SHAPES: Final = ((1024, 600), (1366, 728), (1920, 1040), (800, 600))
CLICKS_MORE: Final = 0.15


class Acts(Person):
    """Every method with a weight is one thing to do."""

    # ---- keys without a thought

    def f_key(self) -> object:
        key = self.chance.choice(COMMANDS)
        self.key(key)
        return key.name

    def held(self) -> object:
        key = self.chance.choice([*COMMANDS, Key.Key_Return])
        self.key(key)
        for _ in range(4):
            self.key(key, gap_ms=30, held=True)
        return key.name

    def twice(self) -> object:
        key = self.chance.choice([*COMMANDS, Key.Key_Return, Key.Key_Escape])
        self.key(key)
        self.key(key, gap_ms=40)
        return key.name

    def own(self) -> object:
        """A key that the page itself offers."""
        offered = [action.key for action in self.page.commands()]
        name = self.chance.choice(offered or ["Esc"])
        self.command(name)
        return name

    def any_alt(self) -> object:
        number = self.chance.randrange(13)
        if number < 10:
            self.digit(number)
        else:
            self.alt((Key.Key_F11, Key.Key_Left, Key.Key_F12)[number - 10])
        return number

    def control(self) -> object:
        key = self.chance.choice((Key.Key_A, Key.Key_Z, Key.Key_X, Key.Key_Y, Key.Key_C))
        self.key(key, modifier=Qt.KeyboardModifier.ControlModifier)
        return key.name

    def move(self) -> object:
        key = self.chance.choice(MOVES)
        self.key(key, " " if key is Key.Key_Space else "")
        return key.name

    def some_text(self) -> object:
        text = self.chance.choice((*NUMBERS, *WORDS))
        text = text.translate(EASTERN) if self.chance.random() < 0.3 else text
        self.type(text)
        return repr(text)

    def scan(self) -> object:
        code = self.chance.choice(CODES)
        code = code.translate(EASTERN) if self.chance.random() < 0.3 else code
        self.key(Key.Key_Shift, gap_ms=1_000)
        self.type(code, gap_ms=4)
        pause = self.screens.scans.scanner._pause
        if self.chance.random() < 0.7:
            self.key(Key.Key_Return, "\r", gap_ms=4)
        elif pause.isActive():
            pause.stop()
            pause.timeout.emit()
        return code

    def paste(self) -> object:
        text = self.chance.choice((*NUMBERS, *WORDS))
        for _ in range(self.chance.randrange(4)):
            at = self.chance.randrange(len(text) + 1)
            text = text[:at] + self.chance.choice(HIDDEN) + text[at:]
        if isinstance(self.window.focusWidget(), QLineEdit):
            QApplication.clipboard().setText(text)
            self.key(Key.Key_V, "\x16", modifier=Qt.KeyboardModifier.ControlModifier)
        return repr(text)

    # ---- the mouse

    def any_click(self) -> object:
        widget = self.chance.choice(self.targets())
        name = widget.objectName()
        self.click(widget, twice=self.chance.random() < CLICKS_MORE)
        return name

    def any_row(self) -> object:
        tables = [w for w in self.targets() if isinstance(w, QTableWidget | QListWidget) and w.model().rowCount()]
        if not tables:
            return ""
        table = self.chance.choice(tables)
        self.click(table)
        if isValid(table) and table.isVisible():
            self.key(Key.Key_Return, "\r")
        return table.objectName()

    # ---- moments, and how it looks

    def any_timer(self) -> object:
        timers = [timer for timer in self.window.findChildren(QTimer) if timer.isActive()]
        if not timers:
            return ""
        timer = self.chance.choice(timers)
        if timer.isSingleShot():
            timer.stop()
        timer.timeout.emit()
        return f"{type(timer.parent()).__name__} {timer.interval()}"

    def shape(self) -> object:
        shape = self.chance.choice(SHAPES)
        self.window.resize(*shape)
        return shape

    def look(self) -> object:
        look = ScreenLook(self.chance.choice(SIZES), self.chance.random() < 0.3)
        self.screens.display._wear(look)
        return look


HANDS: Final = {
    "f_key": 20, "held": 2, "twice": 3, "own": 24, "any_alt": 6, "control": 2, "move": 10, "some_text": 6, "scan": 3,
    "paste": 3, "any_click": 14, "any_row": 5, "right_pin": 6, "activate": 6, "open_day": 8, "serve": 10,
    "second_person": 4, "count_cash": 6, "any_timer": 8, "shape": 1, "look": 0.4,
}  # fmt: skip
