"""The centre's word on a device: the lease that answers a heartbeat, and the verdict that is a no, or an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from protocol import members
from protocol.members import Base64


@dataclass(frozen=True, slots=True)
class Verdict:
    """The centre's refusal or order to a device. `code` is clock_skew, suspended, revoked, erase, equivocation,
    structural or upgrade; in the feed also resumed.

    `seq` and `entry_hash` are of equivocation and structural, as are `fault` and `ack`: what was accepted before it.
    """

    device: str
    epoch: int
    code: str
    server_ms: int
    seq: int = 0
    entry_hash: str = ""
    request_nonce: str = ""
    fault: str | None = None
    ack: Any = None
    min_client: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierEpoch:
    """How far the centre holds an epoch that is over."""

    epoch: int
    hwm: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The centre's permission for a device to work until `lease_until_ms`. `ack` is the acknowledgement of the present
    epoch; `picture`: whether the file that the heartbeat named is there.
    """

    device: str
    epoch: int
    request_nonce: str
    server_ms: int
    lease_until_ms: int
    durable_hwm: int
    ack: Base64
    earlier: tuple[EarlierEpoch, ...] | None = None
    picture: bool | None = None


def payload(word: Verdict | Lease) -> dict[str, Any]:
    """The members of the signed document."""
    return {"v": 1, **members.write(word)}
