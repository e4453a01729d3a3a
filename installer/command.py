"""The command line of `build_installer.py`: what is asked, what was made, and failures in plain words."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from installer import app_layer, papers, wheel
from installer.app_layer import AppLayer
from installer.products import ROOT, BuildError, Kind, Options, Product

TARGETS: dict[str, tuple[Kind, ...]] = {
    "wheel": ("wheel",),
    "app": (),
    "deb": ("deb",),
    "run": ("run",),
    "linux": ("deb", "run"),
    "central": ("central",),
    "windows": ("windows",),
    "all": ("wheel", "central", "deb", "run", "windows"),
}
FAILED, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 made, 1 not made, 2 not understood."""
    try:
        made = build(options(arguments))
    except BuildError as error:
        sys.stderr.write(f"build_installer: {error}\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(f"build_installer: {error}\n  تعذّرت القراءة أو الكتابة؛ راجع المساحة والصلاحيات.\n")
        return FAILED
    for product, took_s in made:
        size = product.path.stat().st_size / 1e6
        installed = f", {product.installed_bytes / 1e6:.1f} MB installed" if product.installed_bytes else ""
        sys.stdout.write(f"{product.path} ({size:.2f} MB{installed}; {took_s:.0f} s)\n")
    return 0


def build(asked: Options) -> list[tuple[Product, float]]:
    """Everything asked for, each with the seconds that it took, papers beside it. Raises BuildError, OSError."""
    asked.out.mkdir(parents=True, exist_ok=True)
    made = list[tuple[Product, float]]()
    if "wheel" in asked.kinds:
        made += _timed(lambda: [wheel.build(asked.out)])
    if "central" in asked.kinds:
        from installer.linux.central import build as central  # noqa: PLC0415 - nothing of it is needed elsewhere

        made += _timed(lambda: [central(asked.out, asked.version, fast=asked.fast)])
    if not asked.kinds or {"deb", "run", "windows"} & set(asked.kinds):
        made += _with_app_layer(asked)
    papers.sums(asked.out)
    return made


def _with_app_layer(asked: Options) -> list[tuple[Product, float]]:
    app = app_layer.build(asked.out, asked.version, asked.root)
    made = _timed(lambda: [_app(app)])
    if {"deb", "run"} & set(asked.kinds):
        from installer.linux.build import build as linux  # noqa: PLC0415 - nothing of it is needed elsewhere

        made += _timed(lambda: linux(asked.out, app, asked.kinds, fast=asked.fast))
    if "windows" in asked.kinds:
        from installer.windows import build as windows  # noqa: PLC0415 - the same

        made += _timed(lambda: [windows(asked, app)])
    return made


def _app(app: AppLayer) -> Product:
    papers.write(app.archive, papers.ours(app.version)[:1], {"files": len(app.files)})
    return app.archive


def _timed(work: Callable[[], list[Product]]) -> list[tuple[Product, float]]:
    begun = time.monotonic()
    products = work()
    return [(product, time.monotonic() - begun) for product in products]


def _file(text: str) -> Path:
    """Absolute: tools are called in the folder of the sources."""
    return Path(text).absolute()


def options(arguments: Sequence[str] | None) -> Options:
    """Ends the process with code 2 where the words make no sense."""
    parser = argparse.ArgumentParser(
        prog="build_installer.py", description="Build what is handed out · بناء ما يُسلَّم للمحال"
    )
    add = parser.add_argument
    add("--target", choices=TARGETS, default="wheel", help="what to build (default: wheel) · ما يُبنى")
    add("--out", type=_file, default=ROOT / "dist", help="where to put it (default: dist/) · مجلد الناتج")
    add("--windows-python", type=_file, metavar="ZIP", help="an official python-3.1x-embed-amd64.zip · بايثون ويندوز")
    add("--sign-cert", type=_file, metavar="PEM", help="certificate for Windows · شهادة التوقيع")
    add("--sign-key", type=_file, metavar="PEM", help="its key · مفتاح الشهادة")
    add("--fast", action="store_true", help="pack quickly, for trying; larger · ضغط سريع للتجربة")
    add("--app-version", metavar="N.N.N", help="another number, to try an upgrade · رقم آخر لتجربة الترقية")
    add(
        "--root",
        type=Path,
        metavar="JSON",
        help="whose releases it takes: the centre's N.root.json · جذر ثقة التحديثات",
    )
    found = parser.parse_args(arguments)
    if (found.sign_cert is None) != (found.sign_key is None):
        parser.error("--sign-cert and --sign-key belong together · الشهادة ومفتاحها معًا")
    signing = (found.sign_cert, found.sign_key) if found.sign_cert else None
    return Options(
        TARGETS[found.target], found.out, found.windows_python, signing, found.fast, found.app_version, found.root
    )
