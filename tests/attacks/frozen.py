"""A counter whose real keystore is frozen: `tests/with_keystore.sh python -m tests.attacks.frozen` says what it did.

A JSON line: entries with money in them that were taken, why not more, what a right PIN was answered, and the longest
seconds of a write, of an answer, and of the end.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.core.journal_writer import Writing
from protocol.errors import KioskError
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from storage.keystore.system_keystore import SystemKeystore
from tests.harness.premises import Premises
from tests.harness.shop import CODE, OPERATOR, PIN


def timed(act: Callable[[], object]) -> tuple[str, float]:
    """Why it was refused, or "", and after how many seconds."""
    began = time.monotonic()
    try:
        act()
    except KioskError as error:
        return error.code, time.monotonic() - began
    return "", time.monotonic() - began


def main(root: Path) -> None:
    premises = Premises(root, SystemKeystore())  # type: ignore[arg-type]  # the real one
    premises.enrol()
    kiosk = premises.kiosk()
    kiosk.open()
    kiosk.counter.people.activate(OPERATOR, CODE, PIN)
    daemon = int(os.environ["MANFAZ_TEST_KEYSTORE"])
    os.kill(daemon, signal.SIGSTOP)
    try:
        money = Writing(Unknown(EntryType.CASH, {}), money_pt=0)
        written = [timed(lambda: kiosk.counter.journal.write([money]))]
        while not written[-1][0]:
            written.append(timed(lambda: kiosk.counter.journal.write([money])))
        answer, answered_s = timed(lambda: kiosk.counter.people.sign_in(OPERATOR, PIN))
        _, closed_s = timed(kiosk.close)
    finally:
        os.kill(daemon, signal.SIGCONT)
    print(json.dumps([len(written) - 1, written[-1][0], answer, max(s for _, s in written), answered_s, closed_s]))


if __name__ == "__main__":
    with TemporaryDirectory(prefix="manfaz-") as folder:
        main(Path(folder))
