"""What the set-up screen and the set-up command ask: each step looked at, done, and written down at once.

Every method but `progress` may take seconds: never on the screen's thread. What a step finds wrong is kept as its
failure and raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from kiosk.model.facts import ACCEPTANCE, MACHINE, refuse_stopped
from kiosk.ports.world import World
from kiosk.setup import acceptance_report
from kiosk.setup.counter_steps import CounterSteps
from kiosk.setup.offline_enrolment import take_documents
from kiosk.setup.setup_host import Find, Offered, Progress, SetupHost, SetupMachine
from kiosk.setup.setup_steps import STEPS, SetupProgress, SetupRun
from kiosk.upkeep.backup import restored_store
from protocol.clock import show_time
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.program.os_errors import away_as
from protocol.texts import both
from protocol.values.arabic import isolate
from protocol.wire.acceptance import sign_report
from protocol.wire.backup_manifest import Manifest
from protocol.wire.offline_enrolment import stick_at
from starter.files import plain, read_regular, replace_whole

WANTED: Final = ("settings", "operators", "catalogue")


class SetUpDesk(SetupRun):
    """One setting up of one counter."""

    def __init__(self, host: SetupHost, folder: Path, world: World, machine: SetupMachine) -> None:
        super().__init__(folder, world)
        self._host = self.host = host
        self._machine = machine
        self.steps = CounterSteps(self, host, machine)

    def resume(self) -> SetupProgress:
        """After a start: the store is opened again where that had been reached. Raises what opening it raises.

        What has ended stays so: a keystore that is locked today takes nothing back of what was proved then.
        """
        ended = self.progress.ended_ms > 0
        if (ended or STEPS.index(self.progress.step) > STEPS.index("keystore")) and not self._host.ready:
            try:
                self._host.open()
            except KioskError as error:
                if not ended:
                    self.progress = self.progress.at("keystore")
                    self.failed(error)
                raise
        if self.progress.step == "enrolment" and self._host.ready and not self._host.enrolment.needed():
            return self.enrolled("line")
        return self.progress

    # ---- first trust

    @property
    def backups(self) -> RestoreDesk:
        return RestoreDesk(self, self._machine.backups)

    def put_back(self) -> SetupProgress:
        """A backup lies in the place of what was here, and is open: the enrolment is next."""
        return self.steps.keystore() if self.progress.step == "keystore" else self.keep(self.progress)

    def enrolled(self, way: str, number: str = "") -> SetupProgress:
        """The enrolment is kept: written down. Raises Refused("not_enrolled")."""

        def check() -> Mapping[str, Any]:
            statement = self._host.counter.in_force.statement()
            back = restored_store.RESTORED.kept(self._host.counter.context.store)
            return {
                "way": way, "number": number, "shop": statement.shop, "till": statement.till,
                "device": statement.device_text,
                "at": show_time(statement.issued_ms), **({} if back is None else {"restored": back.seq}),
            }  # fmt: skip

        return self.do(check)

    def documents(self) -> SetupProgress:
        """What the centre sends: settings, people, the list. Raises Unavailable("setup_waiting") until it is here.

        Raises Refused as `refuse_stopped`: whom the centre has shut out it sends nothing.
        """

        def check() -> Mapping[str, Any]:
            counter = self._host.counter
            missing = [kind for kind in WANTED if counter.context.store.document(kind) is None]
            if missing:
                refuse_stopped(counter.context.store.facts(), counter.in_force.statement().epoch)
                raise Unavailable("setup_waiting", missing=both(f"setup.kind.{missing[0]}"))
            settings = counter.in_force.settings()
            shop = {"shop_ar": settings.shop.name.ar, "shop_en": settings.shop.name.en}
            return {"catalogue": counter.in_force.catalogue().version, "settings": settings.version, **shop}

        return self.do(check)

    def take(self, documents: Mapping[str, bytes], way: str = "") -> SetupProgress:
        """Signed documents from a file; at the enrolment, which was kept this `way`. Raises as `documents`."""
        take_documents(self._host.counter, documents)
        return self.enrolled(way) if self.progress.step == "enrolment" else self.documents()

    # ---- the test

    def accept(self, technician: str, patience_s: float = acceptance_report.PATIENCE_S) -> bytes:
        """Practise, back up, diagnose; the signed report, kept in the store and sent where the line is up.

        Raises Refused: signed_out, setup_no_service; Unavailable: setup_trial, and what a backup raises.
        """
        host = self._host
        store = host.counter.context.store
        try:
            tried = acceptance_report.practise(host, self._world.clock, patience_s)
            host.at_work.keeper.now()
            store.commit([], [MACHINE.forget()])  # whoever stands here says which one it is
            ahead_ms = host.at_work.diagnose()
        except KioskError as error:
            self.failed(error)
            raise
        self.progress = self.progress.at("acceptance")
        premises = acceptance_report.premises(host, self._machine, technician, ahead_ms)
        said = acceptance_report.members(self.progress, premises, tried, store.facts(), self.now())
        document = sign_report(said, host.at_work.signer)
        store.commit([], [ACCEPTANCE.put(document)])
        sent = host.at_work.send_acceptance(document)
        self.do(lambda: {"result": said["result"], "sent": sent, "receipt_ms": tried.paper_ms})
        return document


MOST_BYTES: Final = 1 << 16
"""Of an answer that opens a backup."""


class RestoreDesk:
    """A broken counter's backup in the place of what a new computer has: found, asked for, put back.

    What puts it back is that of `manfaz restore`. Its epoch is over: the enrolment that follows takes a code which the
    centre gives for that very device (`device replace`), and begins the next one. Every method takes its time.
    """

    def __init__(self, road: SetUpDesk, find: Find) -> None:
        self._road = road
        self._find = find

    def offered(self, named: str) -> list[Offered]:
        """Those that can be used first, the newest of each counter first. `named` is a place to look at, too."""
        return self._find([Path(named)] if named else [])

    def put_back(self, one: Offered, stick: str, told: Progress) -> SetupProgress:
        """Put it back, with the centre's answer where the stick holds one; then the enrolment is next.

        Raises as `storage.backup.restoring.Restoring`: Refused("backup_asks") where the centre has to be asked first.
        """
        if one.manifest is None:
            raise Corrupt("backup_damaged", found="backup.json")
        if not one.whole:
            raise Corrupt("backup_damaged", found=isolate(one.folder.name))
        answer = self._answer(Path(stick) / answer_file(one.manifest)) if stick else None
        host = self._road.host
        host.apart(lambda at, go_on: at.restore(one.folder, answer, go_on, told))
        if not host.ready:
            host.open()
        return self._road.put_back()

    def ask(self, one: Offered, stick: str) -> Path:
        """Write the request for its key on the stick. The same each time, so that an answer stays one.

        Raises Refused("stick_unnamed"), Unavailable("stick_away").
        """
        folder = stick_at(stick)
        assert one.manifest is not None  # noqa: S101 - its key was missed
        content: bytes = self._road.host.apart(lambda at, _go_on: at.request(one.folder))
        file = folder / request_file(one.manifest)
        with away_as("stick_away"):
            replace_whole(plain(file), content)
        return file

    def _answer(self, file: Path) -> bytes | None:
        with suppress(OSError):
            return read_regular(plain(file), MOST_BYTES)
        return None


def request_file(one: Manifest) -> str:
    """One stick serves several counters."""
    return f"manfaz-recovery-{one.device[:8]}.json"


def answer_file(one: Manifest) -> str:
    """As `manfaz-central backup open` names what it writes."""
    return f"{request_file(one)}.answer"
