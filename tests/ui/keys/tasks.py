"""The fifteen commonest tasks of a counter, as whatever hands do them; each ends in a state that is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import AuthorityBill, PrintState, Query
from kiosk.model.store_changes import SetPaper
from protocol.journal.business_day import DayKey
from protocol.texts import Bilingual
from tests.harness.citizens import national_id
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR
from tests.ui.keys.typist import Typist
from ui.widgets.push_button import GAP_MS

Key = Qt.Key
Do = Callable[[Typist], object]
CITIZEN: Final[Mapping[str, str]] = {
    "national_id": national_id(77), "name": "منى سعيد إبراهيم علي", "mobile": "01112345678",
    "mother_name": "فاطمة علي محمود",
}  # fmt: skip
NEXT: Final[Mapping[str, str]] = {**CITIZEN, "national_id": national_id(79), "name": "كريم سامي فؤاد يوسف"}
"""Another citizen: the same one with the same service would be asked about."""


@dataclass(frozen=True, slots=True)
class Task:
    """`before` brings the counter there, `do` is measured, `holds` says afterwards whether it was done."""

    name: str
    title: str
    most: int
    """Command keys that it took before there was one skeleton for all pages; it takes no more."""
    before: Do
    do: Do
    holds: Callable[[Typist], bool]


def requests(typist: Typist) -> int:
    return len(typist.counter.desk.requests.search(Query()))


def copies(typist: Typist) -> int:
    return sum(job.copy > 0 for job in typist.counter.papers.jobs())


# ---- before


def at_home(typist: Typist) -> None:
    typist.home()


def one_sold(typist: Typist) -> None:
    typist.home()
    sell(typist)


def one_sold_at_home(typist: Typist) -> None:
    one_sold(typist)
    typist.press(Key.Key_Escape)
    typist.until("pageCatalogue")


def one_printed(typist: Typist) -> None:
    one_sold_at_home(typist)
    printed = [SetPaper(job.id, (PrintState.WAITING,), PrintState.PRINTED) for job in typist.counter.papers.jobs()]
    typist.counter.store.commit([], printed)


def two_people(typist: Typist) -> None:
    typist.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    typist.home(lambda counter: counter.desk.record(counter.shop.sale()))


def with_line(typist: Typist) -> None:
    def up(counter: FakeCounter) -> None:
        counter.line.up = counter.shop.line.up = True
        counter.line.bill = AuthorityBill("B-1", 32_500, 2**50, (ReceiptLine(Bilingual("فاتورة", "Bill"), 32_500),))

    typist.home(up)


def not_signed_in(typist: Typist) -> None:
    typist.counter.people.activate(OPERATOR, CODE, PIN)
    typist.counter.people.sign_out()
    typist.window.session.load()
    typist.settle(40)


def at_the_review(typist: Typist) -> None:
    typist.home()
    typist.press(Key.Key_2, alt=True)
    typist.until("pageForm")
    typist.answer_form(CITIZEN)
    typist.press(Key.Key_F10)
    typist.until("pageReview")


# ---- do


def sell(typist: Typist) -> None:
    """112, birth certificate: a citizen's four answers, the exact cash."""
    typist.press(Key.Key_2, alt=True)
    fill_and_take(typist)


def fill_and_take(typist: Typist, citizen: Mapping[str, str] = CITIZEN) -> None:
    typist.until("pageForm")
    typist.answer_form(citizen)
    typist.press(Key.Key_F10)
    typist.until("pageReview")
    take(typist)


def take(typist: Typist) -> None:
    typist.press(Key.Key_F2)
    typist.press(Key.Key_F10)
    typist.until("pageDone")


def same_again(typist: Typist) -> None:
    typist.settle(GAP_MS + 50)  # the change is read first
    typist.press(Key.Key_F10)
    fill_and_take(typist, NEXT)


def by_number(typist: Typist) -> None:
    typist.type("112")
    typist.take()
    fill_and_take(typist)


def one_more(typist: Typist) -> None:
    typist.press(Key.Key_F3)
    typist.until("pageCatalogue")
    typist.press(Key.Key_6, alt=True)
    typist.until("pageForm")
    typist.answer_form({"spouse_national_id": national_id(78)})
    typist.press(Key.Key_F10)
    typist.until("pageReview")
    take(typist)


def pay_a_bill(typist: Typist) -> None:
    typist.type("231")
    typist.take()
    typist.until("pageForm")
    typist.answer_form({"area_code": "02", "landline_no": "23456789", "mobile": CITIZEN["mobile"]})
    typist.press(Key.Key_F10)
    typist.until("pageReview")
    take(typist)


def guide(typist: Typist) -> None:
    typist.press(Key.Key_1, alt=True)
    typist.until("pageForm")
    typist.press(Key.Key_F10)
    typist.until("pageCatalogue")


def correct(typist: Typist) -> None:
    """From the cash up to the answers, the third of them again, and back."""
    typist.reach("answersTable", back=True)
    typist.open_row("answersTable", 2)
    typist.until("pageForm")
    assert typist.window.focusWidget() is typist.find("field_mobile")
    typist.mark_all()
    typist.type("01098765432")
    typist.press(Key.Key_F10)
    typist.until("pageReview")


def find_and_print(typist: Typist) -> None:
    newest = typist.counter.desk.requests.search(Query(limit=1))[0]
    typist.press(Key.Key_F6)
    typist.until("pageRequests")
    typist.type(f"{newest.seq}")
    typist.settle(200)  # it is looked for when typing has come to rest
    typist.wait(lambda: typist.find("requestTable").rowCount() == 1)
    open_found(typist)
    typist.press(Key.Key_F10)
    typist.settle(40)


def open_found(typist: Typist) -> None:
    typist.reach("requestTable")
    typist.open_row("requestTable")
    typist.until("pageDetail")


def ask_saved(typist: Typist) -> None:
    typist.press(Key.Key_F5)
    typist.wait(lambda: bool(typist.page.notice.text()))


def void(typist: Typist) -> None:
    typist.press(Key.Key_F6)
    typist.until("pageRequests")
    typist.wait(lambda: typist.find("requestTable").rowCount() > 0)
    open_found(typist)
    typist.press(Key.Key_1, alt=True)
    typist.until("pageReverse")
    typist.type("رجع المواطن في طلبه")
    typist.reach("secondPinEdit")
    typist.type(PIN_SUPERVISOR)
    typist.press(Key.Key_F10)
    typist.until("pageDetail")


def lock(typist: Typist) -> None:
    typist.press(Key.Key_F12)
    typist.until("pageLock")
    typist.type(PIN)
    typist.take()
    typist.until("pageCatalogue")


def change_person(typist: Typist) -> None:
    typist.leave_seat()
    typist.wait(lambda: typist.window.session.sign_in.names.count() == 2)
    typist.choose_person(1)
    typist.type(PIN_SUPERVISOR)
    typist.take()
    typist.until("pageCatalogue")


def open_day(typist: Typist) -> None:
    typist.type(PIN)
    typist.take()
    typist.until("pageOpenDay")
    typist.type("500")
    typist.press(Key.Key_F10)
    typist.until("pageCatalogue")


def cash_out(typist: Typist) -> None:
    typist.press(Key.Key_F8)
    typist.until("pageDay")
    typist.press(Key.Key_2, alt=True)
    typist.until("pageCash")
    typist.type("25.50")
    typist.reach("reasonEdit")
    typist.type("ورق للطابعة")
    typist.press(Key.Key_F10)
    typist.until("pageDay")


def close_day(typist: Typist) -> None:
    """A hundred to begin with and one sale: counted, equal, closed."""
    drawer_pt = 10_000 + sum(row.total_pt for row in typist.counter.desk.requests.search(Query()))
    typist.press(Key.Key_F8)
    typist.until("pageDay")
    typist.press(Key.Key_F10)
    typist.until("pageClose")
    for face in FACES:
        count, drawer_pt = divmod(drawer_pt, face)
        if count:
            typist.reach(f"face{face}")
            typist.type(str(count))
    typist.press(Key.Key_1, alt=True)  # there is none of the others
    typist.wait(lambda: typist.page._state == "summary")  # type: ignore[attr-defined]
    typist.press(Key.Key_F10)
    typist.wait(lambda: typist.counter.till.day() is None)


FACES: Final = (20_000, 10_000, 5_000, 2_000, 1_000, 500)


# ---- what was done


def sold(count: int) -> Callable[[Typist], bool]:
    return lambda typist: requests(typist) == count


def moved(typist: Typist) -> bool:
    return [m.amount_pt for m in typist.counter.store.days.movements(DayKey(typist.counter.till.today()))] == [2_550]


def corrected(typist: Typist) -> bool:
    return bool(typist.screens.sale.visit.works[0].values["mobile"] == "01098765432")


def who(operator: str) -> Callable[[Typist], bool]:
    def sits(typist: Typist) -> bool:
        login = typist.counter.people.current()
        return login is not None and login.operator.id == operator

    return sits


TASKS: Final[tuple[Task, ...]] = (
    Task("again", "Same service, new citizen, exact cash", 4, one_sold, same_again, sold(2)),
    Task("favourite", "A service in front of the home screen", 4, at_home, sell, sold(1)),
    Task("number", "A service by its number", 3, at_home, by_number, sold(1)),
    Task("one_more", "One more service for the same citizen", 5, at_the_review, one_more, sold(2)),
    Task("bill", "A bill asked for on the line, and paid", 3, with_line, pay_a_bill, sold(1)),
    Task("guidance", "What to bring, printed", 2, at_home, guide, lambda t: len(t.counter.papers.jobs()) == 1),
    Task("correct", "An answer corrected at the review", 1, at_the_review, correct, corrected),
    Task("copy", "An earlier request found, a copy printed", 2, one_printed, find_and_print,
         lambda t: copies(t) == 1),
    Task("saved", "Was it saved?", 1, one_sold_at_home, ask_saved, lambda t: "50.00" in t.page.notice.text()),
    Task("void", "A request voided by two", 3, two_people, void,
         lambda t: t.counter.desk.requests.search(Query())[0].reversed == "void"),
    Task("lock", "The counter locked and opened again", 1, at_home, lock, who(OPERATOR)),
    Task("change", "Another person sits down", 2, two_people, change_person, who(SUPERVISOR)),
    Task("open", "Signed in, the day opened", 1, not_signed_in, open_day, lambda t: t.counter.till.day() is not None),
    Task("cash_out", "Cash taken out with a reason", 3, at_home, cash_out, moved),
    Task("close", "The day counted and closed", 4, one_sold_at_home, close_day, lambda t: t.counter.till.day() is None),
)  # fmt: skip
