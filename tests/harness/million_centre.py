"""A centre of 6,000 shops with as many requests as wanted, in PostgreSQL, within minutes: real tables and indexes, real
entries of a few services, copied; what cannot be copied (each citizen's sealed frame) is of the right length.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psycopg

from central.console.money_pages import FIGURES
from central.documents import publishing
from central.store import key_files
from central.store.postgres_store import PostgresStore
from central.store.vault import place
from protocol.catalogue import forms
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.clock import DAY_MS, HOUR_MS, business_date
from protocol.documents import trust
from protocol.journal import personal
from tests.harness import citizens
from tests.harness.centre_fleet import said, well
from tests.harness.centre_sales import body_of, sell
from tests.harness.own_centre import SHOP, OwnCentre, apply_settings, make_centre

SHOPS: Final = 6_000
PER_DAY: Final = 33_000
"""Requests of all shops: five or six of each."""
SERVICES: Final = (
    "birth-cert", "birth-cert", "birth-cert", "birth-cert", "criminal-record", "ration-replacement",
    "court-certificate", "driving-licence-renew", "driving-licence-renew", "insurance-print",
)  # fmt: skip
"""By how often they are wanted."""
RARE: Final = "death-cert"
"""One in 50."""
_QUICK: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "'8GB'"}
"""Nothing of it has to outlive the test."""


def make(folder: Path, url: str, requests: int) -> OwnCentre:
    """An office over a new database with so many `requests`; its clock stands at the end of them."""
    office = make_centre(PostgresStore(url), folder)
    services = sorted({*SERVICES, RARE})
    _write_templates(office, services)
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        for name, value in _QUICK.items():
            connection.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        connection.execute("SELECT pg_reload_conf()")
        _copy_templates(connection, services)
        connection.execute(text.encode(), _values(office, requests))
        connection.execute("VACUUM ANALYZE")
    return office


def _values(office: OwnCentre, requests: int) -> dict[str, Any]:
    now, span = office.clock.ms, requests * DAY_MS // PER_DAY
    late = said(now, unsent=9, unsent_pt=640_000, oldest_unsent_ms=now - 9 * HOUR_MS)
    return {
        "now": now, "heard": now - 60_000, "silent": now - 100 * HOUR_MS, "begun": now - 90 * DAY_MS,
        "before": now - DAY_MS, "undecided": now - min(3 * DAY_MS, span * 6 // 10), "never": 2**42,
        "late": json.dumps(late),
        "well": json.dumps(said(now)), "health": json.dumps({**well(now), "skew_s": 0}), "shops": SHOPS,
        "requests": requests, "per_day": PER_DAY, "days": max(2, round(requests / PER_DAY)), "names": [*FIGURES],
        "services": [*SERVICES], "rare": RARE,
    }  # fmt: skip


def _write_templates(office: OwnCentre, services: Sequence[str]) -> None:
    """One honest request of each service, as a counter writes it."""
    told = list(map(citizens.priced, bundled_services()))
    for version in (1, 2):
        members = catalogue_members(version, "2020-01-01", None, told)
        envelope = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
        office.act(publishing.publish_catalogue, envelope)
    published = {one["id"]: citizens.published(one) for one in told}
    device, today = office.enrol(), business_date(office.clock.ms)
    apply_settings(device)
    for one in services:
        answers = dict(forms.check(published[one], citizens.filled(published[one]), today).values)
        frame = personal.write_frame(secrets.token_bytes(16), {"fields": answers})
        sell(device, body_of(published[one], answers), frame)
    office.arrive(device)


def _copy_templates(connection: psycopg.Connection, services: Sequence[str]) -> None:
    connection.execute(
        "CREATE TABLE template AS SELECT r.service, r.service_version, r.total_pt, r.authority, r.listed, e.header,"
        " e.signature, e.body, p.sealed FROM request r JOIN entry e USING (device, epoch, seq)"
        " JOIN personal p USING (device, epoch, seq)"
    )
    found = connection.execute("SELECT count(*) FROM template").fetchone()
    assert found == (len(services),), found


def samples(office: OwnCentre, count: int, chance: random.Random) -> list[dict[str, str]]:
    """Requests that wait, at random, by the names that stand in addresses; their frames are sealed for their place."""
    rows = office.rows(
        "SELECT device, epoch, seq, id, shop FROM request WHERE authority = 'civil-status' AND status = 'pending'"
        " AND voided_by = 0 AND claimed_by = '' AND shop <> ? ORDER BY md5(id || ?) LIMIT ?",
        SHOP, str(chance.random()), count,
    )  # fmt: skip
    frame = personal.write_frame(secrets.token_bytes(16), {"fields": {"name": "منى أحمد علي حسن", "copies": 2}})
    for row in rows:
        key = row.device, row.epoch, row.seq
        sealed = office.centre.vault.seal(frame, place(*key))
        office.run("UPDATE personal SET sealed = ? WHERE device = ? AND epoch = ? AND seq = ?", sealed, *key)
    return [{"request": row.id, "device": row.device.hex(), "shop": row.shop, "seq": str(row.seq)} for row in rows]
