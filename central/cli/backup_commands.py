"""`backup`: a copy of the embedded database, and the word that what it holds is durable.

A device erases nothing above the `durable_hwm` of its lease. Here that number means: in a copy that was
read back. Where PostgreSQL is dumped by its own tools, ``backup begin`` marks what is here before the dump, which
therefore holds at least that, and ``backup --elsewhere`` says afterwards that the dump is good.
"""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from central import audit
from central.centre import Centre
from central.cli.console import Console
from central.cli.opening import config, configure, opened
from central.cli.replacement_commands import backup_open, backup_prove
from central.requests import evidence_files
from central.store.sqlite_store import SqliteStore
from protocol.errors import Refused

OF_A_COUNTER = {"open": backup_open, "prove": backup_prove}
BEGIN = "begin"
BEGUN = "backup_begun"
"""In `config`, while a dump is under way: what is durable is what was here then, however long the dump takes."""


def backup(options: Namespace, console: Console) -> None:
    """Of the centre itself; with `open` or `prove`, of a counter (central/cli/replacement_commands.py).

    Raises Refused ``backup_how``, ``backup_not_begun``, ``file_exists``; Unavailable ``centre_backup_failed``.
    """
    words = options.words
    if len(words) == 2 and words[0] in OF_A_COUNTER:
        OF_A_COUNTER[words[0]](options, console, words[1])
        return
    if len(words) > 1 or words[:1] in (["open"], ["prove"]) or (words and options.elsewhere):
        raise Refused("backup_how")
    with opened(options) as centre:
        if words == [BEGIN]:
            console.done("backup_begun" if _begin(centre) else "backup_begun_before")
            return
        if not options.elsewhere:
            _copy(centre, *words)
        where = "elsewhere" if options.elsewhere else words[0]
        chains = _made_durable(centre, options, where)
    console.done("backed_up", file=where, chains=chains)


def _begin(centre: Centre) -> bool:
    """False where a dump is under way, or was never ended: only what that one holds can be told to be in either."""
    with centre.store.reading() as session:
        begun = config(session, BEGUN)
    if not begun:
        _mark(centre, str(centre.now_ms()))
    return not begun


def _mark(centre: Centre, begun: str = "") -> None:
    """Before a copy is begun: the copy holds at least this."""
    with centre.store.writing() as session:
        session.run("UPDATE chain SET marked = hwm WHERE marked <> hwm")
        evidence_files.mark(session)
        configure(session, BEGUN, begun)


def _made_durable(centre: Centre, options: Namespace, where: str) -> int:
    with centre.store.writing() as session:
        if options.elsewhere and not config(session, BEGUN):
            raise Refused("backup_not_begun")
        session.run("UPDATE chain SET durable = marked WHERE durable < marked")
        evidence_files.made_durable(centre, session)
        configure(session, BEGUN, "")
        row = session.one("SELECT count(*) FROM chain")
        chains: int = row[0] if row else 0
        audit.append(session, centre.now_ms(), options.staff, "backup.made", where, chains=chains)
    return chains


def _copy(centre: Centre, file: str = "") -> None:
    store = centre.store
    if not file or not isinstance(store, SqliteStore):
        raise Refused("backup_how")
    if os.path.lexists(file):
        raise Refused("file_exists", path=file)
    _mark(centre)
    store.copy_to(Path(file))
