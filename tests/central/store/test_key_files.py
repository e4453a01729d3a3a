"""Keys in two folders."""

from __future__ import annotations

import json
import os
import secrets
import stat
from pathlib import Path

import pytest

from central.store import key_files
from central.store.key_files import KeyFiles
from central.store.vault import Vault, code_mac, place
from protocol.documents import trust
from protocol.documents.trust import Keyset
from protocol.errors import Corrupt, Refused
from protocol.keys import fingerprint


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    keys, root = tmp_path / "keys", tmp_path / "root"
    key_files.create(keys, root, secrets.token_bytes, 1)
    return keys, root


def keyset(keys: Path) -> Keyset:
    held = KeyFiles(keys).keys
    return trust.open_keyset(held.envelope, held.root_public, fingerprint(held.root_public))


def test_what_signs_is_what_the_keyset_names(folders: tuple[Path, Path]) -> None:
    held, made = KeyFiles(folders[0]).keys, keyset(folders[0])
    for role in ("enrol", "ack", "feed"):
        assert [signer.public for signer in held.signing[role]] == list(getattr(made, role))
    assert key_files.catalogue_signer(folders[1]).public == made.catalogue[0]
    assert held.signer("ack").public == made.ack[0]


def test_only_the_owner_can_read_them(folders: tuple[Path, Path]) -> None:
    for folder, name in zip(folders, (key_files.ONLINE, key_files.OFFLINE), strict=True):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_the_online_folder_does_not_hold_the_root(folders: tuple[Path, Path]) -> None:
    online = (folders[0] / key_files.ONLINE).read_text()
    offline = json.loads((folders[1] / key_files.OFFLINE).read_text())
    secret = [offline["root"], offline["recovery"], *offline["catalogue"]]
    assert not any(one in online for one in secret)


def test_keys_are_never_replaced(folders: tuple[Path, Path], tmp_path: Path) -> None:
    for online, offline in (folders, (folders[0], tmp_path / "r"), (tmp_path / "k", folders[1])):
        with pytest.raises(Refused, match="keys_exist"):
            key_files.create(online, offline, secrets.token_bytes, 1)


@pytest.mark.parametrize("role", ["enrol", "ack", "feed", "catalogue"])
def test_after_a_rotation_next_is_current(folders: tuple[Path, Path], role: str) -> None:
    before = getattr(keyset(folders[0]), role)
    key_files.rotate(*folders, (role,), secrets.token_bytes, 2)
    made = keyset(folders[0])
    after = getattr(made, role)
    assert after[0] == before[1]
    assert after[1] not in before
    assert made.version == 2


def test_after_a_rotation_old_bundles_can_still_be_opened(folders: tuple[Path, Path]) -> None:
    seal = KeyFiles(folders[0]).keys.seals[0]
    public = keyset(folders[0]).seal_x25519
    key_files.rotate(*folders, ("seal",), secrets.token_bytes, 2)
    assert KeyFiles(folders[0]).keys.seals[1] == seal
    assert keyset(folders[0]).seal_x25519 != public


def test_a_running_centre_sees_a_rotation(folders: tuple[Path, Path]) -> None:
    running = KeyFiles(folders[0])
    assert running.keys is running.keys
    key_files.rotate(*folders, ("ack",), secrets.token_bytes, 2)
    os.utime(folders[0] / key_files.ONLINE, ns=(5, 5))
    assert running.keys.keyset_version == 2


def test_without_the_offline_folder_nothing_rotates(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="root_missing"):
        key_files.rotate(folders[0], tmp_path / "elsewhere", ("ack",), secrets.token_bytes, 2)


def test_missing_and_damaged_keys_are_told_apart(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="keys_missing"):
        _ = KeyFiles(tmp_path / "none").keys
    with pytest.raises(Refused, match="keys_missing"):
        key_files.rotate(tmp_path / "none", folders[1], ("ack",), secrets.token_bytes, 2)
    for damage in (b"{", b"{}", b'{"root_public":"zz"}', b"[]"):
        (folders[0] / key_files.ONLINE).write_bytes(damage)
        with pytest.raises(Corrupt, match="keys_unreadable"):
            _ = KeyFiles(folders[0]).keys


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
