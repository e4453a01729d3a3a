"""A counter to be killed: `python -m tests.storage.db.sell_loop FOLDER KEYS [MAX_FILE_BYTES]` sells until it is ended.

It prints the number of each sale that the store has said is durable, or the code of the error that stopped it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from kiosk.model.service_request import Query
from protocol.errors import KioskError
from tests.harness import enrolled_store
from tests.harness.enrolled_store import acknowledge, enrolment, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness


class FileKeystore(FakeKeystore):
    """Values in a file, so that a second process finds them. For tests only: the product has no such thing."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        if path.exists():
            self.values = {name: bytes.fromhex(text) for name, text in json.loads(path.read_text()).items()}

    def save(self) -> None:
        self._path.write_text(json.dumps({name: value.hex() for name, value in self.values.items()}))


def main(folder: Path, keys: Path, limit: int | None) -> None:
    enrolled_store.CHANCE = SeededRandomness(os.getpid())  # each start its own ids
    keystore = FileKeystore(keys)
    opened = open_house(folder, keystore)
    if opened.store.enrolment() is None:
        opened.store.put_enrolment(enrolment())
        opened.mirror.remember(opened.store.journal.tail().chain)
        opened.mirror.settle()
    keystore.save()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    while True:
        try:
            print(sell(opened.store).seq, flush=True)
        except KioskError as error:
            print(error.code, error.values.get("reason"), flush=True)
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    seq = opened.store.journal.tail().chain.seq
    print(seq, len(opened.store.requests.search(Query(limit=-1))), flush=True)
    acknowledge(opened.store, seq)
    print(sell(opened.store).seq, flush=True)
    opened.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
