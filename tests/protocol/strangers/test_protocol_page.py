"""docs/protocol.md and the machine say the same: members, settings, types, codes, and the order of checks."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pytest

from central.documents.setting_names import ANY, NAMES
from central.journal import record_batch
from kiosk.upkeep import device_health
from protocol import texts
from protocol.documents.device_standing import EarlierEpoch, Lease, Verdict
from protocol.documents.operators import Activation, Operator, OperatorsDocument
from protocol.documents.settings import LimitSettings, read_settings
from protocol.documents.trust import Forged
from protocol.journal.entries import EntryType
from protocol.journal.mirror_lag import Lag
from protocol.wire.feed_items import FEED_ITEMS
from tests.harness.fakes.fake_store import FakeStore
from tests.protocol.strangers.stranger_client import HEADER, pae, tagged
from tests.protocol.strangers.test_stranger import JOURNAL_KEY

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
SPEAKING: Final = ("protocol", "kiosk", "sync", "central")
KEPT_HERE: Final = frozenset(
    {"central/releases/offline_keys.py", "kiosk/setup/setup_steps.py", "kiosk/upkeep/doctor/diagnosis.py"}
)
"""Files that no other program reads."""
FAULTS: Final = (
    "E_TRUNCATED head", "E_FORMAT magic", "E_TOO_BIG body", "E_TRUNCATED body", "E_FORMAT alg", "E_DEVICE", "E_GAP",
    "E_CHAIN", "E_BODY hash", "E_TRUNCATED frame head", "E_TOO_BIG frame", "E_TRUNCATED frame", "E_SIG",
    "E_PERSONAL place", "E_BODY json", "E_PERSONAL other",
)  # fmt: skip
"""Every fault of a record, in the order in which they are looked for."""
DEVICE, PREV = bytes(16), bytes(32)


def named(member: str) -> bool:
    """Whether the page names a member: in code marks, quoted in an example, or as the last part of a setting."""
    return re.search(rf'[`".]{re.escape(member)}[`"]', PAGE) is not None


def objects() -> Iterator[tuple[str, ast.Dict]]:
    """Every object that is written down with a version: what goes over the wire, onto a stick or into an entry."""
    for folder in SPEAKING:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict) and any(_is(key, "v") for key in node.keys):
                    yield file.relative_to(ROOT).as_posix(), node


def _is(key: ast.expr | None, name: str) -> bool:
    return isinstance(key, ast.Constant) and key.value == name


def test_every_member_that_is_sent_or_signed_stands_in_the_page() -> None:
    unknown = {
        f"{file}: {key.value!s}"
        for file, node in objects()
        for key in node.keys
        if isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and file not in KEPT_HERE
        and not named(key.value)
    }
    assert sorted(unknown) == []


def test_every_word_of_a_counters_health_stands_in_the_page() -> None:
    assert [name for name in device_health.members(FakeStore(), "1", "0", 0, Lag(0, 0)) if not named(name)] == []


def test_every_kind_and_every_member_of_the_feed_stands_in_the_page() -> None:
    feed = PAGE.partition("## Feed")[2].partition("## Heartbeat")[0]
    assert [kind for kind in FEED_ITEMS if f"`{kind}`" not in feed] == []
    assert unnamed(*FEED_ITEMS.values()) == []


def unnamed(*forms: type) -> list[str]:
    members = {field.name for form in forms for field in fields(form)}
    return sorted(name for name in members if not named(name))


def test_every_member_of_a_signed_document_stands_in_the_page() -> None:
    assert unnamed(OperatorsDocument, Operator, Activation, Verdict, Lease, EarlierEpoch) == []


def test_every_chapter_that_is_named_is_there() -> None:
    title, *chapters = re.findall(r"^##? (.+)$", PAGE, re.MULTILINE)
    parts = re.findall(r"^\| (Wire|Entries|Optional profiles) \| (.+) \|$", PAGE, re.MULTILINE)
    listed = [name for part, names in parts for name in (part, *names.split(" · "))]
    assert (title, listed) == ("The protocol between a counter and the centre", chapters)
    code = "".join(file.read_text(encoding="utf-8") for folder in SPEAKING for file in (ROOT / folder).rglob("*.py"))
    referred = re.findall(r"docs/protocol\.md, ([A-Z][a-z ]+)", code) + re.findall(r"\(\*([A-Z][a-z ]+)\*\)", PAGE)
    assert sorted(set(referred) - set(chapters)) == []
    assert "protocol.md §" not in code


def test_every_setting_stands_in_the_page() -> None:
    leaves = {name.removesuffix(f".{ANY}").rpartition(".")[2] for name in NAMES}
    assert sorted(leaf for leaf in leaves if not named(leaf)) == []


NEEDED: Final[dict[str, Any]] = {
    "version": 1, "shop": {"id": "GIZ-1", "name": {"ar": "محل", "en": "Shop"}}, "public_address": "https://x",
}  # fmt: skip


def test_the_settings_that_may_be_missing_have_the_defaults_of_the_page() -> None:
    read = read_settings(NEEDED)
    rows = {
        cells[0]: cells[1]
        for line in PAGE.splitlines()
        if (cells := line.strip("| ").split(" | "))[0][:8] == "`limits."
    }
    for row, defaults in rows.items():
        names = re.findall(r"`(?:limits\.)?([a-z_]+)`", row)
        said = [
            f"{value:,}" if type(value) is int else "{}" for value in (getattr(read.limits, name) for name in names)
        ]
        assert re.findall(r"[0-9][0-9,]*[0-9]|\{\}", defaults) == said, row
    assert {name for row in rows for name in re.findall(r"`(?:limits\.)?([a-z_]+)`", row)} == set(
        LimitSettings.__dataclass_fields__
    )
    assert f"{read.idle_lock_s}, {read.session_h}, {read.draft_days} " in PAGE
    for member in ("version", "shop", "public_address"):
        with pytest.raises(Forged):
            read_settings({name: value for name, value in NEEDED.items() if name != member})


def test_every_type_of_entry_and_every_code_of_a_decision_stands_in_the_page() -> None:
    codes = [key.removeprefix("central.decision.") for key in texts.table() if key.startswith("central.decision.")]
    assert codes
    assert [code for code in codes if not named(code)] == []
    rows = re.findall(r"^\| ([0-9, ]+) \|", PAGE.partition("## Types")[2].partition("| type | body")[0], re.MULTILINE)
    assert {int(n) for row in rows for n in row.split(",")} == {int(kind) for kind in EntryType}


def record_with(faults: set[str]) -> bytes:
    """A record, and its frame, that has these faults and no others."""
    frame = b'{"salt":"00112233445566778899aabbccddeeff","fields":{}}'
    personal = tagged("personal", frame + b"x" * ("E_PERSONAL other" in faults)).hex()
    body = b'{"salt":"00112233445566778899aabbccddeeff","v":1,"personal":{"sha256":"%s","len":%d}}'
    body %= (personal.encode(), len(frame))
    body = body[:-1] if "E_BODY json" in faults else body
    header = HEADER.pack(
        b"KJ02" if "E_FORMAT magic" in faults else b"KJ01", 2, int("E_FORMAT alg" in faults),
        b"\1" * 16 if "E_DEVICE" in faults else DEVICE, 1, 262_145 if "E_TOO_BIG body" in faults else len(body),
        5 if "E_GAP" in faults else 1, 0, 0, 0, b"\1" * 32 if "E_CHAIN" in faults else PREV, bytes(32),
        tagged("body", body + b"x" * ("E_BODY hash" in faults)),
    )  # fmt: skip
    signed = header[:-1] + b"x" if "E_SIG" in faults else header
    whole = header + JOURNAL_KEY.sign(pae("application/vnd.kiosk.journal-entry.v1", signed)) + body
    size = 65_537 if "E_TOO_BIG frame" in faults else len(frame)
    frame = b"KJP1" + struct.pack(">QI", 9 if "E_PERSONAL place" in faults else 1, size) + frame
    frame = frame[:-1] if "E_TRUNCATED frame" in faults else frame
    whole += frame[:10] if "E_TRUNCATED frame head" in faults else frame
    if "E_TRUNCATED head" in faults:
        return whole[:200]
    return whole[: 223 + len(body)] if "E_TRUNCATED body" in faults else whole


def fault_of(data: bytes) -> str | None:
    cuts, fault = record_batch.cut(data, DEVICE + (1).to_bytes(4), 1, PREV)
    judged = record_batch.judge(cuts, JOURNAL_KEY.public_key().public_bytes_raw(), lambda frame, _seq: frame)
    found = judged.fault or fault
    return found.fault if found else None


def test_the_page_names_the_faults_of_a_record_in_the_order_in_which_they_are_looked_for() -> None:
    rows = re.findall(r"^\| (E_[A-Z_, E]+) \|", PAGE, re.MULTILINE)
    assert [name for row in rows for name in row.split(", ")] == [fault.partition(" ")[0] for fault in FAULTS]


@pytest.mark.parametrize(("first", "second"), list(combinations(FAULTS, 2)))
def test_of_two_faults_of_a_record_the_earlier_in_the_page_is_said(first: str, second: str) -> None:
    assert fault_of(record_with({first, second})) == first.partition(" ")[0]


def test_a_record_without_a_fault_has_none() -> None:
    assert fault_of(record_with(set())) is None
