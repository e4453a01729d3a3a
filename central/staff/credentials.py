"""Passwords and second factors: how they are kept, what is good enough, whether one is right.

A password is an Argon2id text over its HMAC under a key that is not in the database; the secret of a second factor is
sealed by the vault. A copy of the database alone opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
import unicodedata
from base64 import b32encode
from typing import Final

import pyotp
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.centre import Centre
from protocol.errors import Refused
from protocol.values.arabic import clean, fold_digits

LEAST: Final = 12
MOST: Final = 128
"""Letters of a password: long enough for a sentence, short enough to be hashed at once."""
FEWEST_DIFFERENT: Final = 5
_COMMON: Final = re.compile("password|passw0rd|qwerty|manfaz|welcome|letmein|admin|iloveyou|123456|منفذ", re.IGNORECASE)
"""What stands in nearly all lists of stolen passwords that are long enough."""
SALT_LEN: Final = 16
SECRET_LEN: Final = 20
STEP_MS: Final = 30_000
ISSUER: Final = "Manfaz"
_TURNS: Final = threading.Semaphore(2)
"""Each takes 19 MiB and a processor for a moment: strangers must not have them all at once."""


def refuse_weak(name: str, password: str) -> None:
    """Raises Refused ``password_weak``: too short or too long, few letters, or what every list begins with."""
    plain = _plain(password)
    rest = _COMMON.sub("", plain.casefold().replace(name.casefold(), ""))
    few = len(set(plain)) < FEWEST_DIFFERENT or len(rest) < LEAST // 2 or plain.replace(" ", "").isdigit()
    if few or not LEAST <= len(plain) <= MOST:
        raise Refused("password_weak", least=LEAST, most=MOST)


def verifier(centre: Centre, password: str) -> str:
    """The text to keep."""
    kdf = Argon2id(salt=centre.random(SALT_LEN), length=32, iterations=2, lanes=1, memory_cost=19_456)
    with _TURNS:
        return kdf.derive_phc_encoded(_peppered(centre, password))


def is_password(centre: Centre, password: str, kept: str) -> bool:
    """Whether it is the one; where nothing is kept, that takes as long to say."""
    known = kept or _NOBODYS
    with _TURNS:
        try:
            Argon2id.verify_phc_encoded(_peppered(centre, password[: 2 * MOST]), known)
        except InvalidKey:
            return False
    return bool(kept)


_NOBODYS: Final = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"


def _plain(password: str) -> str:
    """One spelling of what two keyboards may compose differently."""
    return unicodedata.normalize("NFC", password)


def _peppered(centre: Centre, password: str) -> bytes:
    pepper = hmac.new(centre.keys.codes, b"staff password", hashlib.sha256).digest()
    return hmac.new(pepper, _plain(password).encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


# ---- the second factor


def new_secret(centre: Centre) -> bytes:
    return centre.random(SECRET_LEN)


def seal_secret(centre: Centre, name: str, secret: bytes) -> bytes:
    return centre.vault.seal(secret, _place(name))


def open_secret(centre: Centre, name: str, sealed: bytes) -> bytes:
    """Raises Corrupt ``personal_frame``: it is another account's, or its key is gone."""
    return centre.vault.open(sealed, _place(name))


def _place(name: str) -> bytes:
    return b"second factor/" + name.encode()


def address_of(name: str, secret: bytes) -> str:
    """What an authenticator scans."""
    return _totp(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def _totp(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(b32encode(secret).decode())


def step_of(secret: bytes, code: str, now_ms: int, used: int) -> int | None:
    """The step whose code it is: the present one or one beside it, and later than the last `used`."""
    typed = fold_digits(clean(code)).replace(" ", "").encode()
    present, totp = now_ms // STEP_MS, _totp(secret)
    found = [
        step for step in (present - 1, present, present + 1)
        if step > used and hmac.compare_digest(totp.generate_otp(step).encode(), typed)
    ]  # fmt: skip
    return max(found) if found else None
