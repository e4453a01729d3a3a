from __future__ import annotations

import io
import itertools
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

import kiosk.__main__
from kiosk.evidence import picture_process, picture_reader
from kiosk.model.evidence_file import CaptureSpec
from protocol.errors import Refused
from protocol.override import override
from tests.harness import sample_pictures

USUAL = CaptureSpec(1000, 400)
Answers = Callable[[str], list[str]]


@pytest.fixture
def answering(tmp_path: Path) -> Answers:
    """A program in place of ours, that does what it is told."""

    def make(body: str) -> list[str]:
        path = tmp_path / "answers.py"
        path.write_text(f"import os, sys, time\nsys.stdin.buffer.read()\n{body}\n", encoding="utf-8")
        return [sys.executable, str(path)]

    return make


def refused(data: bytes, program: list[str] | None = None, timeout_s: float = 20) -> str:
    with pytest.raises(Refused) as caught:
        picture_process.read(data, USUAL, timeout_s=timeout_s, program=program)
    return caught.value.code


def test_a_page_goes_there_and_comes_back() -> None:
    taken = picture_process.read(sample_pictures.encoded(sample_pictures.blurred(8)), USUAL)
    assert (taken.width, taken.height, taken.doubts) == (1700, 2300, ("blurred",))
    assert sample_pictures.decoded(taken.content).size == (1700, 2300)


def test_a_photo_of_fifty_megabytes_is_taken() -> None:
    noise = Image.frombytes("RGB", (4100, 4100), os.urandom(4100 * 4100 * 3))
    data = sample_pictures.encoded(noise, "PNG", compress_level=0)
    assert len(data) > 50_000_000
    taken = picture_process.read(data, USUAL)
    assert 1000 <= taken.width <= 2400
    assert len(taken.content) <= 400_000


def test_a_bomb_is_refused_there() -> None:
    assert refused(sample_pictures.png_bomb()) == "evidence_pixels"
    assert refused(sample_pictures.pdf(bytes(70 << 20), packed=True)) == "evidence_pixels"


def test_why_it_was_refused_comes_back_with_its_numbers() -> None:
    with pytest.raises(Refused) as caught:
        picture_process.read(sample_pictures.encoded(sample_pictures.page(300, 400)), USUAL)
    assert (caught.value.code, caught.value.values) == ("evidence_small", {"px": 400, "least_px": 1000})


@pytest.mark.parametrize("body", [
    "os.kill(os.getpid(), 11)", "sys.exit(3)", "print('nonsense')", "print('[]')", "print('{}')",
    "print('{\"media\": \"text/html\", \"width\": 1, \"height\": 1, \"doubts\": []}')",
    "print('{\"media\": \"image/jpeg\", \"width\": 1, \"height\": 1, \"doubts\": []}')",
    "print('{\"refused\": \"rm -rf\", \"values\": {}}')",
    "print('{\"refused\": \"evidence_x\", \"values\": {\"n\": \"a name\"}}')",
    "print('{\"media\": \"image/jpeg\", \"width\": 1, \"height\": 1, \"doubts\": []}'); print('x' * 500_000)",
])  # fmt: skip
def test_a_crash_or_nonsense_there_is_an_unreadable_file_here(body: str, answering: Answers) -> None:
    assert refused(b"x", answering(body)) == "evidence_unreadable"


def test_a_decoder_that_hangs_is_ended(answering: Answers) -> None:
    assert refused(b"x", answering("time.sleep(60)"), timeout_s=0.5) == "evidence_unreadable"


def test_no_program_to_start_is_an_unreadable_file() -> None:
    assert refused(b"x", ["/nonexistent/reader"]) == "evidence_unreadable"


def test_it_gets_nothing_of_our_environment(answering: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/somewhere")
    given = "len(set(os.environ) - {'LC_CTYPE', 'SYSTEMROOT'})"  # Python itself sets the first
    if os.name == "nt":  # which gives each program variables of its own
        given = "len(set(os.environ) & {'DBUS_SESSION_BUS_ADDRESS'})"
    with pytest.raises(Refused) as caught:
        picture_process.read(
            b"x", USUAL, program=answering(f'print(\'{{"refused": "evidence_" , "values": {{"n": %d}}}}\' % {given})')
        )
    assert caught.value.values == {"n": 0}


def test_nothing_is_too_large_to_be_sent_there_but_what_nobody_takes() -> None:
    assert refused(b"") == "evidence_empty"
    assert refused(bytes((64 << 20) + 1)) == "evidence_large"


def test_no_file_is_written_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    picture_process.read(sample_pictures.with_exif(), USUAL)
    assert list(tmp_path.iterdir()) == []


def test_as_it_is_installed_the_starter_finds_this_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The interpreter of an installed program knows no module of ours by name; so a picture is really read here."""
    command = picture_process.command()
    assert command == [sys.executable, "-m", "kiosk", picture_process.COMMAND]
    monkeypatch.setenv("MANFAZ_PROGRAM", str(tmp_path))
    command = picture_process.command()
    assert command[0] == sys.executable
    assert command[-1] == picture_process.COMMAND
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    assert (
        picture_process.read(sample_pictures.encoded(sample_pictures.blurred(8)), USUAL, timeout_s=50).media
        == "image/jpeg"
    )


def test_the_program_reads_a_picture_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kiosk.__main__.READ_PICTURE == picture_process.COMMAND
    monkeypatch.setattr(sys, "argv", ["manfaz", "read-picture"])
    monkeypatch.setattr("kiosk.evidence.picture_reader.main", lambda: 0)
    with pytest.raises(SystemExit) as ended:
        kiosk.__main__.main()
    assert ended.value.code == 0


@dataclass
class Main:
    """`picture.main` in this process: what it did in which order, what it wrote, and how it ended."""

    did: list[str]
    written: io.BytesIO
    patch: pytest.MonkeyPatch

    def answer(self) -> dict[str, Any]:
        self.patch.setattr("sys.stdout", SimpleNamespace(buffer=self.written))
        self.patch.setattr("sys.stderr", sys.stderr)
        picture_reader.main()
        return dict(json.loads(self.written.getvalue().partition(b"\n")[0] or b"{}"))


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Main:
    made = Main([], io.BytesIO(), monkeypatch)
    asked = json.dumps({"min_px": 1, "max_kb": 1, "turns": 0, "crop": [0, 0, 1000, 1000]}).encode()

    class Source(io.BytesIO):
        @override
        def readline(self, *_: Any) -> bytes:
            made.did.append("read")
            return super().readline()

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Source(asked + b"\nnothing")))
    monkeypatch.setattr(os, "_exit", lambda code: made.did.append(f"ended {code}"))
    monkeypatch.setattr(picture_reader, "confine", lambda: made.did.append("confined"))
    return made


def test_its_main_confines_itself_before_the_first_byte_and_ends_at_once(main: Main) -> None:
    assert main.answer() == {"refused": "evidence_kind", "values": {}}
    assert main.did == ["confined", "read", "ended 0"]


def test_where_it_cannot_be_confined_it_reads_nothing(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> None:
        raise OSError

    monkeypatch.setattr(picture_reader, "confine", forbidden)
    assert main.answer() == {"refused": "evidence_unconfined", "values": {}}
    assert main.did == ["ended 0"]


def test_a_fault_of_its_own_ends_it_without_a_word(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_reader, "serve", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):  # in the process itself nothing goes on behind `os._exit`
        main.answer()
    assert main.did == ["confined", "ended 1"]


def test_what_it_may_not_do_is_told_as_an_attack(answering: Answers) -> None:
    assert refused(b"x", answering("os.kill(os.getpid(), 31)")) == "evidence_hostile"


READING = """
import pickle, sys
from contextlib import suppress
from protocol.errors import Refused
from kiosk.evidence import picture_reader
from kiosk.model.evidence_file import CaptureSpec

files, done = pickle.load(sys.stdin.buffer), []
picture_reader.rehearse()
sys.addaudithook(lambda event, given: event in ("open", "import") and done.append((event, str(given[0]))))
for file in files:
    with suppress(Refused):
        picture_reader.read(file, CaptureSpec(8, 400, 1))
sys.stdout.write(repr(done))
"""


def test_no_picture_makes_it_import_or_open_anything_later() -> None:
    """It could not: soon nothing is left to open a file with."""
    page = sample_pictures.page(700, 900)
    files = [sample_pictures.with_exif(), sample_pictures.pdf(packed=True), b"x", b"%PDF-1.4"]
    files += [sample_pictures.encoded(page.convert("P"), "PNG", transparency=3), mpo(page)]
    for form, modes in {"JPEG": "L RGB CMYK", "PNG": "1 L LA P RGB RGBA I;16", "WEBP": "RGB RGBA"}.items():
        for mode, options in itertools.product(modes.split(), MANNERS):
            made = sample_pictures.encoded(page.convert(mode), form, **options)
            files += [made, made[: len(made) // 2], made[:60] + bytes(40) + made[100:]]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READING], input=pickle.dumps(files), capture_output=True, check=True
    )  # fmt: skip
    assert done.stdout == b"[]"


MANNERS: list[dict[str, Any]] = [{}, {"progressive": True, "dpi": (72, 72)}, {"icc_profile": b"x" * 200}]


def mpo(page: Image.Image) -> bytes:
    """Two pictures in one file, as telephones make them."""
    Image.init()
    return sample_pictures.encoded(page, "MPO", save_all=True, append_images=[page])
