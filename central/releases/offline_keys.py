"""The offline keys: one file for each holder, under his own password, and what anybody may know of it beside it.

A file is JSON ``{"v": 1, "memory_kib", "passes", "salt", "sealed"}``: the key's 32 bytes under ChaCha20-Poly1305, by a
key that Argon2id makes of the password, so that a copied file costs whoever tries passwords some memory for each.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from central.centre import chance
from protocol.errors import Corrupt, Refused, Unavailable, malformed_as
from protocol.program import outside
from starter.files import SECRET

SHORTEST: Final = 12
"""Characters of a password: the file may be copied, and then nothing else stands before the key."""
PUBLIC: Final = ".pub"
MEMORY_KIB = 256 * 1024
PASSES: Final = 3
MOST_KIB: Final = 1 << 20
MOST_PASSES: Final = 16
_NONCE: Final = bytes(12)  # a sealing key is used once: its salt is drawn anew for each file


def refuse_short(password: str) -> None:
    """Raises Refused ``release_password_short``."""
    if len(password) < SHORTEST:
        raise Refused("release_password_short", least=SHORTEST)


def make(path: Path, password: str) -> Key:
    """A new key in `path`, its public part in ``<path>.pub``.

    Raises Refused ``file_exists``, ``release_password_short``; Unavailable ``file_away``.
    """
    refuse_short(password)
    if path.exists():
        raise Refused("file_exists", path=str(path))
    private, salt = Ed25519PrivateKey.generate(), chance(16)
    sealed = _box(password, salt, MEMORY_KIB, PASSES).encrypt(_NONCE, private.private_bytes_raw(), None)
    kept = {"v": 1, "memory_kib": MEMORY_KIB, "passes": PASSES, "salt": salt.hex(), "sealed": sealed.hex()}
    public = SSlibKey.from_crypto(private.public_key())
    outside.make_folder(path.parent, 0o700)
    said = {"keyid": public.keyid, **public.to_dict()}
    outside.write(Path(f"{path}{PUBLIC}"), f"{json.dumps(said, indent=1)}\n".encode())
    try:
        outside.write(path, json.dumps(kept).encode(), SECRET)
    except Unavailable:  # the half that anybody may know is of no use alone
        Path(f"{path}{PUBLIC}").unlink(missing_ok=True)
        raise
    return public


def opened(path: Path, password: str) -> CryptoSigner:
    """The key in `path`. Raises Refused ``release_password``, Unavailable ``file_away``, Corrupt ``release_key``."""
    try:
        kept = json.loads(outside.read(path))
        memory, passes, salt = int(kept["memory_kib"]), int(kept["passes"]), bytes.fromhex(kept["salt"])
        sealed = bytes.fromhex(kept["sealed"])
        known = kept["v"] == 1 and memory <= MOST_KIB and passes <= MOST_PASSES
        seed = _box(password, salt, memory, passes).decrypt(_NONCE, sealed, None) if known else b""
        return CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed))
    except InvalidTag as error:
        raise Refused("release_password", path=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Corrupt("release_key", path=str(path)) from error


def _box(password: str, salt: bytes, memory_kib: int, passes: int) -> ChaCha20Poly1305:
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory_kib)
    return ChaCha20Poly1305(kdf.derive(password.encode()))


def public(path: Path) -> Key:
    """What stands in a ``.pub`` file. Raises Unavailable ``file_away``, Corrupt ``release_key``."""
    with malformed_as(Corrupt("release_key", path=str(path))):
        said: dict[str, Any] = json.loads(outside.read(path))
        key = Key.from_dict(str(said.pop("keyid")), said)
    if key.keytype != "ed25519":
        raise Corrupt("release_key", path=str(path))
    return key
