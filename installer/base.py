"""`python -m installer.base`: take the app layer of today as what later ones are packed against.

An update then carries only what changed since: some tens of KB instead of half a megabyte. The base lies in the runtime
layer, so a new one means a new runtime, and that a new setup program; make one when the runtime changes anyway.
"""

from __future__ import annotations

import sys

from installer import app_layer
from installer.products import ROOT
from installer.runtime import BASE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def main() -> int:
    contents = app_layer.contents_of_source()
    packed = zstd.compress(b"".join(contents.values()), level=app_layer.ZSTD_LEVEL)
    (ROOT / BASE).parent.mkdir(exist_ok=True)
    (ROOT / BASE).write_bytes(packed)
    sys.stdout.write(f"{BASE}: {len(contents)} files, {len(packed):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
