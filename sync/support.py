"""A support file on its way to the centre: sent when somebody asks for it, and never kept for later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from kiosk.doctor import envelope
from kiosk.feed.intake import Intake
from kiosk.signed.trust import Forged
from kiosk.strict_json import BadJson
from sync import wire
from sync.answers import NoAnswer
from sync.client import Client, Question


class Support:
    """Sends with a client of its own: nobody who reports a problem waits behind a batch."""

    def __init__(self, client: Client, gate: Intake) -> None:
        self._client = client
        self._intake = gate

    def send(self, file: bytes) -> str:
        """The number under which the centre keeps it. Raises NoAnswer; the same file sent again is the same number."""
        answer = self._client.ask(
            Question(
                envelope.PATH,
                {200: wire.DSSE},
                content_type=envelope.MEDIA,
                body=file,
                idempotency=f"sup-{hashlib.sha256(file).hexdigest()[:32]}",
            )
        )
        try:
            return _number(self._intake.mine(answer.body, envelope.TAKEN, answer.nonce))
        except (Forged, BadJson) as error:
            raise NoAnswer("portal", error.reason) from error

    def close(self) -> None:
        self._client.close()


def _number(members: Mapping[str, Any]) -> str:
    found = members.get("number")
    if not isinstance(found, str) or not found:
        raise Forged("not a receipt")
    return found[:40]
