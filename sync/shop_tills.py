"""The shop's other tills, through the centre: looked at now or not at all, never cached, never queued."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kiosk.model import other_till_request
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.strict_json import BadJson, dumps
from protocol.wire import wire
from sync.centre_client import CentreClient, Question
from sync.line import NoAnswer

T = TypeVar("T")


class ShopTills:
    """Asks with a client of its own, as `sync.authority_inquiry` does: one question at a time, whatever thread asks."""

    def __init__(self, client: CentreClient, inbound: InboundHandler) -> None:
        self._client = client
        self._intake = inbound
        self._lock = threading.Lock()

    def find(self, asked: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]:
        """Requests of the other tills, and whether there are more. Blocks. Raises NoAnswer (Unavailable)."""
        return self._ask(wire.PATH_SHOP_SEARCH, trust.FOUND, asked, "find-{nonce}", other_till_request.read_found)

    def refund(self, asked: Mapping[str, Any]) -> RefundHold:
        """Ask for the hold of a request, or give it back. Blocks. Raises NoAnswer (Unavailable), Refused `refund_…`."""
        key = f"{asked['act']}-{asked['device']}-{asked['epoch']}-{asked['seq']}"
        return self._ask(
            wire.PATH_SHOP_REFUNDS,
            trust.REFUND,
            asked,
            key,
            lambda members: other_till_request.read_hold(members, asked),
        )

    def _ask(
        self, path: str, payload: str, asked: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], T]
    ) -> T:
        body = dumps(asked)
        question = Question(path, {200: wire.DSSE}, content_type=wire.JSON, body=body, idempotency=key)
        with self._lock:
            answer = self._client.ask(question)
        try:
            return read(self._intake.mine(answer.body, payload, answer.nonce))
        except (Forged, BadJson) as error:
            raise NoAnswer("portal", error.reason) from error

    def close(self) -> None:
        self._client.close()
