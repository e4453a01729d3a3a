"""Scenes of what is met less often: visits, a difference at the close, practice, the citizen's window."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Qt

from kiosk.core.documents_in_force import in_force
from kiosk.core.events import PrintJobsChanged, SyncChanged
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import TRAY, AuthorityBill, Query
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.till_papers import Moving
from kiosk.receiving import centre_notices
from kiosk.receiving.feed_documents import PageReading
from protocol.documents import trust
from protocol.errors import Unavailable
from protocol.texts import Bilingual
from protocol.wire.feed_items import NoticeItem
from tests.harness import shop
from tests.harness.citizens import filled
from tests.harness.fakes.fake_counter import NOW_MS, FakeCounter
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import busy, document, online, ready, reject, staffed, three_sold
from tests.ui.screens.scenes import day, detail, home_online, needs, scene, supervised
from ui.shell.busy_veil import SOON_MS

Key = Qt.Key


def at_limit() -> FakeCounter:
    """So much may be unsent, and is."""
    counter = staffed()
    limited = shop.settings(2, limits={"unsent_soft": 3, "unsent_hard": 4})
    counter.shop.counter.journal.write([], [document("settings", trust.SETTINGS, limited, shop.FEED)])
    return counter


# ---- home and needs


@scene("Home", "asks")
def home_notice(stage: Stage) -> None:
    """News from the centre, until somebody has read it."""
    home_online(stage)
    told(stage)
    stage.wait(lambda: bool(stage.page.notice.text()))


def told(stage: Stage) -> None:
    page = PageReading(stage.counter.store, in_force(stage.counter.store))
    said = (
        ("يتوقف المركز يوم الجمعة من 2 إلى 4 للصيانة. العمل بالمحل مستمر.", "The centre stops on Friday from 2 to 4."),
        ("رسم وثيقة الزواج 80 جنيهًا من أول الشهر.", "A marriage document costs 80 from the first of the month."),
    )
    for hours, (ar, en) in enumerate(said):
        centre_notices.apply(NoticeItem(Bilingual(ar, en), NOW_MS - (2 - hours) * 3_600_000), page)
    stage.counter.store.commit([], page.changes)
    stage.counter.events.publish(SyncChanged())


@scene("Home", "asks")
def home_first_day(stage: Stage) -> None:
    """Somebody's first day at this till: four steps, gone with the first sale."""
    stage.home()


@scene("Home", "normal")
def home_adding(stage: Stage) -> None:
    """One more service for the citizen who sits here."""
    stage.home(three_sold).review()
    stage.turn("pageCatalogue", Key.Key_F3)
    stage.settle(60)


def asked(stage: Stage, need: str) -> None:
    needs(stage)
    place = [one.id for one in stage.counter.desk.needs()].index(need)
    stage.page.chosen.emit(place)  # type: ignore[attr-defined]
    stage.settle(60)


@scene("What does the citizen need", "asks")
def needs_question(stage: Stage) -> None:
    """A question, and what was said so far."""
    asked(stage, stage.counter.desk.needs()[0].id)


@scene("What does the citizen need", "long text")
def needs_plan(stage: Stage) -> None:
    """Where the answers lead: services, papers, the total."""
    needs_question(stage)
    for _ in range(6):
        if stage.screens.sale.needs.page.state == "plan":
            break
        stage.press(Key.Key_1, alt=True)
        stage.settle(40)
    assert stage.screens.sale.needs.page.state == "plan"


@scene("What does the citizen need", "empty")
def needs_nothing(stage: Stage) -> None:
    """Nothing matches what was typed."""
    needs(stage)
    stage.type("زززز")
    stage.settle(60)


# ---- several services


def two(stage: Stage) -> None:
    """A visit of two: the second form is filled, F10 not pressed."""
    stage.home().review()
    stage.screens.sale.choose("family-record")
    stage.wait(lambda: stage.screens.sale.visit is not None and len(stage.screens.sale.visit.works) == 2)
    stage.until("pageForm")
    form = stage.screens.sale.form
    for name, value in filled(stage.counter.desk.service("family-record")).items():
        if not form._fields[name].shown():
            form._fields[name].set_raw(value)
    stage.settle(200)


@scene("Form", "normal")
def form_second(stage: Stage) -> None:
    """The second service of a visit: what the citizen has said is not asked again."""
    two(stage)


@scene("Review and cash", "long text")
def review_visit(stage: Stage) -> None:
    """Two services, one total, one cash step."""
    two(stage)
    stage.turn("pageReview", Key.Key_F10)
    stage.settle(60)


@scene("Done", "normal")
def done_visit(stage: Stage) -> None:
    """A visit of two: a code each, one paper."""
    review_visit(stage)
    stage.type("200")
    stage.turn("pageDone", Key.Key_F10)
    stage.settle(60)


@scene("Answer of the authority", "loading")
def answer_asking(stage: Stage) -> None:
    """It is asked over the line."""
    ask(stage, hold=True)
    stage.settle(SOON_MS)


@scene("Answer of the authority", "normal")
def answer(stage: Stage) -> None:
    """What is on record; no cash, a sheet if it is wanted."""
    last = Bilingual("آخر إجراء: تأجيل للاطلاع", "Last step: adjourned for reading")
    session = Bilingual("الجلسة القادمة: 12 يناير 2027، الدائرة 4", "Next session: 12 January 2027, circuit 4")
    stage.counter.line.bill = AuthorityBill("Q-1", 0, 2**50, (ReceiptLine(last, 0), ReceiptLine(session, 0)))
    ask(stage)
    stage.until("pageAnswer")


@scene("Answer of the authority", "empty")
def answer_none(stage: Stage) -> None:
    """Nothing is on record, which is an answer too."""
    stage.counter.line.bill = AuthorityBill("", 0, 0, (), found=False)
    ask(stage)
    stage.until("pageAnswer")


def ask(stage: Stage, *, hold: bool = False) -> None:
    stage.home(online)
    stage.counter.events.publish(SyncChanged())
    catalogue = stage.counter.shop.counter.in_force.catalogue()
    service = next(one for one in catalogue.services.values() if one.mode == "inquiry")
    case = {"court": "محكمة شمال القاهرة", "case_no": "4567", "case_type_other": "إيجارات"}
    stage.form(service.id, **{**filled(service), **case})
    if hold:
        stage.counter.run_slow = lambda _work: Future()  # type: ignore[method-assign, assignment]
    stage.press(Key.Key_F10)


@scene("A supervisor agrees beyond a limit", "asks", at_limit)
def supervisor_agrees(stage: Stage) -> None:
    """The second person's PIN, and back to the same field."""
    stage.home(three_sold).review()
    stage.screens.supervisor.open()
    stage.until("pageSupervisor")
    stage.settle(40)


@scene("A supervisor agrees beyond a limit", "error", at_limit)
def supervisor_agrees_wrong(stage: Stage) -> None:
    """The wrong PIN."""
    supervisor_agrees(stage)
    stage.find("secondPinEdit").setText("19402799")
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


# ---- requests


@scene("One request", "normal")
def detail_ready(stage: Stage) -> None:
    """Granted, and ready for collection: the citizen is to be told."""
    stage.home(ready)
    request = stage.counter.desk.requests.search(Query())[1]
    stage.screens.requests.open_one(request.id, stage.screens.lists.open)
    stage.until("pageDetail")
    stage.settle(60)


@scene("What became of it", "asks")
def aftercare_ready(stage: Stage) -> None:
    """Ready for collection: telling the citizen is what comes next."""
    detail_ready(stage)
    stage.turn("pageAftercare", Key.Key_2, alt=True)


@scene("One request", "asks", staffed)
def void_second(stage: Stage) -> None:
    """The reason, the second person and his PIN."""
    detail(stage)
    stage.turn("pageReverse", Key.Key_1, alt=True)
    stage.type("اسم الأم مكتوب خطأ")
    stage.find("secondPinEdit").setText(shop.PIN_SUPERVISOR)
    stage.settle(40)


@scene("One request", "asks")
def refund(stage: Stage) -> None:
    """Rejected by the centre: the fee goes back."""
    stage.home(reject)
    stage.screens.requests.open_one(stage.counter.desk.requests.search(TRAY)[0].id, stage.screens.lists.open)
    stage.until("pageDetail")
    stage.turn("pageReverse", Key.Key_1, alt=True)
    stage.settle(40)


@scene("The citizen's data", "asks", staffed)
def rights(stage: Stage) -> None:
    """A copy for the citizen, or erasure; both want a supervisor and stand in a register."""
    detail(stage)
    stage.turn("pageAftercare", Key.Key_2, alt=True)
    stage.turn("pageRights", Key.Key_8, alt=True)
    stage.settle(60)


@scene("The day's money", "normal", staffed)
def day_supervisor(stage: Stage) -> None:
    """A supervisor sees what was taken before it is counted."""
    stage.home(busy)
    supervised(stage)
    stage.turn("pageDay", Key.Key_F8)


@scene("The day's money", "normal", staffed)
def day_moves(stage: Stage) -> None:
    """Each movement of cash with its time, to whom it went and why."""
    stage.home(three_sold)
    for moving in (
        Moving("cash_in", 20_000, "فكة من صاحب المحل"),
        Moving("deposit", 15_000, party="حسن الشافعي", reference="88"),
        Moving("cash_out", 3_500, "ورق للطابعة"),
    ):
        stage.counter.shop.clock.wall += 900_000
        stage.counter.cash.move(moving)
    stage.turn("pageDay", Key.Key_F8)
    for _ in range(4):
        stage.press(Key.Key_Down)


# ---- the close of the day


def counted(stage: Stage, **faces: str) -> None:
    day(stage)
    stage.turn("pageClose", Key.Key_F10)
    for face, text in faces.items():
        stage.find(face).setText(text)
    stage.settle(40)
    stage.press(Key.Key_1, alt=True)
    stage.settle(80)


@scene("Close the day", "normal", staffed)
def close_equal(stage: Stage) -> None:
    """Counted, and it agrees."""
    counted(stage, face20000="1", face5000="1")


@scene("Close the day", "asks", staffed)
def close_empty(stage: Stage) -> None:
    """Some kinds are left empty: whether there is none of them is asked."""
    day(stage)
    stage.turn("pageClose", Key.Key_F10)
    for face, text in (("face20000", "6"), ("face10000", "5"), ("face5000", "5"), ("face2000", "4"), ("face1000", "5")):
        stage.find(face).setText(text)
    stage.press(Key.Key_F10)
    stage.settle(40)


@scene("Close the day", "asks", staffed)
def close_short(stage: Stage) -> None:
    """Money is missing: how much, in words, and why."""
    counted(stage, face10000="1", face5000="1", face1000="3")


@scene("Close the day", "asks", staffed)
def close_sign(stage: Stage) -> None:
    """The summary: what both sign, and what the supervisor agrees to."""
    close_short(stage)
    stage.type("أعطيت الباقي مرتين لمواطن")
    stage.press(Key.Key_F10)
    stage.find("secondPinEdit").setText(shop.PIN_SUPERVISOR)
    stage.settle(40)


@scene("Close the day", "two errors", staffed)
def close_unsaid(stage: Stage) -> None:
    """Closed without the reason."""
    close_short(stage)
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("Close the day", "asks", staffed)
def close_over(stage: Stage) -> None:
    """There is more than there should be."""
    counted(stage, face20000="1", face5000="1", face500="1")


@scene("Close the day", "normal", staffed)
def close_done(stage: Stage) -> None:
    """Closed; the report is on its way."""
    close_equal(stage)
    stage.press(Key.Key_F10)
    stage.wait(lambda: stage.page._state == "closed" and stage.window.veil.isHidden())  # type: ignore[attr-defined]
    stage.settle(40)


# ---- line and printer


@scene("Line", "normal")
def line_notices(stage: Stage) -> None:
    """What the centre has told."""
    home_online(stage)
    told(stage)
    stage.turn("pageSync", Key.Key_F7)
    stage.settle(900)


@scene("Papers and printer", "normal")
def papers_found(stage: Stage) -> None:
    """Printers were looked for and found; one is chosen."""
    stage.home(three_sold)
    stage.turn("pagePrinting", Key.Key_9, alt=True)
    page: Any = stage.page
    page.set_found([PrinterChoice("usb", "/dev/usb/lp0"), PrinterChoice("tcp", "192.0.2.17:9100")])
    page.set_printer(PrinterChoice("usb", "/dev/usb/lp0", cut=True), None)
    stage.settle(40)


@scene("Papers and printer", "printer down")
def papers_trouble(stage: Stage) -> None:
    """The chosen printer is out of paper."""
    papers_found(stage)
    stage.counter.papers._set_trouble(Unavailable("printer", reason="paper_out"))
    stage.counter.events.publish(PrintJobsChanged())
    stage.settle(40)
    page: Any = stage.page
    page.set_printer(PrinterChoice("usb", "/dev/usb/lp0", cut=True), Unavailable("printer", reason="paper_out"))
    stage.settle(40)


# ---- practice and the citizen's window


@scene("Practice", "empty")
def practice(stage: Stage) -> None:
    """Begun: a till of its own, marked on every screen."""
    stage.home(three_sold)
    stage.turn("pageHelp", Key.Key_F1)
    stage.turn("pageOpenDay", Key.Key_1, alt=True)
    stage.type("100")


@scene("Practice", "asks")
def practice_first_day(stage: Stage) -> None:
    """Somebody practises on a first day: that step is being done, the next two are to come."""
    stage.home()
    stage.find("firstDay_practise").click()
    stage.until("pageOpenDay")
    stage.type("100")
    stage.turn("pageCatalogue", Key.Key_F10)


@scene("Practice", "normal")
def practice_form(stage: Stage) -> None:
    """A form to learn on: all is as it is, and nothing is real."""
    practice(stage)
    stage.turn("pageCatalogue", Key.Key_F10)
    stage.form(**stage.counter.shop.sale().values)


@scene("Practice", "normal")
def practice_done(stage: Stage) -> None:
    """Sold in practice."""
    practice_form(stage)
    stage.turn("pageReview", Key.Key_F10)
    for key in (Key.Key_F2, Key.Key_F10):
        stage.press(key)
    stage.until("pageDone")


def faced(stage: Stage) -> Stage:
    stage.home(three_sold)
    stage.screens.display.face(wanted=True)
    stage.subject = stage.screens.display._citizen_display.screen
    stage.subject.resize(stage.size)
    stage.window.activateWindow()  # as it stays where there is a window manager
    return stage


@scene("The citizen's window", "empty")
def citizen_welcome(stage: Stage) -> None:
    """Between two citizens."""
    faced(stage)


@scene("The citizen's window", "normal")
def citizen_costs(stage: Stage) -> None:
    """What it costs, line by line; nothing of who the citizen is."""
    faced(stage).review()


@scene("The citizen's window", "normal")
def citizen_saved(stage: Stage) -> None:
    """Paid: what was paid, what comes back, and the code to follow it by."""
    faced(stage).review()
    stage.press(Key.Key_1, alt=True)  # as another sale of today, and new
    stage.type("200")
    stage.turn("pageDone", Key.Key_F10)
    stage.settle(60)


@scene("Help", "normal")
def help_at_home(stage: Stage) -> None:
    """F1 at home, where practice begins."""
    stage.home(three_sold)
    stage.turn("pageHelp", Key.Key_F1)
