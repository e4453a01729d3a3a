"""A form that was left half typed: what it is called, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kiosk import fees
from kiosk.arabic import isolate
from kiosk.errors import KioskError, Refused
from kiosk.services import PublicService
from kiosk.transaction import Draft
from ui import show

if TYPE_CHECKING:
    from ui.pages.page import Page
    from ui.ports import Counter


@dataclass(frozen=True, slots=True)
class Aged:
    """A form that is no longer the one in force; what it cost by then and costs now, where that differs."""

    before_pt: int | None = None
    now_pt: int | None = None


def title_of(counter: Counter, draft: Draft) -> tuple[str, str]:
    """What to call it, in both languages; its service's id where that is no longer offered. Of a visit with the number
    of the other forms.
    """
    others = len(counter.desk.visit(draft.id)) - 1
    more = f" {isolate(f'+{others}')}" if others > 0 else ""
    try:
        title = counter.desk.form(draft).title
    except Refused:
        return draft.service_id + more, draft.service_id + more
    return title["ar"] + more, title["en"] + more


def taken_up(counter: Counter, draft_id: str) -> tuple[list[tuple[Draft, PublicService]], KioskError | None]:
    """Every form of that draft's visit, and why one of them cannot be taken up: its version is not kept here."""
    found: list[tuple[Draft, PublicService]] = []
    lost: KioskError | None = None
    for draft in counter.desk.visit(draft_id):
        try:
            found.append((draft, counter.desk.form(draft)))
        except Refused as error:
            lost = error
    return found, lost


def aged(counter: Counter, draft: Draft, form: PublicService) -> Aged | None:
    """None for the form in force."""
    desk, today = counter.desk, date.fromisoformat(counter.till.today())
    if desk.service(form.id).version == form.version:
        return None
    try:
        values = desk.check(form, draft.raw).values
        before = fees.compute(form, values, today, counter.settings().fees).total_pt
        now = desk.quote(form, values).total_pt
    except Refused:  # not enough has been typed to say
        return Aged()
    return Aged() if before == now else Aged(before, now)


def tell(page: Page, found: Aged | None) -> None:
    """Say so on the form, above what was typed."""
    if found is None:
        return
    more = ""
    if found.before_pt is not None and found.now_pt is not None:
        before, now = show.money(page.language, found.before_pt), show.money(page.language, found.now_pt)
        more = page.say("draft.older.fee", before=before, now=now)
    page.notice.tell("wait", page.say("draft.older"), more)
