"""The lease that answers a heartbeat: until when to work, what is durable, and the proof of what the centre holds."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.documents.trust import Forged
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.strict_json import count


@dataclass(frozen=True, slots=True)
class Lease:
    """`ack` is the centre's signed mark of the present epoch, `packed` its bytes; `earlier` are those of epochs before.

    `lacks_picture`: it has not the picture that the heartbeat named as the newest it was said to have.
    """

    server_ms: int
    until_ms: int
    durable: int
    earlier: dict[str, int]
    lacks_picture: bool
    ack: Ack
    packed: bytes = field(repr=False)


def read(members: Mapping[str, Any], ack_keys: Iterable[bytes]) -> Lease:
    """Raises Forged for what is no lease, and where no key of the centre signed the acknowledgement in it."""
    try:
        packed = base64.b64decode(members["ack"], validate=True)
        server_ms, until_ms, durable = (count(members[name]) for name in ("server_ms", "lease_until_ms", "durable_hwm"))
        earlier = {str(count(one["epoch"])): count(one["hwm"]) for one in members.get("earlier", [])}
    except (KeyError, TypeError, ValueError) as error:
        raise Forged("not a lease") from error
    ack = acknowledgement.read(packed, ack_keys)
    if ack is None:
        raise Forged("acknowledgement")
    return Lease(server_ms, until_ms, durable, earlier, members.get("picture") is False, ack, packed)
