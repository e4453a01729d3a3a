"""The same records given to Kinto on PostgreSQL and to PouchDB: not built yet."""

from __future__ import annotations

import sys


def main() -> int:
    print(
        "bench-peers is not built yet. It needs what no set-up step installs: Kinto 23 (Python, PostgreSQL 15) and\n"
        "Node.js with pouchdb, pouchdb-server and leveldb from the npm registry; then the records of\n"
        "tests/bench/journal.py are pushed to each. `make bench` has our own figures beside their floors.",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
