"""Support: what is wrong in words, receipts that citizens ask for and nobody has, notices to the counters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from central.console.governorate_map import code_of
from central.console.routes import Route, does, shows
from central.console.shop_list import alerts_of, ids_in
from central.console.visit import Visit
from central.devices import reports
from central.documents import shops
from central.requests import receipt_check
from central.staff.acts import Act
from protocol.errors import Refused
from protocol.texts import Bilingual

PATH: Final = "/staff/support"
SHOWN: Final = 100


def alerts(visit: Visit) -> Response:
    fleet = visit.console.fleet.now()
    known = {one.shop: Bilingual(*one.names) for one in fleet.counters}
    found = alerts_of(visit, fleet)
    fire = [one for one in found if not one.muted]
    return visit.page(
        "support.html", title="support.title", rows=fire[:SHOWN], more=max(0, len(fire) - SHOWN),
        muted=len(found) - len(fire), names=known, at_ms=fleet.at_ms, of=len(fleet.counters),
    )  # fmt: skip


def receipts(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        rows = receipt_check.cases(session)[:SHOWN]
        known = ids_in(session, visit.who.governorates(Act.SUPPORT_SEE))
        files = [one for one in reports.support_files(session, SHOWN) if known is None or one["shop"] in known]
    return visit.page("receipts.html", title="receipts.title", rows=rows, files=files)


def notice(visit: Visit) -> Response:
    return visit.page("notice.html", title="notice.title")


def send_notice(visit: Visit) -> Response:
    """A few words to the counters of one shop. To a region or all two people are wanted, and it goes another way."""
    shop, text = visit.wanted("shop", 40), visit.wanted("text_ar")
    areas = visit.who.governorates(Act.NOTICE_REGION)
    with visit.centre.store.writing() as session:
        about = next((one for one in visit.console.fleet.now().counters if one.shop == shop), None)
        if areas is not None and (about is None or code_of(about.governorate) not in map(code_of, areas)):
            raise Refused("no_shop", shop=shop)
        visit.once(session)
        both = Bilingual(text, visit.line("text_en") or text)
        shops.send_notice(visit.centre, session, both, shop, visit.who.account)
    return visit.moved(f"{PATH}/notice", "notice.sent")


def send_to_all(visit: Visit) -> Response:
    """The first word; the second one is given among the proposals."""
    text = visit.wanted("text_ar")
    with visit.centre.store.writing() as session:
        both = Bilingual(text, visit.line("text_en") or text)
        told = shops.notice_to_all(visit.centre, session, both, visit.who.account)
    return visit.moved(f"{PATH}/notice", "proposed" if told is None else "notice.sent")


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, alerts, Act.SUPPORT_SEE),
    shows(f"{PATH}/receipts", receipts, Act.SUPPORT_SEE),
    shows(f"{PATH}/notice", notice, Act.NOTICE_REGION),
    does(f"{PATH}/notice", send_notice, notice, Act.NOTICE_REGION),
    does(f"{PATH}/notice/all", send_to_all, notice, Act.NOTICE_ALL),
)
