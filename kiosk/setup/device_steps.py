"""The devices of the counter, step by step: printer, scanner, camera; a person looks at what each gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import CapturedFile
from kiosk.model.paper_sheet import Said
from kiosk.printing.leaflets import test_page
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.till_papers import Stamp
from kiosk.setup.setup_host import SetupHost, SetupMachine
from kiosk.setup.setup_run import SetupRun
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import KioskError, Refused, Unavailable
from protocol.texts import say
from protocol.values.scanned import fold_layout

SCAN_TEST: Final = ("manfaz-test", "0123456789")
"""What the test page's two codes hold: letters show whether the layout is right, digits come either way."""
AT_WORK: Final = ("printer", "printer_broke")
"""Said of a citizen's receipt, which is saved. Nothing is saved here yet, and there is no list of papers."""
JUDGED: Final = ("arabic", "qr", "cut")
"""What a person looks at on the test page."""


class DeviceSteps:
    """Each tried, and the counter's from then on."""

    def __init__(self, run: SetupRun, host: SetupHost, machine: SetupMachine) -> None:
        self._run = run
        self._host = host
        self._machine = machine

    def print_test(self, choice: PrinterChoice) -> None:
        """The test page, past the queue: whoever looks at it stands here. Raises Unavailable, Refused.

        The printer is the counter's from here on.
        """
        try:
            if choice.kind == "none":
                raise Refused("setup_printer")
            printer, render = self._machine.device(choice)
            settings = self._host.counter.in_force.settings()
            stamp = Stamp(Said(settings.shop.name.ar, settings.shop.name.en), self._run.now(), "—")
            printer.status()
            printer.send(render(test_page(stamp, choice.text), 0))
            self._host.counter.papers.choose(choice)
        except KioskError as error:
            self._run.failed(said := _here(error))
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

        return self._run.do(look)

    def scanned(self, typed: str) -> SetupProgress:
        """What the scanner typed. Raises Refused("setup_scan")."""

        def look() -> Mapping[str, Any]:
            read = fold_layout(typed).lower()
            if read not in SCAN_TEST:
                raise Refused("setup_scan", read=read[:40] or "—")
            return {"read": read}

        return self._run.do(look)

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

        return self._run.do(look)


def _here(error: KioskError) -> KioskError:
    return Unavailable("setup_no_print", reason=error.values["reason"]) if error.code in AT_WORK else error


def _seen(faults: list[str]) -> dict[str, str]:
    return {
        "ar": "، ".join(say("ar", f"setup.not.{name}") for name in faults),
        "en": ", ".join(say("en", f"setup.not.{name}") for name in faults),
    }
