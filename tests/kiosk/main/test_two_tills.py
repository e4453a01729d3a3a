"""Two tills of one shop, both real, at a real centre in a process of its own: found through it, paid back once.

Stores on the disk, threads, papers that are written to files; only the keystores are in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.core.system_world import system_world
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.day_book import count_sum
from kiosk.model.other_till_request import OtherTillRequest
from kiosk.model.service_request import TRAY, Query, Request, Sale
from kiosk.receiving.feed_kinds import HANDLERS
from protocol.errors import KioskError, Unavailable
from protocol.wire.feed_items import RefundItem
from tests.harness.centre_process import CentreProcess
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.shop import PIN
from tests.harness.wire_device import SHOP, centre_with_shop
from tests.kiosk.main.test_every_service import until
from ui.paper.printers import FolderPrinter
from ui.paper.rendering import render_raster

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.usefixtures("qapp")]
OPENING_PT = 100_000
MOBILE = "01012345678"
Tills = tuple[Program, Program]


def till(centre: CentreProcess, folder: Path, name: str) -> Program:
    """Enrolled as a technician does it, somebody of its own signed in, the day open, the line up."""
    world = system_world()
    kiosk = Program(
        Config(folder / "data", FolderPrinter(folder / "papers"), render_raster, centre.url), world, FakeKeystore
    )
    kiosk.open()
    person = centre.cli("operator", "add", "--shop", SHOP, "--name-ar", name)
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    number = kiosk.enrolment.claim(centre.url, made["slot"], made["code"])
    centre.cli("device", "approve", made["slot"], "--number", number, "--staff", "badr")
    assert kiosk.enrolment.poll()
    store = kiosk.counter.context.store
    until(
        lambda: kiosk.counter.line.online() and None not in map(store.document, ("settings", "operators", "catalogue"))
    )
    kiosk.counter.people.activate(person["id"], person["code"], PIN)
    kiosk.counter.till.open_day(OPENING_PT)
    return kiosk


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("two-tills")) as running:
        yield running


@pytest.fixture
def tills(centre: CentreProcess, tmp_path: Path, qapp: QApplication) -> Iterator[Tills]:
    one, other = till(centre, tmp_path / "one", "سارة محمود"), till(centre, tmp_path / "other", "عمر علي")
    yield one, other
    one.close()
    other.close()


def device(kiosk: Program) -> str:
    return kiosk.counter.in_force.statement().device_text


def number(kiosk: Program) -> int:
    return kiosk.counter.in_force.statement().till


def sell(kiosk: Program, mobile: str = MOBILE) -> Request:
    values = {
        "national_id": "20001010100014", "name": "محمد أحمد عبد الله حسن", "mobile": mobile, "relation": "self",
        "mother_name": "فاطمة علي محمود", "copies": 1, "delivery": "pickup",
    }  # fmt: skip
    desk = kiosk.counter.desk
    draft, form = desk.drafts.begin("birth-cert"), desk.check(desk.service("birth-cert"), values)
    due_pt = desk.quote(desk.service("birth-cert"), form.values).total_pt
    return desk.record(Sale(draft.id, draft.visit_id, form, due_pt, due_pt=due_pt)).request


def came_back(centre: CentreProcess, kiosk: Program, request: Request, status: str = "rejected") -> None:
    """The centre has it, and says no."""
    until(lambda: kiosk.counter.line.status().waiting == 0)
    until(lambda: any(one["id"] == request.id for one in centre.cli("request", "list")))
    centre.cli("request", "decide", request.id, status, "--reason-ar", "الصورة غير واضحة", "--reason-en", "Unclear")


def heard(kiosk: Program, request: Request, what: Callable[[Request], object]) -> None:
    def known() -> bool:
        kiosk.counter.line.now()
        found = kiosk.counter.desk.requests.get(request.id)
        return found is not None and bool(what(found))

    until(known)


def seen(kiosk: Program, request: Request, **wanted: Any) -> OtherTillRequest:
    """What the other till shows of it, once the centre has looked into it."""
    found: list[OtherTillRequest] = []

    def there() -> bool:
        found[:] = [one for one in kiosk.counter.neighbours.search(Query(**wanted))[0] if one.id == request.id]
        return bool(found)

    until(there)
    return found[0]


def cases(centre: CentreProcess, request: Request) -> list[str]:
    return [row["what"] for row in centre.cli("request", "refunds") if row["request"] == request.id]


def own_refund(kiosk: Program, request: Request) -> Any:
    return kiosk.counter.neighbours.guarded(request.id, lambda: kiosk.counter.reversals.refund(request.id))


def told(act: Callable[[], Any]) -> str:
    """The code of what refused it, "" where nothing did."""
    try:
        act()
    except KioskError as error:
        return error.code
    return ""


def close_day(kiosk: Program) -> None:
    kiosk.counter.closing.close(count_sum(kiosk.counter.books.book().expected_pt))
    until(lambda: kiosk.counter.line.status().waiting == 0)


def test_each_finds_the_others_and_a_refund_at_either_adds_up_everywhere(centre: CentreProcess, tills: Tills) -> None:
    one, other = tills
    request = sell(other)
    came_back(centre, other, request)
    heard(other, request, lambda r: r.decision)
    shown = seen(one, request, text=MOBILE)
    assert (shown.device, shown.seq, shown.name, shown.id_end) == (device(other), request.seq, "محمد أ. ع.", "0014")
    one.counter.line.now()
    until(lambda: one.counter.neighbours.who(shown) == "عمر علي")
    assert [seen(one, request, text=text).id for text in (request.code, shown.number, "20001010100014")] == (
        [request.id] * 3
    )
    assert one.counter.desk.requests.search(Query()) == [], "never cached as ours"
    assert told(lambda: one.counter.neighbours.refuse_void(shown)) == "void_elsewhere"
    moved = one.counter.neighbours.refund(shown)
    assert one.counter.books.book().expected_pt == OPENING_PT - request.total_pt
    assert other.counter.books.book().expected_pt == OPENING_PT + request.total_pt
    until(lambda: one.counter.papers.jobs() == [])
    heard(other, request, lambda r: r.elsewhere == "refunded")
    assert other.counter.desk.requests.search(TRAY) == []
    assert told(lambda: own_refund(other, request)) == "refund_done"
    assert told(lambda: one.counter.neighbours.refund(shown)) == "already_reversed"
    assert seen(one, request, state="refund").refunded_by == number(one)
    assert cases(centre, request) == []
    add_up(centre, tills, moved.amount_pt)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What refused each of them, on threads of their own."""
    answers: list[str] = []
    presses = [threading.Thread(target=lambda act=act: answers.append(told(act))) for act in acts]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    return answers


def agrees(centre: CentreProcess, kiosk: Program) -> bool:
    return [day["agrees"] for day in centre.cli("till", "days", device(kiosk))] == ["yes"]


def add_up(centre: CentreProcess, tills: Tills, paid_pt: int) -> None:
    """Both days closed; the centre counts the same entries, and finds the refund at the till that paid."""
    for kiosk in tills:
        close_day(kiosk)
        # A close is no money, so that nothing waits does not say that it has arrived.
        until(partial(agrees, centre, kiosk))
    (mine,) = centre.cli("till", "days", device(tills[0]))
    assert (mine["known"]["refund_pt"], mine["known"]["refunds"]) == (paid_pt, 1)


def test_both_press_at_once_and_one_pays(centre: CentreProcess, tills: Tills) -> None:
    one, other = tills
    for number in range(5):
        request = sell(other, f"0101234560{number}")
        came_back(centre, other, request)
        heard(other, request, lambda r: r.decision)
        shown = seen(one, request, text=f"0101234560{number}")
        answers = at_once(partial(own_refund, other, request), *[partial(one.counter.neighbours.refund, shown)] * 2)
        assert answers.count("") == 1, answers
        assert cases(centre, request) in ([], ["held"]), "held until its entry is looked into"
    paid = sum(kiosk.counter.books.book().count("refund") for kiosk in tills)
    assert paid == 5
    until(lambda: all(kiosk.counter.line.status().waiting == 0 for kiosk in tills))
    until(lambda: not any(row["what"] == "held" for row in centre.cli("request", "refunds")))


def test_a_till_that_fails_under_the_hold_keeps_it_until_it_has_paid(
    centre: CentreProcess, tills: Tills, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tills
    request = sell(other)
    came_back(centre, other, request, "sent_back")
    heard(other, request, lambda r: r.decision)
    shown = seen(one, request, text=request.code)
    with monkeypatch.context() as broken:
        broken.setattr(one.counter.journal, "write", _disk_full)
        assert told(lambda: one.counter.neighbours.refund(shown)) == "disk_full"
    assert told(lambda: own_refund(other, request)) == "refund_held"
    heard(other, request, lambda r: r.elsewhere == "held")
    one.counter.neighbours.refund(shown)
    assert told(lambda: own_refund(other, request)) in {"refund_held", "refund_done"}
    heard(other, request, lambda r: r.elsewhere == "refunded")
    assert cases(centre, request) == []


def _disk_full(*_given: object) -> None:
    raise Unavailable("disk_full")


def test_a_refund_that_is_refused_here_leaves_it_to_the_other_till(centre: CentreProcess, tills: Tills) -> None:
    one, other = tills
    request = sell(other)
    came_back(centre, other, request)
    heard(other, request, lambda r: r.decision)
    shown = seen(one, request, text=request.code)
    changed = replace(shown, total_pt=shown.total_pt - 1, lines=())
    assert told(lambda: one.counter.neighbours.refund(changed)) == "refund_undue"
    assert cases(centre, request) == []
    own_refund(other, request)
    until(lambda: seen(one, request, text=request.code).refunded_by == number(other))


def test_paid_by_both_because_one_had_no_line_is_a_case_for_people(
    centre: CentreProcess, tills: Tills, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tills
    request = sell(other)
    came_back(centre, other, request)
    heard(other, request, lambda r: r.decision)
    shown = seen(one, request, text=request.code)
    monkeypatch.setattr(other.at_work.line, "online", lambda: False)
    monkeypatch.setitem(HANDLERS, RefundItem, lambda *_: None)  # so it hears nothing of it, however slow we are
    one.counter.neighbours.refund(shown)
    own_refund(other, request)
    until(lambda: cases(centre, request) == ["refund.twice"])
    assert all(kiosk.counter.books.book().count("refund") == 1 for kiosk in tills), (
        "both are in their books as they happened"
    )
