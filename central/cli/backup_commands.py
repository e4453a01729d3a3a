"""`backup`: a copy of the embedded database, and the word that what it holds is durable; or of a counter's own backup.

A device erases nothing above the `durable_hwm` of its lease. Here that number means: in a copy that was
read back. Where PostgreSQL is dumped by its own tools, ``backup begin`` marks what is here before the dump, which
therefore holds at least that, and ``backup --elsewhere`` says afterwards that the dump is good.
"""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from central import audit, two_person_rule
from central.centre import Centre
from central.cli.console import Values, handed_in
from central.cli.grammar import MACHINE, file_option, opens, path
from central.cli.opening import config, configure, root_folder
from central.devices import backup_recovery, registry
from central.documents import feed
from central.requests import evidence_files
from central.staff.acts import Act
from central.store.sqlite_store import SqliteStore
from protocol.errors import Refused
from protocol.program import outside
from protocol.program.command_line import option
from protocol.wire.feed_items import ProvedItem

BEGIN = "begin"
BEGUN = "backup_begun"
"""In `config`, while a dump is under way: what is durable is what was here then, however long the dump takes."""


@opens(
    "backup", {"": MACHINE, "open": Act.CENTRE_RUN, "prove": Act.CENTRE_RUN}, "backed_up",
    option("words", type=path, nargs="*", metavar="FILE | begin | open REQUEST | prove FOLDER"),
    file_option("--out", metavar="FILE"), "--elsewhere?",
)  # fmt: skip
def backup(centre: Centre, options: Namespace) -> tuple[str, Values]:
    """Of the centre itself; with `open` or `prove`, of a counter.

    Raises Refused ``backup_how``, ``backup_not_begun``, ``file_exists``; Unavailable ``centre_backup_failed``.
    """
    words = options.words
    if len(words) == 2 and words[0] in OF_A_COUNTER:
        return OF_A_COUNTER[words[0]](centre, options, words[1])
    if len(words) > 1 or words[:1] in (["open"], ["prove"]) or (words and options.elsewhere):
        raise Refused("backup_how")
    if words == [BEGIN]:
        return "backup_begun" if _begin(centre) else "backup_begun_before", {}
    if not options.elsewhere:
        _copy(centre, *words)
    where = "elsewhere" if options.elsewhere else words[0]
    return "backed_up", {"file": where, "chains": _made_durable(centre, options, where)}


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
        registry.mark(session)
        evidence_files.mark(session)
        configure(session, BEGUN, begun)


def _made_durable(centre: Centre, options: Namespace, where: str) -> int:
    with centre.store.writing() as session:
        if options.elsewhere and not config(session, BEGUN):
            raise Refused("backup_not_begun")
        chains = registry.made_durable(session)
        evidence_files.made_durable(centre, session)
        configure(session, BEGUN, "")
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


def _open(centre: Centre, options: Namespace, file: str) -> tuple[str, Values]:
    """The second of two people gets the answer. Raises as `backup_recovery.answer`."""
    with handed_in(Path(file)):
        asked = backup_recovery.read(outside.read(Path(file)))
    name = registry.name_of(asked.device)
    with centre.store.writing() as session:
        backup_recovery.refuse_unknown(session, asked.device)
        with handed_in(Path(file)):
            made, out = backup_recovery.answer(asked, root_folder(options)), options.out or f"{file}.answer"
        first = two_person_rule.given(centre, session, "backup.opened", name, {"what": asked.digest}, options.staff)
        if first is None:
            return "device_proposed", {"device": name, "first": options.staff}
        outside.write(Path(out), made)
        audit.append(session, centre.now_ms(), options.staff, "backup.opened", name, what=asked.digest, first=first)
    return "backup_answered", {"device": name, "file": out}


def _prove(centre: Centre, options: Namespace, file: str) -> tuple[str, Values]:
    """Kept in the audit and told to the shop's counters, which say when a year has passed. Raises as `prove`."""
    with centre.store.writing() as session:
        with handed_in(Path(file)):
            found = backup_recovery.prove(Path(file), root_folder(options), session)
        backup_recovery.refuse_unknown(session, found.device)
        name = registry.name_of(found.device)
        if found.ours is False:
            raise Refused("backup_other_history", device=name, seq=found.seq)
        detail = {"epoch": found.epoch, "seq": found.seq, "entries": found.entries, "ours": found.ours is True}
        audit.append(session, centre.now_ms(), options.staff, "backup.proved", name, **detail)
        for device in feed.devices(session, registry.latest(session, found.device).shop):
            feed.put(session, device, ProvedItem(centre.now_ms()))
    return "backup_proved", {"device": name, **detail}


OF_A_COUNTER = {"open": _open, "prove": _prove}
