"""Questions asked live through the centre while somebody waits: now or not at all, never cached, never queued."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kiosk.model import other_till_request
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from kiosk.model.service_request import AuthorityBill
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Refused, malformed_as
from protocol.members import read
from protocol.strict_json import BadJson, count, dumps
from protocol.wire import support_file, wire
from sync.centre_client import CentreClient, Question
from sync.line import NoAnswer

T = TypeVar("T")


@dataclass(eq=False, repr=False)
class LiveQuestions:
    """Asks with a client of its own, so that nobody waits behind a batch: one question at a time, whatever thread asks.

    Each blocks: call it from a worker. Each raises NoAnswer (Unavailable) with what is wrong.
    """

    _client: CentreClient
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def inquire(self, service: str, fields: Mapping[str, Any]) -> AuthorityBill:
        """The bill that the authority names now. Raises Refused("bill_not_found"), Refused("bill_expired")."""
        asked = {"v": 1, "service": service, "fields": dict(fields)}
        question = _in_json(wire.PATH_INQUIRIES, asked, "inq-{nonce}")
        return self._ask(question, trust.INQUIRY, lambda members: _bill(members, service))

    def find(self, asked: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]:
        """Requests of the shop's other tills, and whether there are more."""
        question = _in_json(wire.PATH_SHOP_SEARCH, asked, "find-{nonce}")
        return self._ask(question, trust.FOUND, other_till_request.read_found)

    def refund(self, asked: Mapping[str, Any]) -> RefundHold:
        """Ask for the hold of another till's request, or give it back. Raises Refused `refund_…`."""
        key = f"{asked['act']}-{asked['device']}-{asked['epoch']}-{asked['seq']}"
        question = _in_json(wire.PATH_SHOP_REFUNDS, asked, key)
        return self._ask(question, trust.REFUND, lambda members: other_till_request.read_hold(members, asked))

    def send_support(self, file: bytes) -> str:
        """The number under which the centre keeps a support file; the same file sent again is the same number."""
        question = Question(
            support_file.PATH, {200: wire.DSSE}, content_type=support_file.MEDIA, body=file,
            idempotency=f"sup-{hashlib.sha256(file).hexdigest()[:32]}",
        )  # fmt: skip
        return self._ask(question, support_file.TAKEN, _number)

    def close(self) -> None:
        self._client.close()

    def _ask(self, question: Question, payload: str, read: Callable[[Mapping[str, Any]], T]) -> T:
        with self._lock:
            answer = self._client.ask(question)
        try:
            return read(self._client.inbound.mine(answer.body, payload, answer.nonce))
        except (Forged, BadJson) as error:
            raise NoAnswer("portal", error.reason) from error


def _in_json(path: str, asked: Mapping[str, Any], key: str) -> Question:
    return Question(path, {200: wire.DSSE}, content_type=wire.JSON, body=dumps(asked), idempotency=key)


def _bill(members: Mapping[str, Any], service: str) -> AuthorityBill:
    with malformed_as(Forged("not a bill")):
        if members["service"] != service:
            raise Forged("other service")
        if members["found"] is not True:
            raise Refused("bill_not_found")
        lines = tuple(read(ReceiptLine, one) for one in members["lines"])
        server_ms, expiry_ms = count(members["server_ms"]), count(members["expiry_ms"])
        bill = AuthorityBill(
            str(members["reference"]), count(members["amount_pt"]), expiry_ms, lines, lifetime_ms=expiry_ms - server_ms
        )
    if lines and sum(line.amount_pt for line in lines) != bill.amount_pt:
        raise Forged("does not add up")
    if bill.expiry_ms <= server_ms:  # by the centre's time: ours may be wrong
        raise Refused("bill_expired")
    return bill


def _number(members: Mapping[str, Any]) -> str:
    found = members.get("number")
    if not isinstance(found, str) or not found:
        raise Forged("not a receipt")
    return found[:40]
