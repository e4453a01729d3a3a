"""`POST /v1/shop/search`, `POST /v1/shop/refunds`: what a till may know of its shop's other tills, and pay for them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from central.centre import Centre
from central.projection.chain_projection import Projector
from central.rate_limit import Limiter, Rate
from central.requests import refunds, shop_search
from central.requests.refunds import RequestKey
from central.requests.shop_search import ShopQuery
from central.web.authentication import Caller, SignedHandler, fill
from central.web.device_endpoints import head
from central.web.exchange import Answer, Denied, ReceivedRequest, document, json_object, refusal
from protocol.documents.trust import FOUND, REFUND
from protocol.errors import Refused
from protocol.strict_json import MAX_INTEGER
from protocol.values.finding import ScannedPaper, TypedPaper
from protocol.values.receipt_number import read_number

_TEXTS: Final = {
    "code": re.compile(r"[0-9A-HJKMNP-TV-Z]{16}"),
    "national_id": re.compile(r"[0-9]{14}"),
    "mobile": re.compile(r"01[0-9]{9}"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "service": re.compile(r"[a-z0-9-]{1,40}"),
    "op": re.compile(r"[0-9a-f-]{36}"),
    "id": re.compile(r"[0-9a-f-]{36}"),
    "hold": re.compile(r"[0-9a-f]{16}"),
}
MOST_WAITED_FOR: Final = 2_000
"""Entries of another till, looked into while a till waits: where there are more, it is told to come again."""
_SCANNED: Final = re.compile(r"([0-9a-f]{8})-([1-9][0-9]{0,14})")
_TYPED: Final = re.compile(r"[1-9][0-9]{0,3}-[1-9][0-9]{0,14}")


def finder(rate: Rate, now_ms: Callable[[], int]) -> SignedHandler:
    """The search. `rate` is for each device: enough for a counter, too little to try out national IDs by."""
    limiter = Limiter(rate, now_ms)

    def search(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
        asked = json_object(received)
        who, wanted = _wanted(asked)
        wait = limiter.wait_s(caller.chain.name)
        if wait:
            raise Denied(refusal(429, "too_many", wait))
        fill(received, caller)
        with centre.store.reading() as session:
            rows = shop_search.search(centre, session, caller.chain, wanted)
        with centre.store.writing() as session:
            shop_search.append_search(centre, session, caller.chain, who, wanted, min(len(rows), shop_search.MOST))
        found = [shop_search.shown(centre, row) for row in rows[: shop_search.MOST]]
        more = len(rows) > shop_search.MOST
        return document(FOUND, {**head(centre, caller), "found": found, "more": more}, centre)

    return search


HOLDS: Final = ("hold", "void")


def payer(projector: Projector) -> SignedHandler:
    """Who may pay a request back, once all that its till has sent is looked into: that may say that it has paid."""

    def pay_back(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
        asked = json_object(received)
        fill(received, caller)
        if asked.get("act") in HOLDS:
            projector.drain(_of(asked).device, MOST_WAITED_FOR)
        return _pay_back(centre, caller, asked)

    return pay_back


def _pay_back(centre: Centre, caller: Caller, asked: Mapping[str, Any]) -> Answer:
    """Give the hold of a request to the till that asks, or take it back unused."""
    act, who, of = asked.get("act"), _text(asked, "op"), _of(asked)
    if asked.get("v") != 1 or act not in (*HOLDS, "release"):
        raise Denied(refusal(400, "bad_request"))
    said = {"device": str(uuid.UUID(bytes=of.device)), "epoch": of.epoch, "seq": of.seq, "id": of.id}
    with centre.store.writing() as session:
        if act in HOLDS:
            ended = _hold(centre, session, caller, of, who, void=act == "void")
        else:
            ended = _release(centre, session, caller, of, asked)
    return document(REFUND, {**head(centre, caller), "of": said, **ended}, centre)


def _hold(centre: Centre, session: Any, caller: Caller, of: RequestKey, who: str, *, void: bool) -> dict[str, Any]:
    try:
        name, total_pt = refunds.hold(centre, session, caller.chain, of, who, void=void)
    except Refused as why:
        return {"state": "refused", "why": why.code, "by": why.values.get("by", 0), "hold": "", "total_pt": 0}
    mine = refunds.till_of(session, of, caller.chain.device)
    return {"state": "held", "why": "", "by": mine, "hold": name, "total_pt": total_pt}


def _release(centre: Centre, session: Any, caller: Caller, of: RequestKey, asked: Mapping[str, Any]) -> dict[str, Any]:
    refunds.release(centre, session, caller.chain, of, _text(asked, "hold"))
    return {"state": "free", "why": "", "by": 0, "hold": "", "total_pt": 0}


def _wanted(asked: Mapping[str, Any]) -> tuple[str, ShopQuery]:
    """Raises Denied 400."""
    kinds = [kind for kind in (shop_search.CODE, *shop_search.CITIZEN) if kind in asked]
    state = asked.get("state", "")
    fits = asked.get("v") == 1 and len(kinds) + ("number" in asked) <= 1
    if not fits or not isinstance(state, str) or (state and state not in shop_search.STATES):
        raise Denied(refusal(400, "bad_request"))
    key = (kinds[0], _text(asked, kinds[0])) if kinds else None
    date, service = (_text(asked, name) if name in asked else "" for name in ("date", "service"))
    wanted = ShopQuery(key, date=date, service=service, state=state)
    paper = _paper(str(asked["number"])) if "number" in asked else None
    return _text(asked, "op"), replace(wanted, paper=paper)


def _paper(number: str) -> TypedPaper | ScannedPaper:
    """Raises Denied 400."""
    if scanned := _SCANNED.fullmatch(number):
        return ScannedPaper(scanned[1], int(scanned[2]))
    typed = read_number(number) if _TYPED.fullmatch(number) else None
    if typed is None:
        raise Denied(refusal(400, "bad_request"))
    return TypedPaper(*typed)


def _text(asked: Mapping[str, Any], name: str) -> str:
    """A member of its shape. Raises Denied 400."""
    value = asked.get(name)
    if not isinstance(value, str) or _TEXTS[name].fullmatch(value) is None:
        raise Denied(refusal(400, "bad_request"))
    return value


def _of(asked: Mapping[str, Any]) -> RequestKey:
    """The request that is meant. Raises Denied 400."""
    try:
        device = uuid.UUID(str(asked.get("device")))
    except ValueError:
        raise Denied(refusal(400, "bad_request")) from None
    numbers = [asked.get("epoch"), asked.get("seq")]
    if not all(type(number) is int and 0 <= number <= MAX_INTEGER for number in numbers):
        raise Denied(refusal(400, "bad_request"))
    return RequestKey(device.bytes, numbers[0] or 0, numbers[1] or 0, _text(asked, "id"))
