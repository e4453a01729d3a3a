"""All services of the catalogue, each filled by a generated citizen and brought to the end of its mode, on real parts.

A real kiosk (store, threads, a printer that writes files) enrolled at a real centre in a process of its own: sold,
booked, inquired or guided, printed, synced, decided, and the decision back at the counter.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.core.system_world import system_world
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.evidence_file import CapturedFile
from kiosk.model.service_request import TRAY, AuthorityBill, Query, Sale
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.services import FREE_MODES, MODES, PublicService
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.centre_process import CentreProcess
from tests.harness.citizens import filled, priced
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.sample_pictures import encoded, page
from tests.harness.shop import PIN
from tests.harness.wire_device import SHOP, centre_with_shop
from ui.paper.printers import FolderPrinter
from ui.paper.rendering import render_raster

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.usefixtures("qapp")]
OWED_PT = 12_500
IN_ONE_VISIT = 5


def until(question: Callable[[], bool], patience_s: float = 60.0) -> None:
    end = time.monotonic() + patience_s
    while not question():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@dataclass
class Place:
    """A shop at work: its kiosk, its centre, the folder its papers come out in."""

    kiosk: Program
    centre: CentreProcess
    papers: Path

    @property
    def services(self) -> list[PublicService]:
        return self.kiosk.counter.desk.services()

    def idle(self) -> None:
        """Every paper printed, every entry acknowledged."""
        until(lambda: not self.kiosk.counter.papers.jobs())
        until(lambda: self.kiosk.counter.line.status().waiting == 0)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    """With a catalogue in which every price is known and every service open."""
    folder = tmp_path_factory.mktemp("every-service")
    with centre_with_shop(folder) as running:
        files = folder / "services"
        files.mkdir()
        for document in bundled_services():
            (files / f"{document['id']}.json").write_text(json.dumps(priced(document)), encoding="utf-8")
        running.cli("catalogue", "sign", "--version", "9", str(folder / "c.json"), "--services", str(files))
        running.cli("catalogue", "publish", str(folder / "c.json"))
        yield running


@pytest.fixture(scope="module")
def place(centre: CentreProcess, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[Place]:
    """Enrolled as a technician does it, somebody signed in, the day open, the line up."""
    folder = tmp_path_factory.mktemp("kiosk")
    world = system_world()
    config = Config(folder / "data", FolderPrinter(folder / "papers"), render_raster, centre.url)
    kiosk = Program(config, world, FakeKeystore)
    kiosk.open()
    person = centre.cli("operator", "add", "--shop", SHOP, "--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud")
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    number = kiosk.enrolment.claim(centre.url, made["slot"], made["code"])
    centre.cli("device", "approve", made["slot"], "--number", number, "--staff", "badr")
    assert kiosk.enrolment.poll()
    store = kiosk.counter.context.store
    until(
        lambda: kiosk.counter.line.online() and None not in map(store.document, ("settings", "operators", "catalogue"))
    )
    kiosk.counter.people.activate(person["id"], person["code"], PIN)
    kiosk.counter.till.open_day(10_000)
    yield Place(kiosk, centre, folder / "papers")
    kiosk.close()


# ---- what a citizen says


def answers(service: PublicService) -> dict[str, Any]:
    """The generator's, with days that are still to come on the day of the test."""
    raw, ahead = filled(service), (date.today() + timedelta(days=25)).isoformat()  # noqa: DTZ011 - any day will do
    for element in service.form.elements():
        if element.widget == "slot":
            raw[element.field] = f"{ahead}/noon"
        elif element.widget == "date" and element.period == "future":
            raw[element.field] = ahead
    return raw


def sale(
    place: Place, service: PublicService, visit: Sequence[Any] = (), bill: AuthorityBill | None = None
) -> tuple[Any, Sale]:
    """The form begun, its pictures taken, and what is confirmed."""
    desk, raw = place.kiosk.counter.desk, answers(service)
    draft = desk.drafts.begin(service.id, visit)
    desk.drafts.keep(draft, raw)
    checked = desk.check(service, raw)
    assert checked.faults == [], (service.id, checked.faults)
    pictures = [
        place.kiosk.counter.evidence.keep(
            draft.id, paper, CapturedFile(picture(service.number), "image/jpeg", 600, 800)
        )
        for paper in checked.papers
        if paper.how == "capture"
    ]
    due_pt = desk.quote(service, checked.values, bill).total_pt
    return draft, Sale(
        id=draft.id, visit=draft.visit_id, form=checked, tendered_pt=0,
        consent_version=service.consent.version if service.consent else None,
        bill=bill.paid() if bill else None, due_pt=due_pt, evidence=tuple(one.item() for one in pictures),
    )  # fmt: skip


def picture(number: str) -> bytes:
    return encoded(page(600, 800, seed=int(number)))


def record(place: Place, sales: Sequence[Sale]) -> Any:
    tendered = sum(one.due_pt or 0 for one in sales)
    return place.kiosk.counter.desk.record(replace(sales[0], tendered_pt=tendered), *sales[1:])


def on_record(place: Place, service: PublicService, amount_pt: int) -> None:
    """What the authority will say of it."""
    words = ["--label-ar", "مستحق", "--label-en", "Owed"]
    values = place.kiosk.counter.desk.check(service, answers(service)).values
    for name, value in values.items():
        words += ["--field", f"{name}={value}"]
    place.centre.cli(
        "authority", "record", "add", service.id, *words, *(["--amount-pt", str(amount_pt)] if amount_pt else [])
    )


# ---- the ends of the modes


def sold_in_visits(place: Place, services: Sequence[PublicService]) -> list[Any]:
    """Those whose applicant is the same citizen go together, a few at a time."""
    by_citizen: dict[Any, list[PublicService]] = {}
    for service in services:
        by_citizen.setdefault(answers(service).get("national_id"), []).append(service)
    recorded = []
    for same in by_citizen.values():
        for start in range(0, len(same), IN_ONE_VISIT):
            drafts: list[Any] = []
            sales: list[Sale] = []
            for service in same[start : start + IN_ONE_VISIT]:
                draft, one = sale(place, service, drafts)
                drafts.append(draft)
                sales.append(one)
            recorded.append(record(place, sales))
    return recorded


def paid_live(place: Place, service: PublicService) -> Any:
    if service.mode == "inquiry_pay":
        on_record(place, service, OWED_PT)
    values = place.kiosk.counter.desk.check(service, answers(service)).values
    bill = place.kiosk.counter.desk.inquire(service, values)
    assert bill.amount_pt == (values["amount"] if service.mode == "pay_online_only" else OWED_PT)
    return record(place, [sale(place, service, bill=bill)[1]])


def inquired(place: Place, service: PublicService) -> None:
    on_record(place, service, 0)
    values = place.kiosk.counter.desk.check(service, answers(service)).values
    bill = place.kiosk.counter.desk.inquire(service, values)
    assert [(line.label.en, line.amount_pt) for line in bill.lines] == [("Owed", 0)]
    place.kiosk.counter.advice.answer(service.id, bill)


def guided(place: Place, service: PublicService) -> None:
    checked = place.kiosk.counter.desk.check(service, answers(service))
    assert checked.faults == []
    place.kiosk.counter.advice.guide(service.id, place.kiosk.counter.desk.read(service, checked.values).papers)


def test_every_service_reaches_the_end_of_its_mode(place: Place) -> None:
    services = place.services
    by_mode = Counter(service.mode for service in services)
    assert set(by_mode) == set(MODES)

    recorded = sold_in_visits(place, [service for service in services if service.mode in ("submit", "booking")])
    recorded += [paid_live(place, s) for s in services if s.mode in ("inquiry_pay", "pay_online_only")]
    for service in services:
        if service.mode == "inquiry":
            inquired(place, service)
        elif service.mode == "guidance":
            guided(place, service)
    place.idle()

    rows = [row for one in recorded for row in (one.request, *one.further)]
    assert {row.service_id for row in rows} == {s.id for s in services if s.mode not in FREE_MODES}
    assert len(rows) == len(services) - by_mode["guidance"] - by_mode["inquiry"]
    assert any(one.further for one in recorded)
    free = by_mode["guidance"] + by_mode["inquiry"]
    assert len(list(place.papers.iterdir())) == len(recorded) + free, "one paper a visit, a sheet or answer each"

    _arrived(place, rows)
    _decided(place, rows)


def _arrived(place: Place, rows: Sequence[Any]) -> None:
    """Each once, accepted by the centre's own rules, to the piastre; what was only told stands in the journal."""
    listed: dict[str, Any] = {}

    def all_there() -> bool:
        listed.update({row["id"]: row for row in place.centre.cli("request", "list", "--limit", "500")})
        return len(listed) >= len(rows)

    until(all_there)
    assert set(listed) == {row.id for row in rows}
    assert {row["code"] for row in listed.values()} == {""}, "nothing breaks a rule of the centre"
    assert {row["status"] for row in listed.values()} == {"pending"}
    assert sum(row["total_pt"] for row in listed.values()) == sum(row.total_pt for row in rows)
    journal = [item.record for item in place.kiosk.counter.context.store.journal.export(1)]
    given = [read_body(record.body) for record in journal if record.fields.entry_type == EntryType.REFUSAL]
    assert Counter(body["kind"] for body in given) == {"guidance": 6}
    visits = Counter(row.visit for row in rows)
    assert max(visits.values()) > 1


def _decided(place: Place, rows: Sequence[Any]) -> None:
    """Approved by the staff, one of them rejected; the counter hears of each."""
    no = ("--reason-ar", "صورة غير واضحة", "--reason-en", "The picture is not clear")
    for row in rows[1:]:
        place.centre.cli("request", "decide", row.id, "approved", "--staff", "amal")
    place.centre.cli("request", "decide", rows[0].id, "rejected", *no, "--staff", "amal")

    def all_heard() -> bool:
        place.kiosk.counter.line.now()
        found = place.kiosk.counter.desk.requests.search(Query(limit=-1))
        return all(row.decision is not None and row.decision.status != "pending" for row in found)

    until(all_heard)
    found = {row.id: row.decision for row in place.kiosk.counter.desk.requests.search(Query(limit=-1))}
    assert Counter(decision.status for decision in found.values() if decision) == {
        "approved": len(rows) - 1,
        "rejected": 1,
    }
    assert [row.id for row in place.kiosk.counter.desk.requests.search(TRAY)] == [rows[0].id]
