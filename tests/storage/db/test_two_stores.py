"""The store in memory and the real one are told the same story, made up at random, and must answer alike."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model import store_changes
from kiosk.model.service_request import TRAY, Day, Decision, Draft, Movement, PrintJob, PrintState, Query
from kiosk.ports.store import Store
from protocol.errors import KioskError
from protocol.journal.acknowledgement import Ack
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolment, entry, print_job, sale
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import NOON_MS

STEPS = 120
NAMES = ("محمد أحمد", "أحمد عبد الله", "منى السيد", "عبدالرحمن أبو زيد", "Mona Said", "م ن")
TEXTS = (
    "", "محمد", "احمد", "عبد", "عبدالله", "الله", "م", "من", "mona", "SAID", "ابوزيد", "حم",
    "1", "12", "290010", "0100", "010012",
)  # fmt: skip
DATES = ("2026-11-25", "2026-11-26", "2026-11-27")
STATUSES = ("pending", "approved", "rejected", "sent_back")

Commit = tuple[list[store_changes.JournalAppend], list[store_changes.Change]]


class Story:
    """Makes one commit after another for a journal that stands where `store` says."""

    def __init__(self, seed: int, store: Store) -> None:
        self.chance = random.Random(seed)
        self.store = store
        self.ids: list[str] = []
        self.jobs: list[str] = []

    def next(self) -> Commit:
        kinds: list[Callable[[], Commit]] = [
            self.sell, self.sell, self.sell_again, self.plain, self.paper, self.copy, self.day, self.draft,
            self.document, self.ack, self.decision, self.fact, self.move,
        ]  # fmt: skip
        return self.chance.choice(kinds)()

    def seq(self) -> int:
        return self.chance.randint(0, self.store.journal.tail().chain.seq)

    def sell(self) -> Commit:
        chance = self.chance
        entries, changes, row = sale(
            self.store.journal.tail().chain, name=chance.choice(NAMES), date=chance.choice(DATES),
            day_number=chance.randint(1, 2),
            total_pt=chance.randrange(9999), national_id=f"290010{chance.randrange(10**8):08d}",
            mobile=f"0100{chance.randrange(10**7):07d}",
        )  # fmt: skip
        self.ids.append(row.id)
        self.jobs += [change.id for change in changes if isinstance(change, PrintJob)]
        return entries, changes

    def sell_again(self) -> Commit:
        known = self.chance.choice(self.ids) if self.ids else "new"
        entries, changes, _ = sale(self.store.journal.tail().chain, id=known)
        return entries, changes

    def plain(self) -> Commit:
        kind, money = self.chance.choice([(EntryType.LOGIN, None), (EntryType.CASH, 700), (EntryType.VOID, -300)])
        return [entry(self.store.journal.tail().chain, kind, money_pt=money)], []

    def move(self) -> Commit:
        chain = self.store.journal.tail().chain
        sold = self.store.requests.get(self.chance.choice(self.ids)) if self.ids else None
        of = sold if self.chance.random() < 0.7 else None
        made = entry(chain, EntryType.VOID, money_pt=-300)
        return [made], [
            Movement(
                    "void" if of else "deposit", chain.epoch, chain.seq + 1, self.chance.choice(DATES), NOON_MS, "op-1",
                    300, "r", of_epoch=of.epoch if of else 0, of_seq=of.seq if of else 0,
                    day_number=self.chance.randint(1, 2),
                )
        ]  # fmt: skip

    def paper(self) -> Commit:
        states = list(PrintState)
        job = self.chance.choice(self.jobs or ["none"])
        return [], [store_changes.SetPaper(job, tuple(self.chance.sample(states, 2)), self.chance.choice(states))]

    def copy(self) -> Commit:
        items = self.store.journal.unsent(max(0, self.seq() - 1), 1, 10**6)
        return [], [print_job(item.record, copy=self.chance.randrange(3)) for item in items]

    def day(self) -> Commit:
        date, number = self.chance.choice(DATES), self.chance.randint(1, 2)
        opening = Day(date, "op-1", 100, NOON_MS, self.seq(), number=number)
        return [], [
            opening if self.chance.random() < 0.5 else store_changes.CloseDay(DayKey(date, number), NOON_MS + 1)
        ]

    def draft(self) -> Commit:
        made = Draft(self.chance.choice("abc"), self.chance.choice(["op-1", "op-2"]), "s", 1, {"x": 1}, self.seq())
        return [], [made if self.chance.random() < 0.7 else store_changes.DropDraft(made.id)]

    def document(self) -> Commit:
        kind, version = self.chance.choice(["catalogue", "settings"]), self.chance.randrange(4)
        return [], [store_changes.PutDocument(kind, version, f"{kind}-{version}".encode())]

    def ack(self) -> Commit:
        chain, hwm = self.store.journal.tail().chain, self.seq()
        entry_hash = self.store.journal.hash_at(hwm)
        assert entry_hash is not None
        return [], [store_changes.PutAck(Ack(chain.device, chain.epoch, hwm, entry_hash, NOON_MS), b"w" * 140)]

    def decision(self) -> Commit:
        epoch, seq = self.store.journal.tail().chain.epoch, max(1, self.seq())
        said = Decision(epoch, seq, self.chance.choice(STATUSES), "c", "سبب", "reason", NOON_MS)
        return [], [said if self.chance.random() < 0.7 else store_changes.SeenDecision(epoch, seq)]

    def fact(self) -> Commit:
        name, number = self.chance.choice("xy"), self.chance.randrange(99)
        return [], [store_changes.PutFact(name, str(number).encode()), store_changes.PutCursor(number)]


def told(store: Store, commit: Commit, *, stale: bool) -> str:
    chain = store.journal.tail().chain
    try:
        store.commit(*commit, replace(chain, seq=chain.seq + 1) if stale else chain)
    except KioskError as error:
        return str(error)
    return "kept"


def everything(store: Store, story: Story) -> list[object]:
    answers: list[object] = [
        store.journal.tail(), store.journal.last_ack(), store.enrolment(), store.journal.statements(),
        store.requests.search(TRAY), store.days.open_day(), store.cursor(),
        store.print_jobs.in_states(list(PrintState)), store.journal.unsent(story.seq(), 3, 2000),
    ]  # fmt: skip
    answers += [list(store.journal.export(epoch)) for epoch in store.journal.statements()]
    keys = [DayKey(date, number) for date in DATES for number in (1, 2)]
    answers += [(store.days.day(key), store.requests.totals(key), store.days.movements(key)) for key in keys]
    answers += [store.days.openings(date) for date in DATES]
    answers += [store.days.last_closed(), store.days.newest(), *(store.days.reversal(1, seq) for seq in range(1, 9))]
    answers += [(store.drafts.of_operator(who), store.fact(name)) for who, name in (("op-1", "x"), ("op-2", "y"))]
    answers += [store.document(kind, version) for kind in ("catalogue", "settings") for version in (None, 0, 1, 2, 3)]
    answers += [store.requests.get(known) for known in story.ids]
    for text in TEXTS:
        query = Query(text, limit=5)
        parts: list[dict[str, Any]] = [
            {},
            {"date": DATES[0]},
            {"date": DATES[1], "day_number": 2},
            {"unsent_only": True},
        ]
        answers += [store.requests.search(replace(query, **part)) for part in parts]
    return answers


@pytest.mark.parametrize("seed", range(4))
def test_both_answer_alike(tmp_path: Path, seed: int) -> None:
    opened = enrolled_store.enrolled(tmp_path, FakeKeystore())
    real, memory = opened.store, FakeStore()
    memory.put_enrolment(enrolment())
    story = Story(seed, memory)
    results = set()
    for step in range(STEPS):
        commit, stale = story.next(), story.chance.random() < 0.05
        said = told(memory, commit, stale=stale)
        assert told(real, commit, stale=stale) == said
        results.add(said.partition("(")[0])
        if step == STEPS // 2:
            memory.put_enrolment(enrolment(2))
            real.put_enrolment(enrolment(2))
        if step % 20 == 19:
            state = story.chance.getstate()
            expected = everything(memory, story)
            story.chance.setstate(state)
            for found, wanted in zip(everything(real, story), expected, strict=True):
                assert found == wanted
    assert {"kept", "already_recorded"} <= results
    assert opened.check() == sum(len(list(real.journal.export(epoch))) for epoch in real.journal.statements())
    opened.close()
