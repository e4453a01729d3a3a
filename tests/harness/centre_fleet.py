"""A fleet made for a test: as many counters as wanted, well unless something is changed."""

from __future__ import annotations

import json
import secrets
import uuid
from typing import Any, Final

from central.devices import tills
from central.fleet import overview
from central.store.interface import Session
from protocol.clock import DAY_MS
from tests.harness.own_centre import OwnCentre

MINUTE_MS: Final = 60_000


def well(now_ms: int) -> dict[str, Any]:
    """The `health` of a counter with nothing wrong."""
    return {
        "version": "1.1.0", "ring": "100", "phase": "IDLE", "reverted": None, "runtime": "r1", "worst": None,
        "stops": [], "found": [], "backup_age_h": 5, "second_age_h": 30, "wall_ms": now_ms, "printer": "ok",
        "last_receipt_ms": now_ms - 60_000, "crashes_24h": 0, "metadata_age_h": 3, "lease_left_h": 200,
        "catalogue_age_h": 4, "mirror_entries": 0, "mirror_s": 0,
    }  # fmt: skip


def said(now_ms: int, **changes: Any) -> dict[str, Any]:
    return {
        "v": 1, "app": "1.1.0", "last_seq": 10, "unsent": 0, "unsent_pt": 0, "oldest_unsent_ms": None, "catalogue": 1,
        "settings": 1, "disk_free_mb": 9_000, "health": well(now_ms), **changes,
    }  # fmt: skip


class Fleet:
    """Puts counters into an office's database; times are relative to its clock."""

    def __init__(self, office: OwnCentre) -> None:
        self.office = office

    @property
    def now_ms(self) -> int:
        return self.office.clock.ms

    def shop(self, name: str, about: dict[str, Any] | None = None) -> str:
        with self.office.store.writing() as session:
            self._shop(session, name, about or {})
        return name

    def add(self, shop: str = "CAI-001", **how: Any) -> bytes:
        """A counter enrolled `days` ago (60); `heard_ago_ms` (five minutes; negative: never), `state`, `device`,
        `acked_ago_ms`, and members of its last heartbeat.
        """
        with self.office.store.writing() as session:
            return self._add(session, shop, **how)

    def many(self, shops: int, area: str, **how: Any) -> list[bytes]:
        """One counter in each of so many shops, in one transaction."""
        with self.office.store.writing() as session:
            names = [f"{area}-{n:03}" for n in range(shops)]
            for shop in names:
                self._shop(session, shop, {})
            return [self._add(session, shop, **how) for shop in names]

    def beat(self, device: bytes, ago_ms: int = 0, **changes: Any) -> None:
        """A heartbeat `ago_ms` ago."""
        with self.office.store.writing() as session:
            self._beat(session, device, ago_ms, 0, changes)

    @staticmethod
    def _shop(session: Session, shop: str, about: dict[str, Any]) -> None:
        session.run(
            "INSERT INTO shop VALUES (?, ?, ?, ?, 0, 0, ?, '') ON CONFLICT (id) DO NOTHING",
            shop, f"محل {shop}", f"Shop {shop}", json.dumps(about), shop.partition("-")[0],
        )  # fmt: skip

    def _add(self, session: Session, shop: str, **how: Any) -> bytes:
        days, heard_ago_ms = how.pop("days", 60), how.pop("heard_ago_ms", 5 * MINUTE_MS)
        device: bytes = how.pop("device", secrets.token_bytes(16))
        state, acked_ago = how.pop("state", "active"), how.pop("acked_ago_ms", MINUTE_MS)
        statement = json.dumps({"issued_ms": self.now_ms - days * DAY_MS, "shop": shop}).encode()
        session.run("INSERT INTO device (id, shop, feed_n, heard_ms, heartbeat) VALUES (?, ?, 0, 0, '')", device, shop)
        tills.give(session, shop, device)
        session.run(
            "INSERT INTO chain (device, epoch, pub, statement, state, hwm, hash, server_ms, durable)"
            " VALUES (?, 1, ?, ?, ?, 9, ?, ?, 0)",
            device, secrets.token_bytes(32), statement, state, bytes(32), self.now_ms - acked_ago,
        )  # fmt: skip
        if heard_ago_ms >= 0:
            self._beat(session, device, heard_ago_ms, days, how)
        return device

    def _beat(self, session: Session, device: bytes, ago_ms: int, days: int, changes: dict[str, Any]) -> None:
        """With `days` it has said the same for so long."""
        at_ms = self.now_ms - ago_ms
        facts = said(at_ms, **changes)
        health = changes.get("health", {})
        facts["health"] = None if health is None else {**well(at_ms), **health}
        if days:
            overview.keep_health(session, device, facts, self.now_ms - days * DAY_MS)
        overview.keep_health(session, device, facts, at_ms)
        session.run("UPDATE device SET heard_ms = ?, heartbeat = ? WHERE id = ?", at_ms, json.dumps(facts), device)


def name(device: bytes) -> str:
    return str(uuid.UUID(bytes=device))
