"""From the first picture to a working counter: opening, first trust, sign-in, the day, lock and unlock.

Only the sign-in page is made before the first picture; the flows behind it are imported when it has been shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from kiosk.core.events import DocumentsChanged
from protocol.errors import KioskError
from protocol.texts import Bilingual
from ui.main.global_keys import GlobalKeys
from ui.main.late_modules import LateModules
from ui.session.entrance_pages import ActivatePage, ClockPage, LockPage
from ui.session.seat_change import SeatChange
from ui.session.sign_in_page import SignInPage
from ui.shell import Flow, LatePage, Page, Shell
from ui.upkeep.sync_chip import SyncChip
from ui.widgets import show

if TYPE_CHECKING:
    from kiosk.staff.sign_in import Seat
    from ui.main.screens import Screens


class SessionFlow(Flow):
    """Who is here, and what may be shown to them."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._screens: Screens | None = None
        self._login: Any = None
        self._after_clock: Callable[[], object] = self.begin_day
        self.setting_up = False
        self.modules = LateModules(self)
        self.chip = SyncChip(window)
        self.sign_in = window.add(SignInPage)
        self.sign_in.asked.connect(self._sign_in)
        self.sign_in.first_pin_asked.connect(self._first_pin)
        self.sign_in.people_asked.connect(self._ask_centre)
        window.spoken.connect(self.retell)
        window.touched.connect(self.touch)
        self._seat_change = SeatChange(window, self._leave_seat)
        leave = self.lock, self._seat_change.ask
        self._keys = GlobalKeys(window, self.screens, lambda: self._screens is not None, *leave)
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.lock)
        self.hear(DocumentsChanged, then=self._seats_changed, on=self.sign_in)
        self._kiosk.on_ready(self._opened)
        QTimer.singleShot(0, self.sign_in.pin, self.sign_in.pin.setFocus)

    # ---- opening

    def screens(self) -> Screens:
        """The flows behind the first picture, made at first need."""
        if self._screens is None:
            self.modules.finish()
        if self._screens is None:  # else whoever waited for the modules has just made them
            from ui.main.screens import Screens  # noqa: PLC0415 - after the first picture

            self._screens = Screens(self._window, self)
        return self._screens

    @LatePage(ClockPage)
    def clock_page(self, page: ClockPage) -> None:
        page.primary.clicked.connect(self._confirm_clock)
        page.left.connect(self._go_on)

    @LatePage(ActivatePage)
    def activate_page(self, page: ActivatePage) -> None:
        page.asked.connect(self._activate)
        page.left.connect(lambda: self._window.go(self.sign_in))

    @LatePage(LockPage)
    def lock_page(self, page: LockPage) -> None:
        page.primary.clicked.connect(lambda: self._unlock(page.pin.text()))
        page.other.clicked.connect(self._seat_change.ask)

    def _opened(self) -> None:
        """On the thread that has opened the store."""
        self.call(self._ready)

    def _ready(self) -> None:
        self._window.bridge.listen(self._kiosk.events)
        self.chip.start()
        self.ask(self._kiosk.enrolment.needed, self._begin)
        self.modules.then(self._watch)

    def _watch(self) -> None:
        """For what may happen at any time, whoever is here."""
        self.screens().lockout.start()
        self.screens().printer_sign.start()

    def _seats_changed(self) -> None:
        """The centre has sent who works here, or whose shop it is: whoever waits at the sign-in sees it at once."""
        if self._login is None:
            self.load()

    def _begin(self, needed: bool) -> None:
        if self.setting_up:
            return
        if needed:
            from ui.setup.enrolment_flow import EnrolmentFlow  # noqa: PLC0415 - once in a counter's life

            self.enrolment = EnrolmentFlow(self._window, self.enrolled)
            self.enrolment.open()
        else:
            self.load()

    def enrolled(self) -> None:
        self._window.go(self.sign_in)
        self.load()

    def _ask_centre(self) -> None:
        """What it has for this counter; those who may work here are among it."""
        self.ask_slow(self._counter.line.now, lambda _none: self.load())

    def load(self) -> None:
        """Read who may sit here, and whose shop it is."""
        self.ask(self._read, self._loaded)

    def _read(self) -> tuple[Any, Bilingual, list[Any]]:
        counter = self._counter
        number = counter.in_force.statement().till
        till = Bilingual.of(lambda language: show.till(language, number))
        return counter.in_force.settings(), till, counter.people.seats()

    def _loaded(self, found: tuple[Any, Bilingual, list[Any]]) -> None:
        settings, self._till, seats = found
        if not hasattr(self, "_shop"):
            self._window.page().calm()  # it said that the counter opens; what is said later is another's to take back
        self._shop = settings.shop.name
        self._idle.setInterval(settings.idle_lock_s * 1000)
        self.sign_in.set_place(self._shop, self._till, settings.support_phone)
        self.retell()
        self.sign_in.set_people(seats)
        self._window.tell_keys()

    def retell(self) -> None:
        """The header in the language of the moment."""
        header, language = self._window.header, self._window.language
        if hasattr(self, "_shop"):
            header.tell_shop(self._shop[language], self._till[language])
        header.tell_operator(self._login.operator.name[language] if self._login else "")
        self.chip.retell()
        if self._screens is not None:
            self._screens.practice.retell()

    # ---- in

    def _sign_in(self, operator_id: str, pin: str) -> None:
        self.ask(
            lambda: self._counter.people.sign_in(operator_id, pin), self.signed_in, self._pin_refused, wait="busy.pin"
        )

    def _pin_refused(self, error: KioskError) -> None:
        self.sign_in.clear()
        self._fail(error)
        self.sign_in.point_at(self.sign_in.pin)

    def _first_pin(self, seat: Seat) -> None:
        self.activate_page.set_data(seat)
        self._window.go(self.activate_page)

    def _activate(self, operator_id: str, code: str, pin: str) -> None:
        self.ask(lambda: self._counter.people.activate(operator_id, code, pin), self.signed_in, wait="busy.pin")

    def signed_in(self, login: Any) -> None:
        self._login = login
        self.sign_in.clear()
        self.retell()
        self._keys.inside()
        self.touch()
        self.look_at_date(self.begin_day)

    def look_at_date(self, then: Callable[[], object]) -> None:
        """Nobody begins a day, or takes money, on a date that nobody has looked at; `then` goes on."""
        self._after_clock = then
        self.ask(self._counter.desk.clock_doubt, self._clock)

    def _clock(self, doubt: KioskError | None) -> None:
        if doubt is None:
            self._go_on()
        else:
            self.clock_page.set_data(doubt)
            self._window.go(self.clock_page)

    def _confirm_clock(self) -> None:
        self.ask(self._counter.desk.confirm_clock, lambda _none: self._go_on(), wait="busy.saving")

    def _go_on(self) -> None:
        """The date has been looked at, or need not be."""
        self._after_clock()

    def begin_day(self) -> None:
        """On to the day, whatever the clock says: money is refused where it is taken, looking at things is not."""
        till = self._counter.till
        self.ask(lambda: (till.day(), till.coming()), self._day)

    def _day(self, found: tuple[Any, Any]) -> None:
        day, coming = found
        if day is not None and day.date != coming.date:
            self.screens().day.closing.begin()  # a day left open is closed first
        elif day is None:
            self.screens().opening.begin(coming)
        else:
            self.screens().sale.home()

    # ---- lock

    def lock(self) -> None:
        """Hide first, ask the counter after: what is on the screen goes at once."""
        if self._login is None or self._window.behind is not None:
            return
        if self._window.busy:
            self.touch()  # something is being saved: the idle time begins again, it does not end
            return
        self._window.behind = self._window.under()
        self._show_lock()

    def _show_lock(self) -> None:
        page = self.lock_page
        page.set_data(self._login.operator)
        page.pin.clear()
        self._window.go(page)
        self._keys.outside()
        self.ask(self._counter.people.lock)

    def lock_out(self, page: Page) -> None:
        """Nobody may come in, or stay: `page` says why. What was typed is kept; its owner comes back to it."""
        window = self._window
        if self._login is not None and window.behind is None:
            self.screens().sale.keep_now()
            window.behind = window.under()
            self.ask(self._counter.people.lock)
        window.bar = page
        window.go(page)
        self._keys.outside()

    def let_in(self) -> None:
        """The ways in are open again: for whoever was here by his PIN, back to the same field."""
        self._window.bar = None
        if self._login is not None:
            self._show_lock()
        else:
            self._window.behind = None
            self._window.go(self.sign_in)
            self.load()

    def _unlock(self, pin: str) -> None:
        self.ask(lambda: self._counter.people.unlock(pin), self._unlocked, self._still_locked, wait="busy.pin")

    def _still_locked(self, error: KioskError) -> None:
        lock = self.lock_page
        lock.pin.clear()
        self._fail(error)
        if self._window.page() is lock:  # else whoever pressed this had signed out just before
            lock.point_at(lock.pin)

    def _unlocked(self, _login: Any) -> None:
        behind, self._window.behind = self._window.behind, None
        self._keys.inside()
        self.touch()
        if behind is not None:
            behind.back(self._window)

    def _leave_seat(self) -> None:
        """What is on the screen goes first, as at a lock."""
        self.lock()
        self.sign_out()

    def sign_out(self) -> None:
        """The draft stays with its owner; nothing is lost."""
        self.ask(self._counter.people.sign_out, lambda _none: self.left())

    def left(self) -> None:
        """Nobody is signed in any more: back to the names."""
        self._login = self._window.behind = None
        self._idle.stop()
        self.screens().sale.forget()
        self.retell()
        self._keys.outside()
        self._window.go(self.sign_in)
        self.load()

    def touch(self) -> None:
        """Somebody is here: the idle lock begins again."""
        if self._login is not None and self._window.behind is None and self._idle.interval() > 0:
            self._idle.start()
