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
from kiosk.model.facts import json_object, words
from kiosk.model.store_changes import PutFact
from kiosk.ports.facts import Facts
from kiosk.receiving.feed_documents import PageReading
from protocol.journal.people import Author
from protocol.journal.staff_entries import ApprovalGranted
from protocol.values import links
from protocol.values.telephone import What
from protocol.wire.feed_items import ApprovalItem, TelephoneItem

FACT: Final = json_object("approvals")
"""What was asked, as the counter writes it."""
ANSWERS: Final = json_object("approval_answers")
"""What the feed has answered, as the feed writes it."""
CHAIN: Final = words("telephone")
"""``<number of the chain> <its tail>``, as the feed brought it."""
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


def kept(store: Facts, epoch: int) -> list[CentreQuestion]:
    """What was asked in this epoch, the oldest first, with the answers that the feed brought."""
    answers = {seq: (state, by) for of, seq, state, by in _answers(store.fact(ANSWERS.name)) if of == epoch}
    found = FACT.kept(store)
    if found is None or found["epoch"] != epoch:
        return []
    asked = [CentreQuestion(seq, Subject(*subject), *more) for seq, subject, *more in found["asked"]]
    return [_answered(one, answers) for one in asked]


def fact(asked: list[CentreQuestion], epoch: int) -> PutFact:
    """What the counter keeps of its askings in `epoch`."""
    rows = [[a.seq, [*asdict(a.subject).values()], a.operator, a.at_ms, a.state, a.by] for a in asked[-KEPT:]]
    return FACT.put({"epoch": epoch, "asked": rows})


def _answered(asked: CentreQuestion, answers: Mapping[int, tuple[str, str]]) -> CentreQuestion:
    if asked.state != "asked" or asked.seq not in answers:
        return asked
    state, by = answers[asked.seq]
    return replace(asked, state=state, by=by)


def _answers(value: bytes | None) -> list[list[Any]]:
    return list((ANSWERS.read(value) or {"answers": []})["answers"])


def apply_chain(item: TelephoneItem, page: PageReading) -> None:
    """The counter's chain, in place of the one before."""
    page.changes.append(CHAIN.put((str(item.n), item.tail[: links.CHARS])))


def apply_answer(item: ApprovalItem, page: PageReading) -> None:
    """An answer to what was asked in the present epoch, which is the only one that still asks."""
    if item.epoch != page.epoch:
        return
    known = _answers(page.fact(ANSWERS.name))
    by = item.by[:LONGEST_NAME]
    row = [item.epoch, item.seq, item.state, by]
    if row in known or all(one.seq != item.seq for one in kept(page.store, page.epoch)):
        return  # read again, or forgotten long ago
    page.changes.append(ANSWERS.put({"answers": [*known, row][-KEPT:]}))
    if item.state == "granted":
        page.writings.append(Writing(ApprovalGranted(of=item.seq, way="line", by=by, author=Author())))
    page.events.append(ApprovalsChanged())
