"""`release`: what counters may update to. Keys and signatures are the holders', pacing is the centre's."""

from __future__ import annotations

import getpass
import hashlib
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from central import audit, staff_files
from central.centre import Centre
from central.cli.console import Console
from central.cli.opening import keys_folder, opened, root_folder
from central.documents import publishing
from central.fleet import overview
from central.releases import offline_keys, pilot_shops, release_directory, rollout
from central.store import key_files
from central.store.interface import Session
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.rings import PILOT, reaches
from starter import pointer
from starter.files import plain, reading

HOLDERS: Final = {"root": (5, 3), "targets": (3, 2)}
"""How many keys, and how many of them sign."""


def keys(options: Namespace, console: Console) -> None:
    """The ceremony: all keys in one room, the first root signed by three of its five."""
    folder = Path(options.folder)
    names = [f"{role}-{n}" for role, (count, _) in HOLDERS.items() for n in range(1, count + 1)]
    with opened(options) as centre:
        if rollout.reading(centre).root() is not None:
            raise Refused("release_has_root")
        for name in names:
            if (folder / f"{name}.key").exists():
                raise Refused("file_exists", path=str(folder / f"{name}.key"))
        typed = _passwords(options, new=True)
        passwords = {name: typed(name) for name in names}  # all of them before the first file: a slip leaves nothing
        with centre.store.writing() as session, _or_none_of(folder, names):
            root = _first_root(rollout.directory(centre, session), folder, passwords)
            audit.append(session, centre.now_ms(), options.staff, "release.root", "1")
    console.done("release_keys", folder=str(folder), root=str(root), sha256=_sha256(root))


def _first_root(found: release_directory.Directory, folder: Path, passwords: dict[str, str]) -> Path:
    made: dict[str, list[Any]] = {role: [] for role in HOLDERS}
    for name, password in passwords.items():
        made[name.partition("-")[0]].append(offline_keys.make(folder / f"{name}.key", password))
    proposal = found.propose_root(made, {role: need for role, (_, need) in HOLDERS.items()})
    for n in range(1, HOLDERS["root"][1] + 1):
        release_directory.sign(proposal, offline_keys.opened(folder / f"root-{n}.key", passwords[f"root-{n}"]))
    found.complete([proposal])
    return found.folder / release_directory.METADATA / "1.root.json"


@contextmanager
def _or_none_of(folder: Path, names: Sequence[str]) -> Iterator[None]:
    """A ceremony that fails leaves no key behind: one of no root would lie in somebody's safe for years."""
    try:
        yield
    except BaseException:
        for name in names:
            for file in (folder / f"{name}.key", folder / f"{name}.key{offline_keys.PUBLIC}"):
                file.unlink(missing_ok=True)
        raise


def key(options: Namespace, console: Console) -> None:
    """One key, on its holder's own machine."""
    path = Path(options.file)
    made = offline_keys.make(path, _passwords(options, new=True)(path.stem))
    console.done("release_key", file=str(path), public=f"{path}{offline_keys.PUBLIC}", keyid=made.keyid[:16])


def root(options: Namespace, console: Console) -> None:
    """The next root: who holds keys from now on."""
    given = {"root": options.root_pub, "targets": options.targets_pub}
    publics: dict[str, list[Any]] = {role: [_public(Path(one)) for one in of] for role, of in given.items()}
    with opened(options) as centre, centre.store.writing() as session:
        found = rollout.directory(centre, session, renew=options.new_online)
        needs = {"root": options.root_threshold, "targets": options.targets_threshold}
        proposal = found.propose_root(publics, needs)
        audit.append(session, centre.now_ms(), options.staff, "release.root_proposed", proposal.name)
    console.done("release_proposed", file=str(proposal), holders="root")


def pin(options: Namespace, console: Console) -> None:
    """A keyset that names the newest root: enrolled counters take no other's releases. Needs the offline folder."""
    with opened(options) as centre, centre.store.writing() as session:
        standing = rollout.reading(centre).root()
        if standing is None or centre.updates is None:
            raise Refused("release_no_root")
        file = centre.updates / release_directory.METADATA / f"{standing.signed.version}.root.json"
        sha256, now = _sha256(file), centre.now_ms()
        envelope = key_files.pin_updates(keys_folder(options), root_folder(options), sha256, now)
        version = centre.keys.keyset_version
        publishing.publish(centre, session, "keyset", version, envelope, publishing.EVERYWHERE)
        audit.append(session, now, options.staff, "release.pinned", sha256, version=version)
    console.done("release_pinned", sha256=sha256, version=version)


def add(options: Namespace, console: Console) -> None:
    """Propose a file; it is offered when its holders have signed and somebody has promoted it."""
    try:
        pointer.order(options.version)
    except ValueError:
        raise Refused("release_version", version=options.version) from None
    if not options.needs_runtime.strip():
        raise Refused("release_no_runtime")
    custom = {
        "kind": options.kind, "platform": options.platform, "version": options.version,
        "needs_runtime": options.needs_runtime, "min_schema": options.min_schema,
    }  # fmt: skip
    with opened(options) as centre, centre.store.writing() as session:
        proposal = rollout.directory(centre, session).propose_release(Path(options.file), custom)
        sha256 = _sha256(Path(options.file))
        audit.append(session, centre.now_ms(), options.staff, "release.proposed", options.version, sha256=sha256)
    console.done("release_proposed", file=str(proposal), holders="targets")


def renew(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        proposal = rollout.directory(centre, session).propose_renewal()
    console.done("release_proposed", file=str(proposal), holders="targets")


def sign(options: Namespace, console: Console) -> None:
    """A holder's signature, on his own machine; it needs no centre. What is signed is shown first."""
    path, file = Path(options.file), Path(options.key)
    with staff_files.handed_in(path):
        shown = release_directory.proposal(path)
    if not console.json:
        console.shown(shown)
    password = _passwords(options)(file.stem)
    with staff_files.handed_in(file):
        made = release_directory.sign(path, offline_keys.opened(file, password))
    console.done("release_signed", file=str(path), have=len(made.signatures))


def complete(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        copies = [Path(one) for one in options.files]
        for copy in copies:
            with staff_files.handed_in(copy):
                release_directory.proposal(copy)
        made = rollout.directory(centre, session).complete(copies)
        role, version = made.signed.type, made.signed.version
        audit.append(
            session, centre.now_ms(), options.staff, "release.completed", f"{version}.{role}",
            keys=sorted(keyid[:16] for keyid in made.signatures),
        )  # fmt: skip
    console.done("release_completed", role=role, version=version)


def promote(options: Namespace, console: Console) -> None:
    """Says how many counters that is: a small ring of a small centre may hold none."""
    with opened(options) as centre, centre.store.writing() as session:
        rollout.promote(centre, session, options.version, options.ring, options.staff)
        said = rollout.reading(centre).rollout()[options.version]
        working = [one for one in overview.device_rows(centre, session) if one.works]
    reached = sum(reaches(said, one.ring) for one in working)
    key = "release_promoted" if options.ring else "release_piloted"
    console.done(key, version=options.version, percent=options.ring, reached=reached, all=len(working))


def halt(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        rollout.halt(centre, session, options.version, options.staff, options.why)
    console.done("release_halted", version=options.version)


def resume(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        rollout.resume(centre, session, options.version, options.staff)
    console.done("release_resumed", version=options.version)


def refresh(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        found = rollout.directory(centre, session)
        found.targets()
        made = found.refresh()
    console.done("release_refreshed", version=made.version, until=show_time(int(made.expires.timestamp() * 1000)))


def listed(options: Namespace, console: Console) -> None:
    with opened(options) as centre:
        found = rollout.reading(centre)
        said = found.rollout()
        rows = [
            {
                "version": version, "file": target.path, "kind": target.custom["kind"],
                "platform": target.custom["platform"], "bytes": target.length, "sha256": target.hashes["sha256"],
                "needs_runtime": target.custom["needs_runtime"], "percent": said.get(version, {}).get("percent", 0),
                "pilots": said.get(version, {}).get("pilots", False),
                "halted": said.get(version, {}).get("halted", False),
            }
            for version, targets in sorted(found.by_version().items(), key=lambda one: pointer.order(one[0]))
            for target in targets
        ]  # fmt: skip
    console.listed(rows, ("version", "file", "kind", "platform", "bytes", "pilots", "percent", "halted"))


def export(options: Namespace, console: Console) -> None:
    with opened(options) as centre:
        written = rollout.reading(centre).copy_to(Path(options.folder))
    console.done("release_exported", folder=options.folder, files=written)


def _passwords(options: Namespace, *, new: bool = False) -> Callable[[str], str]:
    """By the name of a key file: from ``--passwords FILE`` (JSON, for a pilot or a script), else typed."""
    if options.passwords:
        try:
            given = dict(json.loads(staff_files.read(Path(options.passwords))))
        except (ValueError, TypeError) as error:
            raise Refused("file_foreign", path=options.passwords) from error
        return lambda name: str(given.get(name, ""))
    held: dict[str, str] = {}

    def typed(name: str) -> str:
        if name not in held:
            first = getpass.getpass(f"{name}: ", stream=sys.stderr)
            if new:
                offline_keys.refuse_short(first)
                if getpass.getpass(f"{name} (2): ", stream=sys.stderr) != first:
                    raise Refused("release_password_twice")
            held[name] = first
        return held[name]

    return typed


def _public(path: Path) -> Any:
    with staff_files.handed_in(path):
        return offline_keys.public(path)


def _sha256(path: Path) -> str:
    with staff_files.told(path), reading(plain(path)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pilot_add(options: Namespace, console: Console) -> None:
    """The shops that take every release first."""
    _each(options, pilot_shops.add)
    console.done("pilots_added", shops=", ".join(options.shops))


def pilot_remove(options: Namespace, console: Console) -> None:
    _each(options, pilot_shops.remove)
    console.done("pilots_removed", shops=", ".join(options.shops))


def _each(options: Namespace, change: Callable[[Centre, Session, str, str], int]) -> None:
    """All of them or none."""
    with opened(options) as centre, centre.store.writing() as session:
        for shop in options.shops:
            change(centre, session, shop, options.staff)


def pilot_list(options: Namespace, console: Console) -> None:
    """Each counter of theirs, so that a shop without any shows."""
    with opened(options) as centre, centre.store.reading() as session:
        shops = pilot_shops.shops(session)
        there = [one for one in overview.device_rows(centre, session) if one.works and one.ring == PILOT]
    rows = [
        {"shop": shop, "counters": sum(one.shop == shop for one in there),
         "versions": ", ".join(sorted({one.version for one in there if one.shop == shop and one.version}))}
        for shop in shops
    ]  # fmt: skip
    console.listed(rows, ("shop", "counters", "versions"))
