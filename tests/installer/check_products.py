"""`python -m tests.installer.check_products dist`: is everything there that is handed out, and is it whole?

Looks for every kind of product, its papers, its checksum, its signature where it was signed, and what must be inside.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from backports import zstd

from installer import app_layer, papers, runtime, tools
from installer.linux import build, central
from installer.products import ROOT, BuildError, sha256

KINDS = {
    "app": re.compile(r"app-[0-9.]+\.tar\.zst"),
    "central": re.compile(r"manfaz-central_[0-9.]+_amd64\.deb"),
    "deb": re.compile(r"manfaz_[0-9.]+_amd64\.deb"),
    "run": re.compile(r"manfaz-[0-9.]+-x86_64\.run"),
    "wheel": re.compile(r"manfaz-[0-9.]+-py3-none-any\.whl"),
    "windows": re.compile(r"manfaz-setup-[0-9.]+\.exe"),
}
PAPERS = (papers.LICENCES, papers.SBOM, papers.RECORD)
UNREADABLE = (
    BuildError, OSError, ValueError, KeyError, zipfile.BadZipFile, tarfile.TarError, zstd.ZstdError,
    subprocess.CalledProcessError,
)  # fmt: skip
MOST_GLIBC = (2, 36)
MOST_BYTES = {"app": app_layer.LARGEST_BYTES, "central": 60_000_000, "deb": 50_000_000, "windows": 40_000_000}
OF_DEB = {
    "./opt/manfaz/manfaz", "./opt/manfaz/app/complete", "./opt/manfaz/app/version.json",
    "./opt/manfaz/starter/__main__.py",
    "./opt/manfaz/runtime/RUNTIME", "./opt/manfaz/runtime/bin/python3.11",
    "./opt/manfaz/runtime/site-packages/manfaz_fonts/IBMPlexSansArabic-Regular.ttf",
    "./opt/manfaz/share/licences.txt", "./opt/manfaz/app/assets/start/manfaz-autostart", "./usr/bin/manfaz",
    "./usr/share/applications/manfaz.desktop", "./usr/share/xsessions/manfaz.desktop",
    "./usr/share/doc/manfaz/copyright", "./usr/share/man/man1/manfaz.1.gz",
    "./usr/share/metainfo/org.manfaz.Manfaz.metainfo.xml", "./usr/share/icons/hicolor/scalable/apps/manfaz.svg",
}  # fmt: skip
NOT_OF_CENTRAL = re.compile(
    r"PySide6|shiboken6|/Qt/|libQt|/app/(kiosk|ui|sync|storage|tests|installer|schema)/|manfaz_fonts"
)
OF_APP = {
    "kiosk/__main__.py",
    "ui/main/application.py",
    "storage/db/migrations/env.py",
    "assets/texts/app.json",
    "complete",
}


def faults(folder: Path, kinds: tuple[str, ...] = tuple(KINDS)) -> list[str]:
    """A line for everything that is missing or wrong."""
    files = {path.name for path in folder.iterdir() if path.is_file()}
    found = _sums(folder, files)
    for kind in kinds:
        names = sorted(name for name in files if KINDS[kind].fullmatch(name))
        if not names:
            found.append(f"no product of the kind {kind}")
        for name in names:
            found += [f"{name}{paper} is missing" for paper in PAPERS if f"{name}{paper}" not in files]
            found += _looked_over(folder / name, kind)
    return found


def _sums(folder: Path, files: set[str]) -> list[str]:
    if papers.SUMS not in files:
        return [f"{papers.SUMS} is missing"]
    lines = (folder / papers.SUMS).read_text(encoding="utf-8").splitlines()
    told = {name: summed for summed, _, name in (line.partition("  ") for line in lines)}
    found = [f"{name}: no checksum" for name in sorted(files - told.keys() - {papers.SUMS})]
    found += [f"{name}: named in {papers.SUMS}, not here" for name in sorted(told.keys() - files)]
    return found + [
        f"{name}: another checksum" for name in sorted(files & told.keys()) if sha256(folder / name) != told[name]
    ]


def _looked_over(product: Path, kind: str) -> list[str]:
    listings: dict[str, Callable[[Path], list[str]]] = {
        "central": _central,
        "deb": _deb,
        "run": _run,
        "app": _app,
        "wheel": _wheel,
    }
    try:
        found = [*_size(product, kind), *_papers(product), *listings.get(kind, _windows)(product)]
    except UNREADABLE as error:
        return [f"{product.name}: {error}"]
    return [f"{product.name}: {fault}" for fault in found]


def _size(product: Path, kind: str) -> list[str]:
    most = MOST_BYTES.get(kind)
    size = product.stat().st_size
    fast = _record(product).get("fast", False)
    return [f"{size:,} bytes, at most {most:,}"] if most and size > most and not fast else []


def _record(product: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(product.with_name(product.name + papers.RECORD).read_bytes())
    return found


def _papers(product: Path) -> list[str]:
    told, summed = _record(product), sha256(product)
    bom = json.loads(product.with_name(product.name + papers.SBOM).read_bytes())
    found = []
    if told["sha256"] != summed or told["runtime"] != runtime.identity():
        found.append("the record is that of another build")
    if bom["metadata"]["component"]["hashes"][0]["content"] != summed:
        found.append("the SBOM is that of another build")
    if unlicensed := [one["name"] for one in bom["components"] if not one["licenses"][0]["license"]["name"]]:
        found.append(f"no licence of {', '.join(unlicensed)}")
    book = product.with_name(product.name + papers.LICENCES).read_text(encoding="utf-8")
    return found + [f"{one['name']} is not in the licences" for one in bom["components"] if one["purl"] not in book]


def _deb(product: Path) -> list[str]:
    return _package(product, OF_DEB, build.depends)


def _central(product: Path) -> list[str]:
    """Each file of the commit that the centre needs, byte for byte; unit, user, folders; nothing of the counter."""
    version = product.name.split("_")[1]
    wanted = {f"./{central.HOME}/app/{name}": data for name, data in central.contents(version).items()}
    wanted |= {f"./{place}": (central.FILES / name).read_bytes() for name, place in central.PLACES.items()}
    with tarfile.open(fileobj=io.BytesIO(_payload("dpkg-deb", "--fsys-tarfile", str(product)))) as tar:
        inside = {member.name: (file := tar.extractfile(member)) and file.read() for member in tar if member.isfile()}
    found = [
        f"{name} is not that of the commit" for name in sorted(wanted) if inside.get(name, wanted[name]) != wanted[name]
    ]
    found += [f"{name} does not belong to the centre" for name in sorted(inside) if NOT_OF_CENTRAL.search(name)][:5]
    told = _record(product)["installed_bytes"]
    if not isinstance(told, int) or told > central.LARGEST_INSTALLED:
        found.append(f"{told} bytes installed, at most {central.LARGEST_INSTALLED:,}")
    conffiles = _payload("dpkg-deb", "--info", str(product), "conffiles").decode().split()
    if conffiles != [f"/{name}" for name in central.CONFFILES]:
        found.append(f"its conffiles are {conffiles}")
    names = {*wanted, "./usr/bin/manfaz-central", f"./{central.HOME}/manfaz-central", f"./{central.HOME}/compile"}
    return found + _package(product, names, lambda root: _with_users(*build.depends(root)))


def _with_users(wanted: list[str], glibc: str) -> tuple[list[str], str]:
    return central.depends(wanted), glibc


def _package(product: Path, names: set[str], depends: Callable[[Path], tuple[list[str], str]]) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(_payload("dpkg-deb", "--fsys-tarfile", str(product)))) as tar:
        members = {member.name: member for member in tar}
    found = [f"no {name}" for name in sorted(names - members.keys())]
    strangers = [name for name, member in members.items() if member.uid or member.gid or member.mode & 0o022]
    with tempfile.TemporaryDirectory(prefix="manfaz-check-") as room:
        tools.run("dpkg-deb", "--extract", product, room)
        wanted, glibc = depends(Path(room))
    if tuple(map(int, glibc.split("."))) > MOST_GLIBC:
        found.append(f"asks for glibc {glibc}")
    if tools.run("dpkg-deb", "--field", product, "Depends").strip() != ", ".join(wanted):
        found.append("its Depends are not what its programs ask for")
    return found + [f"not root's alone: {name}" for name in strangers if not members[name].issym()][:5]


def _run(product: Path) -> list[str]:
    done = subprocess.run(["sh", str(product), "--check"], capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 and "سليم" in done.stdout else [done.stdout + done.stderr]


def _app(product: Path) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(zstd.decompress(product.read_bytes(), zstd_dict=app_layer.base()))) as tar:
        return [f"no {name}" for name in sorted(OF_APP - set(tar.getnames()))]


def _wheel(product: Path) -> list[str]:
    with zipfile.ZipFile(product) as archive:
        found = [f"no {name}" for name in sorted(OF_APP - {"complete"} - set(archive.namelist()))]
    return found or _central_starts(product)


def _central_starts(product: Path) -> list[str]:
    """The wheel in a new environment with the packages of the centre's lock, by their hashes, and no other."""
    with tempfile.TemporaryDirectory(prefix="manfaz-check-") as room:
        python = Path(room) / "venv/bin/python"
        tools.run("uv", "venv", "-q", "--python", sys.executable, Path(room) / "venv")
        install = ("uv", "pip", "install", "-q", "--python", python, "--no-deps")
        tools.run(*install, "--require-hashes", "-r", ROOT / "requirements-central.lock")
        tools.run(*install, product)
        help_text = tools.run(python.with_name("manfaz-central"), "serve", "--help")
    return [] if "--public-address" in help_text else ["manfaz-central --help says nothing of serve"]


def _windows(product: Path) -> list[str]:
    if product.read_bytes()[:2] != b"MZ":
        return ["not a program of Windows"]
    if not _record(product).get("signed"):
        return []
    done = subprocess.run(
        [tools.find("osslsigncode"), "extract-signature", "-in", str(product), "-out", "/dev/null"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [] if done.returncode == 0 else ["its record says signed, and it bears no signature"]


def _payload(*command: str) -> bytes:
    return subprocess.run([tools.find(command[0]), *command[1:]], capture_output=True, check=True).stdout


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    found = faults(folder)
    print("\n".join(found) if found else f"{folder}: every product, paper and checksum is there and whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
