"""The life of an installed counter on Windows, from its setup to its removal; the tests go in their order."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from installer import app_layer, tools, windows
from installer.products import BuildError
from installer.windows import LIST, NEW
from tests.installer.windows.conftest import Built, asked
from tests.installer.windows.counter_at_wine import WineDisplay, WineKiosk, WineStory
from tests.installer.windows.wine import Windows, windows_path
from tests.scenarios.demo.stage import Centre, Roll, until
from tests.scenarios.demo.story import CITIZENS, PIN

pytestmark = [pytest.mark.timeout(900), pytest.mark.enable_socket]
PROGRAM: Final = "C:\\Program Files\\Manfaz"
DATA: Final = "C:\\محل الدقي\\بيانات المنفذ"
UNINSTALL: Final = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Manfaz"
DONE, FAILED, OTHER_SETUP, UNSUITABLE, CANCELLED = 0, 1603, 1618, 1633, 1602
_HOLD: Final = """
import ctypes, subprocess, sys
ctypes.windll.kernel32.CreateMutexW(None, False, "Global\\\\ManfazSetup")
print(subprocess.call(" ".join(sys.argv[1:])))
"""


@pytest.fixture(scope="module")
def program(machine: Windows) -> Path:
    """The installed folder, as this machine sees it."""
    return machine.c / "Program Files" / "Manfaz"


@pytest.fixture(scope="module")
def data(machine: Windows) -> Path:
    return machine.c / "محل الدقي" / "بيانات المنفذ"


@pytest.fixture(scope="module")
def story(machine: Windows, made: Path) -> Iterator[WineStory]:
    out = made / "counter"
    (out / "data").mkdir(parents=True)
    roll, display = Roll(), WineDisplay()
    machine.show_on(display.name)
    centre = Centre(out / "data" / "centre", out / "centre.log")
    options = ("--centre", centre.url, "--printer", f"tcp:127.0.0.1:{roll.port}")
    kiosk = WineKiosk(machine, PROGRAM, DATA, out / "kiosk.log", *options)
    yield WineStory(out, display, roll, centre, kiosk)
    kiosk.stop()
    centre.stop()
    display.close()
    roll.close()


def cli(machine: Windows, *words: object) -> tuple[int, str]:
    done = machine.run(f"{PROGRAM}\\manfaz-cli.exe", *words)
    return done.code, done.out


def listed(program: Path) -> set[str]:
    """The files that its own list names, as it stands there."""
    lines = (program / LIST).read_text(encoding="ascii").splitlines()
    return {line[2:].replace("\\", "/") for line in lines if line[0] in "fc"}


def lying(program: Path) -> set[str]:
    """Every file, also while they go: a folder that is gone by now holds none."""
    walked = ((Path(folder), names) for folder, _, names in os.walk(program))
    return {(folder / name).relative_to(program).as_posix() for folder, names in walked for name in names}


# ---- refused


def test_an_old_windows_is_refused_with_the_reason_in_arabic(machine: Windows, first: Built, program: Path) -> None:
    machine.run("winecfg", "-v", "win81")
    try:
        assert machine.code(first.command, "/S") == UNSUITABLE
    finally:
        machine.run("winecfg", "-v", "win10")
    assert "لا يعمل منفذ على هذا الإصدار من ويندوز" in machine.log()
    assert "Windows 10" in machine.log()
    assert not program.exists()


def test_two_setups_at_once_are_one(machine: Windows, first: Built, program: Path) -> None:
    assert machine.ask(_HOLD, first.command, "/S").strip() == str(OTHER_SETUP)
    assert not program.exists()


# ---- installed


def test_it_installs_in_silence(machine: Windows, first: Built, program: Path) -> None:
    begun = time.monotonic()
    assert machine.code(first.command, "/S", "/AUTOSTART") == DONE
    print(f"installed in {time.monotonic() - begun:.0f} s")
    assert lying(program) - listed(program) == {"uninstall.exe"}, "nothing there that could not be taken away again"
    assert {name for name in listed(program) if "__pycache__" not in name} <= lying(program)


def test_windows_lists_it_among_its_programs(machine: Windows, first: Built) -> None:
    found = machine.registry(UNINSTALL)
    assert found["DisplayName"] == "Manfaz"
    assert found["DisplayVersion"] == first.version
    assert found["InstallLocation"] == PROGRAM
    assert found["UninstallString"] == f'"{PROGRAM}\\uninstall.exe"'
    assert found["QuietUninstallString"] == f'"{PROGRAM}\\uninstall.exe" /S'
    assert {"Publisher", "DisplayIcon", "EstimatedSize", "NoModify", "NoRepair"} <= found.keys()
    assert int(found["EstimatedSize"]) > 50_000


def test_shortcuts_point_at_the_start_program(machine: Windows) -> None:
    links = list(machine.c.rglob("Manfaz.lnk"))
    assert len(links) == 3, "in the menu, on the desktop, and at the start of a session"
    for link in links:
        assert f"{PROGRAM}\\manfaz.exe\0".encode() in link.read_bytes()
    (starting,) = (link for link in links if link.parent.name.lower() == "startup")
    assert "--full-screen".encode("utf-16-le") in starting.read_bytes()


def test_it_proves_itself_with_cipher_vault_and_window(machine: Windows, made: Path) -> None:
    picture = made / "window.png"
    code, said = cli(machine, "selftest", "--picture", windows_path(picture))
    report = json.loads(said)
    assert (code, report["ok"]) == (DONE, True), report
    versions = report["steps"]["libraries"]["versions"]
    assert versions["system"].startswith("Windows-10")
    assert versions["sqlcipher"].startswith("4.")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_its_keystore_is_that_of_windows(machine: Windows, program: Path) -> None:
    take = "from storage.keystore.system_keystore import system_backend"
    script = f"import sys; sys.path.insert(0, sys.argv[1]); {take}; print(system_backend())"
    done = machine.run(program / "python" / "python.exe", "-c", script, windows_path(program / "app"))
    assert "WinVaultKeyring" in done.out


# ---- at work


def test_a_citizen_is_served_in_the_real_window_and_the_centre_has_it(story: WineStory) -> None:
    story.enrol()
    story.first_day()
    fields = story.serve_one()
    citizen = CITIZENS[0]
    assert (fields["name"], fields["national_id"], fields["mobile"]) == (
        citizen.name, citizen.national_id, citizen.mobile,
    )  # fmt: skip
    story.picture("served")


def test_while_it_is_open_it_is_not_replaced(machine: Windows, second: Built, story: WineStory) -> None:
    assert machine.code(second.command, "/S") == FAILED
    assert story.display.title().endswith("(pageDone)"), "and nobody is disturbed"


def test_its_data_is_encrypted_and_lies_where_it_was_told(story: WineStory, machine: Windows, data: Path) -> None:
    story.kiosk.stop()
    assert (data / "kiosk.db").stat().st_size > 100_000
    for file in data.glob("kiosk.db*"):
        assert CITIZENS[0].national_id.encode() not in file.read_bytes()
    exported = data.parent / "journal.kj01"
    assert cli(machine, "--data", DATA, "export", "C:\\محل الدقي\\journal.kj01")[0] == DONE
    assert exported.stat().st_size > 1000


# ---- upgraded


def test_an_upgrade_stands_over_it_and_the_data_with_it(
    machine: Windows, second: Built, program: Path, data: Path, story: WineStory
) -> None:
    leftover, foreign = program / "app" / "kiosk" / "gone.py", program / "of-the-owner.txt"
    leftover.write_text("x = 1\n", encoding="ascii")
    with (program / LIST).open("ab") as log:
        log.write(b"f app\\kiosk\\gone.py\r\n")
    foreign.write_text("mine", encoding="ascii")
    before = (data / "kiosk.db").read_bytes()
    assert machine.code(second.command, "/S") == DONE
    assert not leftover.exists(), "what only the version before had is gone"
    assert foreign.read_text(encoding="ascii") == "mine"
    assert (data / "kiosk.db").read_bytes() == before
    assert cli(machine, "version") == (DONE, f"{second.version}\r\n")
    assert machine.registry(UNINSTALL)["DisplayVersion"] == second.version
    story.sign_in_again(PIN)
    story.kiosk.stop()


def test_the_older_one_is_not_put_over_it_in_silence(machine: Windows, first: Built, second: Built) -> None:
    assert machine.code(first.command, "/S") == CANCELLED
    assert cli(machine, "version") == (DONE, f"{second.version}\r\n")


# ---- removed


def test_work_that_was_not_sent_is_known_to_the_uninstaller(machine: Windows) -> None:
    code, said = cli(machine, "--data", DATA, "unsent")
    assert code in {0, 1}
    assert said.strip().split(": ")[-1].isdigit()


def test_it_is_removed_and_the_data_stays_and_that_is_said(machine: Windows, program: Path, data: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    # It goes on as a copy of itself, so that its own file can be deleted: this call returns before that is done.
    assert machine.code(f'"{PROGRAM}\\uninstall.exe"', "/S") == DONE
    until("all but what is not ours is gone", lambda: lying(program) == {"of-the-owner.txt"}, 60)
    until("it has written down what it kept", lambda: "%LOCALAPPDATA%\\Manfaz" in machine.log(), 60)
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before
    assert machine.registry(UNINSTALL) == {}
    assert not list((machine.c / "users").rglob("Manfaz.lnk"))


# ---- elsewhere


def test_it_works_from_an_arabic_folder(machine: Windows, first: Built, made: Path) -> None:
    assert machine.code(first.command, "/S", "/LANG=ar", "/D=C:\\برامج\\منفذ") == DONE
    done = machine.run("C:\\برامج\\منفذ\\manfaz-cli.exe", "selftest")
    assert json.loads(done.out)["ok"], done.out
    assert machine.registry(UNINSTALL)["InstallLocation"] == "C:\\برامج\\منفذ"
    assert machine.code("C:\\برامج\\منفذ\\uninstall.exe", "/S") == DONE
    until("it is gone", lambda: not (machine.c / "برامج" / "منفذ").exists(), 60)


@pytest.mark.parametrize(("name", "why"), [(NEW, "exit 1603: "), ("app", "not of a complete Manfaz")])
def test_what_cannot_be_written_or_is_not_ours_is_said_and_stays(
    machine: Windows, first: Built, program: Path, name: str, why: str
) -> None:
    """A file where a folder has to be stands for a disk that takes nothing."""
    shutil.rmtree(program, ignore_errors=True)
    program.mkdir()
    (program / name).write_text("in the way", encoding="ascii")
    assert machine.code(first.command, "/S", "/LANG=en") == FAILED
    assert why in machine.log()
    assert [path.name for path in program.iterdir()] == [name]
    shutil.rmtree(program)


# ---- signed


def certificate(folder: Path) -> tuple[Path, Path]:
    """Of nobody, for signing programs; and its key."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Manfaz test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, private


def verify(file: Path, authorities: Path) -> None:
    """Raises BuildError unless the file bears a sound signature of one of `authorities` (PEM)."""
    tools.run(
        "osslsigncode", "verify", "-CAfile", authorities, "-in", file, trouble=f"{file.name} bears no sound signature"
    )


def test_signed_it_installs_and_starts_and_a_changed_byte_shows(machine: Windows, made: Path) -> None:
    out = made / "signed"
    out.mkdir()
    cert, key = certificate(out)
    app = app_layer.build(out)
    product = windows.build(asked(out, (cert, key)), app)
    stage = out / f"windows-{app.version}" / "stage"
    for file in (product.path, stage / "manfaz.exe", stage / "manfaz-cli.exe"):
        verify(file, cert)
    changed = out / "changed.exe"
    data = bytearray(product.path.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    with pytest.raises(BuildError, match="no sound signature"):
        verify(changed, cert)
    assert machine.code(windows_path(product.path), "/S") == DONE
    assert cli(machine, "version") == (DONE, f"{app.version}\r\n")
