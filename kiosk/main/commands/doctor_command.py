"""`manfaz doctor`: beside a counter at work, or where none will start."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from kiosk.core.documents_in_force import DocumentsInForce, in_force
from kiosk.main.without_window import system_keystore, this_world
from kiosk.model.facts import CENTRE, PRINTER
from kiosk.ports.store import Keystore, Store
from kiosk.ports.world import Printer, World
from kiosk.printing.printer_choice import PrinterChoice, parse_choice
from kiosk.upkeep.doctor import check_runner, diagnosis, support_content
from kiosk.upkeep.doctor.check_result import Probes, Result, Unknown
from protocol.errors import KioskError, Refused
from protocol.program import outside
from protocol.program.terminal import say_both
from protocol.texts import LANGUAGES, say
from protocol.values.arabic import strip_invisible
from protocol.wire.support_file import SupportHead, seal
from storage.keystore.selftest_leftovers import sweep
from storage.probes import support_contact
from storage.probes.machine import LocalMachine
from storage.probes.repairs import Repairs
from storage.probes.store_probe import FolderStoreProbe
from sync.line_probe import LineProbe
from ui.paper.device_probe import ChosenDevices


def doctor(asked: argparse.Namespace, keystore: Keystore | None = None) -> int:
    """`manfaz doctor`: returns the exit code of `kiosk.upkeep.doctor.diagnosis`.

    Raises Refused: mistyped, printer_unknown, support_no_centre; as `outside.write`.
    """
    if asked.list:
        for check in check_runner.CHECKS:
            print(f"{check.number:2} {check.id:14} {check.area:9} {check.title('en')} · {check.title('ar')}")
        return diagnosis.CLEAN
    wanted = _numbers(asked.only)
    if asked.printer != "none":
        parse_choice(asked.printer)
    keystore, world = keystore or system_keystore(), this_world()
    with closing(FolderStoreProbe(asked.data, keystore, world.randomness)) as shop:
        if asked.fix:
            with suppress(KioskError):  # a keystore that does not answer has a finding of its own
                sweep(keystore)
        return _examine(asked, wanted, _probes(asked, shop, world), world)


def _examine(asked: argparse.Namespace, wanted: list[int], probes: Probes, world: World) -> int:
    look = partial(check_runner.run, check_runner.with_parents(wanted), probes, world.start)
    results = _mended(asked, look(), look) if asked.fix else look()
    chosen = [result for result in results if result.check.number in wanted]
    if asked.json:
        print(json.dumps(diagnosis.document(chosen, probes.clock.wall_ms())))  # ASCII: for any console
    else:
        _print(chosen)
    if asked.support is not None:
        outside.write(asked.support, _sealed(asked.data, probes, chosen))
        if not asked.json:
            say_both(print, "doctor.supported", file=asked.support)
    return diagnosis.exit_code(chosen)


def _numbers(only: str | None) -> list[int]:
    """The numbers in ``6,7``; all without any. Raises Refused("mistyped") for what names no check."""
    if only is None:
        return list(check_runner.BY_NUMBER)
    parts = only.split(",")
    if not all(re.fullmatch("[0-9]{1,3}", part) and int(part) in check_runner.BY_NUMBER for part in parts):
        raise Refused("mistyped", message=f"--only 1,…,{len(check_runner.CHECKS)}", command="manfaz doctor")
    return [int(part) for part in parts]


def _probes(asked: argparse.Namespace, shop: FolderStoreProbe, world: World) -> Probes:
    clock, machine = world.clock, LocalMachine(asked.data)

    def choice() -> PrinterChoice | None:
        if asked.printer != "none":
            return parse_choice(asked.printer)
        kept = PRINTER.kept(shop.store())
        return parse_choice(kept) if kept else None

    line = LineProbe(
        lambda: asked.centre or CENTRE.kept(shop.store()) or "", asked.ca,
        lambda: _rules(shop.store()).keyset().feed, clock, world.randomness,
    )  # fmt: skip
    devices = ChosenDevices(choice, _open_printer, in_use=machine.at_work())
    return Probes(clock, machine, shop, line, devices)


def _rules(store: Store) -> DocumentsInForce:
    if store.enrolment() is None:
        raise Unknown("not_enrolled")
    return in_force(store)


def _open_printer(choice: PrinterChoice) -> Printer:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.paper.printers import printer_of

    return printer_of(choice)


def _mended(
    asked: argparse.Namespace, results: list[Result], again: Callable[[], list[Result]]
) -> list[Result]:  # fmt: skip
    mending = Repairs(asked.data)
    mending.drop_parts()
    done = False
    for result in results:
        if result.state == "found" and result.check.safe_fix:
            mended = mending.mend(result.text)
            done = done or mended
            for language in LANGUAGES:
                key = "doctor.fixed" if mended else "doctor.unfixed"
                print(say(language, key, title=result.check.title(language)), file=sys.stderr)
    return again() if done else results


def _print(results: list[Result]) -> None:
    ordered = diagnosis.graver_first(results)
    for result in ordered:
        word = result.severity.word if result.severity else "crashed"
        for language in LANGUAGES:
            mark = say(language, f"doctor.severity.{word}")
            print(f"[{result.check.number}] {result.check.title(language)} — {mark}")
            said = " ".join(result.words(language))
            print("    " + (strip_invisible(said) if language == "en" else said))  # a command in it may be copied
    if not ordered:
        say_both(print, "doctor.clean")


def _sealed(folder: Path, probes: Probes, results: list[Result]) -> bytes:
    """Raises Refused("support_no_centre") where this counter never knew its centre."""
    head, public = _whom(folder, probes)
    return seal(head, support_content.content(probes, results), public)


def _whom(folder: Path, probes: Probes) -> tuple[SupportHead, bytes]:
    now_ms = probes.clock.wall_ms()
    with suppress(Unknown, KioskError):
        rules = _rules(probes.shop.store())
        me = rules.statement()
        return SupportHead(me.device, me.epoch, now_ms), rules.keyset().seal_x25519
    kept = support_contact.read(folder)
    if kept is None:
        raise Refused("support_no_centre")
    return SupportHead(bytes.fromhex(kept.device), kept.epoch, now_ms), bytes.fromhex(kept.seal)
