"""`acceptance`: what technicians proved at the counters."""

from __future__ import annotations

import base64
import json
import uuid
from argparse import Namespace
from pathlib import Path

from central import audit, staff_files
from central.cli.console import Console
from central.cli.opening import opened
from central.devices import acceptance_reports, registry
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.wire.acceptance import read_report, report_fingerprint


def listed(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        found = acceptance_reports.listed(session, options.limit)
    rows = [
        {**row, "device": str(uuid.UUID(bytes=bytes(row["device"]))), "ended": show_time(row["ended_ms"])}
        for row in found
    ]
    console.listed(rows, ("ended", "device", "shop", "verdict"))


def show(options: Namespace, console: Console) -> None:
    """The report in full, verified once more under the key of its epoch, and who approved that device."""
    with opened(options) as centre, centre.store.reading() as session:
        device = registry.find(session, options.device)
        document = acceptance_reports.newest(session, device)
        if document is None:
            raise Refused("no_acceptance", device=options.device)
        chains = [chain for chain in registry.chains(session) if chain.device == device]
        epoch = int(json.loads(_payload(document))["epoch"])
        approver = audit.who(session, "device.approved", str(uuid.UUID(bytes=device)), epoch=epoch)
    members = read_report(document, next(chain.public for chain in chains if chain.epoch == epoch))
    if options.file:
        staff_files.write(Path(options.file), document)
    console.shown({**members, "approver": approver, "sha256": report_fingerprint(document)})


def take(options: Namespace, console: Console) -> None:
    """A report that came on a stick: kept as if the counter had sent it."""
    document = staff_files.read(Path(options.report))
    try:
        payload = json.loads(_payload(document))
        device, epoch = uuid.UUID(str(payload["device"])).bytes, int(payload["epoch"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("stick_torn") from error
    with opened(options) as centre, centre.store.writing() as session:
        chain = registry.chain(session, device, epoch)
        if chain is None:
            raise Refused("no_epoch", device=str(payload["device"]), epoch=epoch)
        with staff_files.handed_in(Path(options.report)):
            kept = acceptance_reports.keep(centre, session, chain, document)
    console.done("accepted", device=chain.name, verdict=kept["verdict"])


def _payload(document: bytes) -> bytes:
    return base64.b64decode(json.loads(document)["payload"])
