"""`keys`, `catalogue`: what only the offline folder can sign."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from central import audit
from central.centre import Centre, chance, wall_ms
from central.cli.console import Values, handed_in
from central.cli.grammar import MACHINE, alone, file_option, ids_in, opens, reads, writes
from central.cli.opening import DATABASE, data_folder, keys_folder, make_keys, opened, root_folder
from central.documents import catalogue_publication, publishing, shops
from central.documents.catalogue_publication import Reach
from central.staff.acts import Act
from central.store import key_files
from central.store.interface import Session
from central.store.key_files import KeyFiles
from protocol import strict_json
from protocol.catalogue.catalogue import bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.catalogue_lint import SERVICE_BYTES, Judged, judge, line
from protocol.catalogue.json_part import Fault
from protocol.clock import business_date
from protocol.documents.trust import CATALOGUE, payload, seal_object
from protocol.errors import Refused
from protocol.keys import fingerprint
from protocol.program import outside
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.texts import Bilingual


@alone("keys new", MACHINE, "keys_made", file_option("--dir"))
def keys_new(options: Namespace) -> Values:
    if options.dir:
        key_files.create(Path(options.dir), root_folder(options), chance, wall_ms())
        made = KeyFiles(Path(options.dir)).keys
    else:
        make_keys(options, wall_ms(), chance)
        made = KeyFiles(keys_folder(options)).keys
    return {"root": fingerprint(made.root_public).hex(), "offline": str(root_folder(options))}


@writes(
    "keys rotate", Act.CENTRE_RUN, "keys_rotated",
    option("roles", nargs="*", choices=["enrol", "ack", "feed", "catalogue", "seal", "vault", []]),
)  # fmt: skip
def keys_rotate(centre: Centre, session: Session, options: Namespace) -> Values:
    """The transaction has begun before: where nothing can be written, no key moves on."""
    roles = tuple(options.roles or (*key_files.SIGNING, "catalogue", *key_files.OLD_KEPT))
    envelope = key_files.rotate(keys_folder(options), root_folder(options), roles, centre.random, centre.now_ms())
    version = centre.keys.keyset_version
    publishing.publish(centre, session, "keyset", version, envelope, publishing.EVERYWHERE)
    _sign_again(centre, session, roles, options)
    audit.append(session, centre.now_ms(), options.staff, "keys.rotated", ",".join(roles), version=version)
    return {"version": version, "roles": ", ".join(roles)}


def _sign_again(centre: Centre, session: Session, roles: tuple[str, ...], options: Namespace) -> None:
    """What is in force was signed by a key that the new keyset no longer names: a new counter would refuse it."""
    if "feed" in roles:
        publishing.publish_all_settings(centre, session)
        for shop, *_ in shops.listed(session):
            publishing.publish_operators(centre, session, shop)
    envelope = publishing.read(session, "catalogue", publishing.EVERYWHERE) if "catalogue" in roles else None
    if envelope is not None:
        members = payload(envelope)
        members["version"] = publishing.newest_catalogue_version(session) + 1
        signer = key_files.catalogue_signer(root_folder(options))
        publishing.publish_catalogue(centre, session, seal_object(CATALOGUE, members, signer))


@alone(
    "catalogue sign", MACHINE, "catalogue_signed", file_option("out", metavar="FILE"),
    option("--version", type=whole(1, 2**31 - 1), required=True), file_option("--services"),
    option("--drop", type=ids_in, default="", metavar="ID,…"), option("--valid-from", default=None),
    option("--valid-until", default=None),
)  # fmt: skip
def catalogue_sign(options: Namespace) -> Values:
    """Put service files (a folder's, else the bundled ones) into one signed catalogue. Needs the offline folder.

    Raises Refused ``catalogue_faults``; ``catalogue_drops`` where services would disappear that nobody named.
    """
    kept = [service for service in _published(options) if service["id"] not in options.drop]
    judged = judge(_service_files(options), kept)
    if judged.faults:
        raise Refused("catalogue_faults", faults=_lines(judged.faults))
    gone = sorted({service["id"] for service in kept} - {service["id"] for service in judged.services})
    if gone:
        raise Refused("catalogue_drops", n=len(gone), services=",".join(gone))
    envelope = signed_catalogue(root_folder(options), options.version, judged, options.valid_from, options.valid_until)
    outside.write(Path(options.out), envelope)
    return {"version": options.version, "services": len(judged.services), "file": options.out}


def _lines(faults: list[Fault]) -> Bilingual:
    return Bilingual.of(lambda language: "\n".join(line(language, fault) for fault in faults))


def signed_catalogue(
    root: Path, version: int, judged: Judged, valid_from: str | None = None, valid_until: str | None = None
) -> bytes:
    """The envelope of a catalogue. Raises Refused ``root_missing``, and what no counter could read or use."""
    today = business_date(wall_ms())
    first = valid_from or today.isoformat()
    members = catalogue_members(version, first, valid_until, judged.services, judged.needs)
    publishing.refuse_useless(read_catalogue(members), today)
    return seal_object(CATALOGUE, members, key_files.catalogue_signer(root))


def _published(options: Namespace) -> list[dict[str, Any]]:
    """The services of the catalogue that was published last, where the centre's database is; else the bundled ones."""
    if options.database or key_files.is_there(data_folder(options) / DATABASE):
        with opened(options) as centre, centre.store.reading() as session:
            envelope = publishing.read(session, "catalogue", publishing.EVERYWHERE)
        if envelope is not None:
            services: list[dict[str, Any]] = payload(envelope)["services"]
            return services
    return bundled_services()


def _service_files(options: Namespace) -> list[tuple[str, bytes]]:
    """Raises Unavailable ``file_away``, Refused ``no_service_files``, ``file_endless``."""
    if not options.services:
        return [(f"{service['id']}.json", strict_json.dumps(service)) for service in bundled_services()]
    found = [(path.name, outside.read(path, SERVICE_BYTES)) for path in outside.named(Path(options.services), ".json")]
    if not found:
        raise Refused("no_service_files", path=options.services)
    return found


@opens("catalogue publish", Act.CATALOGUE_PUBLISH, "catalogue_published", file_option("file"), "--pilots?")
def catalogue_publish(centre: Centre, options: Namespace) -> tuple[str, Values]:
    envelope = outside.read(Path(options.file))
    with centre.store.writing() as session, handed_in(Path(options.file)):
        reach: Reach = "pilots" if options.pilots else "all"
        version, first = catalogue_publication.publish_by_two(centre, session, envelope, options.staff, reach)
    if first is None:
        return "two_wanted", {"subject": str(version), "first": options.staff}
    return "catalogue_published", {"version": version}


@reads("catalogue list", Act.CATALOGUE_EDIT, "version reach at bytes")
def catalogue_list(session: Session) -> list[Values]:
    return [
        {
            "version": one.version, "reach": "pilots" if one.scope else "all", "at_ms": one.at_ms,
            "bytes": len(json.dumps(json.loads(one.envelope))),
        }
        for one in publishing.catalogues(session)
    ]  # fmt: skip
