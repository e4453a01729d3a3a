"""Authenticode, by osslsigncode. The certificate is the owner's; without one Windows warns whoever starts the setup."""

from __future__ import annotations

import shutil
from pathlib import Path

from installer.products import BuildError
from installer.windows_runtime import run

NAME = "Manfaz"


def sign(file: Path, certificate: Path, key: Path) -> None:
    """In place. `certificate` and `key` are PEM files. Raises BuildError."""
    signed = file.with_name(file.name + ".signed")
    run(
        [tool(), "sign", "-h", "sha256", "-certs", str(certificate), "-key", str(key), "-n", NAME,
         "-in", str(file), "-out", str(signed)],
        f"{file.name} could not be signed",
    )  # fmt: skip
    signed.replace(file)


def verify(file: Path, authorities: Path) -> None:
    """That the file bears a sound signature of one of `authorities` (PEM). Raises BuildError."""
    run(
        [tool(), "verify", "-CAfile", str(authorities), "-in", str(file)],
        f"{file.name} bears no sound signature",
    )


def tool() -> str:
    found = shutil.which("osslsigncode")
    if found is None:
        raise BuildError(
            "osslsigncode is missing, which signs for Windows: apt-get install osslsigncode\n"
            "  برنامج التوقيع غير موجود: apt-get install osslsigncode"
        )
    return found
