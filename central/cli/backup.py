"""`backup`: a copy of the embedded database, and the word that what it holds is durable.

A device erases nothing above the `durable_hwm` of its lease (decisions 15). Here that number means: in a copy that was
read back. Where PostgreSQL replicates or is dumped by its own tools, ``backup --elsewhere`` says that it has been done.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from central import audit, devices, evidence
from central.cli.console import Console
from central.cli.keeping import backup_open, backup_prove
from central.cli.opening import opened
from central.sqlite import SqliteStore
from kiosk.errors import Refused

OF_A_COUNTER = {"open": backup_open, "prove": backup_prove}


def backup(options: Namespace, console: Console) -> None:
    """Of the centre itself; with `open` or `prove`, of a counter (central/cli/keeping.py).

    Raises Refused ``backup_how``, ``file_exists``; Unavailable ``centre_backup_failed``.
    """
    if len(options.words) == 2 and options.words[0] in OF_A_COUNTER:
        OF_A_COUNTER[options.words[0]](options, console, options.words[1])
        return
    if len(options.words) > 1 or options.words[:1] in (["open"], ["prove"]):
        raise Refused("backup_how")
    file = options.words[0] if options.words else ""
    with opened(options) as centre:
        # Read before the copy is made: the copy holds at least this.
        with centre.store.reading() as session:
            held, pictures = devices.chains(session), evidence.not_yet_durable(session)
        if not options.elsewhere:
            _copy(centre.store, file)
        with centre.store.writing() as session:
            session.many(
                "UPDATE chain SET durable = ? WHERE device = ? AND epoch = ? AND durable < ?",
                [(chain.hwm, chain.device, chain.epoch, chain.hwm) for chain in held],
            )
            evidence.made_durable(centre, session, pictures)
            where = "elsewhere" if options.elsewhere else file
            audit.note(session, centre.now_ms(), options.staff, "backup.made", where, chains=len(held))
    console.done("backed_up", file=where, chains=len(held))


def _copy(store: object, file: str) -> None:
    if not file or not isinstance(store, SqliteStore):
        raise Refused("backup_how")
    if Path(file).exists():
        raise Refused("file_exists", path=file)
    store.copy_to(Path(file))
