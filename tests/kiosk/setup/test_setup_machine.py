"""The machine as setting up sees it, on either system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk.main import setup_machine
from kiosk.printing.printer_choice import parse_choice
from protocol.wire import offline_enrolment
from storage.backup import nearby_backups as _loaded_before_the_platform_is_changed  # noqa: F401 - the reason is its name
from storage.disk import sticks as probe


def test_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = setup_machine.machine("ar", tmp_path / "data", full_screen=True)
    assert found.full_screen
    assert found.autostart() in (False, True)
    with monkeypatch.context() as linux:
        linux.setattr(sys, "platform", "linux")
        (tmp_path / "autostart").mkdir()
        (tmp_path / "autostart" / "manfaz.desktop").write_text(f'[Desktop Entry]\nExec="{sys.executable}"\n')
        assert found.autostart() is True
        linux.setenv("XDG_CONFIG_HOME", "")
        linux.setenv("HOME", str(tmp_path / "home"))
        linux.chdir(tmp_path)
        assert found.autostart() is False, "an empty variable is none, and not the folder one stands in"
    assert found.offset_min(1_795_600_000_000) % 15 == 0
    printer, render = found.device(parse_choice(f"file:{tmp_path / 'papers'}"))
    printer.status()
    assert callable(render)


def test_a_zone_that_is_mended_meanwhile_is_seen_at_the_next_check(monkeypatch: pytest.MonkeyPatch) -> None:
    winter, summer = 1_795_600_000_000, 1_795_600_000_000 + 200 * 86_400_000
    for zone, offsets in (
        ("America/New_York", (-300, -240)), ("Asia/Kolkata", (330, 330)), ("UTC", (0, 0)), ("Africa/Cairo", (120, 180)),
    ):  # fmt: skip
        monkeypatch.setenv("TZ", zone)
        assert tuple(map(setup_machine._offset_min, (winter, summer))) == offsets
    monkeypatch.undo()
    setup_machine._offset_min(winter)


def test_what_was_installed_names_its_manifest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(setup_machine, "__file__", str(tmp_path / "kiosk" / "main" / "setup_machine.py"))
    assert setup_machine._release() == ""
    (tmp_path / "version.json").write_text("{}")
    assert len(setup_machine._release()) == 64


def mounted(monkeypatch: pytest.MonkeyPatch, *places: Path, kind: str = "vfat") -> None:
    lines = [f"/dev/sd{at} {place.as_posix()} {kind} rw 0 0" for at, place in enumerate(places)]
    monkeypatch.setattr("storage.disk.data_folder._mounts", lambda: lines)


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_sticks_with_something_of_ours_come_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str
) -> None:
    """Those of Windows are the drives that it calls removable."""
    for name in ("a", "b"):
        (tmp_path / "shop" / name).mkdir(parents=True)
    (tmp_path / "shop" / "b" / offline_enrolment.ANSWER_FILE).touch()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("storage.disk.sticks._ROOTS", (f"{tmp_path}/*/*",))
    mounted(monkeypatch, *(tmp_path / "shop" / name for name in ("a", "b")))
    monkeypatch.setattr("storage.disk.sticks.drives", lambda: [tmp_path / "shop" / name for name in ("a", "b")])
    assert [stick.name for stick in setup_machine.sticks()] == ["b", "a"]


def test_a_stick_is_where_one_is_mounted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By hand at /media/usb or /mnt, too; a folder on it, or one that a stick has left behind, is none."""
    places = [tmp_path / place for place in ("run/media/shop/a", "media/shop/b", "media/usb", "mnt/c")]
    for place in (*places, tmp_path / "media/usb/photos", tmp_path / "media/shop/gone", tmp_path / "mnt/plain"):
        place.mkdir(parents=True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("storage.disk.sticks._ROOTS", tuple(f"{tmp_path}{root}" for root in probe._ROOTS))
    monkeypatch.setattr("storage.disk.sticks._BY_HAND", f"{tmp_path}/mnt")
    mounted(monkeypatch, *reversed(places))
    assert setup_machine.sticks() == places
    mounted(monkeypatch, *places, kind="ext4")
    assert setup_machine.sticks() == places[:3], "a disk of the computer's own at /mnt is none"
    mounted(monkeypatch, *places, kind="cifs")
    assert setup_machine.sticks() == [], "nor is a share, anywhere"
    mounted(monkeypatch)
    assert setup_machine.sticks() == []


def test_backups_are_looked_for_on_sticks_on_disks_and_beside_the_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "01a214c1-1-7-20261125-161500"
    media, disks, data, named = (tmp_path / place for place in ("media", "mnt", "data", "named"))
    places = [media / "shop" / "stick", disks / "second", data / "backups", named]
    for place in places:
        (place / name).mkdir(parents=True)
    monkeypatch.setattr("storage.disk.sticks._ROOTS", (f"{media}/*/*",))
    mounted(monkeypatch, media / "shop" / "stick")
    monkeypatch.setattr(setup_machine, "DISKS", (str(disks),))
    monkeypatch.setattr(sys, "platform", "linux")
    found = setup_machine.machine("ar", data).backups([named])
    assert {one.folder.parent for one in found} == set(places)
    assert {(one.manifest, one.whole) for one in found} == {(None, False)}, "nothing is in them"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("storage.disk.sticks.drives", lambda: [media / "shop" / "stick"])
    monkeypatch.setattr(setup_machine, "fixed", lambda: [disks / "second"])
    found = setup_machine.machine("ar", data).backups([])
    assert {one.folder.parent for one in found} == {media / "shop" / "stick", disks / "second", data / "backups"}
