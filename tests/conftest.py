"""What every test stands on: Qt without a display."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Runs beside each other make the same ids from the same seeds: each has the locks of its own account, so to say.
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="manfaz-")
atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)

# Both judge the machine's speed, not the code: a busy machine would fail what is right.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")
