"""The scanner: SANE's own test device from the glass to the encrypted file, and every way in which there is no page."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from kiosk.evidence import picture_process, picture_reader
from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import MAX_FILE, CaptureSpec
from protocol.errors import KioskError, Refused, Unavailable
from protocol.journal.kj01 import read_body
from protocol.program.explained import explain
from protocol.texts import table
from storage.disk.disk_space import DiskSpace
from storage.disk.evidence_store import EvidenceStore
from tests.harness import sample_pictures
from tests.harness.fakes.fake_world import SeededRandomness
from tests.ui.conftest import FakeCounter, Hands
from ui.capture.flatbed_scanner import ScannerSource, scan, scanners
from ui.capture.picture_source import Fetch
from ui.widgets import show

Key = Qt.Key
Sane = Callable[..., None]


@pytest.fixture
def sane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sane:
    """SANE with its test device alone, whose words in `test.conf` are given; `devices=0` for none."""

    def make(devices: int = 1, **words: str) -> None:
        folder = tmp_path / "sane.d"
        folder.mkdir(exist_ok=True)
        (folder / "dll.conf").write_text("test\n" if devices else "\n", encoding="ascii")
        said = {"number_of_devices": str(devices), "test-picture": '"Grid"'}
        said |= {name.replace("_", "-"): f'"{word}"' for name, word in words.items()}
        lines = [f"{name} {word}\n" for name, word in said.items()]
        (folder / "test.conf").write_text("".join(lines), encoding="ascii")
        monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))

    return make


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A script in the place of SANE's program."""

    def make(script: str) -> None:
        path = tmp_path / "bin" / "scanimage"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")

    return make


def refusal(timeout_s: float = 20.0) -> KioskError:
    with pytest.raises((Refused, Unavailable)) as caught:
        scan(timeout_s)
    return caught.value


# ---- the real program and its test device


def test_of_several_the_chosen_one_is_asked_and_where_it_is_gone_the_first(
    sane: Sane, program: Callable[[str], None], tmp_path: Path
) -> None:
    sane(2)
    found = scanners()
    assert [one.id for one in found] == ["test:0", "test:1"]
    heard = tmp_path / "heard"
    program(f'echo "$@" >> {heard}; exec /usr/bin/scanimage "$@"')
    for chosen in (found[1], Device("scanner", "plustek:libusb:001:004", "gone")):
        assert Image.open(io.BytesIO(scan(20.0, chosen))).size == (944, 1181)
    told = [line for line in heard.read_text().splitlines() if "format=png" in line]
    assert ["--device-name=test:1" in line for line in told] == [True, False]


def test_where_nothing_lists_scanners_there_is_none_to_choose(
    program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    program("exec sleep 60")
    monkeypatch.setattr("ui.capture.flatbed_scanner.LIST_S", 0.2)
    assert scanners() == []
    monkeypatch.setenv("PATH", "/nowhere")
    assert scanners() == []


def test_a_page_comes_in_colour_and_sharp_enough_for_a_card(sane: Sane) -> None:
    sane()
    assert ScannerSource().there()
    got: list[Fetch] = []
    ScannerSource().ask(None, got.append)  # type: ignore[arg-type]  # it has nothing to ask
    page = Image.open(io.BytesIO(got[0]()))
    assert (page.format, page.mode, page.size) == ("PNG", "RGB", (944, 1181))


@pytest.fixture
def real(counter: FakeCounter, sane: Sane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Scanner, reader and files as they are in a shop; the folder in which every file of theirs would lie."""
    sane()
    for folder in ("temp", "evidence"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    counter.evidence._reader = picture_process.read
    counter.evidence._pictures = EvidenceStore(tmp_path, DiskSpace(tmp_path, ballast_bytes=0), SeededRandomness())
    return tmp_path


def scanned(hands: Hands) -> None:
    """The paper of a filled form from the scanner, turned by a quarter and kept; back on the form."""
    hands.home().form().fill()
    hands.window.session.screens().sale._papers._sources = [ScannerSource()]
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    hands.press(Key.Key_F4)
    assert "F10" in hands.page.about.text()  # type: ignore[attr-defined]
    hands.press(Key.Key_4, alt=True)
    for key in (Key.Key_F10, Key.Key_F10):
        hands.press(key)
    hands.until("pageForm")


def papers(hands: Hands) -> ScannerSource:
    """The page of papers, where they come from a scanner."""
    made = ScannerSource()
    hands.home()
    hands.window.session.screens().sale._papers._sources = [made]
    hands.form("birth-cert").settle(200)
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    return made


def test_another_scanner_is_taken_where_the_papers_are_and_stays_the_one(
    hands: Hands, counter: FakeCounter, sane: Sane
) -> None:
    sane(2)
    found = scanners()
    source = papers(hands)
    for wanted in (found[1], found[0]):
        hands.press(Key.Key_7, alt=True)
        assert source.chosen == counter.evidence.device("scanner") == wanted
        assert wanted.name in hands.page.notice.text()


@pytest.mark.parametrize(("count", "error"), [
    (1, Refused("scanner_alone", name="Noname frontend-tester")), (0, Unavailable("scanner", reason="none")),
])  # fmt: skip
def test_where_there_is_no_other_scanner_that_is_said(hands: Hands, sane: Sane, count: int, error: KioskError) -> None:
    sane(count)
    source = papers(hands)
    hands.page.other.click()  # type: ignore[attr-defined]
    hands.qtbot.waitUntil(lambda: show.explained("ar", error)[1] in hands.page.notice.text())
    assert source.chosen is None


@pytest.mark.slow
def test_from_the_glass_to_the_journal_and_never_readable_on_the_disk(
    hands: Hands, counter: FakeCounter, real: Path
) -> None:
    scanned(hands)
    kept = counter.store._s.evidence[0]
    content = counter.evidence.content(kept)
    assert Image.open(io.BytesIO(content)).size == (1181, 944)
    hands.press(Key.Key_F10)
    hands.until("pageReview")
    for key in (Key.Key_F2, Key.Key_F10):
        hands.press(key)
    hands.until("pageDone")
    said = read_body(list(counter.store.journal.export(1))[-1].record.body)["evidence"]
    assert [(one["id"], one["sha256"]) for one in said] == [("paper_certificate", kept.sha256.hex())]
    files = [path for path in real.rglob("*") if path.is_file() and path.parent.name != "sane.d"]
    assert [path.parent.name for path in files] == ["evidence"]
    middle = len(content) // 2
    pieces = (content[:64], content[middle : middle + 48], content[-48:], kept.key)
    assert [path for path in files if any(piece in path.read_bytes() for piece in pieces)] == []


@pytest.mark.slow
def test_the_program_opens_no_file_to_write_to(
    sane: Sane, program: Callable[[str], None], tmp_path: Path
) -> None:  # fmt: skip
    """Asked of the kernel: what is scanned goes through the pipe and nowhere else."""
    sane()
    heard = tmp_path / "strace"
    program(f'exec strace -f -e trace=%file,memfd_create -o {heard} /usr/bin/scanimage "$@"')
    assert scan().startswith(b"\x89PNG")
    calls = heard.read_text(encoding="utf-8").splitlines()
    assert any("test.conf" in call for call in calls), "it did listen"
    writing = ("O_WRONLY", "O_RDWR", "O_CREAT", "creat(", "memfd_create(", "rename", "mkdir", "link(")
    assert [call for call in calls if any(word in call for word in writing) and '"/dev/' not in call] == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("NO_DOCS", "paper"), ("JAMMED", "jam"), ("COVER_OPEN", "jam"), ("DEVICE_BUSY", "busy"),
        ("IO_ERROR", "silent"), ("ACCESS_DENIED", "denied"),
    ],
)  # fmt: skip
def test_what_stops_a_page_half_way_is_said_and_nothing_of_it_is_taken(status: str, reason: str, sane: Sane) -> None:
    sane(read_status_code=f"SANE_STATUS_{status}")
    error = refusal()
    assert (error.code, error.values) == ("scanner", {"reason": reason})


def test_where_no_scanner_is_connected_it_says_so(sane: Sane) -> None:
    sane(devices=0)
    assert refusal().values == {"reason": "none"}


def test_every_reason_is_said_in_both_languages_with_what_to_do() -> None:
    reasons = [key for key in table() if key.startswith(("scanner.reason.", "camera.reason."))]
    assert len(reasons) == 12
    for key in reasons:
        code, _, reason = key.split(".")
        for language in ("ar", "en"):
            what, _why, what_to_do = show.explained(language, Unavailable(code, reason=reason))
            assert what.endswith(table()[key][language])
            assert what_to_do
    assert explain("en", Unavailable("scanner", reason="x"))[0].endswith(": x")


# ---- devices that know less, and programs that misbehave


def test_a_device_without_colour_is_asked_again_as_it_is_set(program: Callable[[str], None], tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(sample_pictures.encoded(sample_pictures.page(100, 100), "PNG"))
    program(
        'case "$*" in *--mode*) echo "scanimage: setting of option --mode failed" >&2; exit 1;; esac\n'
        f"cat {tmp_path}/page.png"
    )
    assert Image.open(io.BytesIO(scan())).size == (100, 100)


@pytest.mark.parametrize(("script", "reason"), [("exit 1", "silent"), ("true", "silent"), ("sleep 9", "slow")])
def test_a_program_that_gives_nothing_is_said(script: str, reason: str, program: Callable[[str], None]) -> None:
    program(script)
    assert refusal(timeout_s=0.5).values == {"reason": reason}


def test_a_page_without_end_is_cut_off(program: Callable[[str], None]) -> None:
    program("exec cat /dev/zero")
    error = refusal()
    assert (error.code, error.values["most_mb"]) == ("evidence_large", MAX_FILE >> 20)


def test_a_broken_program_or_none_is_said(
    program: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("")
    (tmp_path / "bin" / "scanimage").write_text("#!/nowhere/at/all\n", encoding="ascii")
    assert refusal().values == {"reason": "parts"}
    monkeypatch.setenv("PATH", "/nonexistent")
    assert not ScannerSource().there()
    assert refusal().values == {"reason": "parts"}


def test_what_was_scanned_passes_the_reader_without_a_doubt(sane: Sane) -> None:
    sane()
    taken = picture_reader.read(scan(), CaptureSpec(1000, 400))
    assert (taken.doubts, max(taken.width, taken.height)) == ((), 1181)
