"""Answers of the centre as the feed brings them, put together by hand: sound ones, and each kind of unsound one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from protocol.documents import trust
from protocol.keys import SeedSigner
from tests.harness.sync_party import DEVICE, FEED, Kiosk

NONCE: Final = "n" * 22
LATER: Final = 2_000_000_000_000


def mine(**more: Any) -> dict[str, Any]:
    """What every answer to this device says first."""
    return {"v": 1, "device": str(DEVICE), "epoch": 1, "request_nonce": NONCE, "server_ms": LATER, **more}


def sealed(payload_type: str, members: Mapping[str, Any], signer: SeedSigner = FEED) -> bytes:
    return trust.seal_object(payload_type, members, signer)


def page(*items: Any, after: Any = 0, following: Any = None, more: bool = False, **changed: Any) -> bytes:
    """A page of the feed; `following` is where the next begins, else that many items on."""
    following = len(items) if following is None else following
    return sealed(trust.FEED, mine(**{"after": after, "next": following, "more": more, "items": list(items)} | changed))


def decision(kiosk: Kiosk, seq: int = 1, epoch: int = 1, **more: Any) -> dict[str, Any]:
    """What was decided about an entry of the kiosk's journal."""
    known = kiosk.store.journal.hash_at(seq, epoch) or bytes(32)
    return {
        "kind": "decision", "epoch": epoch, "seq": seq, "entry_hash": known.hex(), "id": f"id-{seq}",
        "status": "rejected", "code": "x", "reason": {"ar": "سبب", "en": "why"}, "at_ms": 5,
    } | more  # fmt: skip


def alarm(kiosk: Kiosk) -> str:
    return (kiosk.store.fact("alarm") or b"").decode()
