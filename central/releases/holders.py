"""The offline keys: one file for each holder, under his own password, and what anybody may know of it beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from kiosk.errors import Corrupt, Refused, Unavailable

SHORTEST: Final = 12
"""Characters of a password: the file may be copied, and then nothing else stands before the key."""
PUBLIC: Final = ".pub"


def make(path: Path, password: str) -> Key:
    """A new key in `path`, its public part in ``<path>.pub``.

    Raises Refused ``file_exists``, ``release_password_short``; Unavailable ``file_away``.
    """
    if len(password) < SHORTEST:
        raise Refused("release_password_short", least=SHORTEST)
    if path.exists():
        raise Refused("file_exists", path=str(path))
    private = Ed25519PrivateKey.generate()
    sealed = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    public = SSlibKey.from_crypto(private.public_key())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        said = {"keyid": public.keyid, **public.to_dict()}
        Path(f"{path}{PUBLIC}").write_text(json.dumps(said, indent=1) + "\n")
    except OSError as error:
        raise Unavailable("file_away", path=str(path)) from error
    return public


def opened(path: Path, password: str) -> CryptoSigner:
    """The key in `path`. Raises Refused ``release_password``, Unavailable ``file_away``, Corrupt ``release_key``."""
    try:
        private = load_pem_private_key(path.read_bytes(), password.encode())
    except OSError as error:
        raise Unavailable("file_away", path=str(path)) from error
    except (ValueError, TypeError) as error:
        raise Refused("release_password", path=str(path)) from error
    except UnsupportedAlgorithm as error:
        raise Corrupt("release_key", path=str(path)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise Corrupt("release_key", path=str(path))
    return CryptoSigner(private)


def public(path: Path) -> Key:
    """What stands in a ``.pub`` file. Raises Unavailable ``file_away``, Corrupt ``release_key``."""
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        key = Key.from_dict(str(said.pop("keyid")), said)
    except OSError as error:
        raise Unavailable("file_away", path=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Corrupt("release_key", path=str(path)) from error
    if key.keytype != "ed25519":
        raise Corrupt("release_key", path=str(path))
    return key
