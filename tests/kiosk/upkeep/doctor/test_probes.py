"""The computer as it really is, and as it may be found."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.facts import same_machine
from kiosk.upkeep.doctor.check_result import Unknown
from protocol.errors import Refused, Unavailable
from protocol.journal.mirror_lag import Lag
from starter import pointer
from storage.disk import sticks
from storage.disk.folder_check import TRIED
from storage.disk.folder_lock import FolderLock
from storage.keystore.store_secrets import StoreSecrets
from storage.probes import folder_owner, linux, support_contact
from storage.probes import store_probe as shop
from storage.probes.linux import Linux, ask_desktop
from storage.probes.machine import LocalMachine, changed, this_host
from storage.probes.repairs import Repairs
from storage.probes.store_probe import FolderStoreProbe, OpenStoreProbe
from storage.probes.support_contact import Contact
from storage.probes.windows import Windows
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import SeededRandomness
from tests.harness.shop import enrolment
from tests.kiosk.upkeep.doctor.doctor_bench import Bench
from ui.paper.device_probe import ChosenDevices, PrinterAtWork


def test_this_very_computer_answers(tmp_path: Path) -> None:
    here = LocalMachine(tmp_path / "data")
    assert here.system().bits == 64
    assert here.system().kind in ("linux", "other", "windows")
    assert here.shuts_in()
    assert here.free_bytes() > 0
    assert here.wal_bytes() == 0
    assert here.folder_fault() == ""
    assert len(here.offsets_min([0, 1_795_600_800_000])) == 2
    assert isinstance(here.host, Windows if sys.platform == "win32" else Linux)
    for question in (here.write_ms, here.rights_wrong):
        with pytest.raises(Unknown, match="absent"):
            question()
    (tmp_path / "data").mkdir(mode=0o700)
    assert here.write_ms() >= 0
    assert not here.rights_wrong()
    assert list((tmp_path / "data").iterdir()) == []


def test_a_lock_that_is_held_is_seen(tmp_path: Path) -> None:
    """In the kernel's own list, which some containers hide; Windows is asked for the lock."""
    here = LocalMachine(tmp_path)
    assert not here.at_work()
    lock = FolderLock(tmp_path)
    if sys.platform == "win32" or Path("/proc/locks").read_text():
        assert here.at_work()
    lock.release()
    assert not here.at_work()


def test_whoever_has_the_database_open_is_counted_but_not_us_and_not_the_counter(bench: Bench) -> None:
    fds = bench.root / f"proc/{os.getpid()}/fd"
    fds.mkdir(parents=True)
    (fds / "3").symlink_to(bench.data / "kiosk.db")
    (bench.root / "proc/4711/fd").mkdir(parents=True)
    (bench.root / "proc/4711/fd/3").symlink_to(bench.data / "kiosk.db")
    (bench.root / "proc/900").mkdir()
    bench.hold(bench.data / "manfaz.lock", 4711)
    assert bench.machine.holders() == 0
    assert bench.machine.at_work()


def test_an_own_lock_is_no_second_copy(bench: Bench) -> None:
    own = (bench.data / "instance").read_text().strip()
    bench.hold(bench.write(f"run/manfaz-{own}.lock", ""))
    assert bench.machine.running() == 0
    assert LocalMachine(bench.root / "nothing", host=bench.host).running() == 1


def test_a_previous_version_is_sound_or_not_or_none(bench: Bench) -> None:
    place = pointer.version_folder(bench.data, "0.0.9")
    pointer.write(bench.data, pointer.Pointer(current="0.1.0", previous="0.0.9"))
    assert not bench.machine.previous_sound(), "its folder is gone"
    place.mkdir(parents=True)
    (place / "complete").write_text("")
    assert not bench.machine.previous_sound(), "no manifest"
    bench.manifest(place)
    assert bench.machine.previous_sound()
    pointer.write(bench.data, pointer.Pointer(current="0.1.0"))
    with pytest.raises(Unknown, match="no_previous"):
        bench.machine.previous_sound()


def test_a_manifest_that_is_none_counts_as_changed(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="no_manifest"):
        changed(tmp_path)
    (tmp_path / "version.json").write_text("{")
    assert changed(tmp_path) == 1


def test_a_folder_or_a_database_that_we_may_not_write_is_wrong(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def access(path: Path, _mode: int) -> bool:
        return path.name != refused

    monkeypatch.setattr(os, "access", access)
    refused = "data"
    assert bench.machine.rights_wrong()
    refused = "kiosk.db"
    assert bench.machine.rights_wrong()
    refused = "else"
    assert not bench.machine.rights_wrong()


def test_windows_names_its_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Version:
        major, minor, build = 10, 0, 19045

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "getwindowsversion", Version, raising=False)
    assert LocalMachine(tmp_path, host=Linux()).system().release == (10, 0, 19045)
    assert type(this_host()).__name__ == "Windows"


def test_no_device_no_answer(bench: Bench) -> None:
    with pytest.raises(Unknown, match="no_device"):
        Linux(sys=bench.root / "nowhere").encrypted(bench.data)
    with pytest.raises(Unknown, match="no_machine_id"):
        Linux(etc=bench.root / "nowhere").machine_id()


def test_a_disk_on_an_encrypted_one_is_encrypted(bench: Bench) -> None:
    (block,) = (bench.root / "sys/dev/block").iterdir()
    (block / "dm/uuid").write_text("LVM-x")
    slave = bench.root / "sys/dm-0"
    (slave / "dm").mkdir(parents=True)
    (slave / "dm/uuid").write_text("CRYPT-LUKS2-x")
    (block / "slaves").mkdir()
    (block / "slaves/dm-0").symlink_to(slave)
    assert bench.machine.encrypted()


@pytest.mark.parametrize(
    ("file", "text", "alone"),
    [
        ("lightdm/lightdm.conf.d/9.conf", "[Seat:*]\nautologin-user=shop\n", True),
        ("sddm.conf", "[Autologin]\nUser=shop\n", True), ("gdm/custom.conf", "AutomaticLoginEnable=false\n", False),
    ],
)  # fmt: skip
def test_automatic_login_of_the_usual_managers(bench: Bench, file: str, text: str, alone: bool) -> None:
    bench.write(f"etc/{file}", text)
    assert bench.machine.logs_in_alone() is alone


def test_sleep_is_off_where_it_is_masked_or_the_desktop_says_so(bench: Bench) -> None:
    answers = {"ask": "'suspend'"}
    host = Linux(etc=bench.root / "etc", ask=lambda _words: answers["ask"])
    assert host.sleeps()
    answers["ask"] = "'nothing'"
    assert not host.sleeps()
    answers["ask"] = "'suspend'"
    target = bench.root / "etc/systemd/system/sleep.target"
    target.parent.mkdir(parents=True)
    target.symlink_to("/dev/null")
    assert not host.sleeps()


def test_a_unit_of_the_account_starts_it_too(bench: Bench) -> None:
    (bench.root / "etc/xdg/autostart/manfaz.desktop").unlink()
    assert not bench.machine.starts_alone()
    unit = bench.root / "home/.config" / linux.UNIT
    unit.parent.mkdir(parents=True)
    unit.symlink_to("../manfaz.service")
    assert not bench.machine.starts_alone(), "a link to a unit that is gone"
    bench.write("home/.config/systemd/user/manfaz.service", "[Service]\nExecStart=sh --full-screen\n")
    assert bench.machine.starts_alone()


def test_a_session_of_nothing_else_starts_it_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (bench.root / "etc/xdg/autostart/manfaz.desktop").unlink()
    monkeypatch.setenv("MANFAZ_SESSION", "1")
    assert bench.machine.starts_alone()


def test_autostart_of_a_program_that_is_gone_is_off(bench: Bench) -> None:
    (bench.root / "opt/manfaz/manfaz").unlink()
    assert {n: result.text for n, result in bench.found().items()} == {38: "autostart_off"}


def test_autostart_is_looked_at_where_nothing_is_known_of_sleep(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""

    def unknown(_self: Linux) -> bool:
        raise Unknown("windows")

    monkeypatch.setattr(Linux, "sleeps", unknown)
    (whole,) = bench.run(38)
    assert (whole.state, whole.reason) == ("skipped", "windows")
    (bench.root / "etc/xdg/autostart/manfaz.desktop").unlink()
    assert [result.text for result in bench.found(38).values()] == ["autostart_off"]


def test_autostart_lies_where_the_account_keeps_its_settings(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (bench.root / "etc/xdg/autostart/manfaz.desktop").unlink()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(bench.root / "settings"))
    assert not bench.machine.starts_alone()
    bench.write("settings/autostart/manfaz.desktop", f'[Desktop Entry]\nExec="{sys.executable}"\n')
    assert bench.machine.starts_alone()


def test_a_card_that_is_changed_added_or_plugged_in_is_no_other_machine(bench: Bench) -> None:
    before = bench.machine.fingerprint()
    bench.card("wlan0", "00:1b:21:bb:00:02", "usb:v0BDAp8153")
    bench.write("sys/class/net/lo/address", "00:00:00:00:00:00\n")
    bench.write("sys/class/net/enp3s0/addr_assign_type", "3\n")
    assert "." not in bench.machine.fingerprint(), "an address that was made up says nothing"
    assert same_machine(before, bench.machine.fingerprint())
    bench.card("enp3s0", "00:1b:21:aa:00:01")
    assert bench.machine.fingerprint() == before
    bench.card("enp4s0", "00:1b:21:cc:00:03")
    after = bench.machine.fingerprint()
    assert after != before
    assert same_machine(before, after)
    bench.card("enp3s0", "00:1b:21:dd:00:04")
    assert same_machine(after, bench.machine.fingerprint())
    assert not same_machine(before, bench.machine.fingerprint())


def test_a_root_that_is_none_trusts_nobody_for_ever(bench: Bench) -> None:
    assert bench.machine.trusted_until_ms() == 1_861_920_000_000
    bench.write("data/program/metadata/root.json", '{"signed": {}}')
    with pytest.raises(Unknown, match="no_root"):
        bench.machine.trusted_until_ms()
    with pytest.raises(Unknown, match="no_root"):
        LocalMachine(bench.root / "nothing", bench.root / "nothing").trusted_until_ms()


def test_a_dock_that_is_left_at_home_makes_no_other_machine_of_it(bench: Bench) -> None:
    """What comes over Thunderbolt hangs on PCI like the board's own; the kernel calls it removable."""
    before = bench.machine.fingerprint()
    bench.card("enp9s0", "00:1b:21:ee:00:05")
    bench.write("sys/class/net/enp9s0/device/removable", "removable\n")
    bench.write("sys/class/net/enp3s0/device/removable", "fixed\n")
    assert bench.machine.fingerprint() == before


def test_autostart_that_is_hidden_is_off(bench: Bench) -> None:
    bench.write("home/.config/autostart/manfaz.desktop", "[Desktop Entry]\nHidden=true\n")
    assert not bench.machine.starts_alone()


def test_a_desktops_program_is_asked_and_may_be_missing_fail_or_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask_desktop([sys.executable, "-c", "print('yes')"]) == "yes"
    assert ask_desktop([sys.executable, "-c", "raise SystemExit(1)"]) is None
    assert ask_desktop(["no-such-program-of-ours"]) is None
    monkeypatch.setattr(linux, "ASK_S", 0.01)
    assert ask_desktop([sys.executable, "-c", "input()"]) is None


def owned(monkeypatch: pytest.MonkeyPatch, whose: dict[Path, int]) -> None:
    """As on a computer of several accounts; nobody but root could make one."""
    monkeypatch.setattr(folder_owner, "uid", lambda path: whose.get(path, SHOP))

    def chown(name: str, *_ids: int, dir_fd: int, follow_symlinks: bool) -> None:
        assert not follow_symlinks
        whose.pop(Path(f"/proc/self/fd/{dir_fd}").readlink() / name)

    monkeypatch.setattr(os, "chown", chown)


SHOP, ROOT = 1000, folder_owner.ROOT


def test_what_an_administrator_left_in_the_folder_is_found_and_given_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop's account cannot mend that, and to root it looked well."""
    log = bench.write("data/logs/manfaz.log", "")
    owned(monkeypatch, whose := {log: ROOT, log.parent: ROOT})
    (found,) = bench.found(9).values()
    assert f'--data "\u2066{bench.data}\u2069"' in found.words("en")[2], "what the administrator has to type"
    assert Repairs(bench.data).mend("rights")
    assert (whose, bench.found(9)) == ({}, {})


def test_a_file_that_is_gone_meanwhile_is_nobodys(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks run beside each other, and one of them writes here."""
    passing = bench.write(f"data/{TRIED}", "")

    def gone(path: Path) -> int:
        if path == passing:
            raise FileNotFoundError
        return SHOP

    monkeypatch.setattr(folder_owner, "uid", gone)
    assert list(folder_owner.strangers(bench.data)) == []


def test_a_folder_that_root_made_is_whose_home_it_is_in(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    owned(monkeypatch, whose := {bench.data: ROOT})
    assert 9 in bench.found(9)
    assert Repairs(bench.data).mend("rights")
    assert (whose, bench.found(9)) == ({}, {})


def test_a_folder_of_another_account_is_found_by_whoever_may_not_look_into_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that an administrator made: its folder is named by the one it lies in."""
    shut = bench.write("data/backups/one/kiosk.db", "").parent
    owned(monkeypatch, {shut: ROOT, shut / "kiosk.db": ROOT})
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path) == shut:
            raise PermissionError
        return real(path)

    with monkeypatch.context() as shop:
        shop.setattr(os, "scandir", scandir)
        assert list(folder_owner.strangers(bench.data)) == [shut]
    assert list(folder_owner.strangers(bench.data)) == [shut, shut / "kiosk.db"]


def test_where_all_above_is_roots_nothing_is_given_to_root(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop's account would be shut out of its own data for good."""
    places = (bench.data, *bench.data.parents)
    owned(monkeypatch, whose := dict.fromkeys(places, ROOT))
    assert bench.found(9) == {}
    assert Repairs(bench.data).mend("rights")
    assert whose == dict.fromkeys(places, ROOT)


def test_a_file_with_a_second_name_elsewhere_is_not_given_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever the folder belongs to may have put it there: it would be his then, under both names."""
    secret, log = bench.write("secret", ""), bench.write("data/logs/manfaz.log", "")
    (bench.data / "logs/other.log").hardlink_to(secret)
    owned(monkeypatch, whose := {log: ROOT, bench.data / "logs/other.log": ROOT})
    assert Repairs(bench.data).mend("rights")
    assert list(whose) == [bench.data / "logs/other.log"]


def test_what_goes_while_it_is_given_back_is_nobodys(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    log, part = bench.write("data/logs/manfaz.log", ""), bench.write("data/logs/a.part", "")
    owned(monkeypatch, whose := {log: ROOT, part: ROOT})
    kept = os.chown

    def chown(name: Any, *ids: int, **how: Any) -> None:
        if name == "a.part":
            raise FileNotFoundError
        kept(name, *ids, **how)

    monkeypatch.setattr(os, "chown", chown)
    assert Repairs(bench.data).mend("rights")
    assert list(whose) == [part]


# ---- mending


def test_rights_are_mended_in_a_counters_folder_alone_and_through_no_link(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator who mistypes the folder may have named everybody's."""
    home = bench.write("homes/anna/letter", "").parent.parent
    home.chmod(0o755)
    assert not Repairs(home).mend("rights")
    assert home.stat().st_mode & 0o777 == 0o755
    letter = home / "anna/letter"
    letter.chmod(0o644)
    (bench.data / "kiosk.db-wal").unlink(missing_ok=True)
    (bench.data / "kiosk.db-wal").symlink_to(letter)
    assert Repairs(bench.data).mend("rights")
    assert letter.stat().st_mode & 0o777 == 0o644
    monkeypatch.setattr(Path, "lstat", lambda _path: (_ for _ in ()).throw(PermissionError()))
    assert Repairs(home)._a_counters(), "its own account is shut out of it, and opens it again"


def test_mending_does_what_is_safe_and_nothing_else(bench: Bench) -> None:
    bench.data.chmod(0o755)
    asked: list[str] = []

    def heard(words: Sequence[str]) -> str | None:
        asked.append(words[0])
        return as_the_shop(bench, words) if words[0] == "sh" else ""

    mending = Repairs(bench.data, heard)
    (bench.root / "etc/xdg/autostart/manfaz.desktop").unlink()
    program = bench.write("home/.local/opt/manfaz/manfaz", "")
    program.chmod(0o755)
    assert {9, 38} <= set(bench.found())
    assert [mending.mend(text) for text in ("rights", "autostart_off", "at_rest")] == [True] * 3
    assert not mending.mend("opens")
    assert bench.found() == {}
    started = (bench.root / "home/.config/autostart/manfaz.desktop").read_text("utf-8")
    assert f'Exec="{program}" --full-screen\n' in started, "what a technician gets from the script"
    assert asked == ["sh", "gsettings"]


def as_the_shop(bench: Bench, words: Sequence[str]) -> str | None:
    """The script refuses root, as whom tests may run."""
    identity = bench.write("bin/id", "#!/bin/sh\necho 1000\n")
    identity.chmod(0o755)
    env = {"HOME": str(bench.root / "home"), "PATH": f"{identity.parent}:{os.environ['PATH']}"}
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def test_what_cannot_be_mended_is_said(bench: Bench) -> None:
    mending = Repairs(bench.root / "nothing", lambda _words: None)
    assert [mending.mend(text) for text in ("rights", "autostart_off", "at_rest")] == [False] * 3


def test_parts_of_yesterday_go_those_of_now_stay(bench: Bench) -> None:
    for name in ("a.part", "b.part", "kiosk.db.keep"):
        (bench.data / name).write_text("")
    os.utime(bench.data / "a.part", (1, 1))
    assert Repairs(bench.data).drop_parts() == 1
    assert (bench.data / "b.part").exists()
    assert (bench.data / "kiosk.db").exists()
    download = bench.write("home/film.part", "")
    os.utime(download, (1, 1))
    assert Repairs(download.parent).drop_parts() == 0
    assert download.exists(), "of a folder that was mistyped"


# ---- where files go, and whom they are for


def test_the_first_stick_that_takes_it_else_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick, full = tmp_path / "media/stick", tmp_path / "media/full"
    stick.mkdir(parents=True)
    with monkeypatch.context() as linux:
        linux.setattr(sys, "platform", "linux")
        linux.setattr(sticks, "_ROOTS", (f"{tmp_path.as_posix()}/*/*",))
        gone = tmp_path / "media/none"
        linux.setattr(
            "storage.disk.data_folder._mounts", lambda: [f"/dev/sdb1 {at.as_posix()} vfat rw" for at in (stick, gone)]
        )
        assert sticks.sticks() == [stick]
    assert sticks.keep("a.kjs", b"1", [full, stick]) == str(stick / "a.kjs")
    assert sticks.keep("a.kjs", b"2", [], tmp_path) == str(tmp_path / "a.kjs")
    with pytest.raises(Unavailable, match="file_away"):
        sticks.keep("a.kjs", b"2", [], tmp_path / "none")
    assert isinstance(sticks.sticks(), list)


def test_the_contact_is_written_once_and_read_back(tmp_path: Path) -> None:
    assert support_contact.read(tmp_path) is None
    me = Contact("00" * 16, 2, "11" * 32)
    support_contact.keep(tmp_path, me)
    before = (tmp_path / support_contact.NAME).stat().st_mtime_ns
    support_contact.keep(tmp_path, me)
    assert (tmp_path / support_contact.NAME).stat().st_mtime_ns == before
    assert support_contact.read(tmp_path) == me
    (tmp_path / support_contact.NAME).write_text('{"device": "00", "epoch": 1, "seal": "11"}')
    assert support_contact.read(tmp_path) is None


# ---- the store


def test_an_open_store_is_looked_at_as_it_is() -> None:
    keystore, store = FakeKeystore(), FakeStore()
    found = OpenStoreProbe(store, StoreSecrets(keystore, "ab" * 16, SeededRandomness()), lambda: Lag(1, 2))
    assert found.lag() == Lag(1, 2)
    assert (found.trouble(), found.keystore(), found.store()) == ("", "", store)
    assert found.sqlite()[1]
    keystore.locked = True
    assert found.keystore() == "keystore_locked"


def test_a_store_that_is_only_read_refuses_to_be_written(bench: Bench) -> None:
    found = FolderStoreProbe(bench.data, bench.keystore, SeededRandomness())
    writes: list[Callable[[], None]] = [
        lambda: found.store().commit([], []),
        lambda: found.store().put_enrolment(enrolment()),
    ]
    for write in writes:
        with pytest.raises(Refused, match="only_read"):
            write()
    found.close()


def test_an_emptied_database_is_damaged_or_put_back(bench: Bench) -> None:
    (bench.data / "kiosk.db").unlink()
    assert FolderStoreProbe(bench.data, bench.keystore, SeededRandomness()).trouble() == "rolled_back"
    (bench.data / "kiosk.db").write_bytes(b"")
    assert FolderStoreProbe(bench.data, bench.keystore, SeededRandomness()).trouble() == "rolled_back"
    for name in [name for name in bench.keystore.values if name.endswith("/mirror")]:
        del bench.keystore.values[name]
    assert FolderStoreProbe(bench.data, bench.keystore, SeededRandomness()).trouble() == "store_damaged"
    assert shop.sqlite_fit()[1]


def test_a_mirror_of_nothing_is_none_of_this_journal(bench: Bench) -> None:
    name = next(name for name in bench.keystore.values if name.endswith("/mirror"))
    bench.keystore.values[name] = bytes(32)
    assert FolderStoreProbe(bench.data, bench.keystore, SeededRandomness()).trouble() == "rolled_back"


# ---- devices


class Broken:
    def status(self) -> None:
        raise Unavailable("printer", reason="offline")

    def send(self, data: bytes) -> None:
        raise AssertionError(data)


def test_the_printer_at_work_is_asked_by_whoever_holds_it() -> None:
    assert PrinterAtWork(Broken()).printer() == "offline"
    assert isinstance(list(PrinterAtWork(Broken()).printers()), list)


def test_a_second_program_leaves_a_wire_to_the_counter() -> None:
    from kiosk.printing.printer_choice import parse_choice

    devices = ChosenDevices(lambda: parse_choice("tcp:127.0.0.1:9"), lambda _choice: Broken(), in_use=True)
    with pytest.raises(Unknown, match="in_use"):
        devices.printer()
    system = ChosenDevices(lambda: parse_choice("system:Laser"), lambda _choice: Broken(), in_use=True)
    assert system.printer() == "offline"
    assert isinstance(list(system.printers()), list)
    assert socket.AF_INET
