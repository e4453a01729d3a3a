"""`manfaz selftest`: it says what works, finds what does not, and leaves nothing behind."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from kiosk import VERSION
from kiosk.core.system_world import system_world
from kiosk.main import cli
from kiosk.main.selftest import painted_samples
from kiosk.main.selftest.self_test import SelfTest
from kiosk.ports.world import World
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.override import override
from storage.keystore.selftest_leftovers import OwnEntries
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness
from tests.harness.premises import Premises

pytestmark = [pytest.mark.enable_socket, pytest.mark.usefixtures("qtbot")]
Capture = pytest.CaptureFixture[str]
STEPS = ["libraries", "keystore", "store", "keys", "receipt", "window"]


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks of their own: a self-test that was not ended here holds its place for the others."""
    (tmp_path / "runtime").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made meanwhile."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def run(capsys: Capture, *words: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["selftest", *words])
    return code, json.loads(capsys.readouterr().out)


def test_what_works_is_said_and_nothing_stays_behind(premises: Premises, scratch: Path, capsys: Capture) -> None:
    picture = premises.root / "window.png"
    code, report = run(capsys, "--picture", str(picture))
    assert code == cli.OK
    assert report["ok"]
    assert (report["schema"], report["version"]) == (1, VERSION)
    assert list(report["steps"]) == STEPS
    assert all(step["ok"] for step in report["steps"].values())
    assert report["steps"]["libraries"]["modules"] > 250
    versions = report["steps"]["libraries"]["versions"]
    assert versions["pyside6-essentials"] == "6.9.3"
    assert versions["sqlcipher"].startswith("4.")
    assert "(pageEnrol)" in report["steps"]["window"]["title"]
    assert (QImage(str(picture)).width(), QImage(str(picture)).height()) == (1366, 728)
    assert premises.keystore.values == {}, "its own keys are gone"
    assert not premises.data.exists(), "the house's store was not touched"
    assert list(scratch.iterdir()) == []


def test_a_locked_keystore_is_found_and_the_rest_is_tested(premises: Premises, scratch: Path, capsys: Capture) -> None:
    premises.keystore.locked = True
    code, report = run(capsys)
    assert code == cli.UNAVAILABLE
    assert not report["ok"]
    assert report["steps"]["keystore"]["error"] == "keystore_locked"
    assert report["steps"]["keys"]["ok"]
    assert report["steps"]["receipt"]["ok"]
    assert list(scratch.iterdir()) == []


class Forgetful(FakeKeystore):
    """Says yes and keeps nothing."""

    @override
    def put(self, name: str, value: bytes) -> None:
        self.puts += 1


def test_a_keystore_that_forgets_is_none(premises: Premises, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr("storage.keystore.system_keystore.SystemKeystore", Forgetful)
    code, report = run(capsys)
    assert code == cli.UNAVAILABLE
    assert report["steps"]["keystore"]["reason"] == "forgetful"


def take_library_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "protocol.catalogue.forms", raising=False)
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)


def break_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlcipher3.dbapi2.connect", _does_not_load)


def _does_not_load(*_: object, **__: object) -> None:
    raise ImportError("DLL load failed")


def break_cipher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.db.sql_store.SqlStore.fact", lambda _self, _name: b"7")


def break_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", bytes)
    kind = type("Box", (), {
        "__init__": lambda _self, _key: None, "generate_key": lambda _bits: b"",
        "encrypt": lambda *_: b"", "decrypt": lambda *_: b"",
    })  # fmt: skip
    monkeypatch.setattr("cryptography.hazmat.primitives.ciphers.aead.AESGCM", kind)


def break_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protocol.keys.verifies", lambda *_: True)


def break_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painted_samples, "LETTERS", "منفذ\U0001f600")


def break_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = QImage(64, 64, QImage.Format.Format_Grayscale8)
    empty.fill(255)
    monkeypatch.setattr(painted_samples, "render_image", lambda *_: empty)


def break_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painted_samples, "write_pdf", lambda file, *_: file.write_bytes(b""))


def break_window(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = QImage(64, 64, QImage.Format.Format_RGB32)
    empty.fill(0)
    monkeypatch.setattr(painted_samples, "paint_window", lambda *_: ("", empty))


@pytest.mark.parametrize(
    ("plant", "step", "error"),
    [
        (take_library_away, "libraries", "unforeseen"),
        (break_library, "libraries", "unforeseen"), (break_cipher, "store", "selftest_cipher"),
        (break_box, "keys", "selftest_cipher"), (break_signing, "keys", "selftest_cipher"),
        (break_font, "receipt", "selftest_font"), (break_paper, "receipt", "selftest_picture"),
        (break_pdf, "receipt", "selftest_picture"), (break_window, "window", "selftest_picture"),
    ],
)  # fmt: skip
def test_each_fault_is_found_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], step: str, error: str
) -> None:
    test = SelfTest(tmp_path, OwnEntries(FakeKeystore(), SeededRandomness()), system_world())
    plant(monkeypatch)
    test._take(step, getattr(test, f"_check_{step}"))
    assert not test.steps[step]["ok"]
    assert test.steps[step]["error"] == error
    assert isinstance(test.worst, Corrupt)


def test_damage_outweighs_what_is_only_not_there(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    break_font(monkeypatch)
    premises.keystore.locked = True
    assert run(capsys)[0] == cli.CORRUPT


def test_a_picture_that_cannot_be_kept_is_told(premises: Premises, capsys: Capture) -> None:
    code, report = run(capsys, "--picture", str(premises.root / "none" / "w.png"))
    assert code == cli.UNAVAILABLE
    assert report["steps"]["window"] == report["steps"]["window"] | {"error": "file_away", "reason": "ENOENT"}


def test_a_window_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    class Slow(FakeKeystore):
        @override
        def get(self, name: str) -> bytes | None:
            time.sleep(0.02)
            return super().get(name)

    with pytest.raises(Unavailable) as caught:
        painted_samples.paint_window(tmp_path, OwnEntries(Slow(), SeededRandomness()), system_world(), patience_ms=0)
    assert caught.value.code == "selftest_late"


def test_what_the_keystore_will_not_delete_is_left_for_the_next_one(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    own = OwnEntries(keystore, SeededRandomness())
    own.put("a", bytes(32))
    keystore.locked = True
    own.forget()
    keystore.locked = False
    assert keystore.values == {"selftest-0/0/entry": bytes(32)}
    OwnEntries(keystore, SeededRandomness()).forget()
    assert keystore.values == {}


@pytest.mark.parametrize("code", ["selftest_font", "selftest_picture", "selftest_cipher", "selftest_late"])
def test_each_finding_has_its_words(code: str) -> None:
    from protocol.program.explained import explain
    from protocol.texts import LANGUAGES

    errors: dict[str, KioskError] = {
        "selftest_font": Corrupt(code), "selftest_picture": Corrupt(code, of="pdf"),
        "selftest_cipher": Corrupt(code, of="Ed25519"), "selftest_late": Unavailable(code),
    }  # fmt: skip
    for language in LANGUAGES:
        assert all(explain(language, errors[code]))


def test_a_rehearsal_stands_in_the_report(premises: Premises, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Path, Path]] = []

    def rehearse(data: Path, copy: Path, _world: World) -> dict[str, int]:
        seen.append((data, copy))
        return {"ms": 3}

    monkeypatch.setattr("kiosk.main.selftest.self_test._rehearse", rehearse)
    code, report = run(capsys, "--rehearse", str(premises.root / "copy.db"))
    assert (code, report["rehearsal"], seen[0][1]) == (0, {"ms": 3}, premises.root / "copy.db")


def test_what_a_rehearsal_came_to_is_told_by_its_code(
    premises: Premises, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rehearse(data: Path, copy: Path, _world: World) -> dict[str, int]:
        raise Refused("upgrade_waits", n=3)

    monkeypatch.setattr("kiosk.main.selftest.self_test._rehearse", rehearse)
    code, report = run(capsys, "--rehearse", str(premises.root / "copy.db"))
    assert (code, report["rehearsal"]) == (1, {"error": "upgrade_waits", "n": 3})
