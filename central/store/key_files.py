"""The centre's keys, in two folders: the online one that `serve` reads, and the offline one that the root lives in.

Files are 0600 in folders 0700. That is the *embedded* arrangement, for a pilot or a demo: a real centre puts the
same keys into an HSM or a secrets service. The offline folder (root, catalogue and recovery keys) belongs on a stick
in a safe; `serve` needs it only at its very first start.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from protocol.documents.trust import KEYSET, NO_UPDATES, Keyset, seal_object
from protocol.errors import Corrupt, Refused, malformed_as
from protocol.keys import SeedSigner, fingerprint
from protocol.program import outside
from starter.files import SECRET, plain, read_regular

ONLINE: Final = "keys.json"
OFFLINE: Final = "root.json"
UPDATES: Final = "updates.json"
UPDATE_ROLES: Final = ("snapshot", "timestamp")
SIGNING: Final = ("enrol", "ack", "feed")
OLD_KEPT: Final = {"seal": "seals", "vault": "vaults"}
"""Roles whose earlier keys still open what was closed with them, and the member that holds them, the newest first."""
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class OnlineKeys:
    """What the running centre holds. Signing keys are (current, next); `seals` and `vaults` are the current and
    all earlier ones; from `codes` one-time codes, chains of codes and the search are reckoned.
    """

    root_public: bytes
    keyset_version: int
    envelope: bytes
    signing: dict[str, tuple[SeedSigner, SeedSigner]]
    seals: tuple[bytes, ...]
    vaults: tuple[bytes, ...]
    codes: bytes
    database: bytes

    @property
    def root_fp(self) -> bytes:
        return fingerprint(self.root_public)

    def signer(self, role: str) -> SeedSigner:
        return self.signing[role][0]


class KeyFiles:
    """The online keys, read again when another process has rotated them. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ONLINE
        self._lock = threading.Lock()
        self._stamp = -1
        self._held: OnlineKeys | None = None

    @property
    def folder(self) -> Path:
        return self._path.parent

    @property
    def keys(self) -> OnlineKeys:
        """Raises Refused ``keys_missing``, Corrupt ``keys_unreadable``; OSError where they may not be looked at."""
        try:
            stamp = self._path.stat().st_mtime_ns
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Refused("keys_missing", path=str(self._path)) from error
        with self._lock:
            if self._held is None or stamp != self._stamp:
                self._held, self._stamp = _read_online(self._path), stamp
            return self._held


def is_there(path: Path) -> bool:
    """Whether there is such a file. Raises OSError where that may not be known: a locked folder is no empty one."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def create(online: Path, offline: Path, random: Random, now_ms: int, update_root: str = NO_UPDATES) -> None:
    """New keys in both folders. Raises Refused ``keys_exist`` rather than overwrite one."""
    for path in (online / ONLINE, offline / OFFLINE):
        if is_there(path):
            raise Refused("keys_exist", path=str(path))
    root: dict[str, Any] = {name: random(32).hex() for name in ("root", "recovery")}
    root |= {"catalogue": [random(32).hex(), random(32).hex()], "update_root_sha256": update_root}
    held: dict[str, Any] = {role: [random(32).hex(), random(32).hex()] for role in SIGNING}
    held |= {name: [random(32).hex()] for name in OLD_KEPT.values()}
    held |= {name: random(32).hex() for name in ("codes", "database")}
    try:
        _write(offline / OFFLINE, root)
        _write(online / ONLINE, _with_keyset(held, root, 1, now_ms))
    except BaseException:
        for path in (online / ONLINE, offline / OFFLINE):  # one without the other would forbid to begin again
            path.unlink(missing_ok=True)
        raise


def rotate(online: Path, offline: Path, roles: tuple[str, ...], random: Random, now_ms: int) -> bytes:
    """Each of `roles` (enrol, ack, feed, catalogue): next becomes current, and a new next is drawn. Of seal and vault
    a new one is drawn, and the old ones are kept for what they closed.

    Returns the envelope of the next keyset, which only the root can make. Raises Refused ``keys_missing``.
    """
    held, root = _read(online / ONLINE), read_offline(offline)
    for role in roles:
        if role in OLD_KEPT:
            held[OLD_KEPT[role]] = [random(32).hex(), *held[OLD_KEPT[role]]]
        else:
            pair = (root if role == "catalogue" else held)[role]
            pair[:] = [pair[1], random(32).hex()]
    return _next(online, offline, held, root, now_ms)


def pin_updates(online: Path, offline: Path, root_sha256: str, now_ms: int) -> bytes:
    """A next keyset that names the root of the releases. Returns its envelope. Raises Refused ``keys_missing``."""
    held, root = _read(online / ONLINE), read_offline(offline) | {"update_root_sha256": root_sha256}
    return _next(online, offline, held, root, now_ms)


def _next(online: Path, offline: Path, held: dict[str, Any], root: dict[str, Any], now_ms: int) -> bytes:
    _write(offline / OFFLINE, root)
    made = _with_keyset(held, root, int(held["keyset_version"]) + 1, now_ms)
    _write(online / ONLINE, made)
    return str(made["keyset"]).encode()


def update_seeds(online: Path, random: Random, *, renew: bool = False) -> dict[str, list[bytes]]:
    """The keys that say daily that a release is still what it was, the newest first; made when first asked for."""
    path = online / UPDATES
    held: dict[str, list[str]] = _read(path) if is_there(path) else {role: [] for role in UPDATE_ROLES}
    if renew or not is_there(path):
        held = {role: [random(32).hex(), *held[role]] for role in UPDATE_ROLES}
        _write(path, held)
    with malformed_as(Corrupt("keys_unreadable", path=str(path))):
        return {role: [bytes.fromhex(seed) for seed in held[role]] for role in UPDATE_ROLES}


def read_offline(folder: Path) -> dict[str, Any]:
    """The members of the offline file. Raises Refused ``root_missing``: the stick is not here."""
    if not is_there(folder / OFFLINE):
        raise Refused("root_missing", path=str(folder / OFFLINE))
    return _read(folder / OFFLINE)


def catalogue_signer(folder: Path) -> SeedSigner:
    """The key that signs price lists; it is kept with the root, not with the running centre."""
    return SeedSigner(bytes.fromhex(read_offline(folder)["catalogue"][0]))


def _with_keyset(held: dict[str, Any], root: dict[str, Any], version: int, now_ms: int) -> dict[str, Any]:
    signer = SeedSigner(bytes.fromhex(root["root"]))
    keyset = Keyset(
        version=version,
        **{role: _publics(held[role]) for role in SIGNING},
        catalogue=_publics(root["catalogue"]),
        seal_x25519=_x25519(held["seals"][0]),
        recovery_x25519=_x25519(root["recovery"]),
        update_root_sha256=root["update_root_sha256"],
        issued_ms=now_ms,
    )
    envelope = seal_object(KEYSET, keyset.members(), signer).decode()
    return {**held, "root_public": signer.public.hex(), "keyset_version": version, "keyset": envelope}


def _publics(seeds: list[str]) -> tuple[bytes, ...]:
    return tuple(SeedSigner(bytes.fromhex(seed)).public for seed in seeds)


def _x25519(private: str) -> bytes:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(private)).public_key().public_bytes_raw()


def _read_online(path: Path) -> OnlineKeys:
    held = _read(path)
    with malformed_as(Corrupt("keys_unreadable", path=str(path))):
        pairs = {role: [SeedSigner(bytes.fromhex(seed)) for seed in held[role]] for role in SIGNING}
        return OnlineKeys(
            root_public=bytes.fromhex(held["root_public"]),
            keyset_version=int(held["keyset_version"]),
            envelope=held["keyset"].encode(),
            signing={role: (pair[0], pair[1]) for role, pair in pairs.items()},
            seals=tuple(bytes.fromhex(key) for key in held["seals"]),
            vaults=tuple(bytes.fromhex(key) for key in held["vaults"]),
            codes=bytes.fromhex(held["codes"]),
            database=bytes.fromhex(held["database"]),
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        members: dict[str, Any] = json.loads(read_regular(plain(path), outside.MOST))
    except FileNotFoundError as error:
        raise Refused("keys_missing", path=str(path)) from error
    except ValueError as error:
        raise Corrupt("keys_unreadable", path=str(path)) from error
    return members


def _write(path: Path, members: dict[str, Any]) -> None:
    """The whole file or the old one; readable by its owner only from the first byte."""
    outside.make_folder(path.parent, 0o700)
    outside.write(path, json.dumps(members).encode(), SECRET)
