"""The papers to come: a queue in the database, so that a jam never blocks a sale and no job is lost.

States (decisions 27): waiting → sending → printed | uncertain | failed | cancelled. A job found *sending* at
start, or one that broke after its first byte, is *uncertain*: only a person can say whether the paper came
out. No → the same job again; yes → printed. Any later paper is copy n, and journalled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.errors import Refused, Unavailable
from kiosk.events import PrintJobsChanged
from kiosk.journal import EntryType
from kiosk.office import Office
from kiosk.people import People
from kiosk.ports import AddPrintJob, Printer, PrinterBroke, Renderer, SetPaper
from kiosk.scribe import Writing
from kiosk.transaction import Paper, PrintJob, Request

UNFINISHED = (Paper.WAITING, Paper.SENDING, Paper.UNCERTAIN, Paper.FAILED)


class Papers:
    """The print queue. `print_next` runs on one worker; the rest may be called from anywhere."""

    def __init__(self, office: Office, people: People) -> None:
        self._office = office
        self._store = office.store
        self._scribe = office.scribe
        self._people = people
        self._events = office.events
        self._milestones = office.world.milestones
        self._wake: Callable[[], None] = lambda: None
        self._one_at_a_time = threading.Lock()
        self.trouble: Unavailable | None = None

    def on_work(self, wake: Callable[[], None]) -> None:
        """Tell `wake` whenever a job is waiting."""
        self._wake = wake

    def recover(self) -> list[PrintJob]:
        """At start: what was being sent when the power went is uncertain. Returns all unfinished jobs."""
        for job in self._store.print_jobs([Paper.SENDING]):
            self._move(job.id, (Paper.SENDING,), Paper.UNCERTAIN)
        return self.jobs()

    def jobs(self) -> list[PrintJob]:
        """Every paper that has not come out, oldest first."""
        return self._store.print_jobs(UNFINISHED)

    def job(self, job_id: str) -> PrintJob | None:
        return self._store.print_job(job_id)

    def print_next(self, printer: Printer, render: Renderer) -> bool:
        """Print the oldest waiting job. False when there is none or the printer is not ready (`trouble` says why)."""
        with self._one_at_a_time:
            waiting = self._store.print_jobs([Paper.WAITING])
            if not waiting:
                return False
            job = waiting[0]
            try:
                printer.status()
            except Unavailable as error:
                self._note(error)
                return False
            return self._send(job, printer, self._painted(job, render))

    def _painted(self, job: PrintJob, render: Renderer) -> bytes:
        try:
            return render(job.content, job.copy)
        except Exception:
            self._move(job.id, (Paper.WAITING,), Paper.FAILED)  # it must not stand in the way of the others
            raise

    def _send(self, job: PrintJob, printer: Printer, data: bytes) -> bool:
        self._move(job.id, (Paper.WAITING,), Paper.SENDING)
        self._milestones.pass_("print.before")
        try:
            printer.send(data)
        except PrinterBroke as error:
            self._move(job.id, (Paper.SENDING,), Paper.UNCERTAIN)
            self._note(error)
            return False
        except Unavailable as error:
            # not a byte has left: the same job may simply wait
            self._move(job.id, (Paper.SENDING,), Paper.WAITING)
            self._note(error)
            return False
        except Exception:
            self._move(job.id, (Paper.SENDING,), Paper.UNCERTAIN)
            raise
        self._milestones.pass_("print.sent")
        self._move(job.id, (Paper.SENDING,), Paper.PRINTED)
        self._milestones.pass_("print.flagged")
        self.trouble = None
        return True

    def answer(self, job_id: str, *, came_out: bool) -> None:
        """The person's word on an uncertain paper: yes, it is printed; no, the same job again."""
        self._move(job_id, (Paper.UNCERTAIN,), Paper.PRINTED if came_out else Paper.WAITING)
        self._wake()

    def retry(self, job_id: str) -> None:
        """Try a failed or waiting job again now."""
        self._move(job_id, (Paper.FAILED,), Paper.WAITING)
        self._wake()

    def copy(self, request: Request) -> str:
        """A further paper of a printed receipt, marked as copy n and journalled. Returns the job's id.

        Raises Refused("paper_pending") while the first paper is still to come: print that one instead.
        """
        login = self._people.working()
        papers = self._store.papers(request.epoch, request.seq)
        if not papers or any(job.state in UNFINISHED for job in papers):
            raise Refused("paper_pending")
        number = max(job.copy for job in papers) + 1
        job = PrintJob(
            self._office.new_id(), request.epoch, request.seq, number,
            papers[0].content, Paper.WAITING, self._office.now_ms(),
        )  # fmt: skip
        members = {"v": 1, **login.author(), "of": request.seq, "copy": number}
        self._scribe.write([Writing(EntryType.COPY_PRINTED, members)], [AddPrintJob(job)])
        self._events.publish(PrintJobsChanged((job.id,)))
        self._wake()
        return job.id

    def _move(self, job_id: str, before: tuple[Paper, ...], after: Paper) -> None:
        self._scribe.write([], [SetPaper(job_id, before, after)])
        self._events.publish(PrintJobsChanged((job_id,)))

    def _note(self, error: Unavailable) -> None:
        self.trouble = error
        self._events.publish(PrintJobsChanged())
