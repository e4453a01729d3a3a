"""What was asked of the centre and what it has answered, as the counter keeps both: few and short, for a day.

Two facts: what was asked is written by the counter alone and the answers by the feed alone, so that neither can undo
what the other has just written; they meet when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from kiosk.core.events import ApprovalsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.store_changes import PutFact
from kiosk.ports import Store
from kiosk.receiving.feed_documents import PageEffects
from protocol.documents.trust import Forged
from protocol.journal.kj01 import EntryType
from protocol.strict_json import count, dumps, loads_object
from protocol.values import links
from protocol.values.telephone import What

FACT: Final = "approvals"
"""What was asked, as the counter writes it."""
ANSWERS: Final = "approval_answers"
"""What the feed has answered, as the feed writes it."""
CHAIN: Final = "telephone"
"""``<number of the chain> <its tail>``, as the feed brought it."""
KINDS: Final = ("approval", CHAIN)
"""Of the feed's items."""
KEPT: Final = 12
"""Few: a sale reads all facts of the store."""
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be agreed to: `of` is the entry of `epoch` it is about, 0 where it is about none."""

    what: What
    of: int = 0
    epoch: int = 0
    amount_pt: int = 0


@dataclass(frozen=True, slots=True)
class CentreQuestion:
    """An asking: the entry `seq`, what for, by whom; `state` is asked, granted, denied or used; `by` who answered."""

    seq: int
    subject: Subject
    operator: str
    at_ms: int
    state: str = "asked"
    by: str = ""

    @property
    def stands(self) -> bool:
        return self.state == "granted"


def kept(store: Store, epoch: int) -> list[CentreQuestion]:
    """What was asked in this epoch, the oldest first, with the answers that the feed brought."""
    answers = {seq: (state, by) for of, seq, state, by in _answers(store.fact(ANSWERS)) if of == epoch}
    value = store.fact(FACT)
    found = None if value is None else loads_object(value)
    if found is None or found["epoch"] != epoch:
        return []
    asked = [CentreQuestion(seq, Subject(*subject), *more) for seq, subject, *more in found["asked"]]
    return [_answered(one, answers) for one in asked]


def fact(asked: list[CentreQuestion], epoch: int) -> PutFact:
    """What the counter keeps of its askings in `epoch`."""
    rows = [[a.seq, [*asdict(a.subject).values()], a.operator, a.at_ms, a.state, a.by] for a in asked[-KEPT:]]
    return PutFact(FACT, dumps({"epoch": epoch, "asked": rows}))


def _answered(asked: CentreQuestion, answers: Mapping[int, tuple[str, str]]) -> CentreQuestion:
    if asked.state != "asked" or asked.seq not in answers:
        return asked
    state, by = answers[asked.seq]
    return replace(asked, state=state, by=by)


def _answers(value: bytes | None) -> list[list[Any]]:
    return [] if value is None else list(loads_object(value)["answers"])


def heard(item: Mapping[str, Any], epoch: int, store: Store, arrived: PageEffects) -> None:
    """Add a feed item of one of `KINDS` to what arrived: an answer, or the counter's chain; `epoch` is the present one.

    Raises Forged, KeyError, TypeError.
    """
    if item["kind"] == CHAIN:
        arrived.changes.append(PutFact(CHAIN, f"{count(item['n'])} {str(item['tail'])[: links.CHARS]}".encode()))
        return
    of, seq, state = count(item["epoch"]), count(item["seq"]), item["state"]
    if state not in ("granted", "denied"):
        raise Forged("approval")
    if of != epoch:
        return
    newest = [change.value for change in arrived.changes if isinstance(change, PutFact) and change.name == ANSWERS]
    known = _answers(newest[-1] if newest else store.fact(ANSWERS))
    row = [of, seq, state, str(item["by"])[:LONGEST_NAME]]
    if row in known or all(one.seq != seq for one in kept(store, epoch)):
        return  # read again, or forgotten long ago
    arrived.changes.append(PutFact(ANSWERS, dumps({"answers": [*known, row][-KEPT:]})))
    if state == "granted":
        arrived.writings.append(Writing(EntryType.LOGIN, agreed(seq, "line", by=row[-1])))
    arrived.events.append(ApprovalsChanged())


def agreed(seq: int, way: str, **more: object) -> dict[str, Any]:
    """The body of the entry (type 5) that says the centre has agreed to what `seq` asked for."""
    return {"v": 1, "kind": "override", "what": "approval", "of": seq, "way": way, **more}
