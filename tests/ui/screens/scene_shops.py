"""What the shop looks like when a scene begins: who works there, what was sold, what the centre has said."""

from __future__ import annotations

from typing import Any, TypeVar

from kiosk.core.events import SyncChanged
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Decision, Query
from kiosk.model.store_changes import DecisionReady, PutDocument
from kiosk.setup.enrolment_state import UnderWay
from kiosk.staff.centre_approvals import Approver
from protocol.clock import HOUR_MS
from protocol.documents import trust
from tests.harness import shop
from tests.harness.citizens import filled
from tests.harness.enrolled_store import acknowledge
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.shop import OPERATOR, PIN

Counter = TypeVar("Counter", bound=FakeCounter)


def opening() -> FakeCounter:
    return FakeCounter(ready=False)


def unenrolled() -> FakeCounter:
    counter = FakeCounter()
    counter.enrolment.is_needed = True
    return counter


def claimed() -> FakeCounter:
    counter = unenrolled()
    counter.enrolment.waiting = UnderWay("https://centre.example", "SHOP-1", "482915")
    return counter


def unmanned() -> FakeCounter:
    counter = FakeCounter()
    nobody = {"v": 1, "version": 2, "operators": []}
    counter.shop.counter.journal.write([], [document("operators", trust.OPERATORS, nobody, shop.FEED)])
    return counter


def crew() -> FakeCounter:
    """Two people, told apart."""
    return told_apart(FakeCounter())


def told_apart(counter: Counter) -> Counter:
    people = shop.operators(2)
    people["operators"][1]["name"] = {"ar": "حسن الشافعي", "en": "Hassan El Shafei"}
    counter.shop.counter.journal.write([], [document("operators", trust.OPERATORS, people, shop.FEED)])
    return counter


def staffed() -> FakeCounter:
    """A supervisor has a PIN."""
    counter = crew()
    counter.people.activate(shop.SUPERVISOR, shop.CODE, shop.PIN_SUPERVISOR)
    counter.people.sign_out()
    return counter


def wordy() -> FakeCounter:
    """Names as long as people and shops have them."""
    counter = FakeCounter()
    named = {
        "ar": "مركز النور للاتصالات والخدمات الحكومية فرع شارع الجمهورية",
        "en": "Al Nour Telecom and Government Services, Gomhoria Street",
    }
    settings = shop.settings(2)
    settings["shop"]["name"] = named
    people = shop.operators(2)
    people["operators"][0]["name"] = {
        "ar": "عبد الرحمن عبد الحميد أبو الفتوح",
        "en": "Abdelrahman Abdelhamid Aboulfotouh",
    }
    counter.shop.counter.journal.write(
        [],
        [
            document("settings", trust.SETTINGS, settings, shop.FEED),
            document("operators", trust.OPERATORS, people, shop.FEED),
        ],
    )
    return counter


def document(kind: str, of: Any, members: dict[str, Any], signer: Any) -> PutDocument:
    return PutDocument(kind, members["version"], trust.seal_object(of, members, signer))


def three_sold(counter: FakeCounter, pause_ms: int = 240_000) -> None:
    for number, name in enumerate(("محمد أحمد عبد الله حسن", "سعاد إبراهيم محمود علي", "كريم سامي فؤاد يوسف"), 1):
        values = {**counter.shop.sale().values, "name": name}
        counter.desk.record(counter.shop.sale(number, values=values))
        counter.shop.clock.wall += pause_ms


def spread(counter: FakeCounter) -> None:
    """Three sales, an hour after each other."""
    three_sold(counter, HOUR_MS)


def busy(counter: FakeCounter) -> None:
    """Six sales of three services, in several hours."""
    sold = ("birth-cert", "birth-cert", "death-cert", "birth-cert", "family-record", "death-cert")
    names = ("كريم فؤاد", "منى علي", "سعاد حسن", "هدى عمر", "علي سمير", "ليلى كامل")
    for number, (service, name) in enumerate(zip(sold, names, strict=True), 1):
        base = counter.shop.sale_of(number).values if service == "birth-cert" else filled(counter.desk.service(service))
        values = {**base, "name": f"{name} يوسف محمود"}
        counter.desk.record(counter.shop.sale(number, values=values, service_id=service, tendered_pt=50_000))
        counter.shop.clock.wall += number % 3 * 2_400_000


def worked_yesterday(counter: FakeCounter) -> None:
    """The till is known to whoever sits here; today nothing was sold yet."""
    three_sold(counter)
    counter.closing.close(count_sum(counter.books.book().expected_pt), "", Approver(waits=True))
    counter.shop.clock.pass_ms(20 * HOUR_MS)
    counter.people.sign_in(OPERATOR, PIN)
    counter.till.open_day(10_000)


def online(counter: FakeCounter) -> None:
    """The centre has everything that was sold so far."""
    counter.line.up = True
    acknowledge(counter.store, counter.store.journal.tail().chain.seq)


def busy_and_online(counter: FakeCounter) -> None:
    three_sold(counter)
    online(counter)


def ready(counter: FakeCounter) -> None:
    """One of three was granted, and can be collected at the authority."""
    busy_and_online(counter)
    row, now_ms = counter.desk.requests.search(Query())[1], counter.counter.context.now_ms()
    granted = Decision(row.epoch, row.seq, "approved", "", "", "", now_ms)
    counter.shop.counter.journal.write([], [granted, DecisionReady(row.epoch, row.seq, now_ms)])


def reject(counter: FakeCounter) -> None:
    """The centre has all three, and one came back."""
    busy_and_online(counter)
    row = counter.desk.requests.search(Query())[1]
    reason = (
        "صورة البطاقة غير واضحة: أعد تصويرها من الوجهين في ضوء كافٍ",
        "The card's picture is not clear: take both sides again",
    )
    decision = Decision(row.epoch, row.seq, "rejected", "R7", *reason, counter.counter.context.now_ms())
    counter.shop.counter.journal.write([], [decision])
    counter.events.publish(SyncChanged())
