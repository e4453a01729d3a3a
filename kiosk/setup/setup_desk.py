"""What the set-up screen and the set-up command ask: each step looked at, done, and written down at once.

Every method but `progress` may take seconds: never on the screen's thread. What a step finds wrong is kept as its
failure and raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.core.store_facts import refuse_stopped
from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import CapturedFile
from kiosk.model.facts import ACCEPTANCE, MACHINE
from kiosk.model.paper_sheet import Said
from kiosk.ports.world import World
from kiosk.printing.leaflets import test_page
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.till_papers import Stamp
from kiosk.setup import acceptance_report, acceptance_run, practice_request
from kiosk.setup.ground_checks import DiskRoom, judge_clock, judge_ground, zone_text
from kiosk.setup.offline_enrolment import take_documents
from kiosk.setup.restore_desk import RestoreDesk
from kiosk.setup.setup_host import SetupHost, SetupMachine
from kiosk.setup.setup_notebook import SetupNotebook
from kiosk.setup.setup_steps import STEPS, SetupProgress
from kiosk.staff.sign_in import Seat
from kiosk.upkeep.backup import restored_store
from protocol.clock import moment, show_time
from protocol.errors import KioskError, Refused, Unavailable
from protocol.texts import Language, say
from protocol.values.scanned import fold_layout
from protocol.wire.acceptance import sign_report

SCAN_TEST: Final = ("manfaz-test", "0123456789")
"""What the test page's two codes hold: letters show whether the layout is right, digits come either way."""
AT_WORK: Final = ("printer", "printer_broke")
"""Said of a citizen's receipt, which is saved. Nothing is saved here yet, and there is no list of papers."""
JUDGED: Final = ("arabic", "qr", "cut")
"""What a person looks at on the test page."""
OTHERS: Final = "already_running"
WANTED: Final = ("settings", "operators", "catalogue")


class SetUpDesk:
    """One setting up of one counter."""

    def __init__(self, host: SetupHost, folder: Path, world: World, machine: SetupMachine) -> None:
        self._host = self.host = host
        self._folder = self.home = folder
        self._world = world
        self._machine = machine
        self._book = SetupNotebook(folder)
        self._beside = False
        kept = self._book.read()
        self._progress = kept or SetupProgress(world.clock.wall_ms())
        self.kept_language = None if kept is None else kept.language
        """That of the start before; None where nothing was written down."""

    def begin_again(self) -> None:
        """All of it once more, at a counter that has been set up before; nothing that is done is done twice."""
        self._progress = SetupProgress(self._now(), language=self._progress.language)

    @property
    def progress(self) -> SetupProgress:
        return self._progress

    def keep(self, progress: SetupProgress) -> SetupProgress:
        """Where it stands now. Before the data folder has been looked at there is nowhere to write it to, and beside
        another program, a counter at work or its own setting up, nothing of that one's is written over.
        """
        self._progress = progress
        if self._folder.is_dir() and not self._beside:
            self._book.write(progress)
        return progress

    def _now(self) -> int:
        return self._world.clock.wall_ms()

    def _do(self, work: Callable[[], Mapping[str, Any]]) -> SetupProgress:
        """The present step: passed with what `work` found, or failed with what it raised."""
        try:
            found = work()
        except KioskError as error:
            self.failed(error)
            raise
        return self.keep(self._progress.passed(self._now(), **found))

    # ---- moving

    def back(self) -> SetupProgress:
        return self.keep(self._progress.back())

    def skip(self, note: str) -> SetupProgress:
        """Raises Refused: setup_no_skip, setup_note."""
        return self.keep(self._progress.skipped(note, self._now()))

    def resume(self) -> SetupProgress:
        """After a start: the store is opened again where that had been reached. Raises what opening it raises.

        What has ended stays so: a keystore that is locked today takes nothing back of what was proved then.
        """
        ended = self._progress.ended_ms > 0
        if (ended or STEPS.index(self._progress.step) > STEPS.index("keystore")) and not self._host.ready:
            try:
                self._host.open()
            except KioskError as error:
                if not ended:
                    self._progress = self._progress.at("keystore")
                    self.failed(error)
                raise
        if self._progress.step == "enrolment" and self._host.ready and not self._host.enrolment.needed():
            return self.enrolled("line")
        return self._progress

    # ---- the machine

    def spoken(self, language: Language) -> SetupProgress:
        """The screen has been turned to it; that answers no step."""
        return self.keep(self._progress.spoken(language))

    def language(self, language: Language) -> SetupProgress:
        return self.keep(self._progress.spoken(language).passed(self._now(), language=language))

    def told_time(self) -> str:
        """What this computer says it is, in its own zone: ``2026-11-26 04:09 (+02:00)``."""
        now_ms = self._now()
        offset = self._machine.offset_min(now_ms)
        there = moment(now_ms) + timedelta(minutes=offset)
        return f"{there.strftime('%Y-%m-%d %H:%M')} ({zone_text(offset)})"

    def clock(self) -> SetupProgress:
        def look() -> Mapping[str, Any]:
            now_ms = self._now()
            return judge_clock(now_ms, self._machine.offset_min(now_ms))

        return self._do(look)

    def rooms(self) -> list[DiskRoom]:
        """Where the data folder may lie, the usual place first."""
        return self._machine.rooms(self._folder)

    def folder(self, place: str = "") -> SetupProgress:
        """The data folder is looked at; with `place` it lies there from now on. Raises as
        `storage.disk.other_disks.lay`.
        """

        def look() -> Mapping[str, Any]:
            undo = self._machine.lay(self._folder, Path(place)) if place else None
            try:
                return judge_ground(self._machine.examine(self._folder))
            except KioskError:
                if undo is not None:
                    undo()
                raise

        return self._do(look)

    def keystore(self) -> SetupProgress:
        """The keystore is tried, and the store made or opened with it."""

        def open_store() -> Mapping[str, Any]:
            kind = self._machine.probe()
            if not self._host.ready:
                self._host.open()
            self._beside = False
            return {"kind": kind}

        return self._do(open_store)

    # ---- first trust

    @property
    def backups(self) -> RestoreDesk:
        return RestoreDesk(self, self._machine.backups)

    def put_back(self) -> SetupProgress:
        """A backup lies in the place of what was here, and is open: the enrolment is next."""
        return self.keystore() if self._progress.step == "keystore" else self.keep(self._progress)

    def enrolled(self, way: str, number: str = "") -> SetupProgress:
        """The enrolment is kept: written down. Raises Refused("not_enrolled")."""

        def look() -> Mapping[str, Any]:
            statement = self._host.counter.in_force.statement()
            back = restored_store.RESTORED.kept(self._host.counter.context.store)
            return {
                "way": way, "number": number, "shop": statement.shop, "device": statement.device_text,
                "at": show_time(statement.issued_ms), **({} if back is None else {"restored": back.seq}),
            }  # fmt: skip

        return self._do(look)

    def failed(self, error: KioskError) -> None:
        """The step did not go on."""
        self._beside = self._beside or error.code == OTHERS
        self.keep(self._progress.failed(error, self._now()))

    def documents(self) -> SetupProgress:
        """What the centre sends: settings, people, the list. Raises Unavailable("setup_waiting") until it is here.

        Raises Refused as `refuse_stopped`: whom the centre has shut out it sends nothing.
        """

        def look() -> Mapping[str, Any]:
            counter = self._host.counter
            missing = [kind for kind in WANTED if counter.context.store.document(kind) is None]
            if missing:
                refuse_stopped(counter.context.store.facts(), counter.in_force.statement().epoch)
                raise Unavailable("setup_waiting", missing=_kind(missing[0]))
            settings = counter.in_force.settings()
            shop = {"shop_ar": settings.shop_ar, "shop_en": settings.shop_en}
            return {"catalogue": counter.in_force.catalogue().version, "settings": settings.version, **shop}

        return self._do(look)

    def take(self, documents: Mapping[str, bytes], way: str = "") -> SetupProgress:
        """Signed documents from a file; at the enrolment, which was kept this `way`. Raises as `documents`."""
        take_documents(self._host.counter, documents)
        return self.enrolled(way) if self._progress.step == "enrolment" else self.documents()

    # ---- devices

    def print_test(self, choice: PrinterChoice) -> None:
        """The test page, past the queue: whoever looks at it stands here. Raises Unavailable, Refused.

        The printer is the counter's from here on.
        """
        try:
            if choice.kind == "none":
                raise Refused("setup_printer")
            printer, render = self._machine.device(choice)
            settings = self._host.counter.in_force.settings()
            stamp = Stamp(Said(settings.shop_ar, settings.shop_en), self._now(), "—")
            printer.status()
            printer.send(render(test_page(stamp, choice.text), 0))
            self._host.counter.papers.choose(choice)
        except KioskError as error:
            self.failed(said := _here(error))
            if said is error:
                raise
            raise said from error

    def judge_paper(self, choice: PrinterChoice, seen: Mapping[str, bool]) -> SetupProgress:
        """What a person saw on the test page, each of JUDGED. Raises Refused("setup_paper", faults=…)."""

        def look() -> Mapping[str, Any]:
            faults = [name for name in JUDGED if not seen[name]]
            if faults:
                raise Refused("setup_paper", faults=_seen(faults))
            return {"printer": choice.text, **seen}

        return self._do(look)

    def scanned(self, typed: str) -> SetupProgress:
        """What the scanner typed. Raises Refused("setup_scan")."""

        def look() -> Mapping[str, Any]:
            read = fold_layout(typed).lower()
            if read not in SCAN_TEST:
                raise Refused("setup_scan", read=read[:40] or "—")
            return {"read": read}

        return self._do(look)

    def sample(self, data: bytes) -> CapturedFile:
        """What a camera or scanner gave, on the way that a citizen's paper goes. Raises as `EvidenceBox.sample`."""
        taken: CapturedFile = self._host.counter.evidence.sample(data)
        return taken

    def choose_device(self, device: Device) -> None:
        """Papers are taken with it from now on."""
        self._host.counter.evidence.choose(device)

    def camera(self, good: Sequence[str], found: int) -> SetupProgress:
        """The names of those whose picture somebody has called good. Raises Unavailable("setup_camera") for none."""

        def look() -> Mapping[str, Any]:
            if not good:
                raise Unavailable("setup_camera")
            return {"cameras": found, "camera": " · ".join(good)}

        return self._do(look)

    # ---- people

    def seats(self) -> list[Seat]:
        """Who may sit down here; for the test only those who have shown who they are before."""
        seats: list[Seat] = self._host.counter.people.seats()
        return [seat for seat in seats if seat.has_pin] if self._progress.step == "acceptance" else seats

    def operator(self, operator_id: str, code: str, pin: str) -> SetupProgress:
        """The first one sets his PIN, or shows that he has. Raises as `StaffSession.activate` and `sign_in`."""

        def activate() -> Mapping[str, Any]:
            people = self._host.counter.people
            done = any(seat.operator.id == operator_id and seat.has_pin for seat in people.seats())
            login = people.sign_in(operator_id, pin) if done else people.activate(operator_id, code, pin)
            return {"role": login.operator.role}

        return self._do(activate)

    def sign_in(self, operator_id: str, pin: str) -> None:
        """For the test, where the power was cut since. Raises as `StaffSession.sign_in`."""
        self._host.counter.people.sign_in(operator_id, pin)

    # ---- the test

    def accept(self, technician: str, patience_s: float = practice_request.PATIENCE_S) -> bytes:
        """Practise, back up, diagnose; the signed report, kept in the store and sent where the line is up.

        Raises Refused: signed_out, setup_no_service; Unavailable: setup_trial, and what a backup raises.
        """
        host = self._host
        store = host.counter.context.store
        try:
            tried = acceptance_run.practise(host, self._world.clock, patience_s)
            host.at_work.keeper.now()
            store.commit([], [MACHINE.forget()])  # whoever stands here says which one it is
            ahead_ms = host.at_work.diagnose()
        except KioskError as error:
            self.failed(error)
            raise
        self._progress = self._progress.at("acceptance")
        premises = acceptance_run.premises(host, self._machine, technician, ahead_ms)
        said = acceptance_report.members(self._progress, premises, tried, store.facts(), self._now())
        document = sign_report(said, host.at_work.signer)
        store.commit([], [ACCEPTANCE.put(document)])
        sent = host.at_work.send_acceptance(document)
        self._do(lambda: {"verdict": said["verdict"], "sent": sent, "receipt_ms": tried.paper_ms})
        return document


def _here(error: KioskError) -> KioskError:
    return Unavailable("setup_no_print", reason=error.values["reason"]) if error.code in AT_WORK else error


def _kind(kind: str) -> dict[str, str]:
    return {"ar": say("ar", f"setup.kind.{kind}"), "en": say("en", f"setup.kind.{kind}")}


def _seen(faults: list[str]) -> dict[str, str]:
    return {
        "ar": "، ".join(say("ar", f"setup.not.{name}") for name in faults),
        "en": ", ".join(say("en", f"setup.not.{name}") for name in faults),
    }
