"""F1: from any screen to its help and back to the same field. Needs neither a line nor anybody signed in."""

from __future__ import annotations

from collections.abc import Callable

from protocol.errors import KioskError
from protocol.texts import say
from ui.shell.base_page import Action
from ui.shell.flow import Flow, LatePage
from ui.shell.help_page import About, HelpPage
from ui.shell.shell import Shell


class HelpFlow(Flow):
    """Opens and leaves help."""

    def __init__(self, window: Shell, practise: Callable[[], None]) -> None:
        super().__init__(window)
        self._practise = practise

    @LatePage(HelpPage)
    def page(self, page: HelpPage) -> None:
        page.left.connect(self._window.back)
        page.practice_asked.connect(self._practise)

    def open(self, everywhere: list[Action], *, inside: bool) -> None:
        """`everywhere` are the keys that mean the same on every page now; `inside`: somebody works here."""
        behind = self._window.page()
        if behind is self.page or self._window.busy:
            return
        practice = "stop" if self._kiosk.practising else "start" if inside else ""

        def title() -> str:
            return behind.title.text()

        def keys() -> dict[str, str]:
            known = (action for action in everywhere if action.word and action.key != "F1")  # it led here
            always = {action.key: say(behind.language, action.word) for action in known}
            own = dict(behind.key_words())
            return {**own, **{key: words for key, words in always.items() if key not in own}}

        def show(found: tuple[str, str]) -> None:
            if self._window.page() is not behind or self._window.busy:
                return  # locked, saved or gone on meanwhile: this help, and its keys, are another screen's
            self.page.set_data(About(behind.objectName(), title, keys, *found, practice))
            self._window.aside(self.page)

        self.ask(self._whom, show, lambda _error: show(("", "—")))

    def _whom(self) -> tuple[str, str]:
        """The number to call and this device's id, as far as they are known already."""
        try:
            device = self._counter.in_force.statement().device_text
        except KioskError:
            return "", "—"
        try:
            return self._counter.in_force.settings().support_phone, device
        except KioskError:
            return "", device
