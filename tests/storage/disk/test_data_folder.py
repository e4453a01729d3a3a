"""Where a database may live, and what a folder is made like."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from protocol.errors import Refused, Unavailable
from storage.disk import data_folder
from storage.disk.data_folder import mounted_as, prepare_folder, refuse_linked, refuse_remote, refuse_synced

MOUNTS = [
    "/dev/sda1 / ext4 rw 0 0",
    "//server/share /srv/share cifs rw 0 0",
    "server:/home /home nfs4 rw 0 0",
    "/dev/sdb1 /home/local ext4 rw 0 0",
    "server:/x /mnt/two\\040words nfs rw 0 0",
    "tmpfs /mnt/twice tmpfs rw 0 0",
    "server:/y /mnt/twice nfs rw 0 0",
    "nonsense",
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/manfaz", "ext4"),
        ("/srv/share/manfaz", "cifs"),
        ("/srv/shared", "ext4"),
        ("/home/kiosk", "nfs4"),
        ("/home/local/kiosk", "ext4"),
        ("/mnt/two words/kiosk", "nfs"),
        ("/mnt/twice", "nfs"),
    ],
)
def test_the_file_system_under_a_folder_is_the_nearest_mounts(path: str, kind: str) -> None:
    assert mounted_as(Path(path), MOUNTS) == kind


def test_no_mount_known_says_nothing() -> None:
    assert mounted_as(Path("/x"), []) == ""


@pytest.mark.posix
@pytest.mark.parametrize(("path", "good"), [("/srv/share/kiosk", False), ("/home/local/kiosk", True)])
def test_a_network_share_is_refused(path: str, good: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text("\n".join(MOUNTS))
    monkeypatch.setattr(data_folder, "_MOUNTS", tmp_path / "mounts")
    if good:
        refuse_remote(Path(path))
        return
    with pytest.raises(Refused) as caught:
        refuse_remote(Path(path))
    assert (caught.value.code, caught.value.values) == ("folder_remote", {"kind": "cifs"})


def test_without_a_table_of_mounts_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "_MOUNTS", tmp_path / "none")
    refuse_remote(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["OneDrive", "OneDrive - Ministry of X", "Dropbox", "Dropbox (Shop)", "Google Drive", "GoogleDrive-a@b.c",
     "iCloudDrive", "Mobile Documents", "CloudStorage", "Nextcloud", "MEGAsync", "Yandex.Disk", "onedrive"],
)  # fmt: skip
def test_a_synchronised_folder_is_refused_at_any_depth(name: str) -> None:
    with pytest.raises(Refused, match="folder_synced"):
        refuse_synced(Path("/home/kiosk") / name / "a" / "manfaz")


@pytest.mark.parametrize("name", ["manfaz", "my-dropbox-notes", "OneDriver", "yandexXdisk"])
def test_a_name_that_only_looks_like_one_is_let_be(name: str) -> None:
    refuse_synced(Path("/home/kiosk") / name)


@pytest.mark.posix
def test_the_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    made = prepare_folder(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.posix
def test_a_folder_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    assert prepare_folder(tmp_path / "open").stat().st_mode & 0o777 == 0o700


@pytest.mark.posix
def test_a_folder_is_judged_by_its_real_name(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "plain").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(Refused, match="folder_synced"):
        prepare_folder(tmp_path / "plain")


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(Unavailable, match="folder_unusable"):
        prepare_folder(tmp_path / "taken")


@pytest.mark.posix
@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_a_linked_database_or_log_is_refused(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / f"kiosk.db{suffix}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="database_linked"):
        refuse_linked(tmp_path / "kiosk.db")


def test_a_database_with_a_second_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kiosk.db").write_text("")
    os.link(tmp_path / "kiosk.db", tmp_path / "twin.db")
    with pytest.raises(Refused, match="database_linked"):
        refuse_linked(tmp_path / "kiosk.db")


def test_a_database_of_its_own_and_none_at_all_are_good(tmp_path: Path) -> None:
    refuse_linked(tmp_path / "kiosk.db")
    (tmp_path / "kiosk.db").write_text("")
    refuse_linked(tmp_path / "kiosk.db")
