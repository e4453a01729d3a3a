"""What the set-up screen and the set-up command ask: each step looked at, done, and written down at once.

Every method but `progress` may take seconds: never on the screen's thread. What a step finds wrong is kept as its
failure and raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kiosk.model.facts import ACCEPTANCE, MACHINE, refuse_stopped
from kiosk.ports.world import World
from kiosk.setup import acceptance_report
from kiosk.setup.counter_steps import CounterSteps
from kiosk.setup.offline_enrolment import take_documents
from kiosk.setup.restore_desk import RestoreDesk
from kiosk.setup.setup_host import SetupHost, SetupMachine
from kiosk.setup.setup_steps import STEPS, SetupProgress, SetupRun
from kiosk.upkeep.backup import restored_store
from protocol.clock import show_time
from protocol.errors import KioskError, Unavailable
from protocol.texts import say
from protocol.wire.acceptance import sign_report

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

    # ---- first trust

    @property
    def backups(self) -> RestoreDesk:
        return RestoreDesk(self, self._machine.backups)

    def put_back(self) -> SetupProgress:
        """A backup lies in the place of what was here, and is open: the enrolment is next."""
        return self.steps.keystore() if self._progress.step == "keystore" else self.keep(self._progress)

    def enrolled(self, way: str, number: str = "") -> SetupProgress:
        """The enrolment is kept: written down. Raises Refused("not_enrolled")."""

        def check() -> Mapping[str, Any]:
            statement = self._host.counter.in_force.statement()
            back = restored_store.RESTORED.kept(self._host.counter.context.store)
            return {
                "way": way, "number": number, "shop": statement.shop, "device": statement.device_text,
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
                raise Unavailable("setup_waiting", missing=_kind(missing[0]))
            settings = counter.in_force.settings()
            shop = {"shop_ar": settings.shop.name.ar, "shop_en": settings.shop.name.en}
            return {"catalogue": counter.in_force.catalogue().version, "settings": settings.version, **shop}

        return self.do(check)

    def take(self, documents: Mapping[str, bytes], way: str = "") -> SetupProgress:
        """Signed documents from a file; at the enrolment, which was kept this `way`. Raises as `documents`."""
        take_documents(self._host.counter, documents)
        return self.enrolled(way) if self._progress.step == "enrolment" else self.documents()

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
        self._progress = self._progress.at("acceptance")
        premises = acceptance_report.premises(host, self._machine, technician, ahead_ms)
        said = acceptance_report.members(self._progress, premises, tried, store.facts(), self.now())
        document = sign_report(said, host.at_work.signer)
        store.commit([], [ACCEPTANCE.put(document)])
        sent = host.at_work.send_acceptance(document)
        self.do(lambda: {"verdict": said["verdict"], "sent": sent, "receipt_ms": tried.paper_ms})
        return document


def _kind(kind: str) -> dict[str, str]:
    return {"ar": say("ar", f"setup.kind.{kind}"), "en": say("en", f"setup.kind.{kind}")}
