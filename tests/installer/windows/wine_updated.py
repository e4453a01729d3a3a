"""The installed counter takes updates on Windows: over the line, from a folder, and a bad one goes back by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from installer import app_layer, runtime, source, windows
from tests.harness.release_publisher import Publisher
from tests.installer.windows.conftest import asked
from tests.installer.windows.counter_at_wine import WineDisplay, WineKiosk, WineStory
from tests.installer.windows.wine import Windows, windows_path
from tests.scenarios.demo.stage import Centre, Roll, until
from tests.scenarios.demo.story import PIN

pytestmark = [pytest.mark.timeout(1200), pytest.mark.enable_socket]
DATA: Final = "C:\\shop data"
PROGRAM: Final = "C:\\Program Files\\Manfaz"


@dataclass
class Shop:
    """An enrolled counter, and the directory that its program believes in."""

    machine: Windows
    story: WineStory
    publisher: Publisher
    out: Path

    def release(self, version: str, *, broken: bool = False) -> None:
        """The program of the sources under another number; `broken` ends as soon as its counter is opened."""
        layer = app_layer.contents_of_source()
        layer[app_layer.UPDATE_ROOT] = self.publisher.root  # else the new version would believe in nobody
        init = "kiosk/__init__.py"
        layer[init] = layer[init].replace(f'"{source.version()}"'.encode(), f'"{version}"'.encode())
        if broken:
            begin = b"    logging.basicConfig("
            assert begin in layer["kiosk/main/startup.py"]
            layer["kiosk/main/startup.py"] = layer["kiosk/main/startup.py"].replace(
                begin, b"    raise SystemExit(9)\n" + begin, 1
            )
        manifest = {
            "version": version, "needs_runtime": runtime.identity(), "schema": source.schema(),
            "files": {name: app_layer._hash(data) for name, data in layer.items()},
        }  # fmt: skip
        layer["version.json"] = json.dumps(manifest).encode()
        layer["complete"] = app_layer._hash(layer["version.json"]).encode() + b"\n"
        packed = app_layer.pack(layer, source.epoch_s())
        self.publisher.release(version, packed, needs_runtime=runtime.identity(), min_schema="0001")

    def command(self, *words: str) -> tuple[int, str]:
        done = self.machine.run(f"{PROGRAM}\\manfaz-cli.exe", "--data", DATA, *words, patience_s=600)
        return done.code, done.out + done.err

    def pointer(self) -> dict[str, object]:
        raw = (self.machine.c / "shop data" / "program" / "pointer").read_bytes()
        found: dict[str, object] = json.loads(raw.splitlines()[0])
        return found


@pytest.fixture(scope="module")
def shop(made: Path) -> Iterator[Shop]:
    out = made / "updates"
    (out / "data" / "centre").mkdir(parents=True)
    publisher = Publisher(out / "data" / "centre")  # where the centre serves it from
    publisher.clock.ms = time.time_ns() // 1_000_000
    root = out / "root.json"
    root.write_bytes(publisher.root)
    app = app_layer.build(out, None, root)
    setup = windows.build(asked(out), app)
    with ExitStack() as undo:
        machine = Windows(out / "prefix", out / f"windows-{app.version}" / "stage" / "python")
        undo.callback(machine.end)
        assert machine.code(windows_path(setup.path), "/S") == 0
        roll, display = Roll(), WineDisplay()
        machine.show_on(display.name)
        centre = Centre(out / "data" / "centre", out / "centre.log")
        kiosk = WineKiosk(machine, PROGRAM, DATA, out / "kiosk.log", "--centre", centre.url)
        for end in (roll.close, display.close, centre.stop, kiosk.stop):
            undo.callback(end)
        story = WineStory(out, display, roll, centre, kiosk)
        story.enrol()
        story.first_day()
        kiosk.stop()
        yield Shop(machine, story, publisher, out)


def test_an_update_comes_from_a_folder_and_proves_itself(shop: Shop) -> None:
    shop.release("0.2.0")
    code, said = shop.command("update", "--from", windows_path(shop.publisher.folder))
    assert code == 0, said
    assert shop.pointer()["phase"] == "TRIAL"
    shop.story.sign_in_again(PIN)
    until("it is kept", lambda: shop.pointer()["phase"] == "COMMITTED", 180)
    shop.story.kiosk.stop()
    assert shop.command("version") == (0, "0.2.0\r\n")


def test_an_update_comes_over_the_line_and_ends_with_its_start_program(shop: Shop) -> None:
    shop.release("0.2.1")
    code, said = shop.command("update")
    assert code == 0, said
    assert shop.pointer()["phase"] == "TRIAL"
    shop.story.sign_in_again(PIN)
    until("it is kept", lambda: shop.pointer()["phase"] == "COMMITTED", 180)
    shop.story.kiosk.cut()
    assert shop.command("version") == (0, "0.2.1\r\n")


def test_a_bad_update_goes_back_by_itself_and_is_not_taken_again(shop: Shop) -> None:
    shop.release("0.2.2", broken=True)
    code, said = shop.command("update", "--from", windows_path(shop.publisher.folder))
    assert code == 0, said
    assert shop.pointer()["phase"] == "TRIAL", "it passed every rehearsal: the start alone shows it"
    shop.story.sign_in_again(PIN)
    assert shop.pointer()["phase"] == "REVERTED"
    assert shop.command("version") == (0, "0.2.1\r\n")
    shop.story.kiosk.stop()
    shop.command("update", "--from", windows_path(shop.publisher.folder))
    assert shop.pointer()["current"] == "0.2.1", "it is never taken again"
    shop.story.sign_in_again(PIN)
    shop.story.kiosk.stop()
