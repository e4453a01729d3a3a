"""The steps of the first start at a glance: numbered, those behind ticked, what failed or was left out marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.setup.setup_steps import SetupProgress, Step
from protocol.texts import Language
from ui.widgets import Card, FittedText, Translated, beside, fill, restyle, stacked
from ui.widgets.steps import Dot, State

DOT_PX: Final = 24
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
        pairs, half = zip(self._dots, self.labels.values(), strict=True), (len(steps) + 1) // 2
        lines = [beside(dot, (label, 1), gap=8) for dot, label in pairs]
        self._columns = [stacked(*some, 1, gap=6) for some in (lines[:half], lines[half:])]
        fill(self.column, beside(*((column, 1) for column in self._columns), gap=8), edges=(16, 8, 16, 8))

    def tighten(self, tight: bool) -> None:
        """Where the step has many commands of its own."""
        for column in self._columns:
            column.setSpacing(2 if tight else 6)

    def tell(self, progress: SetupProgress) -> None:
        for dot, (step, label) in zip(self._dots, self.labels.items(), strict=True):
            state, said = progress.state(step), self.say(f"setup.step.{step}")
            dot.tell("now" if step == progress.step else LOOKS[state])
            label.setText(said)
            label.setAccessibleName(f"{said}: {self.say(f'report.state.{state}' if state else 'report.state.open')}")
            restyle(label, "role", "strong" if step == progress.step else "error" if state == "failed" else "hint")
