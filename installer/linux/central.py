"""The centre's Debian package: /opt/manfaz-central with a Python of its own and no Qt; unit, user, folders, settings.

manfaz-central   the start script, which /usr/bin/manfaz-central names
runtime/         Debian 12's Python as in the counter's products, and the packages of requirements-central.lock
app/             the modules of the centre and their data
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from installer import papers, runtime, source, tools
from installer.linux import bookworm, program, runtime_layer
from installer.linux import build as linux
from installer.products import ROOT, BuildError, Product, size_of

LOCK = "requirements-central.lock"
PACKAGES = ("protocol", "central", "starter", "assets")
FILES = Path(__file__).with_name("central_files")
HOME = "opt/manfaz-central"
INIT = "central/__init__.py"
CONFFILES = ("etc/manfaz/central.env",)
PLACES = {
    "manfaz-central@.service": "usr/lib/systemd/system/manfaz-central@.service",
    "sysusers.conf": "usr/lib/sysusers.d/manfaz-central.conf",
    "tmpfiles.conf": "usr/lib/tmpfiles.d/manfaz-central.conf",
    "central.env": "etc/manfaz/central.env",
}
"""Where each file of `central_files` is installed."""
EXAMPLES = "usr/share/doc/manfaz-central/examples"
DEPLOY = "assets/deploy"
LARGEST_BYTES, LARGEST_INSTALLED = 60_000_000, 200_000_000
DEPENDS = ("systemd | systemd-standalone-sysusers", "systemd | systemd-standalone-tmpfiles")
SCRIPTS = ("postinst", "prerm", "postrm")


def build(out: Path, version: str | None = None, *, fast: bool = False) -> Product:
    """`manfaz-central_<version>_amd64.deb` with its papers. Raises BuildError."""
    number = source.chosen(version)
    with tempfile.TemporaryDirectory(prefix="manfaz-build-") as work:
        root = Path(work) / "deb"
        debian = bookworm.unpack(Path(work) / "debian")
        _lay_out(root / HOME, debian, number)
        components = _components(root / HOME, debian, number)
        book = papers.licence_book(components)
        _system(root, book)
        wanted, glibc = linux.depends(root)
        _control(root, number, depends(wanted))
        program.settle(root, source.epoch_s())
        installed = size_of(root)
        if installed > LARGEST_INSTALLED:
            raise BuildError(f"{installed:,} bytes installed; it may have {LARGEST_INSTALLED:,}")
        package = out / f"manfaz-central_{number}_amd64.deb"
        linux.pack_deb(root, package, source.epoch_s(), LARGEST_BYTES, fast=fast)
    product = Product(package.name, package, "central", installed)
    made = {"glibc": glibc, "depends": depends(wanted), "tools": tools.versions(*linux.TOOLS)}
    papers.write(product, components, {**made, "debian": debian.versions, "fast": fast})
    return product


def depends(wanted: list[str]) -> list[str]:
    """The packages that it requires: `wanted` by its programs, and those that create its user and folders."""
    return [*wanted, *DEPENDS, "ca-certificates"]


def contents(version: str) -> dict[str, bytes]:
    """The files of `app/` by their paths: those of the commit, which say that they are `version`."""
    names = [name for name in source.tracked(*PACKAGES) if not name.startswith((runtime.BASE, f"{DEPLOY}/"))]
    found = {name: (ROOT / name).read_bytes() for name in names}
    found[INIT] = found[INIT].replace(f'"{source.version()}"'.encode(), f'"{version}"'.encode())
    return found


def _lay_out(folder: Path, debian: bookworm.Debian, version: str) -> None:
    layer = folder / "runtime"
    runtime_layer.interpreter(layer, debian, "../../app")
    runtime_layer.install(layer / "site-packages", LOCK)
    runtime_layer.tidy(layer / "site-packages")
    for name, data in contents(version).items():
        path = folder / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in ("manfaz-central", "compile"):
        program.put_script(FILES / f"{name}.sh", folder / name)


def _system(root: Path, licences: str) -> None:
    """What lies outside of the program's folder."""
    copied = {FILES / name: place for name, place in PLACES.items()}
    copied |= {ROOT / name: f"{EXAMPLES}/{Path(name).name}" for name in source.tracked(DEPLOY)}
    for origin, place in copied.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, root / place)
    (root / "usr/share/doc/manfaz-central").mkdir(parents=True, exist_ok=True)
    (root / "usr/share/doc/manfaz-central/copyright").write_text(licences, encoding="utf-8")
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/manfaz-central").symlink_to(f"/{HOME}/manfaz-central")


def _control(root: Path, version: str, wanted: list[str]) -> None:
    linux.write_md5sums(root)
    control = root / "DEBIAN"
    (control / "control").write_text(
        f"Package: manfaz-central\nVersion: {version}\nSection: net\nPriority: optional\nArchitecture: amd64\n"
        f"Installed-Size: {size_of(root) // 1024}\nMaintainer: Manfaz <manfaz@example.invalid>\n"
        f"Depends: {', '.join(wanted)}\nSuggests: postgresql, nginx | caddy\n"
        "Description: The centre behind the counters of Manfaz\n"
        " It takes the journals of counters in, signs prices and settings, and gives\n"
        " staff a console in the browser. It listens behind a proxy that ends TLS.\n",
        encoding="utf-8",
    )
    (control / "conffiles").write_text("".join(f"/{name}\n" for name in CONFFILES), encoding="utf-8")
    for name in SCRIPTS:
        program.put_script(FILES / name, control / name)


def _components(folder: Path, debian: bookworm.Debian, version: str) -> list[papers.Component]:
    taken = (bookworm.PYTHON, "libpython3.11-stdlib", *runtime_layer.BUNDLED)
    copyrights = {package: bookworm.copyright_of(debian, package) for package in taken}
    own, packages = papers.ours(version), papers.python_packages(folder / "runtime")
    return [*own, *packages, *papers.debian_packages(debian.versions, copyrights)]
