"""Both Linux products from one laid-out program."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

from installer import papers, tools
from installer.app_layer import AppLayer
from installer.linux import bookworm, deb, program, run
from installer.products import Kind, Product

TOOLS = ("mmdebstrap", "patchelf", "objdump", "dpkg-deb", "uv")


def build(out: Path, app: AppLayer, kinds: Collection[Kind], *, fast: bool) -> list[Product]:
    """Those of `deb` and `run` that are in `kinds`, with their papers. Raises BuildError."""
    with tempfile.TemporaryDirectory(prefix="manfaz-build-") as work:
        debian = bookworm.unpack(Path(work) / "debian")
        laid_out = Path(work) / "program"
        program.lay_out(laid_out, app, debian)
        wanted, glibc = deb.depends(laid_out)
        components = _components(app, laid_out, debian)
        book = papers.licence_book(components)
        (laid_out / "share" / "licences.txt").write_text(book, encoding="utf-8")
        products = []
        if "run" in kinds:
            products.append(run.build(out, app, laid_out, glibc, fast=fast))
        if "deb" in kinds:
            products.append(deb.build(out, app, laid_out, book, fast=fast))
    made = {"glibc": glibc, "depends": wanted, "tools": tools.versions(*TOOLS), "debian": debian.versions, "fast": fast}
    for product in products:
        papers.write(product, components, made)
    return products


def _components(app: AppLayer, laid_out: Path, debian: bookworm.Debian) -> list[papers.Component]:
    copyrights = {package: bookworm.copyright_of(debian, package) for package in bookworm.PACKAGES}
    own, packages = papers.ours(app.version), papers.python_packages(laid_out / "runtime")
    return [*own, *packages, *papers.debian_packages(debian.versions, copyrights)]
