"""`manfaz selftest`: does this installation work at all, here, now? Everything it needs it makes and takes away again.

Run by an installer, by an update before it is trusted, and by a technician. It touches no store but its own, in a
temporary folder; of the real keystore it uses entries of its own names, which it deletes, and those that a killed one
before it has left. Nothing goes over the line.
"""

from __future__ import annotations

import json
import platform
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from kiosk import VERSION
from kiosk.main.without_window import offscreen, png, system_keystore, this_world
from kiosk.ports.world import World
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.program import outside

if TYPE_CHECKING:
    from storage.keystore.selftest_leftovers import OwnEntries

SCHEMA: Final = 1
"""Of the report."""
PACKAGES: Final = ("PySide6-Essentials", "sqlcipher3", "cryptography", "keyring", "requests", "sqlmodel")
OURS: Final = ("protocol", "kiosk", "ui", "sync", "storage")
LEFT_OUT: Final = frozenset({"__main__", "migrations"})
OPTIONAL: Final = frozenset({"ui.capture.lens"})
"""It asks for QtMultimedia, which a counter without a camera does not bring."""
_SOME_BYTES: Final = 64


def command(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """`manfaz selftest`. Prints the report, then raises the worst that was found."""
    report, worst = selftest(asked.picture, (asked.data, asked.rehearse) if asked.rehearse else None)
    say(json.dumps(report, indent=1))  # in ASCII: a Windows console may know no Arabic
    if worst is not None:
        raise worst
    return 0


def selftest(
    picture: Path | None = None, rehearsal: tuple[Path, Path] | None = None
) -> tuple[dict[str, Any], KioskError | None]:
    """Run all of it with the keystore of the system. Returns the report, and the worst that was found.

    `rehearsal` is a data folder and a copy of its database: the copy is brought up to what this program needs
    (`storage.versions.migration_rehearsal`), and the report has ``rehearsal`` {ms, schema, entries}.
    """
    from storage.keystore.selftest_leftovers import OwnEntries  # noqa: PLC0415 - as all of storage

    world = this_world()
    keystore = OwnEntries(system_keystore(), world.randomness)
    # Something that looks into a file of ours for a moment longer is no fault of the installation.
    with TemporaryDirectory(prefix="manfaz-selftest-", ignore_cleanup_errors=True) as folder:
        test = SelfTest(Path(folder), keystore, world, picture)
        try:
            report = test.run()
            if rehearsal is not None and test.worst is None:
                report["rehearsal"] = test.rehearse(*rehearsal)
            return report, test.worst
        finally:
            keystore.forget()


@dataclass(slots=True)
class SelfTest:
    """One run in one folder, with the picture of the window kept at `picture`.

    The report: `schema`, `ok`, `version`, and in `steps` of each one `ok`, `took_ms` and its facts, or the
    `error` by its code. A library that does not load is one failed step, so each is imported in its own.
    """

    folder: Path
    keystore: OwnEntries
    world: World
    picture: Path | None = None
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    worst: KioskError | None = None

    def run(self) -> dict[str, Any]:
        """Every step, whatever the ones before it said."""
        for name, step in (
            ("libraries", self._check_libraries), ("keystore", self._check_keystore),
            ("store", self._check_store), ("keys", self._check_keys), ("receipt", self._check_receipt),
            ("window", self._check_window),
        ):  # fmt: skip
            self._take(name, step)
        good = all(step["ok"] for step in self.steps.values())
        return {"schema": SCHEMA, "ok": good, "version": VERSION, "steps": self.steps}

    def rehearse(self, data: Path, copy: Path) -> dict[str, Any]:
        """What came of it, or the code of what was in the way, with its values."""
        try:
            return _rehearse(data, copy, self.world)
        except KioskError as error:
            self._keep_worst(error)
            return {"error": error.code, **error.values}

    def _take(self, name: str, step: Callable[[], dict[str, Any] | None]) -> None:
        begun_ms = self.world.clock.mono_ms()
        try:
            found = {"ok": True, **(step() or {})}
        except KioskError as error:
            found = {"ok": False, "error": error.code, **error.values}
            self._keep_worst(error)
        except Exception as error:  # noqa: BLE001 - what does not fit together here may raise anything
            found = {"ok": False, "error": "unforeseen", "kind": type(error).__name__, "said": str(error)[:300]}
            self._keep_worst(Corrupt("unforeseen"))
        self.steps[name] = {**found, "took_ms": self.world.clock.mono_ms() - begun_ms}

    def _keep_worst(self, error: KioskError) -> None:
        if self.worst is None or isinstance(error, Corrupt):
            self.worst = error

    # ---- the steps -------------------------------------------------------------------------------------------

    def _check_libraries(self) -> dict[str, Any]:
        """Each module of ours is imported, and with it whatever it needs: a missing library shows here, not at work."""
        names = [name for package in OURS for name in _modules(package)]
        for name in names:
            import_module(name)
        return {"modules": len(names), "versions": _versions()}

    def _check_keystore(self) -> None:
        name, value = f"selftest-{self.world.randomness.take(8).hex()}", self.world.randomness.take(32)
        self.keystore.put(name, value)
        found = self.keystore.get(name)
        self.keystore.delete(name)
        if found != value or self.keystore.get(name) is not None:
            raise Unavailable("keystore_failed", reason="forgetful")

    def _check_store(self) -> dict[str, Any]:
        """Made, written, closed, opened again, verified; and nothing of it can be read without its key."""
        from kiosk.model.store_changes import PutFact  # noqa: PLC0415 - the reason stands above
        from storage.opening import DATABASE, open_store  # noqa: PLC0415 - the same

        folder, value = self.folder / "store", self.world.randomness.take(_SOME_BYTES)
        _hold_no_ballast(folder)
        with closing(open_store(folder, self.keystore, self.world)) as opened:
            opened.store.commit([], [PutFact("selftest", value)])
        with closing(open_store(folder, self.keystore, self.world)) as opened:
            kept, entries = opened.store.fact("selftest"), opened.check()
        lying = (folder / DATABASE).read_bytes()
        if kept != value or value in lying or lying.startswith(b"SQLite format"):
            raise Corrupt("selftest_cipher", of="SQLCipher")
        return {"entries": entries, "bytes": len(lying)}

    def _check_keys(self) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

        from protocol.keys import SeedSigner, verifies  # noqa: PLC0415 - as above

        words, once = self.world.randomness.take(_SOME_BYTES), self.world.randomness.take(12)
        box = AESGCM(AESGCM.generate_key(256))
        if box.decrypt(once, box.encrypt(once, words, None), None) != words:
            raise Corrupt("selftest_cipher", of="AES-GCM")
        signer = SeedSigner(self.world.randomness.take(32))
        signature = signer.sign(words)
        if not verifies(signer.public, signature, words) or verifies(signer.public, signature, words[:-1]):
            raise Corrupt("selftest_cipher", of="Ed25519")

    def _check_receipt(self) -> dict[str, Any]:
        offscreen()
        from kiosk.main.selftest import painted_samples  # noqa: PLC0415 - as above

        painted_samples.check_letters()
        return {"dark": painted_samples.check_paper(self.folder)}

    def _check_window(self) -> dict[str, Any]:
        """The real window before a real store; looked at, and kept where `picture` says."""
        offscreen()
        from kiosk.main.selftest import painted_samples  # noqa: PLC0415 - as above

        folder = self.folder / "window"
        _hold_no_ballast(folder)
        title, image = painted_samples.paint_window(folder, self.keystore, self.world)
        if self.picture is not None:
            outside.write(self.picture, png(image))
        return {
            "title": title, "width": image.width(), "height": image.height(), "colours": painted_samples.colours(image)
        }  # fmt: skip


def _modules(package: str) -> Iterator[str]:
    found = find_spec(package)
    assert found is not None  # noqa: S101 - for the type checker: they lie beside this one
    for module in walk_packages(found.submodule_search_locations, f"{package}."):
        if LEFT_OUT.isdisjoint(module.name.split(".")) and module.name not in OPTIONAL:
            yield module.name


def _rehearse(data: Path, copy: Path, world: World) -> dict[str, Any]:
    from storage.versions.migration_rehearsal import rehearse  # noqa: PLC0415 - as above

    return rehearse(data, copy, system_keystore(), world)


def _versions() -> dict[str, str]:
    """Of everything that could differ between two machines."""
    from sqlcipher3 import dbapi2  # noqa: PLC0415 - as above

    from storage.db.upgrade import HEAD  # noqa: PLC0415 - as above

    with closing(dbapi2.connect(":memory:")) as connection:
        cipher = connection.execute("PRAGMA cipher_version").fetchone()[0]
    return {
        "python": platform.python_version(), "system": platform.platform(), "machine": platform.machine(),
        "schema": HEAD, "sqlite": dbapi2.sqlite_version, "sqlcipher": cipher,
        **{name.lower(): version(name) for name in PACKAGES},
    }  # fmt: skip


def _hold_no_ballast(folder: Path) -> None:
    """A store of a minute needs no room held for it; a file of that length and no content stands there instead."""
    from storage.disk.disk_space import BALLAST_BYTES, NAME  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("wb") as file:
        file.truncate(BALLAST_BYTES)
