"""The self-unpacking file for a user without root: a shell script, and behind its last line a tar.gz.

gzip, because a minimal system has no other; not makeself, because the script has to check, lock and switch anyway.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tarfile
from pathlib import Path

from installer.app_layer import AppLayer
from installer.linux import deb, program
from installer.products import Product, size_of

SPARE = 1.3
"""Room asked for, by the unpacked size: byte code comes to it."""
_HEAD_BYTES = "@HEAD_BYTES@"


def build(out: Path, app: AppLayer, laid_out: Path, glibc: str, *, fast: bool) -> Product:
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
    entry = deb.filled("manfaz.desktop", app, PROGRAM="$opt/manfaz", ICON="$opt/manfaz/share/manfaz.svg")
    text = deb.filled(
        "run.sh", app, PAYLOAD_BYTES=str(len(payload)), SHA256=summed, SHORT=summed[:8], DESKTOP=entry.rstrip(),
        NEEDED_KB=str(int(unpacked * SPARE) // 1024), LIBC_MINOR=re.sub(r"^2\.", "", glibc),
    )  # fmt: skip
    rest = len(text.encode()) - len(_HEAD_BYTES)
    length = next(rest + digits for digits in range(1, 9) if len(str(rest + digits)) == digits)
    return text.replace(_HEAD_BYTES, str(length)).encode()
