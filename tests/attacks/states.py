"""A counter and a centre to give commands to, each made once and copied for every command."""

from __future__ import annotations

import copy
import io
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

import central.__main__ as centre_main
from central.centre import Centre
from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from kiosk.main import cli
from tests.attacks.places import Program
from tests.central.devices.test_stick import till_of
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.own_centre import Clock, OwnCentre
from tests.harness.premises import Premises
from tests.harness.staff_sessions import ANYBODY, SECOND, as_staff, sessions_of
from tests.storage.backup.test_backup_making import always, cover, silent

PASSWORDS = b'{"one": "the same long password"}'


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """A counter with a sale, a backup of it, its journal and its statement."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("shop")
        patch.setenv("XDG_RUNTIME_DIR", str(root))
        made = Premises(root, FakeKeystore())
        made.sell()
        opened = made.store()
        opened.copies.make(root / "backups", cover(), always, silent)
        kept = opened.store.enrolment()
        assert kept is not None
        (root / "statement").write_bytes(kept.statement)
        (root / "journal").write_bytes(b"".join(item.record.pack() for item in opened.store.journal.export(1)))
        opened.close()
    return made


@pytest.fixture
def counter(shop: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    keystores: list[FakeKeystore] = []

    def fresh(state: Path) -> list[str]:
        shutil.copytree(shop.data, state)
        keystores.append(copy.deepcopy(shop.keystore))
        return ["--data", str(state)]

    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("storage.keystore.system_keystore.SystemKeystore", lambda: keystores[-1])
    monkeypatch.setattr("storage.backup.second_place._same_disk", lambda *_: False)
    return Program(cli.main, fresh)


@dataclass(frozen=True)
class Bureau:
    """A centre with a till that has sold; what it handed in."""

    data: Path
    device: str
    bundle: tuple[str, bytes]
    catalogue: bytes
    key: bytes
    """A holder's, for whom `PASSWORDS` has the word."""
    public: bytes
    proposal: bytes
    """Of the release after the one that is published."""


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    data = tmp_path_factory.mktemp("bureau") / "data"

    def done(*words: str) -> None:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
            assert centre_main.main(as_staff(["--data", str(data)], words)) == 0, said.getvalue()

    done("keys", "new")
    done("shop", "add", "--id", "S1", "--name-ar", "محل", "--name-en", "Shop")
    for version in ("1", "2"):
        done("catalogue", "sign", "--version", version, "--valid-from", "2020-01-01", str(data / f"c{version}.json"))
    for person in (ANYBODY, SECOND):
        done("--staff", person, "catalogue", "publish", str(data / "c1.json"))
    proposal = _published(data, done)
    keys = KeyFiles(data / "keys")
    store = SqliteStore(data / "centre.db", keys.keys.database)
    office = OwnCentre(Centre(store, keys, "x", "https://x", Clock()), Clock(), data / "keys", data / "root")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.harness.own_centre.SHOP", "S1")
        till = till_of(office)
        till.kiosk.clock.wall = time.time_ns() // 1_000_000  # the commands have the true clock
        till.sell(1)
        bundle = till.stick.out()
    store.close()
    catalogue, key, public = ((data / name).read_bytes() for name in ("c2.json", "one.key", "one.key.pub"))
    device = str(uuid.UUID(bytes=till.device.chain.device))
    return Bureau(data, device, (bundle.name, bundle.file), catalogue, key, public, proposal)


def _published(data: Path, done: Callable[..., None]) -> bytes:
    """One release, let out to everybody; what is proposed next."""
    key, passwords = data / "one.key", data / "passwords.json"
    passwords.write_bytes(PASSWORDS)
    word = ("--passwords", str(passwords))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("central.releases.offline_keys.MEMORY_KIB", 64)
        done("release", "key", str(key), *word)
    alone = ("--root-threshold", "1", "--targets-threshold", "1")
    done("release", "root", "--root-pub", f"{key}.pub", "--targets-pub", f"{key}.pub", *alone)

    def add(version: str) -> None:
        (data / f"app-{version}.zst").write_bytes(version.encode())
        done("release", "add", str(data / f"app-{version}.zst"), "--version", version, "--needs-runtime", "r")

    def publish(proposal: str) -> None:
        path = str(data / "updates-pending" / proposal)
        done("release", "sign", path, "--key", str(key), *word)
        done("release", "complete", path)

    publish("1.root.json")
    add("1.0")
    publish("1.targets.json")
    add("2.0")
    return (data / "updates-pending" / "2.targets.json").read_bytes()


@pytest.fixture
def office(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Program:
    def fresh(state: Path) -> list[str]:
        shutil.copytree(bureau.data, state)
        return ["--data", str(state), "--lang", "en", "--staff", ANYBODY, "--sessions", str(sessions_of(bureau.data))]

    monkeypatch.setattr("central.releases.offline_keys.MEMORY_KIB", 64)
    return Program(centre_main.main, fresh)
