"""The tones: short, soft, played by the system, and only where somebody wants them."""

from __future__ import annotations

import io
import stat
import sys
import wave
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from protocol.errors import Refused
from tests.ui.conftest import Hands
from ui.display import display_choice, tones
from ui.display.tones import NOTES, RATE, Tone, Tones, sound

BOTH: tuple[Tone, Tone] = ("saved", "refused")


@pytest.mark.parametrize("tone", BOTH)
def test_a_tone_is_a_file_of_sound_that_is_over_at_once(tone: Tone) -> None:
    with wave.open(io.BytesIO(sound(tone))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert file.getnframes() / RATE == pytest.approx(sum(ms for _, ms in NOTES[tone]) / 1000, abs=0.001)
        assert file.getnframes() / RATE < 0.4
        heard = [int.from_bytes(file.readframes(1), "little", signed=True) for _ in range(file.getnframes())]
    assert (heard[0], heard[-1]) == (0, 0), "nothing clicks"
    assert 0.2 < max(heard) / 32_767 < 0.5


def test_the_two_are_told_apart_by_going_up_and_down() -> None:
    rises = {tone: notes[1][0] > notes[0][0] for tone, notes in NOTES.items()}
    assert rises == {"saved": True, "refused": False}


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of the system that writes down what it is given."""
    program, heard = tmp_path / "aplay", tmp_path / "heard"
    program.write_text(f"#!{sys.executable}\nimport sys\nopen({str(heard)!r}, 'ab').write(sys.stdin.buffer.read())\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("shutil.which", lambda name: str(program) if name == tones.PLAYER else None)
    return heard


def test_a_wanted_tone_is_handed_to_the_systems_player(qtbot: QtBot, qapp: QApplication, player: Path) -> None:
    made = Tones(qapp, wanted=True)
    made.play("saved")
    made.play("refused")  # while one is heard
    qtbot.waitUntil(lambda: player.exists() and player.read_bytes() == sound("saved"))


def test_nothing_is_heard_where_nobody_wants_it(
    qapp: QApplication, player: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    quiet = Tones(qapp, wanted=False)
    quiet.play("saved")
    assert (player.exists(), beeps) == (False, [])


def test_without_a_player_the_system_beeps(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    beeps: list[int] = []
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    Tones(qapp, wanted=True).play("refused")
    assert beeps == [1]


def test_it_is_chosen_on_the_display_page_kept_and_heard(
    hands: Hands, player: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[bool] = []
    monkeypatch.setattr("ui.display.display_flow.keep", lambda _choice, *, wanted: kept.append(wanted))
    hands.home()
    display = hands.window.session.screens().display
    display.open()
    display.page.sound[True].click()
    hands.qtbot.waitUntil(lambda: player.exists() and player.read_bytes() == sound("saved"))
    assert kept == [True]
    running = display.tones._player
    assert running is not None
    hands.qtbot.waitUntil(lambda: running.state() is QProcess.ProcessState.NotRunning)
    hands.page.fail(Refused("signed_out"))
    hands.qtbot.waitUntil(lambda: player.read_bytes() == sound("saved") + sound("refused"))
    display.page.sound[False].click()
    assert kept == [True, False]


def test_it_is_off_where_nobody_has_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobodys = QSettings(str(tmp_path / "display.ini"), QSettings.Format.IniFormat)
    monkeypatch.setattr(display_choice, "_file", lambda: nobodys)
    assert not display_choice.kept(display_choice.SOUND)
    display_choice.keep(display_choice.SOUND, wanted=True)
    assert display_choice.kept(display_choice.SOUND)
