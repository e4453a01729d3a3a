"""What is inside a product and what lies beside it: its licences, an SBOM in CycloneDX, a record of how it was made,
the checksums of all.

Inside are packages of Python by their metadata, those of Debian, the fonts, the program itself.
"""

from __future__ import annotations

import json
import platform
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from installer import runtime, source
from installer.products import ROOT, BuildError, Product, sha256

OURS = "LicenseRef-none-chosen-yet"
QT = "pyside6-essentials", "shiboken6"
TEXTS = Path(__file__).with_name("licences")
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
UNNAMED = {"sqlcipher3": "Zlib"}
"""What a package says in its repository, and not in its metadata."""


@dataclass(frozen=True)
class Component:
    """A part of the product that has a licence. `texts`: the licence in full, as many as came with it."""

    name: str
    version: str
    purl: str
    licence: str
    texts: tuple[str, ...] = ()


def python_packages(root: Path) -> list[Component]:
    """All that lie below `root` with their metadata, by name. Raises BuildError where one says no licence."""
    found = [_package(path) for path in sorted(root.rglob("*.dist-info/METADATA"))]
    return sorted(found, key=lambda one: one.name)


def debian_packages(versions: dict[str, str], copyrights: dict[str, str]) -> list[Component]:
    """Those of `versions` of which something is taken, which `copyrights` names."""
    return [
        Component(
            name, versions[name], f"pkg:deb/debian/{name}@{versions[name]}?arch=amd64&distro=bookworm",
            "LicenseRef-debian-copyright", (copyrights[name],),
        )
        for name in sorted(copyrights)
    ]  # fmt: skip


def ours(version: str) -> list[Component]:
    """The program, and the fonts that it brings."""
    text = (ROOT / runtime.FONTS / "OFL.txt").read_text(encoding="utf-8")
    return [
        Component("manfaz", version, f"pkg:generic/manfaz@{version}", OURS),
        Component("ibm-plex-sans-arabic", "1.101", "pkg:generic/ibm-plex-sans-arabic@1.101", "OFL-1.1", (text,)),
    ]


def licence_book(components: Iterable[Component]) -> str:
    """Every licence in full, one file for people to read; a text that several share stands once."""
    parts, seen = (
        ["What is inside Manfaz, and under which licence.\nما بداخل منفذ من برامج الآخرين ورخصها.\n"],
        set[str](),
    )
    for one in components:
        parts.append(f"\n{'=' * 78}\n{one.name} {one.version}: {one.licence}\n{one.purl}\n")
        for text in one.texts:
            parts.append(f"\n{text.strip()}\n" if text not in seen else "\n(the text stands above)\n")
            seen.add(text)
    return "".join(parts)


def _package(metadata: Path) -> Component:
    head = HeaderParser().parsestr(metadata.read_text(encoding="utf-8"))
    name = re.sub(r"[-_.]+", "-", head["Name"]).lower()
    licence = head["License-Expression"] or UNNAMED.get(name) or head["License"] or _classified(head)
    if not licence:
        raise BuildError(f"{name} does not say under which licence it comes: name it in installer/papers.py")
    files = sorted(path for path in metadata.parent.rglob("*") if path.is_file() and _LICENCE_FILE.match(path.name))
    if name in QT:
        files = [TEXTS / "LGPL-3.0.txt", TEXTS / "GPL-3.0.txt"]
    texts = tuple(path.read_text(encoding="utf-8", errors="replace") for path in files)
    if not texts:
        texts = (_known_text(name, licence, head["Author"] or head["Author-email"]),)
    return Component(name, head["Version"], f"pkg:pypi/{name}@{head['Version']}", licence.splitlines()[0], texts)


def _classified(head: Message) -> str:
    told = [line.rsplit(" :: ", 1)[-1] for line in head.get_all("Classifier", []) if line.startswith("License ::")]
    return " AND ".join(sorted(told))


def _known_text(name: str, licence: str, author: str | None) -> str:
    """For a package that names its licence and its author, and brings no text. Raises BuildError for any other."""
    known = TEXTS / f"{licence}.txt"
    if author is None or not known.is_file():
        raise BuildError(f"{name} brings no licence text: put it into installer/licences/{licence}.txt")
    return f"Copyright (c) {author}\n\n{known.read_text(encoding='utf-8')}"


SUMS = "SHA256SUMS"
LOCKS = (
    "requirements.lock", "requirements-dev.lock", "requirements-devices.lock", runtime.LOCK,
    "requirements-central.lock",
)  # fmt: skip
SBOM, LICENCES, RECORD = ".sbom.json", ".licences.txt", ".build.json"


def write(product: Product, components: list[Component], made: dict[str, Any]) -> None:
    """All but the checksums. `made` is what only the builder of this kind of product knows; it goes into the record."""
    name = product.path.name
    product.path.with_name(name + LICENCES).write_text(licence_book(components), encoding="utf-8")
    _json(product.path.with_name(name + SBOM), sbom(product, components))
    _json(product.path.with_name(name + RECORD), record(product, made))


def sums(folder: Path) -> None:
    """`SHA256SUMS` of every file of the folder, as `sha256sum -c` reads it."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    lines = "".join(f"{sha256(path)}  {path.name}\n" for path in files)
    (folder / SUMS).write_text(lines, encoding="utf-8")


def sbom(product: Product, components: Iterable[Component]) -> dict[str, Any]:
    """CycloneDX 1.6. Equal products have equal ones: number and time come from the product and the commit."""
    own = {"type": "application", "name": "manfaz", "bom-ref": product.name, "version": source.version()}
    summed = [{"alg": "SHA-256", "content": sha256(product.path)}]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, summed[0]['content'])}",
        "version": 1,
        "metadata": {"timestamp": _time(source.epoch_s()), "component": {**own, "hashes": summed}},
        "components": [_component(one) for one in components],
    }


def record(product: Product, made: dict[str, Any]) -> dict[str, Any]:
    """Without the time of day: two builds of one commit write the same. `make installers` says how long each took."""
    return {
        "name": "manfaz",
        "file": product.name,
        "kind": product.kind,
        "sha256": sha256(product.path),
        "bytes": product.path.stat().st_size,
        "installed_bytes": product.installed_bytes,
        "commit": source.git("rev-parse", "HEAD"),
        "uncommitted_changes": bool(source.git("status", "--porcelain", "--untracked-files=no")),
        "source_date_epoch": source.epoch_s(),
        "runtime": runtime.identity(),
        "locks": {name: sha256(ROOT / name) for name in LOCKS},
        "python": platform.python_version(),
        **made,
    }


def _component(one: Component) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "licenses": [{"license": {"name": one.licence}}],
    }


def _time(epoch_s: int) -> str:
    return f"{datetime.fromtimestamp(epoch_s, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
