"""Scenes of the first start: what a technician sees from the first picture to the proved counter."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PySide6.QtCore import Qt

from kiosk.evidence import picture_reader
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.enrolment_state import RestoredIdentity
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_host import DiskRoom
from kiosk.setup.setup_steps import MAY_SKIP, STEPS, SetupProgress, Step
from protocol.errors import Refused
from protocol.wire.backup_manifest import Manifest, write_manifest
from tests.harness.fakes.fake_counter import NOW_MS
from tests.harness.setup_host import CAMERA, DOCUMENTS, SCANNER, Below, Eyes, Host
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import told_apart
from tests.ui.screens.scenes import scene
from ui.setup.wizard_flow import WizardFlow

Key = Qt.Key
SCREEN: Final = "First start"
_FOUND: Final = [PrinterChoice("tcp", "192.168.1.50"), PrinterChoice("usb", "/dev/usb/lp0")]


def manned() -> Host:
    return told_apart(Host())


def begin(stage: Stage, step: Step = "language", offset: int = 120) -> WizardFlow:
    """At `step`, everything before it passed; the last thing that may be left out was."""
    host = stage.counter
    assert isinstance(host, Host)
    if STEPS.index(step) > STEPS.index("enrolment"):
        host.enrolment.is_needed = False
    if STEPS.index(step) > STEPS.index("printer"):
        host.papers.choose(_FOUND[0])
    below = Below(host, offset=offset)
    with TemporaryDirectory() as folder:
        desk = SetUpDesk(host, Path(folder), host.shop.world, below.machine())
        progress = SetupProgress(NOW_MS)
        while progress.step != step:
            skip = progress.step in MAY_SKIP and progress.step == "camera"
            progress = progress.skipped("لا توجد", NOW_MS) if skip else progress.passed(NOW_MS)
        desk.keep(progress)
    rooms = [DiskRoom(Path("/home/shop/.local/share/manfaz"), 3_200), DiskRoom(Path("/data/Manfaz"), 214_000)]
    desk.steps.rooms = lambda: rooms  # type: ignore[method-assign]
    flow = WizardFlow(
        stage.window, stage.window.session, desk, lambda: _FOUND, list, Eyes([CAMERA, DOCUMENTS], [SCANNER])
    )
    flow.open()
    stage.until("pageSetUp")
    stage.settle(60)
    return flow


def typed(flow: WizardFlow) -> None:
    for name, text in (("url", "https://centre.example"), ("slot", "0417"), ("code", "7K3QF9ZM2PX")):
        flow.page.fields[name].setText(text)


@scene(SCREEN, "empty", Host)
def setup_language(stage: Stage) -> None:
    """The first picture: the language, and the road ahead."""
    begin(stage)


@scene(SCREEN, "error", Host)
def setup_zone(stage: Stage) -> None:
    """The time zone is not Cairo's: what, and what to do."""
    begin(stage, "clock", 0)
    stage.press(Key.Key_F10)
    stage.settle(60)


@scene(SCREEN, "normal", Host)
def setup_folder(stage: Stage) -> None:
    """Where the data is kept: the usual place, and the computer's other disks."""
    begin(stage, "folder")
    stage.settle(60)


@scene(SCREEN, "normal", Host)
def setup_enrolment(stage: Stage) -> None:
    """Address, slot and code, typed or scanned."""
    typed(begin(stage, "enrolment"))


@scene(SCREEN, "asks", Host)
def setup_shop(stage: Stage) -> None:
    """Whose code it is, before anything is spent."""
    typed(begin(stage, "enrolment"))
    stage.press(Key.Key_F10)
    stage.settle(60)


@scene(SCREEN, "loading", Host)
def setup_digits(stage: Stage) -> None:
    """Six digits to read to the centre; the computer may be switched off."""
    flow = begin(stage, "enrolment")
    assert isinstance(stage.counter, Host)
    stage.counter.enrolment.polls = [False] * 100
    typed(flow)
    for _ in range(2):
        stage.press(Key.Key_F10)
        stage.settle(60)


@scene(SCREEN, "offline", Host)
def setup_by_stick(stage: Stage) -> None:
    """Without a line: the request is on the stick, its code is read out, the answer's is typed."""
    flow = begin(stage, "enrolment")
    typed(flow)
    with TemporaryDirectory() as stick:
        flow.page.fields["stick"].setText(stick)
        stage.press(Key.Key_3, alt=True)
        stage.settle(60)
    flow.page.fields["stick"].setText("/media/STICK")


def lay(stick: Path) -> None:
    """Two backups of a counter on a stick; one was torn."""
    for seq, made_ms, content in ((740, NOW_MS - 3_600_000, b"sealed"), (655, NOW_MS - 90_000_000, b"")):
        one = Manifest(
            "01a214c1-0000-7000-8000-000000000001", "dokki-17", 2, 1, seq, seq, "0009", "0.3.0", made_ms, 1, bytes(80),
            (0, 0), (),
        )  # fmt: skip
        folder = stick / one.name
        folder.mkdir(parents=True)
        (folder / "kiosk.db").write_bytes(content)
        (folder / "backup.json").write_bytes(write_manifest(one))


@scene(SCREEN, "normal", Host)
def setup_backups(stage: Stage) -> None:
    """In place of a broken computer: the backups that were found."""
    _look_for_backups(stage)


def _look_for_backups(stage: Stage) -> WizardFlow:
    flow = begin(stage, "enrolment")
    with TemporaryDirectory() as place:
        stick = Path(place) / "KINGSTON"
        lay(stick)
        flow.page.fields["stick"].setText(str(stick))
        stage.press(Key.Key_5, alt=True)
        stage.settle(60)
    flow.page.fields["stick"].setText("/media/KINGSTON")
    return flow


@scene(SCREEN, "offline", Host)
def setup_sealed(stage: Stage) -> None:
    """Its key is at the centre: the request has been saved, the answer is waited for."""
    flow = _look_for_backups(stage)
    assert isinstance(stage.counter, Host)
    stage.counter.restorer.refusals = [Refused("backup_asks")]
    for _ in range(2):
        stage.press(Key.Key_F10)
        stage.settle(60)
    with TemporaryDirectory() as stick:
        flow.page.fields["stick"].setText(stick)
        stage.press(Key.Key_3, alt=True)
        stage.settle(60)
    flow.page.fields["stick"].setText("/media/STICK")


@scene(SCREEN, "normal", Host)
def setup_restored(stage: Stage) -> None:
    """What was put back waits for its code."""
    assert isinstance(stage.counter, Host)
    stage.counter.enrolment.back = RestoredIdentity("dokki-17", 2, 740)
    begin(stage, "enrolment")
    stage.settle(60)


@scene(SCREEN, "error", Host)
def setup_used(stage: Stage) -> None:
    """A code that another computer has used."""
    flow = begin(stage, "enrolment")
    assert isinstance(stage.counter, Host)
    stage.counter.enrolment.refusal = Refused("enrol_used", at_ms=NOW_MS - 88_000_000)
    typed(flow)
    stage.press(Key.Key_F10)
    stage.settle(60)


@scene(SCREEN, "normal", Host)
def setup_printer(stage: Stage) -> None:
    """Printers that were found."""
    begin(stage, "printer")


@scene(SCREEN, "asks", Host)
def setup_paper(stage: Stage) -> None:
    """The test page has come out: a person says whether it is right."""
    begin(stage, "printer")
    stage.press(Key.Key_F10)
    stage.settle(60)


@scene(SCREEN, "normal", Host)
def setup_scanner(stage: Stage) -> None:
    """The code to scan, on the screen too."""
    begin(stage, "scanner")


@scene(SCREEN, "normal", Host)
def setup_camera(stage: Stage) -> None:
    """Cameras and flatbed scanners that were found."""
    begin(stage, "camera")
    stage.settle(60)


@scene(SCREEN, "asks", Host)
def setup_picture(stage: Stage) -> None:
    """What one of them took: a person says whether it can be read."""
    assert isinstance(stage.counter, Host)
    stage.counter.shop.counter.evidence._reader = picture_reader.read
    begin(stage, "camera")
    stage.settle(60)
    stage.press(Key.Key_F10)
    stage.settle(200)


@scene(SCREEN, "normal", manned)
def setup_operator(stage: Stage) -> None:
    """The first operator sets the PIN."""
    begin(stage, "operator")


@scene(SCREEN, "normal", Host)
def setup_acceptance(stage: Stage) -> None:
    """Before the test: who set it up, and the PIN of who practises."""
    assert isinstance(stage.counter, Host)
    from tests.harness import shop

    stage.counter.shop.counter.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    stage.counter.shop.counter.people.sign_out()
    begin(stage, "acceptance")
