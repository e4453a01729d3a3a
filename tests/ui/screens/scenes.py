"""The screens and their states. A scene is a function that brings a `Stage` there; its docstring is its caption.

To add one: write the function under `@scene`, in the order of the day. Nothing else names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from PySide6.QtCore import Qt

from kiosk.core.events import ApprovalsChanged, PrintJobsChanged, SyncChanged
from kiosk.model.service_request import TRAY, PrintState, Query
from kiosk.ports.world import WrittenBundle
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.till_papers import Moving
from kiosk.upkeep.updates.update_standing import LongWait
from protocol.errors import Unavailable
from tests.harness import shop
from tests.harness.catalogue_changes import publish
from tests.harness.citizens import filled, national_id
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.stage import Stage
from tests.harness.waiting_update import waiting_update
from tests.kiosk.staff.test_centre_approvals import answer, hear
from tests.ui.screens.scene_shops import (
    busy,
    busy_and_online,
    claimed,
    crew,
    online,
    opening,
    reject,
    spread,
    staffed,
    three_sold,
    unenrolled,
    unmanned,
    wordy,
    worked_yesterday,
)
from ui.shell.busy_veil import SOON_MS

Key = Qt.Key
Play = Callable[[Stage], object]


@dataclass(frozen=True, slots=True)
class Scene:
    """`state` is one of the states every screen has to be shown in; `ready` False: the store is still opening."""

    name: str
    screen: str
    state: str
    caption: str
    play: Play
    counter: Callable[[], FakeCounter]


STATES: Final = ("normal", "empty", "loading", "error", "offline", "printer down", "long text", "two errors", "asks")
SCENES: Final[list[Scene]] = []


def scene(screen: str, state: str, counter: Callable[[], FakeCounter] = FakeCounter) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        assert state in STATES, state
        name, caption = getattr(play, "__name__", ""), (play.__doc__ or "").strip()
        SCENES.append(Scene(name, screen, state, caption, play, counter))
        return play

    return keep


def moved(stage: Stage, state: PrintState, before: PrintState = PrintState.WAITING) -> None:
    job = stage.counter.papers.jobs()[0]
    stage.counter.papers._move(job.id, (before,), state)
    stage.settle(40)


# ---- first trust and sign-in


@scene("Set-up", "empty", unenrolled)
def enrol(stage: Stage) -> None:
    """A machine that no centre knows yet."""
    stage.until("pageEnrol")


@scene("Set-up", "asks", claimed)
def enrol_digits(stage: Stage) -> None:
    """Two people compare six digits."""
    stage.counter.enrolment.polls = [False] * 100
    stage.wait(lambda: stage.page.objectName() == "pageEnrol" and stage.find("setupShown").isVisible())
    stage.settle(60)


@scene("Set-up", "error", unenrolled)
def enrol_offline(stage: Stage) -> None:
    """The centre could not be reached."""
    stage.until("pageEnrol")
    stage.counter.enrolment.refusal = Unavailable("line_offline")
    stage.press(Key.Key_F10)


@scene("Sign-in", "normal", crew)
def sign_in(stage: Stage) -> None:
    """Who works here, and the PIN; one of them comes for the first time."""
    stage.counter.shop.ready()
    stage.counter.people.sign_out()
    stage.window.session.load()
    stage.settle(60)
    stage.type("1940")


@scene("Sign-in", "loading", opening)
def sign_in_opening(stage: Stage) -> None:
    """The store is still opening; the PIN is taken already."""
    stage.type("194027")


@scene("Sign-in", "empty", unmanned)
def sign_in_nobody(stage: Stage) -> None:
    """Nobody has been entered at the centre."""
    stage.wait(lambda: stage.window.session.sign_in._ready)


@scene("Sign-in", "error", crew)
def sign_in_wrong(stage: Stage) -> None:
    """A wrong PIN, and how many tries are left."""
    stage.counter.shop.ready()
    stage.counter.people.sign_out()
    stage.window.session.load()
    stage.settle(60)
    stage.type("000000")
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("First PIN", "normal")
def activate(stage: Stage) -> None:
    """The code from the centre, and a PIN typed twice."""
    stage.wait(lambda: stage.window.session.sign_in._ready)
    stage.window.session.sign_in._forgotten()
    stage.settle()


@scene("First PIN", "error")
def activate_differs(stage: Stage) -> None:
    """The two PINs differ."""
    activate(stage)
    stage.type(shop.CODE)
    stage.window.session.activate_page.pin.setText("194027")
    stage.window.session.activate_page.again.setText("194028")
    stage.press(Key.Key_F10)


@scene("Locked", "normal")
def lock(stage: Stage) -> None:
    """F12: nothing of the citizen is to be seen, nothing is lost."""
    stage.home().form(**stage.counter.shop.sale().values)
    stage.turn("pageLock", Key.Key_F12)


@scene("Locked", "error")
def lock_wrong(stage: Stage) -> None:
    """The wrong PIN."""
    lock(stage)
    stage.type("999888")
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("Date and time", "asks")
def clock(stage: Stage) -> None:
    """The computer's clock has jumped: somebody looks before money is taken."""
    stage.counter.shop.ready()
    stage.counter.shop.clock.wall -= 3_600_000
    stage.window.session.signed_in(stage.counter.people.current())
    stage.until("pageClock")


@scene("Open the day", "normal")
def open_day(stage: Stage) -> None:
    """The day begins with counted cash."""
    stage.counter.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    stage.window.session.signed_in(stage.counter.people.current())
    stage.until("pageOpenDay")
    stage.type("250")


@scene("Open the day", "error")
def open_day_wrong(stage: Stage) -> None:
    """An amount that can be read in two ways."""
    open_day(stage)
    stage.screens.opening.page.cash.setText("1,250")
    stage.press(Key.Key_F10)


@scene("Open the day", "two errors")
def open_day_wrong_long_wait(stage: Stage) -> None:
    """The same while something is asked: nothing is pushed off the screen."""
    open_day_long_wait(stage)
    stage.screens.opening.page.cash.setText("1,250")
    stage.press(Key.Key_F10)
    stage.wait(stage.page.notice.isVisible)
    stage.settle(60)


@scene("Open the day", "normal")
def open_day_long_wait(stage: Stage) -> None:
    """A version has waited for 15 days: when should it be installed? Nobody has to answer."""
    stage.counter.updates = waiting_update(asks=LongWait("0.2.0", 15))
    open_day(stage)
    stage.wait(stage.screens.opening.page.question.isVisible)
    stage.settle(60)


# ---- home


@scene("Home", "offline")
def home(stage: Stage) -> None:
    """In the middle of the day, without a line."""
    stage.home(three_sold)


@scene("Home", "normal")
def home_online(stage: Stage) -> None:
    """The line is up and everything has been sent."""
    stage.home(busy_and_online)
    stage.counter.events.publish(SyncChanged())
    stage.settle(60)


@scene("Home", "empty")
def home_first(stage: Stage) -> None:
    """The first citizen of the day."""
    stage.home(worked_yesterday)


@scene("Home", "loading")
def home_loading(stage: Stage) -> None:
    """A form is being opened by a slow disk."""
    stage.home(three_sold)
    stage.counter.hold = True
    stage.screens.sale.begin_all([("birth-cert", {})])
    stage.settle(SOON_MS)


@scene("Home", "normal")
def home_found(stage: Stage) -> None:
    """Typed: the services that match."""
    stage.home(three_sold)
    stage.type("رخصه")
    stage.settle(60)


@scene("Home", "empty")
def home_nothing(stage: Stage) -> None:
    """Typed: nothing matches."""
    stage.home(three_sold)
    stage.type("زززز")
    stage.settle(60)


@scene("Home", "asks")
def home_left(stage: Stage) -> None:
    """Two forms wait to be finished, and a paper needs an answer."""
    stage.home(three_sold)
    who = {"family-record": "سعاد إبراهيم محمود علي", "driving-licence-renew": "كريم سامي فؤاد يوسف"}
    for place, (service, name) in enumerate(who.items(), 1):
        stage.counter.shop.clock.wall += 60_000
        typed = {"name": name, "national_id": national_id(place)}
        stage.counter.desk.drafts.keep(stage.counter.desk.drafts.begin(service), typed)
    moved(stage, PrintState.UNCERTAIN)
    stage.screens.sale.home()
    stage.settle(60)


@scene("Home", "error")
def home_stale(stage: Stage) -> None:
    """Yesterday has not been closed."""
    stage.home(three_sold)
    stage.counter.shop.clock.wall += 86_400_000
    stage.screens.sale.home()
    stage.settle(60)


@scene("Home", "error")
def home_refused(stage: Stage) -> None:
    """A service that needs the line, chosen without one."""
    stage.home(three_sold)
    stage.type("مخالفات")
    stage.settle(60)
    stage.press(Key.Key_Return)


@scene("Home", "long text", wordy)
def home_long(stage: Stage) -> None:
    """The longest names of shop and operator."""
    stage.home(three_sold)
    stage.window.session.load()
    stage.settle(60)


@scene("What does the citizen need", "normal")
def needs(stage: Stage) -> None:
    """Questions that lead to the right service."""
    stage.home(three_sold)
    stage.turn("pageNeeds", Key.Key_0, alt=True)


# ---- form


@scene("Form", "empty")
def form(stage: Stage) -> None:
    """A fresh form."""
    stage.home(three_sold).form()


@scene("Form", "normal")
def form_filled(stage: Stage) -> None:
    """Typed in: what the number says of its holder is read aloud, the fee follows."""
    stage.home(three_sold).form(**{**stage.counter.shop.sale().values, "copies": 3, "delivery": "post"})
    stage.settle(200)


@scene("Form", "two errors")
def form_faults(stage: Stage) -> None:
    """Two errors, in the same words above and at the field."""
    values = {**stage.counter.shop.sale().values, "national_id": "2000101010001", "mobile": "0101234567"}
    stage.home(three_sold).form(**values)
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("Form", "error")
def form_all_faults(stage: Stage) -> None:
    """Nothing typed and F10 pressed."""
    stage.home(three_sold).form()
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("Form", "asks")
def form_odd(stage: Stage) -> None:
    """A number whose check digit does not agree: looked at again, not refused."""
    stage.home(three_sold).form(**{**stage.counter.shop.sale().values, "national_id": "20001010100015"})
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))
    stage.settle(60)


@scene("Form", "asks")
def form_consent(stage: Stage) -> None:
    """The citizen has to agree first."""
    stage.home(three_sold).form("criminal-record", **filled(stage.counter.desk.service("criminal-record")))
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))
    stage.settle(60)


@scene("Form", "long text")
def form_long(stage: Stage) -> None:
    """The longest form."""
    stage.home(three_sold).form("social-housing")


@scene("Form", "normal")
def form_booking(stage: Stage) -> None:
    """An appointment that is asked for."""
    stage.home(three_sold).form("passport")


@scene("Form", "normal")
def form_guidance(stage: Stage) -> None:
    """A service that is only explained: no cash, a sheet."""
    stage.home(three_sold).form("takaful-karama", household="karama")
    stage.page.first().setFocus()  # as whoever chose it by keys


@scene("Form", "asks")
def form_older(stage: Stage) -> None:
    """Begun under an older form; the fee is today's."""
    stage.home().form(**stage.counter.shop.sale().values)
    stage.turn("pageCatalogue", Key.Key_Escape)
    publish(stage.counter.shop, 2, dearer_pt=500)
    stage.settle(60)
    stage.press(Key.Key_Return)
    stage.turn("pageForm", Key.Key_F10)
    stage.settle(200)


@scene("Not possible today", "normal")
def refuse(stage: Stage) -> None:
    """Papers are missing: those that the answers call for, to be ticked."""
    stage.home(three_sold).form(**stage.counter.shop.sale().values)
    stage.turn("pageRefuse", Key.Key_7, alt=True)
    stage.press(Key.Key_1, alt=True)
    stage.page.boxes[0].setChecked(True)  # type: ignore[attr-defined]
    stage.settle(60)


@scene("Not possible today", "empty")
def refuse_nothing_chosen(stage: Stage) -> None:
    """Nobody has said why yet."""
    stage.home(three_sold).form(**stage.counter.shop.sale().values)
    stage.turn("pageRefuse", Key.Key_7, alt=True)


@scene("Not possible today", "error")
def refuse_without_words(stage: Stage) -> None:
    """Another reason, and not a word of it."""
    refuse_nothing_chosen(stage)
    stage.press(Key.Key_5, alt=True)
    stage.press(Key.Key_F10)
    stage.settle(60)


@scene("Not possible today", "long text")
def refuse_many_papers(stage: Stage) -> None:
    """A service with many papers."""
    stage.home(three_sold).form("passport")
    stage.turn("pageRefuse", Key.Key_7, alt=True)
    stage.press(Key.Key_1, alt=True)
    stage.settle(60)


# ---- review and cash


@scene("Review and cash", "empty")
def review(stage: Stage) -> None:
    """The amount begins empty: cash is counted."""
    stage.home().review()


@scene("Review and cash", "normal")
def review_change(stage: Stage) -> None:
    """Enough, and the change."""
    stage.home().review()
    stage.type("200")


@scene("Review and cash", "error")
def review_short(stage: Stage) -> None:
    """Not enough."""
    stage.home().review()
    stage.type("20")
    stage.press(Key.Key_F10)


@scene("Review and cash", "asks")
def review_same_day(stage: Stage) -> None:
    """The same citizen had the same service today: is this another request? F10 waits for the answer."""
    stage.home(three_sold).review()


@scene("Review and cash", "asks")
def review_date(stage: Stage) -> None:
    """The computer's clock has jumped: no cash is taken until somebody has looked at the date, a key away."""
    stage.home().form(**stage.counter.shop.sale().values)
    stage.counter.shop.clock.wall -= 3_600_000
    stage.turn("pageReview", Key.Key_F10)


@scene("Review and cash", "error")
def review_disk(stage: Stage) -> None:
    """The disk failed: nothing was saved, and it says so."""
    stage.home().review()
    stage.press(Key.Key_F2)
    stage.screens.sale.keep_now()  # or the draft still to be kept would meet the fault in the sale's place
    stage.counter.store.fail_next = Unavailable("store_failed", reason="io")
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("Review and cash", "loading")
def review_saving(stage: Stage) -> None:
    """Saving: no key is heard."""
    stage.home().review()
    stage.press(Key.Key_F2)
    stage.counter.hold = True
    stage.press(Key.Key_F10)
    stage.settle(SOON_MS)


# ---- done


@scene("Done", "offline")
def done(stage: Stage) -> None:
    """Saved; the paper is out; it is sent when the line is back."""
    stage.home().review()
    stage.type("200")
    stage.turn("pageDone", Key.Key_F10)
    moved(stage, PrintState.PRINTED)


@scene("Done", "normal")
def done_sent(stage: Stage) -> None:
    """Saved, printed, sent."""
    done(stage)
    from ui.sale.done_page import State

    online(stage.counter)
    stage.counter.events.publish(SyncChanged())
    stage.settle(40)
    stage.page.set_state(State("printed", sent=True, online=True))  # type: ignore[attr-defined]


@scene("Done", "printer down")
def done_no_printer(stage: Stage) -> None:
    """No paper: the code to photograph, and the paper waits."""
    stage.home().sold()
    stage.counter.papers._set_trouble(Unavailable("printer", reason="paper_out"))
    stage.counter.events.publish(PrintJobsChanged())
    stage.settle(60)


@scene("Done", "asks")
def done_uncertain(stage: Stage) -> None:
    """Did the paper come out?"""
    stage.home().sold()
    moved(stage, PrintState.UNCERTAIN)


@scene("Done", "error")
def done_failed(stage: Stage) -> None:
    """The paper could not be printed."""
    stage.home().sold()
    moved(stage, PrintState.FAILED)


# ---- requests


@scene("Requests", "normal")
def requests(stage: Stage) -> None:
    """What was done today; names are shortened."""
    stage.home(reject)
    stage.turn("pageRequests", Key.Key_F6)


@scene("Requests", "empty")
def requests_none(stage: Stage) -> None:
    """Nothing found."""
    stage.home()
    stage.turn("pageRequests", Key.Key_F6)


@scene("One request", "normal")
def detail(stage: Stage) -> None:
    """Masked; a key shows the answers and is logged."""
    stage.home(three_sold)
    stage.screens.requests.open_one(stage.counter.desk.requests.search(Query())[0].id, stage.screens.lists.open)
    stage.until("pageDetail")


@scene("One request", "long text")
def detail_shown(stage: Stage) -> None:
    """The answers in full."""
    detail(stage)
    stage.press(Key.Key_3, alt=True)
    stage.settle(60)


@scene("One request", "error")
def detail_rejected(stage: Stage) -> None:
    """Came back from the centre, with why."""
    stage.home(reject)
    stage.screens.requests.open_one(stage.counter.desk.requests.search(TRAY)[0].id, stage.screens.lists.open)
    stage.until("pageDetail")


@scene("One request", "asks")
def void(stage: Stage) -> None:
    """Given back on the same day, by two people."""
    detail(stage)
    stage.turn("pageReverse", Key.Key_1, alt=True)


@scene("The centre agrees", "offline")
def approval(stage: Stage) -> None:
    """No second person is here: what to read out to the centre, and the code it reads back."""
    void(stage)
    hear(stage.counter.shop, {"kind": "telephone", "n": 1, "tail": "0" * 11})
    stage.find("reasonEdit").setText("اسم مكتوب خطأ")
    names = stage.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    stage.turn("pageApproval", Key.Key_F10)


@scene("The centre agrees", "normal")
def approval_granted(stage: Stage) -> None:
    """The answer came by the line while the operator was looking."""
    approval(stage)
    hear(stage.counter.shop, answer(stage.counter.store.journal.tail().chain.seq))
    online(stage.counter)
    stage.counter.events.publish(SyncChanged())
    stage.counter.events.publish(ApprovalsChanged())
    stage.settle(60)


@scene("What became of it", "error")
def aftercare(stage: Stage) -> None:
    """A request that came back: whose turn it is, and what can be done."""
    detail_rejected(stage)
    stage.turn("pageAftercare", Key.Key_2, alt=True)


# ---- the day


@scene("The day's money", "normal")
def day(stage: Stage) -> None:
    """What moved the drawer, and how many came in each hour."""
    stage.home(spread)
    stage.turn("pageDay", Key.Key_F8)


def supervised(stage: Stage) -> None:
    """The supervisor sits here now, as the header says."""
    stage.window.session.signed_in(stage.counter.people.sign_in(shop.SUPERVISOR, shop.PIN_SUPERVISOR))
    stage.settle(60)


@scene("The day's money", "normal", staffed)
def day_lines(stage: Stage) -> None:
    """The lines behind a total, as a supervisor sees them before it is counted."""
    stage.home(busy)
    supervised(stage)
    stage.turn("pageDay", Key.Key_F8)
    stage.find("totalsTable").setCurrentCell(1, 0)
    stage.turn("pageLines", Key.Key_Return)


@scene("The day's money", "empty")
def day_cash(stage: Stage) -> None:
    """Cash that comes in without a sale, over what moved before."""
    stage.home(spread)
    stage.counter.cash.move(Moving("deposit", 5_000, party="حسن الشافعي", reference="88"))
    stage.turn("pageDay", Key.Key_F8)
    stage.turn("pageCash", Key.Key_1, alt=True)


@scene("Close the day", "empty")
def close_day(stage: Stage) -> None:
    """The drawer is counted before it is said what should be in it."""
    day(stage)
    stage.turn("pageClose", Key.Key_F10)


# ---- the line


@scene("Line", "offline")
def line_offline(stage: Stage) -> None:
    """Offline is normal: what waits, since when, when it is tried again."""
    stage.home(three_sold)
    stage.turn("pageSync", Key.Key_F7)


@scene("Line", "empty")
def line_up(stage: Stage) -> None:
    """Everything has arrived; nothing came back."""
    stage.home(busy_and_online)
    stage.counter.events.publish(SyncChanged())
    stage.turn("pageSync", Key.Key_F7)


@scene("Line", "normal")
def line_update(stage: Stage) -> None:
    """A new version of the program waits for a quiet time; it can be asked for."""
    stage.counter.updates = waiting_update()
    stage.home(busy_and_online)
    stage.counter.events.publish(SyncChanged())
    stage.turn("pageSync", Key.Key_F7)


@scene("Line", "normal")
def line_by_stick(stage: Stage) -> None:
    """Without a line the work goes on a stick."""
    stage.home(three_sold)
    written = WrittenBundle("/media/SHOP/manfaz-1a2b3c4d.kjb", 14)
    stage.counter.stick = SimpleNamespace(out=lambda: written, sticks=lambda: [Path(written.place).parent])
    stage.turn("pageSync", Key.Key_F7)
    stage.window.session.screens().sync.page.write.click()
    stage.settle(120)


@scene("Line", "error")
def line_rejected(stage: Stage) -> None:
    """A request came back."""
    stage.home(reject)
    stage.turn("pageSync", Key.Key_F7)


@scene("Line", "error")
def line_suspended(stage: Stage) -> None:
    """The centre has stopped this device."""
    stage.home(three_sold)
    stage.counter.line.state = "suspended"
    stage.turn("pageSync", Key.Key_F7)
    stage.counter.events.publish(SyncChanged())
    stage.settle(60)


# ---- papers and printers


@scene("Papers and printer", "printer down")
def papers_waiting(stage: Stage) -> None:
    """Papers that have not come out, and no printer."""
    stage.counter.papers.choose(PrinterChoice("none"))
    stage.home(three_sold)
    moved(stage, PrintState.UNCERTAIN)
    stage.turn("pagePrinting", Key.Key_9, alt=True)


@scene("Papers and printer", "empty")
def papers_none(stage: Stage) -> None:
    """Nothing waits."""
    stage.counter.papers.choose(PrinterChoice("none"))
    stage.home()
    stage.turn("pagePrinting", Key.Key_9, alt=True)


# ---- how it looks, and help


@scene("Text size and contrast", "normal")
def display(stage: Stage) -> None:
    """Alt+F11: three sizes, two sets of colours, tried out at once."""
    stage.home(three_sold)
    stage.screens.display.open()
    stage.until("pageDisplay")


@scene("Help", "normal")
def help_on_form(stage: Stage) -> None:
    """F1 on the form."""
    stage.home(three_sold).form()
    stage.press(Key.Key_F1)
