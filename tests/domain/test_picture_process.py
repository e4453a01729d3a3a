from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import kiosk.__main__
from kiosk.errors import Refused
from kiosk.pictures import picture, picture_process
from kiosk.records.evidence import Wanted
from tests.domain import pictures

USUAL = Wanted(1000, 400)
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
    taken = picture_process.read(pictures.encoded(pictures.blurred(8)), USUAL)
    assert (taken.width, taken.height, taken.doubts) == (1700, 2300, ("blurred",))
    assert pictures.decoded(taken.content).size == (1700, 2300)


def test_a_photo_of_fifty_megabytes_is_taken() -> None:
    noise = Image.frombytes("RGB", (4100, 4100), os.urandom(4100 * 4100 * 3))
    data = pictures.encoded(noise, "PNG", compress_level=0)
    assert len(data) > 50_000_000
    taken = picture_process.read(data, USUAL)
    assert 1000 <= taken.width <= 2400
    assert len(taken.content) <= 400_000


def test_a_bomb_is_refused_there() -> None:
    assert refused(pictures.png_bomb()) == "evidence_pixels"
    assert refused(pictures.pdf(bytes(70 << 20), packed=True)) == "evidence_pixels"


def test_why_it_was_refused_comes_back_with_its_numbers() -> None:
    with pytest.raises(Refused) as caught:
        picture_process.read(pictures.encoded(pictures.page(300, 400)), USUAL)
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


def test_nothing_leads_the_decoder_to_the_keystore(answering: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/somewhere")
    body = 'print(\'{"refused": "evidence_" , "values": {"n": %d}}\' % (\'DBUS_SESSION_BUS_ADDRESS\' in os.environ))'
    with pytest.raises(Refused) as caught:
        picture_process.read(b"x", USUAL, program=answering(body))
    assert caught.value.values == {"n": 0}


def test_nothing_is_too_large_to_be_sent_there_but_what_nobody_takes() -> None:
    assert refused(b"") == "evidence_empty"
    assert refused(bytes((64 << 20) + 1)) == "evidence_large"


def test_no_file_is_written_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    picture_process.read(pictures.with_exif(), USUAL)
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
    assert picture_process.read(pictures.encoded(pictures.blurred(8)), USUAL, timeout_s=50).media == "image/jpeg"


def test_the_program_reads_a_picture_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kiosk.__main__.READ_PICTURE == picture_process.COMMAND
    monkeypatch.setattr(sys, "argv", ["manfaz", "read-picture"])
    monkeypatch.setattr("kiosk.pictures.picture.main", lambda: 0)
    with pytest.raises(SystemExit) as ended:
        kiosk.__main__.main()
    assert ended.value.code == 0


def test_its_main_confines_itself_and_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(picture, "confine", lambda: done.append("confined"))
    asked = json.dumps({"min_px": 1, "max_kb": 1, "turns": 0, "crop": [0, 0, 1000, 1000]}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(asked + b"\nnothing")))
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, write_through=True))
    assert picture.main() == 0
    assert done == ["confined"]
    assert b"evidence_kind" in written.getvalue()
