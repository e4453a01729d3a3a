"""What an installed counter does with its centre: set up by one line, updated by stick and line, a bad one undone."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.installer import update_centre as spoiling
from tests.installer.chroots import USER
from tests.installer.update_centre import PIN, UpdateCentre
from tests.scenarios.demo.stage import until

if TYPE_CHECKING:
    from tests.installer.linux_products import Shop

GOOD, UNFIT, BAD, NEWEST = "0.8.2", "0.8.3", "0.8.4", "0.8.5"
SESSION: Final = ("sh", "/mnt/session.sh")
OFFSCREEN: Final = {"QT_QPA_PLATFORM": "offscreen"}
DATA: Final = f"/home/{USER}/.local/share/manfaz"
REPORT: Final = f"/home/{USER}/report"
PATIENCE_S: Final = 600.0
FIRST_RECEIPT_S: Final = 300.0
"""From the start of the installer; what a person does between the steps is not in it."""


def releases(office: UpdateCentre, handed: Path) -> None:
    """Four of them, and the sticks as they were after each of the first three."""
    for version, spoilt in ((GOOD, None), (UNFIT, spoiling.UNFIT), (BAD, spoiling.NO_START)):
        office.release(version, spoilt)
        shutil.rmtree(handed / f"stick-{version}", ignore_errors=True)
        office.stick(handed / f"stick-{version}")
    office.release(NEWEST)


def set_up(shop: Shop, office: UpdateCentre, program: str, begun: float) -> None:
    """One line, the digits compared at the centre, a report that says "ready". `begun`: the installer's, monotonic."""
    (slot, who), papers, reports = office.invite(), len(office.roll.papers), len(office.accepted())
    words = (
        program, "--centre", office.centre.url, "--printer", f"tcp:127.0.0.1:{office.roll.port}", "setup", "--accept",
        "--slot", slot["slot"], "--code", slot["code"], "--operator", who["id"], "--operator-code", who["code"],
        "--pin", PIN, "--technician", "12", "--paper-seen", "--report", REPORT, "--json",
    )  # fmt: skip
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(shop.chroot.run, *SESSION, *words, user=USER)

        def unless_ended(question: Callable[[], object]) -> Callable[[], object]:
            return lambda: running.done() or question()

        until("the digits", unless_ended(lambda: office.approve(str(slot["slot"]))), PATIENCE_S)
        until("the receipt", unless_ended(lambda: len(office.roll.papers) >= papers + 2), PATIENCE_S)
        took = time.monotonic() - begun
        end = _end(running.result())
    print(f"  {shop.suite:9} from the installer's start to the first receipt: {took:.0f} s")
    assert (end["result"], end["missing"], end["sent"]) == ("ready", [], True), end
    assert len(office.roll.papers) == papers + 2, "the test page, and the practice receipt"
    assert office.accepted() == ["ready"] * (reports + 1)
    assert {f"{REPORT}/acceptance.json", f"{REPORT}/acceptance.pdf"} <= shop.chroot.files(REPORT)
    assert took <= FIRST_RECEIPT_S, took


def _end(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(line for line in reversed(said.splitlines()) if '"result"' in line))
    return found


def from_a_stick(shop: Shop, program: str) -> None:
    """The signed version is fetched, rehearsed, flipped to, and proves itself."""
    _taken(shop, program, "--from", f"/mnt/stick-{GOOD}")
    _opened(shop, program, "COMMITTED", GOOD)


def unfit(shop: Shop, program: str) -> None:
    """Signed and whole, it fails its own test before the flip: said in plain words, and the version stays."""
    said = shop.chroot.run(*SESSION, program, "update", "--from", f"/mnt/stick-{UNFIT}", user=USER, code=4)
    assert "update_unfit" in said, said
    assert pointer(shop)["current"] == GOOD, pointer(shop)
    shop.says(program, GOOD)


def undone(shop: Shop, program: str) -> None:
    """It was signed and whole, and does not start: the version before opens the counter, and it is not taken again."""
    _taken(shop, program, "--from", f"/mnt/stick-{BAD}")
    _opened(shop, program, "REVERTED", GOOD)
    shop.chroot.run(*SESSION, program, "update", "--from", f"/mnt/stick-{BAD}", user=USER, code=None)
    assert pointer(shop)["current"] == GOOD
    shop.says(program, GOOD)


def over_the_line(shop: Shop, program: str) -> None:
    _taken(shop, program)
    _opened(shop, program, "COMMITTED", NEWEST)


def _taken(shop: Shop, program: str, *words: str) -> None:
    shop.chroot.run(*SESSION, program, "update", *words, user=USER)
    assert pointer(shop)["phase"] == "TRIAL", pointer(shop)


def _opened(shop: Shop, program: str, phase: str, version: str) -> None:
    said = shop.chroot.run(*SESSION, "sh", "/mnt/trial.sh", program, user=USER, code=None, **OFFSCREEN)
    found = pointer(shop)
    assert (found["phase"], found["current"]) == (phase, version), (found, said[-2000:])
    shop.says(program, version)


def pointer(shop: Shop) -> dict[str, Any]:
    """Which version the counter starts, as its starter reads it."""
    raw = (shop.chroot.root / DATA.lstrip("/") / "program" / "pointer").read_bytes()
    found: dict[str, Any] = json.loads(raw.splitlines()[0])
    return found
