"""What the centre has set for a shop, who works there, how much may be held, and what a citizen takes home."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.documents.setting_names import MEMBERS
from kiosk.core import offline_limits
from kiosk.core.offline_limits import LimitStanding, ShopFloat
from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.ports.store import Attempts, Tail
from kiosk.staff import pins
from protocol.clock import HOUR_MS
from protocol.documents.limits_reached import Level
from protocol.documents.operators import Operator, activation_hash, is_activation, read_operators
from protocol.documents.settings import DaySettings, LimitSettings, read_settings
from protocol.documents.trust import Forged
from protocol.journal.kj01 import Chain, split
from protocol.texts import Bilingual
from tests.harness.refusals import refused
from tests.harness.vector_files import ACK, DEVICE, DEVICE_TEXT, STREAM, named

SETTINGS: dict[str, Any] = {
    "v": 1,
    "version": 4,
    "shop": {"id": "shop-1", "name": {"ar": "محل", "en": "Shop"}, "service_fees_pt": {"birth-cert": 1500}},
    "public_address": "https://example.org",
    "limits": {"unsent_hard": 10, "offline_class_pt": {"none": 0}},
}


# ---- settings


def test_what_is_not_set_has_the_default_of_the_decisions() -> None:
    found = read_settings(SETTINGS)
    assert (found.version, found.shop.name.ar, found.idle_lock_s, found.session_h) == (4, "محل", 180, 12)
    assert (found.fees.service_fee_pt, found.fees.service_fees_pt) == (0, {"birth-cert": 1500})
    assert (found.fees.vat_registered, found.fees.vat_permille) == (False, 140)
    assert found.limits == LimitSettings(unsent_hard=10, offline_class_pt={"none": 0})


def test_the_limits_are_those_of_the_decisions() -> None:
    assert dataclasses.asdict(LimitSettings()) == {
        "unsent_soft": 500, "unsent_hard": 5_000, "citizen_soft": 10, "money_hard_pt": 5_000_000,
        "money_soft_percent": 80, "age_warn_h": 24, "age_soft_h": 72, "age_hard_h": 240, "lease_h": 240,
        "catalogue_warn_h": 72, "catalogue_hard_h": 240, "offline_class_pt": {}, "offline_default_pt": 100_000,
    }  # fmt: skip
    assert DaySettings() == DaySettings(blind=True, by_notes=True, difference_pt=2_000)


@pytest.mark.parametrize(
    "change",
    [
        {"version": -1},
        {"version": True},
        {"version": 2**53},
        {"shop": None},
        {"shop": {"id": "x", "name": "x"}},
        {"public_address": ...},
        {"limits": []},
        {"limits": {"lease_h": "x"}},
        {"idle_lock_s": 1.5},
        {"shop": {**SETTINGS["shop"], "service_fee_pt": -25}},
    ],
    ids=str,
)
def test_signed_nonsense_is_no_settings(change: dict[str, Any]) -> None:
    members = {name: value for name, value in {**SETTINGS, **change}.items() if value is not ...}
    with pytest.raises(Forged, match="not settings"):
        read_settings(members)


@pytest.mark.parametrize(
    ("backups", "found"),
    [
        ({}, None), ({"second": ""}, ""), ({"second": "/mnt/nas/manfaz"}, "/mnt/nas/manfaz"),
        ({"second": "E:\\manfaz"}, "E:\\manfaz"), ({"second": "\\\\nas\\manfaz"}, "\\\\nas\\manfaz"),
        ({"second": "label:SHOP 7"}, "label:SHOP 7"), ({"second": "stick"}, None), ({"second": "label:"}, None),
        ({"second": "label:../x"}, None), ({"second": "label:.."}, None), ({"second": 7}, None), ("x", None),
        ({"second": "/" + 200 * "x"}, None), ({"second": "/a\nb"}, None), ({"second": "../x"}, None),
    ],
)  # fmt: skip
def test_the_second_place_is_a_whole_path_or_a_disks_name(backups: object, found: str | None) -> None:
    rule = MEMBERS["backups.second"].rule
    assert (isinstance(backups, dict) and rule.sound(backups.get("second"))) == (found is not None)
    assert read_settings({**SETTINGS, "backups": backups}).backups.second == (found or ""), (
        "the rest rules all the same"
    )


def test_a_fee_that_an_older_release_accepted_is_read_though_no_new_one_may_be_so() -> None:
    shop = {**SETTINGS["shop"], "service_fee_pt": 510}
    assert read_settings({**SETTINGS, "shop": shop}).fees.service_fee_pt == 510
    assert not MEMBERS["shop.service_fee_pt"].rule.sound(510)
    assert not MEMBERS["shop.service_fees_pt.*"].rule.sound(1501)
    assert MEMBERS["shop.service_fees_pt.*"].rule.sound(1500)


@pytest.mark.parametrize("name", ["money_hard_pt", "age_hard_h", "age_soft_h", "unsent_hard", "catalogue_hard_h"])
def test_a_limit_of_zero_that_would_stop_every_sale_is_read_as_its_default(name: str) -> None:
    read = read_settings({**SETTINGS, "limits": {name: 0, "offline_default_pt": 0}}).limits
    assert getattr(read, name) == getattr(LimitSettings(), name)
    assert read.offline_default_pt == 0, "a shop may be allowed nothing without a line"


@pytest.mark.parametrize(("name", "default"), [("idle_lock_s", 180), ("session_h", 12), ("draft_days", 7)])
def test_a_time_of_zero_is_read_as_its_default(name: str, default: int) -> None:
    assert getattr(read_settings({**SETTINGS, name: 0}), name) == default


# ---- limits


def _standing(**change: Any) -> LimitStanding:
    tail: dict[str, Any] = {"count": 0, "sum_pt": 0, "acked_count": 0, "acked_sum_pt": 0, "oldest_unsent_ms": None}
    tail |= {name: value for name, value in change.items() if name in tail}
    rest = {name: value for name, value in change.items() if name not in tail}
    whole = Tail(chain=Chain(DEVICE, 1, 0, bytes(32)), hwm=0, **tail)
    return LimitStanding(
        **{"now_ms": 1000 * HOUR_MS, "tail": whole, "lease_until_ms": None, "catalogue_seen_ms": None, **rest}
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"count": 500}, []),
        ({"count": 501}, [("unsent", Level.SUPERVISOR, 501, 501)]),
        ({"count": 5000}, [("unsent", Level.SUPERVISOR, 5000, 501)]),
        ({"count": 5001}, [("unsent", Level.STOP, 5001, 5001)]),
        ({"count": 600, "acked_count": 200}, []),
        ({"sum_pt": 4_000_000}, []),
        ({"sum_pt": 4_000_001}, [("money", Level.SUPERVISOR, 4_000_001, 4_000_001)]),
        ({"sum_pt": 5_000_000}, [("money", Level.SUPERVISOR, 5_000_000, 4_000_001)]),
        ({"sum_pt": 5_000_001}, [("money", Level.STOP, 5_000_001, 5_000_001)]),
        ({"oldest_unsent_ms": 977 * HOUR_MS}, []),
        ({"oldest_unsent_ms": 976 * HOUR_MS}, [("age", Level.WARN, 24, 24)]),
        ({"oldest_unsent_ms": 1001 * HOUR_MS}, []),
        ({"oldest_unsent_ms": 900 * HOUR_MS}, [("age", Level.SUPERVISOR, 100, 72)]),
        ({"oldest_unsent_ms": 760 * HOUR_MS}, [("age", Level.STOP, 240, 240)]),
        ({"lease_until_ms": 1000 * HOUR_MS}, [("lease_soon", Level.WARN, 0, 0)]),
        ({"lease_until_ms": 1000 * HOUR_MS - 60_000}, [("lease_soon", Level.WARN, 0, 0)]),
        ({"lease_until_ms": 1000 * HOUR_MS - 60_001}, [("lease", Level.STOP, 0, 0)]),
        ({"lease_until_ms": 1072 * HOUR_MS - 1}, [("lease_soon", Level.WARN, 71, 0)]),
        ({"lease_until_ms": 1072 * HOUR_MS}, []),
        ({"lease_until_ms": 998 * HOUR_MS}, [("lease", Level.STOP, 2, 0)]),
        ({"catalogue_seen_ms": 999 * HOUR_MS}, []),
        ({"catalogue_seen_ms": 900 * HOUR_MS}, [("catalogue", Level.WARN, 100, 72)]),
        ({"catalogue_seen_ms": 760 * HOUR_MS}, [("catalogue", Level.STOP, 240, 240)]),
    ],
)
def test_a_limit_is_found_when_it_is_reached(change: dict[str, Any], found: list[tuple[object, ...]]) -> None:
    assert [dataclasses.astuple(x) for x in offline_limits.findings(_standing(**change), LimitSettings())] == found


@pytest.mark.parametrize(
    ("more_pt", "found"),
    [
        (7_000, []), (7_001, [("float", Level.WARN, 10_000, 3_000)]), (10_000, [("float", Level.WARN, 10_000, 3_000)]),
        (10_001, [("float", Level.STOP, 10_000, 10_001)]),
    ],
)  # fmt: skip
def test_the_float_may_be_spent_to_its_last_piastre(more_pt: int, found: list[tuple[object, ...]]) -> None:
    standing = _standing(shop_float=ShopFloat(10_000, 3_000, 0, 0))
    assert [dataclasses.astuple(x) for x in offline_limits.findings(standing, LimitSettings(), more_pt)] == found


def test_a_short_lease_is_warned_of_in_its_last_third() -> None:
    for left, found in ((24, []), (23, ["lease_soon"])):
        standing = _standing(lease_until_ms=(1000 + left) * HOUR_MS)
        assert [one.code for one in offline_limits.findings(standing, LimitSettings(lease_h=72))] == found


def test_the_request_in_hand_counts_and_the_gravest_comes_first() -> None:
    standing = _standing(count=500, sum_pt=5_000_000, oldest_unsent_ms=970 * HOUR_MS)
    found = offline_limits.findings(standing, LimitSettings(), more_pt=1, more=1)
    assert [(x.code, x.level) for x in found] == [
        ("money", Level.STOP), ("unsent", Level.SUPERVISOR), ("age", Level.WARN),
    ]  # fmt: skip


def test_a_supervisor_passes_what_does_not_stop() -> None:
    soft = offline_limits.findings(_standing(count=501), LimitSettings())
    offline_limits.refuse_over(soft, supervisor=True)
    offline_limits.refuse_over([], supervisor=False)
    with refused("limit_unsent", now=501, limit=501, n=501):
        offline_limits.refuse_over(soft, supervisor=False)
    with refused("limit_lease", now=2, limit=0, n=2):
        offline_limits.refuse_over(
            offline_limits.findings(_standing(lease_until_ms=998 * HOUR_MS), LimitSettings()), supervisor=True
        )


def test_one_request_without_a_line_has_a_limit_by_class() -> None:
    shop = read_settings(SETTINGS)
    offline_limits.refuse_offline_amount(shop, "none", 5, online=True)
    offline_limits.refuse_offline_amount(shop, "standard", 100_000, online=False)
    with refused("offline_amount", limit_pt=100_000):
        offline_limits.refuse_offline_amount(shop, "standard", 100_001, online=False)
    with refused("offline_amount", limit_pt=0):
        offline_limits.refuse_offline_amount(shop, "none", 1, online=False)


# ---- people


CODE, SALT, PEPPER = "7K3M9-QX2TA-D", bytes(16), bytes(32)
PERSON: dict[str, Any] = {
    "id": "op-1",
    "name": {"ar": "منى", "en": "Mona"},
    "role": "operator",
    "active": True,
    "not_after_ms": 100,
    "activation": {"salt": SALT.hex(), "hash": activation_hash(CODE, SALT).hex()},
}


def _person(**change: Any) -> Operator:
    return read_operators({"version": 1, "operators": [{**PERSON, **change}]})["op-1"]


def test_a_person_works_until_a_day_and_while_active() -> None:
    assert _person().works_at(100)
    assert not _person().works_at(101)
    assert not _person(active=False).works_at(1)


@pytest.mark.parametrize(
    "change",
    [{"role": "king"}, {"id": ...}, {"not_after_ms": "x"}, {"activation": {"salt": "zz"}}, {"name": 5}],
    ids=str,
)
def test_signed_nonsense_is_no_operators(change: dict[str, Any]) -> None:
    person = {name: value for name, value in {**PERSON, **change}.items() if value is not ...}
    with pytest.raises(Forged, match="not operators"):
        read_operators({"version": 1, "operators": [person]})


def test_an_activation_code_is_known_by_its_slow_hash() -> None:
    assert is_activation(_person(), "7k3m9qx2tad")
    assert not is_activation(_person(), "7K3M9-QX2TA-E")
    assert not is_activation(_person(activation=None), CODE)


def test_a_pin_is_read_in_either_script_and_must_be_whole() -> None:
    assert pins.read_pin(" ٤٨٢ ٩١٣\u200f", "operator") == "482913"
    with refused("pin_form", digits=8):
        pins.read_pin("482913", "supervisor")
    with refused("pin_form", digits=6):
        pins.read_pin("48291x", "operator")


@pytest.mark.parametrize("pin", ["111111", "123456", "987654"])
def test_a_weak_pin_is_refused(pin: str) -> None:
    pins.refuse_weak("482913")
    with refused("pin_weak"):
        pins.refuse_weak(pin)


def test_a_pin_is_verified_under_the_devices_pepper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "Argon2id", Argon2id)  # as dear as it is, which other tests do without
    verifier = pins.make_verifier("482913", PEPPER, SALT)
    assert verifier.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert pins.is_pin("482913", PEPPER, verifier)
    assert not pins.is_pin("482914", PEPPER, verifier)
    assert not pins.is_pin("482913", bytes([1]) * 32, verifier)


@pytest.mark.parametrize(("failed", "wait"), [(0, 0), (4, 0), (5, 30_000), (6, 60_000), (9, 480_000), (40, 3_600_000)])
def test_wrong_tries_cost_time(failed: int, wait: int) -> None:
    assert pins.wait_ms(failed) == wait


def _attempts(failed: int, mono_ms: int = 1000) -> Attempts:
    return Attempts(failed=failed, last_wall_ms=0, last_mono_ms=mono_ms, boot_id=b"boot")


def test_a_wait_runs_on_the_clock_that_nobody_sets() -> None:
    pins.refuse_early(None, 0, b"boot")
    pins.refuse_early(_attempts(5), 31_000, b"boot")
    with refused("pin_wait", seconds=1):
        pins.refuse_early(_attempts(5), 30_500, b"boot")
    with refused("pin_wait", seconds=30):
        pins.refuse_early(_attempts(5), 99_000, b"another boot")
    with refused("pin_locked"):
        pins.refuse_early(_attempts(10), 9_000_000, b"boot")


# ---- receipt


def _receipt() -> Receipt:
    record = list(split(STREAM, 1))[2]
    words = Bilingual("كلمة", "word")
    served = ReceiptService(
        3, record.hash.hex(), "112", words, words, 1, (ReceiptLine(Bilingual("سطر", "line"), 4500),), words
    )
    return Receipt(
        device=DEVICE_TEXT, till=2, epoch=1, served=(served,), shop_id="shop-1", shop=words, catalogue=7, created_ms=0,
        operator="op-1", name="محمد", national_id="**********0014", vat_pt=0, total_pt=4500, tendered_pt=5000,
        change_pt=500, public_address="https://example.org", support_phone="",
    )  # fmt: skip


def test_a_receipt_is_proved_by_the_entry_behind_it() -> None:
    paper = _receipt()
    assert list(split(STREAM, 1))[2].fields.device == DEVICE
    assert paper.code.startswith(named(ACK, "(80 bit)"))
    assert paper.number == "2-000003"
    assert paper.qr == f"https://example.org/r/0192f0c1/3/{paper.entry_hash}"
    assert paper.barcode == "002640710500000003"


def test_a_stored_paper_is_the_same_paper() -> None:
    assert Receipt.unpack(_receipt().pack()) == _receipt()
