"""Support: what is wrong in words, receipts that citizens ask for and nobody has, notices to the counters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from central import audit
from central.console.routes import Route, does, shows
from central.console.shop_list import alerts_of, devices_in, ids_in, refuse_foreign, settings_of
from central.console.visit import Visit
from central.devices import registry, reports
from central.devices.registry import name_of
from central.documents import shops
from central.requests import receipt_check
from central.staff.acts import Act
from central.store.interface import Session
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.wire import support_file

PATH: Final = "/staff/support"
SHOWN: Final = 100


def alerts(visit: Visit) -> Response:
    fleet = visit.console.fleet.now()
    found = alerts_of(visit, fleet)
    fire = [one for one in found if not one.muted]
    with visit.centre.store.reading() as session:
        about = settings_of(session, {one.shop for one in fire[:SHOWN]})
    return visit.page(
        "support.html", title="support.title", rows=fire[:SHOWN], more=max(0, len(fire) - SHOWN),
        muted=len(found) - len(fire), about=about, at_ms=fleet.at_ms, of=len(fleet.counters),
    )  # fmt: skip


def receipts(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        areas = visit.who.governorates(Act.SUPPORT_SEE)
        known, tills = ids_in(session, areas), devices_in(session, areas)
        rows = receipt_check.cases(session, SHOWN, None if tills is None else {name_of(one)[:8] for one in tills})
        files = reports.support_files(session, SHOWN, known)
    return visit.page("receipts.html", title="receipts.title", rows=rows, files=files)


def take_file(visit: Visit) -> Response:
    """One support file, opened. That he took it is written down. No citizen stands in one.

    Raises Refused ``no_support``, also for one of a governorate that is not his; Corrupt ``bad_support``.
    """
    number, areas = visit.path["file"], visit.who.governorates(Act.SUPPORT_SEE)
    with visit.centre.store.writing() as session:
        kept = reports.kept_support(session, number)
        if kept is None or not _is_his(session, kept.device, areas):
            raise Refused("no_support", number=number)
        head, content = support_file.unseal(kept.file, *visit.centre.keys.seals)
        device = name_of(head.device)
        audit.append(session, visit.now_ms, visit.who.account, "support.opened", device, number=number)
    written = json.dumps({"device": device, "epoch": head.epoch, **content}, ensure_ascii=False, indent=1)
    return visit.file(written.encode(), "application/json", f"{number}.json")


def _is_his(session: Session, device: bytes, areas: Sequence[str] | None) -> bool:
    """By whoever brought it: the file itself may be damaged."""
    return areas is None or shops.governorate(session, registry.latest(session, device).shop) in areas


def notice(visit: Visit) -> Response:
    return visit.page("notice.html", title="notice.title")


def send_notice(visit: Visit) -> Response:
    """A few words to the counters of one shop. To a region or all two people are wanted, and it goes another way."""
    shop, text = visit.wanted("shop", 40), visit.wanted("text_ar")
    with visit.centre.store.writing() as session:
        refuse_foreign(visit, session, Act.NOTICE_REGION, shop)
        visit.once(session)
        both = Bilingual(text, visit.line("text_en") or text)
        shops.send_notice(visit.centre, session, both, shop, visit.who.account)
    return visit.moved(f"{PATH}/notice", "notice.sent")


def send_to_all(visit: Visit) -> Response:
    """It is proposed here, and agreed to among the proposals."""
    text = visit.wanted("text_ar")
    with visit.centre.store.writing() as session:
        both = Bilingual(text, visit.line("text_en") or text)
        told = shops.notice_to_all(visit.centre, session, both, visit.who.account)
    return visit.moved(f"{PATH}/notice", "proposed" if told is None else "notice.sent")


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, alerts, Act.SUPPORT_SEE),
    shows(f"{PATH}/receipts", receipts, Act.SUPPORT_SEE),
    does(f"{PATH}/files/{{file}}", take_file, receipts, Act.SUPPORT_SEE),
    shows(f"{PATH}/notice", notice, Act.NOTICE_REGION),
    does(f"{PATH}/notice", send_notice, notice, Act.NOTICE_REGION),
    does(f"{PATH}/notice/all", send_to_all, notice, Act.NOTICE_ALL),
)
