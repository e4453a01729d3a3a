"""The printer in the header: one icon, whose colour, mark and words say how it stands. It leads to the papers."""

from __future__ import annotations

from typing import Final, Literal

from kiosk.core.events import PrintJobsChanged, SessionChanged
from kiosk.model.service_request import PrintState
from protocol.errors import KioskError
from protocol.program.explained import readable
from protocol.texts import say
from ui.requests.reprint import unfinished
from ui.shell import Flow, Shell

Standing = Literal["ok", "doubt", "failed", "trouble", "none"]
LOOKS: Final[dict[Standing, tuple[str, str]]] = {
    "ok": ("ok", "printer.ok"), "doubt": ("wait", "printer.doubt"), "failed": ("act", "printer.failed"),
    "trouble": ("act", "printer.trouble"), "none": ("off", "papers.no_printer"),
}  # fmt: skip
"""Of each state the tone and the text."""
Found = tuple[Standing, KioskError | None]


class PrinterSign(Flow):
    """Read again at every change of a paper. In practice it is the same printer, and the real papers count."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._found: Found | None = None

    def start(self) -> None:
        self._window.spoken.connect(self.retell)
        self.hear(PrintJobsChanged, SessionChanged, then=self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.ask(self._read, self._show, lambda _none_yet: self._show(None))  # nobody has enrolled this till

    def _read(self) -> Found:
        """The gravest of what is to be said."""
        papers = self._kiosk.at_work.counter.papers
        choice, trouble = papers.chosen(), papers.trouble
        if choice is None or choice.kind == "none":
            return "none", None
        if trouble is not None:
            return "trouble", trouble
        job = unfinished(self._kiosk.at_work.counter)
        if job is None:
            return "ok", None
        return ("failed" if job.state is PrintState.FAILED else "doubt"), None

    def _show(self, found: Found | None) -> None:
        self._found = found
        self.retell()

    def retell(self) -> None:
        if self._found is None:
            return
        language, (standing, trouble) = self._window.language, self._found
        tone, key = LOOKS[standing]
        values = readable(language, trouble) if trouble else {}
        words = say(language, key, **values)
        reason = str(values.get("reason", words))
        self._window.header.set_printer(tone, words, reason[:1].upper() + reason[1:] if tone == "act" else "")
