"""A form that was left half typed: what it is called, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.counter import Counter
from kiosk.model.evidence_file import captured, missing
from kiosk.model.paper_sheet import joined
from kiosk.model.service_request import Draft
from protocol.catalogue import fees
from protocol.catalogue.forms import Checked
from protocol.catalogue.services import FREE_MODES, PublicService
from protocol.clock import read_day
from protocol.errors import KioskError, Refused
from protocol.texts import Bilingual
from protocol.values.masked import last_four
from ui.requests.request_words import masked_citizen
from ui.sale.citizen_visit import Visit, Work
from ui.sale.form_page import FormPage
from ui.shell import Page
from ui.widgets import show

Aged = tuple[int, int]
"""What a form that is no longer the one in force cost by then and costs now; the same where nobody can say."""


def title_of(counter: Counter, forms: Sequence[Draft]) -> Bilingual:
    """What to call a visit in both languages, by the first of its forms and the number of the others; its service's id
    where that is no longer offered.
    """
    first, others = forms[0], len(forms) - 1
    more = f" {show.isolate(f'+{others}')}" if others else ""
    try:
        title = counter.desk.drafts.form(first).title
    except Refused:
        title = Bilingual.same(first.service_id)
    return joined(title, "", Bilingual.same(more))


def citizen_of(draft: Draft) -> str:
    """Enough to tell the drafts of one service apart, as `request_words.citizen` has it of a request."""
    name, last = str(draft.raw.get("name") or ""), last_four(str(draft.raw.get("national_id") or ""))
    return masked_citizen(show.short_name(name), last)


def form_of(counter: Counter, draft: Draft) -> PublicService | None:
    """Its service as it began; None where that is no longer offered."""
    try:
        return counter.desk.drafts.form(draft)
    except KioskError:
        return None


def filled(counter: Counter, draft: Draft) -> tuple[int, int]:
    """How many of its fields are typed in, and how many there are; none of a form that is no longer offered."""
    form = form_of(counter, draft)
    shown = counter.desk.read(form, draft.raw).shown if form else ()
    return sum(bool(draft.raw.get(name)) for name in shown), len(shown)


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Every form of a visit, the answers of those that need nothing more, and why one of them cannot be taken up."""

    forms: list[tuple[Draft, PublicService]]
    whole: dict[str, Checked]
    lost: KioskError | None


def taken_up(counter: Counter, draft_id: str) -> TakenUp:
    found = TakenUp([], {}, None)
    for draft in counter.desk.drafts.visit(draft_id):
        try:
            form = counter.desk.drafts.form(draft)
        except Refused as error:
            found = TakenUp(found.forms, found.whole, error)
            continue
        found.forms.append((draft, form))
        if (whole := _whole(counter, draft, form)) is not None:
            found.whole[draft.id] = whole
    return found


def _whole(counter: Counter, draft: Draft, form: PublicService) -> Checked | None:
    """None for a form that a person has to look at: something is missing, odd, to be agreed to, or has changed."""
    desk = counter.desk
    if form.consent is not None or form.mode in FREE_MODES or desk.service(form.id).version != form.version:
        return None
    checked = desk.check(form, draft.raw)
    lacking = missing(captured(checked.papers), counter.evidence.taken(draft.id))
    return None if checked.faults or checked.warnings or lacking else checked


def settle(page: FormPage, visit: Visit, draft_id: str, whole: Mapping[str, Checked]) -> Work:
    """The form to show, which is that of `draft_id`; of the others, those that are whole are not asked about again."""
    shown = next((work for work in visit.works if work.draft.id == draft_id), visit.work)
    for work in visit.works:
        found = whole.get(work.draft.id)
        if found is not None and work is not shown:
            page.set_form(work.service, work.raw)
            page.set_visible(found.shown)
            work.values, work.answers = found.values, page.answers()
            work.settled = work.papered = True
    return shown


def aged(counter: Counter, draft: Draft, form: PublicService) -> Aged | None:
    """None for the form in force."""
    desk, today = counter.desk, read_day(counter.till.today())
    if desk.service(form.id).version == form.version:
        return None
    try:
        values = desk.check(form, draft.raw).values
        before = fees.compute(form, values, today, counter.in_force.settings().fees).total_pt
        return before, desk.quote(form, values).total_pt
    except Refused:  # not enough has been typed to say
        return 0, 0


def say_aged(page: Page, found: Aged | None) -> None:
    """On the form, above what was typed."""

    def words() -> tuple[str, str, str]:
        before, now = (show.money(page.language, amount_pt) for amount_pt in found or (0, 0))
        fee = "" if before == now else page.say("draft.older.fee", before=before, now=now)
        return "wait", fee or page.say("draft.older"), page.say("draft.older.more")

    if found is not None:
        page.show_words(words)
