"""What must be true in the evening: every side is added up by itself, and all say the same to the piastre."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QGuiApplication

from kiosk.core.system_world import system_world
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.day_book import MOVEMENT_TOTALS
from kiosk.model.service_request import Day, PrintState
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.receipt_sheet import receipt_sheet
from protocol.journal.entries import EntryType
from protocol.journal.first_paper import digits_of, key_of
from protocol.journal.kj01 import read_body
from protocol.keys import SeedSigner, Signer
from protocol.texts import say
from storage.db.sql_store import SqlStore
from storage.keystore.system_keystore import SystemKeystore
from storage.opening import open_store
from tests.scenarios.day.printers import dots_sent
from tests.scenarios.day.shift import Shift
from tests.scenarios.day.story import Story
from tests.ui.day.test_totals_agree import of_database, of_journal, of_paper
from ui.main.application import make_application
from ui.paper.printers import make_device

QR: Final = re.compile(r".*/r/([0-9a-f]{8})/([0-9]+)/([0-9a-f]{64})(?:#[0-9]{20})?")
"""The digits behind it are on first papers alone."""
NAMES: Final = ("taken", "government", "service", "vat", *MOVEMENT_TOTALS)


@dataclass
class Evening:
    """The store opened when its kiosk has gone, and what the centre holds; one of the openings, as each side has it."""

    story: Story
    store: SqlStore
    signer: Signer
    day: Day
    shift: Shift

    @property
    def folder(self) -> Path:
        return self.story.house.folder


def wrongs(story: Story) -> list[str]:
    """Each thing that is wrong, in words."""
    _application = QGuiApplication.instance() or make_application(["check"])
    opened = open_store(story.house.folder / "kiosk", SystemKeystore(), system_world())
    try:
        assert isinstance(opened.store, SqlStore)
        days = reversed(opened.store.days.newest())
        seed = opened.secrets.signing_seed(1)
        assert seed is not None
        evenings = [
            Evening(story, opened.store, SeedSigner(seed), *pair) for pair in zip(days, story.shifts, strict=True)
        ]
        sums = [wrong for evening in evenings for look in (_totals, _close) for wrong in look(evening)]
        evening = evenings[-1]
        return [*sums, *_requests(evening), *_journals(evening), *_papers(evening)]
    finally:
        opened.close()


def of_screen(rows: list[list[str]]) -> dict[str, int]:
    """The page of the day as it was read off the screen; a total of nothing is not shown."""
    shown = Counter[str]()
    for label, *_, amount in rows:
        shown[label] += int(re.sub(r"[^0-9]", "", amount) or 0)  # each movement of cash has a row
    found = {name: shown[say("ar", f"total.{name}")] for name in NAMES}
    return {**found, "grand": shown[say("ar", "paper.grand")]}


def of_centre(row: dict[str, Any]) -> dict[str, int]:
    known = row["known"]
    found = {name: known[f"{name}_pt"] for name in NAMES if name != "taken"}
    return {**found, "taken": known["sum_pt"], "grand": known["grand_total_pt"]}


def of_mouth(shift: Shift) -> dict[str, int]:
    """What the screens said while the day went by, added up."""
    moved: dict[str, int] = {kind: shift.moved_pt[kind] for kind in MOVEMENT_TOTALS}
    return {"taken": shift.taken_pt, **moved, "grand": shift.before_pt + shift.taken_pt}


def _centre_day(evening: Evening) -> dict[str, Any]:
    rows = evening.story.house.centre.cli("till", "days", evening.story.house.device)
    [row] = [row for row in rows if row["day"] == evening.day.key.label]
    return dict(row)


def sides(evening: Evening) -> dict[str, dict[str, int]]:
    return {
        "database": of_database(evening.store, evening.day),
        "journal": of_journal(evening.store, evening.day),
        "paper": of_paper(evening.store, evening.day),
        "screen": of_screen(evening.shift.totals),
        "centre": of_centre(_centre_day(evening)),
        "said": of_mouth(evening.shift),
    }


def _totals(evening: Evening) -> Iterator[str]:
    found = sides(evening)
    evening.shift.sides = found
    for name, pt in found["journal"].items():
        others = {side: totals[name] for side, totals in found.items() if name in totals and totals[name] != pt}
        if others:
            yield f"{evening.day.key.label}, {name}: the journal says {pt}, but {others}"


def _requests(evening: Evening) -> Iterator[str]:
    """Each citizen once: at the centre, in the journal, and as the screen said it."""
    story = evening.story
    wanted = {said["id"]: said["due_pt"] for said in story.said}
    if len(wanted) != len(story.said):
        yield "a sale was told twice"
    rows = story.house.centre.cli("request", "list", "--limit", "100000")
    sold: Counter[str] = Counter()
    paid = {}
    for item in evening.store.journal.export(1):
        if item.record.fields.entry_type == EntryType.REQUEST:
            body = read_body(item.record.body)
            sold[body["id"]] += 1
            paid[body["id"]] = body["total_pt"]
    if sold != Counter(dict.fromkeys(wanted, 1)) or paid != wanted:
        yield f"{len(wanted)} sales were told, the journal has {sum(sold.values())} of {len(sold)}, or other sums"
    if Counter(row["id"] for row in rows) != sold:
        yield f"the centre lists {len(rows)} requests, the journal has {sum(sold.values())}"


def _journals(evening: Evening) -> Iterator[str]:
    """Byte for byte the same here and there."""
    file = evening.folder / "central.kj01"
    evening.story.house.centre.cli("journal", "export", evening.story.house.device, str(file))
    ours = b"".join(item.record.pack() for item in evening.store.journal.export(1))
    if file.read_bytes() != ours:
        yield f"the journals differ: {len(ours)} bytes here, {len(file.read_bytes())} there"
    evening.story.journal = f"{len(ours):,} bytes, SHA-256 {hashlib.sha256(ours).hexdigest()[:16]}"


def _papers(evening: Evening) -> Iterator[str]:
    """Every paper of the store came out once, dot for dot as it is kept; no other paper did."""
    render = make_device(PrinterChoice("tcp"), "ar")[1]
    wanted: Counter[str] = Counter()
    proved = {item.record.fields.seq: item.record.hash.hex() for item in evening.store.journal.export(1)}
    for seq in [0, *proved]:
        for job in evening.store.print_jobs.of_entry(1, seq):
            if job.state is not PrintState.PRINTED:
                yield f"paper of entry {seq} is {job.state.value}"
            content = job.content
            if isinstance(content, Receipt) and not job.copy:
                content = receipt_sheet(content, digits_of(key_of(evening.signer), content.visit))
            wanted[dots_sent(render(content, job.copy))] += 1
    came = [sheet for printer in evening.story.house.printers for sheet in printer.sheets()]
    out = Counter(sheet.dots for sheet in came)
    evening.story.papers = (sum(out.values()), sum(printer.torn for printer in evening.story.house.printers))
    if out != wanted:
        yield f"{sum((out - wanted).values())} papers too many came out, {sum((wanted - out).values())} are missing"
    for sheet in came:
        found = QR.fullmatch(sheet.qr)
        if found is not None and proved.get(int(found[2])) != found[3]:
            yield f"a paper that proves nothing: entry {found[2]}"


def _close(evening: Evening) -> Iterator[str]:
    shift, day = evening.shift, evening.day
    expected = shift.expected_pt
    row = _centre_day(evening)
    told = {
        "screen": (shift.closed["expected_pt"], shift.closed["counted_pt"]),
        "database": (day.expected_pt, day.counted_pt),
        "centre": (row["known"]["expected_pt"], row["said"]["counted_pt"]),
    }
    for side, found in told.items():
        if found != (expected, expected - shift.short_pt):
            yield f"close: {side} says {found}, the day came to {(expected, expected - shift.short_pt)}"
    if shift.closed["words"] != say("ar", "close.short" if shift.short_pt else "close.equal"):
        yield f"the difference is called {shift.closed['words']}"
    if row["agrees"] != "yes":
        yield f"the centre disagrees with the till: {row['agrees']}"
