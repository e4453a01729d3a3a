"""`python -m installer.base`: take the app layer of today as what later ones are packed against.

An update then carries only what changed since: some tens of KB instead of half a megabyte. The base lies in the runtime
layer, so a new one means a new runtime, and that a new setup program; make one when the runtime changes anyway.
"""

from __future__ import annotations

import sys

from installer.app_layer import take_base

if __name__ == "__main__":
    sys.stdout.write(f"{take_base()}\n")
