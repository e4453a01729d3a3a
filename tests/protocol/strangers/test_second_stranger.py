"""A till that a stranger wrote from docs/protocol.md alone keeps its day with a real centre, without a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.centre_process import CentreProcess, start_centre
from tests.protocol.strangers.second_stranger import Till
from tests.protocol.strangers.test_stranger import FIELDS

pytestmark = pytest.mark.slow
SHOP = ("--shop", "S1")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = start_centre(tmp_path)
    running.cli("shop", "add", "--id", "S1", "--name-en", "Shop", "--name-ar", "محل", "--staff", "mona")
    for role, name in (("operator", "سعاد"), ("supervisor", "هدى")):
        running.cli("operator", "add", *SHOP, "--name-ar", name, "--role", role, "--staff", "mona")
    running.cli("settings", "set", *SHOP, 'shop.methods=["card"]', "shop.vat_registered=true", "--staff", "mona")
    yield running
    running.stop()


def enrolled(centre: CentreProcess, folder: Path) -> Till:
    till, made = Till(), centre.cli("device", "slot", *SHOP, "--staff", "mona")
    request, answer = folder / "manfaz-request.json", folder / "manfaz-answer.json"
    data, code = till.request_file(made["slot"], made["code"])
    request.write_bytes(data)
    told = centre.cli("device", "answer", str(request), "--number", code, "--out", str(answer), "--staff", "karim")
    till.take_answer_file(answer.read_bytes(), told["code"])
    return till


def carried(centre: CentreProcess, till: Till, stick: Path) -> list[tuple[str, int]]:
    """The bundle to the centre on a stick, and its answer back."""
    stick.mkdir()
    name, data = till.bundle_file()
    (stick / name).write_bytes(data)
    centre.cli("stick", "take", str(stick), "--staff", "mona")
    return till.take_answers((stick / name).with_suffix(".kja").read_bytes())


def morning(till: Till) -> tuple[int, int, int, int, int, int]:
    """Five requests: the second and the last are voided, the fourth was paid by card; and a refusal."""
    till.sign_in()
    till.open_day(50_000)
    kept, voided, refunded = (till.sell("birth-cert", {**FIELDS, "copies": copies}) for copies in (1, 2, 3))
    by_card = till.sell("birth-cert", FIELDS, method="card", reference="8812")
    till.void(voided)
    alone = till.sell("birth-cert", FIELDS)
    till.void_on_paper(alone)
    return kept, voided, refunded, by_card, alone, till.refuse("birth-cert")


def test_a_strangers_till_keeps_a_day_by_stick(centre: CentreProcess, tmp_path: Path) -> None:
    till = enrolled(centre, tmp_path)
    kept, voided, refunded, by_card, alone, refused = morning(till)
    told = carried(centre, till, tmp_path / "first")
    assert told == [("journal-ack", 200), ("dsse+json", 200), ("dsse+json", 200)]
    assert (till.hwm, till.decisions) == (len(till.entries), {})
    requests = {one["seq"]: one for one in centre.cli("request", "list")}
    assert {seq: one["status"] for seq, one in requests.items()} == dict.fromkeys(
        (kept, voided, refunded, by_card, alone), "pending"
    )

    why = ("--code", "photo", "--reason-ar", "الصورة قديمة", "--reason-en", "The photo is old")
    centre.cli("request", "decide", requests[refunded]["id"], "rejected", *why, "--staff", "karim")
    carried(centre, till, tmp_path / "second")
    assert {seq: item["code"] for seq, item in till.decisions.items()} == {refunded: "photo"}
    till.refund(refunded)
    till.hand_over(10_000)
    till.close_day()
    carried(centre, till, tmp_path / "third")
    assert till.hwm == len(till.entries)

    (day,) = centre.cli("till", "days", str(till.device))
    assert (day["agrees"], day["count"]) == ("yes", 5), day
    ended = {one["seq"]: (bool(one["voided_by"]), bool(one["refunded_by"])) for one in centre.cli("request", "list")}
    assert ended == {
        kept: (False, False),
        voided: (True, False),
        refunded: (False, True),
        by_card: (False, False),
        alone: (True, False),
    }
    assert centre.cli("request", "refunds") == [], "nothing of it is a case for the staff"
    assert "agreement.missing" not in {one["act"] for one in centre.cli("audit", "list")}
    assert refused not in requests
