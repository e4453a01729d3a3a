"""locked.py COMMAND …: run it while somebody else holds dpkg's lock, as the system's own updates do."""

import fcntl
import subprocess
import sys
from pathlib import Path

with Path("/var/lib/dpkg/lock-frontend").open("r+") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    sys.exit(subprocess.call(sys.argv[1:]))
