"""`journal`, `work`, `stick`, `acceptance`, `support`: what came from the counters; `audit`: what the staff did."""

from __future__ import annotations

import re
import uuid
from argparse import Namespace
from pathlib import Path
from typing import Final

from central import audit
from central.centre import Centre
from central.cli.console import Console, Values, handed_in, line
from central.cli.grammar import BECAUSE, EPOCH, LIMIT, MACHINE, alone, file_option, opens, reads, writes
from central.cli.opening import opened
from central.devices import registry, reports
from central.projection import parked_chains
from central.projection.chain_projection import Projector
from central.staff.acts import Act
from central.store import kept_entries
from central.store.interface import Row, Session
from protocol.documents.trust import payload
from protocol.errors import KioskError, Refused, malformed_as
from protocol.program import outside
from protocol.strict_json import BadJson
from protocol.wire import support_file
from protocol.wire.acceptance import read_report, report_fingerprint
from protocol.wire.stick_file import MOST_BYTES, OUT_SUFFIX


@writes("journal export", Act.CENTRE_RUN, "exported", "device", file_option("file", metavar="FILE.kj01"), EPOCH)
def journal_export(centre: Centre, session: Session, options: Namespace) -> Values:
    """The records of one epoch as they came, byte for byte (``.kj01``): no personal frames."""
    chain = registry.epoch_of(session, options.device, options.epoch)
    records = kept_entries.records(session, chain.device, chain.epoch)
    outside.write(Path(options.file), b"".join(records))
    audit.append(
        session, centre.now_ms(), options.staff, "journal.exported", chain.name, epoch=chain.epoch, hwm=chain.hwm
    )
    return {"device": chain.name, "epoch": chain.epoch, "records": len(records), "file": options.file}


@opens("journal set-aside", Act.CENTRE_RUN, "entry_set_aside", "device", BECAUSE, "--all?")
def journal_set_aside(centre: Centre, options: Namespace) -> tuple[str, Values]:
    """The entry before which the device's journal stands, with ``--all`` each further one before which it then does.

    It is tried once more before: what is set aside stays so, and a key that lacked for a while is no fault of an entry.
    """
    because = line("--because", options.because)
    aside = list[Row]()
    with centre.store.writing() as session:
        device = registry.find(session, options.device)
        parked_chains.retry_now(session, device)
    entries = Projector(centre).drain(device)
    while True:
        with centre.store.writing() as session:
            aside.append(parked_chains.set_aside(centre, session, device, because, options.staff))
        entries += Projector(centre).drain(device)
        with centre.store.reading() as session:
            again = [one for one in parked_chains.parked(session) if one.device == device]
        if not (again and options.all):
            break
    said: Values = {"aside": ", ".join(f"{one.epoch}-{one.seq}" for one in aside), "entries": entries}
    if again:
        return "entry_set_aside_more", {**said, "seq": again[0].seq, "why": again[0].why}
    return "entry_set_aside", said


@opens("work", MACHINE, "worked")
def work(centre: Centre) -> tuple[str, Values]:
    """`work`: project what has arrived, as the server does behind the acknowledgements; once, without a server."""
    entries = Projector(centre).drain()
    with centre.store.reading() as session:
        standing = len(parked_chains.parked(session))
    return "worked_parked" if standing else "worked", {"entries": entries, "parked": standing}


@alone("stick take", Act.CENTRE_RUN, "", file_option("folder"))
def stick_take(options: Namespace, console: Console) -> None:
    """Every bundle in the folder, each with its answer beside it; a bad one does not stop the others."""
    folder = Path(options.folder)
    bundles = outside.named(folder, OUT_SUFFIX)
    if not bundles:
        raise Refused("stick_none", name=f"*{OUT_SUFFIX}")
    failed: list[tuple[Path, KioskError]] = []
    for file in bundles:
        try:
            _take(options, console, file)
        except KioskError as error:
            failed.append((file, error))
    for bad, why in failed[1:]:
        console.err.write(f"{bad.name}:\n")
        console.failed(why)
    if failed:  # how the command ends, it ends by the first
        console.err.write(f"{failed[0][0].name}:\n" if len(bundles) > 1 else "")
        raise failed[0][1]


def _take(options: Namespace, console: Console, file: Path) -> None:
    data = outside.read(file, MOST_BYTES)
    from central.web import stick_bundles  # noqa: PLC0415 - the server's handlers; no other command waits for them

    with opened(options) as centre:
        taken = stick_bundles.take(centre, data, options.staff)
    answer = file.with_name(taken.name)
    outside.write(answer, taken.answer)
    console.done("stick_taken", device=taken.chain.name, entries=taken.entries, file=str(answer))


_NUMBER: Final = re.compile(r"(S-)?[0-9]+", re.ASCII)


@opens("acceptance show", Act.SHOPS_SEE, "", "device", file_option("--file"))
def acceptance_show(centre: Centre, options: Namespace) -> Values:
    """The report in full, verified once more under the key of its epoch, and who approved that device."""
    with centre.store.reading() as session:
        device = registry.find(session, options.device)
        document = reports.newest_acceptance(session, device)
        if document is None:
            raise Refused("no_acceptance", device=options.device)
        epoch = int(payload(document)["epoch"])
        approver = audit.who(session, "device.approved", registry.name_of(device), epoch=epoch)
        members = read_report(document, registry.standing(session, device, epoch).public)
    if options.file:
        outside.write(Path(options.file), document)
    return {**members, "approver": approver, "sha256": report_fingerprint(document)}


@opens("acceptance take", Act.DEVICE_ADMIT, "accepted", file_option("report"))
def acceptance_take(centre: Centre, options: Namespace) -> Values:
    """A report that came on a stick: kept as if the counter had sent it."""
    document = outside.read(Path(options.report))
    with malformed_as(Refused("stick_torn"), BadJson):
        said = payload(document)
        device, epoch = uuid.UUID(str(said["device"])).bytes, int(said["epoch"])
    with centre.store.writing() as session:
        chain = registry.chain(session, device, epoch)
        if chain is None:
            raise Refused("no_epoch", device=str(said["device"]), epoch=epoch)
        with handed_in(Path(options.report)):
            kept = reports.keep_acceptance(centre, session, chain, document)
    return {"device": chain.name, "result": kept["result"]}


@opens("support open", Act.SUPPORT_SEE, "", file_option("file"))
def support_open(centre: Centre, options: Namespace) -> Values:
    """A file by its number, or one that came on a stick by its path."""
    with centre.store.reading() as session:
        kept = reports.kept_support(session, options.file)
    file = kept.file if kept else _from_stick(options.file)
    with handed_in(Path(options.file)):
        head, content = support_file.unseal(file, *centre.keys.seals)
    return {"device": registry.name_of(head.device), "epoch": head.epoch, **content}


def _from_stick(text: str) -> bytes:
    """Raises Refused ``no_support`` where it is the number of nothing, Unavailable ``file_away``."""
    path = Path(text)
    if _NUMBER.fullmatch(text) and not path.exists():
        raise Refused("no_support", number=text)
    return outside.read(path, reports.MOST_BYTES)


reads("acceptance list", Act.SHOPS_SEE, "ended device shop result", LIMIT)(reports.acceptances)

reads("support list", Act.SUPPORT_SEE, "number at device shop", LIMIT)(reports.support_files)

reads("audit list", Act.AUDIT_READ, "at staff act subject", LIMIT)(audit.listed)
