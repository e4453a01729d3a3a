"""A centre in which every page of the console has something on it, and the addresses of those pages."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyotp

from central.console import table
from central.console.money_pages import FIGURES
from central.console.routes import Route
from central.devices import enrolment
from central.documents.catalogue_publication import publish_by_two
from central.requests import review
from central.requests.review import Decision, Seen
from central.staff import accounts, credentials
from central.staff.accounts import Bounds
from central.staff.acts import Role
from central.store import key_files
from central.store.interface import Session
from central.store.request_models import MissedReceipt, RefundHold, Request, Support, TillClose, TillSum
from central.store.staff_models import Account
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.clock import DAY_MS, HOUR_MS, business_date
from protocol.documents import trust
from protocol.journal import personal
from protocol.journal.entries import EntryType
from protocol.texts import Bilingual
from protocol.wire import support_file
from protocol.wire.support_file import SupportHead
from tests.harness.centre_fleet import Fleet
from tests.harness.centre_papers import named, upload
from tests.harness.centre_sales import birth, sell, send_up
from tests.harness.console_desk import PASSWORD, Desk
from tests.harness.own_centre import OPERATOR, SHOP, OwnCentre, apply_settings
from tests.harness.sample_pictures import encoded, page
from tests.harness.wire_device import Device

BOSS: Final = "boss"
"""With all roles: every page is his."""
LINA: Final = "lina"
"""Who signs in with password and second factor."""
NEW: Final = "newcomer"
"""Whose account waits to be activated."""
NO_PAGES: Final = frozenset({"/staff/requests/{request}/papers/{place}", "/{rest:path}"})
"""A picture; and every address that is none."""
ASKED: Final = {"/staff/catalogue/compare": "?before=1&after=2"}
"""What a page must be asked for."""
_NAME: Final = re.compile(r"\{(\w+)\}")
WORDS: Final = ("pending", "pending", "pending", "approved", "sent_back", "rejected")


@dataclass
class World:
    """`there` are the names that stand in addresses, `requests` their ids by the order of `citizens`; `code` is what
    `NEW` begins with, `secret` of `LINA`'s second factor.
    """

    desk: Desk
    there: dict[str, str]
    requests: list[str]
    citizens: list[dict[str, Any]]
    code: str
    secret: bytes

    def second_factor(self) -> str:
        """Of `LINA`, by the centre's clock."""
        return pyotp.TOTP(b32encode(self.secret).decode()).at(self.desk.office.clock.ms // 1000)


def addresses(method: str, there: Mapping[str, str]) -> Iterator[tuple[Route, str]]:
    """Each address of the console, with the names of what is there. Raises LookupError for one that nobody named."""
    for route in table.ROUTES:
        if route.method == method and route.path not in NO_PAGES:
            yield route, _NAME.sub(lambda name: there[name[1]], route.path) + ASKED.get(route.path, "")


def empty_addresses(there: Mapping[str, str]) -> Iterator[str]:
    """Pages of a centre where nothing is but what `there` names."""
    for route in table.ROUTES:
        if route.method == "GET" and route.path not in NO_PAGES and set(_NAME.findall(route.path)) <= set(there):
            yield _NAME.sub(lambda name: there[name[1]], route.path) + ASKED.get(route.path, "").replace("=2", "=1")


def citizen(n: int) -> dict[str, Any]:
    """Of the year 1900, and with words that stand nowhere else."""
    first = ("كناري", "هدهد", "بلبل", "يمامة", "زرزور", "حسون")[n % 6]
    return {
        "name": f"{first} المغرد الطنبوري البستاني", "national_id": f"2000101010{n:03d}7", "mobile": f"0109988{n:04d}",
        "mother_name": f"وردة {first} الياسميني", "copies": 2, "delivery": "pickup",
    }  # fmt: skip


def fill(desk: Desk) -> World:
    """With something on every page: what waits, what is late, what is odd, what two must want."""
    office = desk.office
    office.publish_catalogue(1)
    office.publish_catalogue(2)
    device = office.enrol()
    apply_settings(device)
    people = [citizen(n) for n in range(len(WORDS))]
    requests = [_sold(office, device, one, with_papers=n == 0) for n, one in enumerate(people)]
    asked = [_asks(device, "void"), _asks(device, "extension")]
    seqs = [one.record.seq for one in device.items if one.record.fields.entry_type == EntryType.REQUEST]
    paper = send_up(device, seqs[4], requests[4])
    office.arrive(device)
    for name in (BOSS, "sara", "hany"):
        desk.hire(name, *Role)
    _fleet(office)
    with office.store.writing() as session:
        _decide(office, session, requests)
        slot = _waiting(office, session)
        _money(office, session, device, requests)
        _odd(office, session, device)
        proposal = _proposals(office, session)
    there = {
        "request": requests[0], "device": str(uuid.UUID(bytes=device.chain.device)), "shop": SHOP, "slot": slot,
        "account": "sara", "person": OPERATOR, "approval": f"{device.chain.device.hex()[:8]}-{asked[1]}",
        "proposal": str(proposal), "place": "1", "service": "birth-cert", "version": "1", "file": "S-1",
        "paper": paper,
    }  # fmt: skip
    code, secret = _newcomers(office)
    return World(desk, there, requests, people, code, secret)


def _sold(office: OwnCentre, device: Device, said: dict[str, Any], *, with_papers: bool) -> str:
    pictures = (encoded(page(340, 460)), b"%PDF-1.7 a decree") if with_papers else ()
    media = ("image/jpeg", "application/pdf", "image/jpeg")
    of = ("id_card", "form_40", "form_40")
    papers = [{**named(*one), "id": name} for name, *one in zip(of, (*pictures, b"later"), media, strict=False)]
    members = birth(evidence=[*papers, {"id": "paper_certificate"}] if with_papers else [])
    record = sell(device, members, personal.write_frame(secrets.token_bytes(16), {"fields": said}))
    if with_papers:
        office.arrive(device)
        for one in pictures:
            upload(office, device, record.fields.seq, one)
    return str(members["id"])


def _asks(device: Device, what: str) -> int:
    members = {
        "v": 1, "kind": "asked", "op": OPERATOR, "login": 2, "what": what, "of": 3, "of_epoch": 1, "amount_pt": 5_500,
    }  # fmt: skip
    return device.write(EntryType.LOGIN, members).fields.seq


def _fleet(office: OwnCentre) -> None:
    lost = {"unsent": 41, "unsent_pt": 1_248_000, "oldest_unsent_ms": office.clock.ms - 110 * HOUR_MS}
    fleet = Fleet(office)
    fleet.many(60, "ALX")
    fleet.many(3, "GIZ", heard_ago_ms=100 * HOUR_MS, **lost)
    whom = {"shop": {"phone": "0233330000", "technician": "كريم"}}
    office.run("UPDATE shop SET members = ? WHERE governorate = 'GIZ'", json.dumps(whom))
    fleet.many(2, "SHG", unsent=7, unsent_pt=412_500, oldest_unsent_ms=office.clock.ms - 9 * HOUR_MS)


def _decide(office: OwnCentre, session: Session, requests: list[str]) -> None:
    """One is very late, one in somebody's hand; three are decided."""
    now = office.clock.ms
    for request, word in zip(requests, WORDS, strict=True):
        if word != "pending":
            row = review.find(session, request)
            said = Decision(row.seq, row.id, word, "data_differs", Bilingual("البيانات مختلفة", "The data differ"))
            review.decide(office.centre, session, row, said, "sara", Seen())
    row = review.find(session, requests[1])
    session.change(Request, row.device, row.epoch, row.seq, claimed_by="sara", claimed_ms=now, due_ms=now - 3 * DAY_MS)


def _waiting(office: OwnCentre, session: Session) -> str:
    """Counters that are to be let in: two by others, one of one's own, one whose code was not used yet."""
    slots = [enrolment.make_slot(office.centre, session, SHOP, maker)[0] for maker in (BOSS, "hany", "sara")]
    for n, slot in enumerate(slots):
        session.run(
            "UPDATE slot SET state = 'revealed', number = ?, pub = ?, claimed_ms = ?, tries = ? WHERE slot = ?",
            f"48291{n}", secrets.token_bytes(32), office.clock.ms, n, slot,
        )  # fmt: skip
    enrolment.make_slot(office.centre, session, SHOP, "sara")
    return slots[-1]


def _money(office: OwnCentre, session: Session, device: Device, requests: list[str]) -> None:
    day, of = str(business_date(office.clock.ms)), {"device": device.chain.device, "epoch": 1}
    for seq, pt in ((901, 0), (902, -12_000), (903, 500)):
        body = json.dumps({"difference_pt": pt, "counted_pt": 50_000, "reason": "فرق في العد", "pending": pt < 0})
        session.add(TillClose, **of, seq=seq, day=day, number=1, wall_ms=office.clock.ms, body=body, difference_pt=pt)
    for n, name in enumerate(FIGURES):
        session.run("DELETE FROM till_sum WHERE day = ? AND name = ?", day, name)
        session.add(TillSum, **of, day=day, number=1, name=name, count=3, amount_pt=8_000 * (n + 1), first_seq=1)
    row = review.find(session, requests[5])
    session.add(
        RefundHold, **of, seq=row.seq, holder=device.chain.device, holder_epoch=1, hold="a1", at_ms=office.clock.ms
    )
    session.run(
        "INSERT INTO audit (at_ms, staff, act, subject, detail) VALUES (?, ?, 'refund.twice', ?, '{}')",
        office.clock.ms, str(uuid.UUID(bytes=device.chain.device)), requests[4],
    )  # fmt: skip


def _odd(office: OwnCentre, session: Session, device: Device) -> None:
    now = office.clock.ms
    session.add(
        MissedReceipt, device8=device.chain.device.hex()[:8], seq=77, code="ab" * 8, asked=3, first_ms=now - DAY_MS,
        last_ms=now, state="open",
    )  # fmt: skip
    file = support_file.seal(SupportHead(device.chain.device, 1, now), {"v": 1}, device.keyset.seal_x25519)
    session.add(Support, device=device.chain.device, epoch=1, sha256=secrets.token_bytes(32), file=file, at_ms=now)
    session.run("UPDATE approval SET state = 'granted', staff = 'sara' WHERE what = 'void'")


def _newcomers(office: OwnCentre) -> tuple[str, bytes]:
    secret, names = credentials.new_secret(office.centre), Bilingual("موظفة جديدة", "A newcomer")
    with office.store.writing() as session:
        accounts.add(office.centre, session, NEW, names, "hany")
        code = accounts.add(office.centre, session, NEW, names, "sara")
        session.add(
            Account, name=LINA, name_ar="لينا حسن", name_en="Lina Hassan", state="active", code=None,
            password=credentials.verifier(office.centre, PASSWORD),
            secret=credentials.seal_secret(office.centre, LINA, secret),
        )  # fmt: skip
        accounts.keep_grant(session, LINA, Role.OFFICER, Bounds())
    assert code is not None
    return code, secret


def _proposals(office: OwnCentre, session: Session) -> int:
    """One of one's own, two of others; a catalogue among them."""
    bounds = Bounds(("civil-status",), ("birth-cert",), ("CAI", "GIZ"), 500_000)
    accounts.grant(office.centre, session, "sara", Role.FINANCE, bounds, BOSS)
    accounts.grant(office.centre, session, "sara", Role.OFFICER, bounds, "hany")
    proposal = session.one("SELECT max(n) AS n FROM proposal")
    members = catalogue_members(3, "2020-01-01", None, bundled_services())
    signed = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
    publish_by_two(office.centre, session, signed, "hany")
    assert proposal is not None
    return int(proposal.n)
