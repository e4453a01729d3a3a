"""`release`: what counters may update to. Keys and signatures are the holders', pacing is the centre's."""

from __future__ import annotations

import getpass
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.cli.console import Console, Values, handed_in
from central.cli.grammar import MACHINE, alone, file_option, opens, path, reads, writes
from central.cli.opening import keys_folder, root_folder
from central.documents import publishing
from central.documents.pilots import pilots
from central.fleet import overview
from central.releases import offline_keys, release_directory, rollout
from central.releases.release_directory import sha256_of
from central.staff.acts import Act
from central.store import key_files
from central.store.interface import Session
from protocol.clock import show_time
from protocol.errors import Refused, malformed_as
from protocol.program import outside
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.rings import PILOT, RINGS, reaches
from starter import pointer

HOLDERS: Final = {"root": (5, 3), "targets": (3, 2)}
"""How many keys, and how many of them sign."""


_COUNT: Final = whole(1, 16)
_PASSWORDS: Final = file_option("--passwords", metavar="FILE")
_SHOPS: Final = option("shops", nargs="+", metavar="SHOP")


@opens("release keys", Act.RELEASE_MANAGE, "release_keys", file_option("folder"), _PASSWORDS)
def release_keys(centre: Centre, options: Namespace) -> Values:
    """The ceremony: all keys in one room, the first root signed by three of its five."""
    folder = Path(options.folder)
    names = [f"{role}-{n}" for role, (count, _) in HOLDERS.items() for n in range(1, count + 1)]
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
    return {"folder": str(folder), "root": str(root), "sha256": sha256_of(root)}


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


@alone("release key", MACHINE, "release_key", file_option("file"), _PASSWORDS)
def release_key(options: Namespace) -> Values:
    """One key, on its holder's own machine."""
    path = Path(options.file)
    made = offline_keys.make(path, _passwords(options, new=True)(path.stem))
    return {"file": str(path), "public": f"{path}{offline_keys.PUBLIC}", "keyid": made.keyid[:16]}


@writes(
    "release root", Act.RELEASE_MANAGE, "release_proposed",
    option("--root-pub", type=path, nargs="+", required=True, metavar="PUB"),
    option("--targets-pub", type=path, nargs="+", required=True, metavar="PUB"),
    option("--root-threshold", type=_COUNT, default=3), option("--targets-threshold", type=_COUNT, default=2),
    "--new-online?",
)  # fmt: skip
def release_root(centre: Centre, session: Session, options: Namespace) -> Values:
    """The next root: who holds keys from now on."""
    given = {"root": options.root_pub, "targets": options.targets_pub}
    publics: dict[str, list[Any]] = {role: [_public(Path(one)) for one in of] for role, of in given.items()}
    found = rollout.directory(centre, session, renew=options.new_online)
    proposal = found.propose_root(publics, {"root": options.root_threshold, "targets": options.targets_threshold})
    audit.append(session, centre.now_ms(), options.staff, "release.root_proposed", proposal.name)
    return {"file": str(proposal), "holders": "root"}


@writes("release pin", Act.RELEASE_MANAGE, "release_pinned")
def release_pin(centre: Centre, session: Session, options: Namespace) -> Values:
    """A keyset that names the newest root: enrolled counters take no other's releases. Needs the offline folder."""
    standing = rollout.reading(centre).root()
    if standing is None or centre.updates is None:
        raise Refused("release_no_root")
    file = centre.updates / release_directory.METADATA / f"{standing.signed.version}.root.json"
    sha256, now = sha256_of(file), centre.now_ms()
    envelope = key_files.pin_updates(keys_folder(options), root_folder(options), sha256, now)
    version = centre.keys.keyset_version
    publishing.publish(centre, session, "keyset", version, envelope, publishing.EVERYWHERE)
    audit.append(session, now, options.staff, "release.pinned", sha256, version=version)
    return {"sha256": sha256, "version": version}


@writes(
    "release add", Act.RELEASE_MANAGE, "release_proposed", file_option("file"), "--version!", "--needs-runtime!",
    "--min-schema", option("--kind", choices=("app", "setup"), default="app"),
    option("--platform", choices=("any", "windows", "deb", "run"), default="any"),
)  # fmt: skip
def release_add(centre: Centre, session: Session, options: Namespace) -> Values:
    """Propose a file; it is offered when its holders have signed and somebody has promoted it."""
    try:
        pointer.order(options.version)
    except ValueError:
        raise Refused("release_version", version=options.version) from None
    if not options.needs_runtime.strip():
        raise Refused("release_no_runtime")
    custom = {name: getattr(options, name) for name in ("kind", "platform", "version", "needs_runtime", "min_schema")}
    proposal = rollout.directory(centre, session).propose_release(Path(options.file), custom)
    sha256 = sha256_of(Path(options.file))
    audit.append(session, centre.now_ms(), options.staff, "release.proposed", options.version, sha256=sha256)
    return {"file": str(proposal), "holders": "targets"}


@writes("release renew", Act.RELEASE_MANAGE, "release_proposed")
def release_renew(centre: Centre, session: Session) -> Values:
    return {"file": str(rollout.directory(centre, session).propose_renewal()), "holders": "targets"}


@alone(
    "release sign", MACHINE, "release_signed", file_option("file"),
    option("--key", type=path, required=True), _PASSWORDS,
)  # fmt: skip
def release_sign(options: Namespace, console: Console) -> Values:
    """A holder's signature, on his own machine; it needs no centre. What is signed is shown first."""
    path, file = Path(options.file), Path(options.key)
    with handed_in(path):
        shown = release_directory.proposal(path)
    if not console.json:
        console.shown(shown)
    password = _passwords(options)(file.stem)
    with handed_in(file):
        made = release_directory.sign(path, offline_keys.opened(file, password))
    return {"file": str(path), "have": len(made.signatures)}


@writes("release complete", Act.RELEASE_MANAGE, "release_completed", file_option("files", nargs="+"))
def release_complete(centre: Centre, session: Session, options: Namespace) -> Values:
    copies = [Path(one) for one in options.files]
    for copy in copies:
        with handed_in(copy):
            release_directory.proposal(copy)
    made = rollout.directory(centre, session).complete(copies)
    role, version, signed_by = made.signed.type, made.signed.version, sorted(keyid[:16] for keyid in made.signatures)
    audit.append(session, centre.now_ms(), options.staff, "release.completed", f"{version}.{role}", keys=signed_by)
    return {"role": role, "version": version}


@writes(
    "release promote", Act.RELEASE_WIDEN, "release_promoted", "version",
    option("--ring", type=int, choices=(int(PILOT), *RINGS), required=True),
)  # fmt: skip
def release_promote(centre: Centre, session: Session, options: Namespace) -> tuple[str, Values]:
    """Says how many counters that is: a small ring of a small centre may hold none."""
    if rollout.promote_by_two(centre, session, options.version, options.ring, options.staff) is None:
        return "two_wanted", {"subject": options.version, "first": options.staff}
    said = rollout.reading(centre).rollout()[options.version]
    working = [one for one in overview.device_rows(centre, session) if one.works]
    reached = sum(reaches(said, one.ring) for one in working)
    key = "release_promoted" if options.ring else "release_piloted"
    return key, {"version": options.version, "percent": options.ring, "reached": reached, "all": len(working)}


@writes("release halt", Act.RELEASE_HALT, "release_halted", "version", "--why")
def release_halt(centre: Centre, session: Session, version: str, staff: str, why: str) -> Values:
    rollout.halt(centre, session, version, staff, why)
    return {"version": version}


@writes("release resume", Act.RELEASE_WIDEN, "release_resumed", "version")
def release_resume(centre: Centre, session: Session, options: Namespace) -> tuple[str, Values]:
    if rollout.resume_by_two(centre, session, options.version, options.staff) is None:
        return "two_wanted", {"subject": options.version, "first": options.staff}
    return "release_resumed", {"version": options.version}


@writes("release refresh", Act.RELEASE_MANAGE, "release_refreshed")
def release_refresh(centre: Centre, session: Session) -> Values:
    found = rollout.directory(centre, session)
    found.targets()
    made = found.refresh()
    return {"version": made.version, "until": show_time(int(made.expires.timestamp() * 1000))}


@opens("release list", Act.RELEASE_MANAGE, "version file kind platform bytes pilots percent halted")
def release_list(centre: Centre) -> list[Values]:
    found = rollout.reading(centre)
    said = found.rollout()
    return [
        {
            "version": version, "file": target.path, "bytes": target.length, "sha256": target.hashes["sha256"],
            **{name: target.custom[name] for name in ("kind", "platform", "needs_runtime")},
            "percent": 0, "pilots": False, "halted": False, **said.get(version, {}),
        }
        for version, targets in sorted(found.by_version().items(), key=lambda one: pointer.order(one[0]))
        for target in targets
    ]  # fmt: skip


@opens("release export", Act.RELEASE_MANAGE, "release_exported", file_option("folder"))
def release_export(centre: Centre, folder: str) -> Values:
    return {"folder": folder, "files": rollout.reading(centre).copy_to(Path(folder))}


def _passwords(options: Namespace, *, new: bool = False) -> Callable[[str], str]:
    """By the name of a key file: from ``--passwords FILE`` (JSON, for a pilot or a script), else typed."""
    if options.passwords:
        with malformed_as(Refused("file_foreign", path=options.passwords)):
            given = dict(json.loads(outside.read(Path(options.passwords))))
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
    with handed_in(path):
        return offline_keys.public(path)


@writes("release pilot add", Act.RELEASE_MANAGE, "pilots_added", _SHOPS)
@writes("release pilot remove", Act.RELEASE_MANAGE, "pilots_removed", _SHOPS)
def release_pilot_set(centre: Centre, session: Session, action: str, shops: list[str], staff: str) -> Values:
    """The shops that take every release first; all of them or none."""
    for shop in shops:
        rollout.set_pilot(centre, session, shop, staff, pilot=action == "add")
    return {"shops": ", ".join(shops)}


@reads("release pilot list", Act.RELEASE_MANAGE, "shop counters versions")
def release_pilot_list(centre: Centre, session: Session) -> list[Values]:
    """Each counter of theirs, so that a shop without any shows."""
    there = [one for one in overview.device_rows(centre, session) if one.works and one.ring == PILOT]
    return [
        {"shop": shop, "counters": sum(one.shop == shop for one in there),
         "versions": ", ".join(sorted({one.version for one in there if one.shop == shop and one.version}))}
        for shop in pilots(session)
    ]  # fmt: skip
