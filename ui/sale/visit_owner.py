"""Who holds the visit and its forms, as the flows of its steps know it; `ui/sale/sale_flow.py` is it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from ui.sale.citizen_visit import Visit, Wanted, Work


class VisitOwner(Protocol):
    """What the parts of a sale ask of the sale around them."""

    def visit(self) -> Visit | None: ...
    def home(self) -> None:
        """Away from the visit, which waits there half typed."""

    def choose(self, service_id: str) -> None:
        """One more form for the citizen of the open visit, else one for a new citizen."""

    def begin_all(self, wanted: Sequence[Wanted]) -> None:
        """A new citizen, with all that they have come for."""

    def resume(self, draft_id: str) -> None:
        """A visit that was left half typed."""

    def back_to_visit(self) -> None: ...
    def back(self, work: Work, checked: Any = None, field: str = "") -> None:
        """To that form again, with what is wrong in it or with the focus on a field."""

    def out(self, work: Work, said: str = "") -> None:
        """This form is done with, and was not sold; `said` is told on the page that comes next."""

    def papers_done(self, work: Work) -> None:
        """All that is needed is kept: on with the sale."""

    def keep_now(self) -> None:
        """What was typed last is kept, and no keep comes after it."""

    def recorded(self, recorded: Any) -> None: ...
    def show_paper(self, request: Any, job: Any) -> None:
        """The request of a paper that is still to be answered for."""

    @property
    def papers_asked(self) -> SignalInstance: ...
