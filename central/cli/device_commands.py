"""`device`: slots, the comparison of six digits, suspension; what leaves, and what comes in its place."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from pathlib import Path

import segno

from central.centre import Centre
from central.cli.console import Values, line
from central.cli.grammar import EPOCH, file_option, opens, path, reads, writes
from central.devices import decommissioning, enrolment, registry, tills
from central.devices import offline_enrolment as admitted
from central.documents import publishing
from central.staff.acts import Act
from central.store.interface import Session
from protocol.documents.trust import ENROLMENT, open_bytes
from protocol.journal import acknowledgement
from protocol.program import outside
from protocol.program.command_line import option
from protocol.values import ids
from protocol.wire import offline_enrolment
from protocol.wire.enrolment import INVITATION_FILE as INVITATION
from protocol.wire.enrolment import Invitation


@writes("device slot", Act.DEVICE_ADMIT, "slot_made", "--shop!", "--device", file_option("--out"))
def device_slot(centre: Centre, session: Session, options: Namespace) -> Values:
    device = registry.find(session, options.device) if options.device else None
    if device is not None and registry.latest(session, device).shop != options.shop:  # that is moving it
        made = decommissioning.move(centre, session, device, options.shop, options.staff)
    else:
        made = enrolment.make_slot(centre, session, options.shop, options.staff, device)
    return _invited(centre, *made, options.out)


@writes("device replace", Act.DEVICE_REMOVE, "replaced", "device", file_option("--out"))
def device_replace(centre: Centre, session: Session, options: Namespace) -> Values:
    device = registry.find(session, options.device)
    made = _invited(centre, *decommissioning.replace(centre, session, device, options.staff), options.out)
    return {**made, "device": registry.name_of(device)}


@writes("device move", Act.DEVICE_REMOVE, "moved", "device", "--shop!", file_option("--out"))
def device_move(centre: Centre, session: Session, options: Namespace) -> Values:
    device = registry.find(session, options.device)
    made = _invited(centre, *decommissioning.move(centre, session, device, options.shop, options.staff), options.out)
    return {**made, "device": registry.name_of(device), "shop": options.shop}


def _invited(centre: Centre, slot: str, code: str, folder: str) -> Values:
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


@reads("device pending", Act.DEVICE_ADMIT, "slot shop number device epoch creator")
def device_pending(session: Session) -> list[tuple[object, ...]]:
    found = enrolment.slots(session, "revealed")
    return [(one.slot, one.shop, one.number, registry.name_of(one.device), one.epoch, one.creator) for one in found]


@writes("device approve", Act.DEVICE_ADMIT, "approved", "slot", "--number!")
def device_approve(centre: Centre, session: Session, options: Namespace) -> Values:
    statement = enrolment.approve(centre, session, options.slot, options.number, options.staff)
    return {
        "device": statement.device_text, "epoch": statement.epoch, "shop": statement.shop, "till": statement.till,
    }  # fmt: skip


@writes("device deny", Act.DEVICE_ADMIT, "denied", "slot", "--reason!")
def device_deny(centre: Centre, session: Session, options: Namespace) -> Values:
    enrolment.deny(centre, session, options.slot, line("--reason", options.reason), options.staff)
    return {"slot": options.slot}


@opens(
    "device answer", Act.DEVICE_ADMIT, "answered", file_option("request"), "--number!",
    option("--out", type=path, required=True),
)  # fmt: skip
def device_answer(centre: Centre, options: Namespace) -> Values:
    """A request that came on a stick: compared by its code, answered with a file and a code to read out."""
    request = offline_enrolment.read_request(outside.read(Path(options.request), offline_enrolment.MOST_BYTES))
    (found, envelope), keys = admitted.answer(centre, request, options.number, options.staff), centre.keys
    with centre.store.reading() as session:
        in_force = publishing.documents_in_force(session, found.shop, found.device)
    file = offline_enrolment.write_answer(
        request, keys.root_public, keys.envelope, envelope, centre.public_address, in_force
    )
    statement = open_bytes(envelope, ENROLMENT, publishing.keyset_of(centre).publics("enrol"))
    code = ids.grouped_code(offline_enrolment.answer_code(keys.root_fp, statement))
    outside.write(Path(options.out), file)
    said = {"slot": found.slot, "shop": found.shop, "device": registry.name_of(found.device)}
    return {**said, "code": code, "file": options.out}


@writes("device suspend", Act.DEVICE_SUSPEND, "suspended", "device")
@writes("device resume", Act.DEVICE_SUSPEND, "resumed", "device")
def device_switch(centre: Centre, session: Session, action: str, device: str, staff: str) -> Values:
    found = registry.find(session, device)
    act = registry.suspend if action == "suspend" else registry.resume
    act(centre, session, found, staff)
    return {"device": registry.name_of(found)}


@writes(
    "device erase", Act.DEVICE_REMOVE, "device_erased", "device", EPOCH,
    option("--accept-loss", default="", metavar="WHY"),
)  # fmt: skip
def device_erase(centre: Centre, session: Session, options: Namespace) -> tuple[str, Values]:
    device = registry.find(session, options.device)
    name = registry.name_of(device)
    epoch, loss = options.epoch, line("--accept-loss", options.accept_loss) if options.accept_loss else ""
    first = decommissioning.erase_by_two(centre, session, device, options.staff, loss, epoch)
    return "device_proposed" if first is None else "device_erased", {"device": name, "first": first or options.staff}


@reads("device list", Act.SHOPS_SEE, "shop till device epoch state hwm heard")
def device_list(session: Session) -> list[Values]:
    heard, numbers = registry.heard(session), tills.all_numbers(session)
    return [
        {
            "device": one.name, "epoch": one.epoch, "shop": one.shop, "till": numbers[one.shop, one.device],
            "state": one.state, "hwm": one.hwm,
            "durable_hwm": one.durable, "heard_ms": heard[one.device][0],
            "heartbeat": json.loads(heard[one.device][1] or "null"),
        }
        for one in registry.chains(session)
    ]  # fmt: skip


@opens("device export-keys", Act.SHOPS_SEE, "", "device", EPOCH, file_option("--directory"))
def device_export_keys(centre: Centre, options: Namespace) -> Values:
    """All that a stranger needs to check an exported journal: statement, public keys, the last acknowledgement."""
    with centre.store.reading() as session:
        chain = registry.epoch_of(session, options.device, options.epoch)
        said = registry.statement(session, chain)
    acks = [key.hex() for key in publishing.keyset_of(centre).ack]
    ack = acknowledgement.sign(chain.ack(0), centre.keys.signer("ack"))
    if options.directory:
        public, acks_text = chain.public.hex().encode(), "".join(f"{key}\n" for key in acks).encode()
        parts = {"statement.json": said, "pub.hex": public, "ack.bin": ack, "ack_pub.hex": acks_text}
        _write_all(Path(options.directory), parts)
    return {
        "device": chain.name, "epoch": chain.epoch, "statement": said.decode(), "pub": chain.public.hex(),
        "ack_pub": acks, "root": centre.keys.root_public.hex(), "hwm": chain.hwm, "ack": ack.hex(),
    }  # fmt: skip


@opens("device statement", Act.SHOPS_SEE, "", "device", EPOCH, file_option("--file"))
def device_statement(centre: Centre, options: Namespace) -> str:
    """The exact payload bytes of the enrolment statement, whose hash is the genesis."""
    with centre.store.reading() as session:
        said = registry.statement(session, registry.epoch_of(session, options.device, options.epoch))
    if options.file:
        outside.write(Path(options.file), said)
    return said.decode()


def _write_all(folder: Path, contents: dict[str, bytes]) -> None:
    outside.make_folder(folder)
    for name, content in contents.items():
        outside.write(folder / name, content)
