"""The real program as the starter starts it: on trial it proves itself before anybody signs in; it can begin anew."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.main import cli
from kiosk.main import startup as program
from kiosk.main.config import Config
from kiosk.main.program import Program
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.override import override
from starter import health
from starter.health import Note
from starter.launch import PROGRAM
from starter.signs import AGAIN, MARK
from tests.harness.premises import Premises
from tests.kiosk.main.test_startup import _hooks, start
from ui.main.window import Window

pytestmark = [pytest.mark.enable_socket, pytest.mark.usefixtures("qtbot")]
__all__ = ["_hooks"]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installed program on trial."""
    data = tmp_path / "data"
    (data / "program").mkdir(parents=True)
    monkeypatch.setenv(MARK, "m1")
    monkeypatch.setenv(PROGRAM, str(tmp_path))
    return data


@pytest.mark.slow
def test_a_window_a_store_a_chain_a_vault_and_a_receipt_prove_it(
    enrolled: Premises, watched: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (enrolled.root / "kiosk").symlink_to(watched)
    monkeypatch.setattr(program, "system_keystore", lambda: enrolled.keystore)
    code = start(enrolled.root, [], lambda: health.hear(watched, "m1") == Note("good"))
    assert health.hear(watched, "m1") == Note("good")
    assert code == 0


def test_what_does_not_open_says_so_at_once(premises: Premises, watched: Path) -> None:
    premises.keystore.locked = True
    kiosk = premises.kiosk()
    with pytest.raises(Unavailable):
        kiosk.open()
    assert health.hear(watched, "m1") == Note("unable", ("start",)), "which is not the version's fault"
    kiosk.close()


def test_a_version_that_paints_no_window_is_not_ready(
    enrolled: Premises, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.main.upkeep_wiring.PAINTED_S", 0.0)
    kiosk = enrolled.kiosk()
    with pytest.raises(Corrupt, match="update_unwell"):
        kiosk.open()
    assert not kiosk.ready, "nobody can sign in"
    kiosk.close()


def test_an_installed_counter_has_updates_and_a_working_copy_none(
    enrolled: Premises, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(PROGRAM, raising=False)
    kiosk = enrolled.kiosk()
    with pytest.raises(Refused, match="not_enrolled"):
        _ = kiosk.at_work
    kiosk.open()
    assert kiosk.at_work.updates is None
    kiosk.close()
    monkeypatch.setenv(PROGRAM, str(tmp_path))
    kiosk = enrolled.kiosk()
    kiosk.open()
    updates = kiosk.at_work.updates
    assert updates is not None
    assert updates.standing().phase == "IDLE"
    kiosk.close()


@pytest.mark.slow
def test_it_ends_so_that_the_starter_begins_it_anew(
    enrolled: Premises, watched: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    configs: list[Config] = []

    def kept(config: Config, *more: object) -> Program:
        configs.append(config)
        return Program(config, *more)  # type: ignore[arg-type]

    monkeypatch.delenv(MARK)
    monkeypatch.setattr(program, "system_keystore", lambda: enrolled.keystore)
    monkeypatch.setattr(program, "Program", kept)

    def again() -> None:
        configs[0].restart()

    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(again)
    timer.start(200)
    asked = cli.parser().parse_args(["--data", str(watched), "--no-wizard"])
    assert program.run(asked) == AGAIN


def test_a_window_without_a_picture_is_not_painted(watched: Path, qtbot: QtBot) -> None:
    class Blind(QWidget):
        looked = False

        @override
        def grab(self, *_: object) -> QPixmap:
            self.looked = True
            return QPixmap()

    window, painted = Blind(), threading.Event()
    qtbot.addWidget(window)
    program._set_when_painted(cast("Window", window), cast("Program", SimpleNamespace(painted=painted)))
    qtbot.waitUntil(lambda: window.looked)
    assert not painted.is_set()
