"""What the law gives a citizen: a copy of all that is kept about him here, and the erasure that he asks for.

Both take a supervisor. The journal says that it was done, by whom and for which requests, and names nobody. What
asks for the erasure goes to the centre, which alone may order an erasure, once the law lets it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.model.facts import records
from kiosk.model.service_request import Query, Request
from kiosk.model.store_changes import Change
from kiosk.receiving import citizen_traces
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import NOBODY_ELSE, Agreed, Approver, CentreApprovals, by_second_person
from kiosk.staff.sign_in import AtCounter, Login
from protocol.catalogue.services import PublicService
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.journal.entries import CitizenExport, EntryName, ErasureAsked, RequestName
from protocol.journal.kj01 import Record, read_body
from protocol.journal.money_entries import Consent, RequestEntry
from protocol.members import write
from protocol.strict_json import loads_object
from protocol.values.national_id import parse as parse_national_id
from protocol.values.telephone import What
from starter.files import plain, replace_whole

KEPT: Final = 50
ROOTS: Final = (Path("/media"), Path("/run/media"))
MOST: Final = 1_000
"""Requests of one citizen in one copy; nobody has so many."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act of the register: `kind` is copy or erasure, `count` how many requests it was about."""

    at_ms: int
    kind: str
    operator: str
    approver: str
    count: int
    seq: int


REGISTER: Final = records("rights", Act)
"""The newest acts, for the screen; the journal has all."""


@dataclass(eq=False, repr=False)
class CitizenRights(AtCounter):
    """One method for each right."""

    _approvals: CentreApprovals

    def of(self, national_id: str) -> list[Request]:
        """Everything kept here under that national ID, the newest first. Raises Refused for one that is none."""
        wanted = self._number(national_id)
        found = self._store.requests.search(Query(wanted, limit=MOST))
        return [request for request in found if request.national_id == wanted]

    def copy(self, national_id: str, approver: Approver) -> bytes:
        """All that is kept about a citizen, as JSON for people and programs.

        Raises Refused: nothing_kept, supervisor_needed, as `StaffSession.vouch`.
        """
        requests = self._found(national_id)
        login, agreed = self._agreed(approver, rights_subject("copy", requests))
        now_ms = self._context.now_ms()
        members = {
            "made": show_time(now_ms), "shop": self._context.in_force.settings().shop.name.ar,
            "requests": [self._in_words(request) for request in requests],
            "refusals": [
                citizen_traces.refusal_in_words(item)
                for item in citizen_traces.refusals(self._store, self._number(national_id))
            ],
            "half_typed": [dict(draft.raw) for draft in citizen_traces.drafts(self._store, self._number(national_id))],
        }  # fmt: skip
        data = json.dumps(members, ensure_ascii=False, indent=1).encode()
        body = CitizenExport(
            author=login.author, agreement=agreed.agreement, requests=_names(requests),
            sha256=hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        self._write("copy", body, login, agreed)
        return data

    def ask_erasure(self, national_id: str, approver: Approver) -> int:
        """Tell the centre that the citizen wants his data erased. Answers how many requests it is about.

        What was left half typed proves nothing to anybody and goes at once, with its pictures. Raises as `copy`.
        """
        requests = self._found(national_id)
        login, agreed = self._agreed(approver, rights_subject("erasure", requests))
        number = self._number(national_id)
        forgotten = citizen_traces.forgetting(citizen_traces.drafts(self._store, number))
        body = ErasureAsked(
            author=login.author, agreement=agreed.agreement, requests=_names(requests),
            papers=tuple(EntryName(*named) for named in self._store.journal.named(number)),
        )  # fmt: skip
        self._write("erasure", body, login, agreed, forgotten)
        return len(requests)

    def register(self) -> list[Act]:
        """The newest first."""
        return [*reversed(REGISTER.kept(self._store) or ())]

    # ---- how

    def _number(self, national_id: str) -> str:
        return parse_national_id(national_id, self._context.working_date()).number

    def _found(self, national_id: str) -> list[Request]:
        requests = self.of(national_id)
        if not requests:
            raise Refused("nothing_kept")
        return requests

    def subject(self, kind: What, national_id: str) -> Subject:
        """What the centre is asked to agree to. Raises Refused("nothing_kept")."""
        return rights_subject(kind, self._found(national_id))

    def _agreed(self, approver: Approver, subject: Subject) -> tuple[Login, Agreed]:
        """A supervisor shows that it is he: the one at the counter again, or a second person; or the centre agrees."""
        login = self._people.working()
        if approver.approval:
            return login, self._approvals.agreed(approver.approval, subject)
        if login.operator.role == "supervisor" and approver.operator == login.operator.id:
            self._people.again(approver.pin)
            return login, NOBODY_ELSE
        return login, by_second_person(self._people, login, approver)

    def _in_words(self, request: Request) -> dict[str, Any]:
        """One request, in words; what was erased is said to be."""
        item = self._store.journal.unsent(request.seq - 1, 1, 1 << 20, request.epoch)[0]
        body = RequestEntry.read(read_body(item.record.body))
        service = self._context.in_force.catalogue(request.catalogue).service(request.service_id)
        labels = {name: texts.label["ar"] for name, texts in service.form.fields.items()}
        answers: Mapping[str, Any] = {} if item.frame is None else loads_object(item.frame)["fields"]
        decision = request.decision
        return {
            "receipt": self._context.in_force.number(request.epoch, request.seq), "code": request.code,
            "service": service.title["ar"], "date": request.date, "time": show_time(request.created_ms),
            "answers": {labels.get(name, name): value for name, value in answers.items()},
            "fees": [asdict(row) for row in body.fees], "total_pt": request.total_pt,
            "evidence": [write(paper) for paper in body.evidence],
            "consent": self._consent(service, body.consent), "reversed": request.reversed,
            "decision": None if decision is None else {"status": decision.status, "reason": decision.reason_ar},
            "handed_to": request.handed_to,
        }  # fmt: skip

    @staticmethod
    def _consent(service: PublicService, given: Consent | None) -> dict[str, Any] | None:
        """The version that was agreed to, and its text where this catalogue holds that version."""
        if given is None:
            return None
        text = service.consent
        same = text is not None and text.version == given.version
        return {"version": given.version, "text": text.text["ar"] if text is not None and same else ""}

    def _write(
        self, kind: str, body: CitizenExport | ErasureAsked, login: Login, agreed: Agreed,
        further: Sequence[Change] = (),
    ) -> None:  # fmt: skip
        count = len(body.requests)

        def changes(record: Record) -> list[Change]:
            fields = record.fields
            act = Act(fields.wall_ms, kind, login.operator.id, agreed.operator, count, fields.seq)
            return [REGISTER.put([*(REGISTER.kept(self._store) or ()), act][-KEPT:]), *agreed.changes(), *further]

        self._context.journal.append(body, changes)


def _names(requests: Sequence[Request]) -> tuple[RequestName, ...]:
    return tuple(RequestName(r.epoch, r.seq, r.id) for r in requests)


def rights_subject(kind: What, requests: Sequence[Request]) -> Subject:
    """It names the oldest request of the citizen: no newer one changes what was asked."""
    return Subject(kind, requests[-1].seq, requests[-1].epoch)


def put_away(data: bytes, folder: Path, name: str) -> Path:
    """Write the copy where the citizen takes it from: a stick. Raises Refused("copy_unwritable")."""
    target = folder / name
    try:
        if os.path.lexists(plain(target)):  # a copy that was made before stays
            raise FileExistsError(target)
        replace_whole(target, data)
    except OSError as error:
        raise Refused("copy_unwritable", where=str(folder)) from error
    return target


def sticks() -> list[Path]:
    """Where sticks that were plugged in stand on this machine."""
    return sorted(disk for root in ROOTS for user in _below(root) for disk in _below(user))


def _below(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
