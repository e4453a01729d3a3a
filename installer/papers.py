"""What lies beside a product: its licences, an SBOM in CycloneDX, a record of how it was made, the checksums of all."""

from __future__ import annotations

import json
import platform
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from installer import inventory, runtime, source
from installer.inventory import Component
from installer.products import ROOT, Product, sha256

SUMS = "SHA256SUMS"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-devices.lock", runtime.LOCK)
SBOM, LICENCES, RECORD = ".sbom.json", ".licences.txt", ".build.json"


def write(product: Product, components: list[Component], made: dict[str, Any]) -> None:
    """All but the checksums. `made` is what only the builder of this kind of product knows; it goes into the record."""
    name = product.path.name
    product.path.with_name(name + LICENCES).write_text(inventory.licence_book(components), encoding="utf-8")
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
