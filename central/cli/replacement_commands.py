"""`device replace`, `move`, `erase`; `backup open`, `prove`: what leaves, and what is brought back."""

from __future__ import annotations

import uuid
from argparse import Namespace
from pathlib import Path

from central import audit, staff_files, two_person_rule
from central.cli.console import Console, line
from central.cli.device_commands import invited
from central.cli.opening import opened, root_folder
from central.devices import backup_recovery, decommissioning, registry
from central.documents import feed
from protocol.errors import Refused
from protocol.wire.feed_items import ProvedItem


def replace(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device)
        made = invited(centre, *decommissioning.replace(centre, session, device, options.staff), options.out)
    console.done("replaced", **made, device=str(uuid.UUID(bytes=device)))


def move(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device)
        made = invited(centre, *decommissioning.move(centre, session, device, options.shop, options.staff), options.out)
    console.done("moved", **made, device=str(uuid.UUID(bytes=device)), shop=options.shop)


def erase(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device)
        name = str(uuid.UUID(bytes=device))
        epoch, loss = options.epoch, line("--accept-loss", options.accept_loss) if options.accept_loss else ""
        decommissioning.erasable(session, device, epoch)  # before the first word is kept, not only after the second
        what = loss if epoch is None else f"{epoch} {loss}"
        first = two_person_rule.first_approver(centre, session, "device.erased", name, what, options.staff)
        if first is not None:
            decommissioning.erase(centre, session, device, options.staff, loss, epoch)
    console.done("second_wanted" if first is None else "device_erased", device=name, first=first or options.staff)


def backup_open(options: Namespace, console: Console, file: str) -> None:
    """The second of two people gets the answer. Raises as `recovery.answer`."""
    with staff_files.handed_in(Path(file)):
        asked = backup_recovery.read(staff_files.read(Path(file)))
    with opened(options) as centre, centre.store.writing() as session:
        backup_recovery.refuse_unknown(session, asked.device)
        name = str(uuid.UUID(bytes=asked.device))
        with staff_files.handed_in(Path(file)):
            made, out = backup_recovery.answer(asked, root_folder(options)), options.out or f"{file}.answer"
        first = two_person_rule.first_approver(centre, session, "backup.opened", name, asked.digest, options.staff)
        if first is not None:
            staff_files.write(Path(out), made)
            audit.append(session, centre.now_ms(), options.staff, "backup.opened", name, what=asked.digest, first=first)
    if first is None:
        console.done("second_wanted", device=name, first=options.staff)
    else:
        console.done("backup_answered", device=name, file=out)


def backup_prove(options: Namespace, console: Console, file: str) -> None:
    """Kept in the audit and told to the shop's counters, which say when a year has passed. Raises as `prove`."""
    with opened(options) as centre, centre.store.writing() as session:
        with staff_files.handed_in(Path(file)):
            found = backup_recovery.prove(Path(file), root_folder(options), session)
        backup_recovery.refuse_unknown(session, found.device)
        name = str(uuid.UUID(bytes=found.device))
        if found.ours is False:
            raise Refused("backup_other_history", device=name, seq=found.seq)
        detail = {"epoch": found.epoch, "seq": found.seq, "entries": found.entries, "ours": found.ours is True}
        audit.append(session, centre.now_ms(), options.staff, "backup.proved", name, **detail)
        for (device,) in session.all(
            "SELECT id FROM device WHERE shop = (SELECT shop FROM device WHERE id = ?) ORDER BY id", found.device
        ):
            feed.put(session, device, ProvedItem(centre.now_ms()))
    console.done("backup_proved", device=name, **detail)
