"""`device`: slots, the comparison of six digits, suspension; and what a device's journal looks like from here."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import segno

from central import audit, staff_files
from central.centre import Centre
from central.cli.console import Console, line
from central.cli.opening import opened
from central.devices import decommissioning, enrolment, registry
from central.devices import offline_enrolment as admitted
from central.devices.registry import Chain
from central.documents import publishing
from central.store.interface import Session
from protocol.clock import show_time
from protocol.documents.trust import ENROLMENT, open_bytes
from protocol.errors import Refused
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.values import ids
from protocol.wire import offline_enrolment
from protocol.wire.invitation import FILE as INVITATION
from protocol.wire.invitation import Invitation


def slot(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device) if options.device else None
        if device is not None and registry.latest(session, device).shop != options.shop:  # that is moving it
            name, code = decommissioning.move(centre, session, device, options.shop, options.staff)
        else:
            name, code = enrolment.make_slot(centre, session, options.shop, options.staff, device)
        made = invited(centre, name, code, options.out)
    console.done("slot_made", **made)


def invited(centre: Centre, slot: str, code: str, folder: str) -> dict[str, str]:
    """What is said of a new slot; for scanner and stick in `folder`, too, where one is named.

    Called before the slot is kept: nobody has seen the code of one whose stick took no file.
    """
    line = Invitation(centre.public_address, slot, code).text()
    if folder:
        _write_all(Path(folder), {INVITATION: f"{line}\n".encode(), "manfaz-slot.png": _drawn(line)})
    return {"slot": slot, "code": code, "invitation": line}


def _drawn(line: str) -> bytes:
    """The line as a QR, for a scanner at the counter."""
    picture = io.BytesIO()
    segno.make(line, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()


def pending(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        waiting = enrolment.slots(session, "revealed")
    rows = [
        {"slot": s.slot, "shop": s.shop, "number": s.number, "device": s.name, "epoch": s.epoch, "creator": s.creator}
        for s in waiting
    ]
    console.listed(rows, ("slot", "shop", "number", "epoch", "creator"))


def approve(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        statement = enrolment.approve(centre, session, options.slot, options.number, options.staff)
    console.done("approved", device=statement.device_text, epoch=statement.epoch, shop=statement.shop)


def deny(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        enrolment.deny(centre, session, options.slot, line("--reason", options.reason), options.staff)
    console.done("denied", slot=options.slot)


def answer(options: Namespace, console: Console) -> None:
    """A request that came on a stick: compared by its code, answered with a file and a code to read out."""
    data = staff_files.read(Path(options.request), offline_enrolment.MOST_BYTES)
    request = offline_enrolment.read_request(data)
    with opened(options) as centre:
        with centre.store.writing() as session:
            given = admitted.answer(centre, session, request, options.number, options.staff)
        if isinstance(given, Refused):
            raise given  # only now: a wrong code has cost a try
        found, envelope = given
        keys = centre.keys
        with centre.store.reading() as session:
            scopes = (("keyset", ""), ("settings", found.shop), ("operators", found.shop), ("catalogue", ""))
            held = {kind: publishing.read(session, kind, scope) for kind, scope in scopes}
        ruling = {kind: document for kind, document in held.items() if document is not None}
        file = offline_enrolment.write_answer(
            request, keys.root_public, keys.envelope, envelope, centre.public_address, ruling
        )
        statement = open_bytes(envelope, ENROLMENT, publishing.keyset_of(centre).publics("enrol"))
        code = ids.grouped_code(offline_enrolment.answer_code(keys.root_fp, statement))
    staff_files.write(Path(options.out), file)
    console.done("answered", slot=found.slot, shop=found.shop, device=found.name, code=code, file=options.out)


def suspend(options: Namespace, console: Console) -> None:
    _switch(options, console, registry.suspend, "suspended")


def resume(options: Namespace, console: Console) -> None:
    _switch(options, console, registry.resume, "resumed")


def _switch(
    options: Namespace, console: Console, switch: Callable[[Centre, Session, bytes, str], None], key: str
) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device)
        switch(centre, session, device, options.staff)
        name = registry.latest(session, device).name
    console.done(key, device=name)


def listed(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        heard = {row[0]: row[1:] for row in session.all("SELECT id, heard_ms, heartbeat FROM device")}
        rows = [_row(chain, *heard[chain.device]) for chain in registry.chains(session)]
    console.listed(rows, ("device", "epoch", "shop", "state", "hwm", "heard"))


def _row(chain: Chain, heard_ms: int, heartbeat: str) -> dict[str, Any]:
    return {
        "device": chain.name, "epoch": chain.epoch, "shop": chain.shop, "state": chain.state, "hwm": chain.hwm,
        "durable_hwm": chain.durable, "heard_ms": heard_ms, "heard": show_time(heard_ms) if heard_ms else "-",
        "heartbeat": json.loads(heartbeat) if heartbeat else None,
    }  # fmt: skip


def export_keys(options: Namespace, console: Console) -> None:
    """All that a stranger needs to check an exported journal: statement, public keys, the last acknowledgement."""
    with opened(options) as centre, centre.store.reading() as session:
        chain = _chain(session, options)
        said = _statement(session, chain)
        acks = [key.hex() for key in publishing.keyset_of(centre).ack]
        ack = acknowledgement.sign(
            Ack(chain.device, chain.epoch, chain.hwm, chain.hash, chain.server_ms), centre.keys.signer("ack")
        )
        members = {
            "device": chain.name, "epoch": chain.epoch, "statement": said.decode(), "pub": chain.public.hex(),
            "ack_pub": acks, "root": centre.keys.root_public.hex(), "hwm": chain.hwm, "ack": ack.hex(),
        }  # fmt: skip
    if options.directory:
        public, acks_text = chain.public.hex().encode(), "".join(f"{key}\n" for key in acks).encode()
        parts = {"statement.json": said, "pub.hex": public, "ack.bin": ack, "ack_pub.hex": acks_text}
        _write_all(Path(options.directory), parts)
    console.shown(members)


def statement(options: Namespace, console: Console) -> None:
    """The exact payload bytes of the enrolment statement, whose hash is the genesis."""
    with opened(options) as centre, centre.store.reading() as session:
        chain = _chain(session, options)
        said = _statement(session, chain)
    if options.file:
        staff_files.write(Path(options.file), said)
    console.out.write(said.decode() + "\n")


def _statement(session: Session, chain: Chain) -> bytes:
    row = session.one("SELECT statement FROM chain WHERE device = ? AND epoch = ?", chain.device, chain.epoch)
    assert row is not None  # noqa: S101 - the chain has just been read
    return bytes(row[0])


def journal_export(options: Namespace, console: Console) -> None:
    """The records of one epoch as they came, byte for byte (``.kj01``): no personal frames."""
    with opened(options) as centre, centre.store.writing() as session:
        chain = _chain(session, options)
        rows = session.all(
            "SELECT header, signature, body FROM entry WHERE device = ? AND epoch = ? ORDER BY seq",
            chain.device,
            chain.epoch,
        )
        staff_files.write(Path(options.file), b"".join(part for row in rows for part in row))
        audit.append(
            session, centre.now_ms(), options.staff, "journal.exported", chain.name, epoch=chain.epoch, hwm=chain.hwm
        )
    console.done("exported", device=chain.name, epoch=chain.epoch, records=len(rows), file=options.file)


def _chain(session: Session, options: Namespace) -> Chain:
    device = registry.find(session, options.device)
    chain = (
        registry.latest(session, device) if options.epoch is None else registry.chain(session, device, options.epoch)
    )
    if chain is None:
        raise Refused("no_epoch", device=options.device, epoch=options.epoch)
    return chain


def _write_all(folder: Path, contents: dict[str, bytes]) -> None:
    staff_files.make_folder(folder)
    for name, content in contents.items():
        staff_files.write(folder / name, content)


def audit_list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        rows = session.all(
            "SELECT at_ms, staff, act, subject, detail FROM audit ORDER BY n DESC LIMIT ?", options.limit
        )
    listing = [
        {"at_ms": at, "at": show_time(at), "staff": staff, "act": act, "subject": subject, "detail": json.loads(detail)}
        for at, staff, act, subject, detail in rows
    ]
    console.listed(listing, ("at", "staff", "act", "subject"))
