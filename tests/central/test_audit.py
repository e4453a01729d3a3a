"""Reading the audit: page by page, by whom, what and when."""

from __future__ import annotations

import pytest

from central import audit
from central.audit import AuditQuery
from tests.harness.own_centre import OwnCentre


@pytest.fixture
def read(office: OwnCentre) -> OwnCentre:
    with office.store.writing() as session:
        for n in range(1, 8):
            audit.append(session, n * 1_000, "amal" if n % 2 else "badr", f"act.{n % 3}", f"s{n}", n=n)
    return office


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AuditQuery(), [7, 6, 5, 4, 3, 2, 1]), (AuditQuery(staff="amal"), [7, 5, 3, 1]),
        (AuditQuery(act="act.1"), [7, 4, 1]), (AuditQuery(subject="s2"), [2]),
        (AuditQuery(staff="badr", act="act.1"), [4]), (AuditQuery(from_ms=5_500), [7, 6]),
        (AuditQuery(to_ms=3_000), [2, 1]), (AuditQuery(from_ms=2_000, to_ms=5_000), [4, 3, 2]),
        (AuditQuery(from_ms=9_000), []), (AuditQuery(to_ms=1), []),
    ],
)  # fmt: skip
def test_what_is_wanted_is_read_page_by_page(read: OwnCentre, wanted: AuditQuery, found: list[int]) -> None:
    seen, after = [], 0
    while True:
        page = read.read(audit.page, wanted, after, 2)
        seen += [row["detail"]["n"] for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == found


@pytest.mark.parametrize(
    ("wanted", "index"),
    [({"subject": "s"}, "audit_subject"), ({"staff": "s"}, "audit_staff"), ({"act": "a", "subject": "s"}, "audit_act")],
)
def test_what_is_asked_after_is_found_by_its_index(small: OwnCentre, wanted: dict[str, str], index: str) -> None:
    where = " AND ".join(f"{name} = ?" for name in wanted)
    plan = small.rows(f"EXPLAIN QUERY PLAN SELECT * FROM audit WHERE {where} ORDER BY n DESC LIMIT 5", *wanted.values())
    assert index in str([tuple(row) for row in plan])
    assert "SCAN" not in str([tuple(row) for row in plan])
