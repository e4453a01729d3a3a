"""A live question to an authority through the centre: asked now or not at all, never cached, never queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.model.authority_bill import AuthorityBill
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Refused
from protocol.strict_json import BadJson, count, dumps
from protocol.wire import wire
from sync.centre_client import CentreClient, Question
from sync.line import NoAnswer


class Inquiries:
    """Asks with a client of its own: the counter's question must not wait behind a batch."""

    def __init__(self, client: CentreClient, inbound: InboundHandler) -> None:
        self._client = client
        self._intake = inbound

    def ask(self, service: str, fields: Mapping[str, Any]) -> AuthorityBill:
        """The bill the authority names now. Blocks: call it from a worker.

        Raises Refused("bill_not_found"), Refused("bill_expired"), or NoAnswer (Unavailable) with what is wrong.
        """
        asked = dumps({"v": 1, "service": service, "fields": dict(fields)})
        answer = self._client.ask(
            Question(
                wire.PATH_INQUIRIES,
                {200: wire.DSSE},
                content_type=wire.JSON,
                body=asked,
                idempotency="inq-{nonce}",
            )
        )
        try:
            return _bill(self._intake.mine(answer.body, trust.INQUIRY, answer.nonce), service)
        except (Forged, BadJson) as error:
            raise NoAnswer("portal", error.reason) from error

    def close(self) -> None:
        self._client.close()


def _bill(members: Mapping[str, Any], service: str) -> AuthorityBill:
    try:
        if members["service"] != service:
            raise Forged("other service")
        if members["found"] is not True:
            raise Refused("bill_not_found")
        lines = tuple(_line(line) for line in members["lines"])
        server_ms, expiry_ms = count(members["server_ms"]), count(members["expiry_ms"])
        bill = AuthorityBill(
            str(members["reference"]), count(members["amount_pt"]), expiry_ms, lines, lifetime_ms=expiry_ms - server_ms
        )
    except (KeyError, TypeError) as error:
        raise Forged("not a bill") from error
    if lines and sum(line.amount_pt for line in lines) != bill.amount_pt:
        raise Forged("does not add up")
    if bill.expiry_ms <= server_ms:  # by the centre's time: ours may be wrong
        raise Refused("bill_expired")
    return bill


def _line(line: Mapping[str, Any]) -> ReceiptLine:
    return ReceiptLine(str(line["label"]["ar"]), str(line["label"]["en"]), count(line["amount_pt"]))
