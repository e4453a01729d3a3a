"""A support file is built from named fields: nobody who was ever at this counter is in it."""

from __future__ import annotations

import json
import zlib

import pytest

from kiosk.model.service_request import Draft
from kiosk.model.store_changes import PutFact
from kiosk.upkeep.doctor import check_runner, support_content
from kiosk.upkeep.doctor.check_result import Finding, Result
from kiosk.upkeep.doctor.support_content import said
from protocol import strict_json
from protocol.doctor import Severity
from protocol.wire import sealing, support_file
from protocol.wire.support_file import BadSupport, SupportHead
from tests.harness.fakes.fake_doctor import FakeComputer, run_at_once
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.shop import DEVICE, DEVICE_SEED, OPERATOR, PIN, SEAL, SUPERVISOR
from tests.kiosk.upkeep.doctor.doctor_bench import CANARIES, Bench

HEAD = SupportHead(DEVICE, 1, 5)
PUBLIC = SEAL.public_key().public_bytes_raw()


def content_of(bench: Bench, report: dict[str, str] | None = None) -> dict[str, object]:
    probes, shop = bench.probes()
    try:
        return support_content.content(probes, check_runner.run(check_runner.CHECKS, probes, run_at_once), report)
    finally:
        shop.close()


def test_no_canary_of_anybody_is_in_it(bench: Bench) -> None:
    """Names, national IDs, mobiles, amounts, codes: of the citizen, the operators, the shop, in facts and documents."""
    with bench.opened() as opened:
        store = opened.store
        request = next(found for seq in range(1, 9) if (found := store.requests.at(seq)))
        names = {
            "alarm": f"forged {request.name}", "order": "محمد أحمد", "quarantine": f"سارة {request.national_id}",
            "checked": f"1 {request.name} 2", "backup": json.dumps({"at_ms": request.name, "place": "/media/محمد"}),
            "update": json.dumps({"phase": "محمد", "version": "x" * 41}),
            "notices": json.dumps({"notices": [[request.name, request.mobile, 1]]}),
        }  # fmt: skip
        store.commit([], [PutFact(name, value.encode()) for name, value in names.items()])
        draft = Draft("0192f0c1-7c3a-7b1e-8a4d-0000000000d1", OPERATOR, "birth-cert", 1, {"name": request.name}, 1)
        store.commit([], [draft])
    told = strict_json.dumps(content_of(bench, {"kind": request.name, "text": f"{request.national_id} {PIN}"})).decode()
    private = (
        *CANARIES, request.national_id, request.mobile, request.code, request.id, bench.template.code, OPERATOR,
        SUPERVISOR, PIN, DEVICE_SEED.hex(), "media", f"{request.total_pt}", f"{request.tendered_pt}",
    )  # fmt: skip
    assert [word for word in private if word and str(word) in told] == []


def test_it_says_what_support_has_to_know(bench: Bench) -> None:
    found = content_of(bench)
    store = found["store"]
    assert isinstance(store, dict)
    assert (store["epoch"], store["versions"]) == (1, {"settings": 1, "catalogue": 1, "keyset": 2})
    assert store["unsent"] == 1
    assert store["words"]["checked"].endswith("ok 3")
    assert store["jobs"] == {"printed": 1}
    people = store["people"]
    assert [person["pin"] for person in people] == [True, True]
    assert len({person["who"] for person in people}) == 2
    assert [person["who"] for person in people] == [person["who"] for person in content_of(bench)["store"]["people"]]  # type: ignore[index]
    rows = found["doctor"]
    assert isinstance(rows, list)
    assert len(rows) == 41


def test_it_can_be_made_where_the_store_does_not_open() -> None:
    computer = FakeComputer(FakeClock(), None, code="store_damaged")
    results = check_runner.run_here(check_runner.CHECKS, computer.probes())
    found = support_content.content(computer.probes(), results)
    assert (found["trouble"], found["store"]) == ("store_damaged", {})
    assert {"code": "store_damaged"} in [row["values"] for row in found["doctor"]]


def test_before_enrolment_and_before_the_first_feed_it_says_what_there_is() -> None:
    from tests.harness.shop import enrolment

    computer = FakeComputer(FakeClock(), FakeStore())
    assert "seq" not in support_content.content(computer.probes(), [])["store"]
    assert computer.kept is not None
    computer.kept.put_enrolment(enrolment())
    store = support_content.content(computer.probes(), [])["store"]
    assert (store["versions"], store["people"]) == ({"settings": 0, "catalogue": 0, "keyset": 1}, [])


def test_a_machine_that_does_not_answer_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_self: FakeComputer) -> None:
        raise OSError

    monkeypatch.setattr(FakeComputer, "system", fails)
    assert support_content.content(FakeComputer(FakeClock(), FakeStore()).probes(), [])["system"] == {}


def test_only_the_values_a_check_names_travel_and_only_as_numbers_and_words() -> None:
    check = check_runner.BY_NUMBER[35]
    result = Result(check, "found", Finding(Severity.WARN, {"reason": "اسم محمد", "place": "here"}), "a b")
    row = support_content.content(FakeComputer(FakeClock(), FakeStore()).probes(), [result])["doctor"][0]
    assert row["values"] == {"reason": "?"}
    assert row["reason"] == "?"


@pytest.mark.parametrize(
    ("written", "goes"),
    [
        ("الطابعة لا تعمل", "الطابعة لا تعمل"), ("29901011234567", "…"), ("٢٩٩٠١٠١١٢٣٤٥٦٧", "…"),
        ("0101 234 5678 ok", "… ok"), ("010-1234-5678", "…"), ("رقم 1234", "رقم 1234"), ("12,500 جنيه", "… جنيه"),
        ("2 990101 12 34567", "…"), ("a\nb", "a b"), ("x" * 500, "x" * 300),
    ],
)  # fmt: skip
def test_long_numbers_do_not_leave_with_what_somebody_wrote(written: str, goes: str) -> None:
    assert said(written) == goes


# ---- the seal


def test_it_opens_for_the_centre_alone() -> None:
    file = support_file.seal(HEAD, {"v": 1}, PUBLIC)
    assert support_file.unseal(file, SEAL.private_bytes_raw()) == (HEAD, {"v": 1})
    with pytest.raises(BadSupport, match="seal"):
        support_file.unseal(file, bytes([7]) * 32)


@pytest.mark.parametrize("cut", [0, 3, 31, 32, -1])
def test_what_is_cut_or_bent_does_not_open(cut: int) -> None:
    file = support_file.seal(HEAD, {"v": 1}, PUBLIC)
    with pytest.raises(BadSupport):
        support_file.unseal(file[:cut], SEAL.private_bytes_raw())
    with pytest.raises(BadSupport, match="seal"):
        support_file.unseal(file[:10] + bytes([file[10] ^ 1]) + file[11:], SEAL.private_bytes_raw())


def sealed(packed: bytes) -> bytes:

    head = HEAD.pack()
    return head + sealing.seal(packed, PUBLIC, head)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"no zlib", "content"), (zlib.compress(b"[1]"), "content"), (zlib.compress(bytes(300 << 10)), "size"),
        (zlib.compress(b"{}") + b"more", "size"),
    ],
)  # fmt: skip
def test_what_is_inside_is_bounded_and_an_object(packed: bytes, reason: str) -> None:
    with pytest.raises(BadSupport, match=reason):
        support_file.unseal(sealed(packed), SEAL.private_bytes_raw())


def test_nothing_is_sealed_that_nobody_would_open() -> None:
    with pytest.raises(ValueError, match=r"[0-9]+"):
        support_file.seal(HEAD, {"v": ["x" * 10_000] * 40}, PUBLIC)
