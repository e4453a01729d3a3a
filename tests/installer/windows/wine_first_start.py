"""Installed by its pages, set up by the wizard, removed with the data and without; the tests go in their order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.installer.windows import dialogs_at_wine
from tests.installer.windows.conftest import Built
from tests.installer.windows.counter_at_wine import END_S, FirstStart, WineDisplay, settle
from tests.installer.windows.dialogs_at_wine import NO, OK, YES
from tests.installer.windows.first_start_driver import CAMERA_NOTE, PRINTER_NOTE, Technician
from tests.installer.windows.wine import Windows, windows_path
from tests.scenarios.demo.stage import Centre, until
from tests.scenarios.demo.story import PIN

pytestmark = [pytest.mark.timeout(900), pytest.mark.enable_socket]
PROGRAM: Final = "C:\\Program Files\\Manfaz"
_VAULT: Final = """
import sys; sys.path.insert(0, sys.argv[1])
from storage.keystore.system_keystore import SystemKeystore
print(SystemKeystore().get(sys.argv[2] + "/database-key") is not None)
"""


@pytest.fixture(scope="module")
def stick(made: Path) -> Path:
    folder = made / "فلاشة الفني"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def display() -> Iterator[WineDisplay]:
    display = WineDisplay()
    yield display
    display.close()


@pytest.fixture(scope="module")
def machine(made: Path, first: Built, stick: Path, display: WineDisplay) -> Iterator[Windows]:
    """A Windows of its own with a screen, and a stick in it."""
    machine = Windows(made / "first-start-prefix", first.stage / "python")
    machine.plug_in("e", stick)
    machine.show_on(display.name)
    yield machine
    machine.end()


@pytest.fixture(scope="module")
def shop(machine: Windows, made: Path, stick: Path, display: WineDisplay) -> Iterator[Technician]:
    out = made / "first-start"
    out.mkdir()
    centre = Centre(out / "centre", out / "centre.log")
    data = machine.local / "Manfaz"
    kiosk = FirstStart(machine, PROGRAM, data, out / "kiosk.log")
    technician = Technician(display, centre, kiosk, data, out)
    with ExitStack() as undo:
        for end in (centre.stop, kiosk.stop):
            undo.callback(end)
        technician.come()
        (stick / "manfaz-slot.txt").write_text(technician.line(), encoding="utf-8")
        yield technician


def cli(machine: Windows, *words: object) -> tuple[int, str]:
    done = machine.run(f"{PROGRAM}\\manfaz-cli.exe", *words)
    return done.code, done.out


def unsent(machine: Windows) -> int:
    return int(cli(machine, "unsent")[1].rpartition(": ")[2])


def instance(shop: Technician) -> str:
    return (shop.data / "instance").read_text(encoding="ascii").strip()


def opens(machine: Windows, first: Built, instance: str) -> bool:
    """Whether the keystore of Windows still holds the key of this store."""
    return machine.ask(_VAULT, windows_path(first.stage / "app"), instance).strip() == "True"


# ---- set up


def test_it_is_installed_by_its_pages(machine: Windows, first: Built, shop: Technician) -> None:
    running = machine.start(first.command, "/LANG=ar")
    for words in ("مرحبا", "المكونات", PROGRAM):
        dialogs_at_wine.press(machine, words, OK)
    said = dialogs_at_wine.press(machine, "افتحه بحساب المحل", OK)
    assert any(first.version in line for line in said)
    assert running.wait(END_S) == 0


def test_the_wizard_leads_from_the_shortcut_to_a_proved_counter(shop: Technician, stick: Path) -> None:
    print(f"set up in {shop.walk():.0f} s")
    left_out = {"printer": PRINTER_NOTE, "camera": CAMERA_NOTE}
    assert shop.states() == {step: "skipped" if step in left_out else "passed" for step in shop.states()}
    assert dict(shop.progress().left_out()) == left_out
    assert shop.progress().facts("enrolment")["way"] == "line"
    assert shop.progress().facts("keystore")["kind"] == "Windows"


def test_its_report_lies_beside_the_data_on_the_stick_and_at_the_centre(shop: Technician, stick: Path) -> None:
    (found,) = shop.centre.staff("acceptance", "list")
    assert found["result"] == "not_ready", "there is no printer yet"
    reports = [(folder / "acceptance.json").read_bytes() for folder in (shop.data, stick)]
    assert reports[0] == reports[1]
    for folder in (shop.data, stick):
        assert (folder / "acceptance.pdf").read_bytes().startswith(b"%PDF")


# ---- removed, and removed again


def remove(machine: Windows, *answers: tuple[str, int]) -> list[str]:
    """The uninstaller in its window, its questions answered; what it said with each."""
    running = machine.start(f"{PROGRAM}\\uninstall.exe")
    dialogs_at_wine.press(machine, PROGRAM, OK)
    said = ["\n".join(dialogs_at_wine.press(machine, words, button)) for words, button in answers]
    dialogs_at_wine.press(machine, "Manfaz 0", OK)
    until("the program is gone", lambda: not (machine.c / "Program Files" / "Manfaz").exists(), END_S)
    running.wait(END_S)
    return said


def install(machine: Windows, first: Built, language: str) -> None:
    assert machine.code(first.command, "/S", f"/LANG={language}") == 0


def test_data_with_work_to_send_is_not_erased_and_the_reason_is_said(machine: Windows, shop: Technician) -> None:
    shop.centre.stop()
    shop.display.type(PIN)
    shop.on()
    shop.page("pageOpenDay")
    shop.kiosk.stop()
    left = unsent(machine)
    assert left > 0
    before = (shop.data / "kiosk.db").read_bytes()
    said = remove(machine, ("هل تحذف أيضًا", YES), ("لم يُحذف شيء", OK), ("أُزيل البرنامج", OK))
    assert f"\u2066{left}\u2069" in said[1]
    assert "%LOCALAPPDATA%\\Manfaz" in said[2]
    assert (shop.data / "kiosk.db").read_bytes() == before
    assert "unsent: 1" in machine.log()


def test_installed_again_it_finds_its_data_and_sends_what_was_left(
    machine: Windows, first: Built, shop: Technician
) -> None:
    install(machine, first, "ar")
    (before,) = shop.centre.staff("device", "list")
    shop.centre.serve()
    shop.kiosk.start(shop.display.env)
    shop.page("pageSignIn")
    shop.picture("found-again")
    until("all has been sent", lambda: shop.centre.staff("device", "list") != [before], END_S)
    settle()
    shop.kiosk.stop()
    assert unsent(machine) == 0


@pytest.mark.parametrize(
    ("language", "answers"),
    [
        ("ar", [("هل تحذف أيضًا", NO), ("أُزيل البرنامج", OK)]),
        ("en", [("Erase the data", YES), ("This is final", NO), ("The program is removed", OK)]),
    ],
)
def test_a_no_keeps_the_data_at_either_question(
    machine: Windows, first: Built, shop: Technician, language: str, answers: list[tuple[str, int]]
) -> None:
    before = (shop.data / "kiosk.db").read_bytes()
    install(machine, first, language)
    assert "%LOCALAPPDATA%\\Manfaz" in remove(machine, *answers)[-1]
    assert (shop.data / "kiosk.db").read_bytes() == before
    assert opens(machine, first, instance(shop))


def test_two_yes_destroy_the_keys_and_the_data(machine: Windows, first: Built, shop: Technician) -> None:
    install(machine, first, "en")
    was = instance(shop)
    remove(machine, ("Erase the data", YES), ("This is final", YES), ("is erased", OK))
    assert not shop.data.exists()
    assert not opens(machine, first, was)
    assert "data erased" in machine.log()
