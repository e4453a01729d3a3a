"""`device replace`, `move`, `erase`; `backup open`, `prove`: what leaves, and what is brought back."""

from __future__ import annotations

import uuid
from argparse import Namespace
from pathlib import Path

from central import audit, departures, devices, feed, files, recovery, second_word
from central.cli.console import Console
from central.cli.counters import invited
from central.cli.opening import opened, root_folder
from central.cli.typed import line
from protocol.errors import Refused


def replace(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = devices.find(session, options.device)
        made = invited(centre, *departures.replace(centre, session, device, options.staff), options.out)
    console.done("replaced", **made, device=str(uuid.UUID(bytes=device)))


def move(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = devices.find(session, options.device)
        made = invited(centre, *departures.move(centre, session, device, options.shop, options.staff), options.out)
    console.done("moved", **made, device=str(uuid.UUID(bytes=device)), shop=options.shop)


def erase(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = devices.find(session, options.device)
        name = str(uuid.UUID(bytes=device))
        epoch, loss = options.epoch, line("--accept-loss", options.accept_loss) if options.accept_loss else ""
        departures.erasable(session, device, epoch)  # before the first word is kept, not only after the second
        what = loss if epoch is None else f"{epoch} {loss}"
        first = second_word.first(centre, session, "device.erased", name, what, options.staff)
        if first is not None:
            departures.erase(centre, session, device, options.staff, loss, epoch)
    console.done("second_wanted" if first is None else "device_erased", device=name, first=first or options.staff)


def backup_open(options: Namespace, console: Console, file: str) -> None:
    """The second of two people gets the answer. Raises as `recovery.answer`."""
    with files.handed_in(Path(file)):
        asked = recovery.read(files.read(Path(file)))
    with opened(options) as centre, centre.store.writing() as session:
        recovery.refuse_unknown(session, asked.device)
        name = str(uuid.UUID(bytes=asked.device))
        with files.handed_in(Path(file)):
            made, out = recovery.answer(asked, root_folder(options)), options.out or f"{file}.answer"
        first = second_word.first(centre, session, "backup.opened", name, asked.digest, options.staff)
        if first is not None:
            files.write(Path(out), made)
            audit.note(session, centre.now_ms(), options.staff, "backup.opened", name, what=asked.digest, first=first)
    if first is None:
        console.done("second_wanted", device=name, first=options.staff)
    else:
        console.done("backup_answered", device=name, file=out)


def backup_prove(options: Namespace, console: Console, file: str) -> None:
    """Kept in the audit and told to the shop's counters, which say when a year has passed. Raises as `prove`."""
    with opened(options) as centre, centre.store.writing() as session:
        with files.handed_in(Path(file)):
            found = recovery.prove(Path(file), root_folder(options), session)
        recovery.refuse_unknown(session, found.device)
        name = str(uuid.UUID(bytes=found.device))
        if found.ours is False:
            raise Refused("backup_other_history", device=name, seq=found.seq)
        detail = {"epoch": found.epoch, "seq": found.seq, "entries": found.entries, "ours": found.ours is True}
        audit.note(session, centre.now_ms(), options.staff, "backup.proved", name, **detail)
        for (device,) in session.all(
            "SELECT id FROM device WHERE shop = (SELECT shop FROM device WHERE id = ?) ORDER BY id", found.device
        ):
            feed.put(session, device, [{"kind": "proved", "at_ms": centre.now_ms()}])
    console.done("backup_proved", device=name, **detail)
