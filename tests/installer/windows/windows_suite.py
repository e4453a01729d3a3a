"""The part of the tests that hangs on the system, run by a Windows Python with the whole of Qt under wine.

Not the installed program: that brings neither pytest nor QtTest. The packages are those of the lock files, by hash.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from installer import runtime, windows_runtime
from installer.products import ROOT
from installer.windows_runtime import PACKAGES, PYTHON

FILES: Final = (
    "tests/kiosk/main/test_cli.py", "tests/kiosk/main/test_self_test.py", "tests/kiosk/main/test_program.py",
    "tests/kiosk/evidence/test_picture_process.py", "tests/kiosk/printing/test_printer_choice.py", "tests/kiosk/setup",
    "tests/kiosk/receiving/test_erased_by_order.py", "tests/kiosk/upkeep/backup", "tests/kiosk/upkeep/doctor",
    "tests/kiosk/upkeep/test_departure.py", "tests/kiosk/upkeep/test_sleep_guard.py",
    "tests/kiosk/upkeep/test_program_log.py", "tests/ui/setup", "tests/sync/test_line_probe.py", "tests/starter",
    "tests/storage/disk/test_data_folder.py", "tests/storage/disk/test_folder_lock.py",
    "tests/storage/disk/test_evidence_store.py", "tests/storage/disk/test_disk_space.py",
    "tests/storage/disk/test_other_disks.py", "tests/storage/keystore/test_keystore.py", "tests/storage/backup",
    "tests/storage/db/test_open.py", "tests/storage/db/test_upgrade.py", "tests/storage/versions",
    "tests/installer/windows/only_windows.py",
)  # fmt: skip
"""Folder, lock, keystore, engine, room on the disk, the command line, processes, versions and pointer, printers,
backups, diagnosis, first start, and what only a Windows can show.
"""
_MODES: Final = "rights are those of Linux here: Windows keeps the data in the account's own folder"
_SYNC: Final = "a folder that is written through to the disk: Windows has no such call"
_WINE: Final = "a junction to another disk, which wine does not make: to be tried on Windows itself"
_ZONE: Final = "a zone named as Unix does in TZ"
_LINKS: Final = "a link in the file system, for which Windows wants an administrator"
LINUX_ONLY: Final = {
    "tests/kiosk/upkeep/doctor/test_doctor_command.py::test_fix_mends_what_is_safe_and_looks_again": _MODES,
    "tests/kiosk/upkeep/doctor/test_doctor_command.py::test_fix_says_what_it_could_not_mend": _MODES,
    "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_fault_is_found_alone_with_its_remedy[9-rights-": _MODES,
    "tests/kiosk/upkeep/doctor/test_probes.py::test_mending_does_what_is_safe_and_nothing_else": _MODES,
    **dict.fromkeys(
        (
            "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_folder_that_others_may_look_into_hides_nothing",
            "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_database_that_rights_shut_is_not_called_damaged",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_what_an_administrator_left_in_the_folder_is_found",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_a_folder_that_root_made_is_whose_home_it_is_in",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_a_file_with_a_second_name_elsewhere_is_not_given_away",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_what_goes_while_it_is_given_back_is_nobodys",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_rights_are_mended_in_a_counters_folder_alone",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_a_folder_of_another_account_is_found_by_whoever_may_not_look_into_it",
            "tests/kiosk/upkeep/doctor/test_probes.py::test_where_all_above_is_roots_nothing_is_given_to_root",
        ),
        _MODES,
    ),
    "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_fault_is_found_alone_with_its_remedy[1-system-": "an old C library",  # noqa: E501 - a test and its name in one piece
    "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_fault_is_found_alone_with_its_remedy[7-folder_remote-": "Linux's mounts",  # noqa: E501 - a test and its name in one piece
    "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_fault_is_found_alone_with_its_remedy[10-holders-": _LINKS,
    "tests/kiosk/upkeep/doctor/test_machine_faults.py::test_a_fault_is_found_alone_with_its_remedy[11-disk_away-": _WINE,  # noqa: E501 - a test and its name in one piece
    "tests/kiosk/upkeep/doctor/test_probes.py::test_a_disk_on_an_encrypted_one_is_encrypted": _LINKS,
    "tests/kiosk/upkeep/doctor/test_probes.py::test_sleep_is_off_where_it_is_masked_or_the_desktop_says_so": _LINKS,
    "tests/kiosk/upkeep/doctor/test_probes.py::test_a_unit_of_the_account_starts_it_too": _LINKS,
    "tests/kiosk/upkeep/backup/test_second_place.py::test_a_stick_is_known_by_its_folder_and_another_disk_by_its_link": _LINKS,  # noqa: E501 - a test and its name in one piece
    "tests/kiosk/setup/test_autostart.py::test_an_autostart_file_a_unit_in_its_place_and_neither": "a script for sh",
    "tests/kiosk/setup/test_autostart.py::test_a_session_": "the same",
    "tests/kiosk/setup/test_autostart.py::test_the_counter_of_a_session_knows_that_it_starts_alone": "the same",
    "tests/kiosk/evidence/test_picture_process.py::test_what_it_may_not_do_is_told_as_an_attack": "seccomp, and its signal",  # noqa: E501 - a test and its name in one piece
    "tests/starter/test_pointer.py::test_a_stick_whose_file_system_syncs_no_folders_is_written_all_the_same": _SYNC,
    "tests/storage/disk/test_other_disks.py::test_a_store_lies_on_the_other_disk_and_is_found_from_the_usual_place": _WINE,  # noqa: E501 - a test and its name in one piece
    "tests/storage/disk/test_other_disks.py::test_what_a_first_start_has_left_goes_with_it_and_anything_else_stays": _WINE,  # noqa: E501 - a test and its name in one piece
    "tests/storage/disk/test_other_disks.py::test_it_can_be_undone_and_only_what_is_empty_goes": _WINE,
    "tests/storage/disk/test_other_disks.py::test_what_is_no_place_for_data_is_refused_with_its_reason": _WINE,
    "tests/storage/disk/test_other_disks.py::test_a_disk_that_is_away_is_no_new_counter": _WINE,
    "tests/storage/disk/test_other_disks.py::test_the_usual_place_comes_first_and_then_local_disks_that_may_be_written": _WINE,  # noqa: E501 - a test and its name in one piece
    "tests/storage/db/test_open.py::test_what_was_sold_is_there_after_a_power_cut": "a machine that starts anew has another XDG_RUNTIME_DIR for its locks",  # noqa: E501 - a test and its name in one piece
    "tests/ui/setup/test_first_start.py::test_the_data_may_lie_on_another_disk_chosen_or_typed": _WINE,
    "tests/ui/setup/test_first_start.py::test_a_disk_without_room_is_not_kept": _WINE,
    "tests/kiosk/setup/test_setup_machine.py::test_a_zone_that_is_mended_meanwhile_is_seen_at_the_next_check": _ZONE,
    "tests/kiosk/setup/test_acceptance.py": "it starts a centre, which is made for Linux: `wine_first_start.py` has one",  # noqa: E501 - a test and its name in one piece
}
"""Tests of those files that cannot hold over there, by the beginning of their names, and why."""
NEEDED: Final = frozenset({
    "pytest", "pluggy", "iniconfig", "packaging", "pygments", "colorama", "pytest-qt", "pytest-timeout",
    "pytest-socket", "hypothesis", "sortedcontainers", "time-machine", "zxing-cpp", "numpy", "pynacl", "cffi",
    "pycparser", "pyotp", "alembic", "mako", "markupsafe",
})  # fmt: skip


def lay_out(folder: Path, cache: Path) -> Path:
    """A Windows Python that runs tests; the path of its `python.exe`. Our own code stays where it is."""
    shutil.rmtree(folder, ignore_errors=True)
    version = windows_runtime._unpack_python(
        windows_runtime._pinned(cache), folder / PYTHON, windows_runtime.PINNED_FOLDER
    )
    windows_runtime.put_packages(folder / PACKAGES, version)
    lock = folder / "tests.lock"
    lock.write_text(chosen((ROOT / "requirements-dev.lock").read_text(encoding="utf-8")), encoding="utf-8")
    windows_runtime.put_packages(folder / PACKAGES, version, lock)
    (path_file,) = (folder / PYTHON).glob("*._pth")
    with path_file.open("a", encoding="ascii") as file:
        file.write("Z:" + str(ROOT).replace("/", "\\") + "\n")
    assert (folder / PACKAGES / runtime.FONT_PACKAGE).exists() is False, "the sources bring their own"
    (folder / PACKAGES / "PySide6" / "lib" / "fonts").mkdir(parents=True)  # the offscreen platform warns without it
    return folder / PYTHON / "python.exe"


def chosen(lock: str) -> str:
    """The entries of a lock file that tests need over there."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    return "\n".join(entry for entry in entries if entry.partition("==")[0].lower() in NEEDED) + "\n"
