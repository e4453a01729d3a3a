"""A counter to learn on: its own database, its own signing key, no line. Nothing of it is ever sent or kept.

Its keys live in memory only, so what was typed there cannot be read once practice has ended, whatever is left of the
folder. Of the PINs only that of who practises comes along; everybody else's is all ones there, for tries at it cost
nothing and are counted nowhere. Its papers are the real ones, crossed out. The real journal says when practice began
and ended, and who began it (type 18); who practises is signed out of the real counter meanwhile.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kiosk import VERSION
from kiosk.core.journal_writer import Writing
from kiosk.counter import Counter, Kept
from kiosk.evidence.picture_process import read as read_picture
from kiosk.model.facts import CATALOGUE_SEEN_MS, CLOCK_MS, CLOCK_SURE_MS, FLOOR_MS, LEASE_UNTIL_MS, PRACTICE
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from kiosk.model.paper_sheet import Content, Sheet
from kiosk.model.service_request import AuthorityBill
from kiosk.model.store_changes import Change, PutDocument, PutFact, PutPin
from kiosk.ports.store import Store
from kiosk.ports.world import LineStatus, Printer, Renderer, World
from kiosk.printing.print_worker import PrintWorker
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.receipt_sheet import receipt_sheet
from kiosk.receiving.feed_documents import opening
from kiosk.staff.pins import make_verifier
from kiosk.staff.sign_in import Login
from protocol.documents.kinds import DOCUMENTS
from protocol.documents.operators import PIN_DIGITS, OperatorRole
from protocol.documents.trust import payload
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import PracticeEntry
from protocol.journal.kj01 import Chain
from protocol.journal.people import Author
from protocol.keys import SeedSigner
from protocol.strict_json import dumps
from protocol.values import ids
from protocol.wire.enrolment import Enrolment, Statement, read_statement, statement_members

FOLDER: Final = "practice"
_FACTS: Final = (LEASE_UNTIL_MS, FLOOR_MS, CLOCK_MS, CLOCK_SURE_MS, CATALOGUE_SEEN_MS)


class MemoryKeystore:
    """Keys that end with the practice."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._values.get(name)

    def put(self, name: str, value: bytes) -> None:
        self._values[name] = value

    def delete(self, name: str) -> None:
        self._values.pop(name, None)


class NoMirror:
    """Nobody compares a practice with what it was."""

    def remember(self, chain: Chain, money: int = 0) -> None: ...
    def run_now(self) -> None: ...
    def guessed(self, guesses: int) -> None: ...
    def allow(self, money: int) -> None: ...
    def settle(self) -> None: ...


class NoLine:
    """A line that is never up."""

    def online(self) -> bool:
        return False

    def status(self) -> LineStatus:
        return LineStatus()

    def wake(self) -> None: ...
    def now(self) -> None: ...

    def inquire(self, service_id: str, fields: dict[str, Any]) -> AuthorityBill:
        del service_id, fields
        raise Refused("needs_line")

    def find(self, asked: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]:
        del asked
        raise Unavailable("shop_offline")

    def refund(self, asked: Mapping[str, Any]) -> RefundHold:
        del asked
        raise Unavailable("shop_offline")


def crossed_out(render: Renderer) -> Renderer:
    """The same paper, marked over everything that could be taken for proof; no drawer opens."""

    def marked(content: Content, copy: int) -> bytes:
        sheet = content if isinstance(content, Sheet) else receipt_sheet(content)
        return render(replace(sheet, practice=True, cash=False), copy)

    return marked


def wipe(folder: Path) -> None:
    """Take away what a practice left behind."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def record_end(real: Counter) -> None:
    """Practice was cut short, by a crash or a power cut: the journal says that it is over."""
    who = PRACTICE.kept(real.context.store)
    if who:
        stopped = PracticeEntry(kind="stop", author=Author(who, 0))
        real.journal.write([Writing(stopped)], [PRACTICE.forget()])


def practice_pin(role: OperatorRole) -> str:
    """What everybody but the one who practises has for a PIN; no real one is so weak (`operators.refuse_weak`)."""
    return "1" * PIN_DIGITS[role]


@dataclass(frozen=True, slots=True)
class PracticeRoom:
    """What a practice is given: an open store that nobody else has, how to close it, and the real counter's pepper."""

    store: Store
    pictures: Any
    close: Callable[[], None]
    pepper: bytes


class Practice:
    """One practice, from its beginning to its end."""

    def __init__(self, real: Counter, room: PracticeRoom, world: World) -> None:
        """Raises Refused: signed_out, locked. Nothing has begun then."""
        self._real = real
        self._room = room
        login = real.people.working()
        signer = SeedSigner(world.randomness.take(32))
        self._furnish(login, signer, world)
        kept = Kept(room.store, NoMirror(), signer, room.pepper, room.pictures, read_picture)
        self.counter = Counter(world, kept, real.events, lambda _: NoLine())
        # One screen, one lease, one set of backups: the real counter's.
        self.counter.lockout, self.counter.reminding = real.lockout, real.reminding
        self.counter.people.refuse_locked = real.lockout.refuse
        self.counter.journal.write(opening(room.store, VERSION))
        self.printing: PrintWorker | None = None
        self._begin(login)

    def _furnish(self, login: Login, signer: SeedSigner, world: World) -> None:
        """The same shop, prices and people, under a device of its own: no number of a practice is one of the shop's."""
        real = self._real.context.store
        enrolled = real.enrolment()
        assert enrolled is not None  # noqa: S101 - somebody works here
        mine, now_ms = read_statement(enrolled.statement), world.clock.wall_ms()
        device = uuid.UUID(str(ids.uuid7(now_ms, world.randomness.take(16)))).bytes
        statement = Statement(b"", device, 1, mine.shop, 0, signer.public, mine.root_fp, mine.keyset_version, now_ms)
        self._room.store.put_enrolment(
            Enrolment(dumps(statement_members(statement)), enrolled.root_public, enrolled.keyset)
        )
        found = [(kind, real.document(kind)) for kind in DOCUMENTS]
        changes: list[Change] = [
            PutDocument(kind, int(payload(envelope)["version"]), envelope) for kind, envelope in found if envelope
        ]
        changes += self._pins(login, world)
        facts = real.facts()
        changes += [PutFact(fact.name, facts[fact.name]) for fact in _FACTS if fact.name in facts]
        self._room.store.commit([], changes)

    def _pins(self, login: Login, world: World) -> list[Change]:
        """His own, and for everybody else who has one that which `practice_pin` says."""
        verifiers: dict[OperatorRole, str] = {}
        changes: list[Change] = []
        for who, operator in self._real.in_force.operators().items():
            pin = self._real.context.store.pin(who)
            if pin is None:
                continue
            verifier = pin.verifier
            if who != login.operator.id:
                role = operator.role
                if role not in verifiers:
                    verifiers[role] = make_verifier(practice_pin(role), self._room.pepper, world.randomness.take(16))
                verifier = verifiers[role]
            changes.append(PutPin(who, verifier, pin.activation))
        return changes

    def _begin(self, login: Login) -> None:
        started = PracticeEntry(kind="start", author=login.author)
        self._real.journal.write([Writing(started)], [PRACTICE.put(login.operator.id)])
        self._real.people.sign_out()
        self.counter.people.seat(login.operator)

    def print_on(self, printer: Printer, render: Renderer) -> PrintWorker:
        """Its papers come out there, crossed out."""
        self.printing = PrintWorker(self.counter.papers, printer, crossed_out(render))
        return self.printing

    def choose(self, make: Callable[[PrinterChoice], tuple[Printer, Renderer]], choice: PrinterChoice) -> None:
        """The printer that was chosen for the real papers."""

        def made() -> tuple[Printer, Renderer]:
            printer, render = make(choice)
            return printer, crossed_out(render)

        assert self.printing is not None  # noqa: S101 - `print_on` is called first
        self.printing.use(made)

    def end(self) -> None:
        """Nothing of it is left."""
        if self.printing is not None:
            self.printing.stop()
        with suppress(Unavailable):
            self._room.close()
        record_end(self._real)
