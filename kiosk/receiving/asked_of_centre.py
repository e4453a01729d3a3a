"""What was asked of the centre and what it has answered, as the counter keeps both: few and short, for a day.

Two facts: what was asked is written by the counter alone and the answers by the feed alone, so that neither can undo
what the other has just written; they meet when they are read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from kiosk.core.events import ApprovalsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.facts import HoldsFacts, record, records, words
from kiosk.model.store_changes import PutFact
from kiosk.receiving.feed_documents import PageReading
from protocol.journal.people import Author
from protocol.journal.staff_entries import ApprovalGranted
from protocol.members import Signed
from protocol.values import links
from protocol.values.telephone import What
from protocol.wire.feed_items import ApprovalItem, TelephoneItem

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
    amount_pt: Signed = 0


@dataclass(frozen=True, slots=True)
class CentreQuestion:
    """An asking: the entry `seq`, what for, by whom, and how it stands; `by` is who answered."""

    seq: int
    subject: Subject
    operator: str
    at_ms: int
    state: Literal["asked", "granted", "denied", "used"] = "asked"
    by: str = ""

    @property
    def stands(self) -> bool:
        return self.state == "granted"


@dataclass(frozen=True, slots=True)
class CentreQuestions:
    """What was asked in an epoch."""

    epoch: int
    questions: tuple[CentreQuestion, ...]


FACT: Final = record("approvals", CentreQuestions)
"""What was asked, as the counter writes it."""
ANSWERS: Final = records("approval_answers", ApprovalItem)
"""What the feed has answered, as the feed writes it."""


def kept(store: HoldsFacts, epoch: int) -> list[CentreQuestion]:
    """What was asked in this epoch, the oldest first, with the answers that the feed brought."""
    answers = {one.seq: one for one in ANSWERS.kept(store) or () if one.epoch == epoch}
    found = FACT.kept(store)
    asked = found.questions if found is not None and found.epoch == epoch else ()
    return [_answered(one, answers.get(one.seq)) for one in asked]


def put(asked: list[CentreQuestion], epoch: int) -> PutFact:
    """What the counter keeps of its askings in `epoch`."""
    return FACT.put(CentreQuestions(epoch, tuple(asked[-KEPT:])))


def _answered(asked: CentreQuestion, answer: ApprovalItem | None) -> CentreQuestion:
    if answer is None or asked.state != "asked":
        return asked
    return replace(asked, state=answer.state, by=answer.by)


def apply_chain(item: TelephoneItem, page: PageReading) -> None:
    """The counter's chain, in place of the one before."""
    page.changes.append(CHAIN.put((str(item.n), item.tail[: links.CHARS])))


def apply_answer(item: ApprovalItem, page: PageReading) -> None:
    """An answer to what was asked in the present epoch, which is the only one that still asks."""
    if item.epoch != page.epoch:
        return
    known, answer = page.fact(ANSWERS) or (), replace(item, by=item.by[:LONGEST_NAME], at_ms=0)
    if answer in known or all(one.seq != item.seq for one in kept(page.store, page.epoch)):
        return  # read again, or forgotten long ago
    page.changes.append(ANSWERS.put([*known, answer][-KEPT:]))
    if item.state == "granted":
        page.writings.append(Writing(ApprovalGranted(of=item.seq, way="line", by=answer.by, author=Author())))
    page.events.append(ApprovalsChanged())
