"""The vectors of tests/vectors, read: two implementations that are not ours agreed on them."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Final

from protocol.journal.kj01 import Chain, genesis
from protocol.keys import SeedSigner

FOLDER: Final = Path(__file__).parents[1] / "vectors"
STREAM: Final = (FOLDER / "kj01_vector.bin").read_bytes()
KJ01: Final = (FOLDER / "kj01_vectors.txt").read_text(encoding="utf-8")
ACK: Final = (FOLDER / "kj01_ack_and_request_vectors.txt").read_text(encoding="utf-8")
KJB2: Final = (FOLDER / "kjb2_vectors.txt").read_text(encoding="utf-8")

DEVICE_TEXT: Final = "0192f0c1-7c3a-7b1e-8a4d-5566778899aa"
DEVICE: Final = uuid.UUID(DEVICE_TEXT).bytes
BOOT: Final = bytes.fromhex("a1a2a3a4a5a6a7a8")
SIGNER: Final = SeedSigner(bytes(range(32)))
SERVER: Final = SeedSigner(bytes(range(0x20, 0x40)))
STATEMENT: Final = f'{{"device":"{DEVICE_TEXT}","epoch":1}}'.encode()
START: Final = Chain(DEVICE, 1, 0, genesis(STATEMENT))


def named(text: str, name: str) -> str:
    """The first word that follows `name` in a vectors file."""
    found = re.search(rf"{re.escape(name)} (\S+)", text)
    assert found, name
    return found[1]


def all_named(text: str, name: str) -> list[str]:
    return re.findall(rf"{re.escape(name)} (\S+)", text)
