"""The centre's signed word, and when it is believed."""

from __future__ import annotations

import dataclasses

import pytest

from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack, Judgement
from tests.harness.vector_files import ACK, DEVICE, SERVER, SIGNER, named

WIRE = bytes.fromhex(named(ACK, "ack payload 72") + named(ACK, "keyid") + named(ACK, "ack sig"))
HASH_3 = bytes.fromhex("cea1653dfc0e88d3e518498d6b2863a21b9e79f2f700d7751ee65efc2b9595e7")
MINE = Ack(DEVICE, 1, 3, HASH_3, 1_764_057_700_000)
HASHES = {0: bytes(32), 2: b"2" * 32, 3: HASH_3, 4: b"4" * 32}


def test_the_bytes_are_those_of_the_vectors() -> None:
    assert SERVER.public.hex() == named(ACK, "server pub")
    assert acknowledgement.sign(MINE, SERVER) == WIRE
    assert MINE.hash.hex() == named(ACK, "ack payload)")
    assert len(WIRE) == acknowledgement.WIRE_LEN == int(named(ACK, "wire len"))


def test_it_is_read_if_one_of_the_keys_signed_it() -> None:
    assert acknowledgement.read(WIRE, [SIGNER.public, SERVER.public]) == MINE


@pytest.mark.parametrize("wire", [b"", WIRE[:-1], WIRE + b"\0", b"KJA2" + WIRE[4:]])
def test_other_bytes_say_nothing(wire: bytes) -> None:
    assert acknowledgement.read(wire, [SERVER.public]) is None


def test_other_keys_say_nothing() -> None:
    assert acknowledgement.read(WIRE, [SIGNER.public]) is None
    assert acknowledgement.read(WIRE, []) is None


def test_no_flipped_bit_is_believed() -> None:
    for bit in range(len(WIRE) * 8):
        spoilt = bytearray(WIRE)
        spoilt[bit // 8] ^= 1 << bit % 8
        assert acknowledgement.read(bytes(spoilt), [SERVER.public]) is None


def _ack(**change: object) -> Ack:
    return dataclasses.replace(MINE, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ack", "stored", "judgement"),
    [
        (_ack(), None, Judgement.ADVANCE),
        (_ack(hwm=4, entry_hash=b"4" * 32), MINE, Judgement.ADVANCE),
        (_ack(), MINE, Judgement.SAME),
        (_ack(hwm=2, entry_hash=b"2" * 32, server_ms=MINE.server_ms + 1), MINE, Judgement.CENTRE_RESTORED),
        (_ack(hwm=2, entry_hash=b"2" * 32), MINE, Judgement.REPLAYED),
        (_ack(hwm=2, entry_hash=b"2" * 32, server_ms=MINE.server_ms - 1), MINE, Judgement.REPLAYED),
        (_ack(device=bytes(16)), None, Judgement.NOT_MINE),
        (_ack(epoch=2), None, Judgement.NOT_MINE),
        (_ack(hwm=5), None, Judgement.AHEAD_OF_ME),
        (_ack(entry_hash=bytes(32)), None, Judgement.OTHER_HISTORY),
    ],
)
def test_an_authentic_word_is_judged(ack: Ack, stored: Ack | None, judgement: Judgement) -> None:
    assert acknowledgement.judge(ack, DEVICE, 1, 4, stored, HASHES.get) is judgement
