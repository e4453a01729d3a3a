"""Both Linux products from one laid-out program.

The Debian package: /opt/manfaz, what a desktop shows of it, and scripts that touch no shop's data.

The self-unpacking file is for a user without root: a shell script, and behind its last line a tar.gz. gzip, because a
minimal system has no other; not makeself, because the script has to check, lock and switch anyway.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import tarfile
import tempfile
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from installer import papers, tools
from installer.app_layer import AppLayer
from installer.linux import bookworm, elf, program
from installer.products import BuildError, Kind, Product, size_of

SPARE = 1.3
"""Room asked for, by the unpacked size: byte code comes to it."""
_HEAD_BYTES = "@HEAD_BYTES@"


def build_run(out: Path, app: AppLayer, laid_out: Path, glibc: str, *, fast: bool) -> Product:
    """`manfaz-<version>-x86_64.run` from the program's folder, which stays. Raises BuildError."""
    program.settle(laid_out, app.epoch_s)
    payload = out / f".manfaz-{app.version}.tar.gz"
    with (
        payload.open("wb") as plain,
        gzip.GzipFile("", "wb", 1 if fast else 9, plain, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        program.pack(laid_out, tar, app.epoch_s)
    data = payload.read_bytes()
    payload.unlink()
    unpacked = size_of(laid_out)
    made = out / f"manfaz-{app.version}-x86_64.run"
    made.write_bytes(_script(app, data, unpacked, glibc) + data)
    made.chmod(0o755)
    return Product(made.name, made, "run", unpacked)


def _script(app: AppLayer, payload: bytes, unpacked: int, glibc: str) -> bytes:
    """The shell script; it names its own length, whose digits are part of it."""
    summed = hashlib.sha256(payload).hexdigest()
    entry = filled("manfaz.desktop", app, PROGRAM="$opt/manfaz", ICON="$opt/manfaz/share/manfaz.svg")
    text = filled(
        "run.sh", app, PAYLOAD_BYTES=str(len(payload)), SHA256=summed, SHORT=summed[:8], DESKTOP=entry.rstrip(),
        NEEDED_KB=str(int(unpacked * SPARE) // 1024), LIBC_MINOR=re.sub(r"^2\.", "", glibc),
    )  # fmt: skip
    rest = len(text.encode()) - len(_HEAD_BYTES)
    length = next(rest + digits for digits in range(1, 9) if len(str(rest + digits)) == digits)
    return text.replace(_HEAD_BYTES, str(length)).encode()


LARGEST_BYTES = 50_000_000
PROGRAM = "/opt/manfaz"
SCRIPTS = ("postinst", "prerm", "postrm")
PACKAGE_OF = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libcups.so.2": "libcups2t64 | libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libstdc++.so.6": "libstdc++6",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb.so.1": "libxcb1",
    "libzstd.so.1": "libzstd1",
}
"""A name with t64 is that of Debian 13, the other that of Debian 12."""
OF_GLIBC = ("libc.so.", "libm.so.", "libdl.so.", "libpthread.so.", "librt.so.", "libresolv.so.", "ld-linux-")


def depends(root: Path) -> tuple[list[str], str]:
    """The packages that binaries below `root` ask for, and the glibc floor. Raises BuildError for an unknown one."""
    needed, floor = elf.of_system(root)
    foreign = {name for name in needed if not name.startswith(OF_GLIBC)}
    if unknown := sorted(foreign - PACKAGE_OF.keys()):
        raise BuildError(f"installer/linux/build.py names no package for {', '.join(unknown)}")
    glibc = f"{floor[0]}.{floor[1]}"
    return [f"libc6 (>= {glibc})", *sorted({PACKAGE_OF[name] for name in foreign})], glibc


def build_deb(out: Path, app: AppLayer, laid_out: Path, licences: str, *, fast: bool) -> Product:
    """`manfaz_<version>_amd64.deb` from the program's folder, which is moved away. Raises BuildError."""
    root = laid_out.parent / "deb"
    target = root / PROGRAM.lstrip("/")
    target.parent.mkdir(parents=True)
    shutil.copytree(laid_out, target, symlinks=True)
    _desktop(root, app, licences)
    wanted, _ = depends(root)
    _control(root, app.version, wanted)
    program.settle(root, app.epoch_s)
    package = out / f"manfaz_{app.version}_amd64.deb"
    pack_deb(root, package, app.epoch_s, LARGEST_BYTES, fast=fast)
    installed = size_of(root)
    shutil.rmtree(root)
    return Product(package.name, package, "deb", installed)


def pack_deb(root: Path, package: Path, epoch_s: int, most: int, *, fast: bool) -> None:
    """Write the package from `root`, DEBIAN included. Raises BuildError where it has more than `most` bytes."""
    tools.run(
        "dpkg-deb", "--root-owner-group", "--threads-max=2", "-Zxz", "-z1" if fast else "-z6", "--build", root, package,
        env={"SOURCE_DATE_EPOCH": str(epoch_s)},
    )  # fmt: skip
    if not fast and package.stat().st_size > most:
        raise BuildError(f"{package.name} has {package.stat().st_size:,} bytes; it may have {most:,}")


def filled(name: str, app: AppLayer, **values: str) -> str:
    """A file of `files/` with its @WORDS@ put in."""
    text = (program.FILES / name).read_text(encoding="utf-8")
    known = {"VERSION": app.version, "DATE": f"{datetime.fromtimestamp(app.epoch_s, UTC):%Y-%m-%d}", **values}
    for word, value in known.items():
        text = text.replace(f"@{word}@", value)
    return text


def _desktop(root: Path, app: AppLayer, licences: str) -> None:
    written = {
        "usr/share/applications/manfaz.desktop": filled("manfaz.desktop", app, PROGRAM=PROGRAM, ICON="manfaz"),
        "usr/share/xsessions/manfaz.desktop": filled("session.desktop", app, PROGRAM=PROGRAM),
        "usr/share/metainfo/org.manfaz.Manfaz.metainfo.xml": filled("org.manfaz.Manfaz.metainfo.xml", app),
        "usr/share/icons/hicolor/scalable/apps/manfaz.svg": filled("manfaz.svg", app),
        "usr/share/doc/manfaz/copyright": licences,
    }
    for name, text in written.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    manual = root / "usr/share/man/man1/manfaz.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress(filled("manfaz.1", app).encode(), 9, mtime=0))
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/manfaz").symlink_to(f"{PROGRAM}/{program.LAUNCHER}")


def _control(root: Path, version: str, wanted: list[str]) -> None:
    control = root / "DEBIAN"
    write_md5sums(root)
    (control / "control").write_text(
        f"Package: manfaz\nVersion: {version}\nSection: misc\nPriority: optional\nArchitecture: amd64\n"
        f"Installed-Size: {size_of(root) // 1024}\nMaintainer: Manfaz <manfaz@example.invalid>\n"
        f"Depends: {', '.join(wanted)}\nRecommends: gnome-keyring, cups-client, dbus-user-session\n"
        "Description: Government services over the shop counter, online or not\n"
        " The operator picks the service, fills its form, takes the fee in cash and\n"
        " prints a receipt. What was done is kept on this computer, encrypted and\n"
        " signed, and reaches the centre once when the line returns.\n",
        encoding="utf-8",
    )
    for name in SCRIPTS:
        program.put_script(program.FILES / name, control / name)


def write_md5sums(root: Path) -> None:
    """DEBIAN/md5sums of every file below `root`, in a new folder DEBIAN."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    sums = "".join(f"{_md5(path)}  {path.relative_to(root)}\n" for path in files)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "md5sums").write_text(sums, encoding="utf-8")


def _md5(path: Path) -> str:
    """Not for trust: `dpkg --verify` finds damaged files by it."""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


TOOLS = ("mmdebstrap", "patchelf", "objdump", "dpkg-deb", "uv")


def build(out: Path, app: AppLayer, kinds: Collection[Kind], *, fast: bool) -> list[Product]:
    """Those of `deb` and `run` that are in `kinds`, with their papers. Raises BuildError."""
    with tempfile.TemporaryDirectory(prefix="manfaz-build-") as work:
        debian = bookworm.unpack(Path(work) / "debian")
        laid_out = Path(work) / "program"
        program.lay_out(laid_out, app, debian)
        wanted, glibc = depends(laid_out)
        components = _components(app, laid_out, debian)
        book = papers.licence_book(components)
        (laid_out / "share" / "licences.txt").write_text(book, encoding="utf-8")
        products = []
        if "run" in kinds:
            products.append(build_run(out, app, laid_out, glibc, fast=fast))
        if "deb" in kinds:
            products.append(build_deb(out, app, laid_out, book, fast=fast))
    made = {"glibc": glibc, "depends": wanted, "tools": tools.versions(*TOOLS), "debian": debian.versions, "fast": fast}
    for product in products:
        papers.write(product, components, made)
    return products


def _components(app: AppLayer, laid_out: Path, debian: bookworm.Debian) -> list[papers.Component]:
    copyrights = {package: bookworm.copyright_of(debian, package) for package in bookworm.PACKAGES}
    own, packages = papers.ours(app.version), papers.python_packages(laid_out / "runtime")
    return [*own, *packages, *papers.debian_packages(debian.versions, copyrights)]
