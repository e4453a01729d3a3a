"""What a technician asks of a kiosk from a terminal: export and verify the journal, check a service file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk import enrolment, journal
from kiosk.catalogue import bundled_services, lint_service
from kiosk.errors import Refused
from kiosk.journal import Chain
from kiosk.ports import Store

VERSION = "0.1.0"


def version() -> str:
    return VERSION


@contextmanager
def opened_store(folder: Path) -> Iterator[Store]:
    """The store of `folder`, while no kiosk has it open. Raises what `storage.open.open_store` raises."""
    from kiosk.world import SystemRandomness  # noqa: PLC0415 - needs the store's libraries
    from storage.keystore import SystemKeystore  # noqa: PLC0415
    from storage.open import open_store  # noqa: PLC0415

    opened = open_store(folder, SystemKeystore(), randomness=SystemRandomness())
    try:
        yield opened.store
    finally:
        opened.close()


def export(folder: Path, file: Path) -> str:
    """Write the records of the current epoch, whole or not at all. Returns what was written, in words."""
    with opened_store(folder) as store:
        kept = store.enrolment()
        if kept is None:
            raise Refused("not_enrolled")
        epoch = enrolment.read_statement(kept.statement).epoch
        data = b"".join(item.record.pack() for item in store.export(epoch))
    write_whole(file, data)
    return f"{file}: {len(data)} bytes"


def write_whole(file: Path, data: bytes) -> None:
    """Write `data` so that the file is there complete or not at all. Raises Refused("file_unwritable")."""
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        raise Refused("file_unwritable", file=file.name) from error


def verify(file: Path, statement_file: Path) -> str:
    """Verify an export against the statement that began its epoch. Raises JournalFault, Refused("file_unreadable")."""
    statement = enrolment.read_statement(read_whole(statement_file))
    begin = Chain(statement.device, statement.epoch, 0, journal.genesis(statement.payload))
    end = journal.verify_stream(read_whole(file), begin, statement.public)
    return f"{end.seq} entries verify; last hash {end.hash.hex()}"


def read_whole(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused("file_unreadable", file=file.name) from error


def lint(files: Iterable[Path]) -> list[str]:
    """Everything that is wrong with these files of services or needs, a line each.

    What is sound alone is laid beside the services that come with the program: a number may stand in both.
    """
    from kiosk.catalogue_lint import lint_needs, lint_together, parsed  # noqa: PLC0415 - brings the validator

    faults: list[str] = []
    services = parsed(bundled_services())
    needs: dict[str, Any] = {}
    for file in files:
        try:
            document = json.loads(read_whole(file))
        except (ValueError, RecursionError):
            faults.append(f"{file.name}: not JSON")
            continue
        if isinstance(document, dict) and "needs" in document:
            needs[file.name] = document
            continue
        found = lint_service(document)
        faults += [f"{file.name}: {fault}" for fault in found]
        alone = {} if found else parsed([document])
        services = {name: service for name, service in services.items() if name not in alone} | alone
    faults += lint_together(services.values())
    return faults + [f"{name}: {fault}" for name, needed in needs.items() for fault in lint_needs(needed, services)]
