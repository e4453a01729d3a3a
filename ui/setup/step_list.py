"""The steps of the first start at a glance: numbered, those behind ticked, what failed or was left out marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QGridLayout

from kiosk.setup.setup_steps import SetupProgress, Step
from protocol.texts import Language
from ui.widgets import Card, FittedText, Translated, beside, fill, restyle
from ui.widgets.steps import Dot, State
from ui.widgets.theme import hold

DOT_PX: Final = 24
ROW_PX: Final = 24
"""Before the text is enlarged: the step that is being done is bold, and moves no other."""
LOOKS: Final[dict[str, State]] = {"passed": "done", "failed": "failed", "skipped": "skipped", "": "to come"}
STEP_ICONS: Final[dict[Step, str]] = {
    "language": "globe", "clock": "clock", "folder": "disk", "keystore": "lock", "enrolment": "till",
    "catalogue": "list", "printer": "print", "scanner": "barcode", "camera": "camera", "operator": "person",
    "acceptance": "checks",
}  # fmt: skip


class StepList(Translated, Card):
    """In two columns: `labels` by step. Told again when the language changes."""

    def __init__(self, language: Language, steps: Sequence[Step]) -> None:
        super().__init__(language)
        self._dots = [Dot(place, DOT_PX) for place, _ in enumerate(steps, 1)]
        self.labels = {step: FittedText(role="hint") for step in steps}
        grid, half = QGridLayout(), (len(steps) + 1) // 2
        grid.setSpacing(6)
        for place, (dot, label) in enumerate(zip(self._dots, self.labels.values(), strict=True)):
            hold(label, height=ROW_PX)
            grid.addLayout(beside(dot, (label, 1), gap=8), place % half, place // half)
            grid.setColumnStretch(place // half, 1)
        fill(self.column, grid, edges=(16, 8, 16, 8))

    def tell(self, progress: SetupProgress) -> None:
        for dot, (step, label) in zip(self._dots, self.labels.items(), strict=True):
            state, said = progress.state(step), self.say(f"setup.step.{step}")
            dot.tell("now" if step == progress.step else LOOKS[state])
            label.setText(said)
            label.setAccessibleName(f"{said}: {self.say(f'report.state.{state}' if state else 'report.state.open')}")
            restyle(label, "role", "strong" if step == progress.step else "error" if state == "failed" else "hint")
