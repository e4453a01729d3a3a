"""`python -m tests.scenarios.console`: the staff's pages over 200 shops and seven authorities, and people to be."""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyotp

from central.centre import wall_ms
from central.console import app
from central.devices import reports
from central.documents import publishing
from central.staff import accounts, credentials
from central.staff.accounts import Bounds
from central.staff.acts import Role
from central.store import key_files
from central.store.sqlite_store import SqliteStore
from central.store.staff_models import Account
from protocol.catalogue import forms
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.catalogue.services import PublicService
from protocol.clock import DAY_MS, HOUR_MS, business_date
from protocol.documents import trust
from protocol.journal import personal
from protocol.wire import support_file
from protocol.wire.support_file import SupportHead
from tests.harness import citizens
from tests.harness.centre_fleet import Fleet
from tests.harness.centre_sales import body_of, sell, send_up
from tests.harness.console_browser import served
from tests.harness.console_desk import PASSWORD
from tests.harness.generated_sales import Citizens
from tests.harness.own_centre import OwnCentre, apply_settings, make_centre
from tests.scenarios.console import pictures

SERVICES: Final = (
    "birth-cert", "criminal-record", "ration-replacement", "driving-licence-renew", "court-certificate",
    "insurance-print", "commercial-register-extract",
)  # fmt: skip
REQUESTS: Final = 140
AREAS: Final = {"CAI": 60, "GIZ": 40, "ALX": 35, "DKH": 25, "GHR": 20, "SHG": 12, "ASN": 8}
PEOPLE: Final = {
    "nadia": ("نادية فهمي", "Nadia Fahmy", Role.OFFICER), "hany": ("هاني رمزي", "Hany Ramzy", Role.SUPERVISOR),
    "amr": ("عمرو شاكر", "Amr Shaker", Role.ENROLMENT), "badr": ("بدر سامي", "Badr Samy", Role.ENROLMENT),
    "tarek": ("طارق أنور", "Tarek Anwar", Role.SUPPORT), "mona": ("منى السيد", "Mona Elsayed", Role.FINANCE),
    "hana": ("هناء علي", "Hana Ali", Role.AUDITOR), "laila": ("ليلى حسن", "Laila Hassan", Role.CATALOGUE),
    "samir": ("سمير عادل", "Samir Adel", Role.ADMINISTRATOR), "dina": ("دينا كمال", "Dina Kamal", Role.ADMINISTRATOR),
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.console", description=__doc__)
    parser.add_argument("--port", type=int, default=8701)
    parser.add_argument("--pictures", type=Path, help="draw the pages of docs/console.md into this folder, then end")
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        office = make_centre(SqliteStore(Path(folder) / "centre.db", secrets.token_bytes(32)), Path(folder))
        _fill(office)
        secret = _hire(office)
        with served(app.build(replace(office.centre, now_ms=wall_ms)), asked.port) as address:
            if asked.pictures is not None:
                pictures.draw(address, secret, asked.pictures)
                return 0
            print(f"made in {time.monotonic() - begun:.0f} s: {address}/staff")
            with suppress(KeyboardInterrupt):
                _let_in(secret)
    return 0


def _let_in(secret: str) -> None:
    """Who may sign in, and with what; the code of the moment at each Enter, until somebody ends it."""
    print("\n".join(f"  {name}: {en}, {role}" for name, (_, en, role) in PEOPLE.items()))
    print(f"password of all: {PASSWORD}\nsecond factor of all, for an authenticator: {secret}")
    print("without an authenticator: Enter prints the code of the moment, Ctrl+C ends it", flush=True)
    while sys.stdin.readline():
        print(pyotp.TOTP(secret).now(), flush=True)
    threading.Event().wait()  # nobody types here


def _fill(office: OwnCentre) -> None:
    services = {one.id: one for one in map(citizens.published, bundled_services()) if one.id in SERVICES}
    members = catalogue_members(1, "2020-01-01", None, list(map(citizens.priced, bundled_services())))
    signed = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
    office.act(publishing.publish_catalogue, signed)
    fleet = Fleet(office)
    for area, shops in AREAS.items():
        fleet.many(shops - 3, area)
        fleet.many(2, f"{area}-S", heard_ago_ms=30 * HOUR_MS, unsent=7, unsent_pt=412_500)
    fleet.many(1, "GIZ-L", heard_ago_ms=100 * HOUR_MS, unsent=41, unsent_pt=1_248_000)
    _sell(office, services)
    for number, maker in (("482913", "amr"), ("730156", "badr")):
        office.waiting(maker, number)
    office.run("UPDATE request SET status = 'approved', decisions = 1 WHERE seq % 20 = 0")
    asked = "SELECT subject FROM audit WHERE act = 'request.escalated'"
    office.run(f"UPDATE request SET status = 'rejected', decisions = 1 WHERE id IN ({asked})")


def _sell(office: OwnCentre, services: dict[str, PublicService]) -> None:
    """A week of work: some late, some due today, most later."""
    device, chance, asked = office.enrol(), random.Random(14), list[tuple[int, str]]()
    apply_settings(device)
    for values, person in zip(_answers(services), Citizens(14), strict=False):
        service, said = values
        members = body_of(service, said)
        told = {**said, **{name: one for name, one in person.values.items() if name in said}}
        sold = sell(device, members, personal.write_frame(secrets.token_bytes(16), {"fields": told}))
        asked += [(sold.seq, str(members["id"]))] if sold.seq % 40 == 10 else []  # those of 20 are approved
    for seq, request in asked:
        send_up(device, seq, request)
    office.arrive(device)
    head, said = SupportHead(device.chain.device, device.chain.epoch, 1), {"v": 1, "report": {"kind": "printing"}}
    sealed = support_file.seal(head, said, device.keyset.seal_x25519)
    with office.store.writing() as session:
        reports.keep_support(office.centre, session, office.standing(device), sealed)
    now = office.clock.ms
    with office.store.writing() as session:
        for row in session.all("SELECT id FROM request ORDER BY seq"):
            due = now + int(chance.triangular(-3 * DAY_MS, 9 * DAY_MS, 0))
            session.run("UPDATE request SET due_ms = ? WHERE id = ?", due, row.id)


def _answers(services: dict[str, PublicService]) -> Iterator[tuple[PublicService, dict[str, object]]]:
    today = business_date(wall_ms())
    for place in range(REQUESTS):
        service = services[SERVICES[place % len(SERVICES)]]
        yield service, dict(forms.check(service, citizens.filled(service), today).values)


def _hire(office: OwnCentre) -> str:
    """All with one password and one second factor: it is a stage. Returns its secret."""
    secret = credentials.new_secret(office.centre)
    with office.store.writing() as session:
        for name, (ar, en, role) in PEOPLE.items():
            session.add(
                Account, name=name, name_ar=ar, name_en=en, state="active", code=None,
                password=credentials.verifier(office.centre, PASSWORD),
                secret=credentials.seal_secret(office.centre, name, secret),
            )  # fmt: skip
            accounts.keep_grant(session, name, role, Bounds())
    return credentials.address_of("all", secret).partition("secret=")[2].partition("&")[0]


if __name__ == "__main__":
    sys.exit(main())
