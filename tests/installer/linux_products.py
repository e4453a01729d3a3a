"""`make test-linux`: the package in clean Debians 12 and 13, and the self-unpacking file without root.

Each is set up at a real centre until the acceptance report says "ready", and updated by releases that it signed.
Each step says what must be so afterwards. Needs root, mmdebstrap and the way to Debian's archive; ends with code 1 and
the step's name where something is not as it has to be.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from installer.command import main as build
from tests.installer import at_work
from tests.installer.at_work import DATA, OFFSCREEN, REPORT, SESSION
from tests.installer.chroots import USER, Chroot, Failed
from tests.installer.update_centre import UpdateCentre
from tests.scenarios.demo.stage import Stuck

SUITES = ("bookworm", "trixie")
HANDED = Path(__file__).with_name("handed")
FIRST, NEXT = "0.8.1", "0.8.6"
"""Between them lie the updates."""
OPT = f"/home/{USER}/.local/opt"
DEBIAN_SCRIPTS = (
    ("postinst", "abort-upgrade"), ("postinst", "abort-remove"), ("postinst", "abort-deconfigure"),
    ("prerm", "failed-upgrade"), ("prerm", "deconfigure"), ("postrm", "failed-upgrade"), ("postrm", "abort-install"),
    ("postrm", "abort-upgrade"), ("postrm", "disappear"),
)  # fmt: skip


class Shop:
    """One clean system and what was found out about it."""

    def __init__(self, suite: str, room: Path, handed: Path) -> None:
        self.suite, self.took = suite, dict[str, float]()
        self.chroot = Chroot.make(suite, room / suite, handed)

    def step(self, name: str, work: Callable[[], object]) -> None:
        begun = time.monotonic()
        try:
            work()
        except (Failed, Stuck, AssertionError) as error:
            raise Failed(f"{self.suite}, {name}: {error}") from error
        self.took[name] = time.monotonic() - begun
        print(f"  {self.suite:9} {name} ({self.took[name]:.1f} s)", flush=True)

    # ---- what must be so

    def works(self, program: str, *around: str, **environment: str) -> None:
        """The installed program proves itself with the real keystore and its own window."""
        said = self.chroot.run(*SESSION, *around, program, "selftest", user=USER, code=0, **environment)
        report = json.loads(said[said.index("{\n") :])
        assert report["ok"], said

    def store(self, folder: str, what: str) -> None:
        python, app = f"{folder}/runtime/bin/python3.11", f"{folder}/app"
        said = self.chroot.run(*SESSION, python, "-B", "/mnt/store.py", app, what, user=USER)
        assert said.splitlines()[-1] == f"served in {DATA}", said

    def starts(self, folder: str) -> None:
        """Five times; the first is the disk's. Only told, never judged: the machine may be busy."""
        told = []
        for _ in range(5):
            words = (
                f"{folder}/runtime/bin/python3.11",
                "-B",
                "/mnt/painted.py",
                f"{folder}/app",
                str(time.monotonic_ns()),
            )
            said = self.chroot.run(*SESSION, *words, user=USER, code=0, **OFFSCREEN)
            told.append(int(said.rsplit("PAINTED ", 1)[1]))
        print(f"  {self.suite:9} from the command to the first picture, bus and keystore included: {told} ms")

    def version(self, program: str) -> str:
        """Which one its user's pointer names: the package's, or a newer one that an update has brought."""
        return self.chroot.run(program, "version", user=USER)

    def says(self, program: str, version: str) -> None:
        said = self.version(program)
        assert version in said, said

    def data(self) -> dict[str, bytes]:
        """The files of the shop, byte for byte."""
        return {path: (self.chroot.root / path.lstrip("/")).read_bytes() for path in self.chroot.files(DATA)}

    def refused(self, *command: str, arabic: str, english: str, code: int) -> None:
        before = self.chroot.files(OPT)
        said = self.chroot.run(*command, user=USER, code=code)
        assert arabic in said, said
        assert english in said, said
        assert self.chroot.files(OPT) == before, "something was left behind"


# ---- the self-unpacking file


def without_libraries(shop: Shop) -> None:
    """A system that lacks what Qt needs: said by name, nothing installed."""
    shop.chroot.run("install", "-d", "-o", USER, f"/home/{USER}/.local", OPT)
    said = shop.chroot.run("sh", f"/mnt/manfaz-{FIRST}-x86_64.run", user=USER, code=5)
    assert "libGL.so.1" in said, said
    assert "مكتبة ناقصة" in said, said
    assert not [path for path in shop.chroot.files(OPT) if not path.endswith(".manfaz.lock")]


def run_file(shop: Shop, office: UpdateCentre) -> None:
    chroot, first, following = shop.chroot, f"/mnt/manfaz-{FIRST}-x86_64.run", f"/mnt/manfaz-{NEXT}-x86_64.run"
    program = f"/home/{USER}/.local/bin/manfaz"
    begun = time.monotonic()
    shop.step(".run installs for a user without root", lambda: _said(chroot.run("sh", first, user=USER), FIRST))
    shop.step(".run is set up, and ready", lambda: at_work.set_up(shop, office, program, begun))
    shop.step(".run self-test", lambda: shop.works(program, **OFFSCREEN))
    shop.step(".run a store is made", lambda: shop.store(f"{OPT}/manfaz", "write"))
    shop.step(".run is refused when damaged", lambda: _damaged(shop))
    shop.step(".run is refused on 32 bits", lambda: shop.refused(
        "setarch", "i686", "sh", following, arabic="64 بت", english="64-bit", code=3))  # fmt: skip
    shop.step(".run is refused on a full disk", lambda: _full(shop, following))
    shop.step(".run is refused beside another one", lambda: shop.refused(
        "flock", f"{OPT}/.manfaz.lock", "sh", following, arabic="تثبيت آخر", english="another installation", code=1,
    ))  # fmt: skip
    shop.step(".run the first still works", lambda: shop.says(program, FIRST))
    shop.step(".run is updated from a stick", lambda: at_work.from_a_stick(shop, program))
    shop.step(".run upgrades", lambda: _said(chroot.run("sh", following, user=USER), NEXT))
    shop.step(".run the new one runs", lambda: shop.says(program, NEXT))
    shop.step(".run the store is read by it", lambda: shop.store(f"{OPT}/manfaz", "read"))
    before = shop.data()
    shop.step(".run is removed", lambda: _said(chroot.run("sh", following, "--remove", user=USER), DATA))
    assert before, "there was no data"
    assert shop.data() == before, "removing touched the data"
    assert not chroot.files(OPT, f"/home/{USER}/.local/bin", f"/home/{USER}/.local/share/applications")


def _damaged(shop: Shop) -> None:
    sound = (shop.chroot.handed / f"manfaz-{NEXT}-x86_64.run").read_bytes()
    harmed = bytearray(sound)
    harmed[len(sound) // 2] ^= 1
    for name, data in (("short", sound[:-1000]), ("changed", bytes(harmed))):
        (shop.chroot.handed / f"{name}.run").write_bytes(data)
        shop.refused("sh", f"/mnt/{name}.run", arabic="تالف", english="damaged", code=2)
        (shop.chroot.handed / f"{name}.run").unlink()


def _full(shop: Shop, file: str) -> None:
    """A home of its own with 64 MB, and nothing left there."""
    rights = f"setpriv --reuid={USER} --regid={USER} --init-groups"
    inner = f"sh {file}; code=$?; find /tmp/home -type f; exit $code"
    mount = f"mkdir /tmp/home; mount -t tmpfs -o size=64m,mode=777 home /tmp/home; exec {rights}"
    small = f"{mount} env HOME=/tmp/home sh -c '{inner}'"
    said = shop.chroot.run("sh", "-c", small, code=4)
    assert "المساحة لا تكفي" in said, said
    assert "too little space" in said, said
    assert "python3.11" not in said, said


# ---- the package


def package(shop: Shop, office: UpdateCentre, begun: float) -> None:
    chroot, first, following = shop.chroot, f"/mnt/manfaz_{FIRST}_amd64.deb", f"/mnt/manfaz_{NEXT}_amd64.deb"
    dpkg = ("dpkg", "--force-unsafe-io")
    shop.step(".deb is set up, and ready", lambda: at_work.set_up(shop, office, "manfaz", begun))
    shop.step(".deb self-test offscreen", lambda: shop.works("manfaz", **OFFSCREEN))
    shop.step(".deb self-test on an X server", lambda: shop.works("manfaz", "xvfb-run", "-a"))
    shop.step(".deb a store is made", lambda: shop.store("/opt/manfaz", "write"))
    shop.step(".deb opens its window", lambda: shop.starts("/opt/manfaz"))
    shop.step(".deb is intact", lambda: _verified(shop))
    shop.step(".deb is updated from a stick", lambda: at_work.from_a_stick(shop, "manfaz"))
    shop.step(".deb does not take what is unfit", lambda: at_work.unfit(shop, "manfaz"))
    shop.step(".deb undoes a bad update", lambda: at_work.undone(shop, "manfaz"))
    shop.step(".deb is updated over the line", lambda: at_work.over_the_line(shop, "manfaz"))
    shop.step(".deb twice", lambda: chroot.run(*dpkg, "--install", first))
    _turned_back(shop, following)
    shop.step(".deb upgrades", lambda: chroot.run(*dpkg, "--install", following))
    shop.step(".deb the new one runs", lambda: shop.says("manfaz", NEXT))
    shop.step(".deb the store is read by it", lambda: shop.store("/opt/manfaz", "read"))
    before = shop.data()
    shop.step(
        ".deb is removed", lambda: _gone(shop, chroot.run("apt-get", "remove", "-y", "-q", "manfaz"), purged=False)
    )
    shop.step(".deb is purged", lambda: _gone(shop, chroot.run(*dpkg, "--purge", "manfaz", code=None)))
    assert before, "there was no data"
    assert shop.data() == before, "purging touched the data"
    shop.step(".deb comes again", lambda: chroot.run(*dpkg, "--install", following))
    shop.step(".deb the store is as it was", lambda: shop.store("/opt/manfaz", "read"))
    shop.step(".deb is purged at once", lambda: _gone(shop, chroot.run("apt-get", "purge", "-y", "-q", "manfaz")))


def _verified(shop: Shop) -> None:
    assert shop.chroot.run("dpkg", "--verify", "manfaz") == ""
    owners = shop.chroot.run("find", "/opt/manfaz", "-perm", "/022", "-not", "-type", "l")
    assert owners == "", f"others may write: {owners[:300]}"


def _scripts(shop: Shop) -> None:
    for name, reason in DEBIAN_SCRIPTS:
        shop.chroot.run(f"/var/lib/dpkg/info/manfaz.{name}", reason, FIRST)
    shop.chroot.run("/var/lib/dpkg/info/manfaz.postinst", "nonsense", code=1)
    shop.chroot.run("/var/lib/dpkg/info/manfaz.postinst", "configure", FIRST)


def _turned_back(shop: Shop, file: str) -> None:
    shop.step(".deb scripts when dpkg turns back", lambda: _scripts(shop))
    shop.step(".deb is refused beside another installation", lambda: _locked(shop, file))
    shop.step(".deb is refused while the counter is open", lambda: _open_counter(shop, file))
    shop.step(".deb on a full disk leaves the one before", lambda: _full_package(shop, file))


def _locked(shop: Shop, file: str) -> None:
    python, before = "/opt/manfaz/runtime/bin/python3.11", shop.version("manfaz")
    said = shop.chroot.run(python, "-B", "/mnt/locked.py", "dpkg", "--install", file, code=2)
    assert re.search("dpkg frontend lock was locked by .* process with pid", said), said
    assert shop.version("manfaz") == before


def _open_counter(shop: Shop, file: str) -> None:
    """It goes on loading parts of itself: another version would stand in their place, or nothing."""
    before = shop.version("manfaz")
    opened = "/opt/manfaz/runtime/bin/python3.11 -c 'import time; time.sleep(300)' & pid=$!; sleep 1"
    for work in (f"--install {file}", "--remove manfaz"):
        said = shop.chroot.run("sh", "-c", f"{opened}; dpkg {work}; code=$?; kill $pid; exit $code", code=1)
        assert "Close it and give the command again" in said, said
        assert shop.version("manfaz") == before
        _verified(shop)


def _full_package(shop: Shop, file: str) -> None:
    """Dpkg turns back, and our scripts with it: the version before stands whole, and is known as installed."""
    before = shop.version("manfaz")
    said = shop.chroot.run("sh", "/mnt/full.sh", file)
    assert "No space left on device" in said, said
    assert said.endswith(f"{FIRST}\ninstall ok installed {FIRST}\n"), f"something lacks or is left: {said[-600:]}"
    assert shop.version("manfaz") == before


def _gone(shop: Shop, said: str, *, purged: bool = True) -> None:
    assert "nothing of it was deleted" in said or "not installed" in said or "لم يُحذف" in said or not said, said
    places = ("/opt", "/usr", "/etc", *(("/var/lib/dpkg/info",) if purged else ()))  # until then dpkg keeps our postrm
    left = {path for path in shop.chroot.files(*places) if "manfaz" in path}
    assert not left, f"left behind: {sorted(left)[:5]}"
    assert not (shop.chroot.root / "usr/bin/manfaz").is_symlink()


def _said(said: str, wanted: str) -> None:
    assert wanted in said, said


# ---- all of it


def try_suite(suite: str, room: Path, handed: Path, office: UpdateCentre) -> dict[str, float]:
    """Raises Failed at the first step that is not as it has to be."""
    print(f"{suite}: a clean system", flush=True)
    shop = Shop(suite, room, handed)
    apt = ("apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-unsafe-io")
    shop.step(".run says what a bare system lacks", lambda: without_libraries(shop))
    begun = time.monotonic()
    shop.step(".deb is installed by apt", lambda: shop.chroot.run(*apt, f"/mnt/manfaz_{FIRST}_amd64.deb"))
    shop.step("keystore and X server for the tests", lambda: shop.chroot.run(
        *apt, "dbus-daemon", "gnome-keyring", "xvfb", "xauth"))  # fmt: skip
    package(shop, office, begun)
    shop.chroot.run("rm", "-rf", DATA, REPORT, f"/home/{USER}/.local/share/keyrings")
    run_file(shop, office)
    shop.chroot.remove()
    return shop.took


def make(handed: Path, office: UpdateCentre) -> None:
    """Both versions, which trust this centre's root, and its releases between them. Raises Failed, Stuck, OSError."""
    shutil.copytree(HANDED, handed)
    for version in (FIRST, NEXT):
        words = ["--target", "linux", "--fast", "--out", str(handed), "--app-version", version]
        if build([*words, "--root", str(office.root)]):
            raise Failed(f"{version} was not built")
    office.open()
    at_work.releases(office, handed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", choices=SUITES, action="append")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="manfaz-linux-") as name, ExitStack() as undo:
        handed = Path(name) / "handed"
        try:
            office = UpdateCentre(Path(name) / "office")
            undo.callback(office.close)
            make(handed, office)
            for suite in asked.suite or SUITES:
                took = try_suite(suite, Path(name), handed, office)
                print(f"{suite}: {len(took)} steps as they have to be, {sum(took.values()):.0f} s")
        except (Failed, Stuck) as error:
            print(f"test-linux: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
