"""The wheel: everything that is ours, for whoever has a Python already; the centre is installed from it."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from installer import papers, source, tools
from installer.products import ROOT, BuildError, Product

DATA = ("assets", "storage/db/migrations", "central/web/templates")


def build(out: Path) -> Product:
    """Equal sources give an equal file: the times inside are those of the commit. Raises BuildError."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.whl"):
        old.unlink()
    tools.run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out.absolute(),
        env={"SOURCE_DATE_EPOCH": str(source.epoch_s())},
        trouble="hatchling failed. If it is missing, run this with .venv/bin/python after `make setup`\n"
        "  فشل hatchling. إن لم يكن مثبتًا فشغّل make setup ثم أعد المحاولة",
    )  # fmt: skip
    (wheel,) = out.glob("*.whl")
    files = check(wheel)
    product = Product(wheel.name, wheel, "wheel")
    papers.write(product, papers.ours(source.version()), {"files": files, "hatchling": version("hatchling")})
    return product


def assets() -> set[str]:
    """What must be inside beside the modules."""
    return {name for name in source.tracked(*DATA) if "__pycache__" not in Path(name).parts}


def check(wheel: Path) -> int:
    """Every asset inside, byte for byte; nothing of the tests. Returns the number of files. Raises BuildError."""
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        wanted = assets()
        if missing := sorted(wanted - inside):
            raise BuildError("not in the wheel: " + ", ".join(missing))
        if changed := sorted(name for name in wanted if archive.read(name) != (ROOT / name).read_bytes()):
            raise BuildError("different in the wheel: " + ", ".join(changed))
    if stray := sorted(name for name in inside if name.startswith(("tests/", "docs/", "installer/", "."))):
        raise BuildError("does not belong into the wheel: " + ", ".join(stray))
    return len(inside)
