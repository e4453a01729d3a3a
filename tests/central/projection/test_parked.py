"""What one device has signed and nobody can project: told of, set aside by the staff, and nobody else waits for it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from central.centre import Centre
from central.money import shop_float
from central.projection import chain_projection
from central.projection.chain_projection import Projector
from central.projection.effects import Effects, Work
from central.requests import review, shop_search
from central.requests.review import Decision
from central.requests.shop_search import ShopQuery
from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from central.store.vault import place
from kiosk.model.other_till_request import read_found
from protocol.errors import Refused, Unavailable
from protocol.journal import kj01, personal
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Stamp
from protocol.strict_json import MAX_INTEGER
from protocol.texts import Bilingual
from tests.central.projection.test_projection import case, decisions
from tests.harness.centre_command import Cli
from tests.harness.centre_sales import birth, sell, void
from tests.harness.own_centre import SHOP, Clock, OwnCentre, add_operator, apply_settings
from tests.harness.wire_device import Device

REASON = ("--reason-ar", "سبب", "--reason-en", "reason")


def till(office: OwnCentre, shop: str = "") -> Device:
    made = office.enrol(shop=shop)
    made.open_epoch()
    apply_settings(made)
    return made


def spoil_frame(office: OwnCentre, device: Device, seq: int) -> None:
    office.run("UPDATE personal SET sealed = ? WHERE device = ? AND seq = ?", b"x" * 40, device.chain.device, seq)


@pytest.fixture
def staff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The staff's commands, on a centre with a catalogue."""
    made = Cli(tmp_path / "data", capsys)
    assert made.run("keys", "new")[0] == 0
    made.ask("shop", "add", "--id", SHOP)
    made.ask("catalogue", "sign", "--version", "1", "--valid-from", "2020-01-01", str(made.data / "c.json"))
    made.ask("catalogue", "publish", str(made.data / "c.json"))
    return made


@pytest.fixture
def inside(staff: Cli) -> Iterator[OwnCentre]:
    """The same centre from the inside."""
    keys, clock = KeyFiles(staff.data / "keys"), Clock()
    store = SqliteStore(staff.data / "centre.db", keys.keys.database)
    with store.writing() as session:
        add_operator(session, SHOP)
    yield OwnCentre(Centre(store, keys, "x", "https://x", clock), clock, staff.data / "keys", staff.data / "root")
    store.close()


@pytest.fixture
def poisoned(inside: OwnCentre) -> tuple[Device, Device]:
    """A till whose frame no key opens, with sound work before and behind it; and its neighbour, whose request waits."""
    bad, good = till(inside), till(inside)
    for _ in range(3):
        sell(bad, birth())
    sell(good, birth())
    for one in (bad, good):
        inside.take(one, one.items)
    spoil_frame(inside, bad, 4)
    return bad, good


def number(device: Device, seq: int) -> str:
    return f"{device.chain.device.hex()[:8]}-{seq}"


def test_the_staff_rule_on_a_request_though_another_till_cannot_be_read(
    staff: Cli, poisoned: tuple[Device, Device]
) -> None:
    _, good = poisoned
    code, _, err = staff.run("request", "decide", number(good, 3), "rejected", *REASON)
    assert code == 0, err


@pytest.mark.parametrize(
    "words",
    [
        ("approval", "list"), ("request", "refunds"), ("float", "show", "--shop", SHOP), ("work",),
        ("float", "pay", "--shop", SHOP, "--amount-pt", "100", "--reference", "B-1"),
    ],
)  # fmt: skip
def test_no_command_waits_for_a_till_that_cannot_be_read(
    staff: Cli, poisoned: tuple[Device, Device], words: tuple[str, ...]
) -> None:
    code, _, err = staff.run(*words)
    assert code == 0, err


def test_a_staff_act_projects_only_the_device_it_is_about(
    inside: OwnCentre, staff: Cli, poisoned: tuple[Device, Device]
) -> None:
    bad, good = poisoned
    staff.run("till", "days", str(good.statement.device_text))
    with inside.store.reading() as session:
        assert session.all("SELECT done FROM projection WHERE device = ?", bad.chain.device) == [(0,)]


def test_it_is_parked_told_of_and_what_stands_before_it_is_taken(
    inside: OwnCentre, staff: Cli, poisoned: tuple[Device, Device]
) -> None:
    bad, good = poisoned
    assert "4 entries" not in staff.run("work")[1]
    assert (case(inside, bad.items[2].record).status, case(inside, good.items[2].record).status) == ("pending",) * 2
    told = [one for one in staff.ask("fleet", "alerts") if one["alert"] == "chain_parked"]
    assert [(one["subject"], one["epoch"], one["seq"], one["why"]) for one in told] == [
        (bad.statement.device_text, 1, 4, "personal_frame")
    ]
    assert "journal set-aside" in staff.run("--lang", "en", "fleet", "alerts")[1]
    assert "بيانات مواطن لا تُفتح" in staff.run("--lang", "ar", "fleet", "alerts")[1]


def test_it_is_tried_again_and_forgotten_once_it_goes(office: OwnCentre) -> None:
    office.publish_catalogue()
    bad = till(office)
    for _ in range(2):
        sell(bad, birth())
    office.take(bad, bad.items)
    spoil_frame(office, bad, 3)
    assert Projector(office.centre).drain() == 2
    office.run("DELETE FROM personal WHERE seq = 3")
    assert Projector(office.centre).drain() == 0, "not yet"
    office.clock.ms += 10 * 60_000
    assert Projector(office.centre).drain() == 2
    assert office.rows("SELECT 1 FROM parked") == []


def test_an_entry_is_set_aside_with_a_reason_and_the_rest_goes_on(
    inside: OwnCentre, staff: Cli, poisoned: tuple[Device, Device]
) -> None:
    bad, _ = poisoned
    staff.run("work")
    said = staff.ask(
        "--staff", "amal", "journal", "set-aside", bad.statement.device_text, "--because", "disk of the 3rd"
    )
    assert said == {"aside": "1-4", "entries": 1}
    assert case(inside, bad.items[4].record).status == "pending"
    [row] = [one for one in staff.ask("audit", "list") if one["act"] == "entry.set_aside"]
    assert (row["staff"], row["subject"], row["detail"]) == (
        "amal", bad.statement.device_text,
        {"epoch": 1, "seq": 4, "why": "personal_frame", "because": "disk of the 3rd"},
    )  # fmt: skip
    [told] = decisions(inside, bad)
    assert (told["seq"], told["status"], told["code"]) == (4, "rejected", "set_aside"), "its citizen is told"


def test_all_of_them_are_set_aside_at_once(inside: OwnCentre, staff: Cli, poisoned: tuple[Device, Device]) -> None:
    bad, _ = poisoned
    spoil_frame(inside, bad, 5)
    staff.run("work")
    aside = ("journal", "set-aside", bad.statement.device_text, "--because", "disk")
    code, out, _ = staff.run(*aside)
    assert (code, "5" in out) == (0, True), "the next one is named"
    assert staff.ask(*aside, "--all")["aside"] == "1-5"
    assert staff.fails(*aside)[0] == 3


def test_two_bad_ones_go_with_one_command(inside: OwnCentre, staff: Cli, poisoned: tuple[Device, Device]) -> None:
    bad, _ = poisoned
    spoil_frame(inside, bad, 5)
    staff.run("work")
    said = staff.ask("journal", "set-aside", bad.statement.device_text, "--because", "disk", "--all")
    assert said["aside"] == "1-4, 1-5"


def pay_in(office: OwnCentre, amount_pt: int, reference: str = "R-1") -> int:
    return office.act(shop_float.pay_in, SHOP, amount_pt, reference, "amal")


def balance(office: OwnCentre) -> int | None:
    return office.read(shop_float.balance_pt, SHOP)


def test_a_rejected_request_takes_nothing_of_the_shops_float(office: OwnCentre) -> None:
    office.publish_catalogue()
    device = till(office)
    pay_in(office, 100_000)
    sell(device, birth(total_pt=90_000, tendered_pt=90_000))
    good = birth()
    sell(device, good)
    office.arrive(device)
    assert balance(office) == 100_000 - good["total_pt"]


def test_a_void_of_a_rejected_request_gives_no_float_and_no_void_gives_more_than_was_taken(office: OwnCentre) -> None:
    office.publish_catalogue()
    device = till(office)
    pay_in(office, 100_000)
    claimed = birth(total_pt=90_000, tendered_pt=90_000)
    void(device, sell(device, claimed), claimed["id"], total_pt=90_000, date=claimed["date"])
    sold = birth()
    void(device, sell(device, sold), sold["id"], total_pt=90_000, date=sold["date"])
    office.arrive(device)
    assert balance(office) == 100_000


def test_a_request_that_the_staff_take_after_all_takes_of_the_float_once(office: OwnCentre) -> None:
    office.publish_catalogue()
    device = till(office)
    pay_in(office, 100_000)
    members = birth(op="00000000-0000-0000-0000-000000000008")
    sold = sell(device, members)
    office.arrive(device)
    assert balance(office) == 100_000
    for status in ("approved", "rejected", "approved"):
        with office.store.writing() as session:
            found = review.find(session, members["id"])
            decision, seen = (
                Decision(found.seq, found.id, status, "x", Bilingual("س", "r")),
                review.Seen(found.decisions, "seen again"),
            )
            review.decide(office.centre, session, found, decision, "amal", seen)
    assert balance(office) == 100_000 - members["total_pt"]
    assert sold.fields.seq == 3


def test_a_fee_is_transferred_to_no_request_that_was_rejected(office: OwnCentre) -> None:
    office.publish_catalogue()
    device = till(office)
    pay_in(office, 100_000)
    old, new = birth(), birth(op="00000000-0000-0000-0000-000000000008")
    sold = sell(device, old)
    sell(device, new)
    named = {"id": old["id"], "epoch": 1, "seq": sold.fields.seq, "total_pt": old["total_pt"], "by": new["id"]}
    device.write(EntryType.REFUND, {"v": 1, "date": old["date"], "method": "transferred", **named})
    office.arrive(device)
    assert balance(office) == 100_000 - old["total_pt"], "nobody has confirmed it, and no other request has taken it"


def test_it_is_set_aside_in_either_database(office: OwnCentre) -> None:
    from central.projection import parked_chains

    office.publish_catalogue()
    device = till(office)
    for _ in range(2):
        sell(device, birth())
    office.take(device, device.items)
    spoil_frame(office, device, 3)
    Projector(office.centre).drain()
    aside = office.act(parked_chains.set_aside, device.chain.device, "why", "amal")
    assert (aside.seq, Projector(office.centre).drain()) == (3, 1)
    with pytest.raises(Refused, match="not_parked"), office.store.writing() as session:
        parked_chains.set_aside(office.centre, session, device.chain.device, "why", "amal")


def test_sums_beyond_64_bits_park_their_own_till_and_are_integers_to_the_end(office: OwnCentre) -> None:
    office.publish_catalogue()
    device, other = till(office), till(office)
    for _ in range(1_100):
        device.write(EntryType.CASH, {"v": 1, "kind": "in", "amount_pt": MAX_INTEGER, "date": "2026-11-25"})
    for first in range(0, len(device.items), 500):
        office.take(device, device.items[first : first + 500])
    sold = sell(other, birth())
    office.arrive(other)
    assert case(office, sold).status == "pending"
    sums = office.rows("SELECT amount_pt FROM till_sum")
    assert all(type(amount) is int for (amount,) in sums)


def test_a_sum_that_would_leave_64_bits_is_parked_by_either_database(office: OwnCentre) -> None:
    device, other = till(office), till(office)
    cash = {"v": 1, "kind": "in", "amount_pt": 100, "date": "2026-11-25"}
    device.write(EntryType.CASH, cash)
    office.arrive(device)
    device.items.clear()
    office.run("UPDATE till_sum SET amount_pt = ?", 2**63 - 10)
    device.write(EntryType.CASH, cash)
    other.write(EntryType.CASH, cash)
    office.take(other, other.items)
    assert office.arrive(device) == 3, "the other till's work"
    with office.store.reading() as session:
        [(stands,)] = session.all("SELECT amount_pt FROM till_sum WHERE device = ?", device.chain.device)
        parked_ones = session.all("SELECT device FROM parked")
    assert (stands, parked_ones) == (2**63 - 10, [(device.chain.device,)])


def test_a_refund_with_a_wrong_id_holds_up_nobody(office: OwnCentre) -> None:
    office.publish_catalogue()
    office.run("INSERT INTO shop VALUES ('ALX-1', 'الرمل', 'Raml', '{}', 0, 0, '', '')")
    seller, stranger = till(office), till(office, "ALX-1")
    sold = sell(seller, birth())
    office.arrive(seller)
    named = {"epoch": 1, "seq": sold.fields.seq, "id": "not-its-id", "total_pt": 1}
    stranger.write(EntryType.REFUND, {"v": 1, "device": seller.statement.device_text, "date": "2026-11-25", **named})
    early = {**named, "seq": 9}
    stranger.write(EntryType.REFUND, {"v": 1, "device": seller.statement.device_text, "date": "2026-11-25", **early})
    office.arrive(stranger)
    with office.store.reading() as session:
        assert session.all("SELECT 1 FROM refund_hold") == []
        acts = [act for (act,) in session.all("SELECT act FROM audit WHERE act LIKE 'refund.%'")]
    assert acts == ["refund.unknown", "refund.unknown"], "the staff look into it"


def test_what_claims_a_time_to_come_does_not_head_the_lists(office: OwnCentre) -> None:
    office.publish_catalogue()
    device = till(office)
    frame = personal.write_frame(secrets.token_bytes(16), {"fields": {"name": "منى أحمد"}})
    body = kj01.write_body(secrets.token_bytes(16), {**birth(), "personal": personal.reference(frame)})
    sold = kj01.write(device.chain, EntryType.REQUEST, body, device.signer, Stamp(221_845_392_000_000, 1, b"testboot"))
    device.chain = device.chain.after(sold)
    device.items.append(personal.Item(sold, frame))
    office.arrive(device)
    assert case(office, sold).wall_ms <= office.clock.ms


def test_what_a_till_claims_is_readable_for_its_neighbours(office: OwnCentre) -> None:
    office.publish_catalogue()
    device, other = till(office), till(office)
    lines = [{"code": "x", "kind": "government", "unit_pt": 1, "count": 1, "amount_pt": MAX_INTEGER}] * 200
    sell(device, birth(total_pt=MAX_INTEGER, tendered_pt=MAX_INTEGER, fees=lines, date="9999-99-99"))
    sell(device, birth())
    office.arrive(device)
    with office.store.reading() as session:
        rows = shop_search.search(office.centre, session, office.standing(other), ShopQuery())
    shown = [shop_search.shown(office.centre, row) for row in rows]
    found, _ = read_found({"found": shown, "more": False})
    assert [one.total_pt for one in found] == [birth()["total_pt"], 0]


def test_who_waits_for_another_till_waits_for_no_long_journal(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_projection, "BATCH", 2)
    device = till(office)
    for _ in range(8):
        device.write(EntryType.PRACTICE, {"v": 1})
    office.take(device, device.items)
    assert Projector(office.centre).drain(device.chain.device, 3) == 4
    assert Projector(office.centre).drain(device.chain.device) == 6


def test_what_goes_once_it_is_tried_again_is_not_set_aside(
    inside: OwnCentre, staff: Cli, poisoned: tuple[Device, Device]
) -> None:
    """A key that lacked for a while has parked it: to set it aside would reject a sound request for ever."""
    bad, _ = poisoned
    staff.run("work")
    sealed = inside.centre.vault.seal(bad.items[3].frame or b"", place(bad.chain.device, 1, 4))
    with inside.store.writing() as session:
        session.run("UPDATE personal SET sealed = ? WHERE device = ? AND seq = 4", sealed, bad.chain.device)
    code, said = staff.fails("journal", "set-aside", bad.statement.device_text, "--because", "disk")
    assert (code, "does not stand" in said) == (3, True)
    assert case(inside, bad.items[3].record).status == "pending"


def test_what_comes_to_nothing_costs_nothing_of_the_day(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that takes no writing for some seconds, while a worker tries again and again."""
    office.publish_catalogue()
    device = till(office)
    for n in range(100):
        device.write(EntryType.VOID, {"v": 1, "seq": n + 1, "id": "x", "total_pt": 1})
    office.take(device, device.items)
    projector = Projector(office.centre)

    def away(*_: object) -> None:
        raise Unavailable("database_away", reason="x")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("central.projection.chain_projection.apply", away)
        for _ in range(30):
            with pytest.raises(Unavailable):
                projector.project()
    assert projector.drain() == len(device.items)


def test_what_another_worker_has_projected_meanwhile_is_not_parked(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publish_catalogue()
    device = till(office)
    office.take(device, device.items)
    worked = Projector._effects

    def slow(self: Projector, work: Work) -> Effects:
        monkeypatch.setattr(Projector, "_effects", worked)
        Projector(office.centre).drain()
        raise KeyError

    monkeypatch.setattr(Projector, "_effects", slow)
    one = Projector(office.centre)
    found = one._find()
    assert found is not None
    one._take(replace(found, entries=found.entries[:1]))
    assert office.rows("SELECT why FROM parked") == []
