"""First use: while somebody's PIN is new, each screen says once what it is for. Never over a message that stands."""

from __future__ import annotations

from ui.shell.flow import Flow
from ui.shell.shell import Shell

SETTLE_MS = 600
"""After what a screen itself has to say."""


class FirstUseHints(Flow):
    """Says once what each screen is for."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._said: set[str] | None = None
        self.settle(SETTLE_MS, self._explain_once)

    def begin(self) -> None:
        """Somebody has just set a first PIN here."""
        self._said = set()

    def end(self) -> None:
        """He has signed out: the next time he knows."""
        self._said = None

    def _explain_once(self) -> None:
        page = self._window.page()
        name, may = page.objectName(), page.notice.isHidden() and not self._window.busy
        if self._said is not None and name not in {*self._said, "pageHelp"} and may:
            self._said.add(name)
            page.explain("hint.first")
