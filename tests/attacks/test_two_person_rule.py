"""Oracle 7: who gives money back or makes a copy has somebody behind him, or the centre's audit says that he has not.

Every type of entry that gives money back is met with every kind of agreement there is: none, a true one, and each way
of seeming to have one.
"""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.projection.chain_projection import Projector
from central.requests import approvals, approved_acts, review
from central.requests.review import Decision
from protocol.journal import first_paper
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import CLASSES
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual
from protocol.values.telephone import WHATS
from protocol.wire.feed_items import ApprovalAnswer
from tests.attacks import more, tried
from tests.central.conftest import office, postgres, shared, store
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OPERATOR, SHOP, OwnCentre, apply_settings
from tests.harness.wire_device import Device

__all__ = ["office", "postgres", "shared", "store"]
SUPERVISOR: Final = str(uuid.UUID(int=8))
ANOTHER: Final = str(uuid.UUID(int=9))
KIOSK: Final = Path(__file__).parents[2] / "kiosk"
MUCH_PT: Final = 100_000
Word = Mapping[str, Any]


@dataclass
class Till:
    """One till whose shop has two operators and a supervisor."""

    office: OwnCentre
    device: Device = field(init=False)

    def __post_init__(self) -> None:
        self.office.publish_catalogue()
        self.device = self.office.enrol()
        with self.office.store.writing() as session:
            for who, role in ((SUPERVISOR, "supervisor"), (ANOTHER, "operator")):
                session.run("INSERT INTO operator VALUES (?, ?, 'س', 'S', ?, 1, ?, NULL, NULL)", who, SHOP, role, 2**42)
        self.device.open_epoch()
        apply_settings(self.device)
        self.hear()

    def hear(self) -> None:
        self.office.take(self.device, self.device.items[self.office.standing(self.device).hwm :])
        Projector(self.office.centre).drain()

    def sale(self, status: str = "") -> tuple[Record, dict[str, Any], str]:
        """A request, its body, and the digits that its first paper carries."""
        members = birth()
        digits = first_paper.digits_of(first_paper.key_of(self.device.signer), members["visit"])
        record = sell(self.device, {**members, "paper": first_paper.seal(digits)})
        self.hear()
        if status:
            with self.office.store.writing() as session:
                case = review.find(session, members["id"])
                decision = Decision(case.seq, case.id, status, status, Bilingual("السبب", "the reason"))
                review.decide(self.office.centre, session, case, decision, "amal")
        return record, members, digits

    def vouch(self, who: str, **more_members: Any) -> int:
        """Somebody's PIN, as the counter writes it."""
        said = {"v": 1, "kind": "override", "op": who, "login": 0, **more_members}
        return self.device.write(EntryType.LOGIN, said).fields.seq

    def ask(self, what: str, of: int, amount_pt: int, state: str) -> int:
        """The centre is asked, and has answered."""
        said = {"v": 1, "kind": "asked", "op": OPERATOR, "login": 2, "what": what, "of": of, "amount_pt": amount_pt}
        seq = self.device.write(EntryType.LOGIN, said).fields.seq
        self.hear()
        if state != "asked":
            with self.office.store.writing() as session:
                found = approvals.at(session, self.device.chain.device, 1, seq)
                assert found is not None
                answer: ApprovalAnswer = "granted" if state == "granted" else "denied"
                approvals.decide(self.office.centre, session, found, answer, "amal")
        return seq

    def done(self, kind: int, members: Mapping[str, Any]) -> bool:
        """Do it. Whether the audit says that nobody agreed to it."""
        before = self.rows()
        self.device.write(kind, {"v": 1, "op": OPERATOR, "login": 2, **members})
        self.hear()
        tried()
        return self.rows() > before

    def rows(self) -> int:
        with self.office.store.reading() as session:
            row = session.one("SELECT count(*) FROM audit WHERE act IN ('agreement.missing', 'approval.odd')")
        assert row is not None
        return int(row[0])


def body(kind: int, sold: Record, members: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of that type about this request."""
    seq, total = sold.fields.seq, members["total_pt"]
    back = {"id": members["id"], "seq": seq, "total_pt": total, "method": "cash", "date": "2026-11-25", "reason": "x"}
    requests = [{"epoch": 1, "seq": seq, "id": members["id"]}]
    return {
        EntryType.VOID: back, EntryType.REFUND: {**back, "epoch": 1}, EntryType.COPY_PRINTED: {"of": seq, "copy": 1},
        EntryType.DAY_CLOSE: {"date": "2026-11-25", "difference_pt": -MUCH_PT},
        EntryType.EXPORT: {"kind": "citizen", "requests": requests, "sha256": "0" * 64},
        EntryType.ERASURE: {"kind": "asked", "requests": requests}, EntryType.LIMIT_EXTENSION: {"until_ms": 1},
    }.get(EntryType(kind), back)  # fmt: skip


def true_words(till: Till, kind: int, sold: Record, members: Mapping[str, Any], digits: str) -> list[Word]:
    """What stands behind an act of that type."""
    words: list[Word] = [{"op2": SUPERVISOR, "login2": till.vouch(SUPERVISOR)}]
    words += [{"op": SUPERVISOR, "op2": ANOTHER, "login2": till.vouch(ANOTHER)}]
    words += [{"paper": digits}] if kind == EntryType.VOID else []
    asked = {EntryType.VOID: "void", EntryType.EXPORT: "copy", EntryType.ERASURE: "erasure"}.get(EntryType(kind))
    if asked:
        of, amount = sold.fields.seq, members["total_pt"] if asked == "void" else 0
        words.append({"approval": till.ask(asked, of, amount, "granted")})
    return words


def false_words(till: Till, sold: Record, members: Mapping[str, Any]) -> dict[str, Callable[[], Word]]:
    """Nothing, and whatever a till could say in place of it."""
    seq, total = sold.fields.seq, members["total_pt"]
    other = first_paper.digits_of(first_paper.key_of(till.device.signer), str(uuid.UUID(int=1)))
    return {
        "nothing": dict,
        "that it waits": lambda: {"pending": True},
        "a paper, as before": lambda: {"paper": True},
        "the hash on every copy": lambda: {"paper": sold.hash.hex()},
        "the seal in the journal": lambda: {"paper": first_paper.seal("0" * 20)},
        "another sale's paper": lambda: {"paper": other},
        "no such PIN": lambda: {"op2": SUPERVISOR, "login2": 1},
        "a PIN still to come": lambda: {"op2": SUPERVISOR, "login2": till.device.chain.seq + 2},
        "a PIN for something else": lambda: {
            "op2": SUPERVISOR,
            "login2": till.vouch(SUPERVISOR, what="reveal", of=seq),
        },
        "his own PIN": lambda: {"op2": OPERATOR, "login2": till.vouch(OPERATOR)},
        "another operator's": lambda: {"op2": ANOTHER, "login2": till.vouch(ANOTHER)},
        "a stranger's": lambda: {"op2": str(uuid.UUID(int=99)), "login2": till.vouch(str(uuid.UUID(int=99)))},
        "somebody else's entry": lambda: {"op2": SUPERVISOR, "login2": till.vouch(ANOTHER)},
        "no asking": lambda: {"approval": 1},
        "an odd asking": lambda: {"approval": True},
        "an asking nobody answered": lambda: {"approval": till.ask("void", seq, total, "asked")},
        "an asking refused": lambda: {"approval": till.ask("void", seq, total, "denied")},
        "an asking of another amount": lambda: {"approval": till.ask("void", seq, total + 1, "granted")},
        "odd members": lambda: {"op2": ["x"], "login2": "2", "paper": 7, "difference_pt": -MUCH_PT},
    }


@pytest.fixture
def till(office: OwnCentre) -> Till:
    return Till(office)


@pytest.mark.oracle(7)
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", sorted(approved_acts.WHATS))
def test_what_has_an_agreement_is_not_told_of(till: Till, kind: int) -> None:
    if kind in (EntryType.REFUND, EntryType.COPY_PRINTED):
        sold, members, _ = till.sale("rejected")  # a refund has the centre's decision; a copy only a person's agreement
    else:
        sold, members, _ = till.sale()
    if kind == EntryType.REFUND:
        assert not till.done(kind, body(kind, sold, members))
    for place in range(len(true_words(till, kind, *till.sale()))):
        sold, members, digits = till.sale()
        word = true_words(till, kind, sold, members, digits)[place]
        if kind != EntryType.REFUND:
            assert not till.done(kind, {**body(kind, sold, members), **word}), word


@pytest.mark.oracle(7)
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", sorted(approved_acts.WHATS))
def test_what_has_none_is_told_of_however_it_is_said(till: Till, kind: int) -> None:
    for name in false_words(till, *till.sale()[:2]):
        sold, members, _ = till.sale()
        word = false_words(till, sold, members)[name]()
        assert till.done(kind, {**body(kind, sold, members), **word}), name


@pytest.mark.oracle(7)
def test_no_mixture_of_members_hides_an_act(till: Till) -> None:
    odd = st.one_of(st.none(), st.booleans(), st.integers(-2, 40), st.text(max_size=24), st.just([]), st.just(OPERATOR))
    members = st.dictionaries(st.sampled_from(("op2", "login2", "approval", "paper", "pending", "device")), odd)

    @settings(max_examples=more(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(kind=st.sampled_from(sorted(approved_acts.WHATS)), word=members)
    def every(kind: int, word: Word) -> None:
        sold, about, _ = till.sale()
        assert till.done(kind, {**body(kind, sold, about), **word})

    every()


@pytest.mark.oracle(7)
def test_every_entry_that_gives_money_back_wants_an_agreement() -> None:
    """Whatever the counter writes with less money than before, or asks the centre for, is among them."""
    kinds = {EntryType(kind).name for kind in approved_acts.WHATS}
    assert {name for name in money_back(KIOSK) if name not in kinds} == set()
    assert {kind.name for kind in EntryType if {"VOID", "REFUND", "COPY"} & set(kind.name.split("_"))} <= kinds
    assert set(WHATS) - set(approved_acts.WHATS.values()) == {"day_close", "limits"}, (
        "a difference; no act, but who works"
    )


def money_back(folder: Path) -> set[str]:
    """The types of the bodies that are made in a module which writes entries with money that goes out."""
    named = {form.__name__: EntryType(form.entry_type).name for form in CLASSES.values()}
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        if any(_called(call) == "Writing" and _goes_out(call) for call in calls):
            made = {named[_called(call)] for call in calls if _called(call) in named}
            found |= made or {file.name}
    return found


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", ""))


def _goes_out(call: ast.Call) -> bool:
    money = [word.value for word in call.keywords if word.arg == "money_pt"] + call.args[2:3]
    return any(isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) for node in money)


@pytest.mark.oracle(7, planted=True)
def test_a_paper_that_every_copy_proves_is_found(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_paper, "opens", lambda _sealed, shown: isinstance(shown, str))
    sold, members, _ = till.sale()
    assert not till.done(EntryType.VOID, {**body(EntryType.VOID, sold, members), "paper": sold.hash.hex()})


@pytest.mark.oracle(7, planted=True)
def test_an_act_that_is_not_looked_into_is_found(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approved_acts, "WHATS", {EntryType.REFUND: "refund"})
    sold, members, _ = till.sale()
    assert not till.done(EntryType.VOID, body(EntryType.VOID, sold, members))
    with pytest.raises(AssertionError):
        test_every_entry_that_gives_money_back_wants_an_agreement()
