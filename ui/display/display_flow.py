"""The screens of this machine: chosen on their page, worn at once, and kept for the next start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ui.display.display_choice import CITIZEN, SOUND, keep, keep_look, kept
from ui.display.display_page import DisplayPage
from ui.display.tones import Tones
from ui.shell import Flow, LatePage, Shell
from ui.widgets import theme
from ui.widgets.theme import ScreenLook

if TYPE_CHECKING:
    from ui.display.citizen_window import CitizenDisplay
    from ui.sale.review_page import ReviewPage


class DisplayFlow(Flow):
    """Drives the page of text size and contrast."""

    def __init__(self, window: Shell, review: Callable[[], ReviewPage]) -> None:
        super().__init__(window)
        self._review = review
        self._citizen_display: CitizenDisplay | None = None
        self.tones = Tones(self, wanted=kept(SOUND))
        window.told.connect(lambda tone: self.tones.play("refused") if tone == "act" else None)
        window.stack.currentChanged.connect(lambda _place: self._sold())

    @LatePage(DisplayPage)
    def page(self, page: DisplayPage) -> None:
        page.asked.connect(self._wear)
        page.citizen_asked.connect(self._choose_citizen)
        page.sound_asked.connect(self._choose_sound)
        page.left.connect(self._window.back)

    def open(self) -> None:
        """From anywhere, and back to the same field."""
        self.page.set_look(theme.screen_look())
        shown = self._citizen_display is not None and self._citizen_display.screen.isVisible()
        self.page.set_citizen(wanted=shown, screens=len(QGuiApplication.screens()))
        self.page.set_sound(wanted=self.tones.wanted)
        self._window.aside(self.page)

    def _wear(self, look: ScreenLook) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.wear(app, look)
        keep_look(look)
        self._window.set_language(self._window.language)  # what a page says depends on the room that letters leave

    def face(self, *, wanted: bool) -> None:
        """A window towards the citizen, or none."""
        if wanted and self._citizen_display is None:
            from ui.display.citizen_window import CitizenDisplay  # noqa: PLC0415 - few counters have a second screen

            self._citizen_display = CitizenDisplay(self._window, self._review())
        elif self._citizen_display is not None:
            self._citizen_display.turn(on=wanted)

    def _sold(self) -> None:
        if self._window.page().objectName() == "pageDone":
            self.tones.play("saved")

    def _choose_sound(self, wanted: bool) -> None:
        self.tones.wanted = wanted
        keep(SOUND, wanted=wanted)
        self.tones.play("saved")

    def _choose_citizen(self, wanted: bool) -> None:
        self.face(wanted=wanted)
        keep(CITIZEN, wanted=wanted)
