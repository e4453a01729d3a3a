"""Frames under a key that the database does not have."""

from __future__ import annotations

import secrets

import pytest

from central.store.vault import Vault, code_mac, place
from protocol.errors import Corrupt

HERE = place(b"d" * 16, 1, 7)


def test_what_is_sealed_opens_in_its_place() -> None:
    vault = Vault([b"k" * 32], secrets.token_bytes)
    sealed = vault.seal(b"frame", HERE)
    assert vault.open(sealed, HERE) == b"frame"
    assert b"frame" not in sealed
    assert vault.seal(b"frame", HERE) != sealed


def test_a_new_key_seals_and_the_old_ones_still_open() -> None:
    old, new = (Vault(keys, secrets.token_bytes) for keys in ([b"k" * 32], [b"l" * 32, b"k" * 32]))
    before, after = old.seal(b"frame", HERE), new.seal(b"frame", HERE)
    assert (new.open(before, HERE), new.open(after, HERE), before[0], after[0]) == (b"frame", b"frame", 0, 1)
    with pytest.raises(Corrupt, match="personal_frame"):
        old.open(after, HERE)


@pytest.mark.parametrize("elsewhere", [place(b"e" * 16, 1, 7), place(b"d" * 16, 2, 7), place(b"d" * 16, 1, 8)])
def test_a_frame_moved_to_another_row_does_not_open(elsewhere: bytes) -> None:
    vault = Vault([b"k" * 32], secrets.token_bytes)
    with pytest.raises(Corrupt, match="personal_frame"):
        vault.open(vault.seal(b"frame", HERE), elsewhere)


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(12), bytes(40)])
def test_what_was_not_sealed_here_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Corrupt, match="personal_frame"):
        Vault([b"k" * 32], secrets.token_bytes).open(sealed, HERE)


def test_nonces_of_a_batch_differ() -> None:
    drawn = Vault([b"k" * 32], secrets.token_bytes).nonces(500)
    assert len(set(drawn)) == 500
    assert {len(nonce) for nonce in drawn} == {12}


def test_a_code_is_kept_for_its_slot_only() -> None:
    assert code_mac(b"k", "0001", "AAAA") != code_mac(b"k", "0002", "AAAA")
    assert code_mac(b"k", "0001", "AAAA") != code_mac(b"l", "0001", "AAAA")
