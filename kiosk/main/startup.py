"""Open the counter: window first, store behind it, and a calm screen for whatever was not foreseen."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from kiosk.core.system_world import system_world
from kiosk.main.config import Config, LazyRenderer
from kiosk.main.program import Program
from kiosk.main.without_window import system_keystore
from kiosk.ports.world import World
from kiosk.printing.printer_choice import parse_choice
from kiosk.upkeep.program_log import begin as begin_log
from kiosk.upkeep.program_log import end as end_log
from protocol.errors import Corrupt, KioskError, Unavailable, raised_at
from protocol.program.terminal import ENDINGS, tell
from starter.signs import AGAIN, FAILED, MARK
from ui.display.display_choice import CITIZEN, kept, kept_look
from ui.main.application import make_application
from ui.main.window import Window

if TYPE_CHECKING:
    from types import TracebackType

    from kiosk.ports.world import Milestones

log = logging.getLogger("manfaz")
PICTURE_MS: Final = 10
"""After the loop's first turn the first picture is there: until then another thread would keep it waiting."""
NO_DISPLAY: Final = 3
"""As `kiosk.main.cli` ends where something is away."""
SHOWN_BY: Final = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
"""The variables of which Qt needs one on Linux: without any it ends the process with words for programmers."""


def run(asked: argparse.Namespace, milestones: Milestones | None = None) -> int:
    """Run until the window is closed. Returns the exit code. Raises Unavailable("display_none")."""
    if sys.platform == "linux" and not any(map(os.environ.get, SHOWN_BY)):
        raise Unavailable("display_none")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    sys.excepthook = _unforeseen
    threading.excepthook = _unforeseen_aside
    world = system_world(milestones)
    book = begin_log(asked.data, world.start)
    try:
        return _run(asked, world)
    finally:
        end_log(book)


def _run(asked: argparse.Namespace, world: World) -> int:
    application = _application()
    named = parse_choice(asked.printer)
    paper = LazyRenderer(named, asked.language, behind_window=True)
    chosen_here = paper.device_of if named.kind == "none" else None

    def again() -> None:
        """Told on the updater's thread."""
        window.bridge.call(partial(application.exit, AGAIN))

    kiosk = Program(
        Config(asked.data, paper, paper.render, asked.centre, asked.ca, chosen_here, again), world, system_keystore
    )
    window = Window(kiosk, asked.language)
    window.session.modules.then(paper.arm)
    _set_when_painted(window, kiosk)
    _end_by_signals(application.quit)
    window.setGeometry(application.primaryScreen().availableGeometry())
    _show(window, full=asked.full_screen)
    if asked.citizen_screen or kept(CITIZEN):
        kiosk.on_ready(lambda: window.bridge.call(lambda: window.session.screens().display.face(wanted=True)))
    broken = _begin(window, kiosk, asked, world)
    try:
        return _code(application.exec(), broken)
    finally:
        paper.arm()  # no window is at work any more
        window.close()  # it asks for nothing more; what it has asked for is finished below
        kiosk.close()
        window.deleteLater()  # here and now, while there is an application that it can end in
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


def _application() -> QApplication:
    with _display_explained():
        return make_application(sys.argv[:1], kept_look())


@contextmanager
def _display_explained() -> Iterator[None]:
    """A display that does not answer ends the process inside Qt, with words for programmers: ours come before that."""

    def hear(kind: QtMsgType, _where: object, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            tell(Unavailable("display_away"))
            os._exit(NO_DISPLAY)
        log.warning("%s", text)

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _end_by_signals(end: Callable[[], None]) -> None:
    """Ctrl+C, the end of the session, a terminal that is closed: the counter closes as by its window."""
    for name in ("SIGINT", *ENDINGS):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: QTimer.singleShot(0, end))


def _show(window: Window, *, full: bool) -> None:
    """Over the whole screen: nothing else can be clicked. What the keyboard can do is the system's to forbid."""
    if full:
        window.showFullScreen()
    else:
        window.showMaximized()


def _code(code: int, broken: threading.Event) -> int:
    """A start that came to nothing, to whoever counts them (`starter.starts`)."""
    return FAILED if broken.is_set() else code


def _begin(window: Window, kiosk: Program, asked: argparse.Namespace, world: World) -> threading.Event:
    """What is set where opening breaks off by a bug."""
    kiosk.erased = lambda: window.bridge.call(QCoreApplication.quit)  # by order; the next start says why
    set_up = partial(_set_up, window, kiosk, asked, world)

    def begin() -> None:
        """On the storage thread: open, or set up first."""
        from kiosk.setup.setup_steps import due  # noqa: PLC0415 - the reason stands above
        from storage.disk.folder_lock import refuse_running  # noqa: PLC0415 - the same

        if getattr(asked, "wizard", False) or (not asked.no_wizard and due(asked.data)):
            refuse_running(asked.data)  # beside a counter at work its notebook would be begun anew
            window.bridge.call(set_up)
        else:
            kiosk.open()

    broken = threading.Event()
    opened = partial(_opened, window, asked.data, broken)
    QTimer.singleShot(PICTURE_MS, lambda: kiosk.run(begin).add_done_callback(opened))
    return broken


def _set_up(window: Window, kiosk: Program, asked: argparse.Namespace, world: World) -> None:
    """The first start: the store is opened by one of its steps, and what is open already stays."""
    from kiosk.main.setup_machine import machine, sticks  # noqa: PLC0415 - the same
    from kiosk.setup.setup_desk import SetUpDesk  # noqa: PLC0415 - once in a counter's life
    from ui.setup.wizard_flow import WizardFlow  # noqa: PLC0415 - the same as above
    from ui.upkeep.printing_flow import find_printers  # noqa: PLC0415 - papers take a third of the first picture

    desk = SetUpDesk(kiosk, asked.data, world, machine(asked.language, asked.data, full_screen=asked.full_screen))
    if desk.progress.ended_ms:
        desk.begin_again()
    named = parse_choice(asked.printer)
    found = find_printers if named.kind == "none" else lambda: [named]
    WizardFlow(window, window.session, desk, found, sticks).open()


def _set_when_painted(window: Window, kiosk: Program) -> None:
    """A version on trial has to show its window; at every other start nobody waits for that."""

    def grab() -> None:
        if not window.grab().isNull():
            kiosk.painted.set()

    if os.environ.get(MARK):
        QTimer.singleShot(0, window, grab)


def _opened(window: Window, data: Path, broken: threading.Event, opening: Future[None]) -> None:
    error = opening.exception()
    if isinstance(error, KioskError):
        window.bridge.call(lambda: window.page().fail(error))
    if error is None or isinstance(error, KioskError):
        window.bridge.call(partial(_stood, data))  # behind the pages that are made for a store that is open
    else:
        broken.set()
        window.bridge.call(lambda: window.page().fail(Corrupt("unforeseen")))  # not "opening…" for ever
        _unforeseen(type(error), error, error.__traceback__)


def _stood(data: Path) -> None:
    from starter.starts import stood  # noqa: PLC0415 - after the first picture

    stood(data)


def _unforeseen(kind: type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
    """A bug: its kind and place go to the log, its values, which may be personal, do not."""
    log.critical("unforeseen %s at %s", kind.__name__, raised_at(trace) or "?")


def _unforeseen_aside(what: threading.ExceptHookArgs) -> None:
    _unforeseen(what.exc_type, what.exc_value, what.exc_traceback)
