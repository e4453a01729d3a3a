"""What one person may not do alone: another one agrees with a PIN of his own, or the centre in place of him.

The centre is asked in the journal and answers by the feed or by telephone.

Asking is an entry of type 5 that goes up like any other, so nothing waits for a line: the act stands where it was until
somebody comes back to it. An answer that arrives is an entry too, and the act names the entry that asked (`approval`).
An answer is good for one act, that very one, within a day of the asking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SyncChanged
from kiosk.core.offline_limits import EXTENSION_MS
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.facts import EXTENDED_UNTIL_MS, words
from kiosk.model.store_changes import Change, PutFact
from kiosk.receiving import asked_of_centre as keeping
from kiosk.receiving.asked_of_centre import CHAIN, CentreQuestion, Subject
from kiosk.staff.pins import TELEPHONE, PinGuesses
from kiosk.staff.sign_in import Login, StaffSession
from protocol.clock import HOUR_MS
from protocol.errors import Refused
from protocol.journal.entries import LimitExtension
from protocol.journal.kj01 import Record
from protocol.journal.people import Agreement, Author
from protocol.journal.staff_entries import ApprovalAsked, ApprovalGranted, CodeFailed, LimitsWidened
from protocol.texts import say
from protocol.values import links
from protocol.values.telephone import ApprovedFacts, CodeChain


@dataclass(frozen=True, slots=True)
class Approver:
    """Who agrees: a second person with a PIN, the citizen's own paper (`paper`: what was scanned), the centre
    (`approval`: the entry that asked it), or nobody yet.

    `waits`: nobody who may agree is here, and the centre is told so. `asks_centre`: it is to be asked first.
    """

    operator: str = ""
    pin: str = ""
    paper: str = ""
    waits: bool = False
    approval: int = 0
    asks_centre: bool = False


NOBODY = Approver()


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who has agreed: `agreement` says it in the entry of the act, `changes` (asked in the commit) are written with it.

    `operator` is the id of a person of the shop, "" where the centre agreed.
    """

    agreement: Agreement
    operator: str
    name: str
    changes: Callable[[], list[Change]] = list
    """To be asked in the journal's turn."""


NOBODY_ELSE: Final = Agreed(Agreement(), "", "")
"""It was not asked for, or it waits."""


def by_second_person(people: StaffSession, login: Login, approver: Approver) -> Agreed:
    """The second person, one of the two being a supervisor.

    Raises Refused: supervisor_needed, second_same, and as `StaffSession.vouch`.
    """
    if not approver.operator:
        raise Refused("supervisor_needed")
    other = people.vouch(approver.operator, approver.pin)
    if "supervisor" not in (login.operator.role, other.operator.role):
        raise Refused("supervisor_needed")
    who = other.operator
    return Agreed(Agreement(who.id, other.seq), who.id, who.name.ar)


USED: Final = words("telephone_used")
"""``<number of the chain> <the last link that was taken>``."""
VALID_MS: Final = 24 * HOUR_MS
EXTENSION: Final = Subject("extension")


class CentreApprovals:
    """Asking the centre, hearing its answer, and using it once."""

    def __init__(self, context: CounterContext, people: StaffSession) -> None:
        self._context = context
        self._people = people
        self._guesses = PinGuesses(context)

    # ---- asking

    def ask(self, subject: Subject) -> CentreQuestion:
        """Ask for this act; what was asked for it within a day and is not used up is answered instead."""
        author = self._author(subject)
        with self._context.journal.turn():
            before = self.latest(subject)
            if before is not None and before.state in ("asked", "granted"):
                return before
            asked = ApprovalAsked(
                author=author, what=subject.what, of=subject.of, of_epoch=subject.epoch, amount_pt=subject.amount_pt
            )
            at_ms = self._now_ms()

            def question(record: Record) -> CentreQuestion:
                return CentreQuestion(record.fields.seq, subject, author.op or "", at_ms)

            def changes(record: Record) -> list[Change]:
                return [keeping.put([*self._kept(), question(record)], self._epoch())]

            return question(self._context.journal.append(asked, changes))

    def latest(self, subject: Subject) -> CentreQuestion | None:
        """What was asked for this act last, within a day."""
        return next((one for one in reversed(self._kept()) if one.subject == subject and self._fresh(one)), None)

    def at(self, seq: int) -> CentreQuestion:
        """How it stands. Raises Refused: approval_unknown, approval_old."""
        found = next((one for one in self._kept() if one.seq == seq), None)
        if found is None:
            raise Refused("approval_unknown")
        if not self._fresh(found):
            raise Refused("approval_old")
        return found

    def facts(self, asked: CentreQuestion) -> ApprovedFacts:
        """What is read out to the centre."""
        statement, subject = self._context.in_force.statement(), asked.subject
        return ApprovedFacts(
            statement.device_text, statement.epoch, asked.seq, subject.what, subject.of, subject.amount_pt
        )  # fmt: skip

    def by_telephone(self) -> bool:
        """Whether the centre has given this counter a chain."""
        return self._chain() is not None

    # ---- the answer by telephone

    def tell(self, seq: int, code: str) -> CentreQuestion:
        """The code that the centre has read out for it.

        Raises as `at`, and Refused: telephone_none, code_length, code_letter, code_check (heard wrong), code_wait,
        approval_wrong (not a code for this act).
        """
        known = self._chain()
        if known is None:
            raise Refused("telephone_none")
        with self._context.journal.turn():
            asked = self.at(seq)
            author = self._author(asked.subject)
            if asked.state in ("granted", "used"):
                return asked
            link = known.link(code, self.facts(asked))
            self._guesses.count(TELEPHONE)
            if not links.follows(link, self._newest(known), known.name):
                self._context.journal.append(CodeFailed(author=author, of=seq))
                raise Refused("approval_wrong")
            granted = replace(asked, state="granted")
            used = USED.put((str(known.n), link))
            self._context.journal.append(
                ApprovalGranted(of=seq, way="telephone", author=author),
                [self._with(granted), used, self._guesses.forgiven(TELEPHONE)],
            )
        return granted

    def _chain(self) -> CodeChain | None:
        value = CHAIN.kept(self._context.store)
        if value is None:
            return None
        n, tail = value
        return CodeChain(self._context.in_force.statement().device_text, int(n), tail)

    def _newest(self, known: CodeChain) -> str:
        """The link taken last, else the tail: an older one leads to neither."""
        n, link = USED.kept(self._context.store) or ("", "")
        return link if n == str(known.n) else known.tail

    # ---- using it

    def agreed(self, seq: int, subject: Subject) -> Agreed:
        """The centre in place of a second person, for this act and once.

        Raises as `at`, and Refused: approval_other (it was asked for something else), approval_used,
        approval_denied, approval_waits.
        """
        self._standing(seq, subject)

        def used() -> list[Change]:
            return [self._with(replace(self._standing(seq, subject), state="used"))]

        return Agreed(Agreement(approval=seq), "", say("ar", "approval.centre"), used)

    def extend(self, seq: int) -> int:
        """Wider limits for a day from now, as the centre agrees. Answers until when (ms). Raises as `agreed`."""
        author, agreed = self._author(EXTENSION), self.agreed(seq, EXTENSION)
        until_ms = self._context.trusted_time.lent_ms() + EXTENSION_MS
        body = LimitExtension(author=author, agreement=agreed.agreement, until_ms=until_ms)
        until = EXTENDED_UNTIL_MS.put(until_ms)
        self._context.journal.append(body, lambda _record: [until, *agreed.changes()])
        self._context.events.publish(SyncChanged())
        return until_ms

    def limits_subject(self) -> Subject:
        """What the centre is asked to agree to for whoever works now."""
        return Subject("limits", self._people.working(finishing=True).seq, self._epoch())

    def approve_limits(self, seq: int) -> None:
        """The centre in place of a supervisor for what this login does next. Raises as `agreed`."""
        login = self._people.working(finishing=True)
        agreed = self.agreed(seq, self.limits_subject())
        body = LimitsWidened(author=login.author, of=login.seq, approval=seq)
        self._context.journal.append(body, lambda _record: agreed.changes())
        self._people.now_supervised(login)

    def _standing(self, seq: int, subject: Subject) -> CentreQuestion:
        asked = self.at(seq)
        if asked.subject != subject:
            raise Refused("approval_other")
        if not asked.stands:
            raise Refused({"used": "approval_used", "denied": "approval_denied"}.get(asked.state, "approval_waits"))
        return asked

    def _author(self, subject: Subject) -> Author:
        """Who asks. For wider limits also whoever stands before a screen that the lapsed lease has locked."""
        return self._people.anybody() if subject == EXTENSION else self._people.working(finishing=True).author

    # ---- how it is kept

    def _epoch(self) -> int:
        return self._context.in_force.statement().epoch

    def _now_ms(self) -> int:
        return self._context.trusted_time.now_ms()

    def _fresh(self, asked: CentreQuestion) -> bool:
        """Not of a day that is over, nor of one that is still to come: that clock has been put back since."""
        return asked.at_ms - SLACK_MS <= self._now_ms() <= asked.at_ms + VALID_MS

    def _kept(self) -> list[CentreQuestion]:
        return keeping.kept(self._context.store, self._epoch())

    def _with(self, changed: CentreQuestion) -> PutFact:
        rows = [changed if one.seq == changed.seq else one for one in self._kept()]
        return keeping.put(rows, self._epoch())
