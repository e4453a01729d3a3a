"""The store in memory. tests/storage/db/test_contract.py runs the same tests on it and on the real one."""

from __future__ import annotations

import copy
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from kiosk.model import store_changes
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.evidence_file import Evidence, RecordedEvidence, State
from kiosk.model.service_request import (
    TRAY,
    WAITED_FOR,
    Day,
    DayTotals,
    Decision,
    Draft,
    Movement,
    PrintJob,
    PrintState,
    Query,
    Request,
)
from kiosk.ports.store import Attempts, LeftBehind, Moment, Pin, Store, Tail
from protocol.errors import Corrupt, KioskError, Refused
from protocol.journal import kj01
from protocol.journal.acknowledgement import Ack
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Chain
from protocol.journal.personal import FRAME_HEAD, Item
from protocol.strict_json import dumps_readable
from protocol.wire.enrolment import Enrolment, read_statement
from tests.harness.fakes.search_reference import text_matches

Key = tuple[int, int]  # epoch, seq
REJECTED = {"rejected", "sent_back"}


@dataclass
class _State:
    enrolments: dict[int, Enrolment] = field(default_factory=dict)
    entries: dict[Key, store_changes.JournalAppend] = field(default_factory=dict)
    requests: dict[Key, Request] = field(default_factory=dict)
    jobs: dict[str, PrintJob] = field(default_factory=dict)
    days: dict[DayKey, Day] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    documents: dict[str, dict[int, bytes]] = field(default_factory=dict)
    pins: dict[str, Pin] = field(default_factory=dict)
    attempts: dict[str, Attempts] = field(default_factory=dict)
    acks: dict[int, tuple[Ack, bytes]] = field(default_factory=dict)
    decisions: dict[Key, Decision] = field(default_factory=dict)
    seen: set[Key] = field(default_factory=set)
    told: set[Key] = field(default_factory=set)
    outputs: dict[Key, tuple[int, int | None, str]] = field(default_factory=dict)
    facts: dict[str, bytes] = field(default_factory=dict)
    movements: dict[Key, Movement] = field(default_factory=dict)
    ready: dict[Key, int] = field(default_factory=dict)
    elsewhere: dict[Key, store_changes.PutElsewhere] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    named: dict[Key, str] = field(default_factory=dict)
    cursor: int = 0


class FakeStore:
    """`kiosk.ports.store.Store`; `fail_next` is raised by the next commit, with nothing written."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._s = _State()
        self.fail_next: KioskError | None = None

    # ---- all readers are this one

    @property
    def journal(self) -> FakeStore:
        return self

    requests = drafts = days = print_jobs = evidence = journal

    # ---- writing

    def commit(
        self,
        entries: Sequence[store_changes.JournalAppend],
        changes: Sequence[store_changes.Change],
        after: Chain | None = None,
    ) -> None:
        with self._lock:
            if self.fail_next is not None:
                error, self.fail_next = self.fail_next, None
                raise error
            before = self._s
            self._s = copy.copy(before)
            for name in _State.__dataclass_fields__:
                setattr(self._s, name, copy.copy(getattr(before, name)))
            try:
                self._apply(entries, changes, after)
            except BaseException:
                self._s = before
                raise

    def _apply(
        self,
        entries: Sequence[store_changes.JournalAppend],
        changes: Sequence[store_changes.Change],
        after: Chain | None,
    ) -> None:
        for change in changes:
            if isinstance(change, Request):
                known = self.get(change.id)
                if known is not None:
                    raise Refused("already_recorded", seq=known.seq)
        if entries:
            chain = self.tail().chain
            if after != chain:
                raise Corrupt("journal_moved", found=chain.seq, want=after.seq if after else None)
            for entry in entries:
                chain = kj01.check_link(entry.record, chain)
                self._s.entries[chain.epoch, chain.seq] = entry
        for change in changes:
            getattr(self, f"_{type(change).__name__}")(change)

    def _Request(self, c: Request) -> None:
        self._s.requests[c.epoch, c.seq] = c

    def _PrintJob(self, c: PrintJob) -> None:
        c.content.pack()
        self._s.jobs[c.id] = c

    def _SetPaper(self, c: store_changes.SetPaper) -> None:
        job = self._s.jobs.get(c.job_id)
        if job is not None and job.state in c.before:
            self._s.jobs[c.job_id] = replace(job, state=c.after)

    def _Day(self, c: Day) -> None:
        for day in self._s.days.values():
            if day.closed_ms is None or day.key == c.key:
                raise Refused("day_exists", date=day.key.label)
        self._s.days[c.key] = c

    def _CloseDay(self, c: store_changes.CloseDay) -> None:
        day = self._s.days.get(c.day)
        if day is None or day.closed_ms is not None:
            raise Refused("day_not_open", date=c.day.label)
        self._s.days[c.day] = replace(
            day, closed_ms=c.closed_ms, closed_seq=c.closed_seq, expected_pt=c.expected_pt, counted_pt=c.counted_pt,
            grand_total_pt=c.grand_total_pt,
        )  # fmt: skip

    def _Movement(self, c: Movement) -> None:
        of = c.of_epoch, c.of_seq
        if c.of_seq and self.reversal(*of, c.of_device) is not None:
            raise Refused("already_reversed", seq=c.of_seq)
        paying = None if c.of_device else self._s.elsewhere.get(of)
        if paying is not None:
            raise Refused("refund_held" if paying.state == "held" else "refund_done", by=paying.till)
        self._s.movements[c.epoch, c.seq] = c

    def _Draft(self, c: Draft) -> None:
        if self.get(c.id) is None:
            dumps_readable(c.raw)
            self._s.drafts[c.id] = c

    def _DropDraft(self, c: store_changes.DropDraft) -> None:
        self._s.drafts.pop(c.draft_id, None)

    def _DropOldDrafts(self, c: store_changes.DropOldDrafts) -> None:
        self._s.drafts = {name: draft for name, draft in self._s.drafts.items() if draft.updated_ms >= c.before_ms}

    def _PutDocument(self, c: store_changes.PutDocument) -> None:
        kept = dict(self._s.documents.get(c.kind, {})) if c.kind == "catalogue" else {}
        kept.pop(c.version, None)
        self._s.documents[c.kind] = {**kept, c.version: c.envelope}

    def _PutPin(self, c: store_changes.PutPin) -> None:
        self._s.pins[c.operator] = Pin(c.verifier, c.activation)

    def _PutAttempts(self, c: store_changes.PutAttempts) -> None:
        self._s.attempts[c.operator] = Attempts(c.failed, c.last_wall_ms, c.last_mono_ms, c.boot_id)

    def _PutAck(self, c: store_changes.PutAck) -> None:
        self._s.acks[c.ack.epoch] = (c.ack, c.wire)

    def _PutCursor(self, c: store_changes.PutCursor) -> None:
        self._s.cursor = c.after

    def _Decision(self, c: Decision) -> None:
        key = c.epoch, c.seq
        if self._s.decisions.get(key) != c:
            self._s.decisions[key] = c
            self._s.seen.discard(key)
            self._s.told.discard(key)
            self._s.ready.pop(key, None)

    def _DecisionReady(self, c: store_changes.DecisionReady) -> None:
        key = c.epoch, c.seq
        if key in self._s.decisions and self._s.ready.get(key, 0) < c.at_ms:
            self._s.ready[key] = c.at_ms
            self._s.told.discard(key)

    def _SeenDecision(self, c: store_changes.SeenDecision) -> None:
        if (c.epoch, c.seq) in self._s.decisions:
            self._s.seen.add((c.epoch, c.seq))

    def _PutElsewhere(self, c: store_changes.PutElsewhere) -> None:
        key = c.epoch, c.seq
        known = self._s.elsewhere.get(key)
        if c.state == "refunded" and key in self._s.decisions:
            self._s.seen.add(key)
        if known is not None and known.state == "refunded":
            return
        self._s.elsewhere[key] = c
        if c.state == "free":
            del self._s.elsewhere[key]

    def _CitizenInformed(self, c: store_changes.CitizenInformed) -> None:
        if (c.epoch, c.seq) in self._s.decisions:
            self._s.told.add((c.epoch, c.seq))

    def _OutputArrived(self, c: store_changes.OutputArrived) -> None:
        if (c.epoch, c.seq) in self._s.outputs:
            raise Refused("already_arrived")
        self._s.outputs[c.epoch, c.seq] = (c.at_ms, None, "")

    def _HandedOver(self, c: store_changes.HandedOver) -> None:
        arrived_ms, handed_ms, _ = self._s.outputs.get((c.epoch, c.seq), (0, 0, ""))
        if handed_ms is not None:
            raise Refused("not_to_hand")
        self._s.outputs[c.epoch, c.seq] = (arrived_ms, c.at_ms, c.to)

    def _Erase(self, c: store_changes.Erase) -> None:
        key = c.epoch, c.seq
        self._s.entries[key] = replace(self._s.entries[key], frame=None)
        self._s.named.pop(key, None)
        if key in self._s.requests:
            self._DropEvidence(store_changes.DropEvidence(self._s.requests[key].id))
            self._s.requests[key] = replace(self._s.requests[key], name="", national_id="", mobile="")
        if key in self._s.outputs:
            self._s.outputs[key] = (*self._s.outputs[key][:2], "")
        first = (c.epoch, c.seq - self._s.requests[key].line + 1) if key in self._s.requests else key
        for job in list(self._s.jobs.values()):
            if isinstance(job.content, Receipt) and (job.epoch, job.seq) == first:
                self._s.jobs[job.id] = replace(job, content=replace(job.content, name="", national_id=""))
            elif not isinstance(job.content, Receipt) and (job.epoch, job.seq) == key:
                del self._s.jobs[job.id]

    def _NameEntry(self, c: store_changes.NameEntry) -> None:
        self._s.named[c.epoch, c.seq] = c.national_id

    def _DropLoosePapers(self, c: store_changes.DropLoosePapers) -> None:
        for job in list(self._s.jobs.values()):
            if job.seq == 0 and job.created_ms < c.before_ms and job.state not in WAITED_FOR:
                del self._s.jobs[job.id]

    def _Evidence(self, c: Evidence) -> None:
        self._s.evidence = [*self._s.evidence, c]

    def _DropEvidence(self, c: store_changes.DropEvidence) -> None:
        def goes(e: Evidence) -> bool:
            return e.request == c.request and c.file in (None, e.file)

        self._s.evidence = [e for e in self._s.evidence if not goes(e)]

    def _SetEvidence(self, c: store_changes.SetEvidence) -> None:
        of = self._s.requests.get((c.epoch, c.seq))
        self._s.evidence = [
            replace(e, state=c.state) if of is not None and (e.request, e.sha256) == (of.id, c.sha256) else e
            for e in self._s.evidence
        ]

    def _UnstoreEvidence(self, _c: store_changes.UnstoreEvidence) -> None:
        self._s.evidence = [replace(e, state="") for e in self._s.evidence]

    def _PutFact(self, c: store_changes.PutFact) -> None:
        self._s.facts[c.name] = c.value

    def put_enrolment(self, enrolment: Enrolment) -> None:
        with self._lock:
            statement = read_statement(enrolment.statement)
            epoch, latest = statement.epoch, max(self._s.enrolments, default=-1)
            if epoch <= latest:
                raise Refused("epoch_used", found=epoch, latest=latest)
            before = self._s.enrolments.get(latest)
            if before is not None and read_statement(before.statement).shop != statement.shop:
                of_shop = {"settings", "operators"}
                self._s.documents = {kind: kept for kind, kept in self._s.documents.items() if kind not in of_shop}
            self._s.cursor = 0
            self._s.enrolments = {**self._s.enrolments, epoch: enrolment}

    # ---- the journal

    def enrolment(self) -> Enrolment | None:
        return self._s.enrolments[max(self._s.enrolments)] if self._s.enrolments else None

    def tail(self) -> Tail:
        state, enrolment = self._s, self.enrolment()
        if enrolment is None:
            raise Refused("not_enrolled")
        statement = read_statement(enrolment.statement)
        epoch = statement.epoch
        seq = max((s for e, s in state.entries if e == epoch), default=0)
        entry_hash = state.entries[epoch, seq].record.hash if seq else kj01.genesis(enrolment.statement)
        hwm = state.acks[epoch][0].hwm if epoch in state.acks else 0
        money = [(s, x) for (e, s), x in sorted(state.entries.items()) if e == epoch and x.money_pt is not None]
        acked = [x.money_pt or 0 for s, x in money if s <= hwm]
        oldest = next((x.record.fields.wall_ms for s, x in money if s > hwm), None)
        chain, total = Chain(statement.device, epoch, seq, entry_hash), sum(x.money_pt or 0 for _, x in money)
        return Tail(chain, hwm, len(money), total, len(acked), sum(acked), oldest)

    def _epoch(self) -> int:
        return max(self._s.enrolments, default=-1)

    def left_behind(self) -> list[LeftBehind]:
        found = []
        for epoch, statement in list(self.statements().items())[:-1]:
            mine = {s: x for (e, s), x in self._s.entries.items() if e == epoch}
            hwm = self._s.acks[epoch][0].hwm if epoch in self._s.acks else 0
            money = sum(s > hwm and x.money_pt is not None for s, x in mine.items())
            if max(mine, default=0) > hwm:
                found.append(LeftBehind(statement, max(mine), hwm, money))
        return found

    def hash_at(self, seq: int, epoch: int | None = None) -> bytes | None:
        epoch = self._epoch() if epoch is None else epoch
        if seq == 0:
            enrolment = self._s.enrolments.get(epoch)
            return None if enrolment is None else kj01.genesis(enrolment.statement)
        entry = self._s.entries.get((epoch, seq))
        return None if entry is None else entry.record.hash

    def sum_at(self, seq: int) -> int:
        mine = {s: x for (e, s), x in self._s.entries.items() if e == self._epoch()}
        return sum(x.money_pt or 0 for s, x in mine.items() if s <= seq) if seq in mine else 0

    def last_ack(self, epoch: int | None = None) -> tuple[Ack, bytes] | None:
        return self._s.acks.get(self._epoch() if epoch is None else epoch)

    def unsent(self, after: int, count: int, max_bytes: int, epoch: int | None = None) -> list[Item]:
        items: list[Item] = []
        size = 0
        epoch = self._epoch() if epoch is None else epoch
        for item in [x for x in self.export(epoch) if x.record.fields.seq > after][:count]:
            size += len(item.record.pack()) + (0 if item.frame is None else FRAME_HEAD.size + len(item.frame))
            if items and size > max_bytes:
                break
            items.append(item)
        return items

    def export(self, epoch: int) -> Iterator[Item]:
        for (e, _), entry in sorted(self._s.entries.items(), key=lambda pair: pair[0]):
            if e == epoch:
                yield Item(entry.record, entry.frame)

    def statements(self) -> dict[int, bytes]:
        return {epoch: enrolment.statement for epoch, enrolment in sorted(self._s.enrolments.items())}

    def frame(self, epoch: int, seq: int) -> bytes | None:
        entry = self._s.entries.get((epoch, seq))
        return None if entry is None else entry.frame

    # ---- requests

    def _shown(self, r: Request) -> Request:
        jobs = self.of_entry(r.epoch, r.seq - r.line + 1)
        hwm = self._s.acks[r.epoch][0].hwm if r.epoch in self._s.acks else 0
        key = r.epoch, r.seq
        arrived_ms, handed_ms, handed_to = self._s.outputs.get(key, (None, None, ""))
        paying = self._s.elsewhere.get(key)
        return replace(
            r, seen=key in self._s.seen, told=key in self._s.told, ready_ms=self._s.ready.get(key, 0),
            arrived_ms=arrived_ms, handed_ms=handed_ms,
            handed_to=handed_to, sent=r.seq <= hwm, decision=self._s.decisions.get((r.epoch, r.seq)),
            paper=next((job.state for job in reversed(jobs) if job.copy == 0), None),
            copies=sum(job.copy > 0 for job in jobs), reversed=self._reversed(r),
            elsewhere="" if paying is None or paying.state == "free" else paying.state,
            elsewhere_by=0 if paying is None else paying.till,
        )  # fmt: skip

    def _reversed(self, r: Request) -> Literal["", "void", "refund"]:
        found = self.reversal(r.epoch, r.seq)
        return found.kind if found is not None and found.kind in ("void", "refund") else ""

    def _newest(self) -> list[Request]:
        return [self._shown(r) for _, r in sorted(self._s.requests.items(), key=lambda pair: pair[0], reverse=True)]

    def get(self, request_id: str) -> Request | None:
        return next((self._shown(r) for r in self._s.requests.values() if r.id == request_id), None)

    def at(self, seq: int) -> Request | None:
        found = self._s.requests.get((self._epoch(), seq))
        return None if found is None else self._shown(found)

    def search(self, query: Query) -> list[Request]:
        found = [r for r in self._newest() if self._matches(r, query)]
        return found if query.limit < 0 else found[: query.limit]

    def _matches(self, r: Request, query: Query) -> bool:
        return (
            (query.date is None or r.date == query.date)
            and query.day_number in (0, r.day_number)
            and (not query.unsent_only or not r.sent)
            and query.operator in ("", r.operator)
            and query.service in ("", r.service_id)
            and (not query.state or query.state in self._states(r))
            and text_matches(r, read_statement(self._s.enrolments[r.epoch].statement), query.text)
        )

    @staticmethod
    def _states(r: Request) -> set[str]:
        """Every state a list can be narrowed to that this request is in."""
        status = r.decision.status if r.decision else "pending"
        decided = status != "pending"
        found = {status, r.reversed, "sent" if r.sent else "unsent"}
        found |= {"refund"} if r.elsewhere == "refunded" else set()
        found |= {"waiting"} if r.sent and not decided and not r.reversed else set()
        found |= {"tell"} if decided and not r.told else set()
        found |= {"came_back"} if status in REJECTED and not r.seen and not r.reversed else set()
        return found | ({"unclaimed"} if r.arrived_ms is not None and r.handed_ms is None else set())

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]:
        wanted = (national_id, service_id, date)
        return [r for r in self._newest() if (r.national_id, r.service_id, r.date) == wanted]

    def totals(self, key: DayKey) -> DayTotals:
        found = [r for r in self._newest() if (r.date, r.day_number) == key]
        return DayTotals(len(found), sum(r.total_pt for r in found), sum(not r.sent for r in found))

    def used(self, since: str, before: str) -> list[str]:
        counts = Counter(r.service_id for r in self._newest() if since <= r.date < before)
        return sorted(counts, key=lambda service: (-counts[service], service))

    def rejected_count(self) -> int:
        return len(self.search(replace(TRAY, limit=-1)))

    # ---- the rest

    def open_day(self) -> Day | None:
        return next((day for day in self._s.days.values() if day.closed_ms is None), None)

    def day(self, key: DayKey) -> Day | None:
        return self._s.days.get(key)

    def openings(self, date: str) -> int:
        return max((day.number for day in self._s.days.values() if day.date == date), default=0)

    def last_closed(self) -> Day | None:
        closed = [day for day in self._s.days.values() if day.closed_ms is not None]
        return max(closed, key=lambda day: (day.grand_total_pt, day.closed_ms, day.key), default=None)

    def newest(self, limit: int = 400) -> list[Day]:
        return sorted(self._s.days.values(), key=lambda day: day.key, reverse=True)[:limit]

    def movements(self, key: DayKey) -> list[Movement]:
        found = sorted(self._s.movements.items(), key=lambda pair: pair[0])
        return [m for _, m in found if (m.date, m.day_number) == key]

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        of = (device, epoch, seq)
        mine = (m for m in self._s.movements.values() if m.of_seq)
        return next((m for m in mine if (m.of_device, m.of_epoch, m.of_seq) == of), None)

    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        found = [job for job in self._s.jobs.values() if job.state in states]
        return found if limit < 0 else found[:limit]

    def job(self, job_id: str) -> PrintJob | None:
        return self._s.jobs.get(job_id)

    def of_entry(self, epoch: int, seq: int) -> list[PrintJob]:
        return [job for job in self._s.jobs.values() if (job.epoch, job.seq) == (epoch, seq)]

    def receipt(self, epoch: int, seq: int) -> Receipt | None:
        return next((job.content for job in self.of_entry(epoch, seq) if isinstance(job.content, Receipt)), None)

    def of_operator(self, operator: str) -> list[Draft]:
        mine = [draft for draft in self._s.drafts.values() if draft.operator == operator]
        return sorted(mine, key=lambda draft: (draft.updated_ms, draft.id), reverse=True)

    def every(self) -> list[Draft]:
        return [
            draft for operator in {d.operator for d in self._s.drafts.values()} for draft in self.of_operator(operator)
        ]

    def named(self, national_id: str) -> list[tuple[int, int]]:
        return sorted(key for key, of in self._s.named.items() if of == national_id)

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        kept = self._s.documents.get(kind, {})
        return next(reversed(kept.values()), None) if version is None else kept.get(version)

    def pin(self, operator: str) -> Pin | None:
        return self._s.pins.get(operator)

    def attempts(self, operator: str) -> Attempts | None:
        return self._s.attempts.get(operator)

    def of_request(self, request_id: str) -> list[Evidence]:
        return [e for e in self._s.evidence if e.request == request_id]

    def in_state(self, state: State, limit: int) -> list[RecordedEvidence]:
        rows = reversed(self._newest())
        found = [
            RecordedEvidence(e, r.epoch, r.seq)
            for r in rows
            if r.sent
            for e in self.of_request(r.id)
            if e.state == state
        ]
        return found[:limit]

    def newest_held(self) -> RecordedEvidence | None:
        held = [
            RecordedEvidence(e, r.epoch, r.seq)
            for r in self._newest()
            for e in reversed(self.of_request(r.id))
            if e.state
        ]
        return held[0] if held else None

    def astray(self, before_ms: int) -> list[Evidence]:
        known = {r.id for r in self._s.requests.values()} | set(self._s.drafts)
        return [e for e in self._s.evidence if e.taken_ms < before_ms and e.request not in known]

    def files(self) -> set[str]:
        return {e.file for e in self._s.evidence}

    def cursor(self) -> int:
        return self._s.cursor

    def moment(self) -> Moment:
        with self._lock:
            return Moment(self.open_day(), self.facts(), self.tail())

    def facts(self) -> dict[str, bytes]:
        return dict(self._s.facts)

    def fact(self, name: str) -> bytes | None:
        return self._s.facts.get(name)

    def close(self) -> None:
        return None


if TYPE_CHECKING:

    def _keeps_the_contract(store: FakeStore) -> Store:
        return store
