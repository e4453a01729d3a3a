"""A support file on its way to the centre: sent when somebody asks for it, and never kept for later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents.trust import Forged
from protocol.strict_json import BadJson
from protocol.wire import support_file, wire
from sync.centre_client import CentreClient, Question
from sync.line import NoAnswer


class SupportUpload:
    """Sends with a client of its own: nobody who reports a problem waits behind a batch."""

    def __init__(self, client: CentreClient, inbound: InboundHandler) -> None:
        self._client = client
        self._intake = inbound

    def send(self, file: bytes) -> str:
        """The number under which the centre keeps it. Raises NoAnswer; the same file sent again is the same number."""
        answer = self._client.ask(
            Question(
                support_file.PATH,
                {200: wire.DSSE},
                content_type=support_file.MEDIA,
                body=file,
                idempotency=f"sup-{hashlib.sha256(file).hexdigest()[:32]}",
            )
        )
        try:
            return _number(self._intake.mine(answer.body, support_file.TAKEN, answer.nonce))
        except (Forged, BadJson) as error:
            raise NoAnswer("portal", error.reason) from error

    def close(self) -> None:
        self._client.close()


def _number(members: Mapping[str, Any]) -> str:
    found = members.get("number")
    if not isinstance(found, str) or not found:
        raise Forged("not a receipt")
    return found[:40]
