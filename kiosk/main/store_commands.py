"""What is asked of a kiosk from a terminal: export and verify the journal, check a service file, draw its form."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from kiosk import VERSION, outside
from kiosk.ports.store import Store
from protocol.catalogue import catalogue_ids
from protocol.catalogue.catalogue import bundled_services, parse_service
from protocol.catalogue.catalogue_ids import Rows
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.json_part import Fault
from protocol.clock import business_date
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.kj01 import Chain
from protocol.texts import LANGUAGES
from protocol.wire import enrolment

_NO_SHOP = ShopFees(0, {}, vat_registered=False, vat_permille=0)
"""Whoever writes a service file sees the authority's fees alone."""


def version() -> str:
    return VERSION


@contextmanager
def opened_store(folder: Path, rolled_back: Callable[[Corrupt], None] | None = None) -> Iterator[Store]:
    """The store of `folder`, while no kiosk has it open; none is made. Raises as `refuse_none` and `open_store`.

    With `rolled_back` a store behind its mirror is opened all the same, once that has been told. Not one in which
    nothing is left: opening would build a new one over the evidence.
    """
    from kiosk.core.system_world import system_world  # noqa: PLC0415 - needs the store's libraries
    from storage.keystore.system_keystore import SystemKeystore  # noqa: PLC0415
    from storage.opening import open_store, refuse_none  # noqa: PLC0415

    refuse_none(folder)
    keystore, world = SystemKeystore(), system_world()
    try:
        opened = open_store(folder, keystore, world)
    except Corrupt as error:
        if rolled_back is None or error.code not in ("rolled_back", "mirror_gone") or not error.values["seq"]:
            raise
        rolled_back(error)
        opened = open_store(folder, keystore, world, despite_rollback=True)
    try:
        yield opened.store
    finally:
        opened.close()


def export(folder: Path, file: Path, rolled_back: Callable[[Corrupt], None] | None = None) -> str:
    """Write the records of the current epoch, whole or not at all. Returns what was written, in words.

    `rolled_back`: see `opened_store`; it is told Corrupt("export_rolled_back") with what is missing.
    """
    told = None if rolled_back is None else lambda error: rolled_back(Corrupt("export_rolled_back", **error.values))
    with opened_store(folder, told) as store:
        kept = store.enrolment()
        if kept is None:
            raise Refused("not_enrolled")
        epoch = enrolment.read_statement(kept.statement).epoch
        data = b"".join(item.record.pack() for item in store.journal.export(epoch))
    outside.write(file, data)
    return f"{file}: {len(data)} bytes"


def unsent(folder: Path) -> int:
    """How many entries and pictures would be lost with the folder.

    Raises as `opened_store`: what cannot be looked into is not known to be sent, be it a disk that is away, a database
    that is gone, or a folder whose name was mistyped.
    """
    with opened_store(folder) as store:
        return _left(store)


def erase(folder: Path) -> int:
    """Destroy the keys of the store in `folder`, then its files. Asked twice elsewhere.

    As `unsent`: where that is not 0, nothing is destroyed. What is counted is what is destroyed: until that is begun
    no counter can open it and sell. Raises as `unsent`, and OSError.
    """
    from storage.disk.folder_lock import FolderLock  # noqa: PLC0415 - the same
    from storage.keystore import store_erasure  # noqa: PLC0415 - as the store
    from storage.keystore.system_keystore import SystemKeystore  # noqa: PLC0415 - the same

    with opened_store(folder) as store:
        left = _left(store)
        if left:
            return left
        store_erasure.begin(folder, SystemKeystore(), "retired")
    try:
        lock = FolderLock(folder)
    except Refused:  # whoever was faster has ended what was begun
        return 0
    try:
        store_erasure.finish(folder, SystemKeystore())
    finally:
        lock.release()
    return 0


def _left(store: Store) -> int:
    from kiosk.upkeep.departure import obstacles  # noqa: PLC0415 - as the store

    if store.enrolment() is None:
        return 0  # a first start that got no further
    return sum(one.n for one in obstacles(store) if one.code in {"unsent", "rest", "pictures"})


STATEMENT_BYTES: Final = 1 << 16
JOURNAL_BYTES: Final = 1 << 30
"""The most that is read of a file that somebody names."""


def verify(file: Path, statement_file: Path) -> str:
    """Verify an export against the statement that began its epoch. Raises JournalFault, and as `outside.read`."""
    statement = enrolment.read_statement(outside.read(statement_file, STATEMENT_BYTES))
    begin = Chain(statement.device, statement.epoch, 0, kj01.genesis(statement.payload))
    end = kj01.verify_stream(outside.read(file, JOURNAL_BYTES), begin, statement.public)
    return f"{end.seq} entries verify; last hash {end.hash.hex()}"


def lint(files: Iterable[Path]) -> list[str]:
    """Everything that is wrong with these files of services or needs, in both languages.

    What is sound alone is laid beside the services that come with the program: a number may stand in both.
    """
    from protocol.catalogue.catalogue_lint import SERVICE_BYTES, judge, line  # noqa: PLC0415 - brings the validator

    judged = judge(((file.name, outside.read(file, SERVICE_BYTES)) for file in files), bundled_services())
    return [f"{line('en', fault)}\n    {line('ar', fault)}" for fault in judged.faults]


def ids() -> dict[str, Rows]:
    """What the services that come with the program use, and the fixed words of a service file."""
    return catalogue_ids.ids(map(parse_service, bundled_services()))


def preview(files: Iterable[Path], out: Path, *, everything: bool) -> list[str]:
    """Draw each form in both languages into the folder `out`, by today's prices; returns the pictures made.

    Shown is the form as it opens, or with `everything` every field there is. Raises Refused("catalogue_form"), and as
    `outside`.
    """
    from kiosk.core.system_world import SystemClock  # noqa: PLC0415 - needs the store's libraries
    from protocol.catalogue import fees, forms  # noqa: PLC0415 - brings the validator
    from ui.main.application import make_application  # noqa: PLC0415 - Qt, which the other commands do without
    from ui.sale.form_preview import picture  # noqa: PLC0415

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application(sys.argv[:1])
    made: list[str] = []
    for file in files:
        service = parse_service(_read(file))
        begun = forms.defaults(service)
        fields = [e.field for e in service.form.elements()] if everything else forms.visible(service, begun)
        try:
            cost: fees.Fees | Refused = fees.compute(service, begun, business_date(SystemClock().wall_ms()), _NO_SHOP)
        except Refused as why:
            cost = why
        for language in LANGUAGES:
            picture_file = out / f"{file.stem}.{language}.png"
            with TemporaryDirectory() as folder:
                drawn = Path(folder) / "form.png"
                image, over_px = picture(service, language, fields, cost)
                image.save(str(drawn))
                outside.write(picture_file, drawn.read_bytes())
            made.append(str(picture_file) + (f": {over_px} px too wide for the screen" if over_px else ""))
    return made


def _read(file: Path) -> Any:
    from protocol.catalogue.catalogue_lint import SERVICE_BYTES, read_file  # noqa: PLC0415 - brings the validator

    found = read_file(outside.read(file, SERVICE_BYTES))
    if isinstance(found, Fault):
        raise Refused("catalogue_form", where=file.name, want=found.words())
    return found
