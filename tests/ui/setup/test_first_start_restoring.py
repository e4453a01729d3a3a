"""A broken counter's backup at the window, by keys: found, chosen, asked for, put back, and every wrong one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kiosk.setup.enrolment_state import unenrolled
from kiosk.setup.setup_desk import answer_file, request_file
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.texts import say
from protocol.wire.backup_manifest import Manifest, write_manifest
from tests.harness.fakes.fake_world import NOON_MS
from tests.ui.setup.test_first_start import Walk, _cheap

Key = Qt.Key
__all__ = ["_cheap"]
MADE = Manifest(
    "01a214c1-0000-7000-8000-000000000001", "CAI-001", 2, 1, 740, 740, "0009", "0.3.0", NOON_MS, 1, bytes(80),
    (0, 0), (),
)  # fmt: skip


def lay(stick: Path, one: Manifest = MADE, *, torn: bool = False) -> Path:
    """A backup as it lies on a stick."""
    folder = stick / "manfaz" / one.name
    folder.mkdir(parents=True)
    (folder / "kiosk.db").write_bytes(b"" if torn else b"sealed")
    (folder / "backup.json").write_bytes(write_manifest(one))
    return folder


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = Walk(tmp_path / "data")
    lay(made.stick)
    made.jump("enrolment")
    yield made
    made.close()


def said_in(walk: Walk, row: int) -> str:
    cells = (walk.page.table.item(row, column) for column in range(3))
    return " ".join(cell.text() for cell in cells if cell is not None)


def look(walk: Walk) -> None:
    walk.press(Key.Key_5, alt=True)


def test_it_is_found_confirmed_and_put_back_and_a_code_for_that_device_is_wanted(walk: Walk) -> None:
    look(walk)
    assert walk.page.table.rowCount() == 1
    row = said_in(walk, 0)
    for word in ("CAI-001", "شباك \u20662\u2069", "سليمة", "نوفمبر"):
        assert word in row
    walk.press(Key.Key_F10)
    assert "CAI-001" in walk.page.shown.text()
    assert walk.host.restorer.took == [], "nothing is changed before it is confirmed"
    walk.press(Key.Key_F10)
    walk.stage.wait(lambda: "شباك \u20662\u2069" in walk.page.notice.text())
    assert walk.host.restorer.took == [(MADE.name, None)]
    assert walk.step == "enrolment"
    assert walk.page.shown.text() == ""
    walk.press(Key.Key_F11)
    assert "replaces this computer" in walk.page.how.text()
    walk.press(Key.Key_F11)
    walk.enrol()


def test_with_enter_on_its_row_too(walk: Walk) -> None:
    look(walk)
    walk.page.table.setFocus()
    walk.type("stick", "")
    walk.page.fields["stick"].setText(str(walk.stick))
    walk.press(Key.Key_Return)
    assert "CAI-001" in walk.page.shown.text()


def test_the_centre_has_the_key_the_request_goes_and_the_answer_comes_by_stick(walk: Walk) -> None:
    walk.host.restorer.refusals = [Refused("backup_asks", shop="CAI-001", till=2)] * 2
    look(walk)
    for _ in range(2):
        walk.press(Key.Key_F10)
    assert "Alt+3" in walk.page.how.text()
    walk.press(Key.Key_3, alt=True)
    request = walk.stick / request_file(MADE)
    assert request.read_bytes() == f"the key of {MADE.name}".encode()
    assert request.name in walk.page.more.text()
    assert ".answer" in walk.page.more.text(), "the end of the other's name"
    assert answer_file(MADE) == f"{request.name}.answer"
    assert say("ar", "setup.first.answer") in walk.page._act_button.accessibleDescription()
    assert walk.page.heading.text() == say("ar", "setup.restore")
    walk.press(Key.Key_F10)
    assert "Alt+3" in walk.page.how.text(), "the answer is not here yet"
    assert walk.told(Refused("stick_none", name=answer_file(MADE))), "which is said"
    (walk.stick / answer_file(MADE)).write_bytes(b"for another")
    walk.host.restorer.refusals = [Corrupt("recovery_key")]
    walk.press(Key.Key_F10)
    assert walk.told(Corrupt("recovery_key"))
    assert walk.page.text("stick") == str(walk.stick)
    (walk.stick / answer_file(MADE)).write_bytes(b"an answer")
    walk.press(Key.Key_F10)
    walk.stage.wait(lambda: "شباك \u20662\u2069" in walk.page.notice.text())
    assert walk.host.restorer.took == [(MADE.name, b"an answer")]


def test_an_answer_that_does_not_open_it_leads_to_the_request(walk: Walk) -> None:
    """It lay on the stick before anything was asked here, or is to a request that was lost."""
    walk.host.restorer.refusals = [Corrupt("recovery_key")]
    look(walk)
    for _ in range(2):
        walk.press(Key.Key_F10)
    assert walk.told(Corrupt("recovery_key"))
    walk.press(Key.Key_3, alt=True)
    assert (walk.stick / request_file(MADE)).exists()


def test_a_request_that_the_stick_does_not_take_is_said(walk: Walk) -> None:
    walk.host.restorer.refusals = [Refused("backup_asks", shop="CAI-001", till=2)]
    look(walk)
    for _ in range(2):
        walk.press(Key.Key_F10)
    walk.type("stick", str(walk.stick / "pulled out"))
    walk.press(Key.Key_3, alt=True)
    assert walk.told(Unavailable("stick_away", reason=""))
    assert "Alt+3" in walk.page.how.text()


def test_without_a_stick_nothing_is_written_just_anywhere(
    walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    walk.host.restorer.refusals = [Refused("backup_asks", shop="CAI-001", till=2)]
    look(walk)
    for _ in range(2):
        walk.press(Key.Key_F10)
    walk.type("stick", "")
    walk.press(Key.Key_3, alt=True)
    assert walk.told(Refused("stick_unnamed"))
    assert not list(tmp_path.glob("manfaz-*"))


WRONG: list[KioskError] = [
    Refused("backup_other", shop="GIZ-2", device="01"), Refused("backup_newer", program="9.0"),
    Refused("backup_behind", here=9, backup=7), Corrupt("backup_damaged", found="kiosk.db"),
    Unavailable("restore_place", place="x"), Unavailable("restore_full", need_mb=16, place="x"),
    Refused("enrol_already", shop="s", since="x", n=0),
]  # fmt: skip


@pytest.mark.parametrize("error", WRONG, ids=lambda error: error.code)
def test_what_is_wrong_is_said_over_the_list_and_another_can_be_chosen(walk: Walk, error: KioskError) -> None:
    walk.host.restorer.refusals = [error]
    look(walk)
    for _ in range(2):
        walk.press(Key.Key_F10)
    assert walk.told(unenrolled(error))
    assert (walk.page.table.rowCount(), walk.step, walk.host.restorer.took) == (1, "enrolment", [])
    for _ in range(2):
        walk.press(Key.Key_F10)
    walk.stage.wait(lambda: walk.host.restorer.took == [(MADE.name, None)])


def test_a_torn_one_and_one_that_cannot_be_read_are_named_and_not_taken(walk: Walk) -> None:
    shutil.rmtree(walk.stick / "manfaz")
    lay(walk.stick, torn=True)
    (walk.stick / "manfaz" / "01a214c1-1-900-20261126-101500").mkdir()
    look(walk)
    said = [said_in(walk, row) for row in range(2)]
    assert ("تنقصها" in said[0], "تالفة" in said[1]) == (True, True)
    for row in range(2):
        walk.page.table.setCurrentCell(row, 0)
        walk.press(Key.Key_F10)
        assert walk.told(Corrupt("backup_damaged", found=""))
    assert walk.host.restorer.took == []


def test_none_is_said_a_typed_place_is_looked_at_and_esc_leads_back_step_by_step(walk: Walk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "قرص ثان"
    shutil.move(walk.stick / "manfaz", elsewhere / "manfaz")
    look(walk)
    assert walk.told(Refused("setup_no_backup"))
    walk.press(Key.Key_F10)
    assert walk.told(Refused("setup_no_backup"))
    walk.type("stick", str(elsewhere))
    walk.press(Key.Key_F5)
    assert walk.page.table.rowCount() == 1
    walk.press(Key.Key_F10)
    walk.press(Key.Key_Escape)
    assert (walk.page.table.rowCount(), walk.page.shown.text()) == (1, "")
    walk.press(Key.Key_Escape)
    assert walk.page.table.isHidden()
    assert walk.step == "enrolment"
    walk.press(Key.Key_Escape)
    assert walk.step == "keystore"


def test_where_the_data_here_does_not_open_it_is_offered_at_the_keystore(tmp_path: Path) -> None:
    walk = Walk(tmp_path / "data")
    lay(walk.stick)
    walk.host.opening = Corrupt("store_key")
    walk.jump("keystore")
    look(walk)
    assert not walk.page.table.isVisible(), "not before it is known that it does not open"
    walk.press(Key.Key_F10)
    assert walk.told(Corrupt("store_key"))
    look(walk)
    walk.press(Key.Key_F10)
    walk.host.opening = None
    walk.press(Key.Key_F10, to="enrolment")
    assert "شباك \u20662\u2069" in walk.page.notice.text()
    walk.close()


def test_how_far_it_is_is_said_while_it_is_copied(walk: Walk) -> None:
    said: list[str] = []
    look(walk)
    walk.press(Key.Key_F10)
    veil = walk.stage.window.veil
    tell = veil.tell

    def note(text: str) -> None:
        said.append(text)
        tell(text)

    veil.tell = note  # type: ignore[method-assign]
    walk.press(Key.Key_F10)
    walk.stage.wait(lambda: len(said) == 2)
    assert ["50" in said[0], "100" in said[1]] == [True, True]
