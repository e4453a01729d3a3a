"""Was it saved? Answered in one key after any crash, power cut or time-out, from what the disk holds.

The sale and the end of its form are one commit: a form that is still there was not saved, and what was saved has a
number to compare with the last paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.model.service_request import Query, Request
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language, say
from ui.requests.request_words import citizen, number, title
from ui.sale import draft_forms
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.widgets import show

if TYPE_CHECKING:
    from ui.sale.home_page import HomePage


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The newest request, its receipt's number and its service; the titles of forms that are kept."""

    request: Request | None
    number: str
    service: tuple[str, str]
    kept: list[tuple[str, str]]

    def told(self, language: Language) -> tuple[str, str]:
        place = 0 if language == "ar" else 1
        request = self.request
        if request is None:
            what, more = say(language, "saved.none"), say(language, "saved.none.more")
        else:
            what = say(language, "saved.last", number=show.number(self.number))
            more = say(
                language, "saved.last.more", service=self.service[place], time=show.clock(request.created_ms),
                amount=show.money(language, request.total_pt), citizen=citizen(request),
            )  # fmt: skip
        left = [say(language, "saved.draft", service=titles[place]) for titles in self.kept]
        return what, " ".join([more, *left])


class SavedCheckFlow(Flow):
    """Looks up whether the last press was saved."""

    def __init__(self, window: Shell, page: HomePage) -> None:
        super().__init__(window)
        self._page = page
        page.saved_asked.connect(self.look)

    def look(self) -> None:
        self.ask(self._look, self._tell)

    def _look(self) -> SavedAnswer:
        desk = self._counter.desk
        kept = [draft_forms.title_of(self._counter, draft) for draft in desk.drafts.unfinished()]
        newest = next(iter(desk.requests.search(Query(limit=1))), None)
        if newest is None:
            return SavedAnswer(None, "", ("", ""), kept)
        return SavedAnswer(newest, number(self._counter, newest), title(self._counter, newest), kept)

    def _tell(self, answer: SavedAnswer) -> None:
        self._page.tell(lambda: ("info", *answer.told(self._page.language)))

    @override
    def _fail(self, error: KioskError) -> None:
        self._page.fail(error)
