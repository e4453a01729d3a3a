"""The papers to come: a queue in the database, so that a jam never blocks a sale and no job is lost.

States: waiting → sending → printed | uncertain | failed | cancelled. A job found *sending* at
start, or one that broke after its first byte, is *uncertain*: only a person can say whether the paper came
out. No → the same job again; yes → printed. Any later paper is copy n, and journalled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import PrintJobsChanged, RequestsChanged, SessionChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.facts import PRINTER
from kiosk.model.paper_sheet import Content, Sheet
from kiosk.model.service_request import PrintJob, PrintState, Request
from kiosk.model.store_changes import SetPaper
from kiosk.ports.world import Printer, PrinterBroke, Renderer
from kiosk.printing.printer_choice import PrinterChoice, parse_choice
from kiosk.printing.receipt_sheet import receipt_sheet
from kiosk.staff.sign_in import StaffSession
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import CopyPrinted
from protocol.journal.people import Agreement, Author

_BRINGS_PAPER: Final = RequestsChanged | SessionChanged
ECHO_MS: Final = 500
"""A copy asked for sooner than this after the last press for the same paper is that press, heard twice."""
UNFINISHED: Final = (PrintState.WAITING, PrintState.SENDING, PrintState.UNCERTAIN, PrintState.FAILED)


class PrintQueue:
    """The queue of papers to print. One worker calls `print_next`; any thread may call the rest.

    People and the worker change the state of the same papers, each seeing what the other did: one class, not three.
    """

    def __init__(self, context: CounterContext, people: StaffSession) -> None:
        self._context = context
        self._milestones = context.world.milestones
        self.clock = context.world.clock
        self._people = people
        self._wake: Callable[[], None] = lambda: None
        self._one_at_a_time = threading.Lock()
        self._use: Callable[[PrinterChoice], None] = lambda _choice: None
        self._asked_for = ""
        self._pressed = ("", 0)
        self._in_hand = ""
        self.trouble: Unavailable | None = None

    def on_work(self, wake: Callable[[], None]) -> None:
        """Tell `wake` whenever a job may be waiting; a sale brings its paper with it and says only that it is there."""
        self._wake = wake
        self._context.events.subscribe(lambda event: wake() if isinstance(event, _BRINGS_PAPER) else None)

    def recover(self) -> list[PrintJob]:
        """At start: what was being sent when the power went is uncertain. Returns all unfinished jobs."""
        for job in self._context.store.print_jobs.in_states([PrintState.SENDING]):
            self._move(job.id, (PrintState.SENDING,), PrintState.UNCERTAIN)
        return self.jobs()

    def jobs(self, states: Sequence[PrintState] = UNFINISHED, limit: int = -1) -> list[PrintJob]:
        """Papers that have not come out, oldest first."""
        return self._context.store.print_jobs.in_states(states, limit)

    def of(self, request: Request) -> list[PrintJob]:
        """Every paper of a request, oldest first."""
        return self._context.store.print_jobs.of_entry(request.epoch, request.seq)

    def job(self, job_id: str) -> PrintJob | None:
        return self._context.store.print_jobs.job(job_id)

    def print_next(self, printer: Printer, render: Renderer) -> bool:
        """Print the job asked for, or the oldest waiting. False when there is none or the printer is not ready.

        `trouble` says why it was not.
        """
        with self._one_at_a_time:
            self._settle()
            job = self._pick()
            if job is None:
                return False
            try:
                printer.status()
            except Unavailable as error:
                self._set_trouble(error)
                return False
            data, self._in_hand = self._painted(job, render), job.id
            done = self._send(job, printer, data)
            self._in_hand = ""
            return done

    def _settle(self) -> None:
        """What became of the last paper could not be written down: only a person can say whether it came out."""
        if self._in_hand:
            self._move(self._in_hand, (PrintState.SENDING,), PrintState.UNCERTAIN)
            self._in_hand = ""

    def _pick(self) -> PrintJob | None:
        """Whoever stands at the counter and asks again is served before the papers of those who have left."""
        asked = self._context.store.print_jobs.job(self._asked_for) if self._asked_for else None
        if asked is not None and asked.state is PrintState.WAITING:
            return asked
        return next(
            iter(self._context.store.print_jobs.in_states([PrintState.WAITING], 1)), None
        )  # thousands may wait for a printer

    def _painted(self, job: PrintJob, render: Renderer) -> bytes:
        try:
            return render(self._content(job), job.copy)
        except Exception:
            self._move(job.id, (PrintState.WAITING,), PrintState.FAILED)  # it must not stand in the way of the others
            raise

    def _content(self, job: PrintJob) -> Content:
        """What is painted: of a receipt's first paper what no copy, no screen and no row of ours has."""
        content = job.content
        if job.copy or not isinstance(content, Receipt) or job.epoch != self._context.store.journal.tail().chain.epoch:
            return content
        return receipt_sheet(content, self._context.journal.original(content.visit))

    def _send(self, job: PrintJob, printer: Printer, data: bytes) -> bool:
        self._move(job.id, (PrintState.WAITING,), PrintState.SENDING)
        now = self._context.store.print_jobs.job(job.id)
        if now is None or now.state is not PrintState.SENDING:
            return True  # cancelled or erased since it was picked: the next one
        self._milestones.pass_("print.before")
        try:
            printer.send(data)
        except PrinterBroke as error:
            self._move(job.id, (PrintState.SENDING,), PrintState.UNCERTAIN)
            self._set_trouble(error)
            return False
        except Unavailable as error:
            # not a byte has left: the same job may simply wait
            self._move(job.id, (PrintState.SENDING,), PrintState.WAITING)
            self._set_trouble(error)
            return False
        except Exception:
            self._move(job.id, (PrintState.SENDING,), PrintState.UNCERTAIN)
            raise
        self._milestones.pass_("print.sent")
        self.trouble = None  # before anybody is told of the paper, who would read it
        self._move(job.id, (PrintState.SENDING,), PrintState.PRINTED)
        self._milestones.pass_("print.flagged")
        return True

    def answer(self, job_id: str, *, came_out: bool) -> None:
        """The person's word on an uncertain paper: yes, it is printed; no, the same job again.

        That is journalled as copy 0 where the paper proves something: there may be two first papers then.
        """
        again = SetPaper(job_id, (PrintState.UNCERTAIN,), PrintState.PRINTED if came_out else PrintState.WAITING)
        with self._context.journal.turn():
            job = self._context.store.print_jobs.job(job_id)
            proves = job.seq if job is not None and job.state is PrintState.UNCERTAIN else 0
            told = [self._copied(self._people.anybody(), proves, 0)] if proves and not came_out else []
            self._context.journal.write(told, [again])
        self._context.events.publish(PrintJobsChanged((job_id,)))
        self._wake()

    def retry(self, job_id: str) -> None:
        """Try a failed or waiting job again now, before the others."""
        self._asked_for = job_id
        self._pressed = (job_id, self._context.world.clock.mono_ms())
        self._move(job_id, (PrintState.FAILED,), PrintState.WAITING)
        self._wake()

    def cancel(self, job_id: str) -> None:
        """Give up a paper that proves nothing. Raises Refused("paper_owed") for one that proves a journal entry."""
        job = self._context.store.print_jobs.job(job_id)
        if job is not None and job.seq:
            raise Refused("paper_owed")
        self._move(job_id, (PrintState.WAITING, PrintState.FAILED, PrintState.UNCERTAIN), PrintState.CANCELLED)

    # ---- new papers ------------------------------------------------------------------------------------------

    def add(self, sheet: Sheet) -> str:
        """Print a paper that proves no journal entry: a look at the till, the price list, a test. Returns its id."""
        job = self._context.paper(sheet)
        self._context.journal.write([], [job])
        self.announce(job)
        return job.id

    def announce(self, job: PrintJob) -> None:
        """A job has been committed, here or with the entry it proves: tell the screen and the printer."""
        self._context.events.publish(PrintJobsChanged((job.id,)))
        self._wake()

    def copy(self, request: Request) -> str:
        """A further paper of a visit, marked as copy n and journalled. Returns the job's id."""
        return self.copy_of(request.epoch, request.seq - request.line + 1)

    def copy_of(self, epoch: int, seq: int) -> str:
        """A further paper of whatever entry `seq` has one: sale, void, refund, close. Returns the job's id.

        One press is one paper, however fast the printer: heard twice, it is the paper of the first time.
        Raises Refused("paper_pending") while the first paper is still to come: print that one instead.
        """
        login = self._people.working()
        papers = self._context.store.print_jobs.of_entry(epoch, seq) if seq else []
        pressed, at_ms = self._pressed
        now_ms = self._context.world.clock.mono_ms()
        if now_ms - at_ms < ECHO_MS and any(job.id == pressed for job in papers):
            return pressed
        if not papers or any(job.state in UNFINISHED for job in papers):
            raise Refused("paper_pending")
        number = max(job.copy for job in papers) + 1
        first = self._context.paper(papers[0].content)
        job = replace(first, epoch=epoch, seq=seq, copy=number)
        self._context.journal.write([self._copied(login.author, seq, number)], [job])
        self._pressed = (job.id, now_ms)
        self.announce(job)
        return job.id

    @staticmethod
    def _copied(author: Author, seq: int, number: int) -> Writing:
        return Writing(CopyPrinted(author=author, of=seq, copy=number, agreement=Agreement()))

    # ---- the printer -----------------------------------------------------------------------------------------

    def chosen(self) -> PrinterChoice | None:
        """The printer that somebody has chosen at this counter; None before anybody did."""
        kept = PRINTER.kept(self._context.store)
        return None if kept is None else parse_choice(kept)

    def choose(self, choice: PrinterChoice) -> None:
        """Print there from now on, after a restart too; what was wrong with the one before is not said of it."""
        self._context.journal.write([], [PRINTER.put(choice.text)])
        self.trouble = None
        self._use(choice)
        self._context.events.publish(PrintJobsChanged())

    def on_choice(self, use: Callable[[PrinterChoice], None]) -> None:
        """Tell `use` when another printer is chosen."""
        self._use = use

    def _move(self, job_id: str, before: tuple[PrintState, ...], after: PrintState) -> None:
        self._context.journal.write([], [SetPaper(job_id, before, after)])
        self._context.events.publish(PrintJobsChanged((job_id,)))

    def _set_trouble(self, error: Unavailable) -> None:
        self.trouble = error
        self._context.events.publish(PrintJobsChanged())
